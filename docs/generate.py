"""Write docs/rules.md, docs/calls.md and functions/standard.toml from the rules themselves: `make docs`.

Tests hold all three current.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.standard_text import checked, toml
from docs import call_table
from docs.examples import shown
from docs.examples.beside import watch_of
from warden.model import Need
from warden.rules import EVERY_RULE, RULES
from warden.rules.rule import AnyRule, Rule, SubjectRule
from warden.subjects import ServicePart

CALLS = {
    Need.SUBNETS: "DescribeSubnets",
    Need.ROUTES: "DescribeRouteTables",
    Need.INTERFACES: "DescribeNetworkInterfaces",
    Need.SIBLINGS: "DescribeVpcEndpoints",
    Need.VPC: "DescribeVpcs",
    Need.DNS: "DescribeVpcAttribute",
    Need.HOSTED_ZONES: "ListHostedZonesByVPC",
    Need.GROUPS: "DescribeSecurityGroups",
    Need.PREFIX_LISTS: "GetManagedPrefixListEntries",
    Need.USE: "GetMetricData",
    Need.TRAILS: "DescribeTrails, GetTrailStatus, GetEventSelectors",
    Need.USE_BY_SUBNET: "GetMetricData",
}
"""The calls by which each need is read."""
OF_KIND = {
    "VPC": {
        "DescribeVpcs": "all, page by page",
        "DescribeVpcEndpoints": "those of up to 200 VPCs",
        "DescribeRouteTables": "those of up to 200 VPCs",
        "DescribeSubnets": "those of up to 200 VPCs",
    },
    "endpoint service": {
        "DescribeVpcEndpointServiceConfigurations": "all, page by page",
    },
}
"""The calls by which what is no endpoint is read, by kind, and how much one tells: the first lists them."""
OF_PART = {
    ServicePart.BALANCERS: {"DescribeLoadBalancers": "up to 20 of them"},
    ServicePart.CONNECTIONS: {
        "DescribeVpcEndpointConnections": "those of all services, page by page; once more for other regions"
    },
    ServicePart.ZONES: {
        "DescribeVpcEndpoints": "up to 200 consumers that are this account's own",
        "DescribeSubnets": "up to 200 of their subnets",
    },
    ServicePart.NOTIFICATIONS: {"DescribeVpcEndpointConnectionNotifications": "those of all services, page by page"},
    ServicePart.PRINCIPALS: {"DescribeVpcEndpointServicePermissions": "those of one service, page by page"},
}
"""The calls by which a part of an endpoint service is read where a rule that is on needs it."""

PAGE = Path(__file__).with_name("rules.md")
CALLS_PAGE = Path(__file__).with_name("calls.md")
STANDARD = Path(__file__).parents[1] / "functions" / "standard.toml"
HEAD = """# The rules

This page is made from the rules themselves (`functions/warden/rules/`, one file each) by `make docs`. Each has an
example: what stands there is what the rule says of it, and what people would be told, if the rule's mode were notify.

A rule says one of: **PASS**; **BREACH**, with what is wrong and, where one is safe, a fix; **NOT_APPLICABLE**, with the
reason; **UNKNOWN**, with the reason, where it cannot tell. An endpoint of a type that this version does not know is
**UNSUPPORTED** in every report. What may be changed, and when, is in [safety.md](safety.md); which calls each rule
costs, in [calls.md](calls.md).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(rule) for rule in EVERY_RULE)])


def calls_page() -> str:
    """The page of the calls."""
    return call_table.page(CALLS, RULES, OF_KIND, OF_PART)


def _reads(rule: Rule) -> str:
    calls = ", ".join(call_table.calls_of(rule, CALLS))
    when = " Judged by the sweep and by the command line only, never on an event." if rule.only_swept else ""
    given = "the endpoint and its service" if rule.reads_service else "the endpoint"
    return f"Reads, besides {given}: {calls or 'nothing'}.{when}"


def section(rule: Rule | SubjectRule[Any]) -> str:
    """What the page says of one rule."""
    summary, _, rest = rule.page.partition("\n")
    lines = [f"## `{rule.id}`", "", f"{summary.strip()} Severity: {rule.severity.name.lower()}.", ""]
    lines += [f"- {text}" for text in _paragraphs(rest)]
    judges = _judges_endpoints(rule) if isinstance(rule, Rule) else _judges_others(rule)
    return "\n".join([*lines, "", *judges, "", *_settings(rule), "", *shown.lines_of(rule), ""])


def _judges_others(rule: SubjectRule[Any]) -> Iterator[str]:
    what = watch_of(rule).what
    calls = ", ".join(call_table.calls_of_other(rule, OF_KIND[what], OF_PART))
    yield f"Judges each {what} of the account and region as a whole. Reads: {calls}."


def _judges_endpoints(rule: Rule) -> Iterator[str]:
    kinds = ", ".join(sorted(kind.value for kind in rule.applies_to))
    left_out = [f"- {kind.value}: {why}" for kind, why in rule.not_for.items()]
    others = [" Not applicable to the others:", "", *left_out] if left_out else [""]
    yield from (f"Judges endpoints of type {kinds}.{others[0]}", *others[1:], "", _reads(rule))


def _settings(rule: AnyRule) -> list[str]:
    """Each key with its default and what it means."""
    keys = (
        f"- `{key.name} = {toml(key.default)}`{f': {key.words}' if key.words else ''}" for key in rule.settings.known()
    )
    return [f"Settings, in `[rules.{rule.id}]` of standard.toml, with their defaults:", "", *keys]


def _paragraphs(text: str) -> list[str]:
    """Each `Name: words` of a docstring in one line, the name in bold."""
    found: list[str] = []
    for line in text.splitlines():
        words = line.strip()
        name, colon, more = words.partition(": ")
        if colon and name in {"Why", "Fix", "Risk", "Source"}:
            found.append(f"**{name}** {more}")
        elif words and found:
            found[-1] += f" {words}"
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    CALLS_PAGE.write_text(calls_page(), encoding="utf-8")
    STANDARD.write_text(checked(), encoding="utf-8")
