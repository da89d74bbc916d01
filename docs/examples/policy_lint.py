"""Examples for the rule `policy-lint`."""

from __future__ import annotations

from .made import Example, seen, statement

EXAMPLES = (
    Example(
        "A statement allows an action that KMS does not have.",
        seen(policy=statement(Action=["kms:Decrypt", "kms:Decript"])),
    ),
)
