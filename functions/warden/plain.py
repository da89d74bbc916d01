"""Plain JSON and plain words: what notices are made of, whatever comes from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Final

LONGEST: Final = 160
"""Characters of one value that people are shown; longer ones are told by their length."""
DOCUMENT: Final = 2_000
"""Characters of a JSON document, such as a policy, that people are shown: a baseline with its own statements fits."""


def joined(*parts: str) -> str:
    """Join the sentences that there are."""
    return " ".join(part for part in parts if part)


def labelled(label: str, text: str) -> str:
    """Put a label before a sentence, if there is one."""
    return sentence(f"{label}: {text}") if text else ""


def sentence(text: str) -> str:
    """Make one line of it, with a capital at its beginning and a stop at its end."""
    line = " ".join(text.split())
    if re.match(r"[a-z]+(?![\w-])", line):
        line = line[0].upper() + line[1:]
    return line if not line or line[-1] in ".!?:" else f"{line}."


def listed(words: Iterable[str]) -> str:
    """List them as a person would: each once, "and" before the last."""
    *most, last = dict.fromkeys(words)
    return f"{', '.join(most)} and {last}" if most else last


def nested(value: object) -> bool:
    """Whether it holds more than one level: an object, or a list of objects or lists."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value))


def readable(value: object) -> str:
    """Show one value of the JSON to people, on one line."""
    if isinstance(value, list) and not nested(value):
        text = ", ".join(str(one) for one in value)
    else:
        text = value if isinstance(value, str) else json.dumps(value)
    if len(text) > LONGEST:
        return f"{len(text)} characters"
    return " ".join(text.split()) or "none"


def document(value: object) -> str:
    """Show a text that holds a JSON document on one line, with spaces at which it can be broken; "" for another."""
    try:
        held = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):  # any text: it is no document, which is all that is asked
        return ""
    return json.dumps(held, ensure_ascii=False) if isinstance(held, dict | list) else ""


def mapping(values: Mapping[str, object]) -> dict[str, object]:
    """Make a mapping fit for JSON."""
    return {str(name): jsonable(value) for name, value in values.items()}


def jsonable(value: object) -> object:
    """Make a value fit for JSON; sets get an order, so that the same state is written the same."""
    match value:
        case Enum():
            return jsonable(value.value)
        case Mapping():
            return mapping(value)
        case set() | frozenset():
            return sorted(str(one) for one in value)
        case list() | tuple():
            return [jsonable(one) for one in value]
        case str() | bool() | int() | None:
            return value
        case _:
            return time_of(value) if isinstance(value, datetime) else str(value)


def time_of(moment: datetime | None) -> str | None:
    """Write a time as ISO 8601 in UTC, to the second."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def one_line(text: str) -> str:
    """Keep to printable ASCII on one line, which every mail system takes."""
    return " ".join("".join(one if " " <= one <= "~" else "?" for one in " ".join(text.split())).split())
