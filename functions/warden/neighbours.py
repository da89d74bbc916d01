"""Facts about what stands around an endpoint: its VPC, route tables, security groups and network interfaces; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Vpc(NamedTuple):
    """A VPC, its own or shared with this account; `cidrs` are all its IPv4 and IPv6 ranges."""

    id: str
    cidrs: tuple[str, ...]
    owner: str = ""
    """The account that owns it, which differs from the endpoint's where it is shared."""
    tags: Mapping[str, str] = {}

    def may_hide_tags(self, account: str) -> bool:
        """Whether it may have tags that are not to be seen: nor is it, or it is another account's and shows none."""
        return not self.id or (self.owner not in {"", account} and not self.tags)


NO_VPC: Final = Vpc("", ())
"""Stands for one that is not to be seen."""


class Dns(NamedTuple):
    """The two attributes of a VPC without which private DNS names do not resolve in it; None where it is not seen."""

    support: bool | None
    hostnames: bool | None


class HostedZone(NamedTuple):
    """A private hosted zone; either an account owns it or an AWS service."""

    id: str
    name: str
    account: str = ""
    service: str = ""

    def has_name(self, name: str) -> bool:
        """Whether it is of this name; Route 53 ends names with a dot, and may write an asterisk by its octal code.

        Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
        """
        return self.name.replace("\\052", "*").rstrip(".").lower() == name.rstrip(".").lower()


class HostedZones(NamedTuple):
    """The private hosted zones that are associated with a VPC; None where they are not to be seen."""

    known: tuple[HostedZone, ...] | None


class Permission(NamedTuple):
    """One inbound permission of a security group; ports None where the protocol has none or all are meant."""

    protocol: str
    """"-1" for all, "tcp", "udp", "icmp", "icmpv6" or a number, as EC2 tells it."""
    first_port: int | None = None
    last_port: int | None = None
    ranges: tuple[str, ...] = ()
    """IPv4 and IPv6 CIDR blocks."""
    prefix_lists: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Ids of security groups whose members may come in."""
    accounts: tuple[tuple[str, str], ...] = ()
    """(id, account) of those groups of which EC2 tells the account: without it a peered VPC's cannot be named."""
    descriptions: tuple[tuple[str, str], ...] = ()
    """(source, words) of those blocks, lists and groups that somebody described."""

    @property
    def sources(self) -> tuple[str, ...]:
        """All that it lets in."""
        return (*self.ranges, *self.prefix_lists, *self.groups)


class SecurityGroup(NamedTuple):
    """A security group and what it lets in; "default" is the name of each VPC's own and of no other."""

    id: str
    name: str
    vpc_id: str
    inbound: tuple[Permission, ...] = ()
    tags: Mapping[str, str] = {}


class Route(NamedTuple):
    """One route: `destination` is a CIDR block or the id of a prefix list, `target` an id such as "nat-..."."""

    destination: str
    target: str
    active: bool = True
    """Whether it leads anywhere: a blackhole does not."""


class RouteTable(NamedTuple):
    """A route table; the main one of a VPC is that of every subnet which no other names."""

    id: str
    vpc_id: str
    routes: tuple[Route, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    main: bool = False


class Interface(NamedTuple):
    """A network interface that is in use; `type` as EC2 spells it ("interface", "lambda", "vpc_endpoint"...)."""

    id: str
    subnet_id: str
    zone_name: str
    type: str = "interface"
    group_ids: tuple[str, ...] = ()
    requester: str = ""
    """Who had it made, where that is told: "amazon-elb" of every load balancer, whatever its type."""


def table_of(subnet_id: str, tables: tuple[RouteTable, ...]) -> RouteTable | None:
    """The route table of a subnet: the one that names it, else the main one; None where neither is to be seen.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    own = next((table for table in tables if subnet_id in table.subnet_ids), None)
    return own or next((table for table in tables if table.main), None)


def is_public(table: RouteTable) -> bool:
    """Whether a route of the table leads to an internet gateway, which is what makes a subnet public.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
    """
    return any(route.target.startswith("igw-") for route in table.routes)
