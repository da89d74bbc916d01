"""The rule `zones-beyond-need`: zones with nobody in them and nothing through them, and never one that is demanded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import ACCOUNT, KEY, NOW, REGION, VPC, ZONES, A, B, C, snapshot, standard
from warden.model import Breach, Judgement, Mode, Need, NotApplicable, Pass, Unknown
from warden.neighbours import Interface, Vpc
from warden.rules.zones_beyond_need import ZonesBeyondNeed, zones_beyond_need
from warden.use import Use

THREE = (A.id, B.id, C.id)
OURS = Vpc(VPC, ("10.0.0.0/16",), ACCOUNT)
ONE_ZONE = "[rules.multi-az]\nmin_zones = 1\n"


def use(*moved: int) -> dict[str, Any]:
    """What went through the first subnets."""
    whole = Use(NOW - timedelta(days=30), NOW, sum(moved))
    return {"use": whole, "use_by_subnet": dict(zip(THREE, moved, strict=False))}


def at(zone: str, **facts: Any) -> Interface:
    """A network interface in zone a, b or c."""
    return Interface(**{"id": f"eni-{zone}", "subnet_id": "", "zone_name": f"{REGION}{zone}"} | facts)


def judge(toml: str = "", **facts: Any) -> Judgement:
    """An endpoint in three zones; someone runs in the first two, and only through those anything went."""
    made: dict[str, Any] = {
        "subnet_ids": THREE,
        **use(5, 3, 0),
        "vpc": OURS,
        "interfaces": (at("a"), at("b"), at("c", type="vpc_endpoint")),
    }
    return zones_beyond_need.judge(snapshot(**made | facts), standard(toml))


def breach(toml: str = "", **facts: Any) -> Breach:
    judged = judge(toml, **facts)
    assert isinstance(judged, Breach), judged
    return judged


def test_it_is_off_and_only_swept() -> None:
    """It reads CloudWatch."""
    assert standard("").of(ZonesBeyondNeed).mode is Mode.OFF
    assert zones_beyond_need.only_swept


def test_a_zone_for_nobody() -> None:
    """What it costs, the command, and how many zones are left."""
    found = breach()
    assert found.message == (
        f"the endpoint stands in {ZONES[2]}, where nothing else runs, and through which no byte went in 30 days; "
        "1 zone costs 7.30 USD a month"
    )
    command = f"aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id} --remove-subnet-ids {C.id}"
    assert f"`{command}`" in found.advice
    assert found.advice.endswith("2 zones are left, and multi-az demands 2")
    assert found.fix is None
    assert found.evidence["subnets"] == [C.id]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"interfaces": (at("c", type="gateway_load_balancer_endpoint"),)}, id="another endpoint's"),
        pytest.param({"interfaces": (at("c"),), "network_interface_ids": ("eni-c",)}, id="its own, whatever its type"),
        pytest.param({"interfaces": ()}, id="nobody anywhere, and clients from afar use the others"),
        pytest.param({"ip_address_type": "ipv6"}, id="IPv6"),
        pytest.param({"service_region": REGION}, id="its own region named"),
    ],
)
def test_nobody_is_nobody(facts: dict[str, Any]) -> None:
    """Endpoints do not use endpoints."""
    assert breach(**facts).evidence["zones"] == [ZONES[2]]


@pytest.mark.parametrize(
    ("toml", "facts"),
    [
        pytest.param("", {"interfaces": (at("c"),)}, id="somebody runs there"),
        pytest.param("", {"interfaces": (at("c", type="transit_gateway"),)}, id="a way in from elsewhere is somebody"),
        pytest.param("", use(5, 3, 1), id="something went through it"),
        pytest.param("", use(5, 0) | {"subnet_ids": THREE[:2], "interfaces": ()}, id="two zones are demanded"),
        pytest.param("[rules.multi-az]\nmin_zones = 3\n", {}, id="three are demanded"),
        pytest.param('[rules.multi-az]\nmode = "off"\nmin_zones = 3\n', {}, id="demanded by a rule that is off"),
        pytest.param(ONE_ZONE, use(5) | {"subnet_ids": (A.id,)}, id="the only zone"),
    ],
)
def test_zones_that_are_needed(toml: str, facts: dict[str, Any]) -> None:
    """By somebody, by traffic or by the standard."""
    assert judge(toml, **facts) == Pass()


@pytest.mark.parametrize(
    ("toml", "removed", "words", "left"),
    [
        pytest.param(
            "", [B.id], "(1 of them can go: multi-az demands 2 zones)", "; 2 zones are left", id="one must stay"
        ),
        pytest.param(ONE_ZONE, [B.id, C.id], "; 2 zones cost 14.60 USD a month", "; 1 zone is left", id="both can go"),
    ],
)
def test_never_below_what_multi_az_demands(toml: str, removed: list[str], words: str, left: str) -> None:
    """All are told; the command takes only what may go."""
    found = breach(toml, **use(5, 0, 0), interfaces=(at("a"),))
    assert found.evidence["subnets"] == [B.id, C.id]
    assert f"--remove-subnet-ids {' '.join(removed)}`" in found.advice
    assert words in found.message
    assert left in found.advice


@pytest.mark.parametrize(
    ("facts", "answer", "why"),
    [
        pytest.param(use(0, 0, 0), NotApplicable, "the matter of the rule unused", id="idle as a whole"),
        pytest.param({"requester_managed": True}, NotApplicable, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "failed"}, NotApplicable, "failed", id="dead"),
        pytest.param({"created": NOW - timedelta(days=1)}, NotApplicable, "younger", id="young"),
        pytest.param({"service_region": "eu-west-1"}, Unknown, "no cross-region", id="cross-region"),
        pytest.param({"vpc": Vpc(VPC, (), "444455556666")}, Unknown, "444455556666 shares", id="a shared VPC"),
        pytest.param({"vpc": Vpc("", ())}, Unknown, "not to be seen", id="a VPC that is not seen"),
        pytest.param({"subnets": (A, B)}, Unknown, C.id, id="a subnet that is not seen"),
        pytest.param({"type_name": "Gateway"}, NotApplicable, "no zone", id="gateway"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, NotApplicable, "by design", id="balancer"),
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


@pytest.mark.parametrize(
    ("lacking", "need"),
    [
        ({"use", "use_by_subnet", "vpc", "subnets", "interfaces"}, Need.USE),
        ({"use_by_subnet", "vpc", "subnets", "interfaces"}, Need.USE_BY_SUBNET),
        ({"vpc", "subnets", "interfaces"}, Need.VPC),
        ({"subnets", "interfaces"}, Need.SUBNETS),
        ({"interfaces"}, Need.INTERFACES),
    ],
)
def test_asks_step_by_step(lacking: set[str], need: Need) -> None:
    """The neighbours only where a zone is idle."""
    assert judge("", **dict.fromkeys(lacking)) is need


@pytest.mark.parametrize(
    ("subnet_id", "expected"),
    [
        pytest.param(C.id, Pass, id="its subnet tells"),
        pytest.param(A.id, Breach, id="its subnet is elsewhere"),
        pytest.param("subnet-gone", Unknown, id="nothing tells"),
    ],
)
def test_an_interface_of_which_ec2_does_not_tell_the_zone(subnet_id: str, expected: type[Judgement]) -> None:
    """It stands somewhere all the same: no zone is called empty that may be its."""
    nameless = Interface(id="eni-x", subnet_id=subnet_id, zone_name="")
    assert isinstance(judge(interfaces=(at("a"), nameless)), expected)
