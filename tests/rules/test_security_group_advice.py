"""Who runs the commands of `security-group` in their order is refused none, closes what was told, cuts off nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import pytest

from aws_cli import commands
from builders import VPC, snapshot, standard
from draws import Draw
from warden.code_changes import Beside, SetIngress
from warden.managed import CLOUDFORMATION
from warden.model import Breach, Judgement, Snapshot
from warden.neighbours import Permission, SecurityGroup, Vpc
from warden.ranges import spans, uncovered
from warden.rules.security_group import security_group
from warden.template_patch import STACK_TAGS

GROUPS: Final = ("sg-1", "sg-2")
OWN: Final = ("10.0.0.0/16", "2001:db8::/56")
BLOCKS: Final = (*OWN, "10.0.3.0/24", "192.168.0.0/16", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0")
WIDE: Final = {"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0"}
PORTS: Final = (
    ("-1", None, None), ("tcp", 443, 443), ("tcp", 0, 65_535), ("tcp", 400, 500), ("tcp", 22, 22), ("udp", 443, 443),
    ("icmp", -1, -1),
)  # fmt: skip


class Held(NamedTuple):
    """One rule of a security group, as EC2 keeps them: of one source."""

    group_id: str
    protocol: str
    first: int | None
    last: int | None
    source: str


def drawn(draw: Draw) -> frozenset[Held]:
    """Rules of two groups."""
    sources = (*BLOCKS, "pl-1", "sg-9")
    return frozenset(
        Held(draw.one(GROUPS), *draw.one(PORTS), draw.one(sources)) for _ in range(draw.random.randint(1, 6))
    )


def as_group(name: str, rules: Iterable[Held]) -> SecurityGroup:
    """The group as DescribeSecurityGroups tells it: a permission of all rules of the same ports."""
    sources: dict[tuple[str, int | None, int | None], list[str]] = {}
    for rule in sorted(rules, key=str):
        if rule.group_id == name:
            sources.setdefault((rule.protocol, rule.first, rule.last), []).append(rule.source)
    return SecurityGroup(
        name,
        "endpoints",
        VPC,
        tuple(
            Permission(
                *ports,
                tuple(one for one in some if "/" in one),
                tuple(one for one in some if one.startswith("pl-")),
                tuple(one for one in some if one.startswith("sg-")),
            )
            for ports, some in sources.items()
        ),
    )


def seen(rules: Iterable[Held], family: str) -> Snapshot:
    """An endpoint of KMS with these groups, in a VPC of which all is seen."""
    held = tuple(rules)
    return snapshot(
        security_group_ids=GROUPS,
        groups={name: as_group(name, held) for name in GROUPS},
        prefix_lists={"pl-1": ("10.9.0.0/16",)},
        vpc=Vpc(VPC, OWN),
        interfaces=(),
        ip_address_type=family,
    )


def judge(here: Snapshot) -> Judgement:
    return security_group.judge(here, standard("[rules.security-group]\n"))


def rules_of(words: list[str]) -> Iterator[Held]:
    """The rules that a command gives or takes."""
    for made in json.loads(words[-1]):
        sources = (
            *(one["CidrIp"] for one in made.get("IpRanges", ())),
            *(one["CidrIpv6"] for one in made.get("Ipv6Ranges", ())),
            *(one["PrefixListId"] for one in made.get("PrefixListIds", ())),
            *(one["GroupId"] for one in made.get("UserIdGroupPairs", ())),
        )
        for source in sources:
            group_id = words[words.index("--group-id") + 1]
            yield Held(group_id, made["IpProtocol"], made.get("FromPort"), made.get("ToPort"), source)


def obeyed(rules: frozenset[Held], advice: str) -> frozenset[Held]:
    """The rules after all commands, each of which EC2 would carry out."""
    held = set(rules)
    for words in commands(advice):
        for rule in rules_of(words) if "--ip-permissions" in words else ():
            if words[2].startswith("authorize"):
                assert rule not in held, f"InvalidPermission.Duplicate: {rule}"
                held.add(rule)
            else:
                assert rule in held, f"InvalidPermission.NotFound: {rule}"
                held.remove(rule)
    return frozenset(held)


def reaching(rules: Iterable[Held]) -> frozenset[str]:
    """The sources that get to the service."""
    return frozenset(
        rule.source
        for rule in rules
        if rule.protocol == "-1" or (rule.protocol == "tcp" and (rule.first or 0) <= 443 <= (rule.last or 0))
    )


@pytest.mark.parametrize("family", ["ipv4", "dualstack"])
def test_the_commands_do_what_they_are_for(family: str) -> None:
    """Nothing is open or too much after them, and who got in by an address or a group still does.

    Halves of everything beside everything are told of once everything is gone: that makes a second round.
    """
    for number in range(400):
        rules = drawn(Draw(f"groups {family} {number}"))
        after = rules
        for _ in range(2):
            found = judge(seen(after, family))
            after = obeyed(after, found.advice) if isinstance(found, Breach) else after
        told = judge(seen(after, family))
        codes = set(told.evidence) if isinstance(told, Breach) else set()
        assert not codes & {"open-to-all", "too-many-ports", "unreachable"}, (number, told)
        let_in = spans(one for one in reaching(after) if "/" in one)
        lost = {one for one in reaching(rules) - reaching(after) if one not in WIDE}
        assert not [one for one in lost if "/" not in one or list(uncovered([one], let_in))], (number, lost)
        before = spans(one for one in reaching(rules) if "/" in one)
        kept_out = set(uncovered(OWN, before))
        own = OWN if family == "dualstack" else OWN[:1]
        assert kept_out >= set(uncovered(own, let_in)), (number, "a block of the VPC got in by what was open to all")


def held(group_id: str, permissions: Iterable[Permission]) -> frozenset[Held]:
    """The rules that a group's permissions are."""
    return frozenset(
        Held(group_id, one.protocol, one.first_port, one.last_port, source)
        for one in permissions
        for source in one.sources
    )


@pytest.mark.parametrize("coded", [GROUPS, GROUPS[:1]], ids=["both in code", "one in code"])
def test_code_has_what_the_commands_would_have_brought(coded: tuple[str, ...]) -> None:
    """Rule for rule, of groups that code manages; the others keep their commands, and theirs alone."""
    changed = 0
    for number in range(400):
        here = seen(drawn(Draw(f"code {number}")), "ipv4")
        by_hand = judge(here)
        groups = dict(here.groups or {})
        tagged = {name: groups[name]._replace(tags={STACK_TAGS[0]: "network"}) for name in coded}
        by_code = judge(replace(here, groups=groups | tagged))
        assert isinstance(by_code, Breach) is isinstance(by_hand, Breach)
        if not (isinstance(by_code, Breach) and isinstance(by_hand, Breach)):
            continue
        before = frozenset(rule for name, group in groups.items() for rule in held(name, group.inbound))
        after = obeyed(before, by_hand.advice)
        besides = [one for one in by_code.beside if isinstance(one, Beside)]
        for one in besides:
            changed += 1
            assert isinstance(one.change, SetIngress)
            assert one.tool == CLOUDFORMATION
            assert held(one.id, one.change.permissions) == {rule for rule in after if rule.group_id == one.id}, number
        told = {words[words.index("--group-id") + 1] for words in commands(by_code.advice) if "--group-id" in words}
        assert not told & set(coded)
        altered = {rule.group_id for rule in before ^ after}
        assert altered == told | {one.id for one in besides}, number
        assert (by_code.message, by_code.evidence) == (by_hand.message, by_hand.evidence)
    assert changed
