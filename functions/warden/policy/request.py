"""A request as a policy sees it: who calls, what is asked of which resource, and the keys that come along; pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

from .conditions import Values


class CallerKind(Enum):
    """How a request is signed, which decides the condition keys that it carries."""

    ANONYMOUS = "anonymous"
    """Not signed at all, or with a token that IAM does not read (execute-api)."""
    FEDERATED = "federated"
    """AssumeRoleWithSAML and AssumeRoleWithWebIdentity: signed by an identity provider, with no key of a principal.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html
    """
    ROOT = "root user"
    USER = "user"
    ROLE = "role"
    """A session of a role."""
    FEDERATED_USER = "federated user"
    """A session of GetFederationToken."""
    SERVICE = "AWS service"
    """A direct call of a service principal."""


SIGNED = frozenset({CallerKind.ROOT, CallerKind.USER, CallerKind.ROLE, CallerKind.FEDERATED_USER})
"""The callers that belong to an account."""


class Caller(NamedTuple):
    """Who calls."""

    kind: CallerKind
    arn: str = ""
    """As aws:PrincipalArn has it: of a session, the role's."""
    session_arn: str = ""
    """arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION, for a role."""
    service: str = ""
    """The service principal, such as "cloudtrail.amazonaws.com"."""

    @property
    def account(self) -> str:
        """The account that it belongs to, "" for none."""
        return self.arn.split(":", 5)[4] if self.arn else ""


NO_KEYS: Final[Mapping[str, Values]] = MappingProxyType({})
ANONYMOUS = Caller(CallerKind.ANONYMOUS)
FEDERATED = Caller(CallerKind.FEDERATED)


class Request(NamedTuple):
    """One request through the endpoint."""

    caller: Caller
    action: str
    """With the service's prefix: "s3:GetObject"."""
    resource: str
    """An ARN, or "*" for an action that is of no resource."""
    keys: Mapping[str, Values] = NO_KEYS
    """The values of each condition key, by its name in lower case; none for a key that is known to be absent."""
    owner: str = ""
    """Who owns the resource: an account, "aws" for AWS itself, "" for nobody or nobody knows."""
    complete: bool = True
    """Whether a key that is not in `keys` is absent; False where it is merely not known, as of a CloudTrail record."""

    def values(self, key: str) -> Values | None:
        """The values of a key, None where there are none; `key` in lower case."""
        return self.keys.get(key)

    def value(self, key: str) -> str | None:
        """The one value of a key, None where there is none or are several."""
        found = self.keys.get(key)
        return found[0] if found is not None and len(found) == 1 else None
