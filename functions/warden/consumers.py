"""Who may connect to an endpoint service of ours, or does: read for what they are, and known or not; pure.

Every form is matched as a whole: a role that is called "amazonaws.com" is a role, and no service of AWS.
Source: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple

from .checked import Parse, text
from .registry import Entry, entry
from .standard import Standard


class Sort(Enum):
    """What sort of principal it is."""

    EVERYBODY = "everybody"
    ACCOUNT = "account"
    USER = "user"
    ROLE = "role"
    UNIT = "organisational unit"
    ORGANISATION = "organisation"
    SERVICE = "service of AWS"
    STRANGE = "of no form that is known"


class Who(NamedTuple):
    """A principal; what its form does not tell is ""."""

    sort: Sort
    name: str
    """What tells it from others of its sort in the same place: a path and a name, the id of a unit, a service."""
    account: str = ""
    organisation: str = ""
    partition: str = ""


class Standing(Enum):
    """How the standard stands to a consumer."""

    OURS = "ours"
    APPROVED = "approved"
    EXPIRED = "approval expired"
    STRANGER = "not approved"
    UNKNOWN = "unknown"


class Known(NamedTuple):
    """How the standard stands to a consumer, and why, in words for people."""

    standing: Standing
    why: str


IN_ACCOUNTS: Final = frozenset({Sort.ACCOUNT, Sort.USER, Sort.ROLE})
_PARTITION: Final = r"arn:(aws(?:-[a-z]+)*)"
_ORGANISATION: Final = r"o-[a-z0-9]{10,32}"
_FORMS: Final[tuple[tuple[str, Callable[[re.Match[str]], Who]], ...]] = (
    (r"\*", lambda found: Who(Sort.EVERYBODY, found[0])),
    (r"\d{12}", lambda found: Who(Sort.ACCOUNT, "", found[0])),
    (rf"{_PARTITION}:iam::(\d{{12}}):root", lambda found: Who(Sort.ACCOUNT, "", found[2], partition=found[1])),
    (
        rf"{_PARTITION}:iam::(\d{{12}}):(user|role)/([\w+=,.@/-]+)",
        lambda found: Who(Sort(found[3]), found[4], found[2], partition=found[1]),
    ),
    (
        rf"{_PARTITION}:organizations::\d{{12}}:ou/({_ORGANISATION})/(ou-[a-z0-9]{{4,32}}-[a-z0-9]{{8,32}})",
        lambda found: Who(Sort.UNIT, found[3], organisation=found[2], partition=found[1]),
    ),
    (
        rf"{_PARTITION}:organizations::\d{{12}}:organization/({_ORGANISATION})",
        lambda found: Who(Sort.ORGANISATION, "", organisation=found[2], partition=found[1]),
    ),
    (_ORGANISATION, lambda found: Who(Sort.ORGANISATION, "", organisation=found[0])),
    (r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.(?:com|com\.cn|eu)", lambda found: Who(Sort.SERVICE, found[0])),
)


def read(principal: str) -> Who:
    """What this principal is.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
    """
    for form, who in _FORMS:
        found = re.fullmatch(form, principal, re.ASCII)
        if found:
            return who(found)
    return Who(Sort.STRANGE, principal)


_principal = text(
    lambda word: read(word).sort is not Sort.STRANGE,
    'in quotes, an account id, the ARN of an account ("...:root"), a user, a role, an organisational unit or an '
    'organisation, the id of an organisation, a service such as "x.amazonaws.com", or "*"',
)
consumer: Final[Parse[Entry]] = entry(principal=_principal)
"""Read an entry of the registry of consumers."""


def known(who: Who, own: str, standard: Standard, registry: Sequence[Entry], at: datetime) -> Known:
    """How the standard stands to somebody; `own` is the account of the service.

    Which accounts an organisation has, their ids do not tell: where one is known, an account that nobody names may be
    of it.
    """
    if who.sort in IN_ACCOUNTS and who.account in {own, *standard.accounts}:
        return Known(Standing.OURS, "its account is ours")
    if who.organisation and who.organisation == standard.organisation:
        return Known(Standing.OURS, "it is of our organisation")
    approval = _approval(who, registry, at)
    if approval and approval.ended(at):
        why = f"its approval ({approval.purpose}, {approval.contact}) ended on {approval.expires}"
        return Known(Standing.EXPIRED, why)
    if approval:
        return Known(Standing.APPROVED, f"it is in the registry ({approval.purpose})")
    return _unnamed(who, standard, registry)


def _unnamed(who: Who, standard: Standard, registry: Sequence[Entry]) -> Known:
    if who.sort is Sort.STRANGE:
        return Known(Standing.UNKNOWN, "it is of no form that is known")
    organised = standard.organisation or any(read(one.whom).organisation for one in registry)
    if who.sort in IN_ACCOUNTS and organised:
        why = "neither organisation.accounts nor the registry names it, and its id does not tell whose it is"
        return Known(Standing.UNKNOWN, why)
    return Known(Standing.STRANGER, "it is not in the registry")


def _approval(who: Who, registry: Sequence[Entry], at: datetime) -> Entry | None:
    """The entry of somebody's own, else the one of its account or organisation; of two alike, the one that stands."""
    covering = [(read(one.whom), one) for one in registry if covers(read(one.whom), who)]
    nearest = min(covering, key=lambda pair: (pair[0].sort is not who.sort, pair[1].ended(at)), default=None)
    return nearest[1] if nearest else None


def covers(approved: Who, who: Who) -> bool:
    """Whether approving the one approves the other: an account its users and roles, an organisation its units."""
    if approved.partition and who.partition and approved.partition != who.partition:
        return False
    if approved.sort is Sort.ACCOUNT:
        return who.sort in IN_ACCOUNTS and approved.account == who.account
    if approved.sort is Sort.ORGANISATION:
        return who.organisation == approved.organisation
    return _pathless(approved)._replace(partition=who.partition) == _pathless(who)


def _pathless(who: Who) -> Who:
    """Without the path of a user or role: endpoint services take none, and no two of an account differ by it alone.

    Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return who._replace(name=who.name.rpartition("/")[2]) if who.sort in {Sort.USER, Sort.ROLE} else who
