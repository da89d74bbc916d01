"""What is judged besides endpoints, as it was seen: a VPC as a whole, and an endpoint service of ours; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from .model import DEAD_STATES, Endpoint, EndpointKey, Subnet
from .neighbours import RouteTable, Vpc, table_of


@dataclass(frozen=True, slots=True)
class VpcSeen:
    """A VPC, judged as a whole; `key.id` is the VPC's."""

    key: EndpointKey
    vpc: Vpc
    endpoints: tuple[Endpoint, ...]
    """Every endpoint in it that this account sees, of whatever kind and state."""
    route_tables: tuple[RouteTable, ...]
    subnets: tuple[Subnet, ...]
    """Those that can be used, each told private or public."""
    at: datetime
    hubs: Mapping[str, VpcSeen] = field(default_factory=dict)
    """Those of the same account and region that the standard names as hubs, by id; each without its own."""

    @property
    def shared(self) -> bool:
        """Whether another account owns it, whose endpoints, routes and tags are not to be seen."""
        return self.vpc.owner != self.key.account

    @property
    def tables(self) -> dict[str, RouteTable | None]:
        """The route table of each subnet; None for one that is not to be seen."""
        return {subnet.id: table_of(subnet.id, self.route_tables) for subnet in self.subnets}


class ServicePart(Enum):
    """What of an endpoint service costs a call of its own, and is read only where a rule that is on needs it."""

    BALANCERS = "load balancers"
    CONNECTIONS = "connections"
    ZONES = "consumers' zones"
    """Those in which the consumers stand whose endpoints are this account's own; of the connections that were read."""
    NOTIFICATIONS = "notifications"
    PRINCIPALS = "principals"


class Principal(NamedTuple):
    """Somebody who may ask to connect: an ARN, "*", or whatever else AWS tells; `type` as AWS spells it."""

    name: str
    type: str = ""
    """"All", "Service", "OrganizationUnit", "Account", "User" or "Role"; "" where AWS does not tell."""
    permission_id: str = ""


class Connection(NamedTuple):
    """A consumer's endpoint at the service; `state` in lower case, as of endpoints."""

    endpoint_id: str
    owner: str
    """The account of the endpoint."""
    state: str
    created: datetime | None = None
    ip_address_type: str = ""
    region: str = ""
    """Where the endpoint is; "" where AWS does not tell, which it may not for one of the service's own region."""
    zone_names: frozenset[str] | None = None
    """Where it has network interfaces, by this account's names; None where that is not to be seen, or was not read."""

    @property
    def waits(self) -> bool:
        """Whether it waits to be accepted."""
        return self.state == "pendingacceptance"

    @property
    def let_in(self) -> bool:
        """Whether it was accepted, and neither rejected nor lost since."""
        return not self.waits and self.state not in DEAD_STATES


class Notification(NamedTuple):
    """Which events of connections an SNS topic hears of."""

    id: str
    topic_arn: str
    events: frozenset[str]
    """Of "Accept", "Connect", "Delete" and "Reject"."""
    enabled: bool = True


class LoadBalancer(NamedTuple):
    """A load balancer behind the service; zones by this account's names."""

    arn: str
    zone_names: frozenset[str]
    state: str = "active"
    """"active", "active_impaired", "provisioning" or "failed", as AWS spells it."""
    subnet_ids: tuple[str, ...] = ()


class PrivateDns(NamedTuple):
    """The name under which consumers may reach the service, and the record that proves whose the domain is."""

    name: str
    state: str = ""
    """"pendingVerification", "verified" or "failed", as AWS spells it."""
    record_type: str = ""
    record_name: str = ""
    """The record's own part of its name, before the domain's."""
    record_value: str = ""


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """An endpoint service of this account; `key.id` is its own ("vpce-svc-..."), `state` in lower case.

    A part that is not in `read` is empty, and nobody may conclude anything from it.
    """

    key: EndpointKey
    name: str
    """The name that consumers use, "com.amazonaws.vpce.us-east-1.vpce-svc-..."."""
    at: datetime
    state: str = "available"
    type_name: str = "Interface"
    """"Interface" or "GatewayLoadBalancer", as AWS spells it."""
    acceptance_required: bool = True
    balancer_arns: tuple[str, ...] = ()
    """Of its Network or Gateway Load Balancers, whether or not they are to be seen."""
    balancers: tuple[LoadBalancer, ...] = ()
    """Those of them that are to be seen."""
    zone_names: frozenset[str] = frozenset()
    zone_ids: frozenset[str] = frozenset()
    """Zones in which AWS says that it is available; names or ids may be missing."""
    ip_address_types: tuple[str, ...] = ()
    private_dns: PrivateDns | None = None
    payer: str = ""
    """"ServiceOwner" where the service's account pays for the endpoints."""
    principals: tuple[Principal, ...] = ()
    connections: tuple[Connection, ...] = ()
    """Those of every state."""
    notifications: tuple[Notification, ...] = ()
    manages_endpoints: bool = False
    """Whether the service manages its endpoints."""
    remote_access: bool = False
    """Whether consumers of other regions can reach it."""
    supported_regions: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    read: frozenset[ServicePart] = frozenset(ServicePart)
    """The parts that were asked for."""
