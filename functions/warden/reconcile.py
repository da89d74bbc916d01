"""The shell: observe, decide, act, report. It calls the edges and holds no opinion of its own.

What keeps a write safe: what is remembered is read before the endpoint is, the before-image goes to the journal before
the write, and the lease is given back only after people were told. So the next look finds whoever died on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from .act import Acted, act
from .decide import GONE, NOT_READY, Gates, decide
from .errors import NotYet, RetryLater
from .events import Look
from .image import carries, image, requested
from .ledger import Memory, Pending
from .model import (
    Change,
    Endpoint,
    EndpointKey,
    Finding,
    Mode,
    Outcome,
    Plan,
    Report,
    Result,
    Severity,
    Verdict,
)
from .observe import Judged, observe
from .ports import World

CLOSED: Final = {
    Outcome.RESOLVED: "the endpoint is at the standard again",
    Outcome.GONE: "the endpoint no longer exists",
}
TRIES_BEFORE_REFUSED: Final = 1
"""How often a write that failed for a passing reason is planned afresh before people are told."""


@dataclass(slots=True)
class Batch:
    """What became of a batch of looks."""

    reports: list[Report] = field(default_factory=list)
    """One for each endpoint that people were told of."""
    compliant: int = 0
    """Endpoints of which there was nothing new to tell."""
    postponed: list[Look] = field(default_factory=list)
    left_to_sweep: list[Look] = field(default_factory=list)
    failed: dict[EndpointKey, RetryLater] = field(default_factory=dict)
    """Looks whose message must come again as it is."""


def reconcile(world: World, looks: Iterable[Look]) -> Batch:
    """Bring these endpoints to the standard, each once; raise RetryLater where none could be looked at.

    A stack whose mode is off looks at nothing.
    """
    batch = Batch()
    if world.ceiling is Mode.OFF:
        return batch
    wanted = merged(looks)
    memories = _remembered(world, wanted)
    found = world.cloud.endpoints(key.id for key in wanted)
    ready: list[Endpoint] = []
    for key, look in wanted.items():
        endpoint = found.get(key.id)
        if endpoint is None or endpoint.state in GONE:
            _absent(world, look, memories[key], batch)
        elif endpoint.state in NOT_READY:
            _postpone(world, look, batch)
        else:
            ready.append(endpoint)
    for judged in observe(world.cloud, ready, world.standard):
        key = judged.seen.endpoint.key
        _settle_one(world, wanted[key], judged, memories[key], batch)
    return batch


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
            )
        )
    return wanted


def settle(world: World, look: Look, judged: Judged, memory: Memory) -> Report | None:
    """Decide, act and report on one endpoint; None where there is nothing new to tell.

    Raise NotYet where it is to be looked at again after a while, RetryLater where nothing more can be done now.
    """
    if memory.pending:
        return _recovered(world, judged, memory, memory.pending)
    plan = plan_for(world, look, judged, memory)
    acted = Acted(None, ())
    if plan.actions:
        last_try = look.tries >= TRIES_BEFORE_REFUSED
        acted = act(world, plan, judged.seen.endpoint, memory, last_try=last_try)
    return _report(world, judged.seen.endpoint, plan.mode, memory, (*acted.results, *plan.results), acted.change)


def plan_for(world: World, look: Look, judged: Judged, memory: Memory) -> Plan:
    """What would be done now, every gate asked; the kill switch is read only if something would be written."""
    gates = Gates(
        ceiling=world.ceiling,
        ceiling_name="the stack's parameter Mode",
        writes=memory.writes,
        creator_known=memory.creator_known or look.created,
        managed_by=memory.managed_by or look.managed_by,
        own=look.own,
        now=world.now(),
    )
    plan = decide(judged.seen, judged.findings, world.standard, gates)
    if plan.actions and world.switch.mode() < gates.ceiling:
        stopped = replace(gates, ceiling=Mode.NOTIFY, ceiling_name="the kill switch")
        return decide(judged.seen, judged.findings, world.standard, stopped)
    return plan


def digests(results: Iterable[Result]) -> dict[str, str]:
    """What people know of an endpoint once they were told these results: what stands open, by rule."""
    closed = {Outcome.FIXED, Outcome.RESOLVED, Outcome.GONE}
    return {result.finding.rule: _digest(result) for result in results if result.outcome not in closed}


def _digest(result: Result) -> str:
    """What of a finding is news when it changes: not its words, which may hold figures that come and go."""
    finding = result.finding
    return f"{finding.severity.name} {finding.verdict.value} {result.outcome.value} {finding.code}"


def _remembered(world: World, wanted: Mapping[EndpointKey, Look]) -> dict[EndpointKey, Memory]:
    """What is remembered of each endpoint, with what its events tell of its maker noted first."""
    memories = world.ledger.recall(wanted)
    for key, look in wanted.items():
        memory = memories[key]
        news = (look.created and not memory.creator_known) or (look.managed_by and not memory.managed_by)
        if news:
            world.ledger.note_creator(key, look.managed_by)
            memories[key] = replace(memory, creator_known=True, managed_by=memory.managed_by or look.managed_by)
    return memories


def _settle_one(world: World, look: Look, judged: Judged, memory: Memory, batch: Batch) -> None:
    try:
        report = settle(world, look, judged, memory)
    except NotYet:
        _postpone(world, look, batch)
    except RetryLater as error:
        batch.failed[look.key] = error
    else:
        if report:
            batch.reports.append(report)
        else:
            batch.compliant += 1


def _postpone(world: World, look: Look, batch: Batch) -> None:
    try:
        again = world.post.look_again(look)
    except RetryLater as error:
        batch.failed[look.key] = error
    else:
        (batch.postponed if again else batch.left_to_sweep).append(look)


def _absent(world: World, look: Look, memory: Memory, batch: Batch) -> None:
    """An endpoint that is not there: not yet visible if it was made just now, else gone."""
    if look.created:
        _postpone(world, look, batch)
        return
    try:
        report = _gone(world, look, memory)
    except RetryLater as error:
        batch.failed[look.key] = error
    else:
        batch.reports.extend([report] if report else [])


def _gone(world: World, look: Look, memory: Memory) -> Report | None:
    """Tell people that what they were told of is no longer, and forget it."""
    report = None
    if memory.told:
        endpoint = Endpoint(look.key, type_name="", vpc_id="", service_name="", state="deleted")
        results = tuple(_closed(memory, rule, Outcome.GONE) for rule in sorted(memory.told))
        report = Report(endpoint, world.ceiling, results, at=world.now(), telling=memory.tellings)
        _tell(world, report)
    if memory != Memory():
        world.ledger.forget(look.key)
    return report


def _recovered(world: World, judged: Judged, memory: Memory, pending: Pending) -> Report | None:
    """Close a write whose writer died or could not tell: report it if it was made, else free the endpoint."""
    if pending.held(world.now()):
        raise NotYet("a write to this endpoint is under way")
    endpoint = judged.seen.endpoint
    if not carries(endpoint, pending.request):
        earlier = replace(memory, writes=memory.writes[:-1])
        world.ledger.fail(endpoint.key, pending.journal_id, earlier, "it was never made")
        raise NotYet("an earlier write to this endpoint was never made")
    actions = requested(pending.before, pending.request)
    change = Change(pending.journal_id, actions, pending.before, image(endpoint))
    results = tuple(Result(finding, Outcome.FIXED) for finding in pending.findings)
    return _report(world, endpoint, world.ceiling, memory, results, change)


def _report(
    world: World, endpoint: Endpoint, mode: Mode, memory: Memory, results: tuple[Result, ...], change: Change | None
) -> Report | None:
    """Tell people what changed since they were last told, then remember it; nothing where nothing did."""
    told = digests(results)
    named = {result.finding.rule for result in results}
    resolved = [_closed(memory, rule, Outcome.RESOLVED) for rule in sorted(memory.told) if rule not in named]
    if change is None and told == memory.told:
        return None
    report = Report(endpoint, mode, (*results, *resolved), change, world.now(), memory.tellings)
    _tell(world, report)
    if change:
        world.ledger.finish(endpoint.key, change.journal_id, change.after, told)
    else:
        world.ledger.tell(endpoint.key, told)
    return report


def _tell(world: World, report: Report) -> None:
    """Write the notice and send it; what writes it is loaded only now, since most events have nothing to tell."""
    from .notice import notice_of  # noqa: PLC0415  some 8 ms of each cold start

    world.topic.send(notice_of(report, world.stack))


def _closed(memory: Memory, rule: str, outcome: Outcome) -> Result:
    """A finding that is no more, with the severity last told: whoever heard of it hears of its end."""
    severity = Severity[memory.told[rule].split(" ", 1)[0]]
    return Result(Finding(rule, Verdict.PASS, severity, message=CLOSED[outcome]), outcome)
