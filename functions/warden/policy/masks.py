"""Which statements match as far as part of a request goes: sets of statements, as numbers with a bit for each; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .conditions import Truth


class Masks(NamedTuple):
    """The statements that surely match as far as a part goes, those that may, and whether the part surely exists."""

    surely: int
    maybe: int
    sure: bool = True

    def joined(self, other: Masks) -> Masks:
        """What both leave."""
        return Masks(self.surely & other.surely, self.maybe & other.maybe, self.sure and other.sure)


def of_truths(truths: Iterable[Truth]) -> Masks:
    """The masks of one answer for each statement, in their order."""
    surely = maybe = 0
    for place, truth in enumerate(truths):
        if truth is not False:
            maybe |= 1 << place
            if truth:
                surely |= 1 << place
    return Masks(surely, maybe)
