"""docs/policy.md: its files are taken out, its commands run, and what they print is what the page says."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest  # noqa: TC002  pytest reads the annotations of tests
from typer.testing import Result

Run: TypeAlias = Callable[..., Result]

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
_FILE = re.compile(r"`([a-z]+\.json)`[^`]*\n\n?```json\n(.*?)```", re.DOTALL)
_CONSOLE = re.compile(r"```console\n\$ warden (.*?)\n(.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A command, the file that its standard output goes to if any, and what it prints on the terminal."""

    words: list[str]
    to: str
    prints: str


def examples(text: str) -> Iterator[Example]:
    """The page's commands, in its order."""
    for found in _CONSOLE.finditer(text):
        command, _, to = found[1].partition(" > ")
        yield Example(shlex.split(command), to, found[2])


def printed(warden: Run, one: Example) -> str:
    """What a terminal shows: notes and results, as far as they are not sent to a file."""
    done = warden(*one.words)
    if one.to:
        Path(one.to).write_text(done.stdout, encoding="utf-8")
        return done.stderr
    return done.output


def test_the_page_is_true(warden: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example, one after the other, in an empty folder; WRITE_DOCS=1 writes what they print into the page."""
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    files = dict(_FILE.findall(text))
    assert set(files) == {"context.json", "policy.json", "records.json"}
    for name, content in files.items():
        Path(name).write_text(content, encoding="utf-8")
    found = list(examples(text))
    assert len(found) == 5
    for one in found:
        prints = printed(warden, one)
        if os.environ.get("WRITE_DOCS"):
            head = f"$ warden {shlex.join(one.words)}" + (f" > {one.to}" if one.to else "")
            text = text.replace(f"```console\n{head}\n{one.prints}```", f"```console\n{head}\n{prints}```")
        else:
            assert prints == one.prints, one.words
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(text, encoding="utf-8")
