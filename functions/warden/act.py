"""Carry out a plan: journal first, one write, and a second look after any error."""

from __future__ import annotations

from dataclasses import dataclass

from .aws import request
from .errors import CannotFix, NotYet, Outdated, Unsure
from .events import Look
from .image import carries, expected, image
from .ledger import Memory
from .mailbox import DELAYS
from .model import Change, Endpoint, Finding, Outcome, Plan, Result
from .ports import World


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of the attempt: a change and what it fixed, or no change and what was refused."""

    change: Change | None
    results: tuple[Result, ...]


def act(world: World, plan: Plan, endpoint: Endpoint, memory: Memory, look: Look) -> Acted:
    """Write `plan.actions` to the endpoint; raise NotYet or RetryLater where it is to be tried again.

    A change that was made stays pending in the journal: it is closed by the caller once people were told. So does one
    of which nobody can say yet whether it was made: one look right after can prove that it was, never that it was not.
    """
    fixes = plan.fixes
    before, wanted = image(endpoint), request(plan.actions)
    journal_id = world.ledger.begin(plan.key, memory, before, wanted, fixes, world.now())
    try:
        world.cloud.apply(plan.key.id, plan.actions)
    except (NotYet, CannotFix) as error:
        if not _made_all_the_same(world, plan, wanted):
            if isinstance(error, Unsure):
                raise
            world.ledger.fail(plan.key, journal_id, memory.writes, str(error))
            return _refused(world, error, fixes, look)
    change = Change(journal_id, plan.actions, before, expected(before, wanted))
    return Acted(change, tuple(Result(finding, Outcome.FIXED) for finding in fixes))


def _made_all_the_same(world: World, plan: Plan, wanted: dict[str, object]) -> bool:
    """Whether the change is there in spite of the error: an answer can be lost after the work was done."""
    after = world.cloud.endpoints([plan.key.id]).get(plan.key.id)
    return after is not None and carries(after, wanted)


def _refused(world: World, error: NotYet | CannotFix, fixes: tuple[Finding, ...], look: Look) -> Acted:
    """Tell what AWS refused; what may pass is raised again, to be tried later, until the last try.

    Old facts are looked up afresh once: where the plan made from fresh ones is refused too, people are told.
    """
    enough = look.tries >= len(DELAYS)
    if isinstance(error, Outdated):
        world.cloud.forget_services()
        enough = enough or look.refusals > 0
    if isinstance(error, NotYet) and not enough:
        raise error
    return Acted(None, tuple(Result(finding, Outcome.REFUSED, str(error)) for finding in fixes))
