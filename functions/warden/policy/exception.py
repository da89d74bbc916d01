"""A statement that the standard adds to a baseline: what would be wrong with it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from .document import check_statement
from .glob import arn_glob
from .placeholders import NAMES, PLACEHOLDER

_BRACES: Final = re.compile(r"[{}]")
_OF_IAM: Final = re.compile(r"\$\{[^{}]*\}")


def mistakes(statement: Mapping[str, object], where: str) -> Iterator[str]:
    """What is wrong with it, each after the place; raise Malformed where it is no statement at all."""
    parsed = check_statement(statement, where)
    for text in _texts(statement):
        yield from _braces(text)
    if not parsed.allows:
        yield '.Effect is "Deny"; allowed: Allow (a baseline says what is allowed beside the perimeter)'
    elif parsed.covers_everything:
        yield " allows everybody everything: such a baseline would restrict nothing"
    for value in parsed.actions.values:
        if ":" not in value.written and set(value.written) != {"*"}:
            yield f" has the action {value.written!r}; an action is named with its service, such as s3:GetObject"
    for value in parsed.resources.values:
        plain = PLACEHOLDER.sub("x", value.written)
        glob = value.fixed
        whole = plain.startswith("arn:") and (glob is None or arn_glob(glob) is not None)
        if set(value.written) != {"*"} and not whole:
            yield f' has the resource {value.written!r}; allowed: "*" or an ARN of six parts'


def _braces(text: str) -> Iterator[str]:
    """Placeholders that are none of ours, and braces that belong to none."""
    for word in PLACEHOLDER.findall(text):
        if word not in NAMES:
            yield f" has the placeholder {{{word}}}; allowed: {', '.join(sorted(NAMES))}"
    rest = PLACEHOLDER.sub("", _OF_IAM.sub("", text))
    if _BRACES.search(rest):
        yield f" has a brace that belongs to no placeholder: {text!r}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(name)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
