"""Write one report as a notice: the JSON for machines, the letter for people, the attributes to filter by. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, cast

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
        """Write the payload."""
        return ascii_json(self.payload)

    def message(self) -> str:
        """Write what is published."""
        return published(self.payload, self.text)

    @property
    def size(self) -> int:
        """Bytes of all that is published."""
        return size_of(self)


class Message(Protocol):
    """What can be published: a notice of an endpoint or other subject, or a review's."""

    @property
    def id(self) -> str:
        """The same each time that the same is told."""

    @property
    def subject(self) -> str:
        """One line of at most 99 printable ASCII characters."""

    @property
    def attributes(self) -> dict[str, Attribute]:
        """What subscriptions can filter by."""

    def message(self) -> str:
        """All that is published, with MessageStructure "json"."""


def ascii_json(payload: Mapping[str, object]) -> str:
    """Write it in ASCII, since SQS refuses some characters that JSON can hold.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    """
    return json.dumps(payload, separators=(",", ":"))


def published(payload: Mapping[str, object], text: str) -> str:
    """Write what is published with MessageStructure "json": each protocol takes its own key.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
    """
    return json.dumps({"default": ascii_json(payload), "email": text}, ensure_ascii=False)


def size_of(message: Message) -> int:
    """Bytes of all that is published."""
    return len(message.message().encode()) + len(message.subject) + len(json.dumps(message.attributes))


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
    results = cast("list[ResultJson]", cut(payload["results"], limit))
    change = cast("ChangeJson | None", cut(payload["change"], limit))
    if payload["shortened"]:
        for result in results:
            result["evidence"] = {}
        if change:
            change["before"] = change["after"] = {}
    return {**payload, "results": results, "change": change, "shortened": True}


def cut(value: object, limit: int) -> object:
    """Leave out strings that are longer."""
    match value:
        case str() if len(value) > limit:
            return f"(left out: {len(value)} characters)"
        case dict():
            return {name: cut(one, limit) for name, one in value.items()}
        case list():
            return [cut(one, limit) for one in value]
        case _:
            return value
