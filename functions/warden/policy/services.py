"""Facts about services that policies depend on; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NO_RESOURCE_KEYS: Final[Mapping[str, str]] = {
    "ebs": "EBS direct APIs",
    "events": "EventBridge",
}
"""Services whose requests carry no aws:ResourceOrgID and aws:ResourceAccount: a baseline would deny every call.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""


def short_name(service_name: str, region: str) -> str:
    """The service's own name: "ecr.api" of "com.amazonaws.us-east-1.ecr.api"; FIPS variants count as the service."""
    _, found, name = service_name.partition(f".{region}.")
    return (name if found else service_name).removesuffix("-fips")


def partition(region: str) -> str:
    """The partition that a region lies in.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
