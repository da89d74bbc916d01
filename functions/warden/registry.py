"""Whom the organisation knows, as a rule's registry in standard.toml says it, and until when; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from .checked import NotAllowed, Parse


class Entry(NamedTuple):
    """One entry: `whom` is what the rule looks for, such as an account id or the whole name of a service."""

    whom: str
    purpose: str
    contact: str
    expires: date | None = None

    def ended(self, at: datetime) -> bool:
        """Whether it no longer stands; it is valid for the whole of its last day, in UTC."""
        return self.expires is not None and at.astimezone(UTC).date() > self.expires


def entry(*names: str) -> Parse[Entry]:
    """An entry whose subject stands under one of these names; what is missing or strange in it is named."""
    either = f"either {' or '.join(names)}" if len(names) > 1 else names[0]

    def parse(value: object) -> Entry:
        if not isinstance(value, dict):
            raise NotAllowed(f'tables such as {{ {names[0]} = "111122223333", purpose = "...", contact = "..." }}')
        unknown = sorted(set(value) - {*names, "purpose", "contact", "expires"})
        whom = [value[name] for name in names if name in value]
        if unknown or len(whom) != 1:
            raise NotAllowed(f"{either}, with purpose, contact and, if it ends, expires")
        words = (whom[0], value.get("purpose"), value.get("contact"))
        if not all(isinstance(word, str) and word.strip() for word in words):
            raise NotAllowed(f"{' or '.join(names)}, purpose and contact as text that is not empty")
        expires = value.get("expires")
        if expires is not None and type(expires) is not date:
            raise NotAllowed("expires as a date such as 2027-01-31, without quotes")
        return Entry(str(whom[0]), str(value["purpose"]), str(value["contact"]), expires)

    return parse
