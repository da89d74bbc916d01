"""Reading a table of settings strictly: every problem is named with its key, its value and what is allowed; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
Parse = Callable[[object], T]


class NotAllowed(ValueError):
    """A value is not among those allowed; the message says which are, and in which part of the value it is wrong."""

    def __init__(self, allowed: str, where: str = "", shown: str = "") -> None:
        """Take what is allowed in words, and of a part its place and how it is written."""
        super().__init__(f"{allowed} ({where} is {shown})" if where else allowed)
        self.allowed = allowed
        self.where = where
        self.shown = shown

    def within(self, where: str, value: object) -> NotAllowed:
        """Say that it is wrong at this place, which has this value; the innermost value is shown."""
        return NotAllowed(self.allowed, f"{where}, {self.where}" if self.where else where, self.shown or _shown(value))


@dataclass(slots=True)
class Table:
    """One table under check; all tables of a document share one list of problems."""

    path: str
    """Its dotted name, "" for the whole document."""
    found: Mapping[str, object]
    problems: list[str]
    known: set[str] = field(default_factory=set)

    def take(self, key: str, parse: Parse[T], default: T) -> T:
        """The value of `key`, or `default` where it is absent or wrong; what is wrong is noted."""
        self.known.add(key)
        if key not in self.found:
            return default
        try:
            return parse(self.found[key])
        except NotAllowed as error:
            self.problems.append(f"{self.name(key)} is {_shown(self.found[key])}; allowed: {error}")
            return default

    def table(self, key: str) -> Table:
        """The table at `key`; an empty one where it is absent or no table."""
        return Table(self.name(key), self.take(key, mapping, {}), self.problems)

    def tables(self) -> dict[str, Table]:
        """Every entry as a table, under names that the user chooses."""
        return {key: self.table(key) for key in self.found}

    def close(self) -> None:
        """Note every key that was never asked for, with the nearest known one."""
        for key in self.found:
            if key not in self.known:
                self.problems.append(f"{self.name(key)} is not a known key{_nearest(key, self.known)}")

    def name(self, key: str) -> str:
        """The dotted name of a key of this table."""
        return f"{self.path}.{key}" if self.path else key


def mapping(value: object) -> Mapping[str, object]:
    """A table."""
    if isinstance(value, Mapping):
        return value
    raise NotAllowed("a table")


def boolean(value: object) -> bool:
    """A true or false, and nothing that is merely like it."""
    if isinstance(value, bool):
        return value
    raise NotAllowed("true, false")


def whole(least: int, most: int) -> Parse[int]:
    """A whole number from `least` to `most`."""

    def parse(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise NotAllowed(f"a whole number from {least} to {most}")

    return parse


def number(least: float, most: float) -> Parse[float]:
    """A number from `least` to `most`, whole or not."""

    def parse(value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        raise NotAllowed(f"a number from {least} to {most}")

    return parse


def one_of(choices: Mapping[str, T]) -> Parse[T]:
    """One of some words, as what it stands for."""

    def parse(value: object) -> T:
        if isinstance(value, str) and value in choices:
            return choices[value]
        raise NotAllowed(", ".join(choices))

    return parse


def text(matches: Callable[[str], object], allowed: str) -> Parse[str]:
    """A string for which `matches` holds; `allowed` says it in words."""

    def parse(value: object) -> str:
        if isinstance(value, str) and matches(value):
            return value
        raise NotAllowed(allowed)

    return parse


account = text(re.compile(r"\d{12}").fullmatch, "an account id of 12 digits, in quotes")


def listed(parse_item: Parse[T]) -> Parse[tuple[T, ...]]:
    """A list of such things, none of them twice."""

    def parse(value: object) -> tuple[T, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise NotAllowed("a list")
        found = tuple(_item(parse_item, item, place) for place, item in enumerate(value))
        twice = [item for place, item in enumerate(found) if item in found[:place]]
        if twice:
            raise NotAllowed(f"a list with nothing twice; {_shown(twice[0])} stands twice")
        return found

    return parse


def part(table: Mapping[str, object], key: str, parse: Parse[T]) -> T:
    """What stands under a key of a table that is part of a value, where the key is known to be there."""
    try:
        return parse(table[key])
    except NotAllowed as error:
        raise error.within(key, table[key]) from error


def tag(value: object) -> tuple[str, str]:
    """A tag as (key, value)."""
    allowed = 'tags written as "key=value"'
    key, word = tag_parts(value, allowed)
    if word is None:
        raise NotAllowed(allowed)
    return key, word


def tag_parts(value: object, allowed: str) -> tuple[str, str | None]:
    """A tag's key, and the value if there is a "="; `allowed` says in words how it is written.

    A space before or after either would count as part of it, and then no tag fits that anybody has.
    """
    key, equals, word = value.partition("=") if isinstance(value, str) else ("", "", "")
    if not key:
        raise NotAllowed(allowed)
    if (key, word) != (key.strip(), word.strip()):
        raise NotAllowed(f"{allowed}, without spaces around key and value")
    return key, word if equals else None


def _item(parse: Parse[T], item: object, place: int) -> T:
    try:
        return parse(item)
    except NotAllowed as error:
        raise error.within(f"entry {place + 1}", item) from error


def _nearest(key: str, known: set[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  only where something is wrong: it costs a cold start 5 ms

    near = get_close_matches(key, sorted(known), n=1, cutoff=0.4)
    return f"; did you mean {near[0]}?" if near else f"; known here: {', '.join(sorted(known))}"


def _shown(value: object) -> str:
    shown = _toml(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."  # noqa: PLR2004  a line of a terminal


def _toml(value: object) -> str:
    """The value as it stands in the file, more or less."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {_toml(item)}' for key, item in value.items())}}}"
    return str(value)
