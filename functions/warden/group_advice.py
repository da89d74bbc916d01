"""What people are told to do about an endpoint's security groups, in commands that can be run in their order; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from .admitted import ANY_PORT, Admission
from .group_commands import granting, revoking
from .group_facts import Facts
from .narrowing import Parted, narrowed, ports_within
from .neighbours import Permission
from .ranges import Span, overlap, spans, uncovered

GROUPS_CODE: Final = (
    "what a group lets in is changed in the group's own code, if it has any (SecurityGroupIngress of "
    "AWS::EC2::SecurityGroup, or AWS::EC2::SecurityGroupIngress; ingress of aws_security_group, or "
    "aws_vpc_security_group_ingress_rule), else by command"
)
"""Before the commands, where code manages the endpoint: whether it manages its groups, too, the endpoint does not tell.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule
"""


def narrowing(facts: Facts) -> str:
    """How the groups let in less: whom to let in first, and what to take away then.

    The VPC's default group is left as it is, since whatever else bears it lives by it.
    """
    parted = _parted(facts)
    wrong = [one for one in parted if one.gone and one.whole.group_id not in facts.default]
    if not wrong:
        return ""
    stay = [one.clients for one in parted if not (one in wrong and one.more)]
    given: dict[str, list[Permission]] = {one.whole.group_id: [] for one in wrong}
    for one in (one.clients for one in wrong if one.more):
        made = narrowed(one, facts.ports or (ANY_PORT,), stay)
        given[one.group_id] += made
        stay += [one._replace(permission=part) for part in made]
    given[wrong[0].whole.group_id] += _instead_of_all(facts, wrong, [one.clients for one in parted])
    first = "; ".join(f"`{granting(facts.region, name, wanted)}`" for name, wanted in given.items() if wanted)
    words = f"first let the clients in at the service's ports: {first}; " if first else ""
    return words + _revoking(facts, [one.gone for one in wrong if one.gone])


def _parted(facts: Facts) -> list[Parted]:
    """Every permission, parted into what may stay and what may not."""
    wide = [(one.admission, one.names) for one in facts.wide]
    return [
        Parted(one, next((names for other, names in wide if other == one), frozenset()), one in facts.more)
        for one in facts.certain
    ]


def _instead_of_all(facts: Facts, wrong: Sequence[Parted], clients: Sequence[Admission]) -> Iterator[Permission]:
    """What lets in the standard's clients, or the VPC, where only what lets everybody in does so now."""
    wide = [one.whole for one in wrong if one.wide and facts.reaches(one.whole)]
    known = (("tcp", *ports) for ports in facts.ports)
    used = (("udp" if one.protocol == "udp" else "tcp", *ports_within(one, *ANY_PORT)) for one in wide)
    places = dict.fromkeys(known if facts.ports else used) if wide else ()
    blocks = _losing(facts, facts.let_in(clients))
    return (Permission(*place, blocks) for place in places if blocks)


def _losing(facts: Facts, after: tuple[Span, ...]) -> tuple[str, ...]:
    """Those of the standard's clients, or the VPC as a whole, that are let in now and not `after`."""
    now = facts.let_in(facts.found)
    if facts.clients:
        out = tuple(uncovered(facts.clients, now))
        return tuple(one for one in uncovered(facts.clients, after) if one not in out)
    own = spans(facts.own)
    return facts.own if overlap(now, own) and not overlap(after, own) else ()


def _revoking(facts: Facts, found: Sequence[Admission]) -> str:
    names = dict.fromkeys(one.group_id for one in found)
    look = (
        f"aws ec2 describe-network-interfaces --region {facts.region} --filters Name=group-id,Values={','.join(names)}"
    )
    commands = "; ".join(f"`{one}`" for one in revoking(facts.region, found))
    return f"see by `{look}` what else bears {' or '.join(names)}, and once nobody needs it: {commands}"


def letting_in(facts: Facts, blocks: tuple[str, ...]) -> str:
    """Let them in by a group of the endpoint's own; the VPC's default group is none."""
    own = [name for name in facts.seen.groups or {} if name not in facts.default]
    wanted = [Permission("tcp", first, last, blocks) for first, last in facts.ports or (ANY_PORT,)]
    return f"`{granting(facts.region, own[0] if own else 'NEW', wanted)}`"
