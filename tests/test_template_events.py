"""The samples in events/: the template's own pattern takes those that tell of a change, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ministack.services import eventbridge

from template import ROOT, load

PATTERN = load().properties("ChangeRule")["EventPattern"]
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
    "other-service": False,
}
OURS = {"look", "sweep"}
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
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == set(MATCHED) | OURS


@pytest.mark.parametrize("key", ["source", "detail-type", "detail.eventSource", "detail.eventName"])
def test_each_part_of_the_pattern_counts(key: str) -> None:
    """The same event with one of the named fields otherwise is not taken."""
    event = sample("create-by-cli")
    assert matched(event)
    *outer, last = key.split(".")
    (event[outer[0]] if outer else event)[last] = "other"
    assert not matched(event)
