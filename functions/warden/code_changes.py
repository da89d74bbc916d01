"""What would mend a breach in code, of an endpoint or of what stands beside it: for people to change, never done by us.

What Endpoint Warden itself may do is an action (actions.py). None of these is one, so nothing that acts takes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .actions import AddSubnets, EndpointAction, RemoveSubnets
from .model import Endpoint, EndpointKey
from .neighbours import Permission

VALUE: Final = "VALUE"
"""Stands for the value of a tag that only the endpoint's owner knows."""
NEW: Final = "NEW"
"""Stands for the id of a security group that is to be made."""

DNS_IN_TEMPLATE: Final[Mapping[str, str]] = {
    "enableDnsSupport": "EnableDnsSupport",
    "enableDnsHostnames": "EnableDnsHostnames",
}
DNS_IN_CONFIGURATION: Final[Mapping[str, str]] = {
    "enableDnsSupport": "enable_dns_support",
    "enableDnsHostnames": "enable_dns_hostnames",
}
"""The attributes of a VPC as CloudFormation and Terraform name them."""


@dataclass(frozen=True, slots=True)
class SetTags:
    """Give the endpoint these tags, besides the others that it has: each a key and the values that would do.

    No values stand for any but an empty one.
    """

    tags: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class TakePolicy:
    """Give the endpoint the policy of a file that people have by then: what it says is not known before."""

    file: str


@dataclass(frozen=True, slots=True)
class SetPrivateDns:
    """Turn private DNS on or off.

    `all_resolvers` says besides that it is not only for inbound Resolver endpoints, where a service has that choice.
    """

    on: bool
    all_resolvers: bool = False


@dataclass(frozen=True, slots=True)
class LeaveSubnets:
    """Take the endpoint's network interfaces out of these subnets."""

    subnet_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddTables:
    """Put a gateway endpoint on these route tables too."""

    route_table_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SwapGroups:
    """Put a security group that is made for the endpoint in the place of these."""

    group_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take the endpoint's resource out, and with it the endpoint."""


@dataclass(frozen=True, slots=True)
class SetIngress:
    """Let a security group let in all this, and nothing else."""

    permissions: tuple[Permission, ...]
    """Their `accounts` are those of groups of other accounts alone."""


@dataclass(frozen=True, slots=True)
class TurnOnDns:
    """Turn these attributes of a VPC on: "enableDnsSupport" and "enableDnsHostnames", as EC2 spells them."""

    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddEndpoint:
    """Give a VPC an endpoint; a service by its whole name, ids that are not known as words in their place."""

    vpc: EndpointKey
    type_name: str
    service_name: str
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    route_table_ids: tuple[str, ...] = ()
    ip_address_type: str = ""
    """"" for the one that EC2 takes by itself."""
    private_dns: bool | None = None
    """None of an endpoint that has no names."""
    service_region: str = ""
    """"" where the service stands beside the endpoint; EC2 knows no service of another region by its name alone."""


CodeChange = SetTags | TakePolicy | SetPrivateDns | LeaveSubnets | AddTables | SwapGroups | TakeOut


@dataclass(frozen=True, slots=True)
class Beside:
    """A change in the code of something besides what is judged, by the tool that its own tags tell; "" of another."""

    id: str
    region: str
    tags: Mapping[str, str]
    tool: str
    change: SetIngress | TurnOnDns | AddEndpoint


@dataclass(frozen=True, slots=True)
class OfEndpoint:
    """The same of an endpoint."""

    endpoint: Endpoint
    tool: str
    change: CodeChange


Wanted = EndpointAction | CodeChange
"""All that a patch can be written for."""


def subnets_then(endpoint: Endpoint, wanted: AddSubnets | RemoveSubnets | LeaveSubnets) -> list[str]:
    """All that the endpoint has then: code names the whole list."""
    if isinstance(wanted, AddSubnets):
        return list(dict.fromkeys((*endpoint.subnet_ids, *wanted.subnet_ids)))
    return [one for one in endpoint.subnet_ids if one not in wanted.subnet_ids]


def tables_then(endpoint: Endpoint, wanted: AddTables) -> list[str]:
    """The same of route tables."""
    return list(dict.fromkeys((*endpoint.route_table_ids, *wanted.route_table_ids)))


def groups_then(endpoint: Endpoint, wanted: SwapGroups) -> list[str]:
    """The same of security groups, the new one last."""
    return [*(one for one in endpoint.security_group_ids if one not in wanted.group_ids), NEW]


def tag_then(values: tuple[str, ...]) -> str:
    """The value of a tag: the only one that would do, or a word in its place."""
    return values[0] if len(values) == 1 else VALUE
