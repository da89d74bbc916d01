"""Examples for the rule `approved-service`."""

from __future__ import annotations

from warden.neighbours import Vpc

from .made import VPC, Example, seen

EXAMPLES = (
    Example(
        "In VPCs tagged Env=prod, no endpoint of KMS is wanted, and there is one.",
        seen(vpc=Vpc(VPC, ("10.0.0.0/16",), tags={"Env": "prod"})),
        '[rules.approved-service]\nvpcs = [{ tag = "Env=prod", refused = ["kms"] }]\n',
    ),
)
