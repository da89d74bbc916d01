"""In which zones of a VPC workloads run that could ask an endpoint for something, by its network interfaces; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from .model import Endpoint, Snapshot, Subnet
from .neighbours import Interface

CALLERS: Final = frozenset({"interface", "efa", "efa-only", "trunk", "branch", "lambda"})
"""Types of network interface behind which something runs that calls services by itself.

Instances and containers ("interface", the EFA types, "trunk" and "branch") and functions. What AWS services run for
people in the VPC has the type "interface" too, such as databases, which call S3, KMS or Lambda from there.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
"""
ROADS: Final = frozenset(
    {
        "vpc_endpoint",
        "gateway_load_balancer_endpoint",
        "gateway_load_balancer",
        "network_load_balancer",
        "load_balancer",
        "nat_gateway",
        "natGateway",
        "transit_gateway",
        "global_accelerator_managed",
        "api_gateway_managed",
        "ec2_instance_connect_endpoint",
        "efs",
        "iot_rules_managed",
        "quicksight",
        "aws_codestar_connections_managed",
    }
)
"""Types that call nothing by themselves: endpoints, what passes on the traffic of others, file systems, and AWS
services' own roads into a VPC, to the one thing there that they were told of. The NAT gateway's is spelled in two ways.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
"""
LOAD_BALANCING: Final = "amazon-elb"
"""Who makes the network interfaces of load balancers, of which those of applications have the type "interface"."""


class Workloads(NamedTuple):
    """Where workloads run, by zone id."""

    zones: Mapping[str, int]
    """How many network interfaces of workloads are in each zone."""
    unclear: Mapping[str, frozenset[str]]
    """In each zone, the types of interfaces that this version does not know."""
    lost: tuple[str, ...]
    """Interfaces in zones of which no subnet is to be seen."""

    @classmethod
    def of(cls, seen: Snapshot) -> Workloads:
        """Count the interfaces of `seen`, which were read, as were its subnets; they tell a zone's name, not its id."""
        subnets = {one.id: one for one in seen.subnets or ()}
        zone_ids = {one.zone_name: one.zone_id for one in subnets.values()}
        zones: Counter[str] = Counter()
        unclear: dict[str, frozenset[str]] = {}
        lost = []
        for one in seen.interfaces or ():
            if passes_on(one) or not _could_reach(seen.endpoint, subnets.get(one.subnet_id)):
                continue
            zone = zone_ids.get(one.zone_name, "")
            if not zone:
                lost.append(one.id)
            elif one.type in CALLERS:
                zones[zone] += 1
            else:
                unclear[zone] = unclear.get(zone, frozenset()) | {one.type}
        return cls(zones, unclear, tuple(sorted(lost)))


def passes_on(interface: Interface) -> bool:
    """Whether nothing stands behind it that would call a service by itself."""
    return interface.type in ROADS or interface.requester == LOAD_BALANCING


def _could_reach(endpoint: Endpoint, subnet: Subnet | None) -> bool:
    """Whether the subnet shares an address family with the endpoint; yes where the subnet is not to be seen."""
    families = {"ipv4": ("ipv4",), "ipv6": ("ipv6",)}.get(endpoint.ip_address_type, ("ipv4", "ipv6"))
    return subnet is None or any(getattr(subnet, family) for family in families)
