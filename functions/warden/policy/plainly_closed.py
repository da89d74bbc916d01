"""Policies that are closed by what every reader sees: each statement demands what is ours, or one bars all else; pure.

Most policies that are closed are closed so, and need no search. Nothing is concluded from this module's silence.
"""

from __future__ import annotations

import re
from typing import Final

from .conditions import Condition, Family, Quantifier
from .context import Context
from .document import EVERYBODY, Document, Principal, Statement
from .glob import ANY_ONE, Glob, arn_glob
from .sides import Universe
from .values import constants

_ORGANISATIONS: Final = ("aws:principalorgid", "aws:resourceorgid")
_ACCOUNTS: Final = (("aws:principalaccount", "kms:calleraccount"), ("aws:resourceaccount", "s3:resourceaccount"))
"""By whether it is the resource that is to be ours."""
_OF_A_PRINCIPAL: Final = r"arn:[a-z-]+:(?:iam|sts)::(\d{12}):.+"
_ACCOUNT: Final = 4
"""The place of the account among the parts of an ARN."""


def is_plainly_closed(document: Document, context: Context, universe: Universe) -> bool:
    """Whether nothing from outside, or for what is outside, gets through, as the statements one by one show.

    The universe is one without AWS's services, and either without our own callers or without our own resources.
    """
    if any(not one.allows and _bars(one, context, universe) for one in document.statements):
        return True
    return all(_is_for_ours(one, context, universe) for one in document.allows)


def _is_for_ours(statement: Statement, context: Context, universe: Universe) -> bool:
    """Whether the statement speaks of no request of the universe."""
    principals = statement.principals
    named = not principals.anybody and not principals.negated
    if named and all(_is_of_ours(one, context, universe) for one in principals.named):
        return True
    return any(
        _demands(one, context, universe) or _never_holds(one, context) or _is_of_services(one)
        for one in statement.conditions
    )


def _is_of_ours(principal: Principal, context: Context, universe: Universe) -> bool:
    if principal.type == "Service":
        return True
    found = re.fullmatch(_OF_A_PRINCIPAL, principal.name)
    account = found[1] if found else principal.name
    return principal.type == "AWS" and not universe.foreign_only and account in context.ours


def _bars(statement: Statement, context: Context, universe: Universe) -> bool:
    """Whether it denies every request of the universe."""
    principals, patterns = statement.principals, (statement.actions, statement.resources)
    everybody = principals.anybody or (EVERYBODY in principals.named and context.service.prefix != "sts")
    if principals.negated or not everybody:
        return False
    if any(one.negated or not any(value.written == "*" for value in one.values) for one in patterns):
        return False
    return all(_spares_ours(one, context, universe) or _is_of_no_service(one) for one in statement.conditions)


def _spares_ours(condition: Condition, context: Context, universe: Universe) -> bool:
    """Whether it holds for all but the organisation, or accounts, that are ours: for those without the key, too."""
    plain = condition.operator.name == "StringNotEquals" and condition.sound and condition.quantifier is None
    return plain and _names_ours(condition, context, universe)


def _demands(condition: Condition, context: Context, universe: Universe) -> bool:
    """Whether it holds for none but the organisation, or accounts, that are ours."""
    if not condition.sound or condition.quantifier or not condition.values:
        return False
    if condition.key == "aws:principalarn" and not universe.foreign_only and not condition.if_exists:
        return not condition.operator.negated and all(
            value.fixed is not None and _account_in(condition.operator.family, value.fixed) in context.ours
            for value in condition.values
        )
    # All but those whom an identity provider signed for have an account, so that it does not matter if it exists.
    has_it = condition.key == "aws:principalaccount" and context.service.prefix != "sts"
    if condition.if_exists and not has_it:
        return False
    return condition.operator.name == "StringEquals" and _names_ours(condition, context, universe)


def _names_ours(condition: Condition, context: Context, universe: Universe) -> bool:
    """Whether the key tells whose the caller, or the resource, is, and all values that it is compared with are ours."""
    values = [value.fixed.literal if value.fixed else None for value in condition.values]
    if condition.key == _ORGANISATIONS[universe.foreign_only]:
        return bool(context.organisation and values) and all(value == context.organisation for value in values)
    named = condition.key in _ACCOUNTS[universe.foreign_only] and bool(values)
    return named and all(value in context.ours for value in values)


def _account_in(family: Family, pattern: Glob) -> str | None:
    """The account of every principal whose ARN fits the pattern, None where it leaves that open."""
    if family is Family.ARN:
        arn = arn_glob(pattern)
        return arn.parts[_ACCOUNT].literal if arn else None
    parts = pattern.runs[0].split(":")
    told = family in {Family.STRING, Family.LIKE} and len(parts) > _ACCOUNT + 1 and ANY_ONE not in parts[_ACCOUNT]
    return parts[_ACCOUNT] if told else None


def _never_holds(condition: Condition, context: Context) -> bool:
    """Whether it does not hold in any request through the endpoint, because of where that one stands."""
    always = constants(condition.key, context)
    if always is None or len(always) != 1 or any(value.variables or value.vague for value in condition.values):
        return False
    return condition.holds(always[0].keys[condition.key], lambda _: None) is False


def _is_of_services(condition: Condition) -> bool:
    """Whether it holds for direct calls of AWS's services alone."""
    return _is_about_services(condition, "true") and not condition.if_exists


def _is_of_no_service(condition: Condition) -> bool:
    """Whether it holds for every caller but AWS's services, those without the key included."""
    return _is_about_services(condition, "false") and condition.if_exists and condition.quantifier is None


def _is_about_services(condition: Condition, word: str) -> bool:
    named = condition.key == "aws:principalisawsservice" and condition.operator.name == "Bool"
    sound = condition.sound and condition.quantifier in {None, Quantifier.ANY}
    return named and sound and bool(condition.values) and all(one.written.lower() == word for one in condition.values)
