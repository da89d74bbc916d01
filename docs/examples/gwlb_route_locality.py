"""Examples for the rule `gwlb-route-locality`."""

from __future__ import annotations

from dataclasses import replace

from warden.model import EndpointKey
from warden.neighbours import Route, RouteTable

from .made import ACCOUNT, ENDPOINT, REGION, VPC, B, Example, balancing

OUT = Route("0.0.0.0/0", ENDPOINT.key.id)
OTHER = EndpointKey(ACCOUNT, REGION, "vpce-0fedcba9876543210")
HERE = balancing(
    route_tables=(
        RouteTable("rtb-0123456789abcdef0", VPC, (OUT,), (B.id,)),
        RouteTable("rtb-0fedcba9876543210", VPC, main=True),
    ),
)

EXAMPLES = (
    Example(
        "Each of two zones has an endpoint to the same appliances; a subnet of the second is routed to the first's.",
        replace(HERE, siblings=(replace(HERE.endpoint, key=OTHER, subnet_ids=(B.id,)),)),
    ),
)
