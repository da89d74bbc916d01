"""What a policy says of one request, exactly; pure.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from . import principals
from .conditions import Condition, Truth, all_true, any_true
from .document import Document, Patterns, Statement
from .glob import ARN_PARTS, Glob, arn_glob
from .request import Request
from .template import Template

NO_RESOURCE: Final = "*"
"""The resource of an action that is of none."""
NOT_KNOWN: Final = ""
"""The resource of a request of which it is not known, as of some records of CloudTrail."""


class Effect(Enum):
    """What becomes of a request."""

    ALLOW = "ALLOW"
    EXPLICIT_DENY = "EXPLICIT_DENY"
    IMPLICIT_DENY = "IMPLICIT_DENY"
    UNKNOWN = "UNKNOWN"


class Decision(NamedTuple):
    """The effect, the statements that bring it about, and, where it is unknown, why."""

    effect: Effect
    statements: tuple[Statement, ...] = ()
    why: str = ""


def evaluate(document: Document, request: Request, *, gateway: bool = False) -> Decision:
    """Decide one request; `gateway` for the policy of a gateway endpoint, which reads account principals otherwise."""
    truths = [(statement, speaks_of(statement, request, gateway=gateway)) for statement in document.statements]
    denies = tuple(statement for statement, truth in truths if truth and not statement.allows)
    if denies:
        return Decision(Effect.EXPLICIT_DENY, denies)
    allows = tuple(statement for statement, truth in truths if truth and statement.allows)
    unsure = tuple(statement for statement, truth in truths if truth is None and statement.allows is not bool(allows))
    if unsure:  # what would allow, or, where something allows, what would deny: nothing else makes a difference
        return Decision(Effect.UNKNOWN, unsure, unsure_because(unsure, request, gateway=gateway))
    return Decision(Effect.ALLOW, allows) if allows else Decision(Effect.IMPLICIT_DENY)


def speaks_of(statement: Statement, request: Request, *, gateway: bool) -> Truth:
    """Whether a statement matches the request."""
    return all_true(
        (
            principals.matches(statement.principals, request.caller, gateway=gateway),
            action_matches(statement.actions, request.action),
            resource_matches(statement.resources, request),
            *(holds(condition, request) for condition in statement.conditions),
        )
    )


def action_matches(patterns: Patterns, action: str) -> bool:
    """Whether an Action or NotAction element speaks of the action; upper and lower case are alike.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    lower = action.lower()
    named = any(value.fixed is not None and value.fixed.lowered().matches(lower) for value in patterns.values)
    return named is not patterns.negated


def resource_matches(patterns: Patterns, request: Request) -> Truth:
    """Whether a Resource or NotResource element speaks of the request's resource.

    A variable without a value makes a Resource name nothing. Whether NotResource speaks of everything then, or the
    statement is invalid, is not documented.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    truth = any_true(
        _names_resource(value, request, without=None if patterns.negated else False) for value in patterns.values
    )
    return truth if truth is None or not patterns.negated else not truth


def _names_resource(value: Template, request: Request, *, without: Truth) -> Truth:
    """Whether one value names the resource; `without` where one of its variables has no value."""
    if value.variables and not variables_allowed(value):
        return None
    if not _known(value, request):
        return None
    pattern = value.glob(request.value)
    if pattern is None:
        return without
    truth = names(pattern, request.resource)
    return None if truth and value.vague else truth


def names(pattern: Glob, resource: str) -> Truth:
    """Whether a pattern names the resource; wildcards stay within their part of the ARN, but for the last part.

    What stands in for "no resource" in a service's own check is not documented: only `*` surely names it.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if pattern.matches_all:
        return True
    if resource == NOT_KNOWN:
        return None
    arn = arn_glob(pattern)
    if resource == NO_RESOURCE:
        return (
            None if arn is not None and all(part.matches_all or part.literal == "" for part in arn.parts[3:]) else False
        )
    if arn is None:  # not of six parts: what it matches is not documented, whatever it seems to
        return None if pattern.matches(resource) or pattern.runs[0].startswith("arn:") else False
    return arn.matches(resource)


def variables_allowed(value: Template) -> bool:
    """Whether variables stand in the last part of the ARN only, where IAM reads them.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    colons = 0
    for part in value.parts:
        if isinstance(part, str):
            colons += part.count(":")
        elif colons < ARN_PARTS - 1:
            return False
    return True


def holds(condition: Condition, request: Request) -> Truth:
    """Whether a condition holds for the request."""
    if not request.complete and condition.key not in request.keys:
        return None
    if any(not _known(value, request) for value in condition.values):
        return None
    return condition.holds(request.values(condition.key), request.value)


def _known(value: Template, request: Request) -> bool:
    return request.complete or all(variable.key in request.keys for variable in value.variables)


def unsure_because(unsure: tuple[Statement, ...], request: Request, *, gateway: bool) -> str:
    """Which parts of these statements cannot be decided for the request, in words."""
    reasons: dict[str, None] = {}
    for statement in unsure:
        if principals.matches(statement.principals, request.caller, gateway=gateway) is None:
            reasons[f"{statement.name}: whether its Principal is {request.caller.arn or request.caller.kind.value}"] = (
                None
            )
        if resource_matches(statement.resources, request) is None:
            which = f"is {request.resource}" if request.resource else "is the one, which is not told"
            reasons[f"{statement.name}: whether its Resource {which}"] = None
        for condition in statement.conditions:
            if holds(condition, request) is None:
                reasons[f"{statement.name}: whether {condition.name} meets {condition.operator.name}"] = None
    return "; ".join(reasons)
