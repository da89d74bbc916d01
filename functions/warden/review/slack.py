"""Write a review as a Slack message in Block Kit; pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..blocks import DOCUMENT, HEADER, Block, clipped, code, context, escaped, markup, plain, says
from ..slack import FALLBACK, SlackMessage, fitting
from .payload import ReviewJson
from .words import Part, changes_of, last_of, more_of, savings_of, table_of


def message_of(review: ReviewJson) -> SlackMessage:
    """Write the whole message; what goes beyond Slack's limits is left out, and said to be."""
    end = [context([f"stack {review['stack']}", f"notice {review['id']}"])]
    return {
        "text": clipped(escaped(review["subject"]), FALLBACK),
        "blocks": [*fitting(_blocks(review), end), *end],
    }


def _blocks(review: ReviewJson) -> Iterator[Block]:
    """Give the blocks, the weightiest first."""
    total = review["total"]
    header = f"REVIEW: {total['usd_per_month']:,.2f} USD a month, {total['saving']:,.2f} USD could be saved"
    yield {"type": "header", "text": plain(header, HEADER)}
    before = last_of(review)
    yield context(
        [
            f"account {review['account']}, {review['region']}",
            f"last review {before}" if before else "",
            f"use of {review['days']} days",
            review["at"] or "",
        ]
    )
    yield says(review["summary"])
    yield from _parts("Changed", changes_of(review))
    yield from _parts("Could be saved", savings_of(review))
    table = table_of(review)
    if table:
        yield from _titled("Costliest")
        yield code("\n".join(table), DOCUMENT, "table")
        yield from (context([line]) for line in more_of(review))


def _parts(title: str, parts: list[Part]) -> Iterator[Block]:
    yield from _titled(title)
    for part in parts:
        yield says("\n".join((part.title, *(line for line in part.lines if line))))
        if part.patch:
            yield code(part.patch, what="patch")


def _titled(title: str) -> Iterator[Block]:
    yield {"type": "divider"}
    yield {"type": "section", "text": markup(f"*{title}*")}
