"""The shell: observe, decide, act, report. It calls the edges and holds no opinion of its own.

What keeps a write safe: what is remembered is read before the endpoint is, the before-image goes to the journal before
the write, and the lease is given back only after people were told. So the next look finds whoever died on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from .act import Acted, act
from .batch import Batch, Changed, looking, postpone
from .decide import GONE, Gates, decide, seen_hash
from .errors import NotYet, RetryLater
from .events import Look
from .image import carries, image, requested
from .ledger import Memory, Pending
from .mailbox import DELAYS
from .model import (
    NOT_READY,
    Change,
    Endpoint,
    EndpointKey,
    Mode,
    Need,
    Outcome,
    Plan,
    Report,
    Result,
)
from .observe import Judged, observe
from .ports import World
from .reporting import gone, known, told
from .rules import RULES
from .subject_watch import reconcile_subjects
from .watches import WATCHES

FRESH: Final = timedelta(seconds=5)
"""How old an answer of EC2 may be when it is written upon."""
SETTLING: Final = timedelta(minutes=2)
"""How long after a write an answer of EC2 may still be the one from before it."""


def reconcile(world: World, looks: Iterable[Look], time_left: Callable[[], bool] = lambda: True) -> Batch:
    """Bring these endpoints to the standard, each once, and tell of others; raise RetryLater where none could be seen.

    A stack whose mode is off only remembers who made what: a later mode must not take it for unknown. Looks that are
    not begun when no time is left come again.
    """
    batch, every = Batch(), merged(looks)
    wanted = {key: look for key, look in every.items() if key.of_endpoint}
    for watch in WATCHES:
        looks = [look for key, look in every.items() if watch.has(key)]
        reconcile_subjects(world, watch, looks, batch, time_left)
    memories = _remembered(world, wanted, batch)
    if world.ceiling is Mode.OFF or not wanted:
        return batch
    sight = Sight(world, memories)
    present = {
        key: endpoint for key in memories if (endpoint := sight.at_first.get(key.id)) and endpoint.state not in GONE
    }
    on_event = {key for key, look in wanted.items() if not look.swept}
    observed = observe(world.cloud, list(present.values()), world.standard, world.now(), on_event)
    judged = {one.seen.endpoint.key: one for one in observed}
    for key, memory in memories.items():
        look = wanted[key]
        if not time_left():
            batch.failed[key] = RetryLater("no time was left for it")
        elif key in judged:
            with looking(world, look, batch):
                batch.settle(settle(world, look, judged[key], memory, sight))
        else:
            _absent(world, look, memory, batch)
        sight.settled(key)
    unsettled = batch.unsettled()
    named = (look for key, look in wanted.items() if look.named and key not in unsettled)
    batch.changed = [Changed(look, sight.at_first.get(look.key.id)) for look in named]
    return batch


class Sight:
    """EC2's answer for a batch, read again for all that is left of it when it grew too old to be written upon."""

    def __init__(self, world: World, keys: Iterable[EndpointKey]) -> None:
        """Read all of them."""
        self._world = world
        self._left = {key.id for key in keys}
        self._read()
        self.at_first = self._found
        """By id."""

    def now(self, endpoint_id: str) -> Endpoint | None:
        """The endpoint by an answer that is fresh."""
        if self._world.now() - self._at > FRESH:
            self._read()
        return self._found.get(endpoint_id)

    def settled(self, key: EndpointKey) -> None:
        """Leave it out of what is read again."""
        self._left.discard(key.id)

    def _read(self) -> None:
        self._at = self._world.now()
        self._found = self._world.cloud.endpoints(self._left)


def merged(looks: Iterable[Look]) -> dict[EndpointKey, Look]:
    """One look for each endpoint, with all that the several ones knew; ours only if every one of them is."""
    wanted: dict[EndpointKey, Look] = {}
    for look in looks:
        other = wanted.get(look.key)
        wanted[look.key] = (
            look
            if other is None
            else replace(
                look,
                since=max(look.since, other.since),
                tries=min(look.tries, other.tries),
                created=look.created or other.created,
                managed_by=look.managed_by or other.managed_by,
                own=look.own and other.own,
                deleted=look.deleted or other.deleted,
                refusals=max(look.refusals, other.refusals),
                swept=look.swept and other.swept,
                named=look.named or other.named,
            )
        )
    return wanted


def settle(world: World, look: Look, judged: Judged, memory: Memory, sight: Sight | None = None) -> Report | None:
    """Decide, act and report on one endpoint; None where there is nothing new to tell.

    `sight` is where the endpoint was read with others, None if it was read just now. Raise NotYet where it is to be
    looked at again after a while, RetryLater where nothing more can be done now.
    """
    if judged.seen.endpoint.state in NOT_READY:
        _check_lasting(world, look, judged, memory)
    if memory.pending:
        return _recovered(world, look, judged, memory, memory.pending)
    plan = plan_for(world, look, judged, memory)
    if look.own and not look.tries and known(plan.results, memory, judged.left_out) != memory.told:
        raise NotYet("right after our own change EC2's answer may still be the one from before it")
    acted = Acted(None, ())
    if plan.actions:
        _check_recent(world, look, memory)
        if sight:
            _check_unchanged(plan, sight)
        acted = act(world, plan, judged.seen.endpoint, memory, look)
    else:
        _check_beside(look, judged, plan, memory)
    results = (*acted.results, *plan.results)
    return told(
        world,
        judged.seen.endpoint,
        judged.findings,
        plan.mode,
        memory,
        results,
        change=acted.change,
        left_out=judged.left_out,
    )


def _check_lasting(world: World, look: Look, judged: Judged, memory: Memory) -> None:
    """Raise NotYet where an endpoint that is not ready is to be looked at again before anything is told of it.

    What is new is told at the last look, since a change may make an endpoint pending for a minute that was available
    for years. Once people were told that it hangs, further looks are of no use: the sweep sees how it goes on.
    """
    results = plan_for(world, look, judged, memory).results
    news = known(results, memory, judged.left_out) != memory.told
    hangs = any(not result.finding.waits for result in results)
    if look.tries < len(DELAYS) if news else not hangs:
        raise NotYet(f"the endpoint is {judged.seen.endpoint.state}")


def _check_beside(look: Look, judged: Judged, plan: Plan, memory: Memory) -> None:
    """Raise NotYet where all that is new hangs on another endpoint that leads to the same place and is on its way."""
    endpoint = judged.seen.endpoint
    coming = [one for one in judged.seen.siblings or () if one.state in NOT_READY and one.way == endpoint.way]
    if not coming or look.tries >= len(DELAYS):
        return
    news = {rule for rule, _ in known(plan.results, memory, judged.left_out).items() ^ memory.told.items()}
    if news and news <= {rule.id for rule in RULES if Need.SIBLINGS in rule.needs}:
        raise NotYet(f"{coming[0].key.id}, which leads to the same place, is {coming[0].state}")


def _check_recent(world: World, look: Look, memory: Memory) -> None:
    """Raise NotYet where we wrote just now and nobody changed anything since: EC2's answer may be from before it.

    An event tells its second and no more. One of the same second as our write counts as later, unless it is of the
    endpoint's making, which cannot be.
    """
    last = max(memory.writes, default=None)
    if last is None or world.now() - last >= SETTLING:
        return
    if look.since < last.replace(microsecond=0) or (look.created and look.since <= last):
        raise NotYet("the last write to this endpoint was just now, and nobody is known to have changed it since")


def _check_unchanged(plan: Plan, sight: Sight) -> None:
    """Raise NotYet where the endpoint is no longer as the plan saw it."""
    now = sight.now(plan.key.id)
    if now is None or seen_hash(now) != plan.seen_hash:
        raise NotYet("the endpoint changed while others were written")


def plan_for(world: World, look: Look, judged: Judged, memory: Memory) -> Plan:
    """What would be done now, every gate asked; the kill switch is read only if something would be written."""
    gates = _gates(world, look, memory)
    plan = decide(judged.seen, judged.findings, world.standard, gates)
    if plan.actions and world.switch.mode() < gates.ceiling:
        why = f": {world.switch.reason}" if world.switch.reason else ""
        stopped = replace(gates, ceiling=Mode.NOTIFY, ceiling_name=f"the kill switch{why}")
        return decide(judged.seen, judged.findings, world.standard, stopped)
    return plan


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


def _remembered(world: World, wanted: Mapping[EndpointKey, Look], batch: Batch) -> dict[EndpointKey, Memory]:
    """What is remembered of each endpoint, with what its events tell of its maker noted first.

    An endpoint whose maker could not be noted is left out, and comes again.
    """
    memories = world.ledger.recall(wanted)
    for key, look in wanted.items():
        memory = memories[key]
        news = (look.created and not memory.creator_known) or (look.managed_by and not memory.managed_by)
        if not news:
            continue
        try:
            world.ledger.note_creator(key, look.managed_by)
        except NotYet as error:
            postpone(world, look, batch, str(error))
            del memories[key]
        except RetryLater as error:
            batch.failed[key] = error
            del memories[key]
        else:
            memories[key] = replace(memory, creator_known=True, managed_by=memory.managed_by or look.managed_by)
    return memories


def _absent(world: World, look: Look, memory: Memory, batch: Batch) -> None:
    """An endpoint that is not there: gone, if it was deleted or is still absent at the second look.

    Until then EC2's answer may lag behind: what is remembered of an endpoint (who made it, what was written) is what
    keeps it safe, and is not dropped for one answer.
    """
    maybe_late = look.created or (memory != Memory() and not look.tries)
    if maybe_late and not look.deleted:
        postpone(world, look, batch, "EC2 does not show the endpoint")
        return
    with looking(world, look, batch):
        report = _gone(world, look, memory)
        batch.reports.extend([report] if report else [])


def _gone(world: World, look: Look, memory: Memory) -> Report | None:
    """Tell people that what they were told of is no longer, and forget it."""
    version = memory.version
    if memory.pending:
        _check_free(world, memory.pending)
        world.ledger.fail(look.key, memory.pending.journal_id, memory.writes, "the endpoint is gone")
        version += 1
    report = None
    if memory.told:
        report = gone(world, Endpoint(look.key, type_name="", vpc_id="", service_name="", state="deleted"), memory)
    if memory != Memory():
        world.ledger.forget(look.key, version)
    return report


def _check_free(world: World, pending: Pending) -> None:
    if pending.held(world.now()):
        raise NotYet("a write to this endpoint is under way")


def _recovered(world: World, look: Look, judged: Judged, memory: Memory, pending: Pending) -> Report | None:
    """Close a write whose writer died or could not tell: report it if it is there, else free the endpoint.

    One that is not there still counts as a write: whether it was never made, or made and taken back, nobody knows.
    """
    _check_free(world, pending)
    endpoint = judged.seen.endpoint
    if not carries(endpoint, pending.request):
        why = "the change is not there: never made, or taken back"
        world.ledger.fail(endpoint.key, pending.journal_id, memory.writes, why)
        raise NotYet(why)
    actions = requested(pending.before, pending.request)
    change = Change(pending.journal_id, actions, pending.before, image(endpoint))
    fixed = {finding.rule: Result(finding, Outcome.FIXED) for finding in pending.findings}
    rest = decide(judged.seen, judged.findings, world.standard, _gates(world, look, memory)).results
    others = (result for result in rest if result.finding.rule not in fixed)
    results = (*fixed.values(), *others)
    return told(
        world, endpoint, judged.findings, world.ceiling, memory, results, change=change, left_out=judged.left_out
    )
