"""What endpoints cost, in USD, by region: the table, as far as its figures have a source, and the arithmetic; pure.

Each figure is that of AWS's price list (offers AmazonVPC and AmazonEC2, on demand), by the usage types
VpcEndpoint-Hours and -Bytes, VpcEndpoint-GWLBE-Hours and -Bytes, NatGateway-Hours and -Bytes, as public documents
quote it on the day named. A region that is not here, or a figure that is None, is not known: no neighbour's price is
taken in its place. Data beyond 1 PB a month in a region is cheaper, which is left out, since so is all other traffic.
Sources: https://aws.amazon.com/privatelink/pricing/ and
https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonVPC/current/us-east-1/index.json (and other regions')
"""

from __future__ import annotations

from typing import Final, NamedTuple

from .model import Endpoint, Kind

CENT: Final = 0.01
HOURS: Final = 730
"""Of a month, as AWS counts them."""
GB: Final = 2**30
"""Bytes."""
PAGE: Final = "https://aws.amazon.com/privatelink/pricing/"
OTHERS: Final = "com.amazonaws.vpce."
"""How names of services of others begin: their owners can pay for the endpoints.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePayerResponsibility.html
"""
OURSELVES: Final = "vpc-endpoint-account"
"""Who pays, where it is the account of the endpoint.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
"""


class Rate(NamedTuple):
    """USD for each hour (of an endpoint, in each zone), and for each GB; None where it is not known."""

    hour: float
    gb: float | None = None


class Prices(NamedTuple):
    """What a region's price list said on a day (ISO 8601)."""

    read: str
    interface: Rate
    balancer: Rate | None = None
    """Of Gateway Load Balancer endpoints."""
    nat: Rate | None = None
    """Of NAT gateways."""


TABLE: Final = {
    "us-east-1": Prices("2026-09-17", Rate(0.01, 0.01), Rate(0.01, 0.0035), Rate(0.045, 0.045)),
    "us-west-2": Prices("2026-10-06", Rate(0.01, 0.01)),
    "eu-central-1": Prices("2026-09-22", Rate(0.012, 0.01)),
    "eu-west-1": Prices("2026-05-01", Rate(0.011, 0.01), nat=Rate(0.048, 0.048)),
    "ap-northeast-1": Prices("2026-09-13", Rate(0.014, 0.01), nat=Rate(0.062, 0.062)),
    "ap-southeast-1": Prices("2026-08-12", Rate(0.013, 0.01), Rate(0.013), Rate(0.059, 0.059)),
    "ap-southeast-5": Prices("2026-09-17", Rate(0.0117, 0.01), Rate(0.0117, 0.0035)),
}


def rate_of(endpoint: Endpoint) -> Rate | None:
    """What the endpoint's account pays, by its region and type; None where it is not known.

    What AWS services make for themselves they may bill with the service, and not as an endpoint.
    """
    if endpoint.requester_managed:
        return None
    if endpoint.kind is Kind.GATEWAY or _others_pay(endpoint):
        return Rate(0, 0)
    if _payer_untold(endpoint):
        return None
    prices = TABLE.get(endpoint.key.region)
    match endpoint.kind:
        case Kind.INTERFACE:
            return prices and prices.interface
        case Kind.GATEWAY_LOAD_BALANCER:
            return prices and prices.balancer
        case _:
            return None


def price_untold(endpoint: Endpoint) -> str:
    """Why it is not known what the account pays, as the end of "what that costs"."""
    if _payer_untold(endpoint):
        return f"is not known: the service's owner may pay for it, and AWS does not tell (see {PAGE})"
    return f"in {endpoint.key.region} is not known here (see {PAGE})"


def _others_pay(endpoint: Endpoint) -> bool:
    return endpoint.payer not in {"", OURSELVES}


def _payer_untold(endpoint: Endpoint) -> bool:
    return not endpoint.payer and endpoint.service_name.startswith(OTHERS)


def monthly(endpoint: Endpoint, zones: int | None = None) -> float | None:
    """USD for a month's hours in so many zones, else in all of the endpoint's, to the cent; None where it is not known.

    EC2 takes one subnet per zone: subnets count zones.
    """
    rate = rate_of(endpoint)
    return rate and round(rate.hour * HOURS * (len(endpoint.subnet_ids) if zones is None else zones), 2)


def monthly_data(endpoint: Endpoint, moved: int, hours: float) -> float | None:
    """USD a month for the GBs, where so many bytes moved in so many hours; None where it is not known."""
    rate = rate_of(endpoint)
    return None if rate is None or rate.gb is None else rate.gb * moved / GB * HOURS / hours


def usd(amount: float) -> str:
    """Write it for people; what is less than a cent is not nothing."""
    return f"{amount:,.2f} USD" if amount >= CENT or not amount else f"less than {CENT} USD"


def cost_in_words(endpoint: Endpoint, zones: int | None = None) -> str:
    """Say what so many zones of the endpoint cost a month, else "its" zones, all of them; or that it is not known."""
    count = len(endpoint.subnet_ids) if zones is None else zones
    number = "its" if zones is None and count == 1 else f"its {count}" if zones is None else f"{count}"
    words, cost = f"{number} zone{'' if count == 1 else 's'}", monthly(endpoint, zones)
    verb = "costs" if count == 1 else "cost"
    if cost is None:
        return f"what {words} {verb} {price_untold(endpoint)}"
    if _others_pay(endpoint):
        return f"{words} {verb} this account nothing: the service's owner pays"
    return f"{words} {verb} {usd(cost)} a month"


def and_cost(endpoint: Endpoint) -> str:
    """The end of a sentence on the endpoint, "; its 2 zones cost..."; "" where that is nothing or not known."""
    return f"; {cost_in_words(endpoint)}" if monthly(endpoint) else ""
