"""Services that have gateway endpoints besides interface endpoints, and those of a VPC; pure.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .model import Endpoint, Kind

BOTH: Final = ("dynamodb", "s3")


def has_gateway(endpoint: Endpoint) -> bool:
    """Whether its service has gateway endpoints too: under its plain name, to the region in which they are."""
    names = {f"com.amazonaws.{endpoint.key.region}.{name}" for name in BOTH}
    return endpoint.service_name in names and not endpoint.crosses_regions


def gateways(endpoint: Endpoint, siblings: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The gateway endpoints of its service in the VPC that have a route table to serve."""
    return tuple(
        one
        for one in siblings
        if one.kind is Kind.GATEWAY and one.serves and one.route_table_ids and one.service_name == endpoint.service_name
    )
