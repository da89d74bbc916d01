"""The rule `zones-beyond-need`: zones in which an endpoint stands for nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..code_changes import LeaveSubnets
from ..model import (
    Breach,
    Endpoint,
    InCode,
    Judgement,
    Kind,
    Mode,
    Need,
    NotApplicable,
    Pass,
    Severity,
    Snapshot,
    Subnet,
    Unknown,
)
from ..neighbours import Interface
from ..prices import cost_in_words, monthly
from ..recipe import removing, removing_in_code
from ..settings import Settings, telling
from ..standard import Standard
from ..use import Unused, not_measured
from ..zones import MultiAz
from .rule import beside_the_point, out_of_sight, rule

ENDPOINTS: Final = frozenset({"vpc_endpoint", "gateway_load_balancer_endpoint"})
"""The types of the network interfaces of endpoints: all others are of those who could use one.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
"""


class ZonesBeyondNeed(Settings):
    """Settings of the rule; its days are those of `unused`."""

    __slots__ = ()
    rule = "zones-beyond-need"
    mode = telling(Mode.OFF)


@rule(
    ZonesBeyondNeed,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE}),
    not_for={
        Kind.GATEWAY: "a gateway endpoint is an entry in route tables; it stands in no zone",
        Kind.GATEWAY_LOAD_BALANCER: "a Gateway Load Balancer endpoint stands in one zone by design",
        Kind.RESOURCE: "CloudWatch has no metrics of resource endpoints",
        Kind.SERVICE_NETWORK: "CloudWatch has no metrics of service-network endpoints",
    },
    needs=frozenset({Need.USE, Need.USE_BY_SUBNET, Need.VPC, Need.SUBNETS, Need.INTERFACES}),
    reads_service=False,
)
def zones_beyond_need(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of an endpoint's zones with no workload and no byte. Off, unless the standard says otherwise.

    Why: each zone of an endpoint is billed by the hour and holds an address, whether anybody is there or not.
    Fix: none: a zone is never taken away by itself. The finding has the command.
    Risk: a zone that is empty now may be one that an application moves to when another fails. No zone is told of that
        multi-az's `min_zones` needs, in whatever mode that rule is. `days` is that of the rule unused: no byte of an
        endpoint at all is its business. A subnet that the endpoint got within these days looks idle, too. Every network
        interface in use but those of endpoints counts as something that runs there. In a VPC that another account
        shares, others' interfaces are not to be seen: there it is UNKNOWN.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """
    endpoint, days = seen.endpoint, standard.of(Unused).days
    left_out = beside_the_point(endpoint) or not_measured(endpoint, seen.at, days)
    if left_out:
        return left_out
    least = standard.of(MultiAz).min_zones
    if len(endpoint.subnet_ids) <= least:  # EC2 takes one subnet per zone: subnets count zones
        return Pass()
    if seen.use is None:
        return Need.USE
    if not seen.use.moved:
        return NotApplicable("the whole endpoint moved no byte, which is the matter of the rule unused")
    if seen.use_by_subnet is None:
        return Need.USE_BY_SUBNET
    idle = [subnet for subnet, moved in seen.use_by_subnet.items() if not moved]
    return _empty(seen, idle, days, least) if idle else Pass()


def _empty(seen: Snapshot, idle: Sequence[str], days: int, least: int) -> Judgement:
    """Judge the zones through which nothing went, by whether anybody is there."""
    hidden = out_of_sight(seen)
    if hidden:
        return hidden
    if seen.subnets is None:
        return Need.SUBNETS
    known = {subnet.id: subnet for subnet in seen.subnets}
    strangers = [subnet for subnet in idle if subnet not in known]
    if strangers:
        return Unknown(f"subnets of the endpoint are not to be seen: {', '.join(strangers)}")
    if seen.interfaces is None:
        return Need.INTERFACES
    working = [(one.id, _zone_of(one, known)) for one in seen.interfaces if _works(one, seen.endpoint)]
    lost = ", ".join(sorted(name for name, zone in working if not zone))
    peopled = {zone for _, zone in working}
    beyond = sorted((known[one] for one in idle if known[one].zone_name not in peopled), key=lambda one: one.zone_id)
    if beyond and lost:
        return Unknown(f"in which zone these network interfaces are is not to be seen: {lost}")
    return _breach(seen.endpoint, beyond, days, least) if beyond else Pass()


def _zone_of(interface: Interface, known: Mapping[str, Subnet]) -> str:
    """The name of its zone, or its subnet's; "" where neither is told."""
    subnet = known.get(interface.subnet_id)
    return interface.zone_name or (subnet.zone_name if subnet else "")


def _works(interface: Interface, endpoint: Endpoint) -> bool:
    return interface.type not in ENDPOINTS and interface.id not in endpoint.network_interface_ids


def _breach(endpoint: Endpoint, beyond: Sequence[Subnet], days: int, least: int) -> Breach:
    count = min(len(beyond), len(endpoint.subnet_ids) - least)
    zones = ", ".join(subnet.zone_id for subnet in beyond)
    some = "" if count == len(beyond) else f" ({count} of them can go: multi-az demands {least} zones)"
    message = (
        f"the endpoint stands in {zones}, where nothing else runs, and through which no byte went in {days} "
        f"days{some}; {cost_in_words(endpoint, count)}"
    )
    evidence = {
        "days": days,
        "zones": [subnet.zone_id for subnet in beyond],
        "subnets": [subnet.id for subnet in beyond],
        "min_zones": least,
        "usd_per_month": monthly(endpoint, count),
    }
    gone, left = tuple(subnet.id for subnet in beyond[:count]), len(endpoint.subnet_ids) - count
    left_then = f"{left} zone{' is' if left == 1 else 's are'} left, and multi-az demands {least}"
    advice, coded = (
        f"if nothing is to run there, {how}, which breaks the connections through it; {left_then}"
        for how in (f"`{removing(endpoint, gone)}`", removing_in_code(gone))
    )
    in_code = InCode(coded, LeaveSubnets(gone))
    return Breach("zones-beyond-need", message, evidence, advice=advice, in_code=in_code)
