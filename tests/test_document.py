"""Endpoint policies as documents: labelled ones are read as labelled, and what is no policy never as one."""

import json
from pathlib import Path
from typing import Any

import pytest

from warden.policy.document import Malformed, parse

LABELLED = json.loads(Path(__file__).with_name("labelled-policies.json").read_text(encoding="utf-8"))
STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def text_of(case: dict[str, Any]) -> str:
    policy: object = case["policy"]
    return policy if isinstance(policy, str) else json.dumps(policy)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in LABELLED if case["expected"]["valid"]])
def test_full_access_as_labelled(case: dict[str, Any]) -> None:
    """Every labelled policy that is valid is full access exactly where its label says so."""
    assert parse(text_of(case)).is_full_access is case["expected"]["default_full_access"]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in LABELLED if case["expected"]["valid"] is False]
)
def test_malformed_as_labelled(case: dict[str, Any]) -> None:
    """Every labelled policy that AWS would refuse is refused."""
    with pytest.raises(Malformed):
        parse(text_of(case))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "line 1 column 1", id="empty"),
        pytest.param('{\n  "Version": }', "line 2 column 14", id="place"),
        pytest.param("[" * 20_000, "nested", id="deep"),
        pytest.param("[]", "not a JSON object", id="list"),
        pytest.param('{"Statement": [], "Statement": []}', "twice", id="twin keys"),
        pytest.param('{"Statement": 3}', "Statement is 3; allowed: an object", id="number"),
        pytest.param('{"Version": "2020", "Statement": []}', "allowed: 2012-10-17", id="version"),
        pytest.param(
            json.dumps({"Statement": [STATEMENT | {"Conditions": {}}]}),
            "Statement[0].Conditions is no key here",
            id="unknown key",
        ),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Condition": []}]}), "Condition", id="condition"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Action": []}]}), "Action", id="empty list"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Action": [1]}]}), "Action", id="wrong type"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Principal": {}}]}), "Principal", id="empty principal"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"NotAction": "*"}]}), "NotAction", id="both"),
    ],
)
def test_says_what_is_wrong(text: str, says: str) -> None:
    """The message names the place."""
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert says in str(caught.value)
