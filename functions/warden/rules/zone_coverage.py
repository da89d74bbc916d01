"""The rule `zone-coverage`: an interface endpoint has an interface in each zone from which workloads could use it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ..actions import AddSubnets
from ..model import Breach, Judgement, Kind, Mode, Need, Pass, Severity, Snapshot, Unknown
from ..plain import listed
from ..settings import Settings, fixing
from ..standard import Standard
from ..workloads import Workloads
from ..zones import Candidates, MultiAz, choose, offered_zones, routes_matter
from .rule import beside_the_point, out_of_sight, rule, zones_untold

NOT_FOR: Final[Mapping[Kind, str]] = {
    Kind.GATEWAY: "a gateway endpoint is an entry in route tables; it stands in no zone",
    Kind.GATEWAY_LOAD_BALANCER: (
        "a Gateway Load Balancer endpoint has one subnet by design; several are judged together, by gwlb-zone-set"
    ),
    Kind.RESOURCE: "a resource endpoint's zones follow from the resource configuration, which is not judged yet",
    Kind.SERVICE_NETWORK: "a service-network endpoint's zones are not judged yet",
}


class ZoneCoverage(Settings):
    """Settings of the rule; how a subnet is chosen, those of `multi-az` say."""

    __slots__ = ()
    rule = "zone-coverage"
    mode = fixing(Mode.OFF)


@rule(
    ZoneCoverage,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE}),
    not_for=NOT_FOR,
    needs=frozenset({Need.SUBNETS, Need.INTERFACES, Need.ROUTES, Need.VPC}),
    reads_abroad=False,
)
def zone_coverage(seen: Snapshot, standard: Standard) -> Judgement:
    """Place interface endpoints in each zone where workloads run. Off, unless the standard says otherwise.

    Why: what runs in a zone without the endpoint's interface calls it across zones: slower, billed by the gigabyte, and
        cut off with a zone in which it does not even run.
    Fix: adds one subnet for each such zone that the service supports, chosen by the settings of `multi-az`
        (`min_free_addresses`, `subnet_tags`); one call does what both rules want. Never removes or replaces one.
    Risk: each zone added is billed by the hour, as with `multi-az`. Workloads are the network interfaces in use whose
        subnet shares an address family with the endpoint: instances, containers, functions, and what AWS services run
        for you, such as databases. Those of endpoints, load balancers, NAT gateways, transit gateways and those by
        which AWS services reach into the VPC call nothing by themselves, and do not count. In a VPC that another
        account shares, not every interface is to be seen: there the rule can find a zone, and never say that none is
        missing.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    left_out = beside_the_point(seen.endpoint) or zones_untold(seen)
    if left_out:
        return left_out
    if seen.subnets is None:
        return Need.SUBNETS
    standing = Candidates.of(seen, standard.of(MultiAz))
    if standing.strangers:
        return Unknown(f"subnets of the endpoint are not to be seen: {', '.join(standing.strangers)}")
    if not standing.zones_left:
        return Pass()
    offered = offered_zones(seen) - standing.used_zones
    if offered and seen.interfaces is None:
        return Need.INTERFACES
    return _judged(seen, standard.of(MultiAz), standing, offered)


def _judged(seen: Snapshot, settings: MultiAz, standing: Candidates, offered: Collection[str]) -> Judgement:
    """Judge by what runs in the zones `offered`: those that the endpoint could have besides its own."""
    found = Workloads.of(seen)
    missing = frozenset(found.zones) & frozenset(offered)
    if missing:
        return _breach(seen, settings, standing, {zone: found.zones[zone] for zone in sorted(missing)})
    unclear = sorted(f"{zone}: {', '.join(sorted(found.unclear[zone]))}" for zone in found.unclear if zone in offered)
    if unclear:
        return Unknown(f"network interfaces of a type that this version does not know may be workloads ({unclear[0]})")
    if found.lost:
        return Unknown(f"network interfaces are in a zone of which no subnet is to be seen: {', '.join(found.lost)}")
    return out_of_sight(seen) or Pass()


def _breach(seen: Snapshot, settings: MultiAz, standing: Candidates, missing: Mapping[str, int]) -> Judgement:
    candidates = Candidates.of(seen, settings, frozenset(missing))
    if routes_matter(candidates.usable, len(missing)):
        return Need.ROUTES
    chosen = choose(candidates.usable, len(missing))
    added = tuple(subnet.zone_id for subnet in chosen)
    fix = AddSubnets(tuple(subnet.id for subnet in chosen), added) if chosen else None
    evidence: dict[str, object] = {
        "zones": sorted(standing.used_zones),
        "workloads": dict(missing),
        "usable_subnets": [item.subnet.id for item in candidates.usable],
        "full_subnets": list(candidates.full),
    }
    where = listed(f"{zone} ({count} network interface{'' if count == 1 else 's'})" for zone, count in missing.items())
    message = f"workloads run in {where}, where the endpoint does not stand"
    left = [zone for zone in missing if zone not in added]
    if not left:
        return Breach("zone-not-covered", message, evidence, fix)
    full = {one.zone_id for one in seen.subnets or () if one.id in candidates.full}
    code = "zone-not-covered" if fix else "subnets-full" if full.issuperset(left) else "no-fitting-subnet"
    message = f"{message}; no subnet of {', '.join(left)} that is to be seen can take it"
    return Breach(code, message, evidence, fix, "; ".join(_advice(seen, settings, candidates, left)))


def _advice(seen: Snapshot, settings: MultiAz, candidates: Candidates, left: Collection[str]) -> Iterator[str]:
    """What to do about each zone for which there is no subnet."""
    for zone in left:
        full = sorted(one.id for one in seen.subnets or () if one.zone_id == zone and one.id in candidates.full)
        if full:
            few = f"fewer than {settings.min_free_addresses} addresses are free in {', '.join(full)}"
            yield f"{few}: free some, or add a subnet in {zone}"
        else:
            yield f"make a subnet in {zone} for an endpoint of address type {seen.endpoint.ip_address_type}"
