"""The endpoints that a change beside them concerns: found in few calls, and a look asked for at each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .decide import GONE
from .events import Beside, Look
from .model import Endpoint, Mode, Need
from .ports import World
from .rules import RULES
from .standard import Standard


@dataclass(frozen=True, slots=True)
class Asked:
    """How many looks were asked for, and how many changes mattered to no rule that is on."""

    looks: int
    idle: int


def ask(world: World, changes: Iterable[Beside]) -> Asked:
    """Ask for a look at each endpoint concerned; raise RetryLater where AWS or the queue does not answer.

    A change that no rule which is on would read again costs no call.
    """
    every = list(changes)
    needs = _needs(world.standard)
    wanted = [one for one in every if one.need in needs] if world.ceiling is not Mode.OFF else []
    ids = {name for one in wanted for name in one.ids}
    if not ids:
        return Asked(0, len(every))
    since = max(one.since for one in wanted)
    vpcs = world.cloud.around.vpcs_of(ids)
    present = world.cloud.of_vpcs(vpcs) if vpcs else {}
    found = {one.key for some in present.values() for one in some if one.state not in GONE and _concerned(one, ids)}
    return Asked(world.post.look_at(Look(key, since) for key in sorted(found)), len(every) - len(wanted))


def _needs(standard: Standard) -> frozenset[Need]:
    """What the rules would read again on an event: those that only the sweep asks wait for it."""
    on = [rule for rule in RULES if standard.mode_of(rule.id) is not Mode.OFF and not rule.only_swept]
    return frozenset(need for rule in on for need in rule.needs)


def _concerned(endpoint: Endpoint, ids: set[str]) -> bool:
    """Whether the change is at the endpoint: security groups and interfaces are its own, all else is its VPC's."""
    own = {*endpoint.security_group_ids, *endpoint.network_interface_ids}
    return bool(ids & own) or any(name.startswith(("rtb-", "vpc-")) for name in ids)
