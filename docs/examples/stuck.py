"""Examples for the rule `stuck`."""

from __future__ import annotations

from datetime import timedelta

from .made import AT, OTHERS, Example, seen

EXAMPLES = (
    Example(
        "An endpoint was made three days ago, and the provider of its service has not accepted it.",
        seen(service_name=OTHERS, policy=None, state="pendingacceptance", created=AT - timedelta(days=3)),
    ),
)
