"""Write one report as a notice: the JSON for machines, the letter for people, the attributes to filter by. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, cast

from .letter import text_of
from .model import Report, Severity
from .payload import ChangeJson, NoticeJson, ResultJson, about
from .telling import payload_of

LARGEST: Final = 250_000
"""Bytes of message and attributes; SNS takes 262,144, and an envelope needs some room besides.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""
SHORTENING: Final = (1_000, 200)
"""To what length strings are held, in turn, until a notice fits."""

Attribute = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to people: `payload` is its JSON, `text` the letter."""

    payload: NoticeJson
    text: str

    @property
    def id(self) -> str:
        """The same each time that the same state of the same thing is told."""
        return self.payload["id"]

    @property
    def subject(self) -> str:
        """Severity, state, id and account in one line of at most 99 printable ASCII characters."""
        return self.payload["subject"]

    @property
    def attributes(self) -> dict[str, Attribute]:
        """What subscriptions can filter by: strings, a number, lists of strings; none of them empty."""
        endpoint = self.payload["endpoint"]
        facts: dict[str, Attribute] = {
            "severity": self.payload["severity"],
            "severity_rank": Severity[self.payload["severity"].upper()].value,
            "about": about(self.payload)["what"],
            "account": endpoint["account"],
            "region": endpoint["region"],
            "rule": tuple(self.payload["rules"]),
            "outcome": tuple(self.payload["outcomes"]),
            "mode": self.payload["mode"],
        }
        return {name: value for name, value in facts.items() if value not in ("", ())}

    def to_json(self) -> str:
        """Write the payload in ASCII, since SQS refuses some characters that JSON can hold.

        Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
        """
        return json.dumps(self.payload, separators=(",", ":"))

    def message(self) -> str:
        """Write what is published with MessageStructure "json": each protocol takes its own key.

        Source: https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
        """
        return json.dumps({"default": self.to_json(), "email": self.text}, ensure_ascii=False)

    @property
    def size(self) -> int:
        """Bytes of all that is published."""
        return len(self.message().encode()) + len(self.subject) + len(json.dumps(self.attributes))


def notice_of(report: Report, stack: str) -> Notice:
    """Write the report as a notice; where that would be too big for SNS, long documents are left out of it."""
    payload = payload_of(report, stack)
    notice = Notice(payload, text_of(payload))
    for limit in SHORTENING:
        if notice.size <= LARGEST:
            break
        payload = _shortened(payload, limit)
        notice = Notice(payload, text_of(payload))
    return notice


def _shortened(payload: NoticeJson, limit: int) -> NoticeJson:
    """Leave out long strings; from the second time on, the images and the evidence too."""
    results = cast("list[ResultJson]", _cut(payload["results"], limit))
    change = cast("ChangeJson | None", _cut(payload["change"], limit))
    if payload["shortened"]:
        for result in results:
            result["evidence"] = {}
        if change:
            change["before"] = change["after"] = {}
    return {**payload, "results": results, "change": change, "shortened": True}


def _cut(value: object, limit: int) -> object:
    match value:
        case str() if len(value) > limit:
            return f"(left out: {len(value)} characters)"
        case dict():
            return {name: _cut(one, limit) for name, one in value.items()}
        case list():
            return [_cut(one, limit) for one in value]
        case _:
            return value
