"""Examples for the rule `network-activity-logged`."""

from __future__ import annotations

from warden.recording import Condition, Trail

from .made import REGION, Example, seen

MANAGEMENT = (Condition("eventCategory", equals=("Management",)),)

EXAMPLES = (
    Example(
        "The one trail of the region records management events only.",
        seen(trails=(Trail("audit", REGION, logging=True, selectors=(MANAGEMENT,)),)),
    ),
)
