"""Which calls a trail records, by its advanced event selectors; pure.

Basic event selectors know management and data events alone, so a trail of those records nothing of endpoints.
Sources: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html (several conditions on a field)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

Call = Mapping[str, str]
"""An event by CloudTrail's names of its fields; what hangs on the single call is left out."""


class Condition(NamedTuple):
    """What a selector asks of one field."""

    field: str
    equals: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    not_starts: tuple[str, ...] = ()
    not_ends: tuple[str, ...] = ()

    @classmethod
    def read(cls, item: Mapping[str, object]) -> Condition:
        """Read one as CloudTrail tells it."""
        operators = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
        values = (item.get(name) for name in operators)
        return cls(str(item["Field"]), *(tuple(map(str, some)) if isinstance(some, list) else () for some in values))

    def holds(self, value: str) -> bool:
        """Whether this value is taken: by one at least of the operators that take, and by none of those that refuse."""
        takes = any((self.equals, self.starts, self.ends))
        taken = value in self.equals or value.startswith(self.starts) or value.endswith(self.ends)
        refused = value in self.not_equals or value.startswith(self.not_starts) or value.endswith(self.not_ends)
        return (taken or not takes) and not refused


Selector = tuple[Condition, ...]


class Trail(NamedTuple):
    """A trail that covers the region: its own, one of all regions, or one of the organisation."""

    name: str
    home: str
    """The region that it is changed in."""
    logging: bool | None
    """Whether it is switched on; None where this account may not see."""
    selectors: tuple[Selector, ...] | None
    """None where this account may not see."""
    organisation: bool = False


class Recorded(Enum):
    """Whether a trail records a call."""

    YES = "records it"
    OFF = "is switched off"
    """It would record every such call."""
    IDLE = "is switched off, and was not seen to select them all"
    PARTLY = "records only some such calls"
    HIDDEN = "does not show to this account what it records"
    NO = "does not select it"


def selects(call: Call, selector: Iterable[Condition]) -> bool | None:
    """Whether a selector takes the call; None where it asks for what hangs on the single call."""
    verdicts = [condition.holds(call[condition.field]) if condition.field in call else None for condition in selector]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def recorded(call: Call, trail: Trail) -> Recorded:
    """Whether the trail records such calls: one of its selectors is enough."""
    if trail.selectors is None:
        return Recorded.IDLE if trail.logging is False else Recorded.HIDDEN
    verdicts = {selects(call, selector) for selector in trail.selectors}
    if not verdicts - {False}:
        return Recorded.NO
    if trail.logging is None:
        return Recorded.HIDDEN
    if trail.logging:
        return Recorded.YES if True in verdicts else Recorded.PARTLY
    return Recorded.OFF if True in verdicts else Recorded.IDLE
