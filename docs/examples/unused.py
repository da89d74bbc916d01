"""Examples for the rule `unused`."""

from __future__ import annotations

from .made import A, B, C, Example, seen, used

EXAMPLES = (
    Example("No byte went through an endpoint in two zones.", seen(use=used(0))),
    Example(
        "All went through two of the three zones, and the standard asks for idle zones.",
        seen(
            subnet_ids=(A.id, B.id, C.id),
            use=used(3_000_000),
            use_by_subnet={A.id: 1_000_000, B.id: 2_000_000, C.id: 0},
        ),
        "[rules.unused]\neach_zone = true\n",
    ),
)
