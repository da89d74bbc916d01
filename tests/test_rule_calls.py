"""docs/calls.md is true: what each rule, alone, costs in AWS API calls on its examples."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builders import ACCOUNT, NOW, REGION
from docs import call_table, generate
from docs.examples import beside, made, shown
from docs.examples.made import Example
from fakes import FakeCloud
from stubs import client, emulated, recorded, with_consumers
from warden.model import Mode, Need
from warden.observe import Judged, observe
from warden.provider import Provider
from warden.rules import EVERY_RULE, RULES, SERVICE_RULES, VPC_RULES
from warden.rules.rule import AnyRule, Rule, SubjectRule
from warden.service_watch import SERVICES
from warden.standard import Standard
from warden.standard_file import load
from warden.subjects import ServicePart, ServiceSeen, VpcSeen
from warden.vpc_watch import VPCS
from warden.watches import WATCHES

EACH = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])


EACH_OF_VPCS = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in VPC_RULES])
EACH_OF_SERVICES = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in SERVICE_RULES])


def without(standard: Standard, *kept: AnyRule) -> Standard:
    """The standard with every rule off but for these."""
    for rule in EVERY_RULE:
        if rule not in kept:
            standard = standard.with_mode(rule.id, Mode.OFF)
    return standard


def alone(rule: Rule, example: Example) -> tuple[Judged, FakeCloud]:
    """The example judged by nothing but the rule, all that it asks for being read from a cloud."""
    cloud = FakeCloud.seeing(example.seen)
    (judged,) = observe(cloud, [example.seen.endpoint], without(example.standard(rule), rule), NOW)
    return judged, cloud


def read(judged: Judged) -> set[Need]:
    """What was read for it."""
    return {need for need in Need if getattr(judged.seen, need.value) is not None}


@EACH
def test_a_rule_costs_no_call_that_the_table_does_not_name(rule: Rule) -> None:
    """That of the service is made only for a rule that reads it, and then for some example."""
    service = {call_table.SERVICE} if rule.reads_service else set()
    made_for = set()
    for example in made.of(rule):
        judged, cloud = alone(rule, example)
        made_for |= set(cloud.calls)
        assert set(cloud.calls) <= service | set(call_table.calls_of(rule, generate.CALLS))
        assert read(judged) <= rule.needs
    assert service <= made_for


@EACH
def test_each_call_that_the_table_names_is_made_for_some_example(rule: Rule) -> None:
    """A rule that declares more than it asks for would be charged with what it does not cost."""
    found: set[Need] = set()
    for example in made.of(rule):
        found |= read(alone(rule, example)[0])
    missing = ", ".join(need.value for need in Need if need in rule.needs - found)
    name = rule.id.replace("-", "_")
    assert not missing, f"no example leads {rule.id} to {missing}: add one to EXAMPLES in docs/examples/{name}.py"


@EACH
def test_a_cloud_tells_what_the_example_shows(rule: Rule) -> None:
    """The finding on the page is the one that a scan would have; else FakeCloud.seeing leaves a fact out."""
    for example in made.of(rule):
        judged, _ = alone(rule, example)
        (finding,) = judged.findings
        wanted = shown.finding_of(rule, example)
        same = (finding.verdict, finding.code, finding.message) == (wanted.verdict, wanted.code, wanted.message)
        assert same, f"FakeCloud.seeing does not hand on all that {rule.id} reads: {finding.message} {wanted.message}"


@EACH
def test_a_rule_that_is_off_costs_nothing(rule: Rule) -> None:
    """Not one call, not even that of the service."""
    for example in made.of(rule):
        cloud = FakeCloud.seeing(example.seen)
        (judged,) = observe(cloud, [example.seen.endpoint], without(example.standard(rule)), NOW)
        assert (cloud.calls, judged.findings) == ([], ())


@EACH_OF_VPCS
def test_a_rule_of_vpcs_costs_what_its_kind_does(rule: SubjectRule[VpcSeen]) -> None:
    """Each call of the table, once; and a cloud tells what the example shows."""
    for example in made.of(rule):
        cloud = FakeCloud.holding(example.seen)
        (judged,) = VPCS.observe(cloud, without(example.standard(rule), rule), NOW)
        assert cloud.calls == list(generate.OF_KIND["VPC"])
        assert judged.findings == (shown.finding_of(rule, example),)


@pytest.fixture
def provider() -> Iterator[tuple[Provider, list[str]]]:
    """AWS, that tells of one endpoint service and an endpoint of the same account at it, and the calls that it gets."""
    with emulated(), pytest.MonkeyPatch.context() as patch, recorded() as calls:
        made_by, balancing = client("ec2"), client("elbv2")
        vpc_id = made_by.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet_id = made_by.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        found = balancing.create_load_balancer(Name="nlb", Type="network", Subnets=[subnet_id])["LoadBalancers"]
        arns = [found[0]["LoadBalancerArn"]]
        service = made_by.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=arns)[
            "ServiceConfiguration"
        ]
        endpoint = made_by.create_vpc_endpoint(
            VpcId=vpc_id, ServiceName=service["ServiceName"], VpcEndpointType="Interface", SubnetIds=[subnet_id]
        )["VpcEndpoint"]
        here = {
            "VpcEndpointId": endpoint["VpcEndpointId"],
            "VpcEndpointOwner": ACCOUNT,
            "VpcEndpointState": "available",
        }
        with_consumers(patch, {"ServiceId": service["ServiceId"], **here})
        provider = Provider(ACCOUNT, REGION, client("ec2"), lambda: balancing, lambda: client("ec2"))
        calls.clear()
        yield provider, calls


def made_of(calls: list[str]) -> list[str]:
    """The calls alone, in order of first use."""
    return list(dict.fromkeys(call.partition(":")[2] for call in calls))


@EACH_OF_SERVICES
def test_a_rule_of_services_costs_its_own_calls_and_no_other(
    rule: SubjectRule[ServiceSeen], provider: tuple[Provider, list[str]]
) -> None:
    """Each call of its row, in its order: what other rules need is not read."""
    services, calls = provider
    (judged,) = SERVICES.observe(services, without(load(""), rule).with_mode(rule.id, Mode.NOTIFY), NOW)
    row = call_table.calls_of_other(rule, generate.OF_KIND["endpoint service"], generate.OF_PART)
    assert made_of(calls) == list(row)
    assert [finding.rule for finding in judged.findings] == [rule.id]


def test_all_rules_of_services_read_each_thing_once(provider: tuple[Provider, list[str]]) -> None:
    """Two rules that need the same cost what one does."""
    services, calls = provider
    on = load("")
    for rule in SERVICE_RULES:
        on = on.with_mode(rule.id, Mode.NOTIFY)
    SERVICES.observe(services, on, NOW)
    parts = [call for of_part in generate.OF_PART.values() for call in of_part]
    assert [call.partition(":")[2] for call in calls] == [*generate.OF_KIND["endpoint service"], *parts]


def test_kinds_that_are_off_cost_nothing(provider: tuple[Provider, list[str]]) -> None:
    """Not one call."""
    services, calls = provider
    cloud, off = FakeCloud.holding(beside.WITH_NAT), without(load(""))
    assert SERVICES.observe(services, off, NOW) == []
    assert VPCS.observe(cloud, off, NOW) == []
    assert (calls, cloud.calls) == ([], [])


def test_a_kind_of_which_there_is_none_costs_its_first_call() -> None:
    """Which lists them."""
    on = load('[rules.gateway-missing]\nmode = "notify"\n')
    cloud = FakeCloud()
    assert VPCS.observe(cloud, on, NOW) == []
    assert cloud.calls == list(generate.OF_KIND["VPC"])[:1]
    with emulated(), recorded() as calls:
        services = Provider(ACCOUNT, REGION, client("ec2"), lambda: client("elbv2"), lambda: client("ec2"))
        calls.clear()
        assert SERVICES.observe(services, on, NOW) == []
    assert made_of(calls) == list(generate.OF_KIND["endpoint service"])[:1]


def test_every_kind_has_its_calls() -> None:
    """A line for each in OF_KIND of docs/generate.py, and for each part in OF_PART."""
    assert list(generate.OF_KIND) == [watch.what for watch in WATCHES]
    assert list(generate.OF_PART) == list(ServicePart)
    assert {part for rule in SERVICE_RULES for part in rule.needs} == set(ServicePart)
    assert all(not rule.needs for rule in VPC_RULES)


def test_every_need_has_its_call() -> None:
    """A line for each in CALLS of docs/generate.py, and in READS of docs/call_table.py."""
    assert set(generate.CALLS) == set(call_table.READS) == set(Need)


def test_the_table_names_every_rule_and_need() -> None:
    """The modes are those by default."""
    page = generate.calls_page()
    assert "| `multi-az` | on | yes; not of another region | `DescribeSubnets`, `DescribeRouteTables` |" in page
    assert "| `policy-breadth` | off | yes | none |" in page
    assert "| `required-tags` | on | no | none |" in page
    assert "| `gateway-missing` | VPC | off | `DescribeVpcs`, `DescribeVpcEndpoints`, `DescribeRouteTables`, " in page
    assert "| `service-dns` | endpoint service | on | `DescribeVpcEndpointServiceConfigurations` |" in page
    assert all(f"| {what} | `{call}` | " in page for what, calls in generate.OF_KIND.items() for call in calls)
    assert all(f"| {part.value} | `{call}` | " in page for part, calls in generate.OF_PART.items() for call in calls)
    assert all(f"| `{rule.id}` |" in page for rule in RULES)
    assert "| `unused` | off; never on an event | no | `GetMetricData` |" in page
    assert all(f" | {tells} | {many} | " in page for tells, many in call_table.READS.values())
