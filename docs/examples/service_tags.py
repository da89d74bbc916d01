"""Examples for the rule `service-tags`."""

from __future__ import annotations

from .beside import SERVICE
from .made import SubjectExample

EXAMPLES = (
    SubjectExample(
        "An endpoint service without the tag that says whose it is.",
        SERVICE,
        toml='[rules.service-tags]\ntags = ["Owner", "Env=prod|test"]\n',
    ),
)
