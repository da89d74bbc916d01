"""What endpoints cost: by region, type and zones, and not known where the table does not say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import ACCOUNT, A, B, C, endpoint
from warden.model import EndpointKey
from warden.prices import GB, HOURS, TABLE, and_cost, cost_in_words, monthly, monthly_data, rate_of, usd


def at(region: str, **facts: Any) -> Any:
    return endpoint(key=EndpointKey(ACCOUNT, region, "vpce-1"), **facts)


@pytest.mark.parametrize(
    ("facts", "zones", "cost"),
    [
        pytest.param({"subnet_ids": (A.id, B.id, C.id)}, None, 21.9, id="each zone, 730 hours"),
        pytest.param({"subnet_ids": (A.id, B.id, C.id)}, 1, 7.3, id="some of them"),
        pytest.param({"subnet_ids": ()}, None, 0, id="in no zone"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, None, 7.3, id="Gateway Load Balancer"),
        pytest.param({"type_name": "Gateway"}, None, 0, id="gateway endpoints are free"),
        pytest.param({"type_name": "Resource", "subnet_ids": (A.id, B.id)}, None, 29.2, id="resource endpoints"),
        pytest.param({"type_name": "ServiceNetwork"}, None, 0, id="service-network endpoints are not billed"),
        pytest.param({"requester_managed": True}, None, None, id="an AWS service's own may be on that service's bill"),
        pytest.param({"type_name": "Tunnel"}, None, None, id="nor is what is not known at all"),
    ],
)
def test_what_a_month_costs(facts: dict[str, Any], zones: int | None, cost: float | None) -> None:
    """In us-east-1."""
    assert monthly(at("us-east-1", **facts), zones) == (cost if cost is None else pytest.approx(cost))


def test_a_region_that_is_not_in_the_table_is_not_guessed() -> None:
    """Nobody's price is taken for another's; gateway endpoints are free everywhere."""
    assert monthly(at("xx-nowhere-1")) is None
    assert monthly(at("eu-west-1", type_name="GatewayLoadBalancer")) is None
    assert monthly(at("eu-west-1", type_name="Resource")) is None
    assert monthly(at("xx-nowhere-1", type_name="Resource")) is None
    assert monthly(at("xx-nowhere-1", type_name="Gateway")) == 0
    assert monthly(at("xx-nowhere-1", type_name="ServiceNetwork")) == 0
    assert cost_in_words(at("xx-nowhere-1")) == (
        "what its zone costs in xx-nowhere-1 is not known here (see https://aws.amazon.com/privatelink/pricing/)"
    )


def test_what_a_gb_costs_may_not_be_known_where_an_hour_is() -> None:
    """AWS's page names one price of a GB, and does not say that it holds for GovCloud."""
    assert monthly(at("us-gov-west-1", subnet_ids=(A.id, B.id))) == pytest.approx(18.25)
    assert monthly_data(at("us-gov-west-1"), GB, HOURS) is None
    assert monthly_data(at("sa-east-1"), GB, HOURS) == pytest.approx(0.01)


def test_says_what_it_costs() -> None:
    """For people, with the zones that are counted."""
    assert cost_in_words(at("eu-central-1", subnet_ids=(A.id, B.id))) == "its 2 zones cost 17.52 USD a month"
    assert cost_in_words(at("us-east-1", subnet_ids=(A.id, B.id)), 1) == "1 zone costs 7.30 USD a month"
    assert cost_in_words(at("us-east-1")) == "its zone costs 7.30 USD a month"


@pytest.mark.parametrize(
    ("region", "facts", "words"),
    [
        pytest.param("us-east-1", {}, "; its zone costs 7.30 USD a month", id="known"),
        pytest.param("us-east-1", {"subnet_ids": ()}, "", id="nothing"),
        pytest.param("xx-nowhere-1", {}, "", id="not known"),
    ],
)
def test_a_sentence_ends_with_the_cost_where_there_is_one(region: str, facts: dict[str, Any], words: str) -> None:
    """And is whole without."""
    assert and_cost(at(region, **facts)) == words


@pytest.mark.parametrize(
    ("amount", "words"), [(1234.5, "1,234.50 USD"), (0.01, "0.01 USD"), (0.004, "less than 0.01 USD"), (0, "0.00 USD")]
)
def test_writes_an_amount(amount: float, words: str) -> None:
    """A part of a cent is not nothing."""
    assert usd(amount) == words


@pytest.mark.parametrize("region", TABLE)
def test_each_line_of_the_table_is_sane(region: str) -> None:
    """Read on a day, and within what AWS asks anywhere: a slip of the decimal point is found."""
    prices = TABLE[region]
    assert date.fromisoformat(prices.read) >= date(2026, 1, 1)
    assert 0.01 <= prices.interface.hour <= 0.03
    assert prices.interface.gb == (None if region.startswith("us-gov") else 0.01)
    assert prices.balancer is None or (prices.balancer.hour == prices.interface.hour)
    assert prices.balancer is None or prices.balancer.gb in {None, 0.0035}
    assert prices.nat.gb in {None, prices.nat.hour}
    assert 0.045 <= prices.nat.hour <= 0.1
    assert prices.resource is None or (prices.resource.gb == 0.01 and 0.02 <= prices.resource.hour <= 0.06)
    assert rate_of(at(region)) == prices.interface


THEIRS = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"


@pytest.mark.parametrize(
    ("facts", "cost", "words"),
    [
        pytest.param({"service_name": THEIRS}, None, "is not known: the service's owner may pay", id="nobody tells"),
        pytest.param({"service_name": THEIRS, "payer": "vpc-endpoint-account"}, 7.3, "7.30 USD a month", id="we"),
        pytest.param(
            {"service_name": THEIRS, "payer": "vpc-endpoint-service-account"}, 0, "nothing: the service's", id="they"
        ),
        pytest.param({"payer": "resource-gateway-account"}, 0, "nothing: the service's", id="somebody else"),
        pytest.param({"payer": "vpc-endpoint-account"}, 7.3, "7.30 USD a month", id="we, and it is AWS's own service"),
    ],
)
def test_who_pays(facts: dict[str, Any], cost: float | None, words: str) -> None:
    """The owner of a service can pay for its endpoints: then nothing is saved by deleting one."""
    here = at("us-east-1", **facts)
    assert monthly(here) == (cost if cost is None else pytest.approx(cost))
    assert words in cost_in_words(here)
    assert ("USD" in and_cost(here)) is bool(cost)
