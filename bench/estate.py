"""A made-up account with endpoints, drawn from a seed: the same figures each time, on every machine.

Only facts stand here; what EC2 would answer is in ec2.py, what a rule must say of them in oracle.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

ACCOUNT: Final = "111122223333"
REGION: Final = "us-east-1"
MADE: Final = "2026-01-31T12:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Zone:
    """An Availability Zone by both its names."""

    name: str
    id: str


ZONES: Final = (Zone("us-east-1a", "use1-az4"), Zone("us-east-1b", "use1-az6"), Zone("us-east-1c", "use1-az1"))


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet; `public` subnets have a route table of their own that leads to the internet."""

    id: str
    vpc_id: str
    zone: Zone
    free_addresses: int = 200
    public: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """An endpoint service; one name can be of several types."""

    name: str
    types: tuple[str, ...] = ("Interface",)
    owner: str = "amazon"
    zones: tuple[Zone, ...] = ZONES
    takes_policy: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint; `policy` None where EC2 returns none."""

    id: str
    vpc_id: str
    service_name: str
    type_name: str = "Interface"
    subnet_ids: tuple[str, ...] = ()
    policy: str | None = None
    state: str = "available"
    requester_managed: bool = False
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Estate:
    """Everything that EC2 would tell of one account and region; endpoints change when they are modified."""

    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    subnets: dict[str, list[Subnet]] = field(default_factory=dict)
    """By VPC."""
    services: dict[str, Service] = field(default_factory=dict)

    def add(self, *endpoints: Endpoint) -> None:
        """Take these endpoints in."""
        self.endpoints |= {endpoint.id: endpoint for endpoint in endpoints}

    def add_vpc(self, vpc_id: str, *subnets: Subnet) -> None:
        """Take a VPC in, with its subnets."""
        self.subnets[vpc_id] = list(subnets)


def endpoint_id(number: int) -> str:
    """The id of the endpoint of this number, in the form that EC2 gives."""
    return f"vpce-{number:017x}"


def service_name(short: str) -> str:
    """The whole name of a service of AWS."""
    return f"com.amazonaws.{REGION}.{short}"
