"""Look at endpoints and their neighbours in as few calls as can be, and judge them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from .decide import judge
from .model import Endpoint, EndpointKey, Finding, Kind, Mode, Need, Service, Snapshot, Subnet
from .neighbours import RouteTable, Vpc
from .policy import tables
from .policy.needs import needs
from .policy.services import prefixes
from .ports import Cloud
from .recording import Trail
from .rules import RULES
from .rules.rule import Rule
from .standard import Standard
from .use import Unused
from .zones import with_routes

ON_EVENT: Final[tuple[Rule, ...]] = tuple(rule for rule in RULES if not rule.only_swept)
"""The rules that are asked of an endpoint that an event names."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An endpoint, all that was seen of it, and what the rules say."""

    seen: Snapshot
    findings: tuple[Finding, ...]
    left_out: frozenset[str] = frozenset()
    """The rules that are on and were not asked: what people were told of them still stands."""


def observe(
    cloud: Cloud,
    endpoints: Sequence[Endpoint],
    standard: Standard,
    now: datetime,
    on_event: Container[EndpointKey] = (),
) -> list[Judged]:
    """Judge these endpoints as they are `now`, in their order; raise RetryLater where AWS does not answer.

    The neighbours that rules ask for are read once for all the endpoints that wait for them. Endpoints `on_event` are
    not judged by the rules that only the sweep asks.
    """
    asked = [ON_EVENT if endpoint.key in on_event else RULES for endpoint in endpoints]
    left_out = frozenset(one.id for one in RULES if one.only_swept and standard.mode_of(one.id) is not Mode.OFF)
    services = _services(cloud, endpoints, standard, on_event)
    snapshots = [
        _snapshot(endpoint, services.get((endpoint.service_name, endpoint.type_name)), now) for endpoint in endpoints
    ]
    judged = {place: judge(seen, asked[place], standard) for place, seen in enumerate(snapshots)}
    around = Neighbourhood(cloud, standard, now)
    while waiting := {place: found for place, found in judged.items() if isinstance(found, frozenset)}:
        for need in Need:  # in this order: prefix lists are those that security groups name
            places = [place for place, needs in waiting.items() if need in needs]
            for place, told in zip(places, _read(around, need, [snapshots[place] for place in places]), strict=True):
                snapshots[place] = told
        for place in waiting:
            judged[place] = judge(snapshots[place], asked[place], standard)
    return [
        Judged(snapshots[place], found, left_out if endpoints[place].key in on_event else frozenset())
        for place, found in judged.items()
        if isinstance(found, tuple)
    ]


def _snapshot(endpoint: Endpoint, service: Service | None, now: datetime) -> Snapshot:
    """What a rule sees at first; what policies can say of the service only where it takes one."""
    if service is None or not service.policy_supported:
        return Snapshot(endpoint, service, at=now)
    table = tables.service_named(prefixes(endpoint.service_name, endpoint.service_region or endpoint.key.region))
    return Snapshot(endpoint, service, at=now, table=table, needs=needs(table.prefix))


def _services(
    cloud: Cloud, endpoints: Iterable[Endpoint], standard: Standard, on_event: Container[EndpointKey]
) -> Mapping[tuple[str, str], Service]:
    """The services that a rule would ask about: those of endpoints of a kind that it speaks of, if it is on."""
    every, some = _kinds(RULES, standard), _kinds(ON_EVENT, standard)
    concerned = [one for one in endpoints if one.kind in (some if one.key in on_event else every)]
    return cloud.services(concerned) if concerned else {}


def _kinds(rules: Iterable[Rule], standard: Standard) -> set[Kind]:
    return {kind for rule in rules if standard.mode_of(rule.id) is not Mode.OFF for kind in rule.applies_to}


class Neighbourhood:
    """What stands beside the endpoints of a batch, each thing read once, in whatever round it is asked for."""

    def __init__(self, cloud: Cloud, standard: Standard, now: datetime) -> None:
        """Take where it is read from, and what says over how many days use counts."""
        around = cloud.around
        self._cloud, self._days, self._now = cloud, standard.of(Unused).days, now
        self._read: Mapping[Need, Callable[[set[str]], Mapping[str, Any]]] = {
            Need.SUBNETS: around.subnets,
            Need.ROUTES: around.route_tables,
            Need.INTERFACES: around.interfaces,
            Need.SIBLINGS: cloud.of_vpcs,
            Need.VPC: around.vpcs,
            Need.DNS: around.dns,
            Need.GROUPS: around.groups,
            Need.PREFIX_LISTS: around.prefix_lists,
        }
        self._known: dict[Need, dict[str, Any]] = {need: {} for need in Need}

    def of(self, need: Need, ids: set[str]) -> Mapping[str, Any]:
        """What is to be seen of these VPCs, security groups or prefix lists, by id; None of what is not to be seen."""
        known = self._known[need]
        new = ids - known.keys()
        if new:
            known.update(dict.fromkeys(new) | dict(self._read[need](new)))
        return known

    def use(self, need: Need, endpoints: Sequence[Endpoint]) -> Mapping[EndpointKey, Any]:
        """How much these endpoints are used, as wholes or by subnet."""
        metrics = self._cloud.metrics
        ask = metrics.use if need is Need.USE else metrics.use_by_subnet
        return ask(endpoints, self._days, self._now)

    def trails(self) -> tuple[Trail, ...]:
        """CloudTrail's trails that cover the region: the edge keeps them longer than a batch."""
        return self._cloud.trails()


def _read(around: Neighbourhood, need: Need, waiting: Sequence[Snapshot]) -> list[Snapshot]:
    """The same snapshots with what they need, read once for all of them."""
    if not waiting:
        return []
    if any(getattr(seen, need.value) is not None for seen in waiting):
        raise AssertionError(f"a rule asks for {need.value} though it was read")
    if need is Need.TRAILS:
        trails = around.trails()
        return [replace(seen, trails=trails) for seen in waiting]
    if need is Need.GROUPS:
        groups = around.of(need, {name for seen in waiting for name in seen.endpoint.security_group_ids})
        return [replace(seen, groups=_only(groups, seen.endpoint.security_group_ids)) for seen in waiting]
    if need in {Need.USE, Need.USE_BY_SUBNET}:
        used = around.use(need, [seen.endpoint for seen in waiting])
        return [replace(seen, **{need.value: used[seen.endpoint.key]}) for seen in waiting]
    if need is Need.PREFIX_LISTS:
        lists = around.of(need, {name for seen in waiting for name in _lists_of(seen)})
        return [replace(seen, prefix_lists=_only(lists, _lists_of(seen))) for seen in waiting]
    found = around.of(need, {seen.endpoint.vpc_id for seen in waiting})
    return [_with(seen, need, found[seen.endpoint.vpc_id]) for seen in waiting]


def _with(seen: Snapshot, need: Need, found: Any) -> Snapshot:  # noqa: ANN401  what the need is for
    """The snapshot with what was found in its VPC."""
    match need:
        case Need.SUBNETS:
            return _subnetted(seen, found)
        case Need.ROUTES:
            return _routed(seen, found)
        case Need.SIBLINGS:
            return replace(seen, siblings=tuple(one for one in found if one.key != seen.endpoint.key))
        case Need.VPC:
            return replace(seen, vpc=found or Vpc("", ()))
        case _:
            return replace(seen, **{need.value: found})


def _subnetted(seen: Snapshot, subnets: tuple[Subnet, ...]) -> Snapshot:
    return replace(seen, subnets=with_routes(subnets, seen.route_tables) if seen.route_tables is not None else subnets)


def _routed(seen: Snapshot, tables: tuple[RouteTable, ...]) -> Snapshot:
    return replace(seen, route_tables=tables, subnets=seen.subnets and with_routes(seen.subnets, tables))


def _only(found: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What was found of these names, what is not to be seen left out."""
    return {name: found[name] for name in sorted(names) if found[name] is not None}


def _lists_of(seen: Snapshot) -> set[str]:
    """The prefix lists that the endpoint's security groups name."""
    groups = (seen.groups or {}).values()
    return {name for group in groups for permission in group.inbound for name in permission.prefix_lists}
