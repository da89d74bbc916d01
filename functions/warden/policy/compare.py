"""What one policy lets through and another does not, each with a request that shows it, or a proof of none; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from .atoms import TooHard
from .breadth import EVERYTHING, is_everything
from .context import Context
from .document import Document, Statement
from .evaluate import Effect, evaluate
from .reach import Answer, Verdict
from .request import Request
from .search import STEPS, Goal, Search

MOST_UNSURE: Final = 8
"""Statements of which it is tried what comes of either answer; beyond so many, "may differ" is all that is said."""


class Comparison(NamedTuple):
    """What `new` lets through beyond `old`, and the other way round; OPEN with a witness, CLOSED for nothing."""

    gained: Answer
    lost: Answer


def compare(old: Document, new: Document, context: Context) -> Comparison:
    """Compare two policies of one endpoint, for everybody who can come through it, AWS services included."""
    return Comparison(beyond(old, new, context), beyond(new, old, context))


def beyond(old: Document, new: Document, context: Context, steps: int = STEPS) -> Answer:
    """What `new` lets through and `old` does not; `steps` limits the work, beyond which the answer is unknown."""
    narrowed = all(_is_narrowed(one, old) for one in new.allows) and _denies(old) <= _denies(new)
    if narrowed or is_everything(old, context):
        return Answer(Verdict.CLOSED)
    unsure: Request | None = None
    both = _Both(old, new)
    try:
        for found in Search(both.statements, context).run(EVERYTHING, both.goal, steps):
            if found.sure:
                return _shown(old, new, context, found.request)
            unsure = unsure or found.request
    except TooHard:
        return Answer(Verdict.UNKNOWN, why="the policies are too intricate to be compared within the limit of work")
    if unsure:
        why = "the policies may differ in a request of which it is not known what they say"
        return Answer(Verdict.UNKNOWN, unsure, why=_because(old, new, context, unsure) or why)
    return Answer(Verdict.CLOSED)


def same(statement: Statement, document: Document) -> bool:
    """Whether the policy has just this statement, whatever its Sid."""
    return bared(statement) in {bared(one) for one in document.statements}


class _Both:
    """The statements of both, each once: what both have cannot be true in one and false in the other."""

    def __init__(self, old: Document, new: Document) -> None:
        bits: dict[Statement, int] = {}
        for statement in (*old.statements, *new.statements):
            bits.setdefault(bared(statement), 1 << len(bits))
        self.statements = tuple(bits)
        self._old = _Bits(old, bits)
        self._new = _Bits(new, bits)

    @property
    def goal(self) -> Goal:
        return Goal(self._surely, self._maybe, self._new.allows)

    def _surely(self, surely: int, maybe: int) -> bool:
        return all(self._differ(matching) for matching in _worlds(surely, maybe)) if _few(surely, maybe) else False

    def _maybe(self, surely: int, maybe: int) -> bool:
        return any(self._differ(matching) for matching in _worlds(surely, maybe)) if _few(surely, maybe) else True

    def _differ(self, matching: int) -> bool:
        return self._new.let_through(matching) and not self._old.let_through(matching)


class _Bits:
    """The bits of one policy's statements."""

    def __init__(self, document: Document, bits: dict[Statement, int]) -> None:
        self.allows = self.denies = 0
        for statement in document.statements:
            bit = bits[bared(statement)]
            if statement.allows:
                self.allows |= bit
            else:
                self.denies |= bit

    def let_through(self, matching: int) -> bool:
        return bool(matching & self.allows) and not matching & self.denies


def _few(surely: int, maybe: int) -> bool:
    return (maybe & ~surely).bit_count() <= MOST_UNSURE


def _worlds(surely: int, maybe: int) -> Iterator[int]:
    """Every set of statements that can be those that match."""
    unsure = maybe & ~surely
    some = unsure
    while True:
        yield surely | some
        if not some:
            return
        some = (some - 1) & unsure


def bared(statement: Statement) -> Statement:
    """The statement without what makes no difference to what it says."""
    return statement._replace(place=0, sid="")


def _denies(document: Document) -> frozenset[Statement]:
    return frozenset(bared(statement) for statement in document.statements if not statement.allows)


def _is_narrowed(statement: Statement, old: Document) -> bool:
    """Whether it says the same as one of the old policy, on more conditions perhaps."""
    plain = statement._replace(place=0, sid="", conditions=())
    return any(
        one._replace(place=0, sid="", conditions=()) == plain and set(one.conditions) <= set(statement.conditions)
        for one in old.allows
    )


def _shown(old: Document, new: Document, context: Context, request: Request) -> Answer:
    """The witness, if the exact evaluator says so too."""
    through = evaluate(new, request, gateway=context.gateway)
    before = evaluate(old, request, gateway=context.gateway)
    if through.effect is not Effect.ALLOW or before.effect in {Effect.ALLOW, Effect.UNKNOWN}:
        why = f"the search and the evaluation of its witness disagree ({through.effect.value}): please report it"
        return Answer(Verdict.UNKNOWN, request, why=why)
    return Answer(Verdict.OPEN, request, through.statements)


def _because(old: Document, new: Document, context: Context, request: Request) -> str:
    decisions = (evaluate(one, request, gateway=context.gateway) for one in (old, new))
    return "; ".join(dict.fromkeys(decision.why for decision in decisions if decision.why))
