"""The rule `service-tags`: the demands are those of `required-tags`, held against endpoint services of ours."""

from __future__ import annotations

import json

import pytest

from aws_cli import commands, shorthand
from builders import REGION, owned, standard
from warden.model import Breach, NotApplicable, Pass
from warden.rules.rule import Answer
from warden.rules.service_tags import service_tags

TOML = '[rules.service-tags]\ntags = ["Owner", "Env=prod|test"]\n'


def judge(tags: dict[str, str], toml: str = TOML, state: str = "available") -> Answer:
    return service_tags.judge(owned(tags=tags, state=state), standard(toml))


@pytest.mark.parametrize(
    ("tags", "code", "words"),
    [
        pytest.param({}, "missing-tags", "the tags Owner, Env are missing", id="none"),
        pytest.param({"Owner": "", "Env": "test"}, "missing-tags", "the tag Owner is missing", id="an empty value"),
        pytest.param({"Owner": "x", "Env": "Prod"}, "wrong-tags", "Env is 'Prod', not prod or test", id="exact"),
    ],
)
def test_what_is_missing_is_named(tags: dict[str, str], code: str, words: str) -> None:
    """With the command that sets it on the service."""
    found = judge(tags)
    assert isinstance(found, Breach)
    assert (found.code, found.message) == (code, words)
    begins = f"`aws ec2 create-tags --region {REGION} --resources {owned().key.id} --tags Key="
    assert found.advice.startswith(begins)


@pytest.mark.parametrize(
    "tag",
    ["Team=R&D, EU", "Team=[x]", "Team={a}", "Team=it's", 'Team=say "so"', "Team=a\\b", "Team=a=b", "a b,c=ünï @x"],
)
def test_the_command_sets_what_is_demanded(tag: str) -> None:
    """As the AWS CLI reads it: a comma makes a list of a value, unless the value is quoted for it, too."""
    found = judge({}, f"[rules.service-tags]\ntags = [{json.dumps(tag)}]\n")
    assert isinstance(found, Breach)
    ((*_, words),) = commands(found.advice)
    key, _, value = tag.partition("=")
    assert shorthand(words) == {"Key": key, "Value": value}


def test_all_are_there() -> None:
    """Others do not matter."""
    assert judge({"Owner": "x", "Env": "prod", "More": ""}) == Pass()


@pytest.mark.parametrize(
    ("toml", "state", "why"),
    [
        pytest.param("", "available", "the standard demands no tags", id="nothing is demanded"),
        pytest.param('[rules.required-tags]\ntags = ["Owner"]\n', "available", "demands no tags", id="of endpoints"),
        pytest.param(TOML, "deleting", "the endpoint service is deleting", id="on its way out"),
    ],
)
def test_does_not_apply(toml: str, state: str, why: str) -> None:
    """Where nobody asked, or it serves nobody."""
    found = judge({}, toml, state)
    assert isinstance(found, NotApplicable)
    assert why in found.why
