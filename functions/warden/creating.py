"""How a VPC gets an endpoint that it lacks, by commands of the AWS CLI and in code; pure.

Source: https://docs.aws.amazon.com/cli/latest/reference/ec2/create-vpc-endpoint.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from .code_changes import AddEndpoint, AddTables, Beside, CodeChange, OfEndpoint, SetPrivateDns
from .ec2_commands import creating, modifying
from .managed import by_tags, tool_by_tags
from .model import Endpoint, EndpointKey, Subnet
from .neighbours import Vpc
from .plain import listed
from .service_names import whole_name
from .standard import Standard

_REGION: Final = re.compile(r"\.([a-z]{2,}(?:-[a-z]+)+-\d+)\.")
ZONES: Final = 2
POLICY: Final = "made so, it has the default policy, which lets everybody through: --policy-document gives it yours"


def interface_endpoint(vpc: EndpointKey, service: str, subnets: Iterable[Subnet], *, private_dns: bool) -> AddEndpoint:
    """An interface endpoint in a subnet of each of two zones; who is let in is to be filled in."""
    usable = tuple(subnets)
    chosen = _of_two_zones([one for one in usable if one.ipv4] or usable)
    return AddEndpoint(
        vpc,
        "Interface",
        whole_name(service, vpc.region),
        subnet_ids=tuple(one.id for one in chosen) or ("SUBNET",),
        security_group_ids=("SECURITY_GROUP",),
        ip_address_type="" if all(one.ipv4 for one in chosen) else "ipv6",
        private_dns=private_dns,
        service_region=_abroad(whole_name(service, vpc.region), vpc.region),
    )


def gateway_endpoint(vpc: EndpointKey, service: str, tables: Iterable[str]) -> AddEndpoint:
    """A gateway endpoint on these route tables; on which, is to be filled in where none is to be seen."""
    name = whole_name(service, vpc.region, gateway=True)
    return AddEndpoint(vpc, "Gateway", name, route_table_ids=tuple(sorted(tables)) or ("ROUTE_TABLE",))


def _abroad(name: str, region: str) -> str:
    """The region in a service's whole name, where that is another; "" of names with this one or with none."""
    said = _REGION.search(name)
    return said[1] if said and said[1] != region else ""


class Way(NamedTuple):
    """How a service gets an endpoint that works: by command, and in code where that is known to manage it."""

    words: str
    beside: Beside | OfEndpoint | None = None
    makes: bool = False
    """Whether an endpoint is made: what is there already keeps its policy."""


def each(ways: Iterable[tuple[str, Way]]) -> str:
    """The way of each service, by its name; and, once, what the policy is of those that are made."""
    named = list(ways)
    made = any(way.makes for _, way in named)
    return "; ".join([*(f"for {service}: {way.words}" for service, way in named), *([POLICY] if made else [])])


def adding(wanted: AddEndpoint, vpc: Vpc, standard: Standard) -> Way:
    """Make an endpoint; the VPC's code is no more than where it may stand."""
    command = f"`{_made(wanted)}`"
    if not by_tags(vpc.tags, standard):
        return Way(command, makes=True)
    beside = Beside(vpc.id, wanted.vpc.region, vpc.tags, tool_by_tags(vpc.tags, standard), wanted)
    return Way(f"{command}, or add the same to the code that manages {vpc.id}", beside, makes=True)


def extending(gateways: Iterable[Endpoint], tables: Iterable[str], standard: Standard) -> Way:
    """Put one of these gateway endpoints on these route tables too: the one that is on the most already."""
    endpoint, added = max(gateways, key=lambda one: (len(one.route_table_ids), one.key.id)), tuple(sorted(tables))
    by_hand = modifying(endpoint.key, "--add-route-table-ids", *added)
    in_code = f"put {endpoint.key.id} on {listed(added)}"
    return _changing(endpoint, by_hand, in_code, AddTables(added), standard)


def naming(endpoint: Endpoint, standard: Standard) -> Way:
    """Let the VPC's clients find an interface endpoint by the service's own name."""
    by_hand = modifying(endpoint.key, "--private-dns-enabled")
    in_code = f"turn the private DNS of {endpoint.key.id} on"
    return _changing(endpoint, by_hand, in_code, SetPrivateDns(on=True), standard)


def _changing(endpoint: Endpoint, by_hand: str, in_code: str, change: CodeChange, standard: Standard) -> Way:
    if not by_tags(endpoint.tags, standard) or endpoint.requester_managed:
        return Way(f"`{by_hand}`")
    tool = tool_by_tags(endpoint.tags, standard)
    return Way(f"{in_code} in the code that manages it", OfEndpoint(endpoint, tool, change))


def _made(wanted: AddEndpoint) -> str:
    dns = {None: (), True: ("--private-dns-enabled",), False: ("--no-private-dns-enabled",)}[wanted.private_dns]
    words = (
        ("--service-region", (wanted.service_region,) if wanted.service_region else ()),
        ("--subnet-ids", wanted.subnet_ids),
        ("--security-group-ids", wanted.security_group_ids),
        ("--route-table-ids", wanted.route_table_ids),
        ("--ip-address-type", (wanted.ip_address_type,) if wanted.ip_address_type else ()),
    )
    options = [word for option, values in words if values for word in (option, *values)]
    key = wanted.vpc
    return creating(key.region, key.id, wanted.type_name, wanted.service_name, *options, *dns)


def _of_two_zones(subnets: Iterable[Subnet]) -> list[Subnet]:
    """The best subnet of each of two zones: a private one, then the one with the most free addresses."""
    best: dict[str, Subnet] = {}
    for subnet in sorted(subnets, key=lambda one: (one.private is False, -one.free_addresses, one.id)):
        best.setdefault(subnet.zone_id, subnet)
    return list(best.values())[:ZONES]
