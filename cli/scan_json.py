"""A scan as JSON, version 1: within a version fields are only ever added."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from warden.command import as_command
from warden.console import links_to
from warden.decide import seen_hash
from warden.model import EndpointKey, Finding, Verdict
from warden.patch import patch_of
from warden.payload import EndpointJson, FixJson, LinkJson
from warden.plain import mapping, time_of
from warden.telling import endpoint_json

from .scanned import Scan, Seen, is_compliant

SCHEMA: Final = "endpoint-warden/scan/1"


class FindingJson(TypedDict):
    """What one rule says; `mode` is the mode that the standard gives it, `fix` what would mend it.

    `patch` is what to change in the code that manages the endpoint, its groups or its VPC, also where there is no fix;
    empty where no code is known that does, or what to change is not known.
    """

    rule: str
    verdict: str
    severity: str
    code: str
    message: str
    evidence: dict[str, object]
    advice: str
    mode: str
    fix: FixJson | None
    patch: str


class ScannedJson(TypedDict):
    """One endpoint; `zones` are zone ids, `seen_hash` changes whenever the endpoint does.

    `held` says why no fix of it would be made in any mode, empty where nothing on the endpoint says so.
    """

    endpoint: EndpointJson
    zones: list[str]
    compliant: bool
    seen_hash: str
    held: str
    findings: list[FindingJson]
    links: list[LinkJson]


class BlindJson(TypedDict):
    """A region that could not be looked at."""

    region: str
    message: str
    advice: str


class SummaryJson(TypedDict):
    """How many endpoints there are and are compliant, and how often each verdict was given."""

    endpoints: int
    compliant: int
    verdicts: dict[str, int]


class HeadJson(TypedDict):
    """How everything begins that is written of a scan; `at` is ISO 8601 in UTC."""

    schema: str
    at: str | None
    account: str
    regions: list[str]
    standard: str


class ScanJson(HeadJson):
    """A whole scan; `not_looked_at` is empty where everything was seen."""

    summary: SummaryJson
    endpoints: list[ScannedJson]
    not_looked_at: list[BlindJson]


def of(scan: Scan[Seen]) -> ScanJson:
    """Write the scan."""
    return {
        **head_json(SCHEMA, scan),
        "summary": {"endpoints": len(scan.seen), "compliant": scan.compliant, "verdicts": verdicts_json(scan)},
        "endpoints": [_scanned(one) for one in scan.seen],
        "not_looked_at": blind_json(scan),
    }


def head_json(schema: str, scan: Scan[Any]) -> HeadJson:
    """Write when, where and by what it was judged."""
    return {
        "schema": schema,
        "at": time_of(scan.at),
        "account": scan.account,
        "regions": list(scan.regions),
        "standard": scan.standard,
    }


def verdicts_json(scan: Scan[Any]) -> dict[str, int]:
    """Write how often each verdict was given, those that never were too."""
    return {verdict.value: scan.verdicts[verdict] for verdict in Verdict}


def blind_json(scan: Scan[Any]) -> list[BlindJson]:
    """Write which regions could not be looked at."""
    return [{"region": one.region, "message": one.what, "advice": one.do} for one in scan.blind]


def findings_json(one: Seen) -> list[FindingJson]:
    """Write what the rules say of an endpoint, with what to change in its code."""
    endpoint = one.judged.seen.endpoint
    return [finding_json(endpoint.key, finding, patch_of(endpoint, finding, one.tool)) for finding in one.findings]


def finding_json(key: EndpointKey, finding: Finding, patch: str = "") -> FindingJson:
    """Write one finding, with what to change in the endpoint's code."""
    fix = finding.fix
    return {
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "severity": finding.severity.name.lower(),
        "code": finding.code,
        "message": finding.message,
        "evidence": mapping(finding.evidence),
        "advice": finding.advice,
        "mode": finding.mode.value,
        "fix": {"words": str(fix), "command": as_command(key, (fix,))} if fix else None,
        "patch": patch,
    }


def _scanned(one: Seen) -> ScannedJson:
    endpoint = one.judged.seen.endpoint
    return {
        "endpoint": endpoint_json(endpoint),
        "zones": list(one.zones),
        "compliant": is_compliant(one),
        "seen_hash": seen_hash(endpoint),
        "held": one.held,
        "findings": findings_json(one),
        "links": links_to(endpoint),
    }
