"""Examples for the rule `identity-perimeter`."""

from __future__ import annotations

from .made import ORGANISED, S3, Example, seen, statement

EXAMPLES = (
    Example(
        "A gateway endpoint of S3 is open to whoever is not of the organisation, as long as the bucket is.",
        seen(
            type_name="Gateway",
            service_name=S3,
            subnet_ids=(),
            policy=statement(Condition={"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}}),
        ),
        ORGANISED,
    ),
)
