"""What is judged besides endpoints, as it was seen: a VPC as a whole, and an endpoint service of ours; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .model import Endpoint, EndpointKey
from .neighbours import RouteTable, Vpc


@dataclass(frozen=True, slots=True)
class VpcSeen:
    """A VPC, judged as a whole; `key.id` is the VPC's."""

    key: EndpointKey
    vpc: Vpc
    endpoints: tuple[Endpoint, ...]
    """Every endpoint in it that this account sees, of whatever kind and state."""
    route_tables: tuple[RouteTable, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """An endpoint service of this account; `key.id` is its own ("vpce-svc-...")."""

    key: EndpointKey
    name: str
    """The name that consumers use, "com.amazonaws.vpce.us-east-1.vpce-svc-..."."""
    at: datetime
