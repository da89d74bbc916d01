"""The rule `underused`: what a GB costs by what was moved, and which ways are cheaper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import ACCOUNT, KEY, NOW, REGION, A, B, snapshot, standard
from warden.errors import BadStandard
from warden.model import Breach, EndpointKey, Judgement, Mode, Need, NotApplicable, Pass, Unknown
from warden.prices import GB
from warden.rules.underused import Underused, underused
from warden.use import Use

HUB = "one endpoint in a VPC that several share"
NAT = (
    "a NAT gateway that is there anyway, 0.02 USD a month for this traffic "
    "(one for this alone: 32.85 USD a month besides)"
)


def use(gb: float, days: float = 30) -> Use:
    return Use(NOW - timedelta(days=days), NOW, round(gb * GB))


def judge(toml: str = "", **facts: Any) -> Judgement:
    """Two zones in us-east-1: 14.40 USD in 30 days, and 0.01 USD for each GB."""
    return underused.judge(snapshot(**{"subnet_ids": (A.id, B.id)} | facts), standard(toml))


def breach(toml: str = "", **facts: Any) -> Breach:
    judged = judge(toml, **facts)
    assert isinstance(judged, Breach), judged
    return judged


def most(value: object) -> str:
    return f"[rules.underused]\nmax_usd_per_gb = {value}\n"


def test_it_is_off_and_only_swept() -> None:
    """It reads CloudWatch."""
    assert standard("").of(Underused).mode is Mode.OFF
    assert underused.only_swept


def test_a_dear_gb() -> None:
    """14.40 USD for the hours of half a GB, and 0.01 USD for each."""
    found = breach(use=use(0.5))
    assert found.message == (
        "the endpoint moved 0.5 GB in 30 days, so that each GB costs 28.81 USD (the standard allows 10.00 USD); "
        "its 2 zones cost 14.60 USD a month, besides its GBs"
    )
    assert found.evidence["usd_per_gb"] == pytest.approx(28.81)
    assert found.fix is None


@pytest.mark.parametrize(
    ("toml", "facts", "dear"),
    [
        pytest.param(most(14.41), {"use": use(1)}, False, id="just what is allowed"),
        pytest.param(most(14.4), {"use": use(1)}, True, id="a little more"),
        pytest.param(most(7.21), {"use": use(1), "subnet_ids": (A.id,)}, False, id="one zone costs half"),
        pytest.param(most(7), {"use": use(1), "subnet_ids": (A.id,)}, True, id="a whole number will do"),
        pytest.param(most(14.41), {"use": use(1, days=31)}, True, id="the hours are those that were looked at"),
        pytest.param("", {"use": use(1 / GB)}, True, id="a single byte"),
        pytest.param("", {"use": use(5_000)}, False, id="much"),
    ],
)
def test_what_a_gb_may_cost(toml: str, facts: dict[str, Any], *, dear: bool) -> None:
    """By hours, zones and bytes."""
    assert isinstance(judge(toml, **facts), Breach if dear else Pass)


@pytest.mark.parametrize(
    ("facts", "ways"),
    [
        pytest.param(
            {"service_name": f"com.amazonaws.{REGION}.s3"},
            [
                "a gateway endpoint of s3 costs nothing, and serves what is in this VPC and in no other network",
                HUB,
                NAT,
            ],
            id="S3",
        ),
        pytest.param({}, [HUB, "a NAT gateway that is there anyway"], id="KMS has no gateway endpoint"),
        pytest.param(
            {"service_name": f"com.amazonaws.vpce.{REGION}.vpce-svc-1", "payer": "vpc-endpoint-account"},
            [HUB],
            id="others' services",
        ),
        pytest.param({"service_name": f"com.amazonaws.{REGION}.execute-api"}, [HUB], id="private APIs"),
        pytest.param(
            {"service_name": f"com.amazonaws.{REGION}.dynamodb-fips"}, [HUB, NAT], id="no gateway endpoint by this name"
        ),
        pytest.param(
            {"key": EndpointKey(ACCOUNT, "us-west-2", KEY.id)},
            [HUB, "a NAT gateway that is there anyway (one for this alone: 32.85 USD a month besides)"],
            id="where NAT's price of a GB is not known",
        ),
    ],
)
def test_says_what_is_cheaper(facts: dict[str, Any], ways: list[str]) -> None:
    """Only ways that there are, and only prices that are known."""
    advice = breach(use=use(0.5), **facts).advice.removeprefix("cheaper ways: ")
    assert [told[: len(way)] for told, way in zip(advice.split("; "), ways, strict=True)] == ways


@pytest.mark.parametrize(
    ("facts", "answer", "why"),
    [
        pytest.param({"use": use(0)}, NotApplicable, "the matter of the rule unused", id="no byte"),
        pytest.param({"key": EndpointKey(ACCOUNT, "xx-nowhere-1", KEY.id)}, Unknown, "not known", id="no price"),
        pytest.param(
            {"service_name": f"com.amazonaws.vpce.{REGION}.vpce-svc-1"},
            Unknown,
            "owner may pay",
            id="nobody tells who pays",
        ),
        pytest.param({"requester_managed": True}, NotApplicable, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "expired"}, NotApplicable, "expired", id="dead"),
        pytest.param({"created": NOW - timedelta(days=1)}, NotApplicable, "younger", id="young"),
        pytest.param({"service_region": "eu-west-1"}, Unknown, "no cross-region", id="cross-region"),
        pytest.param({"type_name": "Gateway"}, NotApplicable, "costs nothing", id="gateway"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, NotApplicable, "no cheaper way", id="balancer"),
        pytest.param({"type_name": "Resource"}, NotApplicable, "no metrics", id="resource"),
        pytest.param({"type_name": "ServiceNetwork"}, NotApplicable, "no metrics", id="service network"),
    ],
)
def test_what_is_not_judged(facts: dict[str, Any], answer: type[Judgement], why: str) -> None:
    """With the reason."""
    judged = judge(**facts)
    assert isinstance(judged, answer), judged
    assert isinstance(judged, NotApplicable | Unknown)
    assert why in judged.why


def test_asks_cloudwatch_only_where_the_price_is_known() -> None:
    """A question of which the answer would be of no use costs money."""
    assert judge() is Need.USE


@pytest.mark.parametrize("value", ["0", "-1", "true", '"10"', "inf"])
def test_a_wrong_limit_is_told(value: str) -> None:
    """With what is allowed."""
    with pytest.raises(BadStandard, match=r"max_usd_per_gb is .*; allowed: a number from 0.01 to 1000000"):
        standard(most(value))
