"""A scan as a review: what each endpoint costs, how much it is used, and what could be saved; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from warden.model import Finding, Mode, Verdict
from warden.prices import monthly, monthly_data
from warden.rules import RULES
from warden.standard import Standard
from warden.use import Unused, Use

from .scanned import COMPLIANT, Scan, Seen

SAVED: Final = "usd_per_month"
"""Where a finding says what its end would save, in its evidence."""
SAVING: Final = frozenset({"unused", "zones-beyond-need"})
"""The rules of which that is so: what takes the place of an underused endpoint costs something, too."""
ON_USE: Final = frozenset(rule.id for rule in RULES if rule.only_swept)


def asking(standard: Standard) -> Standard:
    """The same standard, with the rules on use switched on."""
    on = {rule: type(settings)({**settings.values, "mode": Mode.NOTIFY}) for rule, settings in standard.rules.items()}
    return replace(standard, rules={**standard.rules, **{rule: on[rule] for rule in ON_USE}})


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One endpoint and its money, in USD a month; None where that is not known."""

    seen: Seen
    hours: float | None
    """For its hours in each zone."""
    data: float | None
    """For what it moved."""

    @property
    def use(self) -> Use | None:
        """What it moved, where CloudWatch was asked and could tell."""
        return self.seen.judged.seen.use

    @property
    def cost(self) -> float | None:
        """All of it; for its hours alone where it is not known what it moved."""
        return None if self.hours is None else self.hours + (self.data or 0)

    @property
    def why_no_use(self) -> str:
        """Why it is not known how much it is used."""
        told = (finding.message for finding in self.seen.findings if finding.rule == Unused.rule)
        return "" if self.use else next(told, "no rule asked")

    @property
    def open(self) -> tuple[Finding, ...]:
        """What there is to tell of it."""
        return tuple(finding for finding in self.seen.findings if finding.verdict not in COMPLIANT)

    @property
    def saving(self) -> float:
        """What could be saved: two rules may speak of the same zone, so that the dearest counts."""
        found = (
            finding.evidence.get(SAVED)
            for finding in self.seen.findings
            if finding.verdict is Verdict.BREACH and finding.rule in SAVING
        )
        return max((usd for usd in found if isinstance(usd, float)), default=0.0)


@dataclass(frozen=True, slots=True)
class Review:
    """All endpoints, the dearest first; those whose price is not known last."""

    scan: Scan
    days: int
    """How far back use was looked at."""
    endpoints: tuple[Reviewed, ...]

    @property
    def cost(self) -> float:
        """USD a month, of those whose price is known."""
        return sum(one.cost or 0 for one in self.endpoints)

    @property
    def saving(self) -> float:
        """USD a month that could be saved."""
        return sum(one.saving for one in self.endpoints)

    @property
    def unknown(self) -> int:
        """How many have a price that is not known."""
        return sum(one.cost is None for one in self.endpoints)


def review_of(scan: Scan, days: int) -> Review:
    """Put the money beside each endpoint of a scan."""
    found = [_reviewed(one) for one in scan.seen]
    found.sort(key=lambda one: (one.cost is None, -(one.cost or 0), one.seen.judged.seen.endpoint.key))
    return Review(scan, days, tuple(found))


def _reviewed(seen: Seen) -> Reviewed:
    endpoint, use = seen.judged.seen.endpoint, seen.judged.seen.use
    return Reviewed(seen, monthly(endpoint), monthly_data(endpoint, use.moved, use.hours) if use else None)
