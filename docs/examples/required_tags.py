"""Examples for the rule `required-tags`."""

from __future__ import annotations

from .made import Example, seen

EXAMPLES = (
    Example(
        "An endpoint bears its stage, and nobody's name.",
        seen(tags={"Env": "prod"}),
        '[rules.required-tags]\ntags = ["Owner", "Env=prod|test"]\n',
    ),
)
