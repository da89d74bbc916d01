"""What is judged besides endpoints, as it was seen: a VPC as a whole, and an endpoint service of ours; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .model import Endpoint, EndpointKey, Subnet
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
    region: Mapping[str, VpcSeen] = field(default_factory=dict)
    """The VPCs of the same account and region that were read, by id, this one among them; each without its own."""

    @property
    def shared(self) -> bool:
        """Whether another account owns it, whose endpoints, routes and tags are not to be seen."""
        return self.vpc.owner != self.key.account

    @property
    def tables(self) -> dict[str, RouteTable | None]:
        """The route table of each subnet; None for one that is not to be seen."""
        return {subnet.id: table_of(subnet.id, self.route_tables) for subnet in self.subnets}


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """An endpoint service of this account; `key.id` is its own ("vpce-svc-...")."""

    key: EndpointKey
    name: str
    """The name that consumers use, "com.amazonaws.vpce.us-east-1.vpce-svc-..."."""
    at: datetime
