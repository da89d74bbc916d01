"""The rule `gateway-missing`: which routes pay for a NAT gateway, and which endpoints spare it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import KEY, REGION, VPC, A, B, C, endpoint, standard, vpc, vpc_seen
from warden.code_changes import AddEndpoint, AddTables, Beside, OfEndpoint
from warden.creating import POLICY
from warden.errors import BadStandard
from warden.managed import CLOUDFORMATION
from warden.model import Breach, Endpoint, NotApplicable, Pass, Unknown
from warden.neighbours import Route, RouteTable
from warden.rules.gateway_missing import gateway_missing
from warden.rules.rule import Answer

NAT = Route("0.0.0.0/0", "nat-0a")
S3_ONLY = '[rules.gateway-missing]\nleave_out = ["dynamodb"]\n'


def table(name: str, *routes: Route, subnets: tuple[str, ...] = (), main: bool = False) -> RouteTable:
    return RouteTable(name, VPC, routes, subnets, main)


ONE = (table("rtb-a", NAT, main=True),)
TWO = (table("rtb-a", NAT, subnets=(A.id,)), table("rtb-b", Route("0.0.0.0/0", "nat-0b"), main=True))


def judge(*endpoints: Endpoint, tables: tuple[RouteTable, ...] = ONE, toml: str = S3_ONLY, **facts: Any) -> Answer:
    return gateway_missing.judge(vpc_seen(*endpoints, route_tables=tables, **facts), standard(toml))


def gateway(*tables: str, service: str = "s3", **facts: Any) -> Endpoint:
    """A gateway endpoint on these route tables."""
    made = {"type_name": "Gateway", "subnet_ids": (), "route_table_ids": tables}
    return endpoint(**{"service_name": f"com.amazonaws.{REGION}.{service}"} | made | facts)


def interface(**facts: Any) -> Endpoint:
    """An interface endpoint to S3 that answers to its name."""
    return endpoint(**{"service_name": f"com.amazonaws.{REGION}.s3", "private_dns": True} | facts)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param(ONE, Breach, id="to a NAT gateway"),
        pytest.param((table("rtb-a", Route("0.0.0.0/0", "tgw-1"), main=True),), NotApplicable, id="transit gateway"),
        pytest.param((table("rtb-a", Route("0.0.0.0/0", "igw-1"), main=True),), NotApplicable, id="internet gateway"),
        pytest.param((table("rtb-a", Route("0.0.0.0/0", "eni-1"), main=True),), NotApplicable, id="NAT instance"),
        pytest.param((table("rtb-a", Route("10.9.0.0/16", "nat-1"), main=True),), NotApplicable, id="no default"),
        pytest.param((table("rtb-a", Route("64:ff9b::/96", "nat-1"), main=True),), NotApplicable, id="NAT64 alone"),
        pytest.param(
            (table("rtb-a", Route("0.0.0.0/0", "nat-1", active=False), main=True),), NotApplicable, id="a blackhole"
        ),
        pytest.param((table("rtb-a", main=True),), NotApplicable, id="no route"),
        pytest.param((table("rtb-a", NAT), table("rtb-b", main=True)), NotApplicable, id="a table of no subnet"),
        pytest.param((table("rtb-a", NAT, main=True), table("rtb-b", subnets=(A.id,))), Breach, id="of some subnets"),
        pytest.param(
            (table("rtb-a", NAT, main=True), table("rtb-b", subnets=(A.id, B.id, C.id))),
            NotApplicable,
            id="a main table that every subnet left",
        ),
        pytest.param((table("rtb-a", subnets=(A.id,)),), Unknown, id="tables that are not to be seen"),
    ],
)
def test_which_routes_are_judged(tables: tuple[RouteTable, ...], expected: type[Answer]) -> None:
    """Default routes that a subnet uses, to a NAT gateway, and active."""
    assert isinstance(judge(tables=tables), expected)


@pytest.mark.parametrize(
    ("endpoints", "left"),
    [
        pytest.param((), ["rtb-a", "rtb-b"], id="none"),
        pytest.param((gateway("rtb-a", "rtb-b"),), [], id="on both"),
        pytest.param((gateway("rtb-a"),), ["rtb-b"], id="on one"),
        pytest.param((gateway("rtb-a"), gateway("rtb-b")), [], id="one on each"),
        pytest.param((gateway("rtb-a", "rtb-b", state="failed"),), ["rtb-a", "rtb-b"], id="dead"),
        pytest.param((gateway("rtb-a", "rtb-b", service="dynamodb"),), ["rtb-a", "rtb-b"], id="of another service"),
        pytest.param((gateway("rtb-a", "rtb-b", service="s3express"),), ["rtb-a", "rtb-b"], id="of a like name"),
        pytest.param((interface(),), [], id="an interface endpoint takes the traffic"),
        pytest.param((interface(private_dns=False),), ["rtb-a", "rtb-b"], id="not without private DNS"),
        pytest.param((interface(inbound_only=True),), ["rtb-a", "rtb-b"], id="nor for the Resolver alone"),
        pytest.param((interface(subnet_ids=()),), ["rtb-a", "rtb-b"], id="nor in no subnet"),
        pytest.param(
            (interface(service_name="com.amazonaws.eu-west-1.s3", service_region="eu-west-1"),),
            ["rtb-a", "rtb-b"],
            id="nor of another region",
        ),
    ],
)
def test_which_route_tables_lack_an_endpoint(endpoints: tuple[Endpoint, ...], left: list[str]) -> None:
    """Each is named."""
    found = judge(*endpoints, tables=TWO)
    if not left:
        assert found == Pass()
        return
    assert isinstance(found, Breach)
    assert found.evidence["route_tables"] == left
    assert all(name in found.message for name in left)


def test_says_which_way_requests_go() -> None:
    """Services with the same gaps are told together, with the NAT gateways."""
    found = judge(gateway("rtb-a"), tables=TWO, toml="")
    assert isinstance(found, Breach)
    assert found.message == (
        "requests to s3 from rtb-b and to dynamodb from rtb-a and rtb-b go through nat-0a and nat-0b, "
        "though a gateway endpoint would be free"
    )
    assert found.parts == ("s3 rtb-b", "dynamodb rtb-a", "dynamodb rtb-b")
    assert found.evidence["nat_gateways"] == ["nat-0a", "nat-0b"]


def test_advice_has_the_command_for_each_service() -> None:
    """A new endpoint, or more route tables for the one that there is."""
    found = judge(gateway("rtb-a"), tables=TWO, toml="")
    assert isinstance(found, Breach)
    assert found.advice == (
        "see that no policy counts on the NAT gateways' addresses (aws:SourceIp); then "
        f"for s3: `aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id} "
        "--add-route-table-ids rtb-b`; "
        f"for dynamodb: `aws ec2 create-vpc-endpoint --region {REGION} --vpc-id {VPC} --vpc-endpoint-type Gateway "
        f"--service-name com.amazonaws.{REGION}.dynamodb --route-table-ids rtb-a rtb-b`; {POLICY}"
    )


def test_an_endpoint_that_is_not_ready_is_unknown() -> None:
    """It may cover the rest in a moment; where nothing is missing it does not matter."""
    assert judge(gateway("rtb-a", state="pending")) == Unknown(f"{KEY.id} is pending")
    assert judge(gateway("rtb-a"), interface(state="pending")) == Pass()


def test_a_vpc_of_another_account_is_for_its_owner() -> None:
    """Who takes part in a shared VPC can make no endpoint in it."""
    found = judge(vpc=vpc(owner="444455556666"))
    assert isinstance(found, NotApplicable)
    assert "444455556666" in found.why


def test_services_without_gateway_endpoints_are_errors_of_the_standard() -> None:
    """There are two; with neither left nothing is wrong."""
    assert judge(toml='[rules.gateway-missing]\nleave_out = ["s3", "dynamodb"]\n') == Pass()
    with pytest.raises(BadStandard, match="allowed: dynamodb, s3"):
        standard('[rules.gateway-missing]\nleave_out = ["kms"]\n')


@pytest.mark.parametrize(
    "endpoints",
    [
        pytest.param((interface(service_name=f"com.amazonaws.{REGION}.dynamodb-fips"),), id="a FIPS variant"),
        pytest.param((interface(service_name=f"com.amazonaws.{REGION}.dynamodb-streams"),), id="streams"),
    ],
)
def test_what_is_found_by_another_name_takes_no_traffic(endpoints: tuple[Endpoint, ...]) -> None:
    """Clients of DynamoDB's own name go past it, through the NAT gateway."""
    found = judge(*endpoints, toml='[rules.gateway-missing]\nleave_out = ["s3"]\n')
    assert isinstance(found, Breach)
    assert found.evidence["services"] == ["dynamodb"]


def test_what_waits_for_one_service_hides_no_other() -> None:
    """Of S3 it is certain, whatever becomes of DynamoDB's endpoint."""
    found = judge(gateway("rtb-a", service="dynamodb", state="partial"), toml="[rules.gateway-missing]\n")
    assert isinstance(found, Breach)
    assert found.evidence["services"] == ["s3"]


def test_the_names_of_china() -> None:
    """Interface endpoints begin otherwise there; gateway endpoints do not."""
    key = replace(KEY, region="cn-north-1")
    names = ("com.amazonaws.cn-north-1.s3", "cn.com.amazonaws.cn-north-1.s3")
    for made in (gateway("rtb-a", service_name=names[0], key=key), interface(service_name=names[1], key=key)):
        assert judge(made) == Pass()


STACK = {"aws:cloudformation:stack-name": "network"}


def test_a_gateway_endpoint_in_code_is_extended_there() -> None:
    """By its own tags: a command would be undone by its next deployment."""
    coded = gateway("rtb-a", tags=STACK)
    found = judge(coded, tables=TWO)
    assert isinstance(found, Breach)
    assert found.advice.endswith(f"; then for s3: put {KEY.id} on rtb-b in the code that manages it")
    assert found.beside == (OfEndpoint(coded, CLOUDFORMATION, AddTables(("rtb-b",))),)


def test_a_vpc_in_code_may_have_the_new_endpoint_there_too() -> None:
    """Its own tags say whose template that is; the command stays, since nothing would undo it."""
    found = judge(tables=TWO, vpc=vpc()._replace(tags=STACK))
    assert isinstance(found, Breach)
    assert found.advice.endswith(f"`, or add the same to the code that manages {VPC}; {POLICY}")
    (beside,) = found.beside
    assert isinstance(beside, Beside)
    assert isinstance(beside.change, AddEndpoint)
    assert (beside.id, beside.tool, beside.change.route_table_ids) == (VPC, CLOUDFORMATION, ("rtb-a", "rtb-b"))
