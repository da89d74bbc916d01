"""Facts about services that policies depend on; pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
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


_PREFIXES: Final[Mapping[str, str]] = {
    "appconfigdata": "appconfig", "aps-workspaces": "aps", "data-servicediscovery": "servicediscovery",
    "dynamodb-streams": "dynamodb",
    "email": "ses", "email-smtp": "ses", "evidently-dataplane": "evidently", "git-codecommit": "codecommit",
    "kinesis-firehose": "firehose", "kinesis-streams": "kinesis", "models-v2-lex": "lex", "monitoring": "cloudwatch",
    "rum-dataplane": "rum", "runtime-v2-lex": "lex", "s3-global": "s3", "sync-states": "states", "tagging": "tag",
    "transcribestreaming": "transcribe",
}  # fmt: skip
"""The prefix of a service's actions, where it is not the name of its endpoints.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html (names),
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


def prefixes(service_name: str, region: str) -> tuple[str, ...]:
    """What the prefix of a service's actions may be, the likeliest first: "ecr" of "com.amazonaws.REGION.ecr.api"."""
    name = short_name(service_name, region)
    for start in ("com.amazonaws.", "aws.api.", "api.aws.", "aws.", "cn.com.amazonaws."):
        name = name.removeprefix(start)
    first = name.partition(".")[0]
    cut = first.removesuffix("-runtime").removesuffix("-data").removesuffix("-agent")
    found = (_PREFIXES.get(name), _PREFIXES.get(first), name, first, cut, cut.partition("-")[0])
    return tuple(dict.fromkeys(one for one in found if one))


_PARTITIONS: Final[Mapping[str, str]] = {
    "cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f",
}  # fmt: skip
"""Partitions by how the names of their regions begin, as botocore's partitions.json has them."""


@cache
def partition(region: str) -> str:
    """The partition that a region lies in.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")
