"""Examples for the rule `approved-owner`."""

from __future__ import annotations

from .made import OTHERS, Example, seen

EXAMPLES = (
    Example(
        "An endpoint leads to a service of another account, which is not in the registry.",
        seen(service_name=OTHERS, policy=None),
    ),
)
