"""What to change in the CloudFormation template that manages an endpoint, in YAML; JSON in it is YAML too; pure.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ec2-vpcendpoint-dnsoptionsspecification.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from textwrap import indent
from typing import Final, assert_never

from .actions import AddSubnets, RemoveSubnets, ReplacePolicy
from .code_changes import (
    AddTables,
    LeaveSubnets,
    SetPrivateDns,
    SetTags,
    SwapGroups,
    TakeOut,
    TakePolicy,
    Wanted,
    groups_then,
    subnets_then,
    tables_then,
    tag_then,
)
from .model import Endpoint
from .plain import one_line

STACK_TAGS: Final = ("aws:cloudformation:stack-name", "aws:cloudformation:stack-id")
LOGICAL_ID: Final = "aws:cloudformation:logical-id"
OUT: Final = "# take out this resource, and what refers to it; with DeletionPolicy: Retain its endpoint would stay"


def template_patch(endpoint: Endpoint, wanted: Wanted) -> str:
    """The property of the template's resource; of one that is to go, no more than its type."""
    key, part = endpoint.key, _part(endpoint, wanted)
    if isinstance(wanted, TakeOut):
        return in_template(key.id, key.region, endpoint.tags, part, OUT)
    return in_template(key.id, key.region, endpoint.tags, properties(part))


def stack_of(tags: Mapping[str, str]) -> str:
    """The stack that made what has these tags, on one line."""
    return one_line(next(tags[tag] for tag in STACK_TAGS if tag in tags))


def properties(part: str) -> str:
    """The same as properties of a resource."""
    return f"Properties:\n{indent(part, '  ')}"


def in_template(name: str, region: str, tags: Mapping[str, str], part: str, *notes: str) -> str:
    """A part of the resource, in the template of the stack that the tags name, which made what is called `name`."""
    logical = tags.get(LOGICAL_ID, "")
    known = bool(re.fullmatch(r"[A-Za-z0-9]+", logical))
    asked = f"aws cloudformation describe-stack-resources --region {region} --physical-resource-id {name}"
    lines = [
        f"# template of stack {stack_of(tags)}",
        *([] if known else [f"# its resource's name: {one_line(asked)}"]),
        *notes,
        "Resources:",
        f"  {logical if known else 'RESOURCE'}:",
        indent(part, " " * 4),
    ]
    return "\n".join(lines)


def _part(endpoint: Endpoint, wanted: Wanted) -> str:
    match wanted:
        case AddSubnets() | RemoveSubnets() | LeaveSubnets() | AddTables() | SwapGroups():
            return _list(endpoint, wanted)
        case ReplacePolicy() | TakePolicy():
            return _policy(wanted)
        case SetTags(tags):
            return "\n".join(("Tags:  # besides the others that it has", *map(_tag, tags)))
        case SetPrivateDns(on, all_resolvers):
            options = "\nDnsOptions:\n  PrivateDnsOnlyForInboundResolverEndpoint: AllResolvers" if all_resolvers else ""
            return f"PrivateDnsEnabled: {str(on).lower()}{options}"
        case TakeOut():
            return "Type: AWS::EC2::VPCEndpoint"
        case _:
            assert_never(wanted)


def _policy(wanted: ReplacePolicy | TakePolicy) -> str:
    if isinstance(wanted, TakePolicy):
        return f"PolicyDocument: # here the JSON of {one_line(wanted.file)} as it is, which is YAML, too"
    document = json.dumps(json.loads(wanted.document), indent=2, ensure_ascii=False)
    return f"PolicyDocument:\n{indent(document, '  ')}"


def _list(endpoint: Endpoint, wanted: AddSubnets | RemoveSubnets | LeaveSubnets | AddTables | SwapGroups) -> str:
    match wanted:
        case AddTables():
            name, ids = "RouteTableIds", tables_then(endpoint, wanted)
        case SwapGroups():
            name, ids = "SecurityGroupIds", groups_then(endpoint, wanted)
        case _:
            name, ids = "SubnetIds", subnets_then(endpoint, wanted)
    return "\n".join((f"{name}:", *(f"  - {json.dumps(one)}" for one in ids)))


def _tag(wanted: tuple[str, tuple[str, ...]]) -> str:
    key, values = wanted
    choice = f"  # {one_line(' or '.join(values))}" if len(values) > 1 else ""
    key_and_value = (json.dumps(one, ensure_ascii=False) for one in (key, tag_then(values)))
    return "  - Key: {}\n    Value: {}".format(*key_and_value) + choice
