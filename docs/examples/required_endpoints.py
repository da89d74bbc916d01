"""Examples for the rule `required-endpoints`."""

from __future__ import annotations

from .beside import WITH_NAT
from .made import SubjectExample

EXAMPLES = (
    SubjectExample(
        "VPCs tagged Env=prod need KMS and Secrets Manager, and one has an endpoint of KMS alone; Systems Manager is "
        "reached by a hub VPC of another account.",
        WITH_NAT,
        """[rules.required-endpoints]
demands = [
    { tag = "Env=prod", services = ["kms", "secretsmanager"] },
    { services = ["ssm"], hub = "vpc-0fedcba9876543210", hub_account = "222233334444" },
]
""",
    ),
)
