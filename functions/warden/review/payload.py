"""The shape of a review's notice as JSON, version 1: what docs/review-notice.schema.json says, as types.

Within a version fields are only ever added. All money is USD a month; null is what is not known. Of each list the
notice has the first few; `count` says how many there are. `warden review` has every endpoint.
"""

from __future__ import annotations

from typing import Final, TypedDict, cast

from ..payload import read

SCHEMA: Final = "endpoint-warden/review-notice/1"


class TotalJson(TypedDict):
    """The sums of all endpoints whose price is known, and how many there are whose price is not."""

    endpoints: int
    usd_per_month: float
    saving: float
    price_unknown: int


class NamedJson(TypedDict):
    """What names an endpoint: `service` in short, `name` is its Name tag."""

    id: str
    name: str | None
    service: str


class RowJson(NamedJson):
    """One endpoint; `bytes` were moved in `days` days, `open` are its open verdicts, as "BREACH multi-az"."""

    vpc: str
    zones: int
    usd_per_month: float | None
    bytes: int | None
    open: list[str]


class GoneJson(NamedJson):
    """An endpoint that is no more, and what it cost."""

    usd_per_month: float | None


class CostJson(NamedJson):
    """An endpoint that costs something else."""

    before: float
    after: float


class AddedSavingJson(TypedDict, total=False):
    """What savings were given since 0.1.0, and older reviews that are still under way do not have.

    `patch` is what to change in the code that manages the endpoint, as notices have it; else empty.
    """

    patch: str


class SavingJson(NamedJson, AddedSavingJson):
    """What could be saved, and how; `held` says why code or an AWS service must do it, else it is empty."""

    usd_per_month: float
    rule: str
    message: str
    advice: str
    held: str


class NewListJson(TypedDict):
    """Endpoints that are new, the dearest first."""

    count: int
    usd_per_month: float
    endpoints: list[RowJson]


class GoneListJson(TypedDict):
    """Endpoints that are no more, the dearest first."""

    count: int
    usd_per_month: float
    endpoints: list[GoneJson]


class CostListJson(TypedDict):
    """Endpoints that cost something else, the greatest change first; `usd_per_month` is the sum of all changes."""

    count: int
    usd_per_month: float
    endpoints: list[CostJson]


class VerdictJson(TypedDict):
    """Endpoints that one rule says something else of; the verdict is the present one."""

    rule: str
    verdict: str
    count: int
    endpoints: list[NamedJson]


class ChangesJson(TypedDict):
    """What changed; `opened` and `resolved` are of endpoints that the last review saw, too."""

    new: NewListJson
    gone: GoneListJson
    costs: CostListJson
    opened: list[VerdictJson]
    resolved: list[VerdictJson]


class LastJson(TypedDict):
    """The last review."""

    at: str | None
    total: TotalJson


class SavingsJson(TypedDict):
    """What could be saved, most first."""

    count: int
    endpoints: list[SavingJson]


class ReviewJson(TypedDict):
    """One review; `at` is ISO 8601 in UTC, `changes` and `last` are null in the first one.

    `id` is the same each time that the same review is told. `days` is how far back use was looked at.
    """

    schema: str
    id: str
    at: str | None
    stack: str
    subject: str
    summary: str
    account: str
    region: str
    standard: str
    days: int
    total: TotalJson
    verdicts: dict[str, int]
    last: LastJson | None
    changes: ChangesJson | None
    savings: SavingsJson
    costliest: list[RowJson]
    shortened: bool


def read_review(text: str) -> ReviewJson:
    """Read one; raise BadEvent with the reason and the place where it is not one."""
    return cast("ReviewJson", read(text, {SCHEMA: ReviewJson}))
