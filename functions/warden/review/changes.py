"""What changed between two reviews; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from ..model import Verdict
from .last import Kept, Last, open_of
from .reviewed import Reviewed

Name = TypeVar("Name", str, tuple[str, str])
NOTABLE: Final = 1.0
"""USD a month from which on another cost is worth a word."""
SHARE: Final = 0.1
"""Of what it cost: how far that which it moves must change the cost, since no two months are alike."""


class Gone(NamedTuple):
    """An endpoint that is no more."""

    id: str
    kept: Kept


class Costs(NamedTuple):
    """An endpoint that costs something else, in USD a month, by what is known of both reviews."""

    one: Reviewed
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, what is gone, and what is otherwise; of what was there before and still is, by rule and verdict."""

    new: tuple[Reviewed, ...]
    gone: tuple[Gone, ...]
    costs: tuple[Costs, ...]
    opened: Mapping[tuple[str, str], tuple[Reviewed, ...]]
    """Verdicts that the last review did not have."""
    resolved: Mapping[str, tuple[Reviewed, ...]]
    """By rule; only what is PASS now: a rule that no longer judges an endpoint has not found it good."""


def changes_between(last: Last, endpoints: Sequence[Reviewed]) -> Changes:
    """Compare; in the order of these endpoints."""
    ids = {one.seen.endpoint.key.id for one in endpoints}
    both = [(kept, one) for one in endpoints if (kept := last.endpoints.get(one.seen.endpoint.key.id))]
    gone = [Gone(name, kept) for name, kept in last.endpoints.items() if name not in ids]
    return Changes(
        new=tuple(one for one in endpoints if one.seen.endpoint.key.id not in last.endpoints),
        gone=tuple(sorted(gone, key=lambda one: (-(one.kept.cost or 0), one.id))),
        costs=tuple(sorted(_costs(both), key=lambda one: -abs(one.after - one.before))),
        opened=_grouped(both, lambda kept, one: [it for it in open_of(one).items() if it not in kept.open.items()]),
        resolved=_grouped(both, _resolved),
    )


def _costs(both: Iterable[tuple[Kept, Reviewed]]) -> Iterator[Costs]:
    """What costs something else: in its hours, or clearly so in what it moves.

    What is known only now, or no longer, is no change.
    """
    for kept, one in both:
        if kept.hours is None or one.hours is None:
            continue
        known = kept.data is not None and one.data is not None
        data = (kept.data or 0, one.data or 0) if known else (0, 0)
        hourly = abs(one.hours - kept.hours) >= NOTABLE
        by_use = abs(data[1] - data[0]) >= max(NOTABLE, SHARE * (kept.hours + data[0]))
        if hourly or by_use:
            yield Costs(one, round(kept.hours + data[0], 2), round(one.hours + data[1], 2))


def _resolved(kept: Kept, one: Reviewed) -> Iterator[str]:
    passes = {finding.rule for finding in one.findings if finding.verdict is Verdict.PASS}
    return (rule for rule in kept.open if rule in passes)


def _grouped(
    both: Iterable[tuple[Kept, Reviewed]], names: Callable[[Kept, Reviewed], Iterable[Name]]
) -> dict[Name, tuple[Reviewed, ...]]:
    """The endpoints under each name that they have."""
    found: dict[Name, list[Reviewed]] = {}
    for kept, one in both:
        for name in names(kept, one):
            found.setdefault(name, []).append(one)
    return {name: tuple(ones) for name, ones in sorted(found.items())}
