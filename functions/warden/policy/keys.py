"""Condition keys: which requests through an endpoint carry them, and with what values; pure.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html ("Availability")
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

from .request import SIGNED, CallerKind


class Sure(Enum):
    """Whether a request can be as we suppose."""

    YES = "yes"
    MAYBE = "maybe"
    """It is not documented, or not for an outsider to choose."""
    NO = "no"


class Key(NamedTuple):
    """One condition key that a caller's choice, or chance, gives its value."""

    carriers: frozenset[CallerKind] = frozenset(CallerKind)
    """The callers whose requests can have it; all others never do."""
    present: Sure = Sure.YES
    absent: Sure = Sure.YES
    boolean: bool = False
    """Whether its values are true and false."""
    several: bool = False
    """Whether it can have several values, which needs ForAllValues or ForAnyValue."""


_SESSIONS: Final = frozenset({CallerKind.ROLE, CallerKind.FEDERATED_USER})
_TEMPORARY: Final = frozenset({*_SESSIONS, CallerKind.USER, CallerKind.ROOT})
_TAGGED: Final = frozenset({CallerKind.USER, *_SESSIONS})
_SERVICES: Final = frozenset({CallerKind.SERVICE})

CALLER_KEYS: Final = frozenset(
    {
        "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype",
        "aws:principalisawsservice", "aws:principalservicename", "aws:username", "kms:calleraccount",
    }
)  # fmt: skip
"""Keys that are given by who calls."""
RESOURCE_KEYS: Final = frozenset(
    {"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount"}
)
"""Keys that are given by whose the resource is."""
ABSENT: Final = frozenset({"aws:sourceip"})
"""Keys that no request through an endpoint has: aws:VpcSourceIp takes the place of aws:SourceIp."""
SEVERAL: Final = frozenset(
    {
        "aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths", "aws:tagkeys",
        "aws:calledvia", "aws:principalservicenameslist",
    }
)  # fmt: skip
"""Global keys with several values.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

FREE: Final = Key()
"""A key whose value the caller chooses, or leaves out."""
UNSURE: Final = Key(present=Sure.MAYBE, absent=Sure.MAYBE)
"""A key of which nothing is known."""
_ALWAYS: Final = Key(absent=Sure.NO)
_GRANTED: Final = Key(frozenset({CallerKind.ROLE}), present=Sure.MAYBE)
"""Given to the credentials of a function, instance or build by AWS: not for the caller to choose."""

KEYS: Final[Mapping[str, Key]] = {
    "aws:userid": Key(SIGNED, absent=Sure.NO),
    # The caller's session
    "aws:multifactorauthpresent": Key(_TEMPORARY, boolean=True),
    "aws:multifactorauthage": Key(_TEMPORARY),
    "aws:tokenissuetime": Key(_TEMPORARY),
    "aws:federatedprovider": Key(_SESSIONS),
    "aws:sourceidentity": Key(_SESSIONS),
    "aws:assumedroot": Key(frozenset({CallerKind.ROOT}), present=Sure.MAYBE, boolean=True),
    "aws:chatbotsourcearn": _GRANTED,
    "aws:ec2instancesourcevpc": _GRANTED,
    "aws:ec2instancesourceprivateipv4": _GRANTED,
    "ec2:roledelivery": _GRANTED,
    "ec2:sourceinstancearn": _GRANTED,
    "glue:roleassumedby": _GRANTED,
    "glue:credentialissuingservice": _GRANTED,
    "lambda:sourcefunctionarn": _GRANTED,
    "ssm:sourceinstancearn": _GRANTED,
    "codebuild:buildarn": _GRANTED,
    "codebuild:projectarn": _GRANTED,
    "identitystore:userid": _GRANTED,
    "signin:loginsessionarn": _GRANTED,
    # The network: these come with every request through an endpoint
    "aws:vpcsourceip": _ALWAYS,
    "aws:securetransport": Key(absent=Sure.NO, boolean=True),
    # A service that calls on somebody's behalf: a request that is made through an endpoint is made by its caller
    "aws:viaawsservice": Key(boolean=True, absent=Sure.MAYBE),
    "aws:calledvia": Key(present=Sure.MAYBE, several=True),
    "aws:calledviafirst": Key(present=Sure.MAYBE),
    "aws:calledvialast": Key(present=Sure.MAYBE),
    "kms:viaservice": Key(present=Sure.MAYBE),
    "kms:grantisforawsresource": Key(present=Sure.MAYBE, boolean=True),
    # Calls of service principals
    "aws:sourcearn": Key(_SERVICES),
    "aws:sourceaccount": Key(_SERVICES),
    "aws:sourceorgid": Key(_SERVICES),
    "aws:sourceorgpaths": Key(_SERVICES, several=True),
    "aws:principalservicenameslist": Key(_SERVICES, several=True),
    # What the caller says
    "aws:referer": FREE,
    "aws:useragent": _ALWAYS,
    "aws:tagkeys": Key(several=True),
}
"""Global and cross-service keys whose values are the caller's choice, or nobody's."""

PREFIXES: Final[Mapping[str, Key]] = {
    "aws:principaltag/": Key(_TAGGED),
    "aws:requesttag/": FREE,
    "aws:resourcetag/": FREE,
    "kms:encryptioncontext:": FREE,
    "saml:": Key(frozenset({CallerKind.FEDERATED})),
}
"""Keys whose name goes on."""
OWNERLESS: Final[Mapping[str, frozenset[str]]] = {
    "ebs": frozenset({"*"}),
    "events": frozenset({"*"}),
    "ec2": frozenset(
        {
            "AcceptTransitGatewayPeeringAttachment", "AcceptVpcEndpointConnections", "AcceptVpcPeeringConnection",
            "CopyFpgaImage", "CopyImage", "CopySnapshot", "CreateTransitGatewayPeeringAttachment", "CreateVolume",
            "CreateVpcEndpoint", "CreateVpcPeeringConnection", "DeleteTransitGatewayPeeringAttachment",
            "DeleteVpcPeeringConnection", "RejectTransitGatewayPeeringAttachment", "RejectVpcEndpointConnections",
            "RejectVpcPeeringConnection",
        }
    ),
    "route53": frozenset(
        {
            "AssociateVPCWithHostedZone", "CreateVPCAssociationAuthorization", "DeleteVPCAssociationAuthorization",
            "DisassociateVPCFromHostedZone", "ListHostedZonesByVPC",
        }
    ),
    "workspaces": frozenset({"CopyWorkspaceImage", "DescribeWorkspaceImages"}),
}  # fmt: skip
"""Actions, `*` for all of a service, whose requests have no key of whose the resource is (RESOURCE_KEYS).

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:ResourceAccount)
"""
TIME: Final = frozenset({"aws:currenttime", "aws:epochtime"})
USER_ID: Final = "aws:userid"
USERS_WITHOUT_SIGNATURE: Final = frozenset({"s3", "sqs", "sns"})
"""Services whose requests have aws:userid "anonymous" where nobody signed for them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (the table of principals)
"""


def is_ownerless(prefix: str, action: str) -> bool:
    """Whether requests for this action, named without its service, have no key of whose the resource is."""
    found = OWNERLESS.get(prefix, frozenset())
    return "*" in found or action in found
