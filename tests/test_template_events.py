"""The samples in events/: the template's own pattern takes those that tell of a change, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ministack.services import eventbridge

from template import ROOT, load
from warden.events import KNOWN

PATTERNS = {name: load().properties(name)["EventPattern"] for name in ("ChangeRule", "BesideRule", "TagRule")}
PATTERN = PATTERNS["ChangeRule"]
BESIDE = {
    "beside-authorize-ingress": "BesideRule",
    "beside-create-default-vpc": "BesideRule",
    "beside-create-route": "BesideRule",
    "beside-create-subnet": "BesideRule",
    "beside-modify-interface": "BesideRule",
    "beside-modify-rules": "BesideRule",
    "beside-modify-vpc": "BesideRule",
    "beside-replace-association": "BesideRule",
    "tags-endpoint": "TagRule",
    "tags-instance": None,
    "service-tags": "TagRule",
    "tags-vpc": "TagRule",
}
"""What changes endpoints without naming them, by the rule that takes it."""
MATCHED = {
    "create-by-cli": True,
    "create-by-cloudformation": True,
    "create-by-terraform": True,
    "create-failed": False,
    "delete-one": True,
    "delete-several": True,
    "modify": True,
    "modify-by-warden": True,
    "other-call": False,
    "service-accept": True,
    "service-create": True,
    "service-delete": True,
    "service-modify": True,
    "service-permissions": True,
    "other-service": False,
}
OURS = {"look", "review", "sweep"}
"""Messages of our own come by the queue alone."""


def sample(name: str) -> dict[str, Any]:
    """A file of events/."""
    found: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def matched(event: dict[str, Any], pattern: object = PATTERN) -> bool:
    """What EventBridge's TestEventPattern answers, of the local cloud's matcher."""
    asked = {"Event": json.dumps(event), "EventPattern": json.dumps(pattern)}
    status, _, body = eventbridge._test_event_pattern(asked)
    assert status == 200, body
    return json.loads(body)["Result"] is True


@pytest.mark.parametrize("name", MATCHED)
def test_the_pattern_takes_changes_only(name: str) -> None:
    """A failed call changed nothing; other calls and services are none of our business."""
    assert matched(sample(name)) is MATCHED[name]


def test_every_sample_is_judged() -> None:
    """A new sample says whether it is matched."""
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == set(MATCHED) | set(BESIDE) | OURS


@pytest.mark.parametrize("name", [*BESIDE, *MATCHED])
def test_side_doors_are_watched(name: str) -> None:
    """Each by one rule; the tags of other things than endpoints and VPCs by none."""
    takers = {rule for rule, pattern in PATTERNS.items() if matched(sample(name), pattern)}
    assert takers == ({BESIDE[name]} if BESIDE.get(name) else {"ChangeRule"} if MATCHED.get(name) else set())


def test_every_call_that_is_understood_is_watched() -> None:
    """The code and the template know the same calls."""
    watched = {name for pattern in PATTERNS.values() for name in pattern["detail"]["eventName"]}
    assert watched == KNOWN


def test_a_failed_call_beside_is_not_taken() -> None:
    """It changed nothing."""
    for name, rule in BESIDE.items():
        event = sample(name)
        event["detail"]["errorCode"] = "Client.UnauthorizedOperation"
        assert rule is None or not matched(event, PATTERNS[rule])


@pytest.mark.parametrize("key", ["source", "detail-type", "detail.eventSource", "detail.eventName"])
def test_each_part_of_the_pattern_counts(key: str) -> None:
    """The same event with one of the named fields otherwise is not taken."""
    event = sample("create-by-cli")
    assert matched(event)
    *outer, last = key.split(".")
    (event[outer[0]] if outer else event)[last] = "other"
    assert not matched(event)
