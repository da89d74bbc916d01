"""How much a policy lets through: all there is, nothing at all, or every action by a wildcard; pure."""

from __future__ import annotations

from collections.abc import Sequence

from .atoms import Budget, TooHard
from .case import Case
from .context import Context
from .document import Document, Statement
from .reach import allowed
from .request import CallerKind
from .search import STEPS, Goal, Search
from .sides import Callers, Resources, Universe
from .spoken import Spoken

EVERYTHING = Universe(services=True)


def is_full_access(document: Document, context: Context) -> bool:
    """Whether the policy means the same as the default one, however it is written.

    One statement allows whatever can come through the endpoint, and none denies any of it. Callers that an identity
    provider or a service stands for do not count: `{"AWS": "*"}` is full access all the same.
    """
    whole = any(_covers(statement, context) for statement in document.allows)
    denies = tuple(statement for statement in document.statements if not statement.allows)
    return whole and not can_match(denies, context)


def is_everything(document: Document, context: Context) -> bool:
    """Whether the policy lets through all there is, callers of identity providers and services included."""
    whole = any(one.principals.anybody and _covers(one, context) for one in document.allows)
    denies = tuple(statement for statement in document.statements if not statement.allows)
    return whole and not can_match(denies, context)


def is_default(document: Document, context: Context) -> bool:
    """Whether it is the default policy in another spelling: full access with no condition and nothing denied."""
    plain = len(document.allows) == len(document.statements)
    return plain and any(not one.conditions and _covers(one, context) for one in document.allows)


def _covers(statement: Statement, context: Context) -> bool:
    """Whether nothing that can come through the endpoint fails to match, as far as can be told."""
    if statement.covers_everything:
        return True
    case = Case((statement,), context, Budget(STEPS // 20), hopeless_too=True)  # whoever writes more restricts
    if case.other_keys or case.variables.hide or not case.start().maybe:
        return False
    try:
        callers = Callers(case).seen(EVERYTHING)
        kinds = {CallerKind.SERVICE, CallerKind.FEDERATED}
        if not all(masks.maybe for masks, caller in callers if caller.caller.kind not in kinds):
            return False
        groups = [group for group in Spoken(case).groups() if group.masks.sure]
        if not groups or not all(group.masks.maybe for group in groups):
            return False
        resources = Resources(case)
        types = {type_name for group in groups for type_name in group.by_type}
        seen = (masks for name in types for masks, _ in resources.seen(EVERYTHING, name))
        return all(masks.maybe for masks in seen if masks.sure)
    except TooHard:
        return False


def can_match(statements: Sequence[Statement], context: Context) -> bool:
    """Whether one of the statements can match anything that comes through the endpoint, as far as can be told."""
    every = (1 << len(statements)) - 1
    goal = Goal(lambda surely, _: bool(surely & every), lambda _, maybe: bool(maybe & every), every)
    try:
        return next(Search(statements, context).run(EVERYTHING, goal), None) is not None
    except TooHard:
        return True


def lets_nothing_through(document: Document, context: Context) -> bool:
    """Whether it is proved that the policy allows no request at all: an outage for whoever uses the endpoint."""
    try:
        return next(Search(document.statements, context).run(EVERYTHING, allowed(document.statements)), None) is None
    except TooHard:
        return False


def wildcard_statements(document: Document) -> tuple[Statement, ...]:
    """The statements that allow every action of a service, or all but some, by a wildcard."""
    return tuple(
        statement
        for statement in document.allows
        if statement.actions.negated or any(_is_every(value.written) for value in statement.actions.values)
    )


def partly_wildcard_statements(document: Document) -> tuple[Statement, ...]:
    """The statements that allow some actions by a wildcard, such as `s3:Get*`."""
    every = wildcard_statements(document)
    return tuple(
        statement
        for statement in document.allows
        if statement not in every and any("*" in one.written or "?" in one.written for one in statement.actions.values)
    )


def _is_every(action: str) -> bool:
    """Whether it is `*`, or a service's `*`."""
    _, colon, name = action.partition(":")
    return set(name if colon else action) == {"*"}
