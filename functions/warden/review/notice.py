"""Write a review as one notice: the JSON for machines, the letter for people, the attributes to filter by. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ..model import Severity
from ..notice import LARGEST, SHORTENING, Attribute, ascii_json, cut, published, size_of
from .letter import text_of
from .payload import ReviewJson, SavingsJson
from .telling import Told, payload_of


@dataclass(frozen=True, slots=True)
class ReviewNotice:
    """One message to people: `payload` is its JSON, `text` the letter."""

    payload: ReviewJson
    text: str

    @property
    def id(self) -> str:
        """The same each time that the same review is told."""
        return self.payload["id"]

    @property
    def subject(self) -> str:
        """Sums, account and region in one line of at most 99 printable ASCII characters."""
        return self.payload["subject"]

    @property
    def attributes(self) -> dict[str, Attribute]:
        """What subscriptions can filter by; a review is bad news of nothing, and so as low as can be."""
        severity = Severity.INFO
        return {
            "severity": severity.name.lower(),
            "severity_rank": severity.value,
            "about": "review",
            "account": self.payload["account"],
            "region": self.payload["region"],
        }

    def to_json(self) -> str:
        """Write the payload."""
        return ascii_json(self.payload)

    def message(self) -> str:
        """Write what is published."""
        return published(self.payload, self.text)


def notice_of(told: Told) -> ReviewNotice:
    """Write the review as a notice; where that would be too big for SNS, long texts are left out of it."""
    payload = payload_of(told)
    notice = ReviewNotice(payload, text_of(payload))
    for limit in SHORTENING:
        if size_of(notice) <= LARGEST:
            break
        payload = {**payload, "savings": cast("SavingsJson", cut(payload["savings"], limit)), "shortened": True}
        notice = ReviewNotice(payload, text_of(payload))
    return notice
