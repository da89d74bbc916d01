"""Read what rules ask for besides endpoints and their services, once for a batch, and put it in snapshots.

READINGS says of each need how; a new one is a line there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from .model import Endpoint, EndpointKey, Need, Snapshot, Subnet
from .neighbours import NO_VPC, RouteTable, Vpc
from .ports import Cloud
from .standard import Standard
from .use import Unused, Use
from .zones import with_routes


class Neighbourhood:
    """What stands beside the endpoints of a batch, each thing read once, in whatever round it is asked for."""

    def __init__(self, cloud: Cloud, endpoints: Iterable[Endpoint], standard: Standard, now: datetime) -> None:
        """Take where it is read from, the batch, and what says over how many days use counts."""
        self.cloud = cloud
        self._endpoints = {endpoint.key: endpoint for endpoint in endpoints}
        self._days, self._now = standard.of(Unused).days, now
        self._known: dict[Need, dict[Any, Any]] = {need: {} for need in Need}

    def of(self, need: Need, ids: set[Any]) -> Mapping[Any, Any]:
        """What is to be seen of these, by id; None of what is not to be seen."""
        known = self._known[need]
        new = ids - known.keys()
        if new:
            known.update(dict.fromkeys(new) | dict(READINGS[need].ask(self, new)))
        return known

    def use(self, keys: Collection[EndpointKey]) -> Mapping[EndpointKey, Use]:
        """How much these endpoints are used."""
        return self.cloud.metrics.use(self._those(keys), self._days, self._now)

    def use_by_subnet(self, keys: Collection[EndpointKey]) -> Mapping[EndpointKey, Mapping[str, int]]:
        """The same by subnet."""
        return self.cloud.metrics.use_by_subnet(self._those(keys), self._days, self._now)

    def _those(self, keys: Collection[EndpointKey]) -> list[Endpoint]:
        return [endpoint for key, endpoint in self._endpoints.items() if key in keys]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a need is met."""

    ask: Callable[[Neighbourhood, Any], Mapping[Any, Any]]
    """Reads it of all these ids at once; what is not to be seen may be missing."""
    of: Callable[[Snapshot], Any] = lambda seen: seen.endpoint.vpc_id
    """The id of what an endpoint needs it of; of `several`, their ids."""
    several: bool = False
    """Whether it is then told by id."""
    put: Callable[[Snapshot, Any], Snapshot] | None = None
    """Puts what was told in the snapshot; else it stands in the need's field as it is."""


def read(around: Neighbourhood, need: Need, waiting: Sequence[Snapshot]) -> list[Snapshot]:
    """The same snapshots with what they need, read once for all of them."""
    if not waiting:
        return []
    if any(getattr(seen, need.value) is not None for seen in waiting):
        raise AssertionError(f"a rule asks for {need.value} though it was read")
    reading = READINGS[need]
    asked = [reading.of(seen) for seen in waiting]
    known = around.of(need, set().union(*asked) if reading.several else set(asked))
    told = [_only(known, ids) for ids in asked] if reading.several else [known[one] for one in asked]
    put = reading.put or (lambda seen, found: replace(seen, **{need.value: found}))
    return [put(seen, found) for seen, found in zip(waiting, told, strict=True)]


def _only(found: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """What was found of these names, what is not to be seen left out."""
    return {name: found[name] for name in sorted(names) if found[name] is not None}


def _subnetted(seen: Snapshot, subnets: tuple[Subnet, ...]) -> Snapshot:
    return replace(seen, subnets=with_routes(subnets, seen.route_tables) if seen.route_tables is not None else subnets)


def _routed(seen: Snapshot, tables: tuple[RouteTable, ...]) -> Snapshot:
    return replace(seen, route_tables=tables, subnets=seen.subnets and with_routes(seen.subnets, tables))


def _accompanied(seen: Snapshot, endpoints: Iterable[Endpoint]) -> Snapshot:
    return replace(seen, siblings=tuple(one for one in endpoints if one.key != seen.endpoint.key))


def _enclosed(seen: Snapshot, vpc: Vpc | None) -> Snapshot:
    return replace(seen, vpc=vpc or NO_VPC)


def _lists_of(seen: Snapshot) -> set[str]:
    """The prefix lists that the endpoint's security groups name."""
    groups = (seen.groups or {}).values()
    return {name for group in groups for permission in group.inbound for name in permission.prefix_lists}


READINGS: Final[Mapping[Need, Reading]] = {
    Need.SUBNETS: Reading(lambda here, vpcs: here.cloud.around.subnets(vpcs), put=_subnetted),
    Need.ROUTES: Reading(lambda here, vpcs: here.cloud.around.route_tables(vpcs), put=_routed),
    Need.INTERFACES: Reading(lambda here, vpcs: here.cloud.around.interfaces(vpcs)),
    Need.SIBLINGS: Reading(lambda here, vpcs: here.cloud.of_vpcs(vpcs), put=_accompanied),
    Need.VPC: Reading(lambda here, vpcs: here.cloud.around.vpcs(vpcs), put=_enclosed),
    Need.DNS: Reading(lambda here, vpcs: here.cloud.around.dns(vpcs)),
    Need.HOSTED_ZONES: Reading(lambda here, vpcs: here.cloud.hosted_zones(vpcs)),
    Need.GROUPS: Reading(
        lambda here, groups: here.cloud.around.groups(groups),
        lambda seen: seen.endpoint.security_group_ids,
        several=True,
    ),
    Need.PREFIX_LISTS: Reading(lambda here, lists: here.cloud.around.prefix_lists(lists), _lists_of, several=True),
    Need.USE: Reading(Neighbourhood.use, lambda seen: seen.endpoint.key),
    Need.TRAILS: Reading(
        lambda here, regions: dict.fromkeys(regions, here.cloud.trails()), lambda seen: seen.endpoint.key.region
    ),
    Need.USE_BY_SUBNET: Reading(Neighbourhood.use_by_subnet, lambda seen: seen.endpoint.key),
}
"""Each need, read of the endpoint's VPC where nothing else is said."""
