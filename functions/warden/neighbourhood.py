"""Read what rules ask for besides endpoints and their services, once for a batch, and put it in snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from .model import Endpoint, EndpointKey, Need, Snapshot, Subnet
from .neighbours import RouteTable, Vpc
from .ports import Cloud
from .recording import Trail
from .standard import Standard
from .use import Unused
from .zones import with_routes


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
            Need.HOSTED_ZONES: cloud.hosted_zones,
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


def read(around: Neighbourhood, need: Need, waiting: Sequence[Snapshot]) -> list[Snapshot]:
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
