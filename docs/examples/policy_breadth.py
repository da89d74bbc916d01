"""Examples for the rule `policy-breadth`."""

from __future__ import annotations

from .made import ORGANISED, Example, seen, statement

OURS = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}

EXAMPLES = (
    Example(
        "A policy lets the organisation's people do anything with keys.",
        seen(policy=statement(Action="kms:*", Condition=OURS)),
        ORGANISED,
    ),
)
