"""What endpoints cost, in USD, by region: the table, as far as its figures have a source, and the arithmetic; pure.

Each figure is that of AWS's price list (offers AmazonVPC and AmazonEC2, on demand), by the usage types
VpcEndpoint-Hours and -Bytes, VpcEndpoint-GWLBE-Hours and -Bytes, VpcEndpoint-Resource-Hours and -Bytes,
NatGateway-Hours and -Bytes, as public documents quote it on the day named. Where none quotes what a GB of interface
endpoints costs, AWS's page does, which names one price of it for a month in a region, whichever that is. A region that
is not here, or a figure that is None, is not known: no neighbour's price is taken in its place. Data beyond 1 PB a
month in a region is cheaper, which is left out, since so is all other traffic.
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
    """What a region's price list said on a day (ISO 8601): that of the oldest of its figures."""

    read: str
    interface: Rate
    nat: Rate
    """Of NAT gateways."""
    balancer: Rate | None = None
    """Of Gateway Load Balancer endpoints."""
    resource: Rate | None = None
    """Of resource endpoints."""

    def of(self, kind: Kind) -> Rate | None:
        """That of endpoints of a kind; None where it is not known."""
        rates = {
            Kind.INTERFACE: self.interface,
            Kind.GATEWAY_LOAD_BALANCER: self.balancer,
            Kind.RESOURCE: self.resource,
        }
        return rates.get(kind)


ITSELF_FREE: Final = Rate(0)
"""Of service-network endpoints: what is billed by the hour is what the service network leads to; its GBs vary.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-service-networks.html
"""
TABLE: Final = {
    "af-south-1": Prices("2026-09-21", Rate(0.01309, 0.01), Rate(0.057)),
    "ap-east-1": Prices("2026-09-21", Rate(0.0143, 0.01), Rate(0.065)),
    "ap-east-2": Prices("2026-09-21", Rate(0.0126, 0.01), Rate(0.0558)),
    "ap-northeast-1": Prices("2026-09-13", Rate(0.014, 0.01), Rate(0.062, 0.062)),
    "ap-northeast-2": Prices("2026-10-01", Rate(0.013, 0.01), Rate(0.059, 0.059)),
    "ap-northeast-3": Prices("2026-09-21", Rate(0.014, 0.01), Rate(0.062)),
    "ap-south-1": Prices("2026-09-21", Rate(0.013, 0.01), Rate(0.056)),
    "ap-south-2": Prices("2026-09-21", Rate(0.013, 0.01), Rate(0.056)),
    "ap-southeast-1": Prices("2026-08-12", Rate(0.013, 0.01), Rate(0.059, 0.059), Rate(0.013)),
    "ap-southeast-2": Prices("2026-09-21", Rate(0.013, 0.01), Rate(0.059)),
    "ap-southeast-3": Prices("2026-09-21", Rate(0.013, 0.01), Rate(0.059)),
    "ap-southeast-4": Prices("2026-09-21", Rate(0.013, 0.01), Rate(0.059)),
    "ap-southeast-5": Prices(
        "2026-09-17", Rate(0.0117, 0.01), Rate(0.05015, 0.05015), Rate(0.0117, 0.0035), Rate(0.0234, 0.01)
    ),
    "ap-southeast-6": Prices("2026-09-21", Rate(0.01365, 0.01), Rate(0.06195)),
    "ap-southeast-7": Prices("2026-09-21", Rate(0.0117, 0.01), Rate(0.05015)),
    "ca-central-1": Prices("2026-09-21", Rate(0.011, 0.01), Rate(0.05)),
    "ca-west-1": Prices("2026-09-21", Rate(0.011, 0.01), Rate(0.05)),
    "eu-central-1": Prices("2026-09-21", Rate(0.012, 0.01), Rate(0.052)),
    "eu-central-2": Prices("2026-09-21", Rate(0.0132, 0.01), Rate(0.0572)),
    "eu-north-1": Prices("2026-09-21", Rate(0.0105, 0.01), Rate(0.046)),
    "eu-south-1": Prices("2026-09-21", Rate(0.01155, 0.01), Rate(0.05)),
    "eu-south-2": Prices("2026-09-21", Rate(0.011, 0.01), Rate(0.048)),
    "eu-west-1": Prices("2026-05-01", Rate(0.011, 0.01), Rate(0.048, 0.048)),
    "eu-west-2": Prices("2026-10-06", Rate(0.011, 0.01), Rate(0.05, 0.05)),
    "eu-west-3": Prices("2026-09-21", Rate(0.011, 0.01), Rate(0.05)),
    "il-central-1": Prices("2026-09-21", Rate(0.01155, 0.01), Rate(0.0504)),
    "me-central-1": Prices("2026-09-21", Rate(0.0121, 0.01), Rate(0.0528)),
    "me-south-1": Prices("2026-09-21", Rate(0.0121, 0.01), Rate(0.0528)),
    "mx-central-1": Prices("2026-09-21", Rate(0.0105, 0.01), Rate(0.04725)),
    "sa-east-1": Prices("2026-09-21", Rate(0.021, 0.01), Rate(0.093)),
    "us-east-1": Prices("2026-09-17", Rate(0.01, 0.01), Rate(0.045, 0.045), Rate(0.01, 0.0035), Rate(0.02, 0.01)),
    "us-east-2": Prices("2026-09-21", Rate(0.01, 0.01), Rate(0.045)),
    "us-gov-east-1": Prices("2026-09-21", Rate(0.0125), Rate(0.054)),
    "us-gov-west-1": Prices("2026-09-21", Rate(0.0125), Rate(0.054)),
    "us-west-1": Prices("2026-09-21", Rate(0.011, 0.01), Rate(0.048)),
    "us-west-2": Prices("2026-09-21", Rate(0.01, 0.01), Rate(0.045)),
}
"""Sources: https://github.com/xbill9/zombiescan/blob/077155131f2a55ffe1937aac66524a63f1b58910/src/zombiescan/pricing/table.json
(hours, as the Price List API told them on 2026-09-21: all that has this day, and it bears out all others);
https://github.com/SoongGuanLeong/de-platform/tree/ca43bacf7c779862c39eed9231dbd187814f75d9/docs/research (21 and 22:
us-east-1 and ap-southeast-5, resource endpoints)
"""


def rate_of(endpoint: Endpoint) -> Rate | None:
    """What the endpoint's account pays, by its region and type; None where it is not known.

    What AWS services make for themselves they may bill with the service, and not as an endpoint.
    """
    if endpoint.requester_managed:
        return None
    if endpoint.kind is Kind.GATEWAY or _others_pay(endpoint):
        return Rate(0, 0)
    if endpoint.kind is Kind.SERVICE_NETWORK:
        return ITSELF_FREE
    if _payer_untold(endpoint):
        return None
    prices = TABLE.get(endpoint.key.region)
    return prices and prices.of(endpoint.kind)


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
