"""Examples for the rule `service-principals`."""

from __future__ import annotations

from .beside import SERVICE
from .made import SubjectExample

EXAMPLES = (
    SubjectExample(
        "An endpoint service allows an account that is neither ours nor in the registry.",
        SERVICE,
        '[organisation]\naccounts = ["111122223333"]\n',
    ),
)
