"""Write a review as an e-mail that can be read at a glance: sums, changes, savings, then the costliest. Pure.

The text is made of the notice's JSON alone, so that every channel tells the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..letter import visible, wrapped
from .payload import ReviewJson
from .words import Part, changes_of, last_of, more_of, savings_of, table_of


def text_of(review: ReviewJson) -> str:
    """Write the letter; everything from outside is kept from breaking a line or hiding in it."""
    sections = (
        ("", wrapped(f"REVIEW: {review['summary']}")),
        ("", _facts(review)),
        ("CHANGED", list(_lines(changes_of(review)))),
        ("COULD BE SAVED", list(_lines(savings_of(review)))),
        ("COSTLIEST", [*table_of(review), *more_of(review)]),
        ("", _footer(review)),
    )
    written = ("\n".join([title, *lines] if title else lines) for title, lines in sections if lines)
    return visible("\n\n".join(written)) + "\n"


def _facts(review: ReviewJson) -> list[str]:
    facts = {
        "Account": f"{review['account']}, {review['region']}",
        "Before": last_of(review),
        "Use": f"of {review['days']} days, by CloudWatch",
        "Judged by": f"{review['standard']}; the rules on use were asked whatever their mode",
        "Time": review["at"] or "",
    }
    return [line for name, value in facts.items() if value for line in _fact(name, value)]


def _fact(name: str, value: str) -> list[str]:
    """A title of at most nine characters, and words beside it."""
    first, *rest = wrapped(value, " " * 10)
    return [f"{name:<10}{first.strip()}", *rest]


def _lines(parts: Iterable[Part]) -> Iterator[str]:
    for title, lines, patch in parts:
        yield from wrapped(f"{title}:" if any(lines) else title, "  ")
        for line in lines:
            yield from wrapped(line, "    ")
        yield from (f"      {line}" for line in patch.splitlines())


def _footer(review: ReviewJson) -> list[str]:
    shortened = wrapped("Long texts were left out: `warden review` shows them.") if review["shortened"] else []
    return [*shortened, f"Stack   {review['stack']}", f"Notice  {review['id']}"]
