"""Write one report as a notice: the JSON for machines, the letter for people, the attributes to filter by. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from .letter import text_of
from .message import Attribute, Message, cut, fitting
from .model import Report, Severity
from .payload import ChangeJson, NoticeJson, ResultJson, about
from .telling import payload_of


@dataclass(frozen=True, slots=True)
class Notice(Message[NoticeJson]):
    """What is told of an endpoint or other subject; its subject line has severity, state, id and account."""

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


def notice_of(report: Report, stack: str) -> Notice:
    """Write the report as a notice; where that would be too big for SNS, long documents are left out of it."""
    return fitting(payload_of(report, stack), _written, _shortened)


def _written(payload: NoticeJson) -> Notice:
    return Notice(payload, text_of(payload))


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
