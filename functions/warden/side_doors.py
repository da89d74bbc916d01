"""Calls that change how an endpoint stands without naming it: of its security groups, routes, subnets, VPC, tags; pure.

What such an event says is only where to look: nothing in it is taken for a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from .model import Need


class SideDoor(NamedTuple):
    """What such a call names, by the prefix of the id, and what rules must read for it to matter to them."""

    prefix: str
    need: Need | None
    """None: it matters to every rule, and to whether a fix is held back."""
    of_vpc: bool = False
    """Whether it matters to rules of VPCs as a whole, too."""


_GROUP = (SideDoor("sg", Need.GROUPS),)
_ROUTES = (SideDoor("rtb", Need.ROUTES, of_vpc=True),)
_SUBNETS = (SideDoor("vpc", Need.SUBNETS, of_vpc=True),)
_RANGES = (SideDoor("vpc", Need.VPC),)
_TAGS = (SideDoor("vpce", None), SideDoor("vpce-svc", None), SideDoor("vpc", Need.VPC, of_vpc=True))
SIDE_DOORS: Final[Mapping[str, tuple[SideDoor, ...]]] = {
    "AuthorizeSecurityGroupIngress": _GROUP,
    "RevokeSecurityGroupIngress": _GROUP,
    "ModifySecurityGroupRules": _GROUP,
    "ModifyNetworkInterfaceAttribute": (SideDoor("eni", Need.GROUPS),),
    "CreateRoute": _ROUTES,
    "ReplaceRoute": _ROUTES,
    "DeleteRoute": _ROUTES,
    "AssociateRouteTable": _ROUTES,
    "ReplaceRouteTableAssociation": _ROUTES,
    "CreateSubnet": _SUBNETS,
    "CreateDefaultSubnet": _SUBNETS,
    "CreateDefaultVpc": _SUBNETS,
    "ModifyVpcAttribute": (SideDoor("vpc", Need.DNS),),
    "AssociateVpcCidrBlock": _RANGES,
    "DisassociateVpcCidrBlock": _RANGES,
    "CreateTags": _TAGS,
    "DeleteTags": _TAGS,
}
"""By the name of the call. Left to the sweep: DisassociateRouteTable and DeleteSubnet, which name only what is gone;
ModifyManagedPrefixList, since nothing tells which groups name a list; EnableVgwRoutePropagation, whose routes come
later and without a call; AssociateSubnetCidrBlock; connection notifications and load balancers of our own services.
CreateVpc matters to no rule: a VPC needs nothing before it has subnets, which CreateDefaultVpc makes with it.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html
"""


def named(door: SideDoor, detail: Mapping[str, object]) -> tuple[str, ...]:
    """The ids of the side door's kind that the record of a call names, each once."""
    pattern = re.compile(rf"{door.prefix}-[0-9a-f]{{8}}(?:[0-9a-f]{{9}})?")
    parts = (detail.get("requestParameters"), detail.get("responseElements"))
    return tuple(dict.fromkeys(word for part in parts for word in strings(part) if pattern.fullmatch(word)))


def strings(value: object) -> Iterator[str]:
    """All strings within a JSON value, without recursion: its depth comes from outside."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            todo.extend(reversed(list(item.values())))
        elif isinstance(item, list):
            todo.extend(reversed(item))
