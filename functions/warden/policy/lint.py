"""What EC2 would refuse in a policy, and what can only be a mistake; pure.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (limits of endpoint policies),
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html (mistakes)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import pairwise
from typing import Final, NamedTuple

from .breadth import can_match, lets_nothing_through
from .conditions import Condition, Family, Quantifier, moment, network, number
from .context import Context
from .document import EVERYBODY, Document, Statement
from .glob import ANY_ONE, Glob, arn_glob
from .keys import ABSENT, CALLER_KEYS, KEYS, PREFIXES, RESOURCE_KEYS, SEVERAL, TIME, is_ownerless
from .place import Path
from .principals import account_of
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


class Kind(Enum):
    """What is wrong with it."""

    REFUSED = "refused"
    """EC2 refuses a new policy with this; an older one may have it."""
    DEAD = "dead"
    """It can never do anything."""
    TAUTOLOGY = "tautology"
    """It holds for every request, and so restricts nothing."""
    OUTAGE = "outage"
    """It denies everything."""
    LEAK = "leak"
    """It lets more through than it seems to."""
    UNCERTAIN = "uncertain"
    """AWS does not say what it means."""


class Remark(NamedTuple):
    """One thing to mend: a stable code, where it stands, and a sentence."""

    kind: Kind
    code: str
    path: Path
    message: str


Check = Callable[[Statement, Context], Iterator[Remark]]


def lint(document: Document, context: Context) -> tuple[Remark, ...]:
    """Everything that is to be remarked, in the order of the policy's statements; what concerns all of it last."""
    return (*remarks(document, context), *_nothing(document, context))


def remarks(document: Document, context: Context) -> tuple[Remark, ...]:
    """The same but for whether it is an outage, which takes the most time to find out."""
    return (*_of_statements(document, context, (*_STATEMENT_CHECKS, _matches)), *_twin_sids(document))


def refusals(document: Document, context: Context) -> tuple[Remark, ...]:
    """Only what EC2 would refuse."""
    found = _of_statements(document, context, _STATEMENT_CHECKS)
    return tuple(one for one in found if one.kind is Kind.REFUSED)


def _of_statements(document: Document, context: Context, checks: Sequence[Check]) -> Iterator[Remark]:
    """What each check remarks of each statement, in the order of the statements."""
    single = '"Statement":{' in "".join(document.text.split())
    for statement in document.statements:
        path: Path = ("Statement",) if single else ("Statement", statement.place)
        for check in checks:
            for one in check(statement, context):
                yield one._replace(path=(*path, *one.path), message=f"{statement.name}: {one.message}")


def _matches(statement: Statement, context: Context) -> Iterator[Remark]:
    """A statement that is to allow and that no request meets, where nothing else that is remarked says why.

    That a denial finds nothing to deny is no mistake: it may be there for another day.
    """
    if not statement.allows:
        return
    explained = any(True for check in _STATEMENT_CHECKS for one in check(statement, context) if one.kind in _EXPLAIN)
    if not explained and not can_match((statement,), context):
        why = "no request through the endpoint meets it: look whether its actions are of the resources that it names"
        yield Remark(Kind.DEAD, "matches-nothing", (), why)


def _principals(statement: Statement, context: Context) -> Iterator[Remark]:
    element = "NotPrincipal" if statement.principals.negated else "Principal"
    if context.gateway:
        yield from _of_gateway(statement, element)
    if statement.principals.negated and statement.allows:
        why = "NotPrincipal with Allow lets everybody through but those named, callers without credentials included"
        yield Remark(Kind.LEAK, "allow-not-principal", (element,), why)
    if any(re.fullmatch(r"A[A-Z]{3}[A-Z0-9]{12,}", one.name) for one in statement.principals.named):
        why = "a principal is named by its unique id: it was deleted, and whose it was cannot be told"
        yield Remark(Kind.UNCERTAIN, "unique-id", (element,), why)


def _of_gateway(statement: Statement, element: str) -> Iterator[Remark]:
    """Principals of a gateway endpoint's policy, where only `*` means what it says."""
    named = [one for one in statement.principals.named if one != EVERYBODY]
    roots = [one for one in named if account_of(one)]
    if roots and statement.allows and not statement.principals.negated:
        why = (
            "a gateway endpoint reads an account as its root user alone: its users and roles do not get through "
            '(use Principal "*" and aws:PrincipalAccount)'
        )
        yield Remark(Kind.OUTAGE, "gateway-root-only", (element,), why)
    if len(named) > len(roots) or statement.principals.negated:
        why = 'a gateway endpoint takes only Principal "*" (restrict with aws:PrincipalArn)'
        yield Remark(Kind.REFUSED, "gateway-principal", (element,), why)


def _actions(statement: Statement, context: Context) -> Iterator[Remark]:
    element = "NotAction" if statement.actions.negated else "Action"
    prefix = f"{context.service.prefix.lower()}:"
    patterns = [(one.written, one.fixed.lowered()) for one in statement.actions.values if one.fixed]
    for written, pattern in patterns:
        first = pattern.runs[0].partition(ANY_ONE)[0]
        other = not pattern.matches_all and ":" in first and not first.startswith(prefix)
        if other:
            why = f"{written} is of another service than the endpoint's: it has no effect here"
            yield Remark(Kind.DEAD, "other-service", (element,), why)
        elif context.service.known and first.startswith(prefix) and not _is_known(pattern, prefix, context):
            why = f"{written} matches no action of {context.service.prefix}: a slip of the pen, or newer than our table"
            yield Remark(Kind.UNCERTAIN, "unknown-action", (element,), why)


def _is_known(pattern: Glob, prefix: str, context: Context) -> bool:
    return any(pattern.matches(f"{prefix}{name}") for name in context.service.lower_names)


def _resources(statement: Statement, context: Context) -> Iterator[Remark]:
    element = "NotResource" if statement.resources.negated else "Resource"
    for value in statement.resources.values:
        pattern = value.fixed
        if pattern is None or pattern.matches_all:
            continue
        arn = arn_glob(pattern)
        if arn is None:
            why = f"{value.written} is no ARN of six parts: AWS does not say what it matches"
            yield Remark(Kind.UNCERTAIN, "short-arn", (element,), why)
        elif _partial_account(value.written):
            yield Remark(Kind.REFUSED, "partial-account", (element,), f"{value.written}: {_PARTIAL}")
        elif arn.parts[3].literal not in {None, "", context.region}:
            why = f"{value.written} is of another region than the endpoint's: hardly a request can be for it"
            yield Remark(Kind.DEAD, "other-region", (element,), why)
    if any(_reads_as_text(value) for value in statement.resources.values):
        yield Remark(Kind.UNCERTAIN, "old-version", (element,), _OLD)


_OLD: Final = '`${...}` is plain text here, and no variable: variables need "Version": "2012-10-17", and a key in them'
_PARTIAL: Final = "EC2 takes an account's id or a wildcard for all, not both"


def _reads_as_text(value: Template) -> bool:
    return "${" in value.written and value.parts == (value.written,)


def _partial_account(arn: str) -> bool:
    parts = arn.split(":")
    account = parts[4] if arn.startswith("arn:") and len(parts) > 4 else ""  # noqa: PLR2004  the account's place in an ARN
    return _has_wildcard(account) and bool(account.strip("*"))


def _conditions(statement: Statement, context: Context) -> Iterator[Remark]:
    for condition in statement.conditions:
        path: Path = ("Condition", _written_operator(condition), condition.name)
        for check in _CONDITION_CHECKS:
            for kind, code, message in check(statement, condition, context):
                yield Remark(kind, code, path, message)


Told = Iterator[tuple[Kind, str, str]]


def _wildcards(_: Statement, condition: Condition, __: Context) -> Told:
    if condition.key in SYSTEM_IDS:
        wild = condition.operator.family is Family.LIKE and any(_has_wildcard(one.written) for one in condition.values)
        if wild or condition.operator.family is Family.NUMBER:
            why = f"{condition.name} holds ids of AWS's making: EC2 takes neither wildcards nor numbers to compare them"
            yield Kind.REFUSED, "wildcard-on-id", why
        return
    partial = [one.written for one in condition.values if _partial_account(one.written)]
    if partial:
        yield Kind.REFUSED, "partial-account", f"{', '.join(partial)}: {_PARTIAL}"
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
    if any(_reads_as_text(one) for one in condition.values):
        yield Kind.UNCERTAIN, "old-version", _OLD
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


def _twin_sids(document: Document) -> Iterator[Remark]:
    seen: set[str] = set()
    for statement in document.statements:
        if statement.sid and statement.sid in seen:
            why = f"the Sid {statement.sid} stands twice"
            yield Remark(Kind.UNCERTAIN, "twin-sid", ("Statement", statement.place, "Sid"), why)
        seen.add(statement.sid)


def _nothing(document: Document, context: Context) -> Iterator[Remark]:
    if lets_nothing_through(document, context):
        why = "the policy lets nothing through: every call through the endpoint fails"
        yield Remark(Kind.OUTAGE, "denies-everything", (), why)


def _written_operator(condition: Condition) -> str:
    quantifier = f"{condition.quantifier.value}:" if condition.quantifier else ""
    return f"{quantifier}{condition.operator.name}{'IfExists' if condition.if_exists else ''}"


_EXPLAIN: Final = frozenset({Kind.DEAD, Kind.UNCERTAIN})
_STATEMENT_CHECKS: Final = (_principals, _actions, _resources, _conditions)
_CONDITION_CHECKS: Final = (
    _wildcards, _spelling, _never_there, _own_network, _anonymous_leak, _missing_passes, _values, _unsound,
)  # fmt: skip
