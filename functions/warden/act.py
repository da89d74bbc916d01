"""Carry out a plan: journal first, one write, and a second look after any error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .accepting import shared_out
from .actions import parted
from .aws import request
from .errors import CannotFix, NotYet, Outdated, Unsure
from .events import Look
from .ledger import Memory
from .mailbox import DELAYS
from .model import Change, Finding, Outcome, Plan, Result
from .ports import World
from .target import Target


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of the attempt: a change and what it fixed, or no change, and what was refused."""

    change: Change | None
    results: tuple[Result, ...]


def act(world: World, plan: Plan, target: Target, memory: Memory, look: Look) -> Acted:
    """Write `plan.actions` to the target; raise NotYet or RetryLater where it is to be tried again.

    A change that was made stays pending in the journal: it is closed by the caller once people were told. So does one
    of which nobody can say yet whether it was made: one look right after can prove that it was, never that it was not.
    """
    wanted = request(plan.actions)
    before = target.image(wanted)
    journal_id = world.ledger.begin(plan.key, memory, before, wanted, plan.fixes, world.now())
    refused: Mapping[str, str] = {}
    try:
        refused = target.write(plan.actions)
    except (NotYet, CannotFix) as error:
        # An answer can be lost after the work was done.
        if target.carried_now(wanted) != wanted:
            if isinstance(error, Unsure):
                raise
            world.ledger.fail(plan.key, journal_id, memory.writes, str(error))
            return _refused(world, error, plan.fixes, look)
    results = tuple(result for finding in plan.fixes for result in _results(finding, refused))
    actions = tuple(made for made, _ in (parted(action, refused) for action in plan.actions) if made)
    if not actions:
        world.ledger.fail(plan.key, journal_id, memory.writes, _words(refused))
        return Acted(None, results)
    return Acted(Change(journal_id, actions, before, target.expected(request(actions))), results)


def _results(finding: Finding, refused: Mapping[str, str]) -> Iterator[Result]:
    """What was done of a finding's fix, and what AWS did not do of it."""
    made, left = shared_out(finding, refused)
    if made:
        yield Result(made, Outcome.FIXED)
    if left:
        yield Result(left, Outcome.REFUSED, _words(refused))


def _words(refused: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {why}" for name, why in sorted(refused.items()))


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
