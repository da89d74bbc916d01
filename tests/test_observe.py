"""Looking at a batch: what stands beside endpoints is read where a rule asks for it, and never twice."""

from dataclasses import replace

import pytest

from builders import ACCOUNT, FULL_ACCESS, KEY, NOW, OFF, REGION, VPC, A, B, C, endpoint, service, standard, subnet
from fakes import FakeCloud
from warden.model import NOT_READY, Endpoint, Need, Snapshot, Subnet, Verdict
from warden.neighbourhood import READINGS, Neighbourhood, read
from warden.neighbours import Interface, Permission, Route, RouteTable, SecurityGroup, Vpc
from warden.observe import observe
from warden.rules import RULES

FIREWALL = f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b2c3d4e5f60718"
OTHER = "vpc-00000000000000009"
ZONAL = ("multi-az", "zone-coverage", "gwlb-zone-set", "gwlb-route-locality")
HUB = (A, B, C)
SPOKE = tuple(replace(one, id=f"{one.id[:-2]}9{one.id[-1]}", vpc_id=OTHER) for one in HUB)


def judging(*rules: str) -> str:
    """A standard by which only these rules judge."""
    toml = OFF
    for rule in rules:
        toml = toml.replace(f'[rules.{rule}]\nmode = "off"', f'[rules.{rule}]\nmode = "notify"')
    return toml


def made(number: int, place: Subnet, **facts: object) -> Endpoint:
    """An endpoint in this subnet."""
    key = replace(KEY, id=f"vpce-{number:017x}")
    return endpoint(key=key, vpc_id=place.vpc_id, subnet_ids=(place.id,), **facts)


def account() -> FakeCloud:
    """Two VPCs: interface endpoints of one zone, and Gateway Load Balancer endpoints with routes across zones."""
    inspection = {"type_name": "GatewayLoadBalancer", "service_name": FIREWALL}
    endpoints = [
        made(number, place, **facts)
        for start, places in ((0, HUB), (10, SPOKE))
        for number, place, facts in (
            (start, places[0], {}),
            (start + 1, places[1], {}),
            (start + 2, places[0], inspection),
            (start + 3, places[1], inspection),
        )
    ]
    tables = tuple(
        RouteTable(f"rtb-{places[0].vpc_id}", places[0].vpc_id, (Route("0.0.0.0/0", f"vpce-{target:017x}"),), main=True)
        for places, target in ((HUB, 2), (SPOKE, 12))
    )
    return FakeCloud.of(
        *endpoints,
        known_services=(service(), service(name=FIREWALL, type_name="GatewayLoadBalancer")),
        known_subnets=(*HUB, subnet(5), *SPOKE),
        known_tables=tables,
        known_interfaces=tuple(Interface(f"eni-{one.id}", one.id, one.zone_name) for one in (*HUB, *SPOKE)),
        known_vpcs=(Vpc(VPC, ("10.0.0.0/16",), ACCOUNT), Vpc(OTHER, ("10.1.0.0/16",), ACCOUNT)),
    )


def test_rules_on_zones_read_each_neighbour_once() -> None:
    """All four together, on endpoints of two kinds in two VPCs, whose rules ask for the same things in other rounds."""
    cloud = account()
    judged = observe(cloud, list(cloud.held.values()), standard(judging(*ZONAL)), NOW)
    assert sorted(cloud.calls) == [
        "DescribeNetworkInterfaces",
        "DescribeRouteTables",
        "DescribeSubnets",
        "DescribeVpcEndpointServices",
        "DescribeVpcEndpoints",
        "DescribeVpcs",
    ]
    breaches = {finding.rule for one in judged for finding in one.findings if finding.verdict is Verdict.BREACH}
    assert breaches == set(ZONAL)


def test_a_set_is_told_of_once_for_each_vpc() -> None:
    """Two endpoints of a set in each of two VPCs, of which the zone of one subnet has none: two breaches."""
    cloud = account()
    judged = observe(cloud, list(cloud.held.values()), standard(judging("gwlb-zone-set")), NOW)
    told = [one.seen.endpoint.key.id for one in judged if one.findings[0].verdict is Verdict.BREACH]
    assert told == [f"vpce-{number:017x}" for number in (2, 12)]


@pytest.mark.parametrize("rule", ZONAL)
def test_a_rule_alone_reads_no_more(rule: str) -> None:
    """Never a call twice, and none at all where it is off."""
    cloud = account()
    observe(cloud, list(cloud.held.values()), standard(judging(rule)), NOW)
    assert len(cloud.calls) == len(set(cloud.calls)) > 1
    idle = account()
    observe(idle, list(idle.held.values()), standard(OFF), NOW)
    assert idle.calls == []


def test_services_of_other_regions_cost_a_call_for_each_region() -> None:
    """What they are is known as of any other; a region that tells nothing leaves its own endpoints unknown alone."""
    regions = (REGION, "eu-west-1", "eu-west-1", "ap-south-1")
    names = [f"com.amazonaws.{region}.kms" for region in regions]
    abroad = [
        made(number, A, service_name=name, service_region=region, policy=FULL_ACCESS)
        for number, (name, region) in enumerate(zip(names, regions, strict=True))
    ]
    cloud = FakeCloud.of(
        *abroad, known_services=tuple(service(name=name) for name in names), hidden_regions={"ap-south-1"}
    )
    judged = observe(cloud, abroad, standard(judging("endpoint-policy")), NOW)
    assert cloud.calls == ["DescribeVpcEndpointServices"] * 3
    assert [one.findings[0].verdict for one in judged] == [Verdict.BREACH] * 3 + [Verdict.UNKNOWN]
    assert [bool(one.seen.service and one.seen.service.zone_ids) for one in judged] == [True, False, False, False]


CATALOGUE = "DescribeVpcEndpointServices"


@pytest.mark.parametrize("rule", [pytest.param(rule.id, id=rule.id) for rule in RULES if not rule.reads_service])
@pytest.mark.parametrize("kind", ["Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork"])
@pytest.mark.parametrize("state", ["available", "pending", "failed"])
def test_a_rule_that_takes_nothing_of_the_service_costs_no_call_for_it(rule: str, kind: str, state: str) -> None:
    """Whatever kind of endpoint it speaks of."""
    cloud = FakeCloud.of(endpoint(type_name=kind, state=state))
    (one,) = observe(cloud, list(cloud.held.values()), standard(judging(rule)), NOW)
    assert CATALOGUE not in cloud.calls
    assert (one.seen.service, [finding.rule for finding in one.findings]) == (None, [rule])


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        pytest.param(("multi-az", "zone-coverage"), [REGION], id="AWS tells no zones of it"),
        pytest.param(("multi-az", "endpoint-policy"), [REGION, "eu-west-1"], id="another rule asks whose it is"),
    ],
)
def test_a_service_of_another_region_is_read_only_for_rules_that_can_use_it(
    rules: tuple[str, ...], asked: list[str]
) -> None:
    """The verdict on its zones is the same."""
    here, there = made(0, A), made(1, A, service_region="eu-west-1")
    cloud = FakeCloud.of(here, there)
    judged = observe(cloud, [here, there], standard(judging(*rules)), NOW)
    assert cloud.calls.count(CATALOGUE) == len(asked)
    assert [one.seen.service is not None for one in judged] == [True, "eu-west-1" in asked]
    (found,) = (one for one in judged[1].findings if one.rule == "multi-az")
    assert (found.verdict, found.message.partition(":")[0]) == (Verdict.UNKNOWN, "the service is in eu-west-1")


@pytest.mark.parametrize(
    ("facts", "rules", "asked"),
    [
        pytest.param({}, ("multi-az", "required-tags"), True, id="one of two reads it"),
        pytest.param({"type_name": "Gateway"}, ("multi-az", "required-tags"), False, id="which judges no such kind"),
        pytest.param({"type_name": "Gateway"}, ("multi-az", "endpoint-policy"), True, id="and another does"),
        *(pytest.param({"state": state}, ("multi-az", "stuck"), False, id=state) for state in sorted(NOT_READY)),
        pytest.param({"type_name": "Tunnel"}, ("multi-az", "stuck"), False, id="no rule judges it"),
    ],
)
def test_the_service_is_read_where_a_rule_needs_it(
    facts: dict[str, object], rules: tuple[str, ...], *, asked: bool
) -> None:
    """A kind that it judges, and one that is ready."""
    here = endpoint(**facts)
    cloud = FakeCloud.of(here, known_services=(service(type_name=here.type_name),))
    (one,) = observe(cloud, [here], standard(judging(*rules)), NOW)
    assert (one.seen.service is not None, CATALOGUE in cloud.calls) == (asked, asked)


def test_only_services_that_a_rule_reads_are_asked_for() -> None:
    """In a batch: that of the ready interface endpoint, and not the others' beside it."""
    others = {"service_name": FIREWALL}
    batch = [made(1, A), made(2, B, state="pending", **others), made(3, C, type_name="Gateway", **others)]
    known = tuple(service(name=FIREWALL, type_name=kind) for kind in ("Interface", "Gateway"))
    cloud = FakeCloud.of(*batch, known_services=(service(), *known))
    judged = observe(cloud, batch, standard(judging("multi-az", "stuck", "required-tags")), NOW)
    assert [one.seen.service for one in judged] == [service(), None, None]
    assert cloud.calls.count(CATALOGUE) == 1


def test_every_need_is_read_once_and_put_in_its_field() -> None:
    """In the order of the needs; of a batch whose endpoints ask in several rounds, too."""
    first, second = (made(number, A, security_group_ids=("sg-1",)) for number in (1, 2))
    permission = Permission("tcp", 443, 443, prefix_lists=("pl-1",))
    cloud = FakeCloud.of(
        first, second, known_groups=(SecurityGroup("sg-1", "endpoints", VPC, (permission,)),), known_lists={"pl-1": ()}
    )
    around = Neighbourhood(cloud, (first, second), standard(), NOW)
    seen = [Snapshot(one, service(), at=NOW) for one in (first, second)]
    assert set(READINGS) == set(Need)
    for need in Need:
        told = read(around, need, seen[:1])
        calls = list(cloud.calls)
        told += read(around, need, seen[1:])
        again = ["GetMetricData"] if need in {Need.USE, Need.USE_BY_SUBNET} else []  # which tells of one endpoint
        assert cloud.calls == calls + again, need
        assert [getattr(one, need.value) is None for one in told] == [False, False], need
        with pytest.raises(AssertionError, match=need.value):
            read(around, need, told)
        seen = told
    assert [[one.key.id for one in it.siblings or ()] for it in seen] == [[second.key.id], [first.key.id]]
    assert [it.prefix_lists for it in seen] == [{"pl-1": ()}] * 2
