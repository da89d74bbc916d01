"""The rule `service-zones`: how many zones the load balancers behind a service span."""

from __future__ import annotations

from typing import Any

import pytest

from builders import REGION, owned, standard
from warden.model import Breach, NotApplicable, Pass, Unknown
from warden.rules.rule import Answer
from warden.rules.service_zones import service_zones
from warden.subjects import LoadBalancer

THREE = "[rules.service-zones]\nmin_zones = 3\n"


def balancer(name: str, letters: str, state: str = "active") -> LoadBalancer:
    return LoadBalancer(name, frozenset(f"{REGION}{letter}" for letter in letters), state)


def judge(*balancers: LoadBalancer, hidden: tuple[str, ...] = (), toml: str = "", **facts: Any) -> Answer:
    arns = (*(one.arn for one in balancers), *hidden)
    return service_zones.judge(owned(balancers=balancers, balancer_arns=arns, **facts), standard(toml))


@pytest.mark.parametrize("kind", ["Interface", "GatewayLoadBalancer"])
@pytest.mark.parametrize(
    ("balancers", "hidden", "toml"),
    [
        pytest.param((balancer("x", "ab"),), (), "", id="one in two zones"),
        pytest.param((balancer("x", "a"), balancer("y", "b")), (), "", id="two in a zone each"),
        pytest.param((balancer("x", "ab"), balancer("y", "bc")), (), THREE, id="together in three"),
        pytest.param((balancer("x", "ab"),), ("y",), "", id="enough without the one not seen"),
        pytest.param((balancer("x", "ab", "active_impaired"),), (), "", id="it routes, though it cannot grow"),
        pytest.param((balancer("x", "ab", "provisioning"),), (), "", id="on its way"),
        pytest.param((balancer("x", "a"),), (), "[rules.service-zones]\nmin_zones = 1\n", id="one is demanded"),
    ],
)
def test_enough(balancers: tuple[LoadBalancer, ...], hidden: tuple[str, ...], toml: str, kind: str) -> None:
    """Counted together, whatever sort of load balancer it is."""
    assert judge(*balancers, hidden=hidden, toml=toml, type_name=kind) == Pass()


@pytest.mark.parametrize("kind", ["Interface", "GatewayLoadBalancer"])
@pytest.mark.parametrize(
    ("balancers", "toml", "message"),
    [
        pytest.param((balancer("x", "a"),), "", f"1 zone ({REGION}a); the standard demands 2", id="one zone"),
        pytest.param((balancer("x", "a"), balancer("y", "a")), "", f"1 zone ({REGION}a)", id="twice the same"),
        pytest.param((balancer("x", "ab"),), THREE, f"2 zones ({REGION}a, {REGION}b)", id="three are demanded"),
        pytest.param(
            (balancer("x", "a"), balancer("y", "b", "failed")),
            "",
            f"1 zone ({REGION}a); the standard demands 2; failed: y",
            id="one that failed serves no zone",
        ),
        pytest.param((balancer("x", "ab", "failed"),), "", "0 zones (none)", id="all failed"),
    ],
)
def test_too_few(balancers: tuple[LoadBalancer, ...], toml: str, message: str, kind: str) -> None:
    """With the zones that there are, and what to do."""
    found = judge(*balancers, toml=toml, type_name=kind)
    assert isinstance(found, Breach)
    assert found.code == "too-few-zones"
    assert message in found.message
    assert f"`aws elbv2 set-subnets --region {REGION} --load-balancer-arn x " in found.advice
    assert found.evidence["consumers_zones"] == "not judged: AWS does not tell them"


@pytest.mark.parametrize(
    ("balancers", "hidden", "why"),
    [
        pytest.param((), ("x", "y"), "x, y", id="none is to be seen"),
        pytest.param((balancer("x", "a"),), ("y",), "not to be seen: y", id="the other could be elsewhere"),
        pytest.param((), (), "AWS names no load balancer", id="none is named"),
    ],
)
def test_unknown(balancers: tuple[LoadBalancer, ...], hidden: tuple[str, ...], why: str) -> None:
    """Where one that is not seen could stand in the zone that is missing."""
    found = judge(*balancers, hidden=hidden)
    assert isinstance(found, Unknown)
    assert why in found.why


@pytest.mark.parametrize("state", ["deleting", "deleted", "failed"])
def test_a_dead_service_is_left_out(state: str) -> None:
    """It serves nobody, in any zone."""
    assert isinstance(judge(balancer("x", "a"), state=state), NotApplicable)


def test_the_command_keeps_the_present_subnets() -> None:
    """The list is replaced by it, and AWS refuses to take away a subnet behind which endpoints are."""
    failed = LoadBalancer("arn:w", frozenset({f"{REGION}b"}), "failed", ("subnet-9",))
    here = LoadBalancer("arn:x", frozenset({f"{REGION}a"}), "active", ("subnet-1",))
    found = judge(failed, here)
    assert isinstance(found, Breach)
    assert (
        f"`aws elbv2 set-subnets --region {REGION} --load-balancer-arn arn:x --subnets subnet-1 NEW_SUBNET_ID`"
        in found.advice
    )


def test_no_command_forgets_the_present_subnets() -> None:
    """Where they are not to be seen, their place is held."""
    found = judge(LoadBalancer("arn:x", frozenset({f"{REGION}a"})))
    assert isinstance(found, Breach)
    assert "--subnets PRESENT_SUBNET_IDS NEW_SUBNET_ID`" in found.advice
