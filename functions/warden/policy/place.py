"""Where in a JSON text something stands: the line and column of a path of keys; pure.

Only for what is told to people: the text was read by `json`, which knows no places, and is scanned once more here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

Path = tuple[str | int, ...]

_WORD: Final = r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+'


def named(path: Path) -> str:
    """The path as people write it: `Statement[0].Condition.StringEquals`."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return words.removeprefix(".")


def located(text: str, path: Path) -> tuple[int, int]:
    """The line and column, from 1, of what the path leads to, or of the deepest step of it that is there."""
    place = 0
    for start, here in _walk(text):
        if path[: len(here)] == here:
            place = start
        if here == path:
            break
    line = text.count("\n", 0, place) + 1
    return line, place - (text.rfind("\n", 0, place) + 1) + 1


def _walk(text: str) -> Iterator[tuple[int, Path]]:
    """Each value of a JSON text: its first character's place (its key's, where it has one) and its path."""
    path: list[str | int] = []
    inside: list[str] = []
    key_at: int | None = None
    for token in re.finditer(_WORD, text):
        word, at = token.group(), token.start()
        if word in "}]":
            inside.pop()
            path.pop()
        elif word == ",":
            if inside[-1] == "[":
                path[-1] = int(path[-1]) + 1
        elif word == ":":
            continue
        elif inside and inside[-1] == "{" and key_at is None:
            path[-1], key_at = _unquoted(word), at
        else:
            yield at if key_at is None else key_at, tuple(path)
            key_at = None
            if word in "{[":
                inside.append(word)
                path.append(0)


def _unquoted(word: str) -> str:
    import json  # noqa: PLC0415  already loaded by whoever asks for a place

    return str(json.loads(word))
