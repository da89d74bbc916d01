"""Looking at a batch: what stands beside endpoints is read where a rule asks for it, and never twice."""

from dataclasses import replace

import pytest

from builders import ACCOUNT, FULL_ACCESS, KEY, NOW, OFF, REGION, VPC, A, B, C, endpoint, service, standard, subnet
from fakes import FakeCloud
from warden.model import Endpoint, Subnet, Verdict
from warden.neighbours import Interface, Route, RouteTable, Vpc
from warden.observe import observe

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
