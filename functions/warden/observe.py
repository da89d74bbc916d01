"""Look at endpoints and their neighbours in as few calls as can be, and judge them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .decide import judge
from .model import Endpoint, EndpointKey, Finding, Mode, Need, Service, ServiceKey, Snapshot
from .neighbourhood import Neighbourhood, read
from .policy import tables
from .policy.needs import needs
from .policy.services import prefixes
from .ports import Cloud
from .rules import RULES
from .rules.rule import Rule
from .standard import Standard


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
    rules: Sequence[Rule] = RULES,
) -> list[Judged]:
    """Judge these endpoints as they are `now`, in their order; raise RetryLater where AWS does not answer.

    The neighbours that rules ask for are read once for all the endpoints that wait for them. Endpoints `on_event` are
    not judged by the rules that only the sweep asks.
    """
    on = [rule for rule in rules if standard.mode_of(rule.id) is not Mode.OFF]
    asked_on_event = [rule for rule in on if not rule.only_swept]
    left_out = frozenset(rule.id for rule in on if rule.only_swept)
    asked = [asked_on_event if endpoint.key in on_event else on for endpoint in endpoints]
    services = _services(cloud, endpoints, asked)
    snapshots = [_snapshot(endpoint, services.get(endpoint.service_key), now) for endpoint in endpoints]
    judged = {place: judge(seen, asked[place], standard) for place, seen in enumerate(snapshots)}
    around = Neighbourhood(cloud, endpoints, standard, now)
    while waiting := {place: found for place, found in judged.items() if isinstance(found, frozenset)}:
        for need in Need:  # in this order: prefix lists are those that security groups name
            places = [place for place, needs in waiting.items() if need in needs]
            for place, told in zip(places, read(around, need, [snapshots[place] for place in places]), strict=True):
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
    table = tables.service_named(prefixes(endpoint.service_name, endpoint.home))
    return Snapshot(endpoint, service, at=now, table=table, needs=needs(table.prefix))


def _services(
    cloud: Cloud, endpoints: Sequence[Endpoint], asked: Sequence[Sequence[Rule]]
) -> Mapping[ServiceKey, Service]:
    """The services of endpoints that some rule cannot judge without: all others cost no call."""
    concerned = [
        endpoint
        for endpoint, rules in zip(endpoints, asked, strict=True)
        if any(rule.asks_of_service(endpoint) for rule in rules)
    ]
    return cloud.services(concerned) if concerned else {}
