"""What an endpoint costs while it stands, where that is known and short to say; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .model import Endpoint, Kind

ZONE_HOUR: Final[Mapping[str, float]] = {"us-east-1": 0.01}
"""USD for each hour in each zone, by region.

Source: https://aws.amazon.com/privatelink/pricing/
"""
OTHERS: Final = "com.amazonaws.vpce."
"""How names of services of others begin: their providers can pay."""


def hourly(endpoint: Endpoint) -> str:
    """What its zones cost in an hour, as ", and this one's 2 zones cost 0.02 USD an hour"; "" where it is not known."""
    price, zones = ZONE_HOUR.get(endpoint.key.region), len(endpoint.subnet_ids)  # one subnet per zone
    if price is None or not zones or endpoint.kind is not Kind.INTERFACE or endpoint.service_name.startswith(OTHERS):
        return ""
    words = "zone costs" if zones == 1 else f"{zones} zones cost"
    return f", and this one's {words} {price * zones:.2f} USD an hour"
