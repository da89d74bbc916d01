"""The rule `gwlb-zone-set`: Gateway Load Balancer endpoints of a VPC and service stand in every zone that uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..ec2_commands import creating
from ..inspection import Lead, leads, leads_out, sends, set_of, speaker, without_table, zones_of
from ..model import (
    NOT_READY,
    Breach,
    Endpoint,
    Judgement,
    Kind,
    Mode,
    Need,
    NotApplicable,
    Pass,
    Severity,
    Snapshot,
    Unknown,
)
from ..neighbours import Vpc
from ..plain import listed
from ..settings import Settings, telling
from ..standard import Standard
from ..zones import offered_zones
from .rule import beside_the_point, out_of_sight, rule, zones_untold

NOT_FOR: Final[Mapping[Kind, str]] = {
    Kind.INTERFACE: "an interface endpoint stands in several zones by itself, which multi-az and zone-coverage judge",
    Kind.GATEWAY: "a gateway endpoint stands in no zone",
    Kind.RESOURCE: "no route leads to a resource endpoint",
    Kind.SERVICE_NETWORK: "no route leads to a service-network endpoint",
}


class GwlbZoneSet(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "gwlb-zone-set"
    mode = telling(Mode.OFF)


@rule(
    GwlbZoneSet,
    severity=Severity.HIGH,
    applies_to=frozenset({Kind.GATEWAY_LOAD_BALANCER}),
    not_for=NOT_FOR,
    needs=frozenset({Need.SIBLINGS, Need.SUBNETS, Need.ROUTES, Need.VPC, Need.INTERFACES}),
    reads_abroad=False,
)
def gwlb_zone_set(seen: Snapshot, standard: Standard) -> Judgement:  # noqa: ARG001  it has no settings
    """Tell of zones that use a Gateway Load Balancer endpoint of another. Off, unless the standard says otherwise.

    Why: such an endpoint stands in one zone; when that zone is lost, every subnet whose way out leads to it is cut off,
        in whatever zone it is, and until then its traffic crosses zones and is billed for that.
    Fix: none: an endpoint is made, and routes are changed, by people. The finding has the command.
    Risk: none, nothing is changed. The endpoints of one VPC and service are judged together: what all of them lack
        is a finding of the one with the lowest id. A zone counts if the service is offered there, and a subnet in it
        has both an active route out of the VPC to one of them and a network interface other than an endpoint's (those
        of NAT gateways, load balancers and transit gateways included). Routes between subnets of the VPC do not count:
        both ways must pass one endpoint. Nor do route tables of gateways, which have no subnet.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
    """
    left_out = beside_the_point(seen.endpoint)
    if left_out:
        return left_out
    if seen.siblings is None:
        return Need.SIBLINGS
    members = set_of(seen)
    told = speaker(members).key
    if told != seen.endpoint.key:
        return NotApplicable(f"judged together with {told.id}, of the same VPC and service")
    if seen.subnets is None:
        return Need.SUBNETS
    if seen.route_tables is None:
        return Need.ROUTES
    return Need.VPC if seen.vpc is None else _judged(seen, members, seen.vpc)


def _judged(seen: Snapshot, members: tuple[Endpoint, ...], vpc: Vpc) -> Judgement:
    zones = zones_of(seen, members)
    strangers = [name for name, zone in zones.items() if zone is None]
    if strangers:
        return Unknown(f"the subnets of {', '.join(strangers)} are not to be seen: their zones are not known")
    standing = {zones[one.key.id] for one in members if one.state not in NOT_READY}
    found = [(lead, leads_out(lead, vpc)) for lead in leads(seen, zones)]
    away = [lead for lead, out in found if out and lead.subnet.zone_id not in standing]
    if away and seen.interfaces is None:
        return Need.INTERFACES
    used = {one.subnet_id for one in seen.interfaces or () if sends(one)}
    lacking = [lead for lead in away if lead.subnet.id in used]
    untold = zones_untold(seen) if lacking else None
    if untold:
        return untold
    lacking = [lead for lead in lacking if lead.subnet.zone_id in offered_zones(seen)]
    coming = {zones[one.key.id]: one for one in members if one.state in NOT_READY}
    missing = [lead for lead in lacking if lead.subnet.zone_id not in coming]
    if missing:
        return _breach(seen, missing, zones)
    if lacking:
        one = coming[lacking[0].subnet.zone_id]
        return Unknown(f"{one.key.id} in {lacking[0].subnet.zone_id} is {one.state}")
    unsure = [lead for lead, out in found if out is None and lead.subnet.zone_id not in standing]
    return _nothing_lacking(seen, unsure, routed=any(out for _, out in found))


def _nothing_lacking(seen: Snapshot, unsure: list[Lead], *, routed: bool) -> Judgement:
    """What is said where no zone is known to lack an endpoint."""
    if unsure:
        return Unknown(f"whether {unsure[0]} leads out of the VPC is not known")
    hidden = without_table(seen)
    if hidden:
        return Unknown(f"the route tables of {', '.join(hidden)} are not to be seen")
    return out_of_sight(seen) or (
        Pass() if routed else NotApplicable("no subnet's way out of the VPC leads to the set")
    )


def _breach(seen: Snapshot, missing: list[Lead], zones: Mapping[str, str | None]) -> Breach:
    routed: dict[str, list[str]] = {}
    ordered = sorted(missing, key=lambda one: (one.subnet.zone_id, one.subnet.id))
    for lead in ordered:
        subnets = routed.setdefault(lead.subnet.zone_id, [])
        subnets += [lead.subnet.id] if lead.subnet.id not in subnets else []
    cut_off = listed(f"{one.subnet.id} ({one.subnet.zone_id})" for one in ordered)
    by = listed(f"{one.route.target} in {zones[one.route.target]}" for one in ordered)
    message = f"the way out of {cut_off} leads to {by}: no endpoint of the service stands in {listed(routed)}"
    tables = ", ".join(dict.fromkeys(lead.table.id for lead in missing))
    commands = "; ".join(f"in {zone}, in a subnet of its own: `{_creating(seen)}`" for zone in routed)
    advice = (
        f"make an endpoint {commands}; once it is available, lead the routes of {tables} there: the rule "
        "gwlb-route-locality has the command for each"
    )
    return Breach("zone-without-endpoint", message, {"endpoints": dict(zones), "routed": routed}, advice=advice)


def _creating(seen: Snapshot) -> str:
    one = seen.endpoint
    families = () if one.ip_address_type == "ipv4" else ("--ip-address-type", one.ip_address_type)
    return creating(one.key.region, one.vpc_id, one.type_name, one.service_name, "--subnet-ids", "SUBNET", *families)
