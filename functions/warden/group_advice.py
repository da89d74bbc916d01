"""What people are told to do about an endpoint's security groups, in commands in their order or in code; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from .admitted import ANY_PORT, Admission, at_any
from .code_changes import NEW
from .ec2_commands import ec2
from .group_commands import granting, revoking
from .group_facts import Facts
from .ingress import NO_STEPS, Steps
from .narrowing import Parted, narrowed, ports_within
from .neighbours import Permission
from .ranges import uncovered

GROUPS_CODE: Final = (
    "what a group lets in is changed in the group's own code, if it has any (SecurityGroupIngress of "
    "AWS::EC2::SecurityGroup, or AWS::EC2::SecurityGroupIngress; ingress of aws_security_group, or "
    "aws_vpc_security_group_ingress_rule), else by command"
)
"""Before the commands, where code manages the endpoint: whether it manages its groups, too, the endpoint does not tell.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule
"""
Place = tuple[str, int, int]
"""A protocol, and the first and last of its ports."""
QUIET: Final = "at a quiet hour: a deployment may revoke before it grants, and new connections fail in between"
"""Terraform's provider does.

Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_security_group.go
"""


def narrowing(facts: Facts) -> Steps:
    """How the groups let in less: whom to let in first, and what to take away then.

    The VPC's default group is left as it is, since whatever else bears it lives by it.
    """
    parted = _parted(facts)
    wrong = [one for one in parted if one.gone and one.whole.group_id not in facts.default]
    if not wrong:
        return NO_STEPS
    stay = [one.clients for one in parted if not (one in wrong and one.more)]
    given: dict[str, list[Permission]] = {one.whole.group_id: [] for one in wrong}
    for one in (one.clients for one in wrong if one.more):
        made = narrowed(one, facts.ports or (ANY_PORT,), stay)
        given[one.group_id] += made
        stay += [one._replace(permission=part) for part in made]
    given[wrong[0].whole.group_id] += _instead_of_all(facts, wrong, [one.clients for one in parted])
    return Steps({name: tuple(some) for name, some in given.items()}, tuple(one.gone for one in wrong if one.gone))


def letting_in(facts: Facts, blocks: tuple[str, ...]) -> Steps:
    """Let them in by a group of the endpoint's own; the VPC's default group is none."""
    own = [name for name in facts.seen.groups or {} if name not in facts.default]
    return Steps({own[0]: _at_ports(facts, blocks)}) if own else letting_in_by_a_new_one(facts)


def letting_in_by_a_new_one(facts: Facts) -> Steps:
    """Let in all clients, since whoever got in by the default group must get in by what takes its place."""
    blocks = facts.clients or facts.own
    return Steps({NEW: _at_ports(facts, blocks)}) if blocks else NO_STEPS


def _at_ports(facts: Facts, blocks: tuple[str, ...]) -> tuple[Permission, ...]:
    return tuple(Permission("tcp", first, last, blocks) for first, last in facts.ports or (ANY_PORT,))


def by_command(facts: Facts, steps: Steps) -> str:
    """The steps in those groups that no code is known to manage; "" where there are none."""
    mine = steps.of(name for name in steps.groups if name not in facts.coded)
    given = (f"`{granting(facts.region, name, wanted)}`" for name, wanted in mine.given.items() if wanted)
    first = "; ".join(given)
    if not mine.gone:
        return first
    words = f"first let the clients in at the service's ports: {first}; " if first else ""
    commands = "; ".join(f"`{one}`" for one in revoking(facts.region, mine.gone))
    names = dict.fromkeys(one.group_id for one in mine.gone)
    return f"{words}{_looking(facts, names)}, and once nobody needs it: {commands}"


def by_code(facts: Facts, steps: Steps) -> str:
    """The steps in those groups whose own tags say that code manages them; "" where there are none."""
    theirs = steps.of(name for name in steps.groups if name in facts.coded)
    if not theirs.groups:
        return ""
    names = " and ".join(theirs.groups)
    if not theirs.gone:
        return f"let them in by {names}, in the code that manages it"
    looking = _looking(facts, dict.fromkeys(one.group_id for one in theirs.gone))
    return f"{looking}, and once nobody needs more, change {names} in the code that manages it, {QUIET}"


def _parted(facts: Facts) -> list[Parted]:
    """Every permission, parted into what may stay and what may not."""
    wide = [(one.admission, one.names) for one in facts.wide]
    return [
        Parted(one, next((names for other, names in wide if other == one), frozenset()), one in facts.more)
        for one in facts.certain
    ]


def _instead_of_all(facts: Facts, wrong: Sequence[Parted], clients: Sequence[Admission]) -> Iterator[Permission]:
    """What lets in the standard's clients, or the VPC's blocks, at those ports where only what is open to all does."""
    wide = [one.whole for one in wrong if one.wide and facts.reaches(one.whole)]
    for place in dict.fromkeys(_places(facts, wide)):
        blocks = _losing(facts, clients, place)
        if blocks:
            yield Permission(*place, blocks)


def _places(facts: Facts, wide: Sequence[Admission]) -> Iterator[Place]:
    """Where these let everybody in to the service; at whatever ports they do, where those of the service are not known.

    Never at another port of the service: nobody asked to open that.
    """
    for one in wide:
        if facts.ports:
            yield from (("tcp", *ports_within(one, *ports)) for ports in facts.ports if at_any(one, (ports,)))
        else:
            yield ("udp" if one.protocol == "udp" else "tcp", *ports_within(one, *ANY_PORT))


def _losing(facts: Facts, clients: Iterable[Admission], place: Place) -> tuple[str, ...]:
    """Those of the standard's clients, or of the VPC's blocks, that are let in there now, and then not or not wholly.

    Each block by itself: one subnet's that stays keeps no other client in.
    """
    wanted = facts.clients or facts.own
    now, then = facts.let_in_at(facts.found, place), facts.let_in_at(clients, place)
    out = set(uncovered(wanted, now))
    return tuple(one for one in uncovered(wanted, then) if one not in out)


def _looking(facts: Facts, names: Collection[str]) -> str:
    """How to learn who would lose something: only the standard's clients, where it names some, are surely let in."""
    look = ec2("describe-network-interfaces", facts.region, "--filters", f"Name=group-id,Values={','.join(names)}")
    bearing = f"see by `{look}` what else bears {' or '.join(names)}"
    if facts.clients:
        return bearing
    unseen = "which clients there are, since the VPC's addresses are not to be seen and so not let in first"
    return f"{bearing}, and in VPC flow logs {'which clients come from outside the VPC' if facts.own else unseen}"
