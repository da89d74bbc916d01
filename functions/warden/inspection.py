"""Gateway Load Balancer endpoints of one VPC and service as a set, and the subnets' routes that lead to them; pure.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from .model import DEAD_STATES, NOT_READY, Endpoint, Snapshot, Subnet
from .neighbours import Interface, Route, RouteTable, Vpc, table_of
from .ranges import spans, uncovered

EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})
ANSWERING: Final = frozenset({"vpc_endpoint", "gateway_load_balancer_endpoint"})
"""Types of network interface that send nothing by themselves, so that no route of their subnet is used for them."""


class Lead(NamedTuple):
    """A subnet's route that leads to an endpoint."""

    subnet: Subnet
    table: RouteTable
    route: Route

    def __str__(self) -> str:
        """Say it in few words."""
        return f"the route of {self.table.id} to {self.route.destination or 'a destination that EC2 does not tell'}"


def set_of(seen: Snapshot) -> tuple[Endpoint, ...]:
    """The endpoint and those of its kind, VPC and service beside it, the dead left out, by id; siblings were read."""
    one = seen.endpoint
    beside = (other for other in seen.siblings or () if _alike(other, one) and other.state not in DEAD_STATES)
    return tuple(sorted((one, *beside), key=lambda member: member.key.id))


def speaker(members: Collection[Endpoint]) -> Endpoint:
    """The one of a set that is told of what the set lacks: that of the lowest id, of those that are judged."""
    judged = [one for one in members if one.state not in NOT_READY and not one.requester_managed]
    return min(judged or members, key=lambda one: one.key.id)


def zones_of(seen: Snapshot, members: Collection[Endpoint]) -> dict[str, str | None]:
    """The zone id of each endpoint, by its id; None where its subnet is not to be seen."""
    zones = {subnet.id: subnet.zone_id for subnet in seen.subnets or ()}
    return {one.key.id: next((zones.get(name) for name in one.subnet_ids), None) for one in members}


def leads(seen: Snapshot, targets: Collection[str]) -> Iterator[Lead]:
    """The active routes of subnets to any of these endpoints, always in the same order, which EC2 does not promise.

    A route table of a gateway (an edge association) has no subnet, and so none here.
    """
    for subnet in sorted(seen.subnets or (), key=lambda one: one.id):
        table = table_of(subnet.id, seen.route_tables or ())
        for route in sorted(table.routes) if table else ():
            if route.active and route.target in targets and table:
                yield Lead(subnet, table, route)


def without_table(seen: Snapshot) -> tuple[str, ...]:
    """The subnets whose routes are not to be seen."""
    return tuple(sorted(one.id for one in seen.subnets or () if table_of(one.id, seen.route_tables or ()) is None))


def leads_out(lead: Lead, vpc: Vpc) -> bool | None:
    """Whether the route is for addresses outside the VPC; None where that is not known.

    Between subnets of two zones both ways must pass the same endpoint, or stateful appliances see half of each flow:
    one of the two then crosses zones, and rightly so. Prefix lists are not read.
    """
    destination = lead.route.destination
    if destination in EVERYWHERE:
        return True
    if not destination or destination.startswith("pl-") or not vpc.id:
        return None
    return any(uncovered([destination], spans(vpc.cidrs)))


def sends(interface: Interface) -> bool:
    """Whether traffic leaves by it on its own account or another's, and so by the routes of its subnet."""
    return interface.type not in ANSWERING


def _alike(one: Endpoint, other: Endpoint) -> bool:
    return (one.type_name, one.vpc_id, one.service_name) == (other.type_name, other.vpc_id, other.service_name)
