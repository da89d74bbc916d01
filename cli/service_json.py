"""An endpoint service in a scan as JSON: fields are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from warden.plain import mapping
from warden.subject_watch import JudgedSubject
from warden.subjects import Connection, LoadBalancer, Notification, Principal, ServicePart, ServiceSeen

from .scan_json import FindingJson, finding_json
from .scanned import is_compliant


class ServiceJson(TypedDict):
    """One service; times are ISO 8601 in UTC, `private_dns` is null where it has none.

    What no rule that is on asks for was not read and is null.
    """

    account: str
    region: str
    id: str
    name: str
    type: str
    state: str
    acceptance_required: bool
    zones: list[str]
    zone_ids: list[str]
    load_balancers: list[str]
    load_balancers_seen: list[dict[str, object]] | None
    ip_address_types: list[str]
    private_dns: dict[str, object] | None
    payer: str
    principals: list[dict[str, object]] | None
    connections: list[dict[str, object]] | None
    notifications: list[dict[str, object]] | None
    manages_endpoints: bool
    remote_access: bool
    supported_regions: list[str]
    tags: dict[str, str]


class OfferedJson(TypedDict):
    """One service and what each rule that is on says of it."""

    service: ServiceJson
    compliant: bool
    findings: list[FindingJson]


def item(one: JudgedSubject[ServiceSeen]) -> OfferedJson:
    """Write one service."""
    return {
        "service": _service(one.seen),
        "compliant": is_compliant(one),
        "findings": [finding_json(one.subject.key, finding) for finding in one.findings],
    }


def _service(service: ServiceSeen) -> ServiceJson:
    return {
        "account": service.key.account,
        "region": service.key.region,
        "id": service.key.id,
        "name": service.name,
        "type": service.type_name,
        "state": service.state,
        "acceptance_required": service.acceptance_required,
        "zones": sorted(service.zone_names),
        "zone_ids": sorted(service.zone_ids),
        "load_balancers": list(service.balancer_arns),
        "load_balancers_seen": _read(service, ServicePart.BALANCERS, service.balancers),
        "ip_address_types": list(service.ip_address_types),
        "private_dns": mapping(service.private_dns._asdict()) if service.private_dns else None,
        "payer": service.payer,
        "principals": _read(service, ServicePart.PRINCIPALS, service.principals),
        "connections": _read(service, ServicePart.CONNECTIONS, service.connections),
        "notifications": _read(service, ServicePart.NOTIFICATIONS, service.notifications),
        "manages_endpoints": service.manages_endpoints,
        "remote_access": service.remote_access,
        "supported_regions": list(service.supported_regions),
        "tags": dict(service.tags),
    }


def _read(
    service: ServiceSeen, part: ServicePart, items: Iterable[LoadBalancer | Principal | Connection | Notification]
) -> list[dict[str, object]] | None:
    return [mapping(one._asdict()) for one in items] if part in service.read else None
