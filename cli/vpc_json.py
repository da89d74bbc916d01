"""A VPC in a scan as JSON: fields are only ever added."""

from __future__ import annotations

from typing import TypedDict

from warden.console import links_to
from warden.patch import patch_beside
from warden.payload import LinkJson
from warden.subject_watch import JudgedSubject
from warden.subjects import VpcSeen

from .scan_json import FindingJson, finding_json
from .scanned import is_compliant


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


def item(one: JudgedSubject[VpcSeen]) -> VpcJson:
    """Write one VPC."""
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
        "findings": [finding_json(key, finding, patch_beside(finding)) for finding in one.findings],
        "links": links_to(one.subject),
    }
