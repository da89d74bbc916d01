"""What becomes of a batch of looks, and how one is put off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from .errors import NotYet, Outdated, RetryLater
from .events import Look
from .model import Endpoint, EndpointKey, Report
from .ports import World


@dataclass(frozen=True, slots=True)
class Postponed:
    """A look that is to be taken again later, and why."""

    look: Look
    why: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An endpoint that an event named, as EC2 showed it; None where it showed it no more."""

    look: Look
    endpoint: Endpoint | None


@dataclass(slots=True)
class Batch:
    """What became of a batch of looks."""

    reports: list[Report] = field(default_factory=list)
    """One for each endpoint, or other subject, that people were told of."""
    compliant: int = 0
    """Endpoints and others of which there was nothing new to tell."""
    postponed: list[Postponed] = field(default_factory=list)
    left_to_sweep: list[Postponed] = field(default_factory=list)
    failed: dict[EndpointKey, RetryLater] = field(default_factory=dict)
    """Looks whose message must come again as it is."""
    changed: list[Changed] = field(default_factory=list)
    """What events named and is dealt with."""

    def settle(self, report: Report | None) -> None:
        """Count in what came of one look; None where there was nothing new to tell."""
        if report:
            self.reports.append(report)
        else:
            self.compliant += 1

    def unsettled(self) -> set[EndpointKey]:
        """What is to be looked at again."""
        return {*self.failed, *(one.look.key for one in (*self.postponed, *self.left_to_sweep))}


@contextmanager
def looking(world: World, look: Look, batch: Batch) -> Iterator[None]:
    """A block in which something is looked at: should it not come to its end, this says what becomes of the look."""
    try:
        yield
    except Outdated as error:
        postpone(world, replace(look, refusals=look.refusals + 1), batch, str(error))
    except NotYet as error:
        postpone(world, look, batch, str(error))
    except RetryLater as error:
        batch.failed[look.key] = error


def postpone(world: World, look: Look, batch: Batch, why: str) -> None:
    """Ask for the look again later; it fails where that cannot be asked."""
    try:
        again = world.post.look_again(look)
    except RetryLater as error:
        batch.failed[look.key] = error
    else:
        (batch.postponed if again else batch.left_to_sweep).append(Postponed(look, why))
