"""Settle one target: decide, act and report; whatever it is, a write to it takes the same steps.

What keeps a write safe: what is remembered is read before the target is, the before-image goes to the journal before
the write, and the lease is given back only after people were told. So the next look finds whoever died on the way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from .accepting import accepted_in
from .act import Acted, act
from .decide import Gates
from .errors import NotYet
from .events import Look
from .image import requested
from .ledger import Memory, Pending
from .mailbox import DELAYS
from .model import Change, EndpointKey, Mode, Outcome, Plan, Report, Result
from .ports import World
from .reporting import known, told
from .target import Target

SETTLING: Final = timedelta(minutes=2)
"""How long after a write an answer of EC2 may still be the one from before it."""


def settle(world: World, look: Look, target: Target, memory: Memory) -> Report | None:
    """Decide, act and report on one target; None where there is nothing new to tell.

    Raise NotYet where it is to be looked at again after a while, RetryLater where nothing more can be done now.
    """
    if target.unready:
        _check_lasting(world, look, target, memory)
    if memory.pending:
        return _recovered(world, look, target, memory, memory.pending)
    plan = plan_for(world, look, target, memory)
    if look.own and not look.tries and known(plan.results, memory, target.left_out) != memory.told:
        raise NotYet("right after our own change EC2's answer may still be the one from before it")
    acted = Acted(None, ())
    if plan.actions:
        _check_recent(world, look, memory)
        target.check_unchanged(plan)
        acted = act(world, plan, target, memory, look)
    else:
        _check_beside(look, target, plan, memory)
    results = (*acted.results, *plan.results)
    return _told(world, target, plan.mode, memory, results, acted.change)


def is_due(world: World, look: Look, target: Target, memory: Memory) -> bool:
    """Whether something is to be done about it, or people know less or more than they should."""
    if memory.pending:
        return not memory.pending.held(world.now())
    plan = plan_for(world, look, target, memory)
    return bool(plan.actions) or known(plan.results, memory, target.left_out) != memory.told


def plan_for(world: World, look: Look, target: Target, memory: Memory) -> Plan:
    """What would be done now, every gate asked; the kill switch is read only if something would be written."""
    gates = _gates(world, look, memory)
    plan = target.decide(gates)
    if plan.actions and world.switch.mode() < gates.ceiling:
        why = f": {world.switch.reason}" if world.switch.reason else ""
        return target.decide(replace(gates, ceiling=Mode.NOTIFY, ceiling_name=f"the kill switch{why}"))
    return plan


def closed(world: World, key: EndpointKey, memory: Memory, why: str) -> int:
    """The version by which what is gone is forgotten, once an open write to it is closed for this reason.

    Raise NotYet where the writer may still be at it.
    """
    if memory.pending is None:
        return memory.version
    _check_free(world, memory.pending)
    world.ledger.fail(key, memory.pending.journal_id, memory.writes, why)
    return memory.version + 1


def _check_lasting(world: World, look: Look, target: Target, memory: Memory) -> None:
    """Raise NotYet where what is not ready is to be looked at again before anything is told of it.

    What is new is told at the last look, since a change may make an endpoint pending for a minute that was available
    for years. Once people were told that it hangs, further looks are of no use: the sweep sees how it goes on.
    """
    results = plan_for(world, look, target, memory).results
    news = known(results, memory, target.left_out) != memory.told
    hangs = any(not result.finding.waits for result in results)
    if look.tries < len(DELAYS) if news else not hangs:
        raise NotYet(target.unready)


def _check_beside(look: Look, target: Target, plan: Plan, memory: Memory) -> None:
    """Raise NotYet where all that is new hangs on something else that is on its way."""
    news = {rule for rule, _ in known(plan.results, memory, target.left_out).items() ^ memory.told.items()}
    why = target.awaits(news) if news and look.tries < len(DELAYS) else ""
    if why:
        raise NotYet(why)


def _check_recent(world: World, look: Look, memory: Memory) -> None:
    """Raise NotYet where we wrote just now and nobody changed anything since: EC2's answer may be from before it.

    An event tells its second and no more. One of the same second as our write counts as later, unless it is of the
    endpoint's making, which cannot be.
    """
    last = max(memory.writes, default=None)
    if last is None or world.now() - last >= SETTLING:
        return
    if look.since < last.replace(microsecond=0) or (look.created and look.since <= last):
        raise NotYet("the last write to it was just now, and nobody is known to have changed it since")


def _gates(world: World, look: Look, memory: Memory) -> Gates:
    return Gates(
        ceiling=world.ceiling,
        ceiling_name="the stack's parameter Mode",
        writes=memory.writes,
        creator_known=memory.creator_known or look.created,
        managed_by=memory.managed_by or look.managed_by,
        own=look.own,
        swept=look.swept,
        fixed=memory.fixed,
        standard_name=world.standard_name,
        now=world.now(),
    )


def _check_free(world: World, pending: Pending) -> None:
    if pending.held(world.now()):
        raise NotYet("a write to it is under way")


def _recovered(world: World, look: Look, target: Target, memory: Memory, pending: Pending) -> Report | None:
    """Close a write whose writer died or could not tell: report what of it is there, else free the target.

    One that is not there still counts as a write: whether it was never made, or made and taken back, nobody knows.
    """
    _check_free(world, pending)
    there, key = target.carried(pending.request), target.about.key
    if there is None:
        why = "the change is not there: never made, or taken back"
        world.ledger.fail(key, pending.journal_id, memory.writes, why)
        raise NotYet(why)
    actions = requested(pending.before, there)
    change = Change(pending.journal_id, actions, pending.before, target.image(there))
    findings = (replace(finding, fix=accepted_in(actions)) for finding in pending.findings)
    fixed = {(finding.rule, finding.code): Result(finding, Outcome.FIXED) for finding in findings}
    rest = target.decide(_gates(world, look, memory)).results
    others = (result for result in rest if (result.finding.rule, result.finding.code) not in fixed)
    return _told(world, target, world.ceiling, memory, (*fixed.values(), *others), change)


def _told(
    world: World, target: Target, mode: Mode, memory: Memory, results: tuple[Result, ...], change: Change | None
) -> Report | None:
    about, findings, left_out = target.about, target.findings, target.left_out
    return told(world, about, findings, mode, memory, results, change=change, left_out=left_out)
