"""Examples for the rule `multi-az`."""

from __future__ import annotations

from warden.neighbours import RouteTable

from .made import VPC, A, B, C, Example, seen

EXAMPLES = (
    Example(
        "An interface endpoint stands in one zone; the VPC has a subnet in one more.",
        seen(subnet_ids=(A.id,), subnets=(A, B)),
    ),
    Example(
        "Two zones compete for one place, so that route tables decide.",
        seen(subnet_ids=(A.id,), subnets=(A, B, C), route_tables=(RouteTable("rtb-1", VPC, main=True),)),
    ),
)
