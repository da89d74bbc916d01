"""How the demo is told: a spinner and colours on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.errors import LocalCloudError
from local.waiting import wait_for

Value = TypeVar("Value")
QUOTED: Final = 6
"""Lines of a message that are shown, so that the story is no longer than two screens."""
WHOLE: Final = ".venv/bin/python -m local.demo --whole"


class DemoFailed(Exception):
    """A step did not happen; the message says which, and what did."""


class Voice:
    """Prints the story."""

    def __init__(self, patience: float, *, whole: bool = False) -> None:
        """Tell it on standard output; wait so many seconds at most for each thing; `whole`: shorten no message."""
        self.console = Console(highlight=False, soft_wrap=True)
        self.patience = patience
        self.whole = whole
        self.chapters = 0

    def chapter(self, title: str) -> None:
        """Start a chapter."""
        self.chapters += 1
        self.console.print(f"\n[bold]{self.chapters}. {escape(title)}[/]")

    def say(self, text: str) -> None:
        """Tell a sentence."""
        self.console.print(f"   {escape(text)}")

    def command(self, words: Iterable[str]) -> None:
        """Show a command as a person would type it."""
        self.console.print(f"   [cyan]$ {escape(' '.join(words))}[/]")

    def do(self, what: str, action: Callable[[], Value]) -> Value:
        """Do something that takes a while; say how long it took."""
        start = time.monotonic()
        with self.console.status(f"   {escape(what)} ..."):
            value = action()
        self.console.print(f"   [green]done[/] {escape(what)} [dim]({time.monotonic() - start:.1f} s)[/]")
        return value

    def expect(self, what: str, look: Callable[[], Value], told: Callable[[], str]) -> Value:
        """Wait until `look` gives something; raise DemoFailed with what `told` knows where it does not."""
        start = time.monotonic()
        try:
            with self.console.status(f"   waiting: {escape(what)} ..."):
                value = wait_for(look, self.patience, what)
        except LocalCloudError as error:
            raise DemoFailed(f"did not happen within {self.patience:.0f} s: {what}\n{told()}") from error
        self.console.print(f"   [green]seen[/] {escape(what)} [dim](after {time.monotonic() - start:.1f} s)[/]")
        return value

    def hold(self, what: str, *, true: bool) -> None:
        """State what must be so; raise DemoFailed where it is not."""
        if not true:
            raise DemoFailed(f"is not so: {what}")
        self.console.print(f"   [green]true[/] {escape(what)}")

    def table(self, title: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Show rows of equal columns."""
        listed = list(rows)
        table = Table(
            title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
        )
        for name in listed[0] if listed else ():
            table.add_column(name, overflow="fold")
        for row in listed:
            table.add_row(*(escape(str(value)) for value in row.values()))
        self.console.print()
        self.console.print(table)

    def quote(self, title: str, text: str) -> None:
        """Show the beginning of a text as it was received, and how the rest of it can be seen."""
        self.console.print(f"\n   [bold]{escape(title)}[/]")
        lines = text.splitlines()
        shown = lines if self.whole else lines[:QUOTED]
        for line in shown:
            self.console.print(f"   [dim]|[/] {escape(line)}")
        if len(shown) < len(lines):
            rest = f"... and {len(lines) - len(shown)} lines more; the whole: {escape(WHOLE)}"
            self.console.print(f"   [dim]|[/] {rest}")
