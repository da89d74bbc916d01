"""Write a review as one notice: the JSON for machines, the letter for people, the attributes to filter by. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ..message import Attribute, Message, cut, fitting
from ..model import Severity
from .letter import text_of
from .payload import ReviewJson, SavingsJson
from .telling import Told, payload_of


@dataclass(frozen=True, slots=True)
class ReviewNotice(Message[ReviewJson]):
    """What is told of a whole account; its subject line has sums, account and region."""

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


def notice_of(told: Told) -> ReviewNotice:
    """Write the review as a notice; where that would be too big for SNS, long texts are left out of it."""
    return fitting(payload_of(told), _written, _shortened)


def _written(payload: ReviewJson) -> ReviewNotice:
    return ReviewNotice(payload, text_of(payload))


def _shortened(payload: ReviewJson, limit: int) -> ReviewJson:
    """Leave out long strings of the savings: all else has a length that is known."""
    return {**payload, "savings": cast("SavingsJson", cut(payload["savings"], limit)), "shortened": True}
