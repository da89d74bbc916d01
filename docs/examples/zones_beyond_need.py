"""Examples for the rule `zones-beyond-need`."""

from __future__ import annotations

from warden.neighbours import Interface

from .made import OWN_VPC, A, B, C, Example, seen, used

EXAMPLES = (
    Example(
        "An endpoint stands in three zones, in the third of which nothing else runs.",
        seen(
            subnet_ids=(A.id, B.id, C.id),
            use=used(3_000_000),
            use_by_subnet={A.id: 1_000_000, B.id: 2_000_000, C.id: 0},
            vpc=OWN_VPC,
            subnets=(A, B, C),
            interfaces=tuple(
                Interface(f"eni-{number:017x}", one.id, one.zone_name) for number, one in ((1, A), (2, B))
            ),
        ),
    ),
)
