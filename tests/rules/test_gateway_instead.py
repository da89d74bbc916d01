"""The rule `gateway-instead`: where a free gateway endpoint would do, and where that cannot be known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import ACCOUNT, KEY, REGION, VPC, A, B, endpoint, snapshot, standard
from warden.code_changes import TakeOut
from warden.model import Breach, Endpoint, Judgement, Kind, Need, NotApplicable, Pass, Severity, Unknown
from warden.neighbours import Route, RouteTable, Vpc
from warden.rules.gateway_instead import POLICY, gateway_instead

S3 = f"com.amazonaws.{REGION}.s3"
LOCAL = Route("10.0.0.0/16", "local")
MAIN = RouteTable("rtb-main", VPC, (LOCAL,), main=True)
OWN = RouteTable("rtb-own", VPC, (LOCAL, Route("0.0.0.0/0", "nat-1")), (A.id,))
UNUSED = RouteTable("rtb-unused", VPC, (LOCAL,))
GATEWAY = "vpce-0aaaaaaaaaaaaaaaa"
HERE = Vpc(VPC, ("10.0.0.0/16",), ACCOUNT)


def judge(*routes: Route, **facts: Any) -> Judgement:
    """What is said of S3's endpoint in a VPC with these routes besides."""
    tables = (MAIN, replace_routes(OWN, routes), UNUSED)
    made = {"service_name": S3, "route_tables": tables, "siblings": (), "vpc": HERE} | facts
    return gateway_instead.judge(snapshot(**made), standard('[rules.gateway-instead]\nmode = "notify"\n'))


def replace_routes(table: RouteTable, more: tuple[Route, ...]) -> RouteTable:
    return table._replace(routes=(*table.routes, *more))


def gateway(**facts: Any) -> Endpoint:
    """A gateway endpoint of S3 in the VPC."""
    made = {"type_name": "Gateway", "service_name": S3, "route_table_ids": ("rtb-main",), "subnet_ids": ()}
    return endpoint(**{"key": replace(KEY, id=GATEWAY)} | made | facts)


def breach(found: Judgement) -> Breach:
    assert isinstance(found, Breach), found
    assert (found.code, found.fix, found.severity) == ("gateway-would-do", None, None)
    return found


def test_a_gateway_endpoint_would_do() -> None:
    """With what this one costs, and every command in the order in which nobody is cut off."""
    found = breach(judge())
    assert gateway_instead.severity is Severity.LOW
    assert found.message == (
        f"no route of the VPC leads to another private network, so that a free gateway endpoint of {S3} would do what "
        "the endpoint does; its zone costs 7.30 USD a month"
    )
    assert found.evidence == {
        "service": S3,
        "gateway_endpoints": [],
        "route_tables_without": ["rtb-main", "rtb-own"],
    }
    make, see, delete = found.advice.split("; then ")
    assert make.endswith(
        f"`aws ec2 create-vpc-endpoint --region {REGION} --vpc-id {VPC} --vpc-endpoint-type Gateway "
        f"--service-name {S3} --route-table-ids rtb-main rtb-own --policy-document file://policy.json`{POLICY}"
    )
    assert see.startswith(f"see that nobody uses the names or addresses of {KEY.id} itself")
    assert delete == f"`aws ec2 delete-vpc-endpoints --region {REGION} --vpc-endpoint-ids {KEY.id}`"


def test_private_dns_is_turned_off_first() -> None:
    """It can be turned on again; what is deleted is gone."""
    off, delete = breach(judge(private_dns=True)).advice.split("; then ")[-2:]
    assert off == (
        f"`aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id} --no-private-dns-enabled`, "
        "and watch"
    )
    assert "delete-vpc-endpoints" in delete


def test_a_gateway_endpoint_is_there() -> None:
    """Some route tables are missing."""
    found = breach(judge(siblings=(gateway(),)))
    assert f"so that {GATEWAY}, a free gateway endpoint of {S3}, would do what the endpoint does" in found.message
    assert (
        f"`aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {GATEWAY} --add-route-table-ids rtb-own`"
        in found.advice
    )
    assert "create-vpc-endpoint" not in found.advice


def test_gateway_endpoints_serve_every_route_table() -> None:
    """Then there is nothing to make."""
    others = (gateway(), gateway(key=replace(KEY, id="vpce-0b"), route_table_ids=("rtb-own",)))
    found = breach(judge(siblings=others))
    assert found.evidence["route_tables_without"] == []
    assert found.advice.startswith("see that nobody uses")


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"state": "deleted"}, id="dead"),
        pytest.param({"service_name": f"com.amazonaws.{REGION}.dynamodb"}, id="another service's"),
        pytest.param({"route_table_ids": ()}, id="no route leads to it"),
        pytest.param({"type_name": "Interface"}, id="no gateway endpoint"),
    ],
)
def test_others_are_not_counted_on(facts: dict[str, Any]) -> None:
    """Then one must be made."""
    assert breach(judge(siblings=(gateway(**facts),))).evidence["gateway_endpoints"] == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("vgw-1", "a virtual private gateway (VPN or Direct Connect) (vgw-1)"),
        ("tgw-1", "a transit gateway (tgw-1)"),
        ("pcx-1", "a peered VPC (pcx-1)"),
        ("arn:aws:networkmanager::111122223333:core-network/core-network-1", "a core network (arn:"),
        ("lgw-1", "an Outpost's local gateway (lgw-1)"),
        ("cagw-1", "a carrier gateway (cagw-1)"),
        ("eni-1", "a network appliance (eni-1)"),
        ("i-1", "a network appliance (i-1)"),
        ("new-1", "what is not known (new-1)"),
        ("", "what is not known: clients"),
    ],
)
@pytest.mark.parametrize("active", [True, False])
def test_clients_may_come_by_a_route(target: str, words: str, *, active: bool) -> None:
    """Whom no gateway endpoint serves; a route that leads nowhere now may lead again. Nothing more is read."""
    found = judge(Route("192.168.0.0/16", target, active=active), siblings=None, vpc=None)
    assert isinstance(found, Unknown)
    assert found.why.startswith(f"the VPC has routes to {words}")


def test_each_way_is_named_once() -> None:
    """However many routes lead by it."""
    found = judge(Route("10.1.0.0/16", "tgw-1"), Route("10.2.0.0/16", "tgw-1"), Route("10.3.0.0/16", "pcx-1"))
    assert isinstance(found, Unknown)
    assert "routes to a peered VPC (pcx-1), a transit gateway (tgw-1): " in found.why


@pytest.mark.parametrize("target", ["igw-1", "eigw-1", "nat-1", "vpce-1", "local"])
def test_nobody_comes_by_other_routes(target: str) -> None:
    """From the internet, private addresses are not reached."""
    breach(judge(Route("0.0.0.0/0", target)))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"route_tables": ()}, "the route tables of the VPC are not all to be seen", id="no route table"),
        pytest.param({"route_tables": (OWN,)}, "the route tables of the VPC are not all", id="the main one is hidden"),
        pytest.param({"vpc": Vpc(VPC, (), "444455556666")}, f"{VPC} is not seen to be this account's", id="shared"),
        pytest.param({"vpc": Vpc("", ())}, f"{VPC} is not seen to be this account's own", id="a VPC that is hidden"),
        pytest.param(
            {"ip_address_type": "dualstack", "siblings": (gateway(),)}, f"{GATEWAY}, the gateway endpoint", id="IPv6"
        ),
    ],
)
def test_unknown(facts: dict[str, Any], why: str) -> None:
    """What is not to be seen may hold clients from outside."""
    found = judge(**facts)
    assert isinstance(found, Unknown)
    assert found.why.startswith(why)


@pytest.mark.parametrize("kind", ["dualstack", "ipv6"])
def test_types_of_addresses(kind: str) -> None:
    """A new gateway endpoint has the same; one that has both serves all."""
    assert f" --ip-address-type {kind} " in breach(judge(ip_address_type=kind)).advice
    breach(judge(ip_address_type=kind, siblings=(gateway(ip_address_type="dualstack"),)))


@pytest.mark.parametrize(
    ("facts", "need"),
    [
        pytest.param({"route_tables": None, "vpc": None, "siblings": None}, Need.ROUTES, id="routes first"),
        pytest.param({"vpc": None, "siblings": None}, Need.VPC, id="then whose the VPC is"),
        pytest.param({"siblings": None}, Need.SIBLINGS, id="then what is there"),
    ],
)
def test_asks_for_what_it_needs(facts: dict[str, Any], need: Need) -> None:
    """Most VPCs are decided by their routes."""
    assert judge(**facts) is need


def test_for_clients_outside() -> None:
    """Private DNS for inbound Resolver endpoints only is what AWS advises beside a gateway endpoint."""
    assert judge(private_dns=True, inbound_only=True, route_tables=None) == Pass()
    breach(judge(private_dns=False, inbound_only=True))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"service_name": f"com.amazonaws.{REGION}.kms"}, "there is no gateway endpoint", id="KMS"),
        pytest.param({"service_name": f"{S3}-fips"}, "there is no gateway endpoint to this", id="a FIPS variant"),
        pytest.param(
            {"service_name": f"com.amazonaws.{REGION}.dynamodb-streams"}, "there is no gateway endpoint", id="streams"
        ),
        pytest.param({"service_region": "eu-west-1"}, "there is no gateway endpoint to this", id="another region"),
        pytest.param({"requester_managed": True}, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "rejected"}, "the endpoint is rejected", id="dead"),
    ],
)
def test_does_not_apply(facts: dict[str, Any], why: str) -> None:
    """Nothing is read for these."""
    found = judge(**{"route_tables": None} | facts)
    assert isinstance(found, NotApplicable)
    assert found.why.startswith(why)


def test_dynamodb_has_gateway_endpoints_too() -> None:
    """As S3 has."""
    breach(judge(service_name=f"com.amazonaws.{REGION}.dynamodb", subnet_ids=(A.id, B.id)))


@pytest.mark.parametrize("kind", [Kind.GATEWAY, Kind.GATEWAY_LOAD_BALANCER, Kind.RESOURCE, Kind.SERVICE_NETWORK])
def test_other_kinds(kind: Kind) -> None:
    """Each with its reason."""
    assert judge(type_name=kind.value) == NotApplicable(gateway_instead.not_for[kind])


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        pytest.param({}, ["take its resource out of the code that manages it"], id="at once"),
        pytest.param(
            {"private_dns": True},
            [
                "turn its private DNS off in the code that manages it, deploy that, and watch",
                "take its resource out of that code",
            ],
            id="private DNS first",
        ),
    ],
)
def test_in_code_its_resource_goes_last(facts: dict[str, Any], steps: list[str]) -> None:
    """In the same order as by hand; the gateway endpoint may stand in code, too."""
    found = breach(judge(siblings=(gateway(),), **facts))
    assert found.in_code is not None
    assert found.in_code.change == TakeOut()
    serve, see, *last = found.in_code.advice.split("; then ")
    assert serve.endswith(" --add-route-table-ids rtb-own`, or the same in that one's own code")
    assert see.startswith("see that nobody uses")
    assert last == steps
