"""The page of the AWS API calls that each rule costs, from what the rules declare; a test holds it true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from warden.model import Mode, Need
from warden.rules.rule import Rule
from warden.standard_file import load

HEAD: Final = """# The AWS API calls that rules cost

This page is made from what the rules declare (`functions/warden/rules/`) by `make docs`; tests/test_rule_calls.py runs
each rule alone on its examples and holds every row true: no call is made that the row does not name, each that it
names is made for some example, and a rule that is off costs none.

An endpoint is found by `DescribeVpcEndpoints`, a page of 1,000 in a sweep or a filter of 200 ids after events. Every
rule that is on and speaks of the endpoint's type needs its service: `DescribeVpcEndpointServices`, asked once for all
names and kept for 15 minutes. All else is read only for endpoints whose verdict hangs on it, once for all that wait.
"""


def page(calls: Mapping[Need, str], rules: Sequence[Rule]) -> str:
    """The whole page."""
    return "\n".join([HEAD, *_by_rule(calls, rules), "", *_by_call(calls, rules), ""])


def _by_rule(calls: Mapping[Need, str], rules: Sequence[Rule]) -> Iterator[str]:
    standard = load("")
    yield from ("| Rule | By default | Calls besides, where the verdict hangs on them |", "| --- | --- | --- |")
    for rule in rules:
        named = ", ".join(f"`{call}`" for call in calls_of(rule, calls)) or "none"
        mode = "off" if standard.mode_of(rule.id) is Mode.OFF else "on"
        yield f"| `{rule.id}` | {mode} | {named} |"


def _by_call(calls: Mapping[Need, str], rules: Sequence[Rule]) -> Iterator[str]:
    yield from ("| Call | Tells | Rules that may ask for it |", "| --- | --- | --- |")
    for need in Need:
        asking = ", ".join(f"`{rule.id}`" for rule in rules if need in rule.needs)
        called = ", ".join(f"`{call}`" for call in calls[need].split(", "))
        yield f"| {called} | {need.value.replace('_', ' ')} | {asking or 'none yet'} |"


def calls_of(rule: Rule, calls: Mapping[Need, str]) -> tuple[str, ...]:
    """The calls that a rule may cost besides those of the endpoint and its service, in the order of the needs."""
    named = [call for need in Need if need in rule.needs for call in calls[need].split(", ")]
    return tuple(dict.fromkeys(named))
