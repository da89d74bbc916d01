"""The rule `underused`: endpoints that move so little that each GB is dear, and what would be cheaper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..checked import number
from ..gateways import has_gateway
from ..model import Breach, Endpoint, Judgement, Kind, Mode, Need, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..policy.services import short_name
from ..prices import GB, HOURS, TABLE, Rate, cost_in_words, monthly, price_untold, rate_of, usd
from ..settings import Setting, Settings, telling
from ..standard import Standard
from ..use import Unused, Use, not_measured
from .rule import beside_the_point, rule

PRIVATE: Final = (".vpce-svc-", ".execute-api")
"""In the names of services to which a NAT gateway may not lead: others' own, and private APIs of API Gateway.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""


class Underused(Settings):
    """Settings of the rule; its days are those of `unused`."""

    __slots__ = ()
    rule = "underused"
    mode = telling(Mode.OFF)
    max_usd_per_gb = Setting(10.0, number(0.01, 1_000_000), "what a GB may cost, the hours of the endpoint counted in")


@rule(
    Underused,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE}),
    not_for={
        Kind.GATEWAY: "a gateway endpoint costs nothing",
        Kind.GATEWAY_LOAD_BALANCER: "what a Gateway Load Balancer endpoint inspects has no cheaper way",
        Kind.RESOURCE: "CloudWatch has no metrics of resource endpoints",
        Kind.SERVICE_NETWORK: "CloudWatch has no metrics of service-network endpoints",
    },
    needs=frozenset({Need.USE}),
    reads_service=False,
)
def underused(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints whose GBs cost more than `max_usd_per_gb`. Off, unless the standard says otherwise.

    Why: an endpoint that a few calls a day go through costs as much by the hour as one of a whole fleet; a shared
        endpoint, or a gateway endpoint, carries the same for less or for nothing.
    Fix: none: which way traffic takes is a decision about safety before it is one about cost. The finding says what
        the other ways cost.
    Risk: a way without PrivateLink leaves the VPC, and policies that name aws:SourceVpce then deny it. A GB costs what
        the endpoint cost in `days` days of the rule unused, its hours in each present zone and its GBs, by what it
        moved; no byte at all is the matter of that rule. Where the price of the region is not known, or who pays for an
        endpoint to another account's service, this rule is unknown.
    Source: https://aws.amazon.com/privatelink/pricing/
    """
    endpoint, most = seen.endpoint, standard.of(Underused).max_usd_per_gb
    left_out = beside_the_point(endpoint) or not_measured(endpoint, seen.at, standard.of(Unused).days)
    if left_out:
        return left_out
    rate = rate_of(endpoint)
    if rate is None or rate.gb is None:
        return Unknown(f"what an endpoint costs {price_untold(endpoint)}")
    if seen.use is None:
        return Need.USE
    if not seen.use.moved:
        return NotApplicable("the endpoint moved no byte, which is the matter of the rule unused")
    each = rate.gb + rate.hour * len(endpoint.subnet_ids) * seen.use.hours / (seen.use.moved / GB)
    return _breach(endpoint, seen.use, each, most) if each > most else Pass()


def _breach(endpoint: Endpoint, use: Use, each: float, most: float) -> Breach:
    gb = use.moved / GB
    days = round(use.hours / 24)
    message = (
        f"the endpoint moved {gb:.3g} GB in {days} days, so that each GB costs {usd(each)} (the standard allows "
        f"{usd(most)}); {cost_in_words(endpoint)}, besides its GBs"
    )
    evidence = {
        "days": days,
        "bytes": use.moved,
        "usd_per_gb": round(each, 2),
        "max_usd_per_gb": most,
        "usd_per_month": monthly(endpoint),
    }
    ways = "; ".join(_cheaper(endpoint, gb * HOURS / use.hours))
    return Breach("underused", message, evidence, advice=f"cheaper ways: {ways}")


def _cheaper(endpoint: Endpoint, gb: float) -> Iterator[str]:
    """The other ways for so many GB a month, and what they cost, as far as that is known."""
    region, name = endpoint.key.region, short_name(endpoint.service_name, endpoint.key.region)
    if has_gateway(endpoint):
        yield f"a gateway endpoint of {name} costs nothing, and serves what is in this VPC and in no other network"
    yield (
        "one endpoint in a VPC that several share: its hours are paid once for all, each GB costs the same, and the "
        "way there (peering, a transit gateway) is billed by itself"
    )
    if not any(part in endpoint.service_name for part in PRIVATE):
        nat = _by_nat(TABLE[region].nat, gb)
        yield f"{nat}, but the traffic then leaves the VPC, and no policy can name the endpoint"


def _by_nat(nat: Rate, gb: float) -> str:
    through = f", {usd(nat.gb * gb)} a month for this traffic" if nat.gb is not None else ""
    return f"a NAT gateway that is there anyway{through} (one for this alone: {usd(nat.hour * HOURS)} a month besides)"
