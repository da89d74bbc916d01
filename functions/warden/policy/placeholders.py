"""{region}, {account} and the like in what we ship and what an organisation writes, filled in for a place; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeVar

from .services import partition

PLACEHOLDER: Final = re.compile(r"(?<!\$)\{([a-z_]+)\}")
"""A placeholder; `${...}` is IAM's, and stays as it is."""
NAMES: Final = frozenset({"region", "bare_region", "account", "partition", "organisation"})

Value = TypeVar("Value")


class Place(NamedTuple):
    """Whose an endpoint is, and where what is reached through it stands."""

    region: str
    account: str
    organisation: str = ""

    @property
    def words(self) -> Mapping[str, str]:
        """What each placeholder becomes; {organisation} stays where none is known."""
        known = {
            "region": self.region,
            "bare_region": self.region.replace("-", ""),
            "account": self.account,
            "partition": partition(self.region),
        }
        return known | ({"organisation": self.organisation} if self.organisation else {})


def filled(value: Value, place: Place) -> Value:
    """The same value, of JSON, with the placeholders in all of its texts filled in."""
    words = place.words
    return _filled(value, words)  # type: ignore[return-value]  # the same shape, only other texts


def _filled(value: object, words: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), value)
    if isinstance(value, Mapping):
        return {name: _filled(item, words) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, words) for item in value]
    return value
