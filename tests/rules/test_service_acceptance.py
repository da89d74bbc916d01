"""The rule `service-acceptance`: a service that anybody can use is found, and none else is called so."""

from __future__ import annotations

from typing import Any

import pytest

from builders import owned, standard
from warden.model import Breach, NotApplicable, Pass, Severity
from warden.rules.rule import Answer
from warden.rules.service_acceptance import service_acceptance
from warden.subjects import Principal

ALL, ALL_UNTYPED = Principal("*", "All"), Principal("*")
NAMED = Principal("arn:aws:iam::999988887777:root", "Account")
ALWAYS = "[rules.service-acceptance]\nalways = true\n"


def judge(*principals: Principal, accepted: bool, toml: str = "", **facts: Any) -> Answer:
    seen = owned(principals=principals, acceptance_required=accepted, **facts)
    return service_acceptance.judge(seen, standard(toml))


@pytest.mark.parametrize(
    ("principals", "accepted", "code", "severity"),
    [
        pytest.param((ALL,), False, "open-to-everybody", Severity.CRITICAL, id="a public load balancer"),
        pytest.param((ALL_UNTYPED,), False, "open-to-everybody", Severity.CRITICAL, id="AWS tells no type"),
        pytest.param((NAMED, ALL), False, "open-to-everybody", Severity.CRITICAL, id="beside a name"),
        pytest.param((ALL, NAMED), False, "open-to-everybody", Severity.CRITICAL, id="before a name"),
        pytest.param((ALL, NAMED), True, "everybody-may-ask", Severity.MEDIUM, id="accepted one by one"),
    ],
)
@pytest.mark.parametrize("toml", ["", ALWAYS])
@pytest.mark.parametrize("kind", ["Interface", "GatewayLoadBalancer"])
def test_open(
    principals: tuple[Principal, ...],
    accepted: bool,  # noqa: FBT001  a column
    code: str,
    severity: Severity,
    toml: str,
    kind: str,
) -> None:
    """By how many stand between anybody and the load balancer."""
    found = judge(*principals, accepted=accepted, toml=toml, type_name=kind)
    assert isinstance(found, Breach)
    assert (found.code, service_acceptance.severity_of(found)) == (code, severity)
    assert "--remove-allowed-principals '*'`" in found.advice
    assert ("--acceptance-required`" in found.advice) is not accepted


@pytest.mark.parametrize(
    ("principals", "accepted", "toml"),
    [
        pytest.param((), True, "", id="nobody, accepted"),
        pytest.param((), False, "", id="nobody is allowed"),
        pytest.param((), False, ALWAYS, id="nobody to accept"),
        pytest.param((NAMED,), True, "", id="named and accepted"),
        pytest.param((NAMED,), True, ALWAYS, id="as is always demanded"),
        pytest.param((NAMED,), False, "", id="named is enough"),
        pytest.param((Principal("arn:aws:iam::999988887777:role/*", "Role"),), False, "", id="a star is not everybody"),
    ],
)
def test_closed(principals: tuple[Principal, ...], accepted: bool, toml: str) -> None:  # noqa: FBT001  a column
    """Nobody comes in who was not chosen."""
    assert judge(*principals, accepted=accepted, toml=toml) == Pass()


def test_acceptance_can_be_demanded_always() -> None:
    """As information: whoever is allowed was chosen once."""
    found = judge(NAMED, accepted=False, toml=ALWAYS)
    assert isinstance(found, Breach)
    assert (found.code, service_acceptance.severity_of(found)) == ("no-acceptance", Severity.INFO)
    assert found.advice == (
        "`aws ec2 modify-vpc-endpoint-service-configuration --region us-east-1 "
        "--service-id vpce-svc-0123456789abcdef0 --acceptance-required`"
    )


@pytest.mark.parametrize("state", ["deleting", "deleted", "failed"])
def test_a_dead_service_is_left_out(state: str) -> None:
    """Nobody can connect to it."""
    assert isinstance(judge(ALL, accepted=False, state=state), NotApplicable)


def test_a_service_in_the_making_is_judged() -> None:
    """It will be as open as it is made."""
    assert isinstance(judge(ALL, accepted=False, state="pending"), Breach)


@pytest.mark.parametrize("accepted", [True, False])
def test_whoever_is_connected_already_is_pointed_at(accepted: bool) -> None:  # noqa: FBT001  a column
    """Closing the door puts nobody out: the command lists who is in."""
    found = judge(ALL, accepted=accepted)
    assert isinstance(found, Breach)
    assert (
        "whoever is connected already stays so: `aws ec2 describe-vpc-endpoint-connections --region us-east-1 "
        "--filters Name=service-id,Values=vpce-svc-0123456789abcdef0` lists them"
    ) in found.advice
