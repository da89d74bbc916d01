"""The endpoint services of an account as JSON, version 1: within a version fields are only ever added."""

from __future__ import annotations

from typing import Final, TypedDict

from warden.model import Verdict
from warden.plain import mapping, time_of
from warden.subject_watch import JudgedSubject
from warden.subjects import ServiceSeen

from .scan_json import BlindJson, FindingJson, finding_json
from .subject_scan import SubjectScan, is_compliant

SCHEMA: Final = "endpoint-warden/services/1"


class ServiceJson(TypedDict):
    """One service; times are ISO 8601 in UTC, `private_dns` is null where it has none."""

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
    load_balancers_seen: list[dict[str, object]]
    ip_address_types: list[str]
    private_dns: dict[str, object] | None
    payer: str
    principals: list[dict[str, object]]
    connections: list[dict[str, object]]
    notifications: list[dict[str, object]]
    manages_endpoints: bool
    remote_access: bool
    supported_regions: list[str]
    tags: dict[str, str]


class OfferedJson(TypedDict):
    """One service and what each rule that is on says of it."""

    service: ServiceJson
    compliant: bool
    findings: list[FindingJson]


class SummaryJson(TypedDict):
    """How many services there are and are compliant, and how often each verdict was given."""

    services: int
    compliant: int
    verdicts: dict[str, int]


class OfferJson(TypedDict):
    """All of them; `not_looked_at` is empty where everything was seen."""

    schema: str
    at: str | None
    account: str
    regions: list[str]
    standard: str
    summary: SummaryJson
    services: list[OfferedJson]
    not_looked_at: list[BlindJson]


def of(offer: SubjectScan[ServiceSeen]) -> OfferJson:
    """Write all of them."""
    return {
        "schema": SCHEMA,
        "at": time_of(offer.at),
        "account": offer.account,
        "regions": list(offer.regions),
        "standard": offer.standard,
        "summary": {
            "services": len(offer.seen),
            "compliant": offer.compliant,
            "verdicts": {verdict.value: offer.verdicts[verdict] for verdict in Verdict},
        },
        "services": [_offered(one) for one in offer.seen],
        "not_looked_at": [{"region": one.region, "message": one.what, "advice": one.do} for one in offer.blind],
    }


def _offered(one: JudgedSubject[ServiceSeen]) -> OfferedJson:
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
        "load_balancers_seen": [mapping(one._asdict()) for one in service.balancers],
        "ip_address_types": list(service.ip_address_types),
        "private_dns": mapping(service.private_dns._asdict()) if service.private_dns else None,
        "payer": service.payer,
        "principals": [mapping(one._asdict()) for one in service.principals],
        "connections": [mapping(one._asdict()) for one in service.connections],
        "notifications": [mapping(one._asdict()) for one in service.notifications],
        "manages_endpoints": service.manages_endpoints,
        "remote_access": service.remote_access,
        "supported_regions": list(service.supported_regions),
        "tags": dict(service.tags),
    }
