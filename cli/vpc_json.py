"""A scan of VPCs as JSON, version 1: within a version fields are only ever added."""

from __future__ import annotations

from typing import Final, TypedDict

from warden.console import links_to
from warden.model import Verdict
from warden.payload import LinkJson
from warden.plain import time_of
from warden.subject_watch import JudgedSubject
from warden.subjects import VpcSeen

from .scan_json import BlindJson, FindingJson, finding_json
from .subject_scan import SubjectScan, is_compliant

SCHEMA: Final = "endpoint-warden/vpcs/1"


class VpcJson(TypedDict):
    """One VPC; `name` is its Name tag, `owner` the account that owns it, `endpoints` how many are seen in it."""

    account: str
    region: str
    id: str
    name: str | None
    owner: str
    cidrs: list[str]
    endpoints: int
    compliant: bool
    findings: list[FindingJson]
    links: list[LinkJson]


class VpcSummaryJson(TypedDict):
    """How many VPCs there are and are compliant, and how often each verdict was given."""

    vpcs: int
    compliant: int
    verdicts: dict[str, int]


class VpcsJson(TypedDict):
    """A whole scan; `at` is ISO 8601 in UTC, `not_looked_at` is empty where everything was seen."""

    schema: str
    at: str | None
    account: str
    regions: list[str]
    standard: str
    summary: VpcSummaryJson
    vpcs: list[VpcJson]
    not_looked_at: list[BlindJson]


def of(scan: SubjectScan[VpcSeen]) -> VpcsJson:
    """Write the scan."""
    return {
        "schema": SCHEMA,
        "at": time_of(scan.at),
        "account": scan.account,
        "regions": list(scan.regions),
        "standard": scan.standard,
        "summary": {
            "vpcs": len(scan.seen),
            "compliant": scan.compliant,
            "verdicts": {verdict.value: scan.verdicts[verdict] for verdict in Verdict},
        },
        "vpcs": [_vpc(one) for one in scan.seen],
        "not_looked_at": [{"region": one.region, "message": one.what, "advice": one.do} for one in scan.blind],
    }


def _vpc(one: JudgedSubject[VpcSeen]) -> VpcJson:
    key, vpc = one.subject.key, one.seen.vpc
    return {
        "account": key.account,
        "region": key.region,
        "id": key.id,
        "name": one.subject.name or None,
        "owner": vpc.owner,
        "cidrs": list(vpc.cidrs),
        "endpoints": len(one.seen.endpoints),
        "compliant": is_compliant(one),
        "findings": [finding_json(key, finding) for finding in one.findings],
        "links": links_to(one.subject),
    }
