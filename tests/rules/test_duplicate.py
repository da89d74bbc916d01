"""The rule `duplicate`: which two endpoints are one too many, what is a reason for both, and of which it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import FULL_ACCESS, KEY, LONG_AGO, REGION, A, B, C, endpoint, snapshot, standard
from warden.code_changes import TakeOut
from warden.errors import BadStandard
from warden.model import Breach, Endpoint, EndpointKey, Judgement, Kind, Need, NotApplicable, Pass, Unknown
from warden.rules.duplicate import duplicate

ARN = f"arn:aws:vpc-lattice:{REGION}:444455556666:resourceconfiguration/rcfg-1"
ELDER = "vpce-0aaaaaaaaaaaaaaaa"
AT_FIRST = LONG_AGO - timedelta(days=30)


def other(name: str = ELDER, **facts: Any) -> Endpoint:
    """Another endpoint of KMS like that of `endpoint()`, and older."""
    return endpoint(**{"key": replace(KEY, id=name), "created": AT_FIRST} | facts)


def judge(*siblings: Endpoint, settings: str = "", **facts: Any) -> Judgement:
    return duplicate.judge(
        snapshot(**{"siblings": siblings} | facts), standard(f'[rules.duplicate]\nmode = "notify"\n{settings}\n')
    )


def test_two_of_one_service() -> None:
    """With where, and what this one costs."""
    found = judge(other())
    assert isinstance(found, Breach)
    assert (found.code, found.fix) == ("same-place-twice", None)
    assert found.message == (
        f"the endpoint leads to com.amazonaws.{REGION}.kms, as {ELDER} of its VPC does, with the same policy, security "
        f"groups, private DNS and type of address, in the same subnets ({A.id}); its zone costs 7.30 USD a month"
    )
    assert found.evidence == {
        "leads_to": f"com.amazonaws.{REGION}.kms",
        "others": [ELDER],
        "shared_subnets": [A.id],
    }
    assert f"`aws ec2 delete-vpc-endpoints --region {REGION} --vpc-endpoint-ids {KEY.id}`" in found.advice
    assert "--add-subnet-ids" not in found.advice


def test_subnets_of_its_own_are_named() -> None:
    """The elder is to have them first."""
    found = judge(other(), subnet_ids=(A.id, C.id, B.id))
    assert isinstance(found, Breach)
    assert found.message.endswith("; its 3 zones cost 21.90 USD a month")
    assert (
        f"`aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {ELDER} --add-subnet-ids {B.id} {C.id}`"
        in found.advice
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"policy": FULL_ACCESS}, "another policy", id="policy"),
        pytest.param({"policy": None}, "another policy", id="EC2 tells none of one"),
        pytest.param({"security_group_ids": ("sg-1",)}, "other security groups", id="security groups"),
        pytest.param({"private_dns": True}, "private DNS on", id="private DNS on one only"),
        pytest.param({"ip_address_type": "dualstack"}, "addresses of type dualstack", id="type of address"),
        pytest.param({"ip_address_type": "ipv6"}, "addresses of type ipv6", id="IPv6 only"),
        pytest.param({"subnet_ids": (B.id, C.id)}, "other subnets", id="no subnet in common"),
        pytest.param({"tags": {"Team": "red"}}, "another value of the tag Team", id="tags that the standard names"),
    ],
)
def test_a_reason_is_named(facts: dict[str, Any], reason: str) -> None:
    """And then nobody is bothered."""
    found = judge(other(**facts), settings='tags = ["Team"]')
    assert found == NotApplicable(f"{ELDER}, which leads there too, has {reason}")


def test_every_reason_is_named() -> None:
    """Of each elder."""
    found = judge(
        other(private_dns=True, subnet_ids=(B.id,)), other("vpce-0bbbbbbbbbbbbbbbb", security_group_ids=("sg-1",))
    )
    assert found == NotApplicable(
        f"{ELDER}, which leads there too, has private DNS on, other subnets; "
        "vpce-0bbbbbbbbbbbbbbbb, which leads there too, has other security groups"
    )


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"policy": f" {endpoint().policy}"}, id="the same policy in another spelling"),
        pytest.param({"tags": {"Team": "red"}}, id="tags that the standard does not name"),
        pytest.param({"subnet_ids": (A.id, B.id)}, id="some subnets in common"),
        pytest.param({"subnet_ids": ()}, id="no subnet at all"),
        pytest.param({"service_region": REGION}, id="its region said and not said"),
        pytest.param({"created": None}, id="no time told, the lower id"),
        pytest.param({"created": LONG_AGO, "key": replace(KEY, id="vpce-0")}, id="made together, the lower id"),
        pytest.param({"state": "partial"}, id="it serves in part"),
    ],
)
def test_no_reason(facts: dict[str, Any]) -> None:
    """What does not tell them apart is none."""
    assert isinstance(judge(other(**facts)), Breach)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"service_name": f"com.amazonaws.{REGION}.kms-fips"}, id="FIPS is another service"),
        pytest.param({"type_name": "Gateway"}, id="another kind is another thing"),
        pytest.param({"service_region": "eu-west-1"}, id="in another region"),
        pytest.param({"state": "failed"}, id="dead"),
        pytest.param({"state": "deleting"}, id="going"),
        pytest.param({"state": "pendingacceptance"}, id="not accepted yet"),
        pytest.param({"requester_managed": True}, id="kept by an AWS service"),
    ],
)
def test_does_not_count(facts: dict[str, Any]) -> None:
    """What is something else, or serves nobody, or is nobody's to take away."""
    assert judge(other(**facts)) == Pass()


@pytest.mark.parametrize(
    ("elder", "younger"),
    [
        pytest.param(LONG_AGO, LONG_AGO + timedelta(seconds=1), id="by time"),
        pytest.param(None, LONG_AGO, id="a time that is not told is before all"),
        pytest.param(LONG_AGO, LONG_AGO, id="else by id"),
        pytest.param(None, None, id="by id, without any time"),
    ],
)
def test_one_of_the_pair_speaks(elder: Any, younger: Any) -> None:
    """The younger; the elder says where to look."""
    first, second = other(created=elder), other("vpce-0bbbbbbbbbbbbbbbb", created=younger)
    assert isinstance(judge(first, endpoint=second), Breach)
    assert judge(second, endpoint=first) == NotApplicable(
        "vpce-0bbbbbbbbbbbbbbbb, which is younger, leads there too: what there is to say is said there"
    )


def test_of_three_two_speak() -> None:
    """Each of the younger once, of all that it is one too many for."""
    third = other("vpce-0cccccccccccccccc", created=LONG_AGO + timedelta(days=1))
    found, second = judge(other(), endpoint(), endpoint=third), judge(other(), third)
    assert isinstance(found, Breach)
    assert f", as {ELDER} and {KEY.id} of its VPC do, " in found.message
    assert isinstance(second, Breach)
    assert second.evidence["others"] == [ELDER]


def test_a_reason_for_one_excuses_no_other() -> None:
    """Only the one that it is too many for is named."""
    found = judge(other(private_dns=True), other("vpce-0bbbbbbbbbbbbbbbb"))
    assert isinstance(found, Breach)
    assert found.evidence["others"] == ["vpce-0bbbbbbbbbbbbbbbb"]


@pytest.mark.parametrize(("kind", "billed"), [(Kind.RESOURCE, True), (Kind.SERVICE_NETWORK, False)])
def test_kinds_without_a_service(kind: Kind, *, billed: bool) -> None:
    """They are compared by the ARN that they lead to; where EC2 does not tell it, nothing is known."""
    here = endpoint(type_name=kind.value, service_name="", leads_to=ARN)
    twin = replace(here, key=EndpointKey(KEY.account, REGION, ELDER), created=AT_FIRST)
    found = judge(twin, endpoint=here)
    assert isinstance(found, Breach)
    assert ("USD" in found.message) is billed
    assert judge(replace(twin, leads_to=f"{ARN}0"), endpoint=here) == Pass()
    assert judge(twin, endpoint=replace(here, leads_to="")) == Unknown("EC2 does not tell where the endpoint leads")
    assert judge(replace(twin, leads_to=""), endpoint=here) == Pass()


@pytest.mark.parametrize("kind", [Kind.GATEWAY, Kind.GATEWAY_LOAD_BALANCER])
def test_kinds_that_come_in_several(kind: Kind) -> None:
    """By design, and free or one for each zone."""
    assert isinstance(judge(other(type_name=kind.value), type_name=kind.value), NotApplicable)


@pytest.mark.parametrize(
    ("facts", "cost"),
    [
        pytest.param({"subnet_ids": ()}, False, id="it stands in no zone"),
        pytest.param({"service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-1"}, False, id="its provider may pay"),
        pytest.param({"key": EndpointKey(KEY.account, "xx-nowhere-1", KEY.id)}, False, id="a price that is not known"),
        pytest.param({}, True, id="known"),
    ],
)
def test_a_cost_is_said_only_where_it_is_known(facts: dict[str, Any], *, cost: bool) -> None:
    """Never guessed."""
    here = endpoint(**facts)
    twin = replace(here, key=replace(here.key, id=ELDER), created=AT_FIRST)
    found = judge(twin, endpoint=here)
    assert isinstance(found, Breach)
    assert ("USD" in found.message) is cost


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"requester_managed": True}, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "rejected"}, "the endpoint is rejected", id="dead"),
    ],
)
def test_does_not_apply(facts: dict[str, Any], why: str) -> None:
    """Where nobody could do anything: then nothing is read."""
    found = judge(siblings=None, **facts)
    assert isinstance(found, NotApplicable)
    assert why in found.why


def test_asks_for_the_others() -> None:
    """Once it is known where the endpoint leads."""
    assert judge(siblings=None) is Need.SIBLINGS
    assert isinstance(judge(siblings=None, endpoint=endpoint(service_name="")), Unknown)


def test_a_wrong_tag_is_named() -> None:
    """With its place."""
    with pytest.raises(BadStandard, match=r"rules\.duplicate\.tags"):
        standard('[rules.duplicate]\ntags = [""]\n')


def test_in_code_its_resource_goes() -> None:
    """The elder's subnets are set where it is managed, be that code or not."""
    found = judge(other(), subnet_ids=(A.id, C.id))
    assert isinstance(found, Breach)
    assert found.in_code is not None
    assert found.in_code.change == TakeOut()
    assert f"--add-subnet-ids {C.id}`, or the same in that one's own code (but for zones" in found.in_code.advice
    assert f"then take the resource of {KEY.id} out of the code that manages it; if both" in found.in_code.advice
