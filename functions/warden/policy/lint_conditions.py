"""What EC2 would refuse in a policy's conditions, and what can only be a mistake in them; pure. lint.py asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from .breadth import can_match
from .conditions import Condition, Family, Quantifier, moment, network, number
from .context import Context
from .document import Statement
from .glob import Glob, arn_glob
from .keys import ABSENT, CALLER_KEYS, KEYS, PREFIXES, RESOURCE_KEYS, SEVERAL, TIME, is_ownerless
from .place import Path
from .remark import Kind, Remark
from .request import CallerKind
from .service import key_of
from .template import Template
from .values import constants

LEAST_BESIDE_WILDCARD: Final = 6
"""Literal characters that EC2 wants in a row before or after each wildcard of a string condition."""
SYSTEM_IDS: Final = frozenset(
    {
        "aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid", "aws:sourceaccount",
        "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid", "kms:calleraccount",
        "s3:resourceaccount",
    }
)  # fmt: skip
"""Keys that hold ids of AWS's own making: EC2 takes no wildcard and no number operator on them (NO_WILDCARD)."""
GLOBAL_KEYS: Final = (
    frozenset(key for key in KEYS if key.startswith("aws:"))
    | frozenset(key for key in CALLER_KEYS | RESOURCE_KEYS if key.startswith("aws:"))
    | SYSTEM_IDS
    | ABSENT
    | TIME
    | {
        "aws:requestedregion", "aws:sourcevpcarn", "aws:vpceorgpaths", "aws:sourceorgpaths", "aws:principalservicename",
        "aws:principalservicenameslist", "aws:ismcpserviceaction", "aws:viaawsmcpservice", "aws:calledviaawsmcp",
    }
)  # fmt: skip
"""Every key that AWS documents for all services, but for families such as aws:PrincipalTag/...

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""
_UNFILLED: Final = re.compile(r"<[^<>]+>|\{\{.*\}\}|%[A-Za-z_]+%")
_NOT_ANONYMOUS: Final = ("aws:principalorgid", "aws:principalarn", "aws:principalorgpaths", "aws:principalisawsservice")
"""Keys that a request which nobody signed for never has."""


Told = Iterator[tuple[Kind, str, str]]


def _wildcards(_: Statement, condition: Condition, __: Context) -> Told:
    if condition.key in SYSTEM_IDS:
        wild = condition.operator.family is Family.LIKE and any(_has_wildcard(one.written) for one in condition.values)
        if wild or condition.operator.family is Family.NUMBER:
            why = f"{condition.name} holds ids of AWS's making: EC2 takes neither wildcards nor numbers to compare them"
            yield Kind.REFUSED, "wildcard-on-id", why
        return
    partial = [one.written for one in condition.values if partial_account(one.written)]
    if partial:
        yield Kind.REFUSED, "partial-account", f"{', '.join(partial)}: {PARTIAL}"
    if condition.operator.family is Family.LIKE:
        short = [one.written for one in condition.values if not _enough_beside(one.written)]
        if short:
            why = (
                f"{', '.join(short)}: EC2 wants at least {LEAST_BESIDE_WILDCARD} characters in a row "
                "before or after each wildcard"
            )
            yield Kind.REFUSED, "short-wildcard", why


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def _enough_beside(text: str) -> bool:
    """Whether each wildcard has enough characters on one side."""
    runs = pairwise(re.split(r"[*?]", text))
    return all(max(len(one), len(other)) >= LEAST_BESIDE_WILDCARD for one, other in runs)


def _never_there(statement: Statement, condition: Condition, context: Context) -> Told:
    """Keys that no request through an endpoint has, or none but an AWS service's."""
    of_services = KEYS[condition.key].carriers == {CallerKind.SERVICE} if condition.key in KEYS else False
    untold = condition.key in RESOURCE_KEYS and is_ownerless(context.service.prefix, "*")
    if condition.key not in ABSENT and not of_services and not untold:
        return
    if condition.operator.family is Family.NULL or condition.if_exists or condition.quantifier is Quantifier.ALL:
        return
    hint = " (aws:VpcSourceIp is)" if condition.key in ABSENT else ", unless an AWS service makes it"
    what = f"to {context.service.prefix}" if untold else f"through an endpoint{hint}"
    fact = f"{condition.name} is never part of a request {what}"
    if not condition.operator.negated:
        yield Kind.DEAD, "absent-key", f"{fact}: the statement matches nothing"
    elif statement.allows:
        yield Kind.TAUTOLOGY, "absent-key", f"{fact}: the condition always holds"
    elif can_match((statement,), context):
        why = f"{fact}: the condition always holds, and the statement denies what it was to spare"
        yield Kind.OUTAGE, "absent-key-denies", why


def _spelling(_: Statement, condition: Condition, context: Context) -> Told:
    """Keys, variables and values that look like a slip of the pen, or like a template that nobody filled in."""
    if _is_unknown(condition.key, context):
        yield (
            Kind.UNCERTAIN,
            "unknown-key",
            f"{condition.name} is no condition key that is known{_meant(condition.key)}",
        )
    variables = [(value, one) for value in condition.values for one in value.variables]
    for value, variable in variables:
        if ":" not in variable.key:
            why = f"{value.written} holds ${{{variable.key}}}, which is no policy variable: a template, not filled in?"
            yield Kind.UNCERTAIN, "unknown-variable", why
    unfilled = [one.written for one in condition.values if _UNFILLED.fullmatch(one.written)]
    if unfilled:
        yield Kind.UNCERTAIN, "unfilled", f"{', '.join(unfilled)} looks like a template that was not filled in"
    exact = condition.operator.name.startswith("String") and condition.operator.family is not Family.LIKE
    stars = [one.written for one in condition.values if exact and "*" in one.written and "${" not in one.written]
    if stars and not unfilled:
        why = f"{', '.join(stars)}: {condition.operator.name} compares a star as a star (StringLike reads wildcards)"
        yield Kind.UNCERTAIN, "star-as-text", why


def _is_unknown(key: str, context: Context) -> bool:
    """Whether no such key is known, of all or of this service; other services' keys are not looked at."""
    prefix = key.partition(":")[0]
    if prefix == "aws":
        return key not in GLOBAL_KEYS and not key.startswith(tuple(PREFIXES))
    own = context.service.known and prefix == context.service.prefix
    return own and key not in KEYS and not key_of(context.service.keys, key)


def _meant(key: str) -> str:
    """What a slip of the pen was to be, as a question; "" where nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415  few policies need it

    near = get_close_matches(key, sorted(GLOBAL_KEYS), 1)
    return f": is {near[0]} meant?" if near else ""


def _own_network(_: Statement, condition: Condition, context: Context) -> Told:
    """Conditions on what is the same in every request through the endpoint."""
    always = constants(condition.key, context)
    if not always or len(always) != 1 or condition.key in ABSENT or condition.operator.family is Family.NULL:
        return
    keys = always[0].keys
    found = keys.get(condition.key)
    truth = condition.holds(found, lambda key: (keys.get(key) or (None,))[0])
    if truth is True:
        why = f"{condition.name} is {(found or ('',))[0]} in every request through this endpoint: it restricts nothing"
        yield Kind.TAUTOLOGY, "own-network", why
    elif truth is False:
        yield Kind.DEAD, "other-network", f"no request through this endpoint has that {condition.name}"


def _anonymous_leak(statement: Statement, condition: Condition, _: Context) -> Told:
    """A Deny that is not for callers of whom its key says nothing, beside one that would be."""
    if statement.allows or condition.key not in _NOT_ANONYMOUS or condition.if_exists:
        return
    positive = not condition.operator.negated and condition.operator.family is not Family.NULL
    any_value = condition.quantifier is Quantifier.ANY
    if (positive or any_value) and condition.quantifier is not Quantifier.ALL:
        others = [one for one in statement.conditions if one is not condition]
        if any(one.operator.negated for one in others) or any_value:
            why = (
                f"a request that nobody signed for has no {condition.name}, so that this Deny does not reach it: "
                "use the operator's IfExists form"
            )
            yield Kind.LEAK, "anonymous-escapes", why


def _missing_passes(statement: Statement, condition: Condition, _: Context) -> Told:
    """An Allow that a missing key opens."""
    if not statement.allows or condition.key not in _NOT_ANONYMOUS:
        return
    if condition.quantifier is Quantifier.ALL or condition.if_exists:
        word = "ForAllValues" if condition.quantifier is Quantifier.ALL else "IfExists"
        why = f"{word} is true where {condition.name} is missing: whoever has none, anonymous callers too, gets through"
        yield Kind.LEAK, "missing-key-passes", why


def _values(_: Statement, condition: Condition, __: Context) -> Told:
    """Values that are not of the operator's kind."""
    read: Mapping[Family, Callable[[str], object]] = {
        Family.NUMBER: number,
        Family.DATE: moment,
        Family.ADDRESS: network,
        Family.ARN: lambda text: arn_glob(Glob((text,))) if "*" not in text else text.count(":") >= 5 or None,  # noqa: PLR2004  the colons of an ARN
    }
    check = read.get(condition.operator.family)
    wrong = [one.written for one in condition.values if check and not one.variables and check(one.written) is None]
    if wrong:
        yield Kind.UNCERTAIN, "wrong-value", f"{', '.join(wrong)} is no {condition.operator.family.value}"
    if any(reads_as_text(one) for one in condition.values):
        yield Kind.UNCERTAIN, "old-version", OLD
    if not condition.values:
        yield Kind.UNCERTAIN, "no-value", f"{condition.name} is compared with nothing"


def _unsound(_: Statement, condition: Condition, __: Context) -> Told:
    if condition.sound or not condition.values:
        return
    if condition.quantifier is None and condition.key in SEVERAL:
        why = f"{condition.name} can have several values: it needs ForAllValues or ForAnyValue"
        yield Kind.UNCERTAIN, "no-quantifier", why
    else:
        yield Kind.UNCERTAIN, "spelling", f"{condition.name}: AWS does not say what an operator or key so written means"


def _written_operator(condition: Condition) -> str:
    quantifier = f"{condition.quantifier.value}:" if condition.quantifier else ""
    return f"{quantifier}{condition.operator.name}{'IfExists' if condition.if_exists else ''}"


OLD: Final = '`${...}` is plain text here, and no variable: variables need "Version": "2012-10-17", and a key in them'
PARTIAL: Final = "EC2 takes an account's id or a wildcard for all, not both"


def reads_as_text(value: Template) -> bool:
    """Whether what looks like a variable in it is plain text."""
    return "${" in value.written and value.parts == (value.written,)


def partial_account(arn: str) -> bool:
    """Whether the account of an ARN is one in part, and a wildcard in part."""
    parts = arn.split(":")
    account = parts[4] if arn.startswith("arn:") and len(parts) > 4 else ""  # noqa: PLR2004  the account's place in an ARN
    return _has_wildcard(account) and bool(account.strip("*"))


def of_conditions(statement: Statement, context: Context) -> Iterator[Remark]:
    """What is to be remarked of a statement's conditions."""
    for condition in statement.conditions:
        path: Path = ("Condition", _written_operator(condition), condition.name)
        for check in _CONDITION_CHECKS:
            for kind, code, message in check(statement, condition, context):
                yield Remark(kind, code, path, message)


_CONDITION_CHECKS: Final = (
    _wildcards, _spelling, _never_there, _own_network, _anonymous_leak, _missing_passes, _values, _unsound,
)  # fmt: skip
