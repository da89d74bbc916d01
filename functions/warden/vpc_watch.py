"""VPCs as a whole: how they are read and named, and by which rules they are judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from .model import NOT_READY, EndpointKey, Subject
from .neighbours import Vpc
from .ports import Cloud, World
from .rules import VPC_RULES
from .rules.required_endpoints import hubs_among, spokes_of
from .standard import Standard
from .subject_watch import Watch, has_news
from .subjects import VpcSeen
from .zones import with_routes


def read_vpcs(
    cloud: Cloud, standard: Standard, now: datetime, ids: Collection[str] | None, *, and_spokes: bool = False
) -> Iterator[VpcSeen]:
    """Those of these VPCs that exist, or all, in the order of their ids; raise RetryLater where AWS does not answer.

    Of each kind of thing around them all are read at once; hubs that the standard names are read too. With
    `and_spokes`, so are VPCs whose hub is among these.
    """
    known = {vpc.id: vpc for vpc in cloud.around.every_vpc()}
    wanted = set(known) if ids is None else known.keys() & set(ids)
    if ids is not None and and_spokes:
        wanted |= spokes_of(wanted, known.values(), standard)
    if not wanted:
        return
    hub_ids = hubs_among(known.values(), standard)
    region = _region(cloud, [known[one] for one in wanted | hub_ids], now)
    hubs = {one: region[one] for one in hub_ids}
    yield from (replace(region[one], hubs=hubs) for one in sorted(wanted))


def _region(cloud: Cloud, vpcs: Sequence[Vpc], now: datetime) -> Mapping[str, VpcSeen]:
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


def vpc_subject(seen: VpcSeen) -> Subject:
    """The VPC as people are told of it."""
    owner = (("Owner", f"account {seen.vpc.owner}"),) if seen.shared else ()
    facts = (("Ranges", ", ".join(seen.vpc.cidrs)), ("Endpoints", str(len(seen.endpoints))), *owner)
    return Subject(seen.key, "VPC", seen.vpc.tags.get("Name", ""), facts)


def coming(seen: VpcSeen) -> list[str]:
    """The endpoints of the VPC and of hubs that are not ready yet."""
    places = {**seen.hubs, seen.key.id: seen}
    found = (endpoint for name in sorted(places) for endpoint in places[name].endpoints)
    return [endpoint.key.id for endpoint in found if endpoint.state in NOT_READY]


VPCS: Final[Watch[Cloud, VpcSeen]] = Watch(
    what="VPC",
    many="vpcs",
    prefix="vpc-",
    rules=VPC_RULES,
    source_of=lambda world: world.cloud,
    read=read_vpcs,
    subject_of=vpc_subject,
    coming=coming,
)


def vpcs_with_news(world: World, ids: Collection[str] | None) -> list[EndpointKey]:
    """Those of these VPCs, of VPCs whose hub is among them, or of every one, of which people are to hear something."""
    seen = read_vpcs(world.cloud, world.standard, world.now(), ids, and_spokes=True)
    judged = [VPCS.judge(one, world.standard) for one in seen]
    memories = world.ledger.recall(one.subject.key for one in judged) if judged else {}
    return [one.subject.key for one in judged if has_news(one, memories[one.subject.key])]
