"""The page of the AWS API calls that each rule costs, from what the rules declare; a test holds it true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from warden.metrics import MAX_QUERIES
from warden.model import Mode, Need
from warden.rules.rule import Rule
from warden.standard_file import load
from warden.surroundings import MAX_FILTER_VALUES, PAGE, SMALL_PAGE
from warden.trails import SECONDS

HEAD: Final = """# The AWS API calls that rules cost

This page is made from what the rules of endpoints declare (`functions/warden/rules/`) by `make docs`;
tests/test_rule_calls.py runs each rule alone on its examples and holds every row true: no call is made that the row
does not name, each that it names is made for some example, and a rule that is off costs none. What the rules of VPCs
and of endpoint services read, [rules.md](rules.md) says.

An endpoint is found by `DescribeVpcEndpoints`, a page of 1,000 in a sweep or a filter of 200 ids after events. Every
rule that is on and speaks of the endpoint's type needs its service: `DescribeVpcEndpointServices`, asked once for all
names and kept for 15 minutes. All else is read only for endpoints whose verdict hangs on it, once for all that wait of
a page of the sweep or a batch of events, and once for all rules: two rules that read the same cost what one does.
"""
BY_VPC: Final = f"one for {MAX_FILTER_VALUES} VPCs, in pages of {PAGE:,}"
READS: Final[Mapping[Need, tuple[str, str]]] = {
    Need.SUBNETS: ("the subnets of the VPC", BY_VPC),
    Need.ROUTES: ("the route tables of the VPC", f"one for {MAX_FILTER_VALUES} VPCs, in pages of {SMALL_PAGE}"),
    Need.INTERFACES: ("the network interfaces in the VPC", BY_VPC),
    Need.SIBLINGS: ("the other endpoints of the VPC", BY_VPC),
    Need.VPC: ("the VPC itself: ranges, owner, tags", BY_VPC),
    Need.DNS: ("the two attributes of the VPC for DNS", "two for each VPC"),
    Need.GROUPS: ("the endpoint's security groups", f"one for {MAX_FILTER_VALUES} groups, in pages of {PAGE:,}"),
    Need.PREFIX_LISTS: ("the prefix lists that those groups name", f"one for each list, in pages of {SMALL_PAGE}"),
    Need.USE: ("the bytes that the endpoint moved", f"one for {MAX_QUERIES} endpoints"),
    Need.TRAILS: (
        "what the region's trails record",
        f"one, and two for each trail; kept for {SECONDS // 60} minutes",
    ),
    Need.USE_BY_SUBNET: ("the bytes that it moved in each subnet", f"one for {MAX_QUERIES} subnets"),
}
"""What each need is, and how many calls it takes."""


def page(calls: Mapping[Need, str], rules: Sequence[Rule]) -> str:
    """The whole page."""
    return "\n".join([HEAD, *_by_rule(calls, rules), "", *_by_call(calls, rules), ""])


def _by_rule(calls: Mapping[Need, str], rules: Sequence[Rule]) -> Iterator[str]:
    standard = load("")
    yield from ("| Rule | By default | Calls besides, where the verdict hangs on them |", "| --- | --- | --- |")
    for rule in rules:
        named = ", ".join(f"`{call}`" for call in calls_of(rule, calls)) or "none"
        mode = "off" if standard.mode_of(rule.id) is Mode.OFF else "on"
        mode += "; never on an event" if rule.only_swept else ""
        yield f"| `{rule.id}` | {mode} | {named} |"


def _by_call(calls: Mapping[Need, str], rules: Sequence[Rule]) -> Iterator[str]:
    yield from ("| Call | Tells | How many | Rules that may ask for it |", "| --- | --- | --- | --- |")
    for need in Need:
        asking = ", ".join(f"`{rule.id}`" for rule in rules if need in rule.needs)
        called = ", ".join(f"`{call}`" for call in calls[need].split(", "))
        tells, many = READS[need]
        yield f"| {called} | {tells} | {many} | {asking or 'none yet'} |"


def calls_of(rule: Rule, calls: Mapping[Need, str]) -> tuple[str, ...]:
    """The calls that a rule may cost besides those of the endpoint and its service, in the order of the needs."""
    named = [call for need in Need if need in rule.needs for call in calls[need].split(", ")]
    return tuple(dict.fromkeys(named))
