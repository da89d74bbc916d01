"""An endpoint that is to be added, as the code of its VPC would say it; pure.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from textwrap import indent

from .code_changes import AddEndpoint
from .policy.services import short_name
from .template_patch import properties, stack_of
from .terraform_patch import block

Value = str | bool | list[str]


def added_to_template(tags: Mapping[str, str], wanted: AddEndpoint) -> str:
    """The resource, in the template of the stack that the VPC's tags name."""
    lines = "\n".join(f"{name}: {json.dumps(value)}" for name, value in _facts(wanted))
    resource = f"Type: AWS::EC2::VPCEndpoint\n{properties(lines)}"
    name = "".join(word.capitalize() for word in _words(wanted))
    return f"# template of stack {stack_of(tags)}: add\nResources:\n  {name}Endpoint:\n{indent(resource, ' ' * 4)}"


def added_to_configuration(tool: str, wanted: AddEndpoint) -> str:
    """The resource, in a configuration."""
    arguments = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): json.dumps(value) for name, value in _facts(wanted)}
    resource = block(f'resource "aws_vpc_endpoint" "{"_".join(_words(wanted))}"', arguments)
    return "\n".join((f"# {tool}: add", *resource))


def _words(wanted: AddEndpoint) -> list[str]:
    return re.findall(r"[a-z0-9]+", short_name(wanted.service_name, wanted.vpc.region).lower())


def _facts(wanted: AddEndpoint) -> Iterator[tuple[str, Value]]:
    """Its properties, as CloudFormation names them; Terraform's names are the same words."""
    yield from (("VpcEndpointType", wanted.type_name), ("VpcId", wanted.vpc.id), ("ServiceName", wanted.service_name))
    if wanted.service_region:
        yield "ServiceRegion", wanted.service_region
    lists = {
        "SubnetIds": wanted.subnet_ids,
        "SecurityGroupIds": wanted.security_group_ids,
        "RouteTableIds": wanted.route_table_ids,
    }
    yield from ((name, list(some)) for name, some in lists.items() if some)
    if wanted.ip_address_type:
        yield "IpAddressType", wanted.ip_address_type
    if wanted.private_dns is not None:
        yield "PrivateDnsEnabled", wanted.private_dns
