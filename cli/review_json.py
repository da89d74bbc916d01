"""A review as JSON, version 1: within a version fields are only ever added."""

from __future__ import annotations

from typing import Final, TypedDict

from warden.payload import EndpointJson
from warden.plain import time_of
from warden.review.payload import TotalJson
from warden.review.reviewed import Reviewed
from warden.review.telling import total_json
from warden.telling import endpoint_json

from .reviewed import Review
from .scan_json import BlindJson, FindingJson, HeadJson, blind_json, findings_json, head_json
from .scanned import Seen

SCHEMA: Final = "endpoint-warden/review/1"


class UseJson(TypedDict):
    """The bytes that were moved, in both directions; `by_subnet` is null where no rule asked for it."""

    since: str | None
    until: str | None
    bytes: int
    by_subnet: dict[str, int] | None


class MoneyJson(TypedDict):
    """USD a month: for hours in zones, for data, and what could be saved; null where it is not known."""

    hours: float | None
    data: float | None
    saving: float


class ReviewedJson(TypedDict):
    """One endpoint; `use` is null where it is not known, and `why_no_use` says why."""

    endpoint: EndpointJson
    zones: list[str]
    usd_per_month: MoneyJson
    use: UseJson | None
    why_no_use: str
    findings: list[FindingJson]


class ReviewJson(HeadJson):
    """A whole review; `endpoints` has the dearest first."""

    days: int
    total: TotalJson
    endpoints: list[ReviewedJson]
    not_looked_at: list[BlindJson]


def of(review: Review) -> ReviewJson:
    """Write the review."""
    scan, seen = review.scan, review.seen
    return {
        **head_json(SCHEMA, scan),
        "days": review.days,
        "total": total_json(review.total),
        "endpoints": [_reviewed(one, seen[one.seen.endpoint.key]) for one in review.endpoints],
        "not_looked_at": blind_json(scan),
    }


def _reviewed(one: Reviewed, seen: Seen) -> ReviewedJson:
    return {
        "endpoint": endpoint_json(one.seen.endpoint),
        "zones": list(seen.zones),
        "usd_per_month": {"hours": _cents(one.hours), "data": _cents(one.data), "saving": round(one.saving, 2)},
        "use": _use(one),
        "why_no_use": one.why_no_use,
        "findings": findings_json(seen),
    }


def _use(one: Reviewed) -> UseJson | None:
    use, by_subnet = one.use, one.seen.use_by_subnet
    if use is None:
        return None
    return {
        "since": time_of(use.since),
        "until": time_of(use.until),
        "bytes": use.moved,
        "by_subnet": None if by_subnet is None else dict(by_subnet),
    }


def _cents(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 2)
