"""The rule `service-zones`: how many zones the load balancers behind a service span, and where consumers stand."""

from __future__ import annotations

from typing import Any

import pytest

from builders import REGION, owned, standard
from warden.model import Breach, NotApplicable, Pass, Unknown
from warden.rules.rule import Answer
from warden.rules.service_zones import service_zones
from warden.subjects import Connection, LoadBalancer

THREE = "[rules.service-zones]\nmin_zones = 3\n"


def balancer(name: str, letters: str, state: str = "active") -> LoadBalancer:
    return LoadBalancer(name, frozenset(f"{REGION}{letter}" for letter in letters), state)


def consumer(name: str, letters: str | None, state: str = "available") -> Connection:
    zones = None if letters is None else frozenset(f"{REGION}{letter}" for letter in letters)
    return Connection(name, "999988887777", state, zone_names=zones)


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


@pytest.mark.parametrize(
    ("consumers", "words"),
    [
        pytest.param((consumer("vpce-1", "ab"), consumer("vpce-2", "b")), "", id="all are covered"),
        pytest.param(
            (consumer("vpce-1", "a"), consumer("vpce-2", None), consumer("vpce-3", None)),
            "consumers whose zones are not to be seen: 2",
            id="two are of other accounts",
        ),
        pytest.param((consumer("vpce-1", None, "pendingacceptance"),), "", id="one that waits is not served yet"),
        pytest.param((consumer("vpce-1", "c", "rejected"),), "", id="one that was rejected is served no more"),
    ],
)
def test_consumers_that_are_covered(consumers: tuple[Connection, ...], words: str) -> None:
    """A PASS says of how many it does not speak."""
    assert judge(balancer("x", "ab"), connections=consumers) == Pass(words)


def test_consumers_that_are_not_covered() -> None:
    """Each zone with the endpoints that stand there; the command asks for a subnet in each."""
    consumers = (consumer("vpce-2", "cb"), consumer("vpce-1", "cda"), consumer("vpce-3", None))
    found = judge(balancer("x", "ab"), connections=consumers)
    assert isinstance(found, Breach)
    assert found.code == "consumers-uncovered"
    assert found.message == (
        f"the load balancers of the service stand in 2 zones ({REGION}a, {REGION}b); consumers stand where none of "
        f"them does: {REGION}c (vpce-1, vpce-2); {REGION}d (vpce-1)"
    )
    assert found.advice.startswith(f"add a subnet in {REGION}c and in {REGION}d, and targets there: ")
    assert "--subnets PRESENT_SUBNET_IDS NEW_SUBNET_ID NEW_SUBNET_ID`" in found.advice
    assert found.parts == (f"{REGION}a", f"{REGION}b", f"without {REGION}c", f"without {REGION}d")
    assert found.evidence["consumers_without"] == {f"{REGION}c": ["vpce-1", "vpce-2"], f"{REGION}d": ["vpce-1"]}
    assert found.evidence["consumers_unseen"] == 1


def test_a_failed_load_balancer_covers_nobody() -> None:
    """Its zone counts as none, and with it the consumers there; too few zones are told of first."""
    found = judge(balancer("x", "a"), balancer("y", "b", "failed"), connections=(consumer("vpce-1", "ab"),))
    assert isinstance(found, Breach)
    assert found.code == "too-few-zones"
    assert (
        f"the standard demands 2; consumers stand where none of them does: {REGION}b (vpce-1); failed: y"
        in found.message
    )


def test_a_hidden_load_balancer_may_cover_them() -> None:
    """What it covers is not to be seen, so neither is what lacks."""
    found = judge(balancer("x", "ab"), hidden=("y",), connections=(consumer("vpce-1", "c"),))
    assert isinstance(found, Unknown)
    assert "not to be seen: y" in found.why


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
