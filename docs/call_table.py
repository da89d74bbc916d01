"""The page of the AWS API calls that each rule costs, from what the rules declare; a test holds it true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from warden.hosted_zones import SECONDS as ZONES_SECONDS
from warden.metrics import MAX_QUERIES
from warden.model import Mode, Need
from warden.rules.rule import AnyRule, Rule, SubjectRule
from warden.standard_file import load
from warden.subjects import ServicePart
from warden.surroundings import MAX_FILTER_VALUES, PAGE, SMALL_PAGE
from warden.trails import SECONDS
from warden.watches import WATCHES

HEAD: Final = """# The AWS API calls that rules cost

This page is made from what the rules of endpoints declare (`functions/warden/rules/`) by `make docs`;
tests/test_rule_calls.py runs each rule alone on its examples and holds every row true: no call is made that the row
does not name, each that it names is made for some example, and a rule that is off costs none.

An endpoint is found by `DescribeVpcEndpoints`, a page of 1,000 in a sweep or a filter of 200 ids after events. Some
rules read what AWS tells of its service: `DescribeVpcEndpointServices`, asked once for all names and kept for 15
minutes, and only for endpoints of a type that a rule of that kind speaks of, once they are ready; where no such rule is
on, never. Services of another region are asked for apart, in one call more for each such region, by way of the
endpoint's own. AWS tells no zones of them: what hangs on these is UNKNOWN, and rules that read nothing else of a
service do not ask for it. UNKNOWN is also what hangs on the service at all where AWS refuses to tell of that region.
All else is read only for endpoints whose verdict hangs on it, once for all that wait of a page of the sweep or a batch
of events, and once for all rules: two rules that read the same cost what one does.
"""
SERVICE: Final = "DescribeVpcEndpointServices"
"""The call by which endpoints' services are read."""
BY_VPC: Final = f"one for {MAX_FILTER_VALUES} VPCs, in pages of {PAGE:,}"
READS: Final[Mapping[Need, tuple[str, str]]] = {
    Need.SUBNETS: ("the subnets of the VPC", BY_VPC),
    Need.ROUTES: ("the route tables of the VPC", f"one for {MAX_FILTER_VALUES} VPCs, in pages of {SMALL_PAGE}"),
    Need.INTERFACES: ("the network interfaces in the VPC", BY_VPC),
    Need.SIBLINGS: ("the other endpoints of the VPC", BY_VPC),
    Need.VPC: ("the VPC itself: ranges, owner, tags", BY_VPC),
    Need.DNS: ("the two attributes of the VPC for DNS", "two for each VPC"),
    Need.HOSTED_ZONES: (
        "the private hosted zones of the VPC",
        f"one for each VPC, page by page; kept for {ZONES_SECONDS // 60} minutes",
    ),
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
OTHERS: Final = """## VPCs and endpoint services of our own

Where no rule of a kind is on, nothing of it is read. The first call lists them, and is the only one where there are
none; the others are made for the rules that are on, once for all of these, so that a rule that is off costs none. A
sweep looks at all of them, an event at those that it names; lists are read whole either way.
"""


OfKind = Mapping[str, Mapping[str, str]]
"""By kind, the calls that are made for each of its rules, and what one of them tells."""
OfPart = Mapping[ServicePart, Mapping[str, str]]
"""The same by part of an endpoint service."""


def page(calls: Mapping[Need, str], rules: Sequence[Rule], of_kind: OfKind, of_part: OfPart) -> str:
    """The whole page."""
    by_rule = (*_by_rule(calls, rules), "", *_by_call(calls, rules))
    others = (*_by_other_rule(of_kind, of_part), "", *_calls_of_others(of_kind, of_part))
    return "\n".join([HEAD, *by_rule, "", OTHERS, *others, ""])


def _by_rule(calls: Mapping[Need, str], rules: Sequence[Rule]) -> Iterator[str]:
    besides = "Calls besides, where the verdict hangs on them"
    yield from (f"| Rule | By default | `{SERVICE}` | {besides} |", "| --- | --- | --- | --- |")
    for rule in rules:
        named = ", ".join(f"`{call}`" for call in calls_of(rule, calls)) or "none"
        mode = "on" if _is_on(rule) else "off"
        mode += "; never on an event" if rule.only_swept else ""
        yield f"| `{rule.id}` | {mode} | {_service(rule)} | {named} |"


def _service(rule: Rule) -> str:
    if not rule.reads_service:
        return "no"
    return "yes" if rule.reads_abroad else "yes; not of another region"


def _by_call(calls: Mapping[Need, str], rules: Sequence[Rule]) -> Iterator[str]:
    yield from ("| Call | Tells | How many | Rules that may ask for it |", "| --- | --- | --- | --- |")
    for need in Need:
        asking = ", ".join(f"`{rule.id}`" for rule in rules if need in rule.needs)
        called = ", ".join(f"`{call}`" for call in calls[need].split(", "))
        tells, many = READS[need]
        yield f"| {called} | {tells} | {many} | {asking or 'none yet'} |"


def _by_other_rule(of_kind: OfKind, of_part: OfPart) -> Iterator[str]:
    yield from ("| Rule | Of each | By default | Calls |", "| --- | --- | --- | --- |")
    for watch in WATCHES:
        for rule in watch.rules:
            named = ", ".join(f"`{call}`" for call in calls_of_other(rule, of_kind[watch.what], of_part))
            yield f"| `{rule.id}` | {watch.what} | {'on' if _is_on(rule) else 'off'} | {named} |"


def _calls_of_others(of_kind: OfKind, of_part: OfPart) -> Iterator[str]:
    yield from ("| Of | Call | One tells |", "| --- | --- | --- |")
    told = (
        *((what, calls) for what, calls in of_kind.items()),
        *((part.value, calls) for part, calls in of_part.items()),
    )
    yield from (f"| {what} | `{call}` | {tells} |" for what, calls in told for call, tells in calls.items())


def _is_on(rule: AnyRule) -> bool:
    return load("").mode_of(rule.id) is not Mode.OFF


def calls_of(rule: Rule, calls: Mapping[Need, str]) -> tuple[str, ...]:
    """The calls that a rule may cost besides those of the endpoint and its service, in the order of the needs."""
    named = [call for need in Need if need in rule.needs for call in calls[need].split(", ")]
    return tuple(dict.fromkeys(named))


def calls_of_other(rule: SubjectRule[Any], of_kind: Iterable[str], of_part: OfPart) -> tuple[str, ...]:
    """The calls that a rule of something other than an endpoint costs, in the order in which they are made."""
    return (*of_kind, *(call for part in ServicePart if part in rule.needs for call in of_part[part]))
