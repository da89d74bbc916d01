"""How people save an endpoint or its policy, take it away, in whole or in part, and make it anew, by commands; pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from .ec2_commands import creating, ec2, modifying
from .gateways import has_gateway
from .model import Endpoint, Kind
from .policy.same import same_policy

SHORT: Final = 300
"""Characters of a policy that still reads well within a command."""
DEFAULT: Final = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
"""The policy that EC2 attaches where none is given, and the only one that some services take.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""
OR_IN_CODE: Final = ", or the same in that one's own code"
"""Stands behind a command for another endpoint, where code manages the one that is judged."""
INBOUND: Final = "PrivateDnsOnlyForInboundResolverEndpoint"
"""Left out, it is true, and EC2 refuses that where the VPC has no gateway endpoint.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
"""


def describing(endpoint: Endpoint, *options: str) -> str:
    """The command that shows what EC2 tells of the endpoint."""
    return ec2("describe-vpc-endpoints", endpoint.key.region, "--vpc-endpoint-ids", endpoint.key.id, *options)


def saving(endpoint: Endpoint) -> str:
    """The command that saves all of that, before the endpoint is gone."""
    return f"{describing(endpoint)} > {endpoint.key.id}.json"


def routes_first(endpoint: Endpoint) -> str:
    """What comes before it is deleted, since EC2 deletes none that a route leads to; "" where none can.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
    """
    return "lead away the routes that lead to it, " if endpoint.kind is Kind.GATEWAY_LOAD_BALANCER else ""


def deleting(endpoint: Endpoint) -> str:
    """The command that deletes it; EC2 names in its answer what it did not delete."""
    return ec2("delete-vpc-endpoints", endpoint.key.region, "--vpc-endpoint-ids", endpoint.key.id)


def removing(endpoint: Endpoint, subnet_ids: Sequence[str]) -> str:
    """The command that takes the endpoint out of these subnets."""
    return modifying(endpoint.key, "--remove-subnet-ids", *subnet_ids)


def removing_in_code(subnet_ids: Sequence[str]) -> str:
    """The same where code manages the endpoint."""
    return f"take {', '.join(subnet_ids)} out of its subnets in the code that manages the endpoint"


def saving_policy(endpoint: Endpoint) -> str:
    """The command that saves its policy where that is too long for the recipe; "" where it is not."""
    return policy_to_file(endpoint) if _is_long(endpoint) else ""


def policy_to_file(endpoint: Endpoint) -> str:
    """The command that saves its policy."""
    told = describing(endpoint, "--query", "VpcEndpoints[0].PolicyDocument", "--output", "text")
    return f"{told} > {policy_file(endpoint)}"


def replacing_policy(endpoint: Endpoint, file: str) -> str:
    """The command that puts what the file holds in the place of its policy."""
    return modifying(endpoint.key, "--policy-document", f"file://{file}")


def making(endpoint: Endpoint) -> str:
    """The command that makes it again, of all that is known of it; tags that begin with "aws:" only AWS can set.

    Fixed addresses and most DNS options are not known here: what `saving` saves has them.
    Source: https://docs.aws.amazon.com/cli/latest/reference/ec2/create-vpc-endpoint.html
    """
    words = ["--service-region", endpoint.service_region] if endpoint.service_region else []
    for option, ids in (
        ("--subnet-ids", endpoint.subnet_ids),
        ("--security-group-ids", endpoint.security_group_ids),
        ("--route-table-ids", endpoint.route_table_ids),
    ):
        words += [option, *ids] if ids else []
    if endpoint.kind is Kind.INTERFACE:
        words.append("--private-dns-enabled" if endpoint.private_dns else "--no-private-dns-enabled")
    if endpoint.private_dns and has_gateway(endpoint):
        words += ["--dns-options", f"{INBOUND}={str(endpoint.inbound_only).lower()}"]
    words += ["--ip-address-type", endpoint.ip_address_type] if endpoint.subnet_ids else []
    if endpoint.policy and not same_policy(endpoint.policy, DEFAULT):
        policy = f"file://{policy_file(endpoint)}" if _is_long(endpoint) else _unticked(endpoint.policy)
        words += ["--policy-document", policy]
    tags = [{"Key": key, "Value": value} for key, value in endpoint.tags.items() if not key.startswith("aws:")]
    if tags:
        words += ["--tag-specifications", _unticked(json.dumps([{"ResourceType": "vpc-endpoint", "Tags": tags}]))]
    return creating(endpoint.key.region, endpoint.vpc_id, endpoint.type_name, endpoint.service_name, *words)


def _unticked(document: str) -> str:
    """The same JSON without backticks, one of which would end the code that the command stands in."""
    return document.replace("`", "\\u0060")


def _is_long(endpoint: Endpoint) -> bool:
    return len(endpoint.policy or "") > SHORT


def policy_file(endpoint: Endpoint) -> str:
    """The file in which its policy is saved."""
    return f"{endpoint.key.id}-policy.json"
