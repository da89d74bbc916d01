"""Examples for the rule `endpoint-policy`."""

from __future__ import annotations

from .made import ORGANISED, Example, seen, statement

EXAMPLES = (
    Example(
        "An endpoint of KMS has the default policy, and the standard has a baseline for KMS.",
        seen(policy=statement()),
        f"{ORGANISED}[baseline.kms]\n",
    ),
)
