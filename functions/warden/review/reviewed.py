"""What an endpoint costs, how much it is used, and what could be saved; the sums of many. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from ..model import Finding, Mode, Snapshot, Verdict
from ..prices import monthly, monthly_data
from ..rules import RULES
from ..standard import Standard
from ..use import Unused, Use

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
    """One endpoint, judged, and its money in USD a month; None where that is not known."""

    seen: Snapshot
    findings: tuple[Finding, ...]
    hours: float | None
    """For its hours in each zone."""
    data: float | None
    """For what it moved."""

    @property
    def use(self) -> Use | None:
        """What it moved, where CloudWatch was asked and could tell."""
        return self.seen.use

    @property
    def cost(self) -> float | None:
        """All of it; for its hours alone where it is not known what it moved."""
        return cost_of(self.hours, self.data)

    @property
    def why_no_use(self) -> str:
        """Why it is not known how much it is used."""
        told = (finding.message for finding in self.findings if finding.rule == Unused.rule)
        return "" if self.use else next(told, "no rule asked")

    @property
    def open(self) -> tuple[Finding, ...]:
        """What there is to tell of it."""
        return tuple(finding for finding in self.findings if finding.open)

    @property
    def dearest(self) -> Finding | None:
        """The finding by whose end most could be saved; None where nothing could."""
        return max((one for one in self.findings if _saved(one)), key=_saved, default=None)

    @property
    def saving(self) -> float:
        """What could be saved: two rules may speak of the same zone, so that the dearest counts."""
        return max(map(_saved, self.findings), default=0.0)


@dataclass(frozen=True, slots=True)
class Total:
    """The sums, in USD a month, of those whose price is known."""

    endpoints: int
    cost: float
    saving: float
    unknown: int
    """How many have a price that is not known."""


def reviewed(seen: Snapshot, findings: tuple[Finding, ...]) -> Reviewed:
    """Put the money beside an endpoint."""
    endpoint, use = seen.endpoint, seen.use
    return Reviewed(seen, findings, monthly(endpoint), monthly_data(endpoint, use.moved, use.hours) if use else None)


def dearest_first(endpoints: Iterable[Reviewed]) -> tuple[Reviewed, ...]:
    """In the order of what they cost; those whose price is not known last."""
    return tuple(sorted(endpoints, key=lambda one: (one.cost is None, -(one.cost or 0), one.seen.endpoint.key)))


def total_of(endpoints: Iterable[Reviewed]) -> Total:
    """Add them up."""
    found = list(endpoints)
    return Total(
        len(found),
        sum(one.cost or 0 for one in found),
        sum(one.saving for one in found),
        sum(one.cost is None for one in found),
    )


def cost_of(hours: float | None, data: float | None) -> float | None:
    """Hours and data together, as far as they are known: there is no sum without the hours."""
    return None if hours is None else hours + (data or 0)


def _saved(finding: Finding) -> float:
    """What the end of a finding would save."""
    usd = finding.evidence.get(SAVED)
    counts = finding.verdict is Verdict.BREACH and finding.rule in SAVING
    return usd if counts and isinstance(usd, float) else 0.0
