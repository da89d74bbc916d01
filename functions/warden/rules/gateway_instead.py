"""The rule `gateway-instead`: what a free gateway endpoint would do is not paid for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ..code_changes import TakeOut
from ..ec2_commands import creating, modifying
from ..gateways import gateways, has_gateway
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
    Unknown,
)
from ..neighbours import RouteTable
from ..prices import and_cost
from ..recipe import OR_IN_CODE, deleting
from ..settings import Settings, telling
from ..standard import Standard
from .rule import beside_the_point, rule

WAYS: Final[Mapping[str, str]] = {
    "vgw-": "a virtual private gateway (VPN or Direct Connect)",
    "tgw-": "a transit gateway",
    "pcx-": "a peered VPC",
    "arn:": "a core network",
    "lgw-": "an Outpost's local gateway",
    "cagw-": "a carrier gateway",
    "eni-": "a network appliance",
    "i-": "a network appliance",
}
"""What leads out of a VPC to clients that could come in by it too, by the prefix of a route's target.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
"""
WITHIN: Final = ("local", "nat-", "igw-", "eigw-", "vpce-")
"""Where other routes lead: what comes from there has no way to a private address of the VPC."""


FIRST: Final = (
    "at a quiet hour, since open connections to the service break, and once security groups and network ACLs let the "
    "clients out to the addresses of the service's prefix list: "
)
"""Before a gateway endpoint serves a route table."""
POLICY: Final = ' (with the policy that you mean, whose Principal must be "*": without one, everything is allowed)'


class GatewayInstead(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "gateway-instead"
    mode = telling(Mode.OFF)


@rule(
    GatewayInstead,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE}),
    not_for={
        Kind.GATEWAY: "it is a gateway endpoint",
        Kind.GATEWAY_LOAD_BALANCER: "no gateway endpoint leads to appliances",
        Kind.RESOURCE: "no gateway endpoint leads to a resource configuration",
        Kind.SERVICE_NETWORK: "no gateway endpoint leads to a service network",
    },
    needs=frozenset({Need.SIBLINGS, Need.ROUTES, Need.VPC}),
    reads_service=False,
)
def gateway_instead(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of S3 and DynamoDB endpoints that a gateway endpoint could replace. Off, unless the standard says otherwise.

    Why: interface endpoints cost by the hour in each zone and by the byte, gateway endpoints nothing.
    Fix: none: clients change their way, and open connections break. The finding has the commands.
    Risk: none, nothing is changed. Gateway endpoints serve clients of their own VPC only, so it is UNKNOWN where any
        route of the VPC leads to other networks (VPN, Direct Connect, transit gateway, peering, core network, Outpost,
        carrier network, appliances), in whichever direction it is used. Without such a route no client outside gets an
        answer; what comes from outside through something of the VPC's own (Client VPN, a proxy, a load balancer) is not
        to be seen. An endpoint whose private DNS is for inbound Resolver endpoints only serves clients outside, beside
        a gateway endpoint, and passes.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html,
        https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html,
        https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-ddb.html
    """
    del standard
    endpoint = seen.endpoint
    left_out = beside_the_point(endpoint)
    if left_out:
        return left_out
    if not has_gateway(endpoint):
        return NotApplicable("there is no gateway endpoint to this service")
    if endpoint.private_dns and endpoint.inbound_only:
        return Pass()
    if seen.route_tables is None:
        return Need.ROUTES
    return _by_routes(seen, seen.route_tables)


def _by_routes(seen: Snapshot, tables: tuple[RouteTable, ...]) -> Judgement:
    outside = _outside(tables)
    if outside:
        return Unknown(outside)
    if seen.vpc is None:
        return Need.VPC
    if seen.vpc.owner != seen.endpoint.key.account:
        return Unknown(f"{seen.endpoint.vpc_id} is not seen to be this account's own: others see and change its routes")
    if seen.siblings is None:
        return Need.SIBLINGS
    present = gateways(seen.endpoint, seen.siblings)
    other = [one.key.id for one in present if one.ip_address_type not in {"dualstack", seen.endpoint.ip_address_type}]
    if other:
        return Unknown(
            f"{', '.join(other)}, the gateway endpoint of the VPC, has not the type of addresses of this one "
            f"({seen.endpoint.ip_address_type}): whether its clients ask over IPv6 is not known"
        )
    return _breach(seen.endpoint, tables, present)


def _outside(tables: tuple[RouteTable, ...]) -> str:
    """Why clients may come from outside the VPC; "" where no route leads there."""
    if not any(table.main for table in tables):
        return "the route tables of the VPC are not all to be seen: clients may come from other networks"
    ways = ", ".join(sorted(set(_ways(tables))))
    return f"the VPC has routes to {ways}: clients may come from there, whom no gateway endpoint serves" if ways else ""


def _ways(tables: Sequence[RouteTable]) -> Iterator[str]:
    """Each way out, as people know it; one that leads nowhere now may lead again."""
    for target in (route.target for table in tables for route in table.routes):
        if not target.startswith(WITHIN):
            way = next((words for prefix, words in WAYS.items() if target.startswith(prefix)), "what is not known")
            yield f"{way} ({target})" if target else way


def _breach(endpoint: Endpoint, tables: tuple[RouteTable, ...], present: tuple[Endpoint, ...]) -> Breach:
    served = {name for one in present for name in one.route_table_ids}
    used = sorted(table.id for table in tables if table.main or table.subnet_ids)
    missing = [name for name in used if name not in served]
    names = ", ".join(one.key.id for one in present)
    free = f"a free gateway endpoint of {endpoint.service_name}"
    words = (
        f"no route of the VPC leads to another private network, so that {f'{names}, {free},' if names else free} would "
        f"do what the endpoint does{and_cost(endpoint)}"
    )
    evidence = {
        "service": endpoint.service_name,
        "gateway_endpoints": [one.key.id for one in present],
        "route_tables_without": missing,
    }
    by_hand, in_code = ("; then ".join(_steps(endpoint, present, missing, coded=coded)) for coded in (False, True))
    return Breach("gateway-would-do", words, evidence, advice=by_hand, in_code=InCode(in_code, TakeOut()))


def _steps(endpoint: Endpoint, present: Sequence[Endpoint], missing: Sequence[str], *, coded: bool) -> Iterator[str]:
    """What to do, in this order: nothing is taken away before what replaces it is there."""
    if missing:
        serving = f"`{_serving(endpoint, present, missing)}`{OR_IN_CODE if coded else ''}"
        yield f"{FIRST}{serving}{'' if present else POLICY}"
    yield (
        f"see that nobody uses the names or addresses of {endpoint.key.id} itself (clients, DNS records, load "
        "balancers, Client VPN), and that no policy names it (aws:SourceVpce)"
    )
    yield from _in_code(endpoint) if coded else _by_hand(endpoint)


def _by_hand(endpoint: Endpoint) -> Iterator[str]:
    """How it is taken away then, its names first."""
    if endpoint.private_dns:
        yield f"`{modifying(endpoint.key, '--no-private-dns-enabled')}`, and watch"
    yield f"`{deleting(endpoint)}`"


def _in_code(endpoint: Endpoint) -> Iterator[str]:
    """The same where code manages it."""
    if endpoint.private_dns:
        yield "turn its private DNS off in the code that manages it, deploy that, and watch"
    yield f"take its resource out of {'that code' if endpoint.private_dns else 'the code that manages it'}"


def _serving(endpoint: Endpoint, present: Sequence[Endpoint], tables: Sequence[str]) -> str:
    """The command by which a gateway endpoint serves these route tables."""
    if present:
        return modifying(present[0].key, "--add-route-table-ids", *tables)
    addresses = () if endpoint.ip_address_type == "ipv4" else ("--ip-address-type", endpoint.ip_address_type)
    options = ("--route-table-ids", *tables, *addresses, "--policy-document", "file://policy.json")
    return creating(endpoint.key.region, endpoint.vpc_id, Kind.GATEWAY.value, endpoint.service_name, *options)
