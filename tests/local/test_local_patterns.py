"""The event matcher in use gives the answers of AWS's own.

event-patterns.json holds patterns and events with the answer of AWS's matcher (github.com/aws/event-ruler), or `error`
where it rejects the pattern.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.cloud import LocalCloud

CASES = json.loads((Path(__file__).parent / "event-patterns.json").read_text())
DIFFERENCES: frozenset[str] = frozenset()
"""Names of the cases where MiniStack answers otherwise: none, so the product's patterns depend on none."""


def _answer(events: Any, pattern: Any, event: dict[str, Any]) -> bool | None:
    """Return whether the event matches, None if the pattern is rejected."""
    envelope = {"id": "1", "account": "123456789012", "time": "2026-01-01T00:00:00Z", "region": "eu-central-1"}
    whole = {**envelope, "resources": [], **event}
    try:
        answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(whole))
    except events.exceptions.InvalidEventPatternException:
        return None
    return bool(answer["Result"])


def _different(events: Any) -> Iterator[str]:
    for case in CASES:
        if _answer(events, case["pattern"], case["event"]) != (None if case.get("error") else case["match"]):
            yield case["name"]


def test_every_case(cloud: LocalCloud) -> None:
    """344 cases, no difference."""
    assert len(CASES) == 344
    assert set(_different(cloud.client("events"))) == DIFFERENCES
