"""Write a notice as an e-mail that can be read at three in the morning: plain text, the state in the first sentence.

The text is made of the notice's JSON alone, so that every channel tells the same.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from .patch import overlap
from .payload import ENDPOINT, ChangeJson, DifferenceJson, NoticeJson, ResultJson, about
from .plain import joined, nested, readable

WIDTH: Final = 72
"""Columns of running text; commands and addresses are never broken, since people copy them."""
MOST: Final = 20
"""Facts of one kind that are shown; the JSON has them all."""
LONG_COMMAND: Final = 400
"""Characters above which a command stands at the end of the letter and not amid the text."""

TOGETHER: Final = "Each is for one finding alone: where two show the same list, put what both change into it."
HOLD: Final = "Hold the endpoint back from Endpoint Warden, or it makes the change again:"
HOLD_SERVICE: Final = "Hold the endpoint service back from Endpoint Warden, if it is to let nobody else in:"


def text_of(notice: NoticeJson) -> str:
    """Write the letter; everything from outside is kept from breaking a line or hiding in it."""
    commands = _Commands()
    sections = (
        ("", wrapped(f"{notice['severity'].upper()}: {notice['summary']}")),
        ("", _facts(notice)),
        ("WHAT", _each(notice, _what)),
        ("WHY IT MATTERS", _each(notice, _why)),
        ("DONE", [*_each(notice, lambda result: [result["done"]]), *_differences(notice["change"])]),
        ("NEXT", _next(notice, commands)),
        ("UNDO", _undo(notice, commands)),
        ("LINKS", [f"  {link['title']}: {link['url']}" for link in notice["links"]]),
        ("IN FULL", commands.appendix()),
        ("", _footer(notice)),
    )
    written = ("\n".join([title, *lines] if title else lines) for title, lines in sections if lines)
    return visible("\n\n".join(written)) + "\n"


@dataclass(slots=True)
class _Commands:
    """The commands and patches of a letter: short ones stand in the text, long ones at its end."""

    long: list[str] = field(default_factory=list)

    def cited(self, command: str, what: str = "command") -> list[str]:
        """Give the lines by which the text shows the command."""
        if len(command) <= LONG_COMMAND:
            return [f"    {line}" for line in command.split("\n")]
        if command not in self.long:
            self.long.append(command)
        return [f"    {what} [{self.long.index(command) + 1}] at the end of this letter"]

    def appendix(self) -> list[str]:
        """Give the long ones, numbered."""
        return [line for i, command in enumerate(self.long, 1) for line in (f"[{i}]", command)]


def _facts(notice: NoticeJson) -> list[str]:
    endpoint, told = notice["endpoint"], about(notice)
    word = told["what"].rpartition(" ")[2]
    facts = {
        word[0].upper() + word[1:]: joined(told["id"], f'"{told["name"]}"' if told["name"] else ""),
        **{fact["title"]: fact["text"] for fact in told["facts"]},
        "Account": f"{endpoint['account']}, {endpoint['region']}",
        "Mode": f"{notice['mode']} (stack {notice['stack']})",
        "Time": notice["at"] or "",
    }
    return [f"{name:<10}{' '.join(value.split())}" for name, value in facts.items() if value]


def _each(notice: NoticeJson, say: Callable[[ResultJson], Sequence[str]]) -> list[str]:
    """Say something of every result, under the rule's name; what is the same of several is said once."""
    rules: dict[tuple[str, ...], list[str]] = {}
    for result in notice["results"]:
        rules.setdefault(tuple(say(result)), []).append(result["rule"])
    return [
        line for said, named in rules.items() if any(said) for line in _under(", ".join(dict.fromkeys(named)), said)
    ]


def _under(title: str, paragraphs: Sequence[str]) -> Iterator[str]:
    yield f"  {title}:"
    for paragraph in paragraphs:
        yield from wrapped(paragraph, "    ")


def _what(result: ResultJson) -> list[str]:
    kind = (
        "" if result["verdict"] == "PASS" else f"({result['severity']}, {result['code'] or result['verdict'].lower()})"
    )
    # What is nested is for programs, which get the JSON; the message says it in words. What is empty says nothing.
    flat = {
        name: value for name, value in result["evidence"].items() if not nested(value) and value not in ([], None, "")
    }
    evidence = [f"{name}: {readable(value)}" for name, value in flat.items()]
    return [joined(result["message"], kind), *_few(evidence)]


def _why(result: ResultJson) -> list[str]:
    return [result["matters"]] if result["matters"] else []


def _differences(change: ChangeJson | None) -> list[str]:
    if change is None:
        return []
    lines = [line for one in change["differences"][:MOST] for line in _difference(one)]
    more = len(change["differences"]) - MOST
    lines += [f"    and {more} more"] if more > 0 else []
    return ["  Before -> after:", *lines] if lines else []


def _difference(one: DifferenceJson) -> list[str]:
    """Show before and after beside each other, or below where they are long, as policies are."""
    beside = f"{one['what']}: {one['before']} -> {one['after']}"
    if len(beside) <= 3 * WIDTH:
        return wrapped(beside, "    ")
    below = ((f"    {one['what']} before:", one["before"]), (f"    {one['what']} after:", one["after"]))
    return [line for title, text in below for line in (title, *wrapped(text, "      "))]


def _next(notice: NoticeJson, commands: _Commands) -> list[str]:
    coded = [result for result in notice["results"] if result.get("patch")]
    held = [result for result in notice["results"] if result["outcome"] == "held" and result not in coded]
    free = [result for result in notice["results"] if result["outcome"] not in {"held", "fixed"}]
    account = f"By hand, with credentials of account {notice['endpoint']['account']}"
    lines = [
        *_each(notice, lambda result: [result["next"]]),
        *_in_code(coded, commands),
        *_by_hand(f"{account}:", free, commands),
        *_by_hand(f"{account}, but only once nothing is in the way:", held, commands),
    ]
    if len([result for result in (*held, *free) if result["fix"]]) > 1:
        lines += wrapped("One after the other: EC2 takes no second change while one is under way.", "  ")
    return lines


def _in_code(results: Sequence[ResultJson], commands: _Commands) -> list[str]:
    patches = dict.fromkeys(result.get("patch", "") for result in results)
    lines = [line for patch in patches for line in commands.cited(patch, "patch")]
    together = wrapped(TOGETHER, "  ") if overlap(patches) else []
    return ["  In the code that manages it:", *lines, *together] if lines else []


def _by_hand(title: str, results: Sequence[ResultJson], commands: _Commands) -> list[str]:
    fixes = [result["fix"]["command"] for result in results if result["fix"]]
    return [*wrapped(title, "  "), *(line for fix in fixes for line in commands.cited(fix))] if fixes else []


def _undo(notice: NoticeJson, commands: _Commands) -> list[str]:
    change = notice["change"]
    if change is None:
        return ["  Nothing was changed, so there is nothing to undo."]
    account, warning = notice["endpoint"]["account"], change.get("undo_warning")
    return [
        *wrapped(f"With credentials of account {account}, in this order.", "  "),
        *wrapped(HOLD if about(notice)["what"] == ENDPOINT else HOLD_SERVICE, "  "),
        *commands.cited(change["hold"]),
        *wrapped(f"Take the change back. {warning}" if warning else "Take the change back:", "  "),
        *commands.cited(change["undo"]),
    ]


def _footer(notice: NoticeJson) -> list[str]:
    change = notice["change"]
    journal = [f"Journal {change['journal_id']}"] if change else []
    plan = "EC2 and `warden plan` show them" if about(notice)["what"] == ENDPOINT else "EC2 shows them"
    where = "the journal holds them" if change else plan
    shortened = wrapped(f"Long documents were left out of this notice: {where}.") if notice["shortened"] else []
    return [*shortened, *journal, f"Notice  {notice['id']}"]


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - MOST
    return [*lines[:MOST], f"and {more} more"] if more > 0 else lines


def wrapped(text: str, indent: str = "") -> list[str]:
    """Break running text into lines; a word longer than a line stays whole, and so does a command within it."""
    lines = textwrap.wrap(
        re.sub(r"`(?:aws|echo|warden) [^`]*`", lambda command: command[0].replace(" ", "\0"), " ".join(text.split())),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\0", " ") for line in lines]


def visible(text: str) -> str:
    """Keep what can be seen; control characters and marks that turn the direction of writing become spaces."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)
