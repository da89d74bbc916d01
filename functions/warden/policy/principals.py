"""Whether a Principal element speaks of a caller; pure.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from typing import Final

from .conditions import Truth, any_true
from .document import EVERYBODY, Principal, Principals
from .request import SIGNED, Caller, CallerKind

# Compiled by `re` when first needed, and kept by it: a cold start that needs none pays for none.
_ACCOUNT: Final = r"\d{12}"
_ROOT: Final = r"arn:[a-z-]+:iam::(\d{12}):root"
_NAMED: Final = r"arn:[a-z-]+:(?:iam::\d{12}:(?:user|role)|sts::\d{12}:(?:assumed-role|federated-user))/.+"


def matches(principals: Principals, caller: Caller, *, gateway: bool) -> Truth:
    """Whether the element speaks of the caller; `gateway` for a gateway endpoint, which reads accounts otherwise."""
    if principals.negated:
        return _not_named(principals, caller, gateway=gateway)
    if principals.anybody:
        return True
    return any_true(is_named(principal, caller, gateway=gateway) for principal in principals.named)


def account_of(principal: Principal) -> str:
    """The account that a principal stands for as a whole: an id, or its root ARN; "" for any other."""
    if principal.type != "AWS":
        return ""
    root = re.fullmatch(_ROOT, principal.name)
    return root[1] if root else principal.name if re.fullmatch(_ACCOUNT, principal.name) else ""


def is_named(principal: Principal, caller: Caller, *, gateway: bool) -> Truth:
    """Whether this one principal is the caller, or its account."""
    match principal.type:
        case "AWS":
            return _is_aws(principal, caller, gateway=gateway)
        case "Service":
            return caller.kind is CallerKind.SERVICE and caller.service == principal.name
        case "Federated":
            return None if caller.kind is CallerKind.FEDERATED else False
        case _:  # CanonicalUser: whose account it is, its name does not say
            return None if caller.kind in SIGNED else False


def _is_aws(principal: Principal, caller: Caller, *, gateway: bool) -> Truth:
    """An account stands for all its principals; on a gateway endpoint, for its root user alone.

    `{"AWS": "*"}` is everybody, as `"*"` is, but for callers whom an identity provider signed for.
    Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html ("equivalent"),
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html
    """
    if principal.name == "*":
        return caller.kind is not CallerKind.FEDERATED
    if caller.kind not in SIGNED:
        return False
    account = account_of(principal)
    if account:
        other = principal.name.startswith("arn:") and principal.name.split(":")[1] != caller.arn.split(":")[1]
        return not other and caller.account == account and (not gateway or caller.kind is CallerKind.ROOT)
    if re.fullmatch(_NAMED, principal.name):
        return principal.name in {caller.arn, caller.session_arn}
    return None  # a unique id, whose account nobody can read from it, or no principal at all


def _not_named(principals: Principals, caller: Caller, *, gateway: bool) -> Truth:
    """Whether NotPrincipal speaks of the caller: not of one that is named with all that it belongs to.

    A user must be named beside its account, a session beside its role and account; of what is named in part only, AWS
    says that access may be lost.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if principals.anybody:
        return False
    truths = [is_named(principal, caller, gateway=gateway) for principal in principals.named]
    if not any(truth is not False for truth in truths):
        return True
    wanted = {caller.arn, caller.session_arn} - {""}
    if caller.kind is CallerKind.ROOT or caller.kind not in SIGNED or EVERYBODY in principals.named:
        return None if None in truths and True not in truths else False
    named = {principal.name for principal in principals.named}
    whole = any(account_of(principal) == caller.account for principal in principals.named)
    return False if whole and wanted <= named else None
