"""Look at endpoints and their neighbours in as few calls as can be, and judge them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .decide import judge
from .model import Endpoint, Finding, Mode, Need, Service, Snapshot, Subnet
from .neighbours import RouteTable, Vpc
from .policy import tables
from .policy.needs import needs
from .policy.services import prefixes
from .ports import Cloud
from .rules import RULES
from .rules.rule import Rule
from .standard import Standard
from .zones import with_routes


@dataclass(frozen=True, slots=True)
class Judged:
    """An endpoint, all that was seen of it, and what the rules say."""

    seen: Snapshot
    findings: tuple[Finding, ...]


def observe(
    cloud: Cloud, endpoints: Sequence[Endpoint], standard: Standard, now: datetime, rules: Sequence[Rule] = RULES
) -> list[Judged]:
    """Judge these endpoints as they are `now`, in their order; raise RetryLater where AWS does not answer.

    The neighbours that rules ask for are read once for all the endpoints that wait for them.
    """
    services = _services(cloud, endpoints, standard, rules)
    snapshots = [
        _snapshot(endpoint, services.get((endpoint.service_name, endpoint.type_name)), now) for endpoint in endpoints
    ]
    judged = {place: judge(seen, rules, standard) for place, seen in enumerate(snapshots)}
    while waiting := {place: found for place, found in judged.items() if isinstance(found, frozenset)}:
        for need in Need:  # in this order: prefix lists are those that security groups name
            places = [place for place, needs in waiting.items() if need in needs]
            for place, told in zip(places, _read(cloud, need, [snapshots[place] for place in places]), strict=True):
                snapshots[place] = told
        for place in waiting:
            judged[place] = judge(snapshots[place], rules, standard)
    return [Judged(snapshots[place], found) for place, found in judged.items() if isinstance(found, tuple)]


def _snapshot(endpoint: Endpoint, service: Service | None, now: datetime) -> Snapshot:
    """What a rule sees at first; what policies can say of the service only where it takes one."""
    if service is None or not service.policy_supported:
        return Snapshot(endpoint, service, at=now)
    table = tables.service_named(prefixes(endpoint.service_name, endpoint.service_region or endpoint.key.region))
    return Snapshot(endpoint, service, at=now, table=table, needs=needs(table.prefix))


def _services(
    cloud: Cloud, endpoints: Iterable[Endpoint], standard: Standard, rules: Iterable[Rule]
) -> Mapping[tuple[str, str], Service]:
    """The services that a rule would ask about: those of endpoints of a kind that it speaks of, if it is on."""
    on = [rule for rule in rules if standard.mode_of(rule.id) is not Mode.OFF]
    kinds = {kind for rule in on for kind in rule.applies_to}
    concerned = [endpoint for endpoint in endpoints if endpoint.kind in kinds]
    return cloud.services(concerned) if concerned else {}


def _read(cloud: Cloud, need: Need, waiting: Sequence[Snapshot]) -> list[Snapshot]:
    """The same snapshots with what they need, read once for all of them."""
    if not waiting:
        return []
    if any(getattr(seen, need.value) is not None for seen in waiting):
        raise AssertionError(f"a rule asks for {need.value} though it was read")
    if need is Need.GROUPS:
        return _with_groups(cloud, waiting)
    if need is Need.PREFIX_LISTS:
        lists = cloud.around.prefix_lists({name for seen in waiting for name in _lists_of(seen)})
        return [replace(seen, prefix_lists={name: lists[name] for name in _lists_of(seen)}) for seen in waiting]
    around = cloud.around
    by_vpc: Mapping[Need, Callable[[set[str]], Mapping[str, Any]]] = {
        Need.SUBNETS: around.subnets,
        Need.ROUTES: around.route_tables,
        Need.INTERFACES: around.interfaces,
        Need.SIBLINGS: cloud.of_vpcs,
        Need.VPC: around.vpcs,
        Need.DNS: around.dns,
    }
    found = by_vpc[need]({seen.endpoint.vpc_id for seen in waiting})
    return [_with(seen, need, found.get(seen.endpoint.vpc_id)) for seen in waiting]


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


def _with_groups(cloud: Cloud, waiting: Sequence[Snapshot]) -> list[Snapshot]:
    found = cloud.around.groups({group for seen in waiting for group in seen.endpoint.security_group_ids})
    return [
        replace(seen, groups={name: found[name] for name in seen.endpoint.security_group_ids if name in found})
        for seen in waiting
    ]


def _lists_of(seen: Snapshot) -> set[str]:
    """The prefix lists that the endpoint's security groups name."""
    groups = (seen.groups or {}).values()
    return {name for group in groups for permission in group.inbound for name in permission.prefix_lists}
