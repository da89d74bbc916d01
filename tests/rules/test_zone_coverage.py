"""The rule `zone-coverage`: which interfaces are workloads, which zones they make, and what is never guessed."""

from typing import Any

import pytest

from builders import ACCOUNT, REGION, VPC, A, B, C, service, snapshot, standard, subnet
from warden.actions import AddSubnets
from warden.model import Breach, Judgement, Need, NotApplicable, Pass, Subnet, Unknown
from warden.neighbours import Interface, Vpc
from warden.rules.zone_coverage import zone_coverage

OWN, SHARED = Vpc(VPC, ("10.0.0.0/16",), ACCOUNT), Vpc(VPC, ("10.0.0.0/16",), "444455556666")
ALL_ZONES = {"subnet_ids": (A.id, B.id, C.id)}
TWO_ZONES = service(zone_ids=frozenset({"use1-az1", "use1-az3"}))
BY_NAME = service(zone_ids=frozenset(), zone_names=frozenset({f"{REGION}a", f"{REGION}b"}))
IPV6_B = subnet(2, ipv4=False, ipv6=True)


def at(place: Subnet, **facts: Any) -> Interface:
    """An instance's network interface in this subnet."""
    return Interface(**{"id": f"eni-{place.id}", "subnet_id": place.id, "zone_name": place.zone_name, **facts})


def judge(toml: str = "", **facts: Any) -> Judgement:
    """The rule's word on an endpoint in zone 1, in a VPC of the account's own where nothing runs but what is given."""
    return zone_coverage.judge(snapshot(**{"vpc": OWN, "interfaces": (), **facts}), standard(toml))


def breach(toml: str = "", **facts: Any) -> Breach:
    judged = judge(toml, **facts)
    assert isinstance(judged, Breach), judged
    return judged


@pytest.mark.parametrize(
    ("facts", "added"),
    [
        pytest.param({"interfaces": (at(B),)}, (B.id,), id="the zone of the workload"),
        pytest.param({"interfaces": (at(C), at(B), at(A))}, (B.id, C.id), id="each zone with workloads"),
        pytest.param({"interfaces": (at(C),), "vpc": SHARED}, (C.id,), id="what is seen of a shared VPC counts"),
        pytest.param({"interfaces": (at(C),), "vpc": None}, (C.id,), id="whose the VPC is does not matter to a breach"),
        pytest.param(
            {"interfaces": (at(B, subnet_id="subnet-other"),)}, (B.id,), id="a zone by name, its subnet not to be seen"
        ),
        pytest.param({"interfaces": (at(B), at(C)), "service": TWO_ZONES}, (C.id,), id="only zones of the service"),
        pytest.param({"interfaces": (at(B), at(C)), "service": BY_NAME}, (B.id,), id="zones by name, as AWS gave them"),
        pytest.param(
            {"interfaces": (at(B),), "subnets": (A, B, subnet(5, free_addresses=200))},
            (subnet(5).id,),
            id="the best subnet of the zone, not the workload's own",
        ),
        pytest.param(
            {"ip_address_type": "ipv6", "subnets": (A, IPV6_B), "interfaces": (at(IPV6_B),)}, (B.id,), id="IPv6"
        ),
        pytest.param({"interfaces": (at(B), at(C, type="brand_new"))}, (B.id,), id="beside one that is not known"),
        pytest.param({"state": "partial", "interfaces": (at(B),)}, (B.id,), id="partial"),
    ],
)
def test_adds_a_subnet_in_each_zone_with_workloads(facts: dict[str, Any], added: tuple[str, ...]) -> None:
    """Exactly those zones, whatever else the VPC has."""
    fix = breach(**facts).fix
    assert isinstance(fix, AddSubnets)
    assert fix.subnet_ids == added


@pytest.mark.parametrize("kind", ["interface", "efa", "efa-only", "trunk", "branch", "lambda"])
def test_what_is_a_workload(kind: str) -> None:
    """Instances, containers and functions may call the service."""
    assert breach(interfaces=(at(B, type=kind),)).code == "zone-not-covered"


@pytest.mark.parametrize(
    "facts",
    [
        *(
            pytest.param({"type": kind}, id=kind)
            for kind in (
                "vpc_endpoint", "gateway_load_balancer_endpoint", "gateway_load_balancer", "network_load_balancer",
                "load_balancer", "ec2_instance_connect_endpoint", "efs", "nat_gateway", "natGateway",
                "transit_gateway", "global_accelerator_managed", "api_gateway_managed", "iot_rules_managed",
                "quicksight", "aws_codestar_connections_managed",
            )
        ),
        pytest.param({"requester": "amazon-elb"}, id="Application Load Balancer"),
    ],
)  # fmt: skip
def test_what_is_no_workload(facts: dict[str, Any]) -> None:
    """It passes on the calls of others, or makes none."""
    assert judge(interfaces=(at(B, **facts),)) == Pass()


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        pytest.param({}, Pass, id="nothing runs anywhere"),
        pytest.param({"interfaces": (at(A),)}, Pass, id="all in the endpoint's zone"),
        pytest.param({**ALL_ZONES, "interfaces": None, "vpc": None}, Pass, id="every zone of the service, unread"),
        pytest.param({**ALL_ZONES, "vpc": SHARED}, Pass, id="every zone of the service, shared"),
        pytest.param({"subnets": (A,), "interfaces": None}, Pass, id="every zone of the VPC"),
        pytest.param({"subnets": (A,), "interfaces": None, "vpc": SHARED}, Unknown, id="every zone shared with us"),
        pytest.param({"interfaces": (at(A),), "vpc": SHARED}, Unknown, id="others' interfaces are not to be seen"),
        pytest.param({"interfaces": (at(A),), "vpc": Vpc("", ())}, Unknown, id="the VPC is not to be seen"),
        pytest.param({"interfaces": (at(B, type="brand_new"),)}, Unknown, id="a type that is not known"),
        pytest.param({"interfaces": (at(A, type="brand_new"),)}, Pass, id="a type that is not known, where covered"),
        pytest.param(
            {"interfaces": (at(B, type="brand_new"),), "service": TWO_ZONES},
            Pass,
            id="not known, no zone of the service",
        ),
        pytest.param({"interfaces": (at(C),), "subnets": (A, B)}, Unknown, id="a zone of which no subnet is seen"),
        pytest.param({"interfaces": (at(IPV6_B),), "subnets": (A, IPV6_B)}, Pass, id="IPv6-only cannot call IPv4"),
        pytest.param({"interfaces": (at(B),), "service_region": "eu-west-1"}, Unknown, id="cross-region"),
        pytest.param({"service": None}, Unknown, id="service not described"),
        pytest.param({"service": service(zone_ids=frozenset(), zone_names=frozenset())}, Unknown, id="no zones told"),
        pytest.param({"subnets": (B, C)}, Unknown, id="the endpoint's own subnet is not to be seen"),
        pytest.param({"state": "failed"}, NotApplicable, id="failed"),
        pytest.param({"state": "expired"}, NotApplicable, id="expired"),
        pytest.param({"requester_managed": True}, NotApplicable, id="requester-managed"),
        pytest.param({"type_name": "Gateway"}, NotApplicable, id="gateway"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, NotApplicable, id="Gateway Load Balancer"),
        pytest.param({"type_name": "Resource"}, NotApplicable, id="resource"),
        pytest.param({"type_name": "ServiceNetwork"}, NotApplicable, id="service network"),
    ],
)
def test_never_guesses(facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """What cannot be seen is never called well."""
    judged = judge(**facts)
    assert isinstance(judged, verdict), judged


@pytest.mark.parametrize(
    ("facts", "need"),
    [
        pytest.param({"subnets": None}, Need.SUBNETS, id="the VPC's zones first"),
        pytest.param({"interfaces": None}, Need.INTERFACES, id="where a zone is open"),
        pytest.param({"interfaces": None, "subnets": (A,), "vpc": None}, Need.VPC, id="no zone is open"),
        pytest.param({"interfaces": (at(A),), "vpc": None}, Need.VPC, id="before all is called well"),
        pytest.param(
            {"interfaces": (at(B),), "subnets": tuple(subnet(n, private=None) for n in (1, 2, 5))},
            Need.ROUTES,
            id="two subnets compete for a zone",
        ),
        pytest.param(
            {"interfaces": (at(B), at(C)), "subnets": tuple(subnet(n, private=None) for n in (1, 2, 3))},
            None,
            id="two zones are both wanted",
        ),
    ],
)
def test_asks_only_for_what_the_answer_hangs_on(facts: dict[str, Any], need: Need | None) -> None:
    """Each read costs a call."""
    judged = judge(**facts)
    assert judged is need if need else isinstance(judged, Breach)


@pytest.mark.parametrize(
    ("facts", "code", "says", "advice"),
    [
        pytest.param(
            {"subnets": (A, subnet(2, free_addresses=3)), "interfaces": (at(B),)},
            "subnets-full",
            "; no subnet of use1-az2 that is to be seen can take it",
            f"fewer than 8 addresses are free in {B.id}: free some, or add a subnet in use1-az2",
            id="full",
        ),
        pytest.param(
            {"subnets": (A, subnet(5, free_addresses=3), subnet(2, free_addresses=3)), "interfaces": (at(B),)},
            "subnets-full",
            "; no subnet of use1-az2 that is to be seen can take it",
            f"fewer than 8 addresses are free in {B.id}, {subnet(5).id}: free some, or add a subnet in use1-az2",
            id="two that are full, in an order of their own",
        ),
        pytest.param(
            {"ip_address_type": "dualstack", "interfaces": (at(B),)},
            "no-fitting-subnet",
            "; no subnet of use1-az2 that is to be seen can take it",
            "make a subnet in use1-az2 for an endpoint of address type dualstack",
            id="no subnet of both families",
        ),
        pytest.param(
            {"subnets": (A, B, subnet(3, free_addresses=3)), "interfaces": (at(B), at(B), at(C))},
            "zone-not-covered",
            "use1-az2 (2 network interfaces) and use1-az3 (1 network interface), where the endpoint does not stand; "
            "no subnet of use1-az3 that is to be seen can take it",
            f"fewer than 8 addresses are free in {C.id}: free some, or add a subnet in use1-az3",
            id="one of two",
        ),
    ],
)
def test_says_what_cannot_be_added(facts: dict[str, Any], code: str, says: str, advice: str) -> None:
    """And what a person can do."""
    found = breach(**facts)
    assert (found.code, found.advice) == (code, advice)
    assert found.message.endswith(says)


def test_subnets_are_chosen_by_the_settings_of_multi_az() -> None:
    """So that both rules name the same subnet of a zone."""
    toml = '[rules.multi-az]\nmode = "off"\nmin_free_addresses = 1\nsubnet_tags = ["Tier=endpoints"]\n'
    few = subnet(2, free_addresses=3, tags={"Tier": "endpoints"})
    fix = breach(toml, subnets=(A, few, subnet(5, free_addresses=200)), interfaces=(at(B),)).fix
    assert fix == AddSubnets((few.id,), ("use1-az2",))
