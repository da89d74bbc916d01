"""The terminal: results to stdout, everything else to stderr, and nothing from outside that could steer it."""

from __future__ import annotations

import io
import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.text import Text

STYLES: Final[Mapping[str, str]] = {
    "PASS": "green",
    "BREACH": "bold red",
    "UNKNOWN": "yellow",
    "UNSUPPORTED": "yellow",
    "NOT_APPLICABLE": "dim",
    "OK": "green",
    "PROBLEM": "bold red",
    "CAN'T TELL": "yellow",
    "CLOSED": "green",
    "OPEN": "bold red",
    "INVALID": "bold red",
    "REFUSED": "bold red",
    "DENIED": "bold red",
    "GAINED": "bold red",
    "LOST": "yellow",
    "NOTHING GAINED": "green",
    "NOTHING LOST": "green",
}
"""How a word that says how things stand is shown."""


def clean(text: str) -> str:
    """The same words without control characters and without marks that turn the direction of writing.

    Tags and names are anybody's choice: an escape sequence in one could rewrite what stands on the screen.
    """
    return "".join(character if character.isprintable() else " " for character in text)


class Screen:
    """Where a command writes; made anew for each run, so that it sees the terminal that there is."""

    def __init__(self) -> None:
        """Look at stdout and stderr; NO_COLOR is heeded by rich."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # an ASCII terminal shows foreign letters by number
        self.out = Console(markup=False, highlight=False, emoji=False)
        self.err = Console(stderr=True, markup=False, highlight=False, emoji=False)

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads the results as they come."""
        return self.out.is_terminal

    def say(self, text: str = "", indent: int = 0, style: str = "") -> None:
        """Write running text: wrapped on a terminal, one line in a pipe."""
        _say(self.out, text, indent, style)

    def head(self, word: str, rest: str) -> None:
        """Write a line that begins with how things stand."""
        line = Text.assemble((clean(word), STYLES.get(word, "bold")), f"  {clean(rest)}" if rest else "")
        self.out.print(line, soft_wrap=True)

    def row(self, *fields: str) -> None:
        """Write one line for grep and cut: tabs stand between the fields, and never in one."""
        line = "\t".join(" ".join(clean(field).split()) or "-" for field in fields)
        sys.stdout.write(f"{line}\n")

    def command(self, text: str, indent: int = 4) -> None:
        """Write what people copy, a line for each: none is ever wrapped."""
        for line in text.split("\n"):
            self.out.print(Text(" " * indent + clean(line), style="cyan"), soft_wrap=True)

    def note(self, text: str, style: str = "dim") -> None:
        """Tell what is not a result."""
        _say(self.err, text, 0, style)

    def trouble(self, what: str, do: str) -> None:
        """Tell why the command ends: what was wrong, and how to go on."""
        for place, line in enumerate(what.splitlines()):
            _say(self.err, line if place else f"warden: {line}", 2 if place else 0, "bold red" if not place else "")
        if do:
            _say(self.err, do, 2, "")

    def json(self, value: object) -> None:
        """Write JSON, in ASCII: what is no letter is written by number."""
        sys.stdout.write(f"{json.dumps(value, indent=2)}\n")

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show that something is being done, and how far it is, while it lasts; only on a terminal."""
        if not self.err.is_terminal:
            yield lambda _: None
            return
        with self.err.status(Text(clean(what))) as status:
            yield lambda words: status.update(Text(clean(words)))


def _say(console: Console, text: str, indent: int, style: str) -> None:
    words = clean(text).strip()
    margin = " " * (indent + len(text) - len(text.lstrip(" ")))
    lines = [f"{margin}{words}".rstrip()]
    if console.is_terminal and words:
        lines = textwrap.wrap(
            words,
            max(console.width - 1, 40),
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        )
    for line in lines:
        console.print(Text(line, style=style), soft_wrap=True)
