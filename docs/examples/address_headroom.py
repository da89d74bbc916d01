"""Examples for the rule `address-headroom`."""

from __future__ import annotations

from dataclasses import replace

from .made import A, B, Example, seen

EXAMPLES = (
    Example(
        "One of the two subnets of an endpoint has three free addresses.",
        seen(subnets=(replace(A, free_addresses=3), B)),
    ),
)
