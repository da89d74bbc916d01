"""All that a security group lets in, as code says it; pure.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ec2-securitygroup-ingress.html,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from .neighbours import Permission
from .ranges import family
from .terraform_patch import block, quoted

SHARED: Final = "# as far as this endpoint needs it: see first what else bears the group, and leave in what that needs"
"""Two endpoints of different services can share a group, and each judgement takes away the ports of the other."""
APART_IN_TEMPLATE: Final = (
    f"{SHARED}\n"
    "# all that it should let in; what has a resource of its own (AWS::EC2::SecurityGroupIngress) is changed there"
)
APART_IN_CONFIGURATION: Final = (
    f"{SHARED}\n"
    "# all that it should let in; what has a resource of its own (aws_vpc_security_group_ingress_rule or\n"
    "# aws_security_group_rule) is changed there: then the group's own has no ingress"
)
"""EC2 does not tell which code made which rule."""
IPV4: Final = 4


def ingress_property(permissions: Sequence[Permission]) -> str:
    """The property of a template's resource: an item for each source."""
    items = [_item(one, source) for one in permissions for source in one.sources]
    if not items:
        return "SecurityGroupIngress: []"
    lines = (f"{'  - ' if first else '    '}{line}" for item in items for first, line in _marked(item))
    return "\n".join(("SecurityGroupIngress:", *lines))


def ingress_arguments(group_id: str, permissions: Sequence[Permission]) -> list[str]:
    """The blocks of a configuration's resource: one for the sources that one description is of."""
    blocks = [line for one in permissions for line in _blocks(group_id, one)]
    return blocks or ["ingress = []"]


def _marked(item: Mapping[str, object]) -> Iterator[tuple[bool, str]]:
    for place, (name, value) in enumerate(item.items()):
        yield not place, f"{name}: {json.dumps(value, ensure_ascii=False)}"


def _item(permission: Permission, source: str) -> dict[str, object]:
    ports = {} if permission.first_port is None else {"FromPort": permission.first_port, "ToPort": permission.last_port}
    words = dict(permission.descriptions).get(source)
    return {
        "IpProtocol": permission.protocol,
        **ports,
        **_source(permission, source),
        **({"Description": words} if words else {}),
    }


def _source(permission: Permission, source: str) -> dict[str, str]:
    if source in permission.ranges:
        return {"CidrIp" if family(source) == IPV4 else "CidrIpv6": source}
    if source in permission.prefix_lists:
        return {"SourcePrefixListId": source}
    account = dict(permission.accounts).get(source)
    return {"SourceSecurityGroupId": source} | ({"SourceSecurityGroupOwnerId": account} if account else {})


def _blocks(group_id: str, permission: Permission) -> Iterator[str]:
    described: dict[str, list[str]] = {}
    words = dict(permission.descriptions)
    for source in permission.sources:
        described.setdefault(words.get(source, ""), []).append(source)
    for description, sources in described.items():
        arguments = _arguments(group_id, permission, sources) | (
            {"description": quoted(description)} if description else {}
        )
        yield from block("ingress", arguments)


def _arguments(group_id: str, permission: Permission, sources: Sequence[str]) -> dict[str, str]:
    """All protocols are said with the ports 0."""
    accounts = dict(permission.accounts)
    groups = {one: f"{accounts[one]}/{one}" if one in accounts else one for one in permission.groups}
    blocks = [one for one in sources if one in permission.ranges]
    lists = {
        "cidr_blocks": [one for one in blocks if family(one) == IPV4],
        "ipv6_cidr_blocks": [one for one in blocks if family(one) != IPV4],
        "prefix_list_ids": [one for one in sources if one in permission.prefix_lists],
        "security_groups": [groups[one] for one in sources if one in groups and one != group_id],
    }
    return {
        "protocol": json.dumps(permission.protocol),
        "from_port": str(permission.first_port or 0),
        "to_port": str(permission.last_port or 0),
        **{name: json.dumps(some) for name, some in lists.items() if some},
        **({"self": "true"} if group_id in sources else {}),
    }
