"""Is there a request of which a policy's statements say a certain thing? A search that misses none; pure.

Each statement is one bit. Who calls, what is asked for, whose resource it is, and every other key answer for their own
part of each statement: a part gives two masks, the statements that surely match as far as it goes, and those that may.
The masks of the parts are joined with "and". So callers, actions, resources and keys with equal masks count once, and a
branch ends where no statement that matters is left.

No request is left out: callers.py, resources.py and values.py each give one of every kind that a policy can tell apart.
Where that cannot be promised (a value that nobody knows, a limit of work), the answer is "maybe", or TooHard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from .atoms import Budget
from .callers import OneCaller
from .case import Case
from .context import Context
from .document import Statement
from .folding import Folding
from .masks import Masks
from .request import CallerKind, Request
from .resources import OneResource
from .sides import Callers, Resources, Universe
from .spoken import Group, Spoken

STEPS: Final = 600_000
"""How much work is done before the answer is "cannot tell": less than a second."""


class Goal(NamedTuple):
    """What is looked for, as tests of the two masks: statements that surely match, and those that may."""

    surely: Callable[[int, int], bool]
    maybe: Callable[[int, int], bool]
    needed: int
    """Statements of which at least one must be left in the second mask."""


class Found(NamedTuple):
    """A request; `sure` where it can be made and the statements surely say so."""

    request: Request
    sure: bool


class Search:
    """A search among the requests that can come through one endpoint."""

    def __init__(self, statements: Sequence[Statement], context: Context, steps: int = STEPS) -> None:
        """Take the statements; bit 1 is the first one's."""
        self._statements = statements
        self._context = context
        self._budget = Budget(steps)
        self._exact = _Pass(Case(statements, context, self._budget))
        self._loose: _Pass | None = None

    def run(self, universe: Universe, goal: Goal, steps: int = STEPS) -> Iterator[Found]:
        """Requests that meet the goal, no two of them the same to the policy; raise TooHard after so many steps.

        Where variables hide some, those come last for which the ones that are found may stand.
        """
        self._budget.left = steps
        yield from self._exact.run(universe, goal)
        if self._exact.hides:
            self._loose = self._loose or _Pass(Case(self._statements, self._context, self._budget, loose=True))
            yield from self._loose.run(universe, goal)


class _Pass:
    """One way through the requests, with the values of variables as they are or as they may be."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._spoken = Spoken(case)
        self._callers = Callers(case)
        self._resources = Resources(case)
        self._folding = Folding(case)

    @property
    def hides(self) -> bool:
        return self._case.variables.hide or bool(self._case.blurred)

    def run(self, universe: Universe, goal: Goal) -> Iterator[Found]:
        case = self._case
        start = case.start()
        case.alive = start.maybe & goal.needed
        if not case.alive or (universe.foreign_only and not self._resources.has_foreign()):
            return
        groups = list(self._spoken.groups(case.alive))
        for masks, caller in self._callers.of(universe, start):
            for group in groups:
                both = masks.joined(group.masks)
                federated = caller.caller.kind is CallerKind.FEDERATED
                if both.maybe & case.alive and group.federated is federated:
                    yield from self._with(universe, goal, both, caller, group)

    def _with(self, universe: Universe, goal: Goal, masks: Masks, caller: OneCaller, group: Group) -> Iterator[Found]:
        """Requests by this caller for an action of this group."""
        case = self._case
        for type_name, action in group.by_type.items():
            for own, resource in self._resources.of(universe, caller, type_name):
                case.budget.spend()
                three = masks.joined(own)
                if not three.maybe & case.alive:
                    continue
                base = {**case.fixed, **caller.keys, **resource.keys}
                for end, given in self._folding.ends(three, base, caller, group, type_name):
                    surely = end.sure and goal.surely(end.surely, end.maybe)
                    if surely or goal.maybe(end.surely, end.maybe):
                        known = {key: found for key, found in given.items() if found is not None}
                        yield Found(self._request(caller, action, resource, known), surely)

    def _request(
        self, caller: OneCaller, action: str, resource: OneResource, keys: dict[str, tuple[str, ...]]
    ) -> Request:
        prefix = self._case.context.service.prefix
        return Request(caller.caller, f"{prefix}:{action}", resource.arn, keys, resource.owner)
