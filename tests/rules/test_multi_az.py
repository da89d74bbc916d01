"""The rule `multi-az`: what it judges, and which subnets it would add."""

from typing import Any

import pytest

from builders import A, B, C, service, snapshot, standard, subnet
from warden.actions import AddSubnets
from warden.model import Breach, Judgement, Need, NotApplicable, Pass, Unknown
from warden.neighbours import Interface
from warden.rules.multi_az import multi_az

FULL_B = subnet(2, free_addresses=3)
SECOND_B = subnet(5, free_addresses=200)
PUBLIC_B = subnet(5, free_addresses=200, private=False)
IN_C = Interface("eni-1", C.id, C.zone_name)
TAGGED_C = subnet(3, tags={"Tier": "endpoints"})
TIERS = '[rules.multi-az]\nmode = "enforce"\nsubnet_tags = ["Tier=endpoints", "Tier=private"]\n'


def judge(toml: str = "", **facts: Any) -> Judgement:
    return multi_az.judge(snapshot(**facts), standard(toml))


def fix(toml: str = "", **facts: Any) -> tuple[str, ...]:
    """The subnets that would be added."""
    judged = judge(toml, **facts)
    assert isinstance(judged, Breach), judged
    assert isinstance(judged.fix, AddSubnets), judged
    return judged.fix.subnet_ids


@pytest.mark.parametrize(
    ("facts", "added"),
    [
        pytest.param({}, (B.id,), id="first free zone, by id where all else is equal"),
        pytest.param({"subnets": (A, FULL_B, C)}, (C.id,), id="skips a full subnet"),
        pytest.param({"subnets": (A, subnet(4, free_addresses=250), C)}, (C.id,), id="never a zone already used"),
        pytest.param({"subnets": (A, B, SECOND_B)}, (SECOND_B.id,), id="most free addresses within a zone"),
        pytest.param({"subnets": (A, B, PUBLIC_B)}, (B.id,), id="private with private, before free addresses"),
        pytest.param({"subnets": (subnet(1, private=False), B, PUBLIC_B)}, (PUBLIC_B.id,), id="public with public"),
        pytest.param({"service": service(zone_ids=frozenset({"use1-az1", "use1-az3"}))}, (C.id,), id="a zone offered"),
        pytest.param(
            {"service": service(zone_ids=frozenset(), zone_names=frozenset({"us-east-1a", "us-east-1c"}))},
            (C.id,),
            id="zones by name where AWS gives no ids",
        ),
        pytest.param({"subnets": (A, subnet(2, vpc_id="vpc-other"), C)}, (C.id,), id="never another VPC's subnet"),
        pytest.param({"subnets": (A, subnet(2, ipv4=False, ipv6=True), C)}, (C.id,), id="IPv4 needs an IPv4 subnet"),
        pytest.param(
            {"ip_address_type": "dualstack", "subnets": (A, B, subnet(3, ipv6=True))},
            (C.id,),
            id="dualstack needs both",
        ),
        pytest.param(
            {"ip_address_type": "ipv6", "subnets": (A, subnet(2, ipv4=False, ipv6=True, free_addresses=0))},
            (B.id,),
            id="IPv6 addresses do not run out",
        ),
    ],
)
def test_adds_the_best_subnet(facts: dict[str, Any], added: tuple[str, ...]) -> None:
    """One subnet is added for the zone that is missing."""
    assert fix(**facts) == added


def test_prefers_the_standards_tags_to_routes_and_addresses() -> None:
    """A preferred tag outweighs all else."""
    assert fix(TIERS, subnets=(A, SECOND_B, TAGGED_C)) == (C.id,)


def test_an_endpoint_of_no_subnet_stands_in_no_zone() -> None:
    """In these words."""
    judged = judge(subnet_ids=())
    assert isinstance(judged, Breach)
    assert judged.message.startswith("the endpoint stands in no zone; ")


def test_adds_as_many_zones_as_are_missing() -> None:
    """Three zones demanded, one there: two are added, and no zone twice."""
    assert fix("[rules.multi-az]\nmin_zones = 3\n", subnets=(A, B, SECOND_B, C)) == (SECOND_B.id, C.id)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"subnets": (A, B)}, "1 more can be had, and no fitting subnet of the VPC is to", id="VPC"),
        pytest.param(
            {"subnets": (A, B, subnet(3, free_addresses=1))}, "1 more can be had, and the subnets in", id="full"
        ),
        pytest.param(
            {"subnets": (A, B), "service": service(zone_ids=frozenset({"use1-az1", "use1-az2"}))},
            "1 more can be had, and the service offers no other zone",
            id="service",
        ),
        pytest.param(
            {
                "subnets": (A, B),
                "service": service(zone_ids=frozenset(), zone_names=frozenset({"us-east-1a", "us-east-1b"})),
            },
            "1 more can be had, and the service offers no other zone",
            id="service, zones by name",
        ),
    ],
)
def test_adds_what_can_be_added_and_says_what_cannot(facts: dict[str, Any], why: str) -> None:
    """Three zones demanded, only two to be had: the second is added, and nobody is told that all is well."""
    toml = "[rules.multi-az]\nmin_zones = 3\n"
    judged = judge(toml, **facts)
    assert isinstance(judged, Breach)
    assert why in judged.message
    assert judged.advice
    assert fix(toml, **facts) == (B.id,)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        pytest.param({"service": service(zone_ids=frozenset({"use1-az1"}))}, "service-has-no-other-zone", id="service"),
        pytest.param({"subnets": (A,)}, "vpc-has-no-subnet-there", id="VPC"),
        pytest.param({"subnets": (A, FULL_B)}, "subnets-full", id="full"),
    ],
)
def test_says_why_there_is_no_other_zone(facts: dict[str, Any], code: str) -> None:
    """Which of the three reasons it is, and what a person can do; no fix."""
    judged = judge(**facts)
    assert isinstance(judged, Breach)
    assert (judged.code, judged.fix, bool(judged.advice)) == (code, None, True)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        pytest.param({"subnet_ids": (A.id, B.id)}, Pass, id="two zones"),
        pytest.param({"subnet_ids": (A.id, B.id), "service_region": "eu-west-1"}, Pass, id="two zones, cross-region"),
        pytest.param({"service_region": "eu-west-1"}, Unknown, id="cross-region"),
        pytest.param({"service": None}, Unknown, id="service not described"),
        pytest.param({"service": service(zone_ids=frozenset(), zone_names=frozenset())}, Unknown, id="no zones told"),
        pytest.param({"subnets": (B, C)}, Unknown, id="the endpoint's own subnet is not to be seen"),
        pytest.param({"state": "failed"}, NotApplicable, id="failed"),
        pytest.param({"state": "rejected"}, NotApplicable, id="rejected"),
        pytest.param({"type_name": "Gateway"}, NotApplicable, id="gateway"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, NotApplicable, id="Gateway Load Balancer"),
        pytest.param({"type_name": "Resource"}, NotApplicable, id="resource"),
        pytest.param({"type_name": "ServiceNetwork"}, NotApplicable, id="service network"),
        pytest.param({"state": "partial"}, Breach, id="partial"),
        pytest.param({"requester_managed": True}, Breach, id="requester-managed is judged; the gate holds the fix"),
    ],
)
def test_never_guesses(facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """Each kind and state of endpoint has its own verdict."""
    assert isinstance(judge(**facts), verdict)


def test_a_gateway_load_balancer_endpoint_is_told_why() -> None:
    """The reason names the design, so that nobody takes it for a gap."""
    judged = judge(type_name="GatewayLoadBalancer")
    assert isinstance(judged, NotApplicable)
    assert "by design" in judged.why


def test_a_subnet_that_is_not_shared_is_not_said_to_be_missing() -> None:
    """Whoever does not own the VPC sees only what is shared: there may be a subnet, and only the owner can make one."""
    judged = judge(subnets=(A,))
    assert isinstance(judged, Breach)
    assert "no fitting subnet of the VPC is to be seen" in judged.message
    assert "which only the VPC's owner can" in judged.advice


def test_asks_for_subnets_only_to_plan_a_fix() -> None:
    """A compliant endpoint needs no neighbours."""
    assert judge(subnets=None) is Need.SUBNETS
    assert judge(subnets=None, subnet_ids=(A.id, B.id)) == Pass()


@pytest.mark.parametrize(
    ("numbers", "need"),
    [
        pytest.param((1, 2), False, id="one candidate"),
        pytest.param((1, 2, 3), True, id="two zones compete for one place"),
        pytest.param((1, 2, 5), True, id="two subnets compete for a zone"),
    ],
)
def test_asks_for_routes_only_where_the_choice_hangs_on_them(numbers: tuple[int, ...], need: bool) -> None:  # noqa: FBT001  a table's column
    """Route tables are read for a tie, and for nothing else."""
    subnets = tuple(subnet(number, private=None) for number in numbers)
    assert (judge(subnets=subnets) is Need.ROUTES) == need


def test_a_preferred_tag_spares_the_routes() -> None:
    """Where the standard's tags decide, no route table is read."""
    subnets = tuple(subnet(n, private=None, tags={"Tier": "endpoints"} if n == 3 else {}) for n in (1, 2, 3))
    assert fix(TIERS, subnets=subnets) == (C.id,)


@pytest.mark.parametrize(
    ("facts", "added"),
    [
        pytest.param({"interfaces": None}, (B.id,), id="not read"),
        pytest.param({"interfaces": ()}, (B.id,), id="none anywhere"),
        pytest.param({"interfaces": (IN_C,)}, (C.id,), id="where workloads run, before more addresses"),
        pytest.param({"interfaces": (IN_C._replace(type="nat_gateway"),)}, (B.id,), id="a NAT gateway is none"),
    ],
)
def test_a_zone_with_workloads_comes_first(facts: dict[str, Any], added: tuple[str, ...]) -> None:
    """Where another rule had the interfaces read: else it could add a zone besides that of `zone-coverage`."""
    assert fix(subnets=(A, subnet(2, free_addresses=250), C), **facts) == added


def test_a_tag_outweighs_workloads() -> None:
    """What the standard prefers is preferred."""
    assert fix(TIERS, subnets=(A, subnet(2, tags={"Tier": "private"}), C), interfaces=(IN_C,)) == (B.id,)


def test_workloads_spare_the_routes() -> None:
    """Where only one of the zones has some, no route table is read."""
    subnets = tuple(subnet(number, private=None) for number in (1, 2, 3))
    assert fix(subnets=subnets, interfaces=(IN_C,)) == (C.id,)
