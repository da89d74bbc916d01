"""The rule `gwlb-zone-set`: which zones use the endpoints of a set, who is told, and what is never guessed."""

from dataclasses import replace
from typing import Any

import pytest

from builders import ACCOUNT, KEY, REGION, VPC, A, B, C, endpoint, service, snapshot, standard, subnet
from warden.model import Breach, Endpoint, Judgement, Need, NotApplicable, Pass, Subnet, Unknown
from warden.neighbours import Interface, Route, RouteTable, Vpc
from warden.rules.gwlb_zone_set import gwlb_zone_set

NAME = f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b2c3d4e5f60718"
OWN, SHARED = Vpc(VPC, ("10.0.0.0/16", "2001:db8::/56"), ACCOUNT), Vpc(VPC, ("10.0.0.0/16",), "444455556666")
FIREWALLS = tuple(subnet(number) for number in (11, 12, 13))
"""Where the endpoints stand: in zones 2, 3 and 1."""
IN_B, IN_C, IN_A = FIREWALLS


def member(number: int, place: Subnet, **facts: Any) -> Endpoint:
    """Another Gateway Load Balancer endpoint of the service; a number of 0 has a lower id than the one judged."""
    made = {"key": replace(KEY, id=f"vpce-{number:017x}"), "type_name": "GatewayLoadBalancer", "service_name": NAME}
    return endpoint(**{**made, "subnet_ids": (place.id,), **facts})


SECOND = member(0x9999999999999999, IN_B)


def table(*places: Subnet, to: str = KEY.id, destination: str = "0.0.0.0/0", **facts: Any) -> RouteTable:
    """The route table of these subnets, with a route to an endpoint; the main one where it names none."""
    route = Route(destination, to, facts.pop("active", True))
    name = f"rtb-{places[0].zone_id}" if places else "rtb-main"
    return RouteTable(name, VPC, (route,), tuple(one.id for one in places), main=not places)


MAIN = RouteTable("rtb-main", VPC, main=True)


def running(*places: Subnet, **facts: Any) -> tuple[Interface, ...]:
    return tuple(
        Interface(**{"id": f"eni-{one.id}", "subnet_id": one.id, "zone_name": one.zone_name, **facts}) for one in places
    )


def judge(**facts: Any) -> Judgement:
    """The rule's word on an endpoint in zone 1 of which nothing is known but what is given; subnets A, B, C all run."""
    made: dict[str, Any] = {
        "type_name": "GatewayLoadBalancer",
        "service_name": NAME,
        "service": service(name=NAME, type_name="GatewayLoadBalancer"),
        "subnet_ids": (IN_A.id,),
        "subnets": (A, B, C, *FIREWALLS),
        "siblings": (),
        "route_tables": (MAIN,),
        "vpc": OWN,
        "interfaces": running(A, B, C),
    }
    return gwlb_zone_set.judge(snapshot(**made | facts), standard(""))


@pytest.mark.parametrize(
    ("facts", "routed"),
    [
        pytest.param({"route_tables": (MAIN, table(B))}, {"use1-az2": [B.id]}, id="another zone"),
        pytest.param(
            {"route_tables": (MAIN, table(A, B, C))}, {"use1-az2": [B.id], "use1-az3": [C.id]}, id="one table for all"
        ),
        pytest.param(
            {"route_tables": (table(),), "interfaces": running(C)},
            {"use1-az3": [C.id]},
            id="the main table, by default",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B, C)), "siblings": (SECOND,)},
            {"use1-az3": [C.id]},
            id="a set of two, not three",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(C, to=SECOND.key.id)), "siblings": (SECOND,)},
            {"use1-az3": [C.id]},
            id="routed to another of the set",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "siblings": (replace(SECOND, state="failed"),)},
            {"use1-az2": [B.id]},
            id="a dead one does not count",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "siblings": (replace(SECOND, service_name=f"{NAME}1"),)},
            {"use1-az2": [B.id]},
            id="one of another service does not count",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "siblings": (replace(SECOND, type_name="Interface"),)},
            {"use1-az2": [B.id]},
            id="one of another kind does not count",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "interfaces": running(B, type="transit_gateway")},
            {"use1-az2": [B.id]},
            id="a transit gateway sends",
        ),
        pytest.param({"route_tables": (MAIN, table(B, destination="::/0"))}, {"use1-az2": [B.id]}, id="IPv6"),
        pytest.param(
            {"route_tables": (MAIN, table(B, destination="10.0.0.0/8"))}, {"use1-az2": [B.id]}, id="more than the VPC"
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "vpc": SHARED}, {"use1-az2": [B.id]}, id="seen in a shared VPC"
        ),
        pytest.param({"route_tables": (MAIN, table(B)), "state": "partial"}, {"use1-az2": [B.id]}, id="partial"),
    ],
)
def test_finds_zones_without_an_endpoint(facts: dict[str, Any], routed: dict[str, list[str]]) -> None:
    """Those from which traffic leaves by an endpoint of another zone."""
    judged = judge(**facts)
    assert isinstance(judged, Breach), judged
    assert (judged.code, judged.evidence["routed"]) == ("zone-without-endpoint", routed)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        pytest.param({"route_tables": (MAIN, table(A))}, Pass, id="its own zone"),
        pytest.param({"route_tables": (MAIN, table(A)), "interfaces": None}, Pass, id="its own zone, unread"),
        pytest.param({"route_tables": (MAIN, table(A, B)), "siblings": (SECOND,)}, Pass, id="one in each zone"),
        pytest.param({"route_tables": (MAIN, table(B)), "interfaces": running(A)}, Pass, id="nothing runs there"),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "interfaces": running(B, type="gateway_load_balancer_endpoint")},
            Pass,
            id="an endpoint sends nothing by itself",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "service": service(zone_ids=frozenset({"use1-az1"}))},
            Pass,
            id="the service is not offered there",
        ),
        pytest.param({}, NotApplicable, id="no route leads to it"),
        pytest.param({"route_tables": (MAIN, table(B, active=False))}, NotApplicable, id="a blackhole"),
        pytest.param({"route_tables": (MAIN, table(B, to="vpce-other"))}, NotApplicable, id="another's route"),
        pytest.param(
            {"route_tables": (MAIN, table(B, destination="10.0.1.0/24"))},
            NotApplicable,
            id="between subnets of the VPC",
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B, destination="2001:db8::/64"))}, NotApplicable, id="between subnets, IPv6"
        ),
        pytest.param(
            {"route_tables": (MAIN, table(B)._replace(subnet_ids=()))}, NotApplicable, id="a gateway's table: no subnet"
        ),
        pytest.param({"route_tables": (MAIN, table(B, destination="pl-1"))}, Unknown, id="a prefix list is not read"),
        pytest.param(
            {"route_tables": (MAIN, table(B, destination="10.0.0.0/8")), "vpc": Vpc("", ())},
            Unknown,
            id="no VPC is seen",
        ),
        pytest.param({"route_tables": (table(A),)}, Unknown, id="route tables of other subnets are not to be seen"),
        pytest.param({"route_tables": (MAIN, table(A)), "vpc": SHARED}, Unknown, id="a shared VPC hides subnets"),
        pytest.param({"route_tables": (MAIN, table(B)), "service": None}, Unknown, id="service not described"),
        pytest.param({"route_tables": (MAIN, table(B)), "service_region": "eu-west-1"}, Unknown, id="cross-region"),
        pytest.param(
            {"route_tables": (MAIN, table(B)), "siblings": (replace(SECOND, state="pendingacceptance"),)},
            Unknown,
            id="one there is not ready",
        ),
        pytest.param({"route_tables": (MAIN, table(B)), "subnets": (A, B)}, Unknown, id="its subnet is not to be seen"),
        pytest.param(
            {"route_tables": (MAIN, table(A)), "siblings": (replace(SECOND, subnet_ids=("subnet-other",)),)},
            Unknown,
            id="another's subnet is not to be seen",
        ),
        pytest.param({"state": "failed"}, NotApplicable, id="failed"),
        pytest.param({"state": "rejected"}, NotApplicable, id="rejected"),
        pytest.param({"requester_managed": True}, NotApplicable, id="requester-managed"),
        pytest.param({"type_name": "Interface"}, NotApplicable, id="interface"),
        pytest.param({"type_name": "Gateway"}, NotApplicable, id="gateway"),
        pytest.param({"type_name": "Resource"}, NotApplicable, id="resource"),
        pytest.param({"type_name": "ServiceNetwork"}, NotApplicable, id="service network"),
    ],
)
def test_never_guesses(facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """What cannot be seen is never called well, and what is no fault is not told."""
    judged = judge(**facts)
    assert isinstance(judged, verdict), judged


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        pytest.param(member(0, IN_B), False, id="a lower id"),
        pytest.param(member(0, IN_B, state="deleted"), True, id="a lower id, dead"),
        pytest.param(member(0, IN_B, state="pending"), True, id="a lower id that is not judged yet"),
        pytest.param(member(0, IN_B, requester_managed=True), True, id="a lower id that is left out"),
        pytest.param(member(0, IN_B, vpc_id="vpc-other"), True, id="a lower id, in another VPC"),
        pytest.param(SECOND, True, id="a higher id"),
    ],
)
def test_a_set_is_told_once(beside: Endpoint, told: bool) -> None:  # noqa: FBT001  a table's column
    """By the lowest id of those that are judged; the others say where."""
    judged = judge(siblings=(beside,), route_tables=(MAIN, table(C)))
    assert isinstance(judged, Breach if told else NotApplicable)
    if not told:
        assert judged == NotApplicable(f"judged together with {beside.key.id}, of the same VPC and service")


@pytest.mark.parametrize(
    ("facts", "need"),
    [
        pytest.param({"siblings": None}, Need.SIBLINGS, id="who is told, first"),
        pytest.param({"subnets": None}, Need.SUBNETS, id="subnets"),
        pytest.param({"route_tables": None}, Need.ROUTES, id="routes"),
        pytest.param({"vpc": None}, Need.VPC, id="whose the VPC is, and its ranges"),
        pytest.param({"interfaces": None, "route_tables": (MAIN, table(B))}, Need.INTERFACES, id="what runs in a zone"),
    ],
)
def test_asks_only_for_what_the_answer_hangs_on(facts: dict[str, Any], need: Need) -> None:
    """Each read costs a call; an endpoint that is not the one told costs one."""
    assert judge(**facts) is need


def test_says_what_to_do() -> None:
    """The command for each zone, and the tables whose routes are to be changed then."""
    judged = judge(route_tables=(MAIN, table(B, C)), siblings=(SECOND,))
    assert isinstance(judged, Breach)
    assert judged.message == (
        f"the way out of {C.id} (use1-az3) leads to {KEY.id} in use1-az1: no endpoint of the service stands in use1-az3"
    )
    assert judged.advice == (
        "make an endpoint in use1-az3, in a subnet of its own: `aws ec2 create-vpc-endpoint --region us-east-1 "
        f"--vpc-id {VPC} --vpc-endpoint-type GatewayLoadBalancer --service-name {NAME} --subnet-ids SUBNET`; "
        "once it is available, lead the routes of rtb-use1-az2 there: the rule gwlb-route-locality has the command for "
        "each"
    )


def test_the_new_endpoint_takes_the_same_addresses() -> None:
    """One of IPv4 alone would inspect no IPv6."""
    judged = judge(route_tables=(MAIN, table(B, C)), siblings=(SECOND,), ip_address_type="dualstack")
    assert isinstance(judged, Breach)
    assert "--subnet-ids SUBNET --ip-address-type dualstack`" in judged.advice
