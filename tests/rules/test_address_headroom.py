"""The rule `address-headroom`: which subnets are counted, and what is said where addresses run out."""

from __future__ import annotations

from typing import Any

import pytest

from builders import REGION, VPC, A, B, snapshot, standard, subnet
from warden.errors import BadStandard
from warden.model import Breach, Judgement, Need, NotApplicable, Pass, Severity, Unknown
from warden.rules.address_headroom import address_headroom

LOW_A, LOW_B = subnet(1, free_addresses=7), subnet(2, free_addresses=3)
FULL_A, FULL_B = subnet(1, free_addresses=0), subnet(2, free_addresses=0)
V6_A = subnet(1, free_addresses=0, ipv4=False, ipv6=True)
V6_B = subnet(2, free_addresses=0, ipv4=False, ipv6=True)


def judge(toml: str = "", **facts: Any) -> Judgement:
    """What is said of an endpoint in A and B."""
    made = {"subnet_ids": (A.id, B.id), "subnets": (A, B)} | facts
    return address_headroom.judge(snapshot(**made), standard(toml))


@pytest.mark.parametrize("kind", ["Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"])
def test_every_kind_with_interfaces_is_judged(kind: str) -> None:
    """Each of them takes an address in each of its subnets."""
    assert judge(type_name=kind) == Pass()
    assert isinstance(judge(type_name=kind, subnets=(LOW_A, B)), Breach)


@pytest.mark.parametrize(
    ("facts", "code", "severity", "words"),
    [
        pytest.param(
            {"subnets": (LOW_A, B)},
            "subnet-nearly-full",
            Severity.LOW,
            f"{A.id} (use1-az1) has 7 IPv4 addresses left; the standard demands 8 in each subnet",
            id="one of two",
        ),
        pytest.param(
            {"subnets": (LOW_B, LOW_A)},
            "subnet-nearly-full",
            Severity.LOW,
            f"{A.id} (use1-az1) has 7 IPv4 addresses left and {B.id} (use1-az2) has 3 IPv4 addresses left; "
            "the standard demands 8 in each subnet",
            id="both, in one order",
        ),
        pytest.param(
            {"subnets": (subnet(1, free_addresses=1), B)},
            "subnet-nearly-full",
            Severity.LOW,
            f"{A.id} (use1-az1) has 1 IPv4 address left; the standard demands 8 in each subnet",
            id="a single one left",
        ),
        pytest.param(
            {"subnets": (LOW_A, FULL_B)},
            "subnet-full",
            Severity.MEDIUM,
            f"{A.id} (use1-az1) has 7 IPv4 addresses left and {B.id} (use1-az2) has no IPv4 addresses left; "
            "the standard demands 8 in each subnet",
            id="none left",
        ),
        pytest.param(
            {"subnets": (LOW_A,)},
            "subnet-nearly-full",
            Severity.LOW,
            f"{A.id} (use1-az1) has 7 IPv4 addresses left; the standard demands 8 in each subnet",
            id="one short, the other not to be seen: what is certain is told",
        ),
        pytest.param(
            {"subnets": (FULL_A, V6_B), "ip_address_type": "dualstack"},
            "subnet-full",
            Severity.MEDIUM,
            f"{A.id} (use1-az1) has no IPv4 addresses left; the standard demands 8 in each subnet",
            id="a dual-stack endpoint needs IPv4 too",
        ),
    ],
)
def test_what_is_short_is_named(facts: dict[str, Any], code: str, severity: Severity, words: str) -> None:
    """With how many are left."""
    found = judge(**facts)
    assert isinstance(found, Breach)
    assert (found.code, address_headroom.severity_of(found), found.message) == (code, severity, words)


@pytest.mark.parametrize(
    ("toml", "free", "enough"),
    [
        pytest.param("", 8, True, id="exactly enough"),
        pytest.param("", 7, False, id="one too few"),
        pytest.param("min_free = 4", 4, True, id="the standard's number"),
        pytest.param("min_free = 4", 3, False, id="below it"),
    ],
)
def test_how_many_are_enough(toml: str, free: int, enough: bool) -> None:  # noqa: FBT001  a table's column
    """As many as the standard demands."""
    found = judge(f"[rules.address-headroom]\n{toml}", subnets=(subnet(1, free_addresses=free), B))
    assert (found == Pass()) == enough


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"subnets": (A, B, subnet(3, free_addresses=0))}, id="a full subnet that is not the endpoint's"),
        pytest.param({"subnets": (A, V6_B), "ip_address_type": "dualstack"}, id="an IPv6-only subnet has no IPv4 left"),
    ],
)
def test_what_does_not_count(facts: dict[str, Any]) -> None:
    """Other subnets, and the count of IPv4 addresses where there are none."""
    assert judge(**facts) == Pass()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"subnet_ids": ()}, "the endpoint stands in no subnet", id="no subnet"),
        pytest.param(
            {"subnet_ids": (), "type_name": "ServiceNetwork"}, "the endpoint stands in no subnet", id="nor has another"
        ),
        pytest.param(
            {"ip_address_type": "ipv6", "subnets": (FULL_A, FULL_B)},
            "the endpoint has IPv6 addresses only",
            id="an IPv6 endpoint, though its subnets have IPv4 too",
        ),
        pytest.param({"subnets": (V6_A, V6_B)}, "the endpoint's subnets have IPv6 addresses only", id="IPv6 subnets"),
        pytest.param({"requester_managed": True, "subnets": (LOW_A,)}, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "failed", "subnets": (LOW_A,)}, "the endpoint is failed", id="dead"),
        pytest.param({"type_name": "Gateway", "subnet_ids": ()}, "a gateway endpoint is an entry", id="gateway"),
    ],
)
def test_does_not_apply(facts: dict[str, Any], why: str) -> None:
    """Where no address is taken, or nobody could do anything."""
    found = judge(**facts)
    assert isinstance(found, NotApplicable), found
    assert why in found.why


def test_subnets_are_asked_for_only_where_they_matter() -> None:
    """An IPv6 endpoint, and one without a subnet, cost no call."""
    assert judge(subnets=None) is Need.SUBNETS
    assert isinstance(judge(subnets=None, ip_address_type="ipv6"), NotApplicable)
    assert isinstance(judge(subnets=None, subnet_ids=()), NotApplicable)


@pytest.mark.parametrize("subnets", [(), (A,)])
def test_subnets_that_are_not_to_be_seen_are_unknown(subnets: tuple[Any, ...]) -> None:
    """Those of another account that were shared, and no longer are: they may be full."""
    found = judge(subnets=subnets)
    assert isinstance(found, Unknown)
    assert B.id in found.why
    assert (A.id in found.why) == (not subnets)


def test_the_facts_and_the_commands_are_there() -> None:
    """Each subnet with its count; what to look at, and how to get more."""
    found = judge(subnets=(LOW_A, B))
    assert isinstance(found, Breach)
    assert found.evidence == {"free": {A.id: 7, B.id: 100}, "min_free": 8}
    assert found.advice.startswith(
        f"`aws ec2 describe-network-interfaces --region {REGION} "
        f"--filters Name=subnet-id,Values={A.id} Name=status,Values=available` lists"
    )
    assert f"`aws ec2 associate-vpc-cidr-block --region {REGION} --vpc-id {VPC} --cidr-block BLOCK`" in found.advice


@pytest.mark.parametrize("value", ["0", "65537", '"16"'])
def test_the_number_is_a_whole_one(value: str) -> None:
    """Of addresses that a subnet could have."""
    with pytest.raises(BadStandard, match=r"rules\.address-headroom\.min_free"):
        standard(f"[rules.address-headroom]\nmin_free = {value}\n")
