"""Examples for the rule `security-group`."""

from __future__ import annotations

from warden.model import Snapshot
from warden.neighbours import Interface, Permission, SecurityGroup, Vpc

from .made import REGION, VPC, A, Example, seen

OWN = "sg-0123456789abcdef0"
CLIENTS = "sg-0fedcba9876543210"
LIST = "pl-0123456789abcdef0"
OF_STACK = {"aws:cloudformation:stack-name": "network", "aws:cloudformation:logical-id": "EndpointGroup"}


def admitting(permission: Permission, **tags: str) -> Snapshot:
    """An endpoint with one group, that lets this in and has these tags."""
    return seen(
        security_group_ids=(OWN,),
        groups={OWN: SecurityGroup(OWN, "endpoints", VPC, (permission,), tags)},
        prefix_lists={LIST: ("10.0.0.0/16",)} if permission.prefix_lists else None,
        vpc=Vpc(VPC, ("10.0.0.0/16",)),
        interfaces=(Interface("eni-0123456789abcdef0", A.id, f"{REGION}a", group_ids=(CLIENTS,)),),
    )


EXAMPLES = (
    Example("An endpoint's group lets in every address.", admitting(Permission("tcp", 443, 443, ("0.0.0.0/0",)))),
    Example("It lets in a prefix list.", admitting(Permission("tcp", 443, 443, prefix_lists=(LIST,)))),
    Example("It lets in members of another group.", admitting(Permission("tcp", 443, 443, groups=(CLIENTS,)))),
    Example(
        "A group that a CloudFormation stack made lets in every address.",
        admitting(Permission("tcp", 443, 443, ("0.0.0.0/0",)), **OF_STACK),
    ),
)
