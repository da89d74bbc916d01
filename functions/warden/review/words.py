"""A review in lines for people, the same in every channel; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ..plain import joined
from ..prices import GB, usd
from .payload import ChangesJson, NamedJson, ReviewJson, RowJson, TotalJson, VerdictJson

SHOWN_BY: Final = ": `warden review`"
"""Where the rest is to be seen; what changed and what is gone, only the notice tells."""
OPEN: Final = 2
"""Verdicts of an endpoint that the table has room for."""
NOT_KNOWN: Final = "?"
"""A figure that is not known: nothing that could be taken for one."""
SERVICE: Final = 20
"""Characters of the table's last column: with it a line has 72."""


class Part(NamedTuple):
    """A title and what stands below it."""

    title: str
    lines: Sequence[str]
    patch: str = ""
    """Code that is to be copied as it is."""


def last_of(review: ReviewJson) -> str:
    """When the last review was, and its sums."""
    last = review["last"]
    return f"{(last['at'] or '')[:10]}: {_sums(last['total'])}" if last else ""


def changes_of(review: ReviewJson) -> list[Part]:
    """What changed, in parts; one that only has a title where there is nothing to tell."""
    changes = review["changes"]
    if changes is None:
        return [Part("This is the first review: the next one tells what changed.", ())]
    return list(_parts(changes)) or [Part("Nothing.", ())]


def savings_of(review: ReviewJson) -> list[Part]:
    """What could be saved, each with how."""
    savings = review["savings"]
    parts = [
        Part(
            f"{usd(one['usd_per_month'])} a month, {named(one)} ({one['rule']})",
            [one["message"], one["held"], one["advice"]],
            one.get("patch", ""),
        )
        for one in savings["endpoints"]
    ]
    left = _more(savings["count"], savings["endpoints"], SHOWN_BY)
    return [*parts, *(Part(line, ()) for line in left)] or [Part("Nothing, as far as use and prices are known.", ())]


def table_of(review: ReviewJson) -> list[str]:
    """The costliest endpoints, a line each and one of their open verdicts, with a head; empty where there are none."""
    if not review["costliest"]:
        return []
    head = f"{'USD/month':>9}{'GB':>12}{'zones':>6}  {'endpoint':<22} service"
    return [head, *(line for one in review["costliest"] for line in _row(one))]


def more_of(review: ReviewJson) -> list[str]:
    """What the table leaves out."""
    return _more(review["total"]["endpoints"], review["costliest"], SHOWN_BY)


def named(one: NamedJson) -> str:
    """Name an endpoint, on one line whatever its tag holds."""
    return joined(one["id"], _known_as(one))


def _parts(changes: ChangesJson) -> Iterator[Part]:
    new, gone, costs = changes["new"], changes["gone"], changes["costs"]
    if new["count"]:
        lines = [_with_open(one) for one in new["endpoints"]]
        yield Part(f"New: {_counted(new['count'], new['usd_per_month'])}", [*lines, *_more(new["count"], lines)])
    if gone["count"]:
        lines = [f"{named(one)}: cost {_money(one['usd_per_month'])}" for one in gone["endpoints"]]
        yield Part(f"Gone: {_counted(gone['count'], gone['usd_per_month'])}", [*lines, *_more(gone["count"], lines)])
    if costs["count"]:
        lines = [f"{named(one)}: {one['before']:,.2f} -> {usd(one['after'])}" for one in costs["endpoints"]]
        change = f"{costs['usd_per_month']:+,.2f} USD a month in all"
        yield Part(f"Other costs: {_noun(costs['count'])}, {change}", [*lines, *_more(costs["count"], lines)])
    for one in changes["opened"]:
        yield _said(f"Now {one['verdict']} by {one['rule']}", one)
    for one in changes["resolved"]:
        yield _said(f"Resolved, by {one['rule']}", one)


def _said(title: str, one: VerdictJson) -> Part:
    lines = [named(endpoint) for endpoint in one["endpoints"]]
    return Part(f"{title}: {_noun(one['count'])}", [*lines, *_more(one["count"], lines)])


def _with_open(one: RowJson) -> str:
    opened = f"({', '.join(one['open'])})" if one["open"] else ""
    return joined(f"{named(one)}: costs {_money(one['usd_per_month'])}", opened)


def _counted(count: int, cost: float) -> str:
    return f"{_noun(count)}, {usd(cost)} a month"


def _noun(count: int) -> str:
    return f"{count} endpoint{'' if count == 1 else 's'}"


def _sums(total: TotalJson) -> str:
    return f"{_counted(total['endpoints'], total['usd_per_month'])}, {usd(total['saving'])} could be saved"


def _more(count: int, shown: Sequence[object], where: str = "") -> list[str]:
    return [f"and {count - len(shown)} more{where}"] if count > len(shown) else []


def _money(cost: float | None) -> str:
    return "what is not known" if cost is None else usd(cost)


def _row(one: RowJson) -> Iterator[str]:
    cost = NOT_KNOWN if one["usd_per_month"] is None else f"{one['usd_per_month']:,.2f}"
    moved = NOT_KNOWN if one["bytes"] is None else f"{one['bytes'] / GB:,.3f}"
    service = _known_as(one)
    short = service if len(service) <= SERVICE else f"{service[: SERVICE - 3]}..."
    yield f"{cost:>9}{moved:>12}{one['zones']:>6}  {one['id']:<22} {short}"
    if one["open"]:
        more = len(one["open"]) - OPEN
        yield f"{'':>29}{', '.join(one['open'][:OPEN])}{f' and {more} more' if more > 0 else ''}"


def _known_as(one: NamedJson) -> str:
    return " ".join(joined(one["service"], f'"{one["name"]}"' if one["name"] else "").split())
