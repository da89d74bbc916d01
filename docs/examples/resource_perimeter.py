"""Examples for the rule `resource-perimeter`."""

from __future__ import annotations

from .made import ORGANISED, S3, Example, seen, statement

EXAMPLES = (
    Example(
        "A gateway endpoint of S3 lets the organisation's own people write to anybody's bucket.",
        seen(
            type_name="Gateway",
            service_name=S3,
            subnet_ids=(),
            policy=statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
        ),
        ORGANISED,
    ),
)
