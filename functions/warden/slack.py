"""Write a notice as a Slack message in Block Kit. Pure.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypedDict

from .blocks import (
    DOCUMENT,
    FIELD,
    FIELDS,
    HEADER,
    Block,
    clipped,
    code,
    context,
    escaped,
    link_to,
    markup,
    plain,
    says,
    weight_of,
)
from .payload import ENDPOINT, AboutJson, ChangeJson, LinkJson, NoticeJson, ResultJson, about

BLOCKS: Final = 50
TOTAL: Final = 10_000
"""Characters of all texts together, which keeps well under what Slack was seen to refuse."""
FALLBACK: Final = 1_000
SHORT: Final = 160
"""Characters of a side of a difference that stands in a column; a longer one, such as a policy, stands as code."""
COLOURS: Final = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵", "info": "⚪"}


class SlackMessage(TypedDict):
    """What a webhook takes: `text` stands in notifications and for readers of screens."""

    text: str
    blocks: list[Block]


def message_of(notice: NoticeJson) -> SlackMessage:
    """Write the whole message; what goes beyond Slack's limits is left out, and said to be."""
    end = [context(_footer(notice))]
    return {
        "text": clipped(escaped(notice["subject"]), FALLBACK),
        "blocks": [*fitting(_blocks(notice), end), *end],
    }


def _blocks(notice: NoticeJson) -> Iterator[Block]:
    """Give the blocks, the weightiest first."""
    yield {"type": "header", "text": plain(_header(notice), HEADER)}
    yield context(_facts(notice))
    yield says(notice["summary"])
    if notice["links"]:
        yield _links(notice["links"])
    if notice["change"]:
        yield from _changed(notice["change"])
    for result in notice["results"]:
        yield from _result(result)


def fitting(blocks: Iterable[Block], end: list[Block]) -> list[Block]:
    """Take blocks as long as they keep within the limits of a whole message."""
    taken: list[Block] = []
    weight = sum(weight_of(block) for block in end)
    for block in blocks:
        weight += weight_of(block)
        if weight > TOTAL or len(taken) + len(end) > BLOCKS - 2:
            return [*taken, context(["There is more than fits here: see the e-mail, or the command line."])]
        taken.append(block)
    return taken


def _header(notice: NoticeJson) -> str:
    states = " + ".join(dict.fromkeys(result["state"] for result in notice["results"]))
    severity = notice["severity"]
    return f"{COLOURS.get(severity, '')} {severity.upper()}: {_title(about(notice))} {states}".strip()


def _title(told: AboutJson) -> str:
    name = f' "{told["name"]}"' if told["name"] else ""
    return f"{told['id']}{name}"


def _facts(notice: NoticeJson) -> list[str]:
    endpoint, told = notice["endpoint"], about(notice)
    place = f"account {endpoint['account']}, {endpoint['region']}"
    if told["what"] == ENDPOINT:
        own = [f"{place}, {endpoint['vpc']}", f"{endpoint['service']} ({endpoint['type']})"]
    else:
        own = [place, told["what"], *(f"{fact['title']} {fact['text']}" for fact in told["facts"])]
    return [*own, f"mode {notice['mode']}", notice["at"] or ""]


def _footer(notice: NoticeJson) -> list[str]:
    journal = notice["change"]["journal_id"] if notice["change"] else ""
    return [f"stack {notice['stack']}", f"journal {journal}" if journal else "", f"notice {notice['id']}"]


def _changed(change: ChangeJson) -> Iterator[Block]:
    sides = [
        [(f"{one['what']} before", one["before"]), (f"{one['what']} after", one["after"])]
        for one in change["differences"][: FIELDS // 2]
    ]
    short = [pair for pair in sides if all(len(text) <= SHORT for _, text in pair)]
    if short:
        fields = [plain(f"{title}\n{text}", FIELD) for pair in short for title, text in pair]
        yield {"type": "section", "fields": fields}
    for title, text in (side for pair in sides if pair not in short for side in pair):
        yield says(f"{title}:")
        yield code(text, DOCUMENT, "text")
    warning = change.get("undo_warning") or ""
    yield says(f"To undo, first hold Endpoint Warden back, then take the change back: {warning}".rstrip())
    yield code(change["hold"])
    yield code(change["undo"])


def _result(result: ResultJson) -> Iterator[Block]:
    yield {"type": "divider"}
    heading = f"*{escaped(result['rule'])}*  {escaped(result['severity'])}, {escaped(result['state'])}"
    yield {"type": "section", "text": markup(heading)}
    paragraphs = [
        result["message"],
        _labelled("Why it matters", result["matters"]),
        _labelled("Done", result["done"]),
        _labelled("Next", result["next"]),
    ]
    yield says("\n".join(one for one in paragraphs if one))
    patch = result.get("patch", "")
    if patch:
        yield says("In the code that manages it:")
        yield code(patch, what="patch")
    elif result["fix"] and result["outcome"] != "fixed":
        yield says("By hand:")
        yield code(result["fix"]["command"])


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _links(links: Iterable[LinkJson]) -> Block:
    return {"type": "section", "text": markup("  ".join(link_to(one["url"], one["title"]) for one in links))}
