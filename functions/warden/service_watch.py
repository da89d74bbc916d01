"""Endpoint services of our own: how they are read and named, and by which rules they are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from .decide import GONE
from .model import Subject
from .ports import OwnServices
from .rules import SERVICE_RULES
from .rules.service_dns import ServiceDns, being_verified
from .standard import Standard
from .subject_watch import Watch
from .subjects import ServiceSeen


def read_services(
    services: OwnServices, _: Standard, now: datetime, ids: Collection[str] | None
) -> Iterator[ServiceSeen]:
    """Those of these services that exist, or all; one that is being deleted is there no more, as with endpoints."""
    return (one for one in services.services(now, ids) if one.state not in GONE)


def service_subject(seen: ServiceSeen) -> Subject:
    """The endpoint service as people are told of it, with how many hang on it."""
    states = Counter(one.state for one in seen.connections)
    consumers = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    name = (("DNS name", seen.private_dns.name),) if seen.private_dns else ()
    facts = (("Type", f"{seen.type_name} ({seen.state})"), *name, ("Consumers", consumers or "none"))
    return Subject(seen.key, "endpoint service", seen.tags.get("Name", ""), facts)


def waits(seen: ServiceSeen, _: Standard) -> dict[str, list[str]]:
    """The rule of its private DNS name, while that is being verified: no service just made has a name that is."""
    return {ServiceDns.rule: [seen.key.id]} if being_verified(seen) else {}


SERVICES: Final[Watch[OwnServices, ServiceSeen]] = Watch(
    what="endpoint service",
    many="services",
    prefix="vpce-svc-",
    rules=SERVICE_RULES,
    source_of=lambda world: world.services,
    read=read_services,
    subject_of=service_subject,
    waits=waits,
)
