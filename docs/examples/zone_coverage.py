"""Examples for the rule `zone-coverage`."""

from __future__ import annotations

from dataclasses import replace

from warden.model import Subnet
from warden.neighbours import Interface, RouteTable

from .made import OWN_VPC, VPC, A, B, C, Example, seen

ANOTHER = replace(C, id="subnet-00000000000000004")


def workload(subnet: Subnet) -> Interface:
    """An instance's network interface."""
    return Interface("eni-0123456789abcdef0", subnet.id, subnet.zone_name)


EXAMPLES = (
    Example(
        "An endpoint stands in two zones; an instance runs in the third.",
        seen(subnets=(A, B, C), interfaces=(workload(C),)),
    ),
    Example(
        "Two subnets of the third zone would do, so that route tables decide.",
        seen(
            subnets=(A, B, C, ANOTHER),
            interfaces=(workload(C),),
            route_tables=(RouteTable("rtb-0123456789abcdef0", VPC, main=True),),
        ),
    ),
    Example(
        "No instance is to be seen in the third zone, and none is hidden, since the VPC is the account's own.",
        seen(subnets=(A, B, C), interfaces=(workload(A),), vpc=OWN_VPC),
    ),
)
