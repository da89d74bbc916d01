"""Calls of EC2 as commands of the AWS CLI, quoted for a POSIX shell: the one place that says how each begins; pure.

Sources: https://docs.aws.amazon.com/cli/latest/reference/ec2/create-vpc-endpoint.html,
https://docs.aws.amazon.com/cli/latest/reference/ec2/modify-vpc-endpoint.html
"""

from __future__ import annotations

import shlex

from .model import EndpointKey


def ec2(operation: str, region: str, *words: str) -> str:
    """The command of any operation."""
    return shlex.join(("aws", "ec2", operation, "--region", region, *words))


def creating(region: str, vpc_id: str, type_name: str, service: str, *options: str) -> str:
    """The command that makes an endpoint of this type, as AWS spells it, to a service by its whole name."""
    start = ("--vpc-id", vpc_id, "--vpc-endpoint-type", type_name, "--service-name", service)
    return ec2("create-vpc-endpoint", region, *start, *options)


def modifying(endpoint: EndpointKey, *options: str) -> str:
    """The command that changes an endpoint."""
    return ec2("modify-vpc-endpoint", endpoint.region, "--vpc-endpoint-id", endpoint.id, *options)
