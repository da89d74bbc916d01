"""A text of a policy that may hold policy variables: `${aws:username}`, with a default or without, and escapes; pure.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from .glob import ANY_ONE, Glob, glob

_VARIABLE: Final = r"\$\{(?:([*?$])|([^{}$',]+?)\s*(?:,\s*'([^']*)'\s*)?)\}"

Lookup = Callable[[str], str | None]
"""The one value of a condition key, by its name in lower case; None where the request has none."""


class Variable(NamedTuple):
    """`${key}` or `${key, 'default'}`; the key in lower case, since names are compared so."""

    key: str
    default: str | None = None


class Plain(NamedTuple):
    """Text in which nothing is a wildcard: an escape such as `${*}`."""

    text: str


Part = str | Plain | Variable


class Template(NamedTuple):
    """One value as written, and its parts: text, escapes and variables."""

    written: str
    parts: tuple[Part, ...]
    fixed: Glob | None
    """The pattern where no variable has to be put in."""
    vague: bool = False
    """Whether a text that fits may or may not be meant: one that does not is not."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables in it."""
        return tuple(part for part in self.parts if isinstance(part, Variable))

    def text(self, lookup: Lookup) -> str | None:
        """The text with the variables put in; None where one has no value."""
        words = [_word(part, lookup) for part in self.parts]
        return None if None in words else "".join(word for word in words if word is not None)

    def glob(self, lookup: Lookup) -> Glob | None:
        """The pattern with the variables put in, whose own stars are no wildcards; None where one has no value."""
        if self.fixed:
            return self.fixed
        words = [_word(part, lookup) for part in self.parts]
        if None in words:
            return None
        return joined((word or "", isinstance(part, str)) for part, word in zip(self.parts, words, strict=True))

    def widened(self, known: Callable[[str], bool], lookup: Lookup, *, exact: bool = False) -> Template:
        """The same with any text at all for each variable whose value is not `known`; vague, if there is one.

        `exact` where its own `*` and `?` are no wildcards.
        """
        if all(known(variable.key) for variable in self.variables):
            return self
        pieces = []
        for part in self.parts:
            if isinstance(part, Variable) and not known(part.key):
                pieces.append(("*", True))
                continue
            word = _word(part, lookup)
            if word is None:  # a variable without a value: the text means nothing, whatever the others are
                return self
            pieces.append((word, isinstance(part, str) and not exact))
        return Template(self.written, (), joined(pieces), vague=True)

    def residual(self, text: str) -> str | None:
        """A value of its only variable for which the text may come out; None where none comes to mind."""
        words = [part.text if isinstance(part, Plain) else part for part in self.parts]
        places = [place for place, word in enumerate(words) if isinstance(word, Variable)]
        if len(places) != 1:
            return None
        before, after = (_text(some) for some in (words[: places[0]], words[places[0] + 1 :]))
        tail, head = before.rpartition("*")[2], after.partition("*")[0]
        start = len(before) if tail == before else text.rfind(tail) + len(tail)
        end = len(text) - len(after) if head == after else text.find(head, start)
        return text[start:end] if text[:start].endswith(tail) and text[end:].startswith(head) else None


def template(written: str, *, with_variables: bool) -> Template:
    """Read one value; without variables, `${...}` is plain text, as in a policy of Version 2008-10-17."""
    if not with_variables or "${" not in written:
        return Template(written, (written,), glob(written))
    parts: list[Part] = []
    end = 0
    for found in re.finditer(_VARIABLE, written):
        parts.append(written[end : found.start()])
        escape, key, default = found.groups()
        parts.append(Plain(escape) if escape else Variable(key.lower(), default))
        end = found.end()
    parts.append(written[end:])
    kept = tuple(part for part in parts if part != "")
    fixed = None
    if not any(isinstance(part, Variable) for part in kept):
        fixed = joined((part.text, False) if isinstance(part, Plain) else (str(part), True) for part in kept)
    return Template(written, kept, fixed)


def joined(pieces: Iterable[tuple[str, bool]]) -> Glob:
    """The pattern of these texts one after the other, each with whether `*` and `?` in it are wildcards."""
    runs = [""]
    for text, wild in pieces:
        first, *rest = text.replace("?", ANY_ONE).split("*") if wild else [text]
        runs[-1] += first
        runs.extend(rest)
    return Glob(tuple(runs))


def _text(words: Iterable[str | Variable]) -> str:
    return "".join(word for word in words if isinstance(word, str))


def _word(part: Part, lookup: Lookup) -> str | None:
    match part:
        case str():
            return part
        case Plain(text):
            return text
        case Variable(key, default):
            value = lookup(key)
            return default if value is None else value
