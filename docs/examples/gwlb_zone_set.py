"""Examples for the rule `gwlb-zone-set`."""

from __future__ import annotations

from warden.neighbours import Interface, Route, RouteTable

from .made import ENDPOINT, VPC, B, Example, balancing

OUT = Route("0.0.0.0/0", ENDPOINT.key.id)

EXAMPLES = (
    Example(
        "Instances in the second zone reach the internet by an endpoint to appliances that stands in the first.",
        balancing(
            siblings=(),
            route_tables=(
                RouteTable("rtb-0123456789abcdef0", VPC, (OUT,), (B.id,)),
                RouteTable("rtb-1", VPC, main=True),
            ),
            interfaces=(Interface("eni-0123456789abcdef0", B.id, B.zone_name),),
        ),
    ),
)
