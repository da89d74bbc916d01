"""Look at VPCs as a whole: read them in few calls, judge them, and tell people. Nothing of them is ever written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .batch import Batch, postpone
from .decide import findings_of
from .errors import NotYet, RetryLater
from .events import Look
from .ledger import Memory
from .mailbox import DELAYS
from .model import NOT_READY, EndpointKey, Finding, Mode, Outcome, Report, Result, Subject
from .neighbours import Vpc
from .ports import Cloud, World
from .reporting import gone, known, told
from .rules import VPC_RULES
from .rules.required_endpoints import hubs_among, spokes_of
from .standard import Standard
from .subjects import VpcSeen
from .zones import with_routes


@dataclass(frozen=True, slots=True)
class JudgedVpc:
    """A VPC as people are told of it, what was seen of it, and what the rules say."""

    subject: Subject
    seen: VpcSeen
    findings: tuple[Finding, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        """What people are to hear of: no rule of VPCs knows a fix."""
        return tuple(Result(finding, Outcome.TOLD, finding.advice) for finding in self.findings if finding.open)


def watches_vpcs(standard: Standard) -> bool:
    """Whether a rule of VPCs is on: where none is, nothing is read."""
    return any(standard.mode_of(rule.id) is not Mode.OFF for rule in VPC_RULES)


def observe_vpcs(
    cloud: Cloud, standard: Standard, now: datetime, ids: Collection[str] | None = None, *, and_spokes: bool = False
) -> list[JudgedVpc]:
    """Judge these VPCs, or every one, in the order of their ids; raise RetryLater where AWS does not answer.

    Of each kind of thing around them all are read at once; hubs that the standard names are read too. With
    `and_spokes`, VPCs whose hub is among these are judged as well.
    """
    if not watches_vpcs(standard):
        return []
    known = {vpc.id: vpc for vpc in cloud.around.every_vpc()}
    wanted = set(known) if ids is None else known.keys() & set(ids)
    if ids is not None and and_spokes:
        wanted |= spokes_of(wanted, known.values(), standard)
    if not wanted:
        return []
    region = _read(cloud, [known[one] for one in wanted | hubs_among(known.values(), standard)], now)
    return [_judged(replace(region[one], region=region), standard) for one in sorted(wanted)]


def _read(cloud: Cloud, vpcs: Sequence[Vpc], now: datetime) -> Mapping[str, VpcSeen]:
    ids = [vpc.id for vpc in vpcs]
    endpoints, tables = cloud.of_vpcs(ids), cloud.around.route_tables(ids)
    subnets = cloud.around.subnets(ids)
    return {
        vpc.id: VpcSeen(
            EndpointKey(cloud.account, cloud.region, vpc.id),
            vpc,
            endpoints[vpc.id],
            tables[vpc.id],
            with_routes(subnets[vpc.id], tables[vpc.id]),
            now,
        )
        for vpc in vpcs
    }


def _judged(seen: VpcSeen, standard: Standard) -> JudgedVpc:
    return JudgedVpc(subject_of(seen), seen, findings_of(VPC_RULES, seen, standard))


def subject_of(seen: VpcSeen) -> Subject:
    """The VPC as people are told of it."""
    owner = (("Owner", f"account {seen.vpc.owner}"),) if seen.shared else ()
    facts = (("Ranges", ", ".join(seen.vpc.cidrs)), ("Endpoints", str(len(seen.endpoints))), *owner)
    return Subject(seen.key, "VPC", seen.vpc.tags.get("Name", ""), facts)


def reconcile_vpcs(world: World, looks: Sequence[Look], batch: Batch, time_left: Callable[[], bool]) -> None:
    """Tell of these VPCs what is new; what could not be looked at comes again."""
    if world.ceiling is Mode.OFF:
        return
    try:
        memories = world.ledger.recall(look.key for look in looks)
        ids = {look.key.id for look in looks}
        judged = {one.subject.key: one for one in observe_vpcs(world.cloud, world.standard, world.now(), ids)}
    except RetryLater as error:
        batch.failed.update((look.key, error) for look in looks)
        return
    for look in looks:
        if not time_left():
            batch.failed[look.key] = RetryLater("no time was left for it")
        else:
            _settle(world, look, judged.get(look.key), memories[look.key], batch)


def _settle(world: World, look: Look, judged: JudgedVpc | None, memory: Memory, batch: Batch) -> None:
    try:
        report = _absent(world, look, memory) if judged is None else _told(world, look, judged, memory)
    except NotYet as error:
        postpone(world, look, batch, str(error))
    except RetryLater as error:
        batch.failed[look.key] = error
    else:
        if report:
            batch.reports.append(report)
        else:
            batch.compliant += 1


def _told(world: World, look: Look, judged: JudgedVpc, memory: Memory) -> Report | None:
    """Tell what is new once no endpoint is on its way, or at the last look: what is half made is about to change."""
    coming = _coming(judged, world.standard)
    if coming and look.tries < len(DELAYS) and has_news(judged, memory):
        raise NotYet(f"not ready yet: {', '.join(coming)}")
    return told(world, judged.subject, judged.findings, world.ceiling, memory, judged.results)


def _absent(world: World, look: Look, memory: Memory) -> Report | None:
    """A VPC that is not there is gone at the second look; where no rule looks, it is forgotten without a word."""
    watched = watches_vpcs(world.standard)
    if watched and not look.tries:
        raise NotYet("EC2 does not show the VPC")
    report = gone(world, Subject(look.key, "VPC"), memory) if watched and memory.told else None
    if memory != Memory():
        world.ledger.forget(look.key, memory.version)
    return report


def _coming(judged: JudgedVpc, standard: Standard) -> list[str]:
    """The endpoints of the VPC and of hubs that are not ready yet."""
    region = judged.seen.region
    beside = hubs_among((one.vpc for one in region.values()), standard) | {judged.subject.key.id}
    found = (endpoint for name in sorted(beside) for endpoint in region[name].endpoints)
    return [endpoint.key.id for endpoint in found if endpoint.state in NOT_READY]


def vpcs_with_news(world: World, ids: Collection[str] | None) -> list[EndpointKey]:
    """Those of these VPCs, of VPCs whose hub is among them, or of every one, of which people are to hear something."""
    judged = observe_vpcs(world.cloud, world.standard, world.now(), ids, and_spokes=True)
    memories = world.ledger.recall(one.subject.key for one in judged) if judged else {}
    return [one.subject.key for one in judged if has_news(one, memories[one.subject.key])]


def has_news(judged: JudgedVpc, memory: Memory) -> bool:
    """Whether people know less or more than they should."""
    return known(judged.results, memory) != memory.told
