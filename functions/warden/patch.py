"""What to change in the code that manages an endpoint, where a fix is held back for that: to be copied as it is; pure.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint_subnet_association
"""

from __future__ import annotations

import json
import re
from textwrap import indent
from typing import Final, assert_never

from .actions import Action, AddSubnets, EndpointAction, RemoveSubnets, ReplacePolicy
from .model import Endpoint
from .plain import one_line

STACK_TAGS: Final = ("aws:cloudformation:stack-name", "aws:cloudformation:stack-id")
LOGICAL_ID: Final = "aws:cloudformation:logical-id"
CLOUDFORMATION: Final = "CloudFormation"
TERRAFORM: Final = "Terraform"
OPENTOFU: Final = "OpenTofu"


def tool_of(endpoint: Endpoint, said: str) -> str:
    """The tool that manages the endpoint, by its tags or by what is `said` of it; "" where that is none known here."""
    if any(tag in endpoint.tags for tag in STACK_TAGS):
        return CLOUDFORMATION
    if re.search("tofu", said, re.IGNORECASE):
        return OPENTOFU
    return TERRAFORM if re.search("terraform", said, re.IGNORECASE) else ""


def patch_for(endpoint: Endpoint, fix: Action | None, tool: str) -> str:
    """The lines to be changed in the tool's code; "" where there is no fix, or no tool whose code is known here."""
    if not isinstance(fix, EndpointAction) or endpoint.requester_managed:
        return ""
    if tool == CLOUDFORMATION:
        return _template(endpoint, fix)
    return _configuration(endpoint, fix, tool) if tool in {TERRAFORM, OPENTOFU} else ""


def _template(endpoint: Endpoint, fix: EndpointAction) -> str:
    """The property of the template's resource, in YAML; JSON in it is YAML too."""
    stack = next(endpoint.tags[tag] for tag in STACK_TAGS if tag in endpoint.tags)
    name = endpoint.tags.get(LOGICAL_ID, "")
    known = bool(re.fullmatch(r"[A-Za-z0-9]+", name))
    key = endpoint.key
    asked = f"aws cloudformation describe-stack-resources --region {key.region} --physical-resource-id {key.id}"
    lines = [
        f"# template of stack {one_line(stack)}",
        *([] if known else [f"# its resource's name: {one_line(asked)}"]),
        "Resources:",
        f"  {name if known else 'RESOURCE'}:",
        "    Properties:",
        indent(_property(endpoint, fix), " " * 6),
    ]
    return "\n".join(lines)


def _property(endpoint: Endpoint, fix: EndpointAction) -> str:
    match fix:
        case AddSubnets() | RemoveSubnets():
            return "\n".join(("SubnetIds:", *(f"  - {json.dumps(one)}" for one in _subnets(endpoint, fix))))
        case ReplacePolicy(document):
            return f"PolicyDocument:\n{indent(_pretty(document), '  ')}"
        case _:
            assert_never(fix)


def _configuration(endpoint: Endpoint, fix: EndpointAction, tool: str) -> str:
    """The argument of the configuration's resource, and what stands in its place where it has a resource of its own."""
    lines = [f"# {tool}: in the aws_vpc_endpoint with the id {one_line(endpoint.key.id)}"]
    match fix:
        case AddSubnets(added):
            lines += [*_list(endpoint, fix), "# or, where each of its subnets has a resource of its own:"]
            for subnet in added:
                lines += _association(endpoint, subnet)
        case RemoveSubnets():
            lines += _list(endpoint, fix)
        case ReplacePolicy(document):
            text = re.sub(r"([$%])\{", r"\1\1{", _pretty(document))  # else it would be filled in
            lines += ["# (or in its aws_vpc_endpoint_policy)", "policy = <<-POLICY", indent(text, "  "), "POLICY"]
        case _:
            assert_never(fix)
    return "\n".join(lines)


def _list(endpoint: Endpoint, fix: AddSubnets | RemoveSubnets) -> list[str]:
    return ["subnet_ids = [", *(f"  {json.dumps(one)}," for one in _subnets(endpoint, fix)), "]"]


def _association(endpoint: Endpoint, subnet: str) -> list[str]:
    name = re.sub(r"\W", "_", subnet, flags=re.ASCII)
    return [
        f'resource "aws_vpc_endpoint_subnet_association" "{name}" {{',
        f"  vpc_endpoint_id = {json.dumps(endpoint.key.id)}",
        f"  subnet_id       = {json.dumps(subnet)}",
        "}",
    ]


def _subnets(endpoint: Endpoint, fix: AddSubnets | RemoveSubnets) -> list[str]:
    """All that the endpoint has then: code names the whole list."""
    if isinstance(fix, AddSubnets):
        return list(dict.fromkeys((*endpoint.subnet_ids, *fix.subnet_ids)))
    return [one for one in endpoint.subnet_ids if one not in fix.subnet_ids]


def _pretty(document: str) -> str:
    return json.dumps(json.loads(document), indent=2, ensure_ascii=False)
