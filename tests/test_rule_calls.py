"""docs/calls.md is true: what each rule, alone, costs in AWS API calls on its examples."""

from __future__ import annotations

import pytest

from builders import NOW
from docs import call_table, generate
from docs.examples import made, shown
from docs.examples.made import Example
from fakes import FakeCloud
from warden.model import Mode, Need
from warden.observe import Judged, observe
from warden.rules import RULES
from warden.rules.rule import Rule
from warden.standard import Standard

EACH = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])


def without(standard: Standard, *kept: Rule) -> Standard:
    """The standard with every rule off but for these."""
    for rule in RULES:
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
    """Besides that of the service, whatever example it judges."""
    allowed = {"DescribeVpcEndpointServices", *call_table.calls_of(rule, generate.CALLS)}
    for example in made.of(rule):
        judged, cloud = alone(rule, example)
        assert set(cloud.calls) <= allowed
        assert read(judged) <= rule.needs


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


def test_every_need_has_its_call() -> None:
    """A line for each in CALLS of docs/generate.py, and in READS of docs/call_table.py."""
    assert set(generate.CALLS) == set(call_table.READS) == set(Need)


def test_the_table_names_every_rule_and_need() -> None:
    """The modes are those by default."""
    page = generate.calls_page()
    assert "| `multi-az` | on | `DescribeSubnets`, `DescribeRouteTables` |" in page
    assert "| `policy-breadth` | off | none |" in page
    assert all(f"| `{rule.id}` |" in page for rule in RULES)
    assert "| `unused` | off; never on an event | `GetMetricData` |" in page
    assert all(f" | {tells} | {many} | " in page for tells, many in call_table.READS.values())
