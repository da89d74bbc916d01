"""Whom the organisation knows, as a rule's registry in standard.toml says it, and until when; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from .checked import NotAllowed, Parse, part, text

_words = text(str.strip, "text that is not empty")


class Entry(NamedTuple):
    """One entry: `whom` is what the rule looks for, such as an account id or the whole name of a service."""

    whom: str
    purpose: str
    contact: str
    expires: date | None = None

    def ended(self, at: datetime) -> bool:
        """Whether it no longer stands; it is valid for the whole of its last day, in UTC."""
        return self.expires is not None and at.astimezone(UTC).date() > self.expires


def entry(**subjects: Parse[str]) -> Parse[Entry]:
    """An entry whose subject stands under one of these names; what is missing or strange in it is named."""
    first = next(iter(subjects))
    either = f"either {' or '.join(subjects)}" if len(subjects) > 1 else first

    def parse(value: object) -> Entry:
        if not isinstance(value, dict):
            raise NotAllowed(f'tables such as {{ {first} = "111122223333", purpose = "...", contact = "..." }}')
        names = [name for name in subjects if name in value]
        if len(names) != 1 or not {"purpose", "contact"} <= set(value) - set(names) <= {
            "purpose",
            "contact",
            "expires",
        }:
            raise NotAllowed(f"{either}, with purpose, contact and, if it ends, expires")
        return Entry(
            part(value, names[0], subjects[names[0]]),
            part(value, "purpose", _words),
            part(value, "contact", _words),
            part(value, "expires", _day) if "expires" in value else None,
        )

    return parse


def _day(value: object) -> date:
    if type(value) is date:  # a time is a date, too
        return value
    raise NotAllowed("a date such as 2027-01-31, without quotes")
