"""Examples for the rule `gateway-missing`."""

from __future__ import annotations

from .beside import WITH_NAT
from .made import SubjectExample

EXAMPLES = (
    SubjectExample(
        "Subnets reach S3 through a NAT gateway; nobody here uses DynamoDB.",
        WITH_NAT,
        '[rules.gateway-missing]\nleave_out = ["dynamodb"]\n',
    ),
)
