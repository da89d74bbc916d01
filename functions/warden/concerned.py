"""What a change concerns besides the endpoints that it names: found in few calls, and a look asked for at each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .batch import Changed
from .decide import GONE
from .events import Beside, Look
from .model import Endpoint, EndpointKey, Mode, Need
from .ports import World
from .rules import RULES
from .rules.rule import Rule
from .standard import Standard
from .vpc_watch import VPCS, vpcs_with_news


@dataclass(frozen=True, slots=True)
class Asked:
    """How many looks were asked for, and how many changes beside endpoints mattered to no rule that is on."""

    looks: int
    idle: int


def ask(world: World, changes: Iterable[Beside], changed: Sequence[Changed] = ()) -> Asked:
    """Ask for a look at each endpoint and VPC concerned; raise RetryLater where AWS or the queue does not answer.

    `changes` are beside endpoints, `changed` are endpoints. What no rule that is on would read again costs no call.
    """
    every = list(changes)
    if world.ceiling is Mode.OFF:
        return Asked(0, len(every))
    concern = _Concern(world, every, changed)
    since = max((*(one.since for one in concern.wanted), *(one.look.since for one in changed)), default=world.now())
    looks = [Look(key, since) for key in (*concern.endpoints(), *concern.vpcs())]
    return Asked(world.post.look_at(looks), len(every) - len(concern.wanted))


class _Concern:
    """What these changes concern, by the rules that are on."""

    def __init__(self, world: World, changes: Sequence[Beside], changed: Sequence[Changed]) -> None:
        """Find the VPCs of what matters to a rule."""
        self._world = world
        self._on = _asked_on_event(world.standard)
        self._of_vpcs = VPCS.is_on(world.standard)
        self._changed = changed
        needs = {need for rule in self._on for need in rule.needs}
        self._beside = _ids(one for one in changes if one.need in needs)
        self._of_vpc = _ids(one for one in changes if one.of_vpc and self._of_vpcs)
        self.wanted = [one for one in changes if one.need in needs or (one.of_vpc and self._of_vpcs)]
        ids = self._beside | self._of_vpc
        self._places = world.cloud.around.vpcs_of(ids) if ids else {}

    def endpoints(self) -> list[EndpointKey]:
        """The endpoints beside which something changed, and those that lead where one that changed leads."""
        judges = [rule for rule in self._on if Need.SIBLINGS in rule.needs]
        leading = {one.endpoint.way for one in self._changed if one.endpoint} if judges else set()
        vpcs = {vpc for name in self._beside for vpc in self._places[name]} | {vpc for vpc, *_ in leading}
        if not vpcs:
            return []
        named = {one.look.key for one in self._changed}
        present = self._world.cloud.of_vpcs(vpcs)
        return sorted(
            one.key
            for some in present.values()
            for one in some
            if (one.state not in GONE and _concerned(one, self._beside, self._places))
            or (one.way in leading and one.serves and one.key not in named and _speaks(judges, one))
        )

    def vpcs(self) -> list[EndpointKey]:
        """The VPCs of which a rule of VPCs has news.

        In which VPC an endpoint was that EC2 no longer shows, nobody tells: every VPC is judged then.
        """
        if not self._of_vpcs:
            return []
        if any(one.look.deleted and not one.endpoint for one in self._changed):
            return vpcs_with_news(self._world, None)
        ids = {vpc for name in self._of_vpc for vpc in self._places[name]}
        ids |= {one.endpoint.vpc_id for one in self._changed if one.endpoint}
        return vpcs_with_news(self._world, ids) if ids else []


def _asked_on_event(standard: Standard) -> list[Rule]:
    """The rules that are on, without those that only the sweep asks."""
    return [rule for rule in RULES if standard.mode_of(rule.id) is not Mode.OFF and not rule.only_swept]


def _ids(changes: Iterable[Beside]) -> set[str]:
    return {name for one in changes for name in one.ids}


def _speaks(rules: Iterable[Rule], endpoint: Endpoint) -> bool:
    return any(endpoint.kind in rule.applies_to for rule in rules)


def _concerned(endpoint: Endpoint, ids: Collection[str], places: Mapping[str, Collection[str]]) -> bool:
    """Whether the change is at the endpoint: security groups and interfaces are its own, all else is its VPC's."""
    own = {*endpoint.security_group_ids, *endpoint.network_interface_ids}
    of_vpc = (name for name in ids if name.startswith(("rtb-", "vpc-")))
    return not own.isdisjoint(ids) or any(endpoint.vpc_id in places[name] for name in of_vpc)
