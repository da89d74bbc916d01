"""What is remembered of a review, so that the next one can tell what changed; pure.

Ten thousand endpoints have some 2 MB of JSON and, compressed, a tenth to a seventh of it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from ..policy.services import short_name
from .reviewed import Reviewed, Total, cost_of, total_of

NAME: Final = 64
"""Characters of a Name tag that are kept: enough to know it again."""


class Kept(NamedTuple):
    """One endpoint: what names it once it is gone, its money in USD a month, and what stood open."""

    service: str
    """Its short name."""
    name: str
    hours: float | None
    data: float | None
    open: Mapping[str, str]
    """Verdicts that are neither PASS nor NOT_APPLICABLE, by rule."""

    @property
    def cost(self) -> float | None:
        """All of it; for its hours alone where it is not known what it moved."""
        return cost_of(self.hours, self.data)


@dataclass(frozen=True, slots=True)
class Last:
    """A review that was told."""

    at: datetime
    total: Total
    endpoints: Mapping[str, Kept]
    """By id."""


def to_keep(endpoints: Iterable[Reviewed], last: Last | None, at: datetime) -> Last:
    """What to remember of this review. Of a rule that waits for the endpoint to be ready, the last word stands."""
    found = list(endpoints)
    before = last.endpoints if last else {}
    return Last(at, total_of(found), {one.seen.endpoint.key.id: _kept(one, before) for one in found})


def open_of(one: Reviewed) -> dict[str, str]:
    """What stands open, by rule; not of rules that have not looked yet."""
    return {finding.rule: finding.verdict.value for finding in one.open if not finding.waits}


def name_of(one: Reviewed) -> str:
    """Its Name tag: text from outside."""
    return one.seen.endpoint.tags.get("Name", "")[:NAME]


def service_of(one: Reviewed) -> str:
    """The short name of its service; of endpoints that have none, what they lead to."""
    endpoint = one.seen.endpoint
    return short_name(endpoint.service_name, endpoint.home) or endpoint.leads_to


def packed(last: Last) -> bytes:
    """Make it as small as can be."""
    facts = {
        "at": last.at.isoformat(),
        "total": [last.total.endpoints, last.total.cost, last.total.saving, last.total.unknown],
        "endpoints": {name: list(kept) for name, kept in last.endpoints.items()},
    }
    return zlib.compress(json.dumps(facts, separators=(",", ":")).encode(), 9)


def unpacked(text: bytes) -> Last:
    """Read it back."""
    facts = json.loads(zlib.decompress(text))
    return Last(
        datetime.fromisoformat(facts["at"]),
        Total(*facts["total"]),
        {name: Kept(*kept) for name, kept in facts["endpoints"].items()},
    )


def _kept(one: Reviewed, before: Mapping[str, Kept]) -> Kept:
    known = before.get(one.seen.endpoint.key.id)
    waiting = {finding.rule for finding in one.findings if finding.waits}
    stands = {rule: verdict for rule, verdict in known.open.items() if rule in waiting} if known else {}
    return Kept(service_of(one), name_of(one), _cents(one.hours), _cents(one.data), stands | open_of(one))


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)
