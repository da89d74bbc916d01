"""A rule for people: its page, its settings with their defaults, and the kinds of endpoint that it speaks of."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from warden.model import Kind, Need
from warden.rules import EVERY_RULE, VPC_RULES
from warden.rules.rule import AnyRule, Rule
from warden.standard import Standard
from warden.standard_file import load

from .exits import CouldNotLook
from .screen import Screen
from .standard_text import toml
from .standards import Named, find, read

READ: Final[Mapping[Need, str]] = {
    Need.SUBNETS: "subnets",
    Need.ROUTES: "route tables",
    Need.INTERFACES: "network interfaces",
    Need.SIBLINGS: "other endpoints of the VPC",
    Need.VPC: "the VPC",
    Need.DNS: "the VPC's attributes for DNS",
    Need.HOSTED_ZONES: "the VPC's private hosted zones",
    Need.GROUPS: "security groups",
    Need.PREFIX_LISTS: "prefix lists",
    Need.USE: "bytes moved",
    Need.TRAILS: "trails",
    Need.USE_BY_SUBNET: "bytes moved in each subnet",
}
NO_STANDARD: Final = "no standard was found: these are the defaults"


def named(rule_id: str) -> AnyRule:
    """The rule of this id; raise CouldNotLook, with the nearest one named, where there is none."""
    known = {rule.id: rule for rule in EVERY_RULE}
    if rule_id in known:
        return known[rule_id]
    near = get_close_matches(rule_id, known, n=1, cutoff=0.6)
    advice = f"Did you mean {near[0]}? " if near else ""
    raise CouldNotLook(f"there is no rule {rule_id!r}", f"{advice}Rules: {', '.join(known)}.")


def list_rules(screen: Screen, path: Path | None) -> None:
    """Name every rule with its mode and what it demands."""
    standard = standard_for(path)
    for rule in EVERY_RULE:
        screen.head(rule.id, f"{rule.severity.name.lower()}, mode {standard.standard.mode_of(rule.id).value}")
        screen.say(rule.page.splitlines()[0], indent=4)
    screen.note(f"Modes by {standard.source}. `warden explain RULE` shows a rule's page.")


def page(screen: Screen, rule: AnyRule, standard: Named) -> None:
    """Show all of one rule."""
    screen.head(rule.id, f"severity {rule.severity.name.lower()}")
    for line in _paragraphs(rule.page):
        screen.say(line, indent=2)
    screen.say()
    screen.say(f"Settings by {standard.source}:", indent=2)
    for line in _settings(rule, standard.standard):
        screen.say(line, indent=4)
    if not isinstance(rule, Rule):
        screen.say()
        screen.say(f"{whole(rule)}.", indent=2)
        return
    screen.say()
    needs = ", ".join(READ[need] for need in Need if need in rule.needs)
    given = "endpoint and service" if rule.reads_service else "the endpoint"
    screen.say(f"It reads, where the verdict hangs on it: {needs or f'nothing but {given}'}.", indent=2)
    screen.say()
    screen.say("Endpoints:", indent=2)
    for line in _kinds(rule):
        screen.say(line, indent=4)
    if rule.only_swept:
        screen.say()
        screen.say("Asked by the sweep and by the command line only, never on an event.", indent=2)


def whole(rule: AnyRule) -> str:
    """What a rule judges that judges no endpoints, and which command shows what it says."""
    vpcs = rule.id in {one.id for one in VPC_RULES}
    what, command = ("VPCs as a whole", "vpcs") if vpcs else ("endpoint services of the account's own", "services")
    return f"It judges {what}: `warden {command}` shows what it says"


def standard_for(path: Path | None) -> Named:
    """The standard that is in force here: this one, the first that is found, or the defaults."""
    if path is None and find() is None:
        return Named(load(""), NO_STANDARD)
    return read(path)


def _paragraphs(text: str) -> Iterator[str]:
    """The page's paragraphs, each on one line; one that is indented continues the one before."""
    whole: list[str] = []
    for line in inspect.cleandoc(text).splitlines():
        if whole and line.startswith(" ") and whole[-1]:
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line)
    yield from whole


def _settings(rule: AnyRule, standard: Standard) -> Iterator[str]:
    values = standard.rules[rule.id].values
    for key in rule.settings.known():
        yield f"rules.{rule.id}.{key.name} = {toml(values[key.name])}  (default {toml(key.default)})"
        if key.words:
            yield f"    {key.words}"
    if rule.id == "endpoint-policy":
        for name, baseline in sorted(standard.baselines.items()):
            yield f"baseline.{name}.accept_unproved = {toml(baseline.accept_unproved)}  (default false)"
            if not baseline.needs:
                yield f"baseline.{name}.needs = false  (default true)"


def _kinds(rule: Rule) -> Iterator[str]:
    for kind in Kind:
        if kind in rule.applies_to:
            yield f"{kind.value}: judged"
        elif kind is Kind.UNSUPPORTED:
            yield "a type that this version does not know: never judged, told as UNSUPPORTED"
        else:
            yield f"{kind.value}: not judged, since {rule.not_for.get(kind, 'the rule does not speak of it')}"
