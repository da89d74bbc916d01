"""Examples for the rule `gateway-instead`."""

from __future__ import annotations

from warden.neighbours import Route, RouteTable

from .made import OWN_VPC, S3, VPC, A, B, Example, seen

EXAMPLES = (
    Example(
        "An interface endpoint of S3 stands in a VPC whose routes lead to the internet only.",
        seen(
            service_name=S3,
            route_tables=(
                RouteTable("rtb-0123456789abcdef0", VPC, (Route("10.0.0.0/16", "local"),), main=True),
                RouteTable("rtb-0fedcba9876543210", VPC, (Route("0.0.0.0/0", "nat-0123456789abcdef0"),), (A.id, B.id)),
            ),
            vpc=OWN_VPC,
            siblings=(),
        ),
    ),
)
