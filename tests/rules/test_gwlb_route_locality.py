"""The rule `gwlb-route-locality`: which routes cross zones, what would lead them home, and what is never guessed."""

from dataclasses import replace
from typing import Any

import pytest

from builders import ACCOUNT, KEY, REGION, VPC, A, B, C, endpoint, service, snapshot, standard, subnet
from warden.model import Breach, Judgement, Need, NotApplicable, Pass, Severity, Subnet, Unknown
from warden.neighbours import Route, RouteTable, Vpc
from warden.rules.gwlb_route_locality import QUIET, gwlb_route_locality

NAME = f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b2c3d4e5f60718"
OWN, SHARED = Vpc(VPC, ("10.0.0.0/16", "2001:db8::/56"), ACCOUNT), Vpc(VPC, ("10.0.0.0/16",), "444455556666")
IN_B, IN_C, IN_A = (subnet(number) for number in (11, 12, 13))
"""Where endpoints stand: in zones 2, 3 and 1; the one that is judged is in zone 1."""
KIND = {"type_name": "GatewayLoadBalancer", "service_name": NAME}
SECOND = endpoint(**KIND, key=replace(KEY, id="vpce-09999999999999999"), subnet_ids=(IN_B.id,))
MAIN = RouteTable("rtb-main", VPC, main=True)
REPLACE = "aws ec2 replace-route --region us-east-1 --route-table-id"
CREATE = "aws ec2 create-route --region us-east-1 --route-table-id NEW"


def table(*places: Subnet, to: str = KEY.id, destination: str = "0.0.0.0/0", active: bool = True) -> RouteTable:
    """The route table of these subnets, with a route to an endpoint; the main one where it names none."""
    name = f"rtb-{places[0].zone_id[-3:]}" if places else "rtb-main"
    route = Route(destination, to, active)
    return RouteTable(name, VPC, (route,), tuple(one.id for one in places), main=not places)


def judge(*tables: RouteTable, **facts: Any) -> Judgement:
    """The rule's word on an endpoint in zone 1, of a set of two, in a VPC of our own with these route tables."""
    made: dict[str, Any] = {
        **KIND,
        "service": service(name=NAME, type_name="GatewayLoadBalancer"),
        "subnet_ids": (IN_A.id,),
        "subnets": (A, B, C, IN_B, IN_C, IN_A),
        "siblings": (SECOND,),
        "route_tables": (MAIN, *tables),
        "vpc": OWN,
    }
    return gwlb_route_locality.judge(snapshot(**made | facts), standard(""))


def breach(*tables: RouteTable, **facts: Any) -> Breach:
    judged = judge(*tables, **facts)
    assert isinstance(judged, Breach), judged
    return judged


@pytest.mark.parametrize(
    ("tables", "facts", "advice"),
    [
        pytest.param(
            (table(B),),
            {},
            f"{QUIET}`{REPLACE} rtb-az2 --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id {SECOND.key.id}`",
            id="to the endpoint of its own zone",
        ),
        pytest.param(
            (table(B, destination="::/0"),),
            {},
            f"{QUIET}`{REPLACE} rtb-az2 --destination-ipv6-cidr-block ::/0 --vpc-endpoint-id {SECOND.key.id}`",
            id="IPv6",
        ),
        pytest.param(
            (table(B, IN_B),),
            {},
            f"{QUIET}`{REPLACE} rtb-az2 --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id {SECOND.key.id}`",
            id="two subnets of a zone: one command",
        ),
        pytest.param(
            (table(A, B, IN_B),),
            {},
            f"{QUIET}give {B.id}, {IN_B.id} in use1-az2 a route table like rtb-az1, which serves several zones, but "
            f"with `{CREATE} --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id {SECOND.key.id}`",
            id="a table that serves the endpoint's zone too",
        ),
        pytest.param(
            (table(C),),
            {},
            f"{QUIET}make an endpoint in use1-az3 (the rule gwlb-zone-set shows how), then "
            f"`{REPLACE} rtb-az3 --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id ENDPOINT`",
            id="no endpoint in its zone",
        ),
        pytest.param(
            (table(B),),
            {"siblings": (replace(SECOND, state="pending"),)},
            f"{QUIET}once {SECOND.key.id} is available, "
            f"`{REPLACE} rtb-az2 --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id {SECOND.key.id}`",
            id="the endpoint in its zone is not ready",
        ),
        pytest.param(
            (table(B),),
            {"siblings": (replace(SECOND, key=replace(KEY, id="vpce-0aaaaaaaaaaaaaaaa"), state="pending"), SECOND)},
            f"{QUIET}`{REPLACE} rtb-az2 --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id {SECOND.key.id}`",
            id="of two in its zone, the one that is ready",
        ),
        pytest.param(
            (table(B),),
            {"siblings": (SECOND, replace(SECOND, key=replace(KEY, id="vpce-0fffffffffffffff0"), state="pending"))},
            f"{QUIET}`{REPLACE} rtb-az2 --destination-cidr-block 0.0.0.0/0 --vpc-endpoint-id {SECOND.key.id}`",
            id="whichever comes first",
        ),
        pytest.param(
            (table(C),),
            {"service": service(zone_ids=frozenset({"use1-az1", "use1-az2"}))},
            "the service is not offered in use1-az3: only its provider can change that",
            id="the service is not offered there",
        ),
    ],
)
def test_names_the_command(tables: tuple[RouteTable, ...], facts: dict[str, Any], advice: str) -> None:
    """Ready to be copied, with the table and the endpoint that the route should lead to."""
    found = breach(*tables, **facts)
    assert (found.code, found.advice) == ("routes-cross-zones", advice)


def test_an_endpoint_of_an_aws_service_is_made_by_that_service() -> None:
    """Nobody else can make one of a firewall."""
    found = breach(table(C), requester_managed=True)
    assert (
        "have the AWS service that made the endpoint make one in use1-az3, where it has none yet, then `aws ec2 replace"
        in found.advice
    )


@pytest.mark.parametrize(
    ("places", "severity"),
    [
        pytest.param((C,), Severity.LOW, id="where it is not offered"),
        pytest.param((B, C), Severity.MEDIUM, id="there and where it is"),
    ],
)
def test_what_only_the_provider_could_change_is_less_grave(places: tuple[Subnet, ...], severity: Severity) -> None:
    """Such as all that is in a Local Zone."""
    offered = service(zone_ids=frozenset({"use1-az1", "use1-az2"}))
    found = breach(*(table(one) for one in places), service=offered)
    assert gwlb_route_locality.severity_of(found) is severity


def test_names_every_route() -> None:
    """Three in the message, all in the evidence."""
    found = breach(table(B, IN_B), table(C, IN_C))
    assert found.message == (
        "subnets of other zones leave the VPC by the endpoint in use1-az1: "
        f"{B.id} in use1-az2 (route of rtb-az2 to 0.0.0.0/0); {IN_B.id} in use1-az2 (route of rtb-az2 to 0.0.0.0/0); "
        f"{C.id} in use1-az3 (route of rtb-az3 to 0.0.0.0/0); and 1 more"
    )
    assert found.evidence["zone"] == "use1-az1"
    assert found.evidence["routes"] == [
        {"subnet": one.id, "zone": one.zone_id, "route_table": f"rtb-{one.zone_id[-3:]}", "destination": "0.0.0.0/0"}
        for one in (B, IN_B, C, IN_C)
    ]


@pytest.mark.parametrize(
    ("tables", "facts", "verdict"),
    [
        pytest.param((), {}, Pass, id="no route leads to it"),
        pytest.param((table(A),), {}, Pass, id="its own zone"),
        pytest.param((table(A), table(B, to=SECOND.key.id)), {}, Pass, id="each to its own"),
        pytest.param((table(B, active=False),), {}, Pass, id="a blackhole"),
        pytest.param((table(B)._replace(subnet_ids=()),), {}, Pass, id="a gateway's table has no subnet"),
        pytest.param((table(B, destination="10.0.1.0/24"),), {}, Pass, id="between subnets of the VPC"),
        pytest.param((table(B, destination="2001:db8::/64"),), {}, Pass, id="between subnets of the VPC, IPv6"),
        pytest.param((table(B, destination="10.0.0.0/8"),), {}, Breach, id="to more than the VPC"),
        pytest.param((table(B, destination="10.1.0.0/16"),), {}, Breach, id="to another VPC"),
        pytest.param((), {"route_tables": (table(),)}, Breach, id="by the main route table"),
        pytest.param((table(B),), {"requester_managed": True}, Breach, id="AWS Network Firewall's: routes are ours"),
        pytest.param((table(B),), {"service": None}, Breach, id="service not described"),
        pytest.param((table(B),), {"state": "partial"}, Breach, id="partial"),
        pytest.param((table(B),), {"vpc": SHARED}, Breach, id="seen in a shared VPC"),
        pytest.param((table(B),), {"vpc": Vpc("", ())}, Breach, id="to everywhere, the VPC not to be seen"),
        pytest.param((table(A),), {"vpc": SHARED}, Unknown, id="a shared VPC hides subnets"),
        pytest.param(
            (table(B, destination="10.0.1.0/24"),), {"vpc": Vpc("", ())}, Unknown, id="the VPC is not to be seen"
        ),
        pytest.param((table(B, destination="pl-1"),), {}, Unknown, id="a prefix list is not read"),
        pytest.param((table(B, destination=""),), {}, Unknown, id="no destination is told"),
        pytest.param((table(A, destination="pl-1"),), {}, Pass, id="a prefix list, from its own zone"),
        pytest.param((), {"route_tables": (table(A),)}, Unknown, id="route tables are not to be seen"),
        pytest.param((table(B),), {"subnets": (A, B)}, Unknown, id="the endpoint's subnet is not to be seen"),
        pytest.param((table(B),), {"subnet_ids": ()}, Unknown, id="no subnet is told"),
        pytest.param((table(B),), {"state": "failed"}, NotApplicable, id="failed"),
        pytest.param((table(B),), {"state": "deleting"}, NotApplicable, id="deleting"),
        pytest.param((table(B),), {"type_name": "Interface"}, NotApplicable, id="interface"),
        pytest.param((table(B),), {"type_name": "Gateway"}, NotApplicable, id="gateway"),
        pytest.param((table(B),), {"type_name": "Resource"}, NotApplicable, id="resource"),
        pytest.param((table(B),), {"type_name": "ServiceNetwork"}, NotApplicable, id="service network"),
    ],
)
def test_never_guesses(tables: tuple[RouteTable, ...], facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """Only what crosses zones for certain is told, and what may be hidden is never called well."""
    judged = judge(*tables, **facts)
    assert isinstance(judged, verdict), judged


@pytest.mark.parametrize(
    ("facts", "need"),
    [
        pytest.param({"subnets": None}, Need.SUBNETS, id="subnets"),
        pytest.param({"route_tables": None}, Need.ROUTES, id="routes"),
        pytest.param({"vpc": None}, Need.VPC, id="the VPC's ranges and owner"),
        pytest.param(
            {"siblings": None, "route_tables": (MAIN, table(B))}, Need.SIBLINGS, id="where to, for the advice"
        ),
    ],
)
def test_asks_only_for_what_the_answer_hangs_on(facts: dict[str, Any], need: Need) -> None:
    """Each read costs a call."""
    assert judge(**facts) is need


def test_a_compliant_endpoint_needs_no_siblings() -> None:
    """Only advice names them."""
    assert judge(table(A), siblings=None) == Pass()
