"""What EC2 would refuse in a policy, and what can only be a mistake; pure.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (limits of endpoint policies),
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html (mistakes)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from .breadth import can_match, lets_nothing_through
from .context import Context
from .document import EVERYBODY, Document, Statement
from .glob import ANY_ONE, Glob, arn_glob
from .lint_conditions import OLD, PARTIAL, of_conditions, partial_account, reads_as_text
from .place import Path
from .principals import account_of
from .remark import Kind, Remark

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
        elif partial_account(value.written):
            yield Remark(Kind.REFUSED, "partial-account", (element,), f"{value.written}: {PARTIAL}")
        elif arn.parts[3].literal not in {None, "", context.region}:
            why = f"{value.written} is of another region than the service's: hardly a request can be for it"
            yield Remark(Kind.DEAD, "other-region", (element,), why)
    if any(reads_as_text(value) for value in statement.resources.values):
        yield Remark(Kind.UNCERTAIN, "old-version", (element,), OLD)


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


_EXPLAIN: Final = frozenset({Kind.DEAD, Kind.UNCERTAIN})
_STATEMENT_CHECKS: Final = (_principals, _actions, _resources, of_conditions)
