"""Tell a review as the JSON of its notice; pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ..decide import managing_tool, never
from ..events import Review
from ..model import Finding, Verdict
from ..patch import patch_of
from ..plain import one_line, sentence, time_of
from ..prices import usd
from ..standard import Standard
from ..use import Unused
from .changes import Changes, Costs, Gone, changes_between
from .last import Last, name_of, open_of, service_of
from .payload import (
    SCHEMA,
    ChangesJson,
    CostJson,
    GoneJson,
    NamedJson,
    ReviewJson,
    RowJson,
    SavingJson,
    TotalJson,
    VerdictJson,
)
from .reviewed import Reviewed, Total, cost_of, total_of

MOST: Final = 10
"""Of each list that a notice has: what is read at a glance; `warden review` has every endpoint."""
SAVINGS: Final = 5
"""Of those, the savings, which are told with their commands."""
SUBJECT: Final = 99
"""Characters of a subject: SNS demands "less than 100", of one line.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""


@dataclass(frozen=True, slots=True)
class Told:
    """All that a review's notice is written from; the endpoints are the dearest first."""

    of: Review
    at: datetime
    endpoints: Sequence[Reviewed]
    last: Last | None
    standard: Standard
    standard_name: str
    stack: str


def payload_of(told: Told) -> ReviewJson:
    """Tell the whole review, for every channel to write its message from."""
    total, verdicts, last = total_of(told.endpoints), verdicts_of(told.endpoints), told.last
    return {
        "schema": SCHEMA,
        "id": _id(told),
        "at": time_of(told.at),
        "stack": told.stack,
        "subject": _subject(total, told.of),
        "summary": summary_of(total, verdicts, told.of.account, told.of.region),
        "account": told.of.account,
        "region": told.of.region,
        "standard": told.standard_name,
        "days": told.standard.of(Unused).days,
        "total": total_json(total),
        "verdicts": {verdict.value: verdicts[verdict] for verdict in Verdict},
        "last": {"at": time_of(last.at), "total": total_json(last.total)} if last else None,
        "changes": _changes(changes_between(last, told.endpoints)) if last else None,
        "savings": {
            "count": sum(one.dearest is not None for one in told.endpoints),
            "endpoints": _savings(told.endpoints, told.standard),
        },
        "costliest": [_row(one) for one in told.endpoints[:MOST]],
        "shortened": False,
    }


def verdicts_of(endpoints: Iterable[Reviewed]) -> Counter[Verdict]:
    """How often each verdict was given."""
    return Counter(finding.verdict for one in endpoints for finding in one.findings)


def summary_of(total: Total, verdicts: Mapping[Verdict, int], account: str, where: str) -> str:
    """Say in three sentences what there is, what it costs, and what could be saved."""
    if not total.endpoints:
        return f"Account {account} has no endpoint in {where}."
    noun = "endpoint" if total.endpoints == 1 else "endpoints"
    but = f", besides {total.unknown} whose price is not known" if total.unknown else ""
    given = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    return (
        f"{total.endpoints} {noun} in account {account}, {where}: {usd(total.cost)} a month{but}. "
        f"{usd(total.saving)} a month could be saved. Verdicts: {given or 'none'}."
    )


def total_json(total: Total) -> TotalJson:
    """Write the sums, to the cent."""
    return {
        "endpoints": total.endpoints,
        "usd_per_month": round(total.cost, 2),
        "saving": round(total.saving, 2),
        "price_unknown": total.unknown,
    }


def _id(told: Told) -> str:
    """Name the review by what it follows, and the day: whoever tells it twice, tells it under one id."""
    before = told.last.at.isoformat() if told.last else ""
    state = ["review", told.of.account, told.of.region, before, f"{told.at:%Y-%m-%d}"]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]


def _subject(total: Total, of: Review) -> str:
    noun = "endpoint" if total.endpoints == 1 else "endpoints"
    end = f"{total.endpoints} {noun}, account {of.account} {of.region}"
    long = f"[REVIEW] {usd(total.cost)} a month, {usd(total.saving)} could be saved: {end}"
    short = f"[REVIEW] {usd(total.cost)} a month: {end}"
    return next((line for one in (long, short) if len(line := one_line(one)) <= SUBJECT), one_line(short)[:SUBJECT])


def _changes(changes: Changes) -> ChangesJson:
    return {
        "new": {
            "count": len(changes.new),
            "usd_per_month": _sum(one.cost for one in changes.new),
            "endpoints": [_row(one) for one in changes.new[:MOST]],
        },
        "gone": {
            "count": len(changes.gone),
            "usd_per_month": _sum(one.kept.cost for one in changes.gone),
            "endpoints": [_gone(one) for one in changes.gone[:MOST]],
        },
        "costs": {
            "count": len(changes.costs),
            "usd_per_month": _sum(one.after - one.before for one in changes.costs),
            "endpoints": [_cost(one) for one in changes.costs[:MOST]],
        },
        "opened": [_verdict(rule, verdict, ones) for (rule, verdict), ones in changes.opened.items()],
        "resolved": [_verdict(rule, Verdict.PASS.value, ones) for rule, ones in changes.resolved.items()],
    }


def _named(one: Reviewed) -> NamedJson:
    return {"id": one.seen.endpoint.key.id, "name": name_of(one) or None, "service": service_of(one)}


def _row(one: Reviewed) -> RowJson:
    endpoint = one.seen.endpoint
    return {
        **_named(one),
        "vpc": endpoint.vpc_id,
        "zones": len(endpoint.subnet_ids),
        "usd_per_month": _cents(one.cost),
        "bytes": one.use.moved if one.use else None,
        "open": sorted(f"{verdict} {rule}" for rule, verdict in open_of(one).items()),
    }


def _gone(one: Gone) -> GoneJson:
    kept = one.kept
    cost = cost_of(kept.hours, kept.data)
    return {"id": one.id, "name": kept.name or None, "service": kept.service, "usd_per_month": _cents(cost)}


def _cost(costs: Costs) -> CostJson:
    return {**_named(costs.one), "before": round(costs.before, 2), "after": round(costs.after, 2)}


def _verdict(rule: str, verdict: str, ones: Sequence[Reviewed]) -> VerdictJson:
    return {"rule": rule, "verdict": verdict, "count": len(ones), "endpoints": [_named(one) for one in ones[:MOST]]}


def _savings(endpoints: Iterable[Reviewed], standard: Standard) -> list[SavingJson]:
    most = sorted(endpoints, key=lambda one: -one.saving)[:SAVINGS]
    return [_saving(one, found, standard) for one in most if (found := one.dearest)]


def _saving(one: Reviewed, found: Finding, standard: Standard) -> SavingJson:
    endpoint = one.seen.endpoint
    held = never(endpoint, standard)
    return {
        **_named(one),
        "usd_per_month": round(one.saving, 2),
        "rule": found.rule,
        "message": sentence(found.message),
        "advice": sentence(found.advice),
        "held": sentence(held) if held else "",
        "patch": patch_of(endpoint, found, managing_tool(endpoint, standard)),
    }


def _sum(costs: Iterable[float | None]) -> float:
    return round(sum(cost or 0 for cost in costs), 2)


def _cents(usd_per_month: float | None) -> float | None:
    return None if usd_per_month is None else round(usd_per_month, 2)
