"""Endpoint services of our own: how they are read, named and judged, and how requests to them are accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .accepting import decide_service, service_hash
from .actions import AcceptConnections, Action
from .decide import GONE, Gates
from .errors import NotYet
from .image import consumers_image, let_in
from .model import Finding, Json, Mode, Plan, Subject
from .ports import OwnServices, World
from .rules import SERVICE_RULES
from .rules.service_connections import service_connections
from .rules.service_dns import ServiceDns, being_verified
from .standard import Standard
from .subject_watch import JudgedSubject, Watch
from .subjects import ServicePart, ServiceSeen


def read_services(
    services: OwnServices, standard: Standard, now: datetime, ids: Collection[str] | None
) -> Iterator[ServiceSeen]:
    """Those of these services that exist, or all, with what the rules that are on need.

    One that is being deleted is there no more, as with endpoints.
    """
    on = (rule.needs for rule in SERVICE_RULES if standard.mode_of(rule.id) is not Mode.OFF)
    return _alive(services.services(now, frozenset[ServicePart]().union(*on), ids))


def _alive(services: Iterable[ServiceSeen]) -> Iterator[ServiceSeen]:
    return (one for one in services if one.state not in GONE)


def service_subject(seen: ServiceSeen) -> Subject:
    """The endpoint service as people are told of it, with how many hang on it if that was read."""
    states = Counter(one.state for one in seen.connections)
    counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    consumers = (("Consumers", counted or "none"),) if ServicePart.CONNECTIONS in seen.read else ()
    name = (("DNS name", seen.private_dns.name),) if seen.private_dns else ()
    facts = (("Type", f"{seen.type_name} ({seen.state})"), *name, *consumers)
    return Subject(seen.key, "endpoint service", seen.tags.get("Name", ""), facts)


@dataclass(frozen=True, slots=True)
class ServiceTarget:
    """An endpoint service, of which requests of consumers can be accepted; see target.Target."""

    world: World
    judged: JudgedSubject[ServiceSeen]

    @property
    def about(self) -> Subject:
        """See Target."""
        return self.judged.subject

    @property
    def findings(self) -> tuple[Finding, ...]:
        """See Target."""
        return self.judged.findings

    @property
    def left_out(self) -> frozenset[str]:
        """See Target."""
        return frozenset()

    @property
    def unready(self) -> str:
        """See Target."""
        return ""

    def awaits(self, rules: AbstractSet[str]) -> str:
        """See Target: its private DNS name is being verified, as that of every service is that was just made."""
        waits = being_verified(self.judged.seen) and rules <= {ServiceDns.rule}
        return "its private DNS name is being verified" if waits else ""

    def decide(self, gates: Gates) -> Plan:
        """See Target."""
        return decide_service(self.judged.seen, self.judged.findings, gates)

    def check_unchanged(self, plan: Plan) -> None:
        """See Target: who asks, and whose endpoint it is, is read once more before every write."""
        now = self._now()
        if now is None or service_hash(now) != plan.seen_hash:
            raise NotYet("the endpoint service or its consumers changed since they were judged")

    def image(self, wanted: Json) -> Json:
        """See Target."""
        return consumers_image(self._connected() or self.judged.seen, wanted)

    def expected(self, done: Json) -> Json:
        """See Target."""
        return consumers_image(self.judged.seen, done, "accepted")

    def write(self, actions: tuple[Action, ...]) -> Mapping[str, str]:
        """See Target."""
        (action,) = actions
        if not isinstance(action, AcceptConnections):
            raise TypeError(f"no endpoint service is changed by it: {action}")
        return self.world.services.accept(action)

    def carried(self, wanted: Json) -> Json | None:
        """See Target."""
        seen = self._connected()
        return let_in(seen, wanted) if seen else None

    def carried_now(self, wanted: Json) -> Json | None:
        """See Target."""
        now = self._now()
        return let_in(now, wanted) if now else None

    def _connected(self) -> ServiceSeen | None:
        """The service with its connections: read now where the rule that once wrote is off and asked for none."""
        return self.judged.seen if ServicePart.CONNECTIONS in self.judged.seen.read else self._now()

    def _now(self) -> ServiceSeen | None:
        """The service with all that its digest and images are made of."""
        found = self.world.services.services(self.world.now(), service_connections.needs, {self.about.key.id})
        return next(_alive(found), None)


SERVICES: Final[Watch[OwnServices, ServiceSeen]] = Watch(
    what="endpoint service",
    many="services",
    prefix="vpce-svc-",
    rules=SERVICE_RULES,
    source_of=lambda world: world.services,
    read=read_services,
    subject_of=service_subject,
    target=ServiceTarget,
)
