"""The rule `gwlb-route-locality`: a subnet's way out leads to the Gateway Load Balancer endpoint of its own zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..ec2_commands import ec2
from ..inspection import Lead, leads, leads_out, set_of, without_table, zones_of
from ..model import (
    DEAD_STATES,
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
from ..neighbours import Vpc, table_of
from ..settings import Settings, telling
from ..standard import Standard
from ..zones import offered_zones
from .rule import out_of_sight, rule, zones_untold

NOT_FOR: Final[Mapping[Kind, str]] = {
    Kind.INTERFACE: "no route leads to an interface endpoint",
    Kind.GATEWAY: "a gateway endpoint stands in no zone",
    Kind.RESOURCE: "no route leads to a resource endpoint",
    Kind.SERVICE_NETWORK: "no route leads to a service-network endpoint",
}
SHOWN: Final = 3
"""How many routes a message names; all of them are in the evidence and the advice."""
QUIET: Final = "at a quiet hour, since the flows by a route break when it changes: "


class GwlbRouteLocality(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "gwlb-route-locality"
    mode = telling(Mode.OFF)


@rule(
    GwlbRouteLocality,
    severity=Severity.MEDIUM,
    applies_to=frozenset({Kind.GATEWAY_LOAD_BALANCER}),
    not_for=NOT_FOR,
    needs=frozenset({Need.SUBNETS, Need.ROUTES, Need.VPC, Need.SIBLINGS}),
    reads_abroad=False,
)
def gwlb_route_locality(seen: Snapshot, standard: Standard) -> Judgement:  # noqa: ARG001  it has no settings
    """Tell of routes to a Gateway Load Balancer endpoint of another zone. Off, unless the standard says otherwise.

    Why: a subnet that leaves by another zone's endpoint is cut off with that zone and billed for crossing; and what
        comes back to it by its own zone's endpoint meets a stateful appliance that never saw the flow begin.
    Fix: none: a route that is changed breaks the flows that use it. The finding has the command for each.
    Risk: none, nothing is changed. Only active routes of subnets count, those of the main route table too; tables of
        gateways (edge associations) have no subnet. Routes to addresses within the VPC are left out: between subnets of
        two zones both ways must pass one endpoint. Endpoints that an AWS service made, such as AWS Network Firewall,
        are judged too: the routes to them are yours. Of low severity where the service is offered in none of the zones,
        Local Zones among them, so that only its provider could change it.
    Source: https://docs.aws.amazon.com/reference-architecture-diagrams/latest/distributed-inspection-gwlb/distributed-inspection-route-tables.html
    """
    endpoint = seen.endpoint
    if endpoint.state in DEAD_STATES:
        return NotApplicable(f"the endpoint is {endpoint.state} and serves nobody")
    if seen.subnets is None:
        return Need.SUBNETS
    if seen.route_tables is None:
        return Need.ROUTES
    if seen.vpc is None:
        return Need.VPC
    home = zones_of(seen, [endpoint])[endpoint.key.id]
    if home is None:
        return Unknown("the endpoint's subnet is not to be seen: its zone is not known")
    return _judged(seen, home, seen.vpc)


def _judged(seen: Snapshot, home: str, vpc: Vpc) -> Judgement:
    away = [lead for lead in leads(seen, {seen.endpoint.key.id}) if lead.subnet.zone_id != home]
    wrong = [lead for lead in away if leads_out(lead, vpc)]
    if wrong:
        return Need.SIBLINGS if seen.siblings is None else _breach(seen, home, wrong)
    unsure = [lead for lead in away if leads_out(lead, vpc) is None]
    if unsure:
        return Unknown(f"whether {unsure[0]} leads out of the VPC is not known")
    hidden = without_table(seen)
    if hidden:
        return Unknown(f"the route tables of {', '.join(hidden)} are not to be seen")
    return out_of_sight(seen) or Pass()


def _breach(seen: Snapshot, home: str, wrong: Sequence[Lead]) -> Breach:
    ordered = sorted(wrong, key=lambda one: (one.subnet.zone_id, one.table.id, one.route.destination, one.subnet.id))
    words = [
        f"{one.subnet.id} in {one.subnet.zone_id} (route of {one.table.id} to {one.route.destination})"
        for one in ordered[:SHOWN]
    ]
    more = f"; and {len(ordered) - SHOWN} more" if len(ordered) > SHOWN else ""
    message = f"subnets of other zones leave the VPC by the endpoint in {home}: {'; '.join(words)}{more}"
    evidence = {
        "zone": home,
        "routes": [
            {
                "subnet": one.subnet.id,
                "zone": one.subnet.zone_id,
                "route_table": one.table.id,
                "destination": one.route.destination,
            }
            for one in ordered
        ],
    }
    told = zones_untold(seen) is None
    helpless = told and not {one.subnet.zone_id for one in ordered} & offered_zones(seen)
    severity = Severity.LOW if helpless else None
    return Breach("routes-cross-zones", message, evidence, advice=_advice(seen, ordered), severity=severity)


def _advice(seen: Snapshot, wrong: Sequence[Lead]) -> str:
    """How each route would lead to the endpoint of the subnet's own zone.

    A table that serves several zones is told of once for each, not once for each of its subnets.
    """
    local = _local(seen)
    steps = dict.fromkeys(_step(seen, wrong, one, local.get(one.subnet.zone_id)) for one in wrong)
    able = any(one.subnet.zone_id in local or _may_stand(seen, one.subnet.zone_id) for one in wrong)
    return f"{QUIET if able else ''}{'; '.join(steps)}"


def _local(seen: Snapshot) -> dict[str, Endpoint]:
    """The endpoint of each zone that has one; where it has several, one that is ready."""
    members = sorted(set_of(seen), key=lambda one: one.state not in NOT_READY)
    zones = zones_of(seen, members)
    return {zone: one for one in members if (zone := zones[one.key.id]) is not None}


def _may_stand(seen: Snapshot, zone: str) -> bool:
    """Whether an endpoint could be made in the zone, as far as AWS tells."""
    return zones_untold(seen) is not None or zone in offered_zones(seen)


def _step(seen: Snapshot, wrong: Sequence[Lead], one: Lead, local: Endpoint | None) -> str:
    """How one route would lead to the endpoint `local`, None where the zone has none yet."""
    zone, table = one.subnet.zone_id, one.table
    if local is None and not _may_stand(seen, zone):
        return f"the service is not offered in {zone}: only its provider can change that"
    made = f"make an endpoint in {zone} (the rule gwlb-zone-set shows how), then "
    if seen.endpoint.requester_managed:
        made = f"have the AWS service that made the endpoint make one in {zone}, where it has none yet, then "
    first, target = made, "ENDPOINT"
    if local:
        first = f"once {local.key.id} is available, " if local.state in NOT_READY else ""
        target = local.key.id
    served = {subnet.zone_id for subnet in seen.subnets or () if table_of(subnet.id, seen.route_tables or ()) is table}
    if served == {zone}:
        return f"{first}`{_call(seen, 'replace-route', table.id, one, target)}`"
    subnets = ", ".join(
        dict.fromkeys(lead.subnet.id for lead in wrong if lead.table is table and lead.subnet.zone_id == zone)
    )
    call = _call(seen, "create-route", "NEW", one, target)
    return (
        f"{first}give {subnets} in {zone} a route table like {table.id}, which serves several zones, but with `{call}`"
    )


def _call(seen: Snapshot, verb: str, table: str, one: Lead, target: str) -> str:
    destination = one.route.destination
    option = "--destination-ipv6-cidr-block" if ":" in destination else "--destination-cidr-block"
    words = ("--route-table-id", table, option, destination, "--vpc-endpoint-id", target)
    return ec2(verb, seen.endpoint.key.region, *words)
