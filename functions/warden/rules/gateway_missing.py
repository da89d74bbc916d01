"""The rule `gateway-missing`: what a gateway endpoint would carry for nothing does not go through a NAT gateway."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..checked import NotAllowed, listed
from ..creating import Way, adding, each, extending, gateway_endpoint
from ..gateways import GATEWAYS
from ..model import DEAD_STATES, Breach, Endpoint, Kind, Mode, NotApplicable, Pass, Severity, Unknown
from ..neighbours import RouteTable
from ..plain import listed as in_words
from ..service_names import whole_name
from ..settings import Setting, Settings, telling
from ..standard import Standard
from ..subjects import VpcSeen
from .rule import Answer, subject_rule

EVERYWHERE: Final = "0.0.0.0/0"
NO_NAT: Final = "no default route of the VPC's subnets leads to a NAT gateway"


def gateway_service(value: object) -> str:
    """Read the name of a service that has gateway endpoints."""
    if isinstance(value, str) and value in GATEWAYS:
        return value
    raise NotAllowed(", ".join(sorted(GATEWAYS)))


class GatewayMissing(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "gateway-missing"
    mode = telling(Mode.OFF)
    leave_out: Setting[tuple[str, ...]] = Setting(
        (), listed(gateway_service), 'of "s3" and "dynamodb", those that are not looked for: ["dynamodb"]'
    )


class Gap(NamedTuple):
    """A service without a gateway endpoint on some route tables, and how one comes there."""

    service: str
    tables: tuple[str, ...]
    way: Way


@subject_rule(GatewayMissing, severity=Severity.LOW)
def gateway_missing(seen: VpcSeen, standard: Standard) -> Answer:
    """Tell of NAT gateways that carry what a gateway endpoint would, free. Off, unless the standard says otherwise.

    Why: each GB through a NAT gateway is billed, and a gateway endpoint to S3 or DynamoDB costs nothing.
    Fix: none: while a route table changes, open connections to the service break. The finding has the command, and what
        to change in code where an endpoint's or the VPC's own tags say that code manages it.
    Risk: none, nothing is changed. By a gateway endpoint requests come from private addresses, so that policies with
        aws:SourceIp no longer match. Judged are route tables that a subnet uses and whose active default route
        (0.0.0.0/0) leads to a NAT gateway. Default routes to a transit gateway are not: whether a NAT gateway stands
        behind them is not to be seen, and the way may be meant. An interface endpoint with private DNS on takes the
        traffic too; names that a hub's hosted zone resolves are not seen: `leave_out` the service then.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
        https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-pricing.html
    """
    if seen.shared:
        return NotApplicable(f"account {seen.vpc.owner} owns the VPC: it alone can add a gateway endpoint")
    natted = {table.id: table for table in seen.tables.values() if table and nat_gateways(table)}
    if not natted:
        hidden = [subnet for subnet, table in seen.tables.items() if table is None]
        return Unknown(f"the route table of {in_words(hidden)} is not to be seen") if hidden else NotApplicable(NO_NAT)
    left_out = standard.of(GatewayMissing).leave_out
    services = tuple(one for one in GATEWAYS if one not in left_out)
    gaps = [gap for service in services if (gap := _gap(seen, service, natted, standard))]
    waiting = {gap.service: _waiting(seen, gap.service) for gap in gaps}
    certain = [gap for gap in gaps if not waiting[gap.service]]
    if gaps and not certain:
        return Unknown(", ".join(f"{one.key.id} is {one.state}" for some in waiting.values() for one in some))
    return _breach(certain, natted) if certain else Pass()


def nat_gateways(table: RouteTable) -> tuple[str, ...]:
    """The NAT gateways to which an active default route of the table leads."""
    return tuple(
        route.target
        for route in table.routes
        if route.active and route.destination == EVERYWHERE and route.target.startswith("nat-")
    )


def _of(endpoint: Endpoint, service: str) -> bool:
    """Whether it leads to the service under its plain name: by a FIPS variant's private DNS no other name is found."""
    return endpoint.service_name in {whole_name(service, endpoint.key.region, gateway=one) for one in (True, False)}


def _waiting(seen: VpcSeen, service: str) -> list[Endpoint]:
    """Endpoints that may yet come to take the service's traffic."""
    return [one for one in seen.endpoints if _of(one, service) and one.state not in DEAD_STATES | {"available"}]


def _gap(seen: VpcSeen, service: str, natted: dict[str, RouteTable], standard: Standard) -> Gap | None:
    """The route tables to NAT gateways on which the service has no gateway endpoint; None where there are none."""
    ready = [one for one in seen.endpoints if _of(one, service) and one.state == "available"]
    if any(one.kind is Kind.INTERFACE and one.subnet_ids and one.private_dns and not one.inbound_only for one in ready):
        return None
    gateways = [one for one in ready if one.kind is Kind.GATEWAY]
    covered = {table for one in gateways for table in one.route_table_ids}
    tables = tuple(sorted(natted.keys() - covered))
    if not tables:
        return None
    if gateways:
        return Gap(service, tables, extending(gateways, tables, standard))
    return Gap(service, tables, adding(gateway_endpoint(seen.key, service, tables), seen.vpc, standard))


def _breach(gaps: list[Gap], natted: dict[str, RouteTable]) -> Breach:
    tables = sorted({table for gap in gaps for table in gap.tables})
    names = sorted({nat for table in tables for nat in nat_gateways(natted[table])})
    by_tables: dict[tuple[str, ...], list[str]] = {}
    for gap in gaps:
        by_tables.setdefault(gap.tables, []).append(gap.service)
    ways = [f"to {in_words(services)} from {in_words(rtbs)}" for rtbs, services in by_tables.items()]
    commands = each((gap.service, gap.way) for gap in gaps)
    return Breach(
        "through-nat",
        f"requests {' and '.join(ways)} go through {in_words(names)}, though a gateway endpoint would be free",
        {"services": [gap.service for gap in gaps], "route_tables": tables, "nat_gateways": names},
        advice=f"see that no policy counts on the NAT gateways' addresses (aws:SourceIp); then {commands}",
        parts=tuple(f"{gap.service} {table}" for gap in gaps for table in gap.tables),
        beside=tuple(gap.way.beside for gap in gaps if gap.way.beside),
    )
