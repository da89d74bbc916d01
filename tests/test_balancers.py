"""The load balancers behind endpoint services, as Elastic Load Balancing tells them."""

from __future__ import annotations

import pytest

from builders import REGION
from stubs import Said, client, saying
from warden.balancers import Balancers, Client
from warden.errors import RetryLater
from warden.subjects import LoadBalancer


def arn(number: int) -> str:
    """The ARN of a Network Load Balancer."""
    return f"arn:aws:elasticloadbalancing:{REGION}:111122223333:loadbalancer/net/nlb-{number:02}/0123456789abcdef"


def item(number: int, *letters: str, state: str = "active") -> dict[str, object]:
    """What AWS tells of it."""
    zones = [{"ZoneName": f"{REGION}{letter}", "SubnetId": f"subnet-{letter}"} for letter in letters]
    return {"LoadBalancerArn": arn(number), "State": {"Code": state}, "AvailabilityZones": zones}


def asked(*numbers: int) -> dict[str, object]:
    """The parameters of a call for these."""
    return {"LoadBalancerArns": [arn(number) for number in numbers]}


def test_reads_zones_subnets_and_state() -> None:
    """All by AWS's own words."""
    answer = {"LoadBalancers": [item(1, "a", "b"), item(2, "c", state="failed")]}
    with saying("elbv2", Said("describe_load_balancers", asked(1, 2), answer)) as elb:
        found = Balancers(lambda: elb).named([arn(2), arn(1), arn(2)])
    assert found == {
        arn(1): LoadBalancer(arn(1), frozenset({f"{REGION}a", f"{REGION}b"}), "active", ("subnet-a", "subnet-b")),
        arn(2): LoadBalancer(arn(2), frozenset({f"{REGION}c"}), "failed", ("subnet-c",)),
    }


def test_twenty_at_a_time() -> None:
    """More are refused in one call; the client is made once."""
    made: list[Client] = []
    script = (
        Said("describe_load_balancers", asked(*range(20)), {"LoadBalancers": [item(n, "a") for n in range(20)]}),
        Said("describe_load_balancers", asked(20), {"LoadBalancers": [item(20, "a")]}),
    )
    with saying("elbv2", *script) as elb:

        def make() -> Client:
            made.append(elb)
            return made[-1]

        assert len(Balancers(make).named(arn(number) for number in range(21))) == 21
    assert len(made) == 1


def test_one_that_is_gone_hides_no_other() -> None:
    """AWS fails the whole call for it, and does not say which it is."""
    script = (
        Said("describe_load_balancers", asked(1, 2), error="LoadBalancerNotFound"),
        Said("describe_load_balancers", asked(1), error="LoadBalancerNotFound"),
        Said("describe_load_balancers", asked(2), {"LoadBalancers": [item(2, "a")]}),
    )
    with saying("elbv2", *script) as elb:
        assert set(Balancers(lambda: elb).named([arn(1), arn(2)])) == {arn(2)}


def test_nothing_to_ask_makes_no_client() -> None:
    """An account without services pays for none."""
    assert Balancers(lambda: client("none")).named([]) == {}


def test_a_refusal_is_raised() -> None:
    """What may not be read is no load balancer that is gone."""
    with (
        saying("elbv2", Said("describe_load_balancers", asked(1), error="AccessDenied")) as elb,
        pytest.raises(RetryLater, match=r"DescribeLoadBalancers: .*AccessDenied"),
    ):
        Balancers(lambda: elb).named([arn(1)])
