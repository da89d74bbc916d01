"""Whatever AWS tells, every rule says something, always the same, and names no command that the AWS CLI lacks.

What a rule asks for is drawn at random, until it has a verdict; a failure names the seed that it comes from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import TracebackType
from typing import Any, Final

import pytest
import yaml

from aws_cli import assert_known, commands
from draws import Draw
from warden.decide import judge as judge_all
from warden.model import Breach, Finding, Need, NotApplicable, Pass, Severity, Snapshot, Unknown, Verdict
from warden.patch import patch_beside
from warden.rules import EVERY_RULE, RULES, SERVICE_RULES, VPC_RULES
from warden.rules.rule import Answer, Rule, SubjectRule
from warden.standard import Standard
from warden.standard_file import load
from warden.zones import with_routes

DRAWS: Final = 300
"""Snapshots for each rule."""
EVERY_MODE: Final = "".join(f'[rules.{rule.id}]\nmode = "notify"\n' for rule in EVERY_RULE)
STANDARDS: Final = (
    EVERY_MODE,
    '[organisation]\nid = "o-a1b2c3d4e5"\n' + EVERY_MODE,
    '[organisation]\naccounts = ["111122223333"]\n'
    + EVERY_MODE.replace("[rules.multi-az]\n", "[rules.multi-az]\nmin_zones = 4\nsubnet_tags = ['Tier=endpoints']\n")
    .replace("[rules.security-group]\n", "[rules.security-group]\nclients = ['10.0.0.0/16', '2001:db8::/56']\n")
    .replace(
        "[rules.private-dns]\n",
        "[rules.private-dns]\nwant = 'off'\nvpcs = [{ tag = 'Network=hub', want = 'hub' }]\n",
    )
    .replace("[rules.required-tags]\n", "[rules.required-tags]\ntags = ['Owner', 'Env=prod|test']\n")
    .replace("[rules.unused]\n", "[rules.unused]\neach_zone = true\n")
    .replace("[rules.address-headroom]\n", "[rules.address-headroom]\nmin_free = 1\n")
    .replace("[rules.required-endpoints]\n", "[rules.required-endpoints]\ndemands = [{ services = ['ssm', 's3'] }]\n"),
)


@cache
def standards() -> tuple[Standard, ...]:
    """Standards in which every rule is on."""
    return tuple(load(toml) for toml in STANDARDS)


def verdict(rule: Rule, seen: Snapshot, standard: Standard, draw: Draw) -> tuple[Snapshot, Answer]:
    """What the rule says in the end, and all that it was shown for that."""
    for _ in range(len(Need) + 1):
        judged = rule.judge(seen, standard)
        if not isinstance(judged, Need):
            return seen, judged
        assert getattr(seen, judged.value) is None, f"{rule.id} asks again for {judged.value}"
        read: dict[str, Any] = {judged.value: draw.answer(judged, seen)}
        seen = replace(seen, **read)
        if seen.subnets is not None and seen.route_tables is not None:
            seen = replace(seen, subnets=with_routes(seen.subnets, seen.route_tables))
    raise AssertionError(f"{rule.id} never stops asking")


def told(rule_id: str, judged: object, endpoint_id: str = "") -> None:
    """That a verdict is one that people can be told of, whoever manages the endpoint."""
    assert isinstance(judged, Pass | Breach | NotApplicable | Unknown), judged
    if isinstance(judged, NotApplicable | Unknown):
        assert judged.why.strip()
        assert "  " not in judged.why, (rule_id, judged)
        assert "None" not in judged.why, (rule_id, judged)
    if isinstance(judged, Breach):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", judged.code), judged.code
        assert judged.message.strip()
        assert "None" not in judged.message + judged.advice, (rule_id, judged)
        assert "  " not in judged.message, (rule_id, judged.message)
        json.dumps(judged.evidence)
        assert judged.fix or judged.advice, (rule_id, judged)
        in_code = judged.in_code.advice if judged.in_code else judged.advice
        for command in (*commands(judged.advice), *commands(in_code)):
            assert_known(command)
        assert not [one for one in commands(in_code) if changes(one, endpoint_id)], (rule_id, in_code)
        beside = patch_beside(Finding(rule_id, Verdict.BREACH, Severity.LOW, beside=judged.beside))
        for part in beside.split("\n\n") if judged.beside else ():
            assert yaml.safe_load(part)["Resources"], (rule_id, part)
        if judged.besides:
            told(rule_id, judged.besides, endpoint_id)


def changes(command: list[str], endpoint_id: str) -> bool:
    """Whether the command changes this endpoint, which is the business of the code that manages it."""
    return command[2] in {"modify-vpc-endpoint", "delete-vpc-endpoints", "create-tags"} and endpoint_id in command


class Seeded:
    """A block in which whatever fails says what it was drawn from."""

    def __init__(self, seed: str) -> None:
        """Name the seed."""
        self._seed = seed

    def __enter__(self) -> None:
        """Nothing is to be prepared."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note it at the failure, if there is one."""
        if error:
            error.add_note(f"seed {self._seed!r}")


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_a_rule_of_endpoints_says_something_of_whatever_it_sees(rule: Rule) -> None:
    """And the same of the same facts."""
    for number in range(DRAWS):
        seed = f"{rule.id} {number}"
        draw = Draw(seed)
        standard = draw.one(standards())
        with Seeded(seed):
            seen, judged = verdict(rule, draw.snapshot(), standard, draw)
            told(rule.id, judged, seen.endpoint.key.id)
        assert rule.judge(seen, standard) == judged, f"seed {seed!r}"


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_a_verdict_does_not_hang_on_the_order_in_which_aws_tells(rule: Rule) -> None:
    """AWS promises none: otherwise people would be told of the same state again."""
    for number in range(DRAWS):
        seed = f"order {rule.id} {number}"
        draw = Draw(seed)
        standard = draw.one(standards())
        seen, judged = verdict(rule, draw.snapshot(), standard, draw)
        assert rule.judge(shuffled(seen, draw), standard) == judged, f"seed {seed!r}"


class Untouchable:
    """A service of which nothing may be taken."""

    def __getattr__(self, name: str) -> object:
        """Say what was."""
        raise AssertionError(f"the rule takes {name} of the service")

    def __bool__(self) -> bool:
        """Whether it is told at all is something too."""
        raise AssertionError("the rule asks whether the service is told")


def untold(seen: Snapshot) -> Snapshot:
    """The same, had nobody asked for the service."""
    return replace(seen, service=None, table=None, needs=())


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES if not rule.reads_service])
def test_a_rule_that_says_so_takes_nothing_of_the_service(rule: Rule) -> None:
    """It says the same of an endpoint, whatever is told of its service or nothing."""
    for number in range(DRAWS):
        seed = f"service {rule.id} {number}"
        draw = Draw(seed)
        standard, drawn = draw.one(standards()), draw.snapshot()
        seen, judged = verdict(rule, untold(drawn), standard, draw)
        untouchable: Any = Untouchable()
        for service in (drawn.service, draw.service(seen.endpoint), untouchable):
            told_of = replace(seen, service=service, table=drawn.table, needs=drawn.needs)
            assert rule.judge(told_of, standard) == judged, f"seed {seed!r}"


READING = [rule for rule in RULES if rule.reads_service]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in READING])
def test_a_rule_that_reads_the_service_makes_use_of_it(rule: Rule) -> None:
    """Or a call would be made for nothing."""
    draws = (Draw(f"use {rule.id} {number}") for number in range(20 * DRAWS))
    found = any(_hangs_on_the_service(rule, draw, draw.snapshot()) for draw in draws)
    assert found, f"{rule.id} could say reads_service=False"


def abroad(seen: Snapshot) -> Snapshot:
    """The same, were its service in another region."""
    return replace(seen, endpoint=replace(seen.endpoint, service_region="eu-south-2"))


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in READING if not rule.reads_abroad])
def test_a_rule_that_says_so_takes_nothing_of_a_service_in_another_region(rule: Rule) -> None:
    """It says the same of the endpoint, whatever is told of its service or nothing."""
    for number in range(DRAWS):
        seed = f"abroad {rule.id} {number}"
        draw = Draw(seed)
        standard = draw.one(standards())
        seen, judged = verdict(rule, untold(abroad(draw.snapshot())), standard, draw)
        untouchable: Any = Untouchable()
        for service in (draw.service(seen.endpoint), untouchable):
            assert rule.judge(replace(seen, service=service), standard) == judged, f"seed {seed!r}"


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in READING if rule.reads_abroad])
def test_a_rule_that_reads_a_service_in_another_region_makes_use_of_it(rule: Rule) -> None:
    """Or a call would be made for nothing."""
    draws = (Draw(f"use abroad {rule.id} {number}") for number in range(20 * DRAWS))
    found = any(_hangs_on_the_service(rule, draw, abroad(draw.snapshot())) for draw in draws)
    assert found, f"{rule.id} could say reads_abroad=False"


def _hangs_on_the_service(rule: Rule, draw: Draw, drawn: Snapshot) -> bool:
    standard = draw.one(standards())
    seen, judged = verdict(rule, drawn, standard, draw)
    return rule.judge(untold(seen), standard) != judged


def shuffled(seen: Snapshot, draw: Draw) -> Snapshot:
    """The same facts in another order."""
    mixed: dict[str, Any] = {}
    for name in ("subnets", "route_tables", "interfaces", "siblings"):
        facts = getattr(seen, name)
        if facts is not None:
            mixed[name] = tuple(draw.random.sample(facts, len(facts)))
    if seen.groups is not None:  # Neighbourhood puts them in order; their permissions are as EC2 tells them
        mixed["groups"] = {
            name: group._replace(inbound=tuple(draw.random.sample(group.inbound, len(group.inbound))))
            for name, group in seen.groups.items()
        }
    return replace(seen, **mixed)


@pytest.mark.parametrize(
    ("rule", "draw_seen"),
    [
        *(pytest.param(rule, Draw.vpc_seen, id=rule.id) for rule in VPC_RULES),
        *(pytest.param(rule, Draw.service_seen, id=rule.id) for rule in SERVICE_RULES),
    ],
)
def test_a_rule_of_something_else_does_so_too(rule: SubjectRule[Any], draw_seen: Callable[[Draw], object]) -> None:
    """Of VPCs and of endpoint services."""
    for number in range(DRAWS):
        seed = f"{rule.id} {number}"
        draw = Draw(seed)
        standard, seen = draw.one(standards()), draw_seen(draw)
        with Seeded(seed):
            judged = rule.judge(seen, standard)
            told(rule.id, judged)
        assert rule.judge(seen, standard) == judged


def test_an_endpoint_of_a_type_that_is_not_known_is_never_judged() -> None:
    """Whatever else is known of it."""
    draw = Draw("unsupported")
    for _ in range(DRAWS):
        seen = draw.snapshot()
        odd = replace(seen, endpoint=replace(seen.endpoint, type_name="Tunnel"))
        (found,) = judge_all(odd, RULES, draw.one(standards()))
        assert found.code == "unsupported-type"  # type: ignore[union-attr]
