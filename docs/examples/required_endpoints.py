"""Examples for the rule `required-endpoints`."""

from __future__ import annotations

from .beside import WITH_NAT
from .made import SubjectExample

EXAMPLES = (
    SubjectExample(
        "VPCs tagged Env=prod need KMS and Secrets Manager, and one has an endpoint of KMS alone.",
        WITH_NAT,
        '[rules.required-endpoints]\ndemands = [{ tag = "Env=prod", services = ["kms", "secretsmanager"] }]\n',
    ),
)
