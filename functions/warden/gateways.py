"""Services that have gateway endpoints besides interface endpoints, and those of a VPC; pure.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .model import Endpoint, Kind

GATEWAYS: Final = ("s3", "dynamodb")
"""These have both; S3's directory buckets have a gateway endpoint of their own name."""
BY_GATEWAY: Final = frozenset({*GATEWAYS, "s3express"})
"""Those to which a gateway endpoint is made where one is missing: directory buckets have no other.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-networking.html
"""


def has_gateway(endpoint: Endpoint) -> bool:
    """Whether its service has gateway endpoints too: under its plain name, to the region in which they are."""
    names = {f"com.amazonaws.{endpoint.key.region}.{name}" for name in GATEWAYS}
    return endpoint.service_name in names and not endpoint.crosses_regions


def gateways(endpoint: Endpoint, siblings: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The gateway endpoints of its service in the VPC that have a route table to serve."""
    return tuple(
        one
        for one in siblings
        if one.kind is Kind.GATEWAY and one.serves and one.route_table_ids and one.service_name == endpoint.service_name
    )
