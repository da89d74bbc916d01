"""Who outside can get through, and to whose resources: a proof, a request that does, or why it is not known; pure.

The two questions about one endpoint's policy:
- identities: is there a request that it allows by a caller outside the organisation, or by one that nobody signed for?
- resources: is there a request that it allows for a resource whose owner is outside?
Direct calls of AWS service principals count for neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final, NamedTuple

from .atoms import TooHard
from .context import Context
from .document import Document, Malformed, Patterns, Statement, parse
from .evaluate import Effect, evaluate
from .plainly_closed import is_plainly_closed
from .plainly_open import plainly_open
from .request import Request
from .resources import AWS
from .search import STEPS, Found, Goal, Search
from .sides import Universe
from .unsure import because

GUESSED: Final = 8
"""Statements of a policy that is too intricate of which witnesses are guessed, and how many of each."""
GUESSES: Final = 3


IDENTITIES: Final = Universe(insiders=False)
RESOURCES: Final = Universe(foreign_only=True)


class Verdict(Enum):
    """The answer to one question."""

    CLOSED = "closed"
    """Proved: there is no such request."""
    OPEN = "open"
    """There is one, and it is shown."""
    UNKNOWN = "unknown"


class Answer(NamedTuple):
    """One question's verdict: a witness where it is open, the reason where it is unknown."""

    verdict: Verdict
    witness: Request | None = None
    statements: tuple[Statement, ...] = ()
    """Those that let the witness through."""
    why: str = ""
    only_awss: bool = False
    """Whether the only resources outside that can be reached are AWS's own."""


class Reach(NamedTuple):
    """Both answers, or why the text is no policy."""

    identities: Answer
    resources: Answer
    invalid: Malformed | None = None


def reach_of(text: str, context: Context) -> Reach:
    """Answer both questions for a policy's text; one that is no policy is invalid, and never closed."""
    try:
        document = parse(text)
    except Malformed as error:
        answer = Answer(Verdict.UNKNOWN, why=f"the policy is invalid: {error}")
        return Reach(answer, answer, error)
    return reach(document, context)


def reach(document: Document, context: Context, steps: int = STEPS) -> Reach:
    """Answer both questions; `steps` limits the work for each, beyond which the answer is unknown."""
    return Reach(reach_identities(document, context, steps), reach_resources(document, context, steps))


def reach_identities(document: Document, context: Context, steps: int = STEPS) -> Answer:
    """Answer the first question alone."""
    return quickly(document, context, IDENTITIES) or searched(document, context, IDENTITIES, steps)


def reach_resources(document: Document, context: Context, steps: int = STEPS) -> Answer:
    """Answer the second question alone."""
    return quickly(document, context, RESOURCES) or searched(document, context, RESOURCES, steps)


def quickly(document: Document, context: Context, universe: Universe) -> Answer | None:
    """The answer of a policy that is plain enough to need no search; None for any other."""
    if is_plainly_closed(document, context, universe):
        return Answer(Verdict.CLOSED)
    found = plainly_open(document, context, universe)
    return Answer(Verdict.OPEN, found.request, found.decision.statements) if found else None


def allowed(statements: Sequence[Statement]) -> Goal:
    """A request that is allowed: a statement that allows matches, none that denies does."""
    allows = sum(1 << place for place, statement in enumerate(statements) if statement.allows)
    denies = ((1 << len(statements)) - 1) & ~allows
    return Goal(
        surely=lambda surely, maybe: bool(surely & allows) and not maybe & denies,
        maybe=lambda surely, maybe: bool(maybe & allows) and not surely & denies,
        needed=allows,
    )


def searched(document: Document, context: Context, universe: Universe, steps: int = STEPS) -> Answer:
    """The best that a search finds: a stranger's resource before AWS's, a sure request before one that may be."""
    search = Search(document.statements, context)
    awss: Found | None = None
    unsure: Found | None = None
    unsure_awss: Found | None = None
    try:
        for found in search.run(universe, allowed(document.statements), steps):
            of_aws = universe.foreign_only and found.request.owner == AWS
            if not found.sure:
                unsure_awss, unsure = (unsure_awss or found, unsure) if of_aws else (unsure_awss, unsure or found)
            elif of_aws:
                awss = awss or found
            else:
                return _open(document, context, found)
    except TooHard:
        guess = next(_guesses(document, context, universe), None)
        if guess:
            return _open(document, context, guess)
        if awss is None:
            return Answer(Verdict.UNKNOWN, why="the policy is too intricate to be decided within the limit of work")
    if awss:
        return _open(document, context, awss, only_awss=unsure is None)
    unsure = unsure or unsure_awss
    if unsure:
        return Answer(Verdict.UNKNOWN, unsure.request, why=because(document, context, unsure.request))
    return Answer(Verdict.CLOSED)


def _open(document: Document, context: Context, found: Found, *, only_awss: bool = False) -> Answer:
    """Open, if the exact evaluator says so too; that it does not would be a defect, and no proof of anything."""
    decision = evaluate(document, found.request, gateway=context.gateway)
    if decision.effect is not Effect.ALLOW:
        why = f"the search and the evaluation of its witness disagree ({decision.effect.value}): please report it"
        return Answer(Verdict.UNKNOWN, found.request, why=why)
    return Answer(Verdict.OPEN, found.request, decision.statements, only_awss=only_awss)


def _guesses(document: Document, context: Context, universe: Universe) -> Iterator[Found]:
    """Requests that the policy allows, found without regard to most of it: cut to one value of each list, it is easy.

    Nothing is proved by finding none.
    """
    for statement in document.allows[:GUESSED]:
        for place in range(GUESSES):
            cut = (_cut(statement, place),)
            search = Search(cut, context)
            try:
                for found in search.run(universe, allowed(cut), STEPS // 40):
                    decision = evaluate(document, found.request, gateway=context.gateway)
                    if found.sure and decision.effect is Effect.ALLOW and found.request.owner != AWS:
                        yield found
            except TooHard:
                continue


def _cut(statement: Statement, place: int) -> Statement:
    """The statement with one value of each list of which one is enough."""

    def one(patterns: Patterns) -> Patterns:
        values = patterns.values
        return patterns if patterns.negated else patterns._replace(values=(values[place % len(values)],))

    conditions = tuple(
        condition
        if condition.operator.negated or not condition.values
        else condition._replace(values=(condition.values[place % len(condition.values)],))
        for condition in statement.conditions
    )
    return statement._replace(actions=one(statement.actions), resources=one(statement.resources), conditions=conditions)
