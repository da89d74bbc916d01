"""The rule `required-tags`: which tags are demanded, and what is said where one is missing."""

from __future__ import annotations

from typing import Any

import pytest

from builders import KEY, REGION, snapshot, standard
from warden.code_changes import SetTags
from warden.errors import BadStandard
from warden.model import Breach, InCode, Judgement, Kind, NotApplicable, Pass
from warden.rules.required_tags import required_tags

TOML = '[rules.required-tags]\ntags = ["Owner", "Env=prod|test"]\n'
GOOD = {"Owner": "network", "Env": "prod"}


def judge(tags: dict[str, str], toml: str = TOML, **facts: Any) -> Judgement:
    return required_tags.judge(snapshot(tags=tags, **facts), standard(toml))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UNSUPPORTED])
def test_every_kind_of_endpoint_has_tags(kind: Kind) -> None:
    """All of them can be tagged, and cost somebody something."""
    assert judge(GOOD, type_name=kind.value) == Pass()
    assert isinstance(judge({}, type_name=kind.value), Breach)


@pytest.mark.parametrize(
    ("tags", "code", "words"),
    [
        pytest.param({}, "missing-tags", "the tags Owner, Env are missing", id="none"),
        pytest.param({"Owner": "", "Env": "test"}, "missing-tags", "the tag Owner is missing", id="an empty value"),
        pytest.param({"owner": "x", "Env": "test"}, "missing-tags", "the tag Owner is missing", id="keys are exact"),
        pytest.param({"Owner": "x", "Env": "Prod"}, "wrong-tags", "Env is 'Prod', not prod or test", id="values too"),
        pytest.param(
            {"Env": "dev"}, "missing-tags", "the tag Owner is missing; Env is 'dev', not prod or test", id="both"
        ),
    ],
)
def test_what_is_missing_is_named(tags: dict[str, str], code: str, words: str) -> None:
    """And what is wrong, with the values that would be right."""
    found = judge(tags)
    assert isinstance(found, Breach)
    assert (found.code, found.message) == (code, words)


def test_the_command_sets_what_is_missing() -> None:
    """With the one value that is right, or a word in its place."""
    found = judge({"Env": "x"}, '[rules.required-tags]\ntags = ["Owner", "Env=prod"]\n')
    assert isinstance(found, Breach)
    assert found.advice.startswith(
        f"`aws ec2 create-tags --region {REGION} --resources {KEY.id} --tags Key=Owner,Value=VALUE Key=Env,Value=prod`"
    )


@pytest.mark.parametrize(
    ("facts", "toml", "why"),
    [
        pytest.param({}, "", "the standard demands no tags", id="nothing demanded"),
        pytest.param({"requester_managed": True}, TOML, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "failed"}, TOML, "the endpoint is failed", id="dead"),
    ],
)
def test_does_not_apply(facts: dict[str, Any], toml: str, why: str) -> None:
    """Where nobody asked, or nobody could do anything."""
    found = judge({}, toml, **facts)
    assert isinstance(found, NotApplicable)
    assert why in found.why


@pytest.mark.parametrize("entry", ['"=x"', '"Env=a||b"', '"Env="', "3"])
def test_a_wrong_demand_is_named(entry: str) -> None:
    """With its place."""
    with pytest.raises(BadStandard, match=r"rules\.required-tags\.tags") as refused:
        standard(f"[rules.required-tags]\ntags = [{entry}]\n")
    assert "spaces" not in str(refused.value)


@pytest.mark.parametrize(
    "entry", ["Env = prod", "Env= prod", "Env =prod", "Env=prod | test", " Env", "Env=prod ", "Env= "]
)
def test_spaces_that_would_count_are_refused(entry: str) -> None:
    """No tag would ever fit: every endpoint would be told of, though it has the tag that is meant."""
    with pytest.raises(BadStandard, match=r'"key=value\|other", without spaces around key and value \(entry 2 is'):
        standard(f'[rules.required-tags]\ntags = ["Cost Center=a b|c d", "{entry}"]\n')


@pytest.mark.parametrize(
    ("tags", "advice", "wanted"),
    [
        pytest.param(
            {"Env": "x"},
            "set the tags Owner and Env in the code that manages the endpoint, where VALUE stands for what only its "
            "owner knows",
            (("Owner", ()), ("Env", ("prod", "test"))),
            id="missing and wrong",
        ),
        pytest.param(
            {"Owner": "x", "Env": "prod"},
            "set the tag Cost in the code that manages the endpoint",
            (("Cost", ("1",)),),
            id="one value that would do",
        ),
    ],
)
def test_code_says_what_is_missing(
    tags: dict[str, str], advice: str, wanted: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    """Or its next deployment takes away what was set by hand."""
    more = "" if "Cost" in advice else TOML
    found = judge(tags, more or '[rules.required-tags]\ntags = ["Owner", "Env=prod", "Cost=1"]\n')
    assert isinstance(found, Breach)
    assert found.in_code == InCode(advice, SetTags(wanted))
