"""Look at endpoints and their neighbours in as few calls as can be, and judge them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .decide import judge
from .model import Endpoint, Finding, Mode, Need, Service, Snapshot, Subnet
from .policy import tables
from .policy.needs import needs
from .policy.services import prefixes
from .ports import Cloud
from .rules import RULES
from .standard import Standard


@dataclass(frozen=True, slots=True)
class Judged:
    """An endpoint, all that was seen of it, and what the rules say."""

    seen: Snapshot
    findings: tuple[Finding, ...]


def observe(cloud: Cloud, endpoints: Sequence[Endpoint], standard: Standard, now: datetime) -> list[Judged]:
    """Judge these endpoints as they are `now`, in their order; raise RetryLater where AWS does not answer.

    The neighbours that rules ask for are read once for all the endpoints that wait for them.
    """
    services = _services(cloud, endpoints, standard)
    snapshots = [
        _snapshot(endpoint, services.get((endpoint.service_name, endpoint.type_name)), now) for endpoint in endpoints
    ]
    neighbours: dict[str, tuple[Subnet, ...]] = {}
    judged = {place: judge(seen, RULES, standard) for place, seen in enumerate(snapshots)}
    for need in Need:
        waiting = [place for place, found in judged.items() if found is need]
        if not waiting:
            continue
        vpc_ids = {snapshots[place].endpoint.vpc_id for place in waiting}
        neighbours |= _neighbours(cloud, need, vpc_ids, neighbours)
        for place in waiting:
            snapshots[place] = replace(snapshots[place], subnets=neighbours[snapshots[place].endpoint.vpc_id])
            judged[place] = judge(snapshots[place], RULES, standard)
    return [Judged(snapshots[place], found) for place, found in judged.items() if not isinstance(found, Need)]


def _snapshot(endpoint: Endpoint, service: Service | None, now: datetime) -> Snapshot:
    """What a rule sees at first; what policies can say of the service only where it takes one."""
    if service is None or not service.policy_supported:
        return Snapshot(endpoint, service, at=now)
    table = tables.service_named(prefixes(endpoint.service_name, endpoint.service_region or endpoint.key.region))
    return Snapshot(endpoint, service, at=now, table=table, needs=needs(table.prefix))


def _services(cloud: Cloud, endpoints: Iterable[Endpoint], standard: Standard) -> Mapping[tuple[str, str], Service]:
    """The services that a rule would ask about: those of endpoints of a kind that it speaks of, if it is on."""
    on = [rule for rule in RULES if standard.mode_of(rule.id) is not Mode.OFF]
    kinds = {kind for rule in on for kind in rule.applies_to}
    concerned = [endpoint for endpoint in endpoints if endpoint.kind in kinds]
    return cloud.services(concerned) if concerned else {}


def _neighbours(
    cloud: Cloud, need: Need, vpc_ids: Iterable[str], known: Mapping[str, tuple[Subnet, ...]]
) -> dict[str, tuple[Subnet, ...]]:
    if need is Need.SUBNETS:
        return cloud.subnets(vpc_ids)
    return cloud.with_routes({vpc_id: known[vpc_id] for vpc_id in vpc_ids})
