"""What a search is about: the statements, where they stand, and what their conditions say of a request's keys; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from .atoms import Budget
from .conditions import Condition, Family, Truth, Values
from .context import Context
from .document import Statement
from .keys import CALLER_KEYS, KEYS, RESOURCE_KEYS, TIME, USER_ID
from .masks import Masks
from .seen import Seen, seen_in
from .values import blurred, constants, several
from .variables import Keys, Variables, brought

Pair = tuple[int, Condition]
"""A condition with its statement's bit."""
Hope = Callable[[Mapping[str, Values]], bool]
"""Whether anything that matters can come of these keys, whatever the others are."""
CLOCK: Final = "aws:currenttime"
"""Stands for both keys of time, which tell the same moment."""


class Conditions:
    """The conditions of all statements, by what decides them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.fixed: list[Pair] = []
        """The same in all requests through the endpoint."""
        self.caller: list[Pair] = []
        self.resource: list[Pair] = []
        """The resource's keys, or these and the caller's."""
        self.single: dict[str, list[Pair]] = {}
        """One other key, by key."""
        self.joined: list[Pair] = []
        """Several keys that are compared with each other, at least one another than caller's and resource's."""


class Case:
    """Statements under search; bit 1 is the first one's. `alive` are those that matter now."""

    def __init__(
        self,
        statements: Sequence[Statement],
        context: Context,
        budget: Budget,
        *,
        loose: bool = False,
        hopeless_too: bool = False,
    ) -> None:
        """Sort the conditions, and look up what is the same in all requests.

        `loose` to have said of a request only what is true of all that differ from it in the values of policy
        variables. `hopeless_too` to have also those callers and resources of which nothing that matters can come.
        """
        self._hopeless_too = hopeless_too
        self.statements = statements
        self.context = context
        self.budget = budget
        self.seen: Seen = seen_in(statements)
        self.all = (1 << len(statements)) - 1
        self.alive = self.all
        self.fixed, self._dark = _constant(self.seen, context)
        self.blurred = blurred(self.seen)
        if loose:
            self._dark |= self.blurred
        self.brought = frozenset[str]()
        self.brought = brought(self.seen, self.is_other)
        """Keys that callers are made with, since a Resource holds them."""
        given = {**dict.fromkeys((*CALLER_KEYS, *self.brought)), **self.fixed}
        self.variables = Variables(self.seen, given, context.organisation, self.is_free, loose=loose)
        self.conditions = Conditions()
        for place, statement in enumerate(statements):
            for condition in statement.conditions:
                self._sort(1 << place, condition)
        self.linked = sorted({*self.seen.links, *self.seen.variables})
        joined = dict.fromkeys(key for _, one in self.conditions.joined for key in keys_of(one) if self.is_other(key))
        self.joined_keys = sorted(joined, key=lambda key: key not in self.seen.variables)
        """Those first whose value is put into others'."""
        self.other_keys = sorted({*self.joined_keys, *self.conditions.single})

    def start(self) -> Masks:
        """What is left of the statements in any request at all."""
        return self.masks(self.conditions.fixed, self.fixed)

    def is_other(self, key: str) -> bool:
        """Whether neither the endpoint nor caller nor resource give the key."""
        given = key in CALLER_KEYS or key in RESOURCE_KEYS or key in self.brought
        return not (given or key in self.fixed or key in self._dark)

    def is_free(self, key: str) -> bool:
        """Whether it is such a key that can have any text as its value."""
        few = (key in KEYS and KEYS[key].boolean) or self.context.service.key_types.get(key) == "Bool"
        return self.is_other(key) and not few and key not in {*TIME, USER_ID}

    def masks(self, conditions: Iterable[Pair], keys: Keys) -> Masks:
        """What these conditions leave of the statements; a statement with none of them is left as it is."""
        surely = maybe = self.all

        def lookup(key: str) -> str | None:
            found = keys.get(key)
            return found[0] if found is not None and len(found) == 1 else None

        for bit, condition in conditions:
            if maybe & bit:
                truth = self._truth(condition, keys, lookup)
                if not truth:
                    surely &= ~bit
                    if truth is False:
                        maybe &= ~bit
        return Masks(surely, maybe)

    def hope(self, conditions: list[Pair], told: frozenset[str], given: Mapping[str, Values]) -> Hope:
        """Whether a statement that matters can match where the keys `told` are as they are given then.

        `given` are those that are known already; conditions on any other key are left out of account.
        """
        known = {*self.fixed, *told, *given}
        decided = [pair for pair in conditions if known.issuperset(keys_of(pair[1]))]

        def hope(keys: Mapping[str, Values]) -> bool:
            return self._hopeless_too or bool(self.masks(decided, {**self.fixed, **given, **keys}).maybe & self.alive)

        return hope

    def _sort(self, bit: int, condition: Condition) -> None:
        keys, pair = keys_of(condition), (bit, condition)
        others = [key for key in keys if self.is_other(key)]
        if self._dark.intersection(keys) or not others:
            self._decided_early(keys).append(pair)
        elif len(keys) == 1:
            self.conditions.single.setdefault(CLOCK if others[0] in TIME else others[0], []).append(pair)
        else:
            self.conditions.joined.append(pair)

    def _decided_early(self, keys: list[str]) -> list[Pair]:
        if RESOURCE_KEYS.intersection(keys):
            return self.conditions.resource
        of_caller = CALLER_KEYS.intersection(keys) or self.brought.intersection(keys)
        return self.conditions.caller if of_caller else self.conditions.fixed

    def _truth(self, condition: Condition, keys: Keys, lookup: Callable[[str], str | None]) -> Truth:
        if self._dark and self._dark.intersection(keys_of(condition)):
            return None
        vague = condition.quantifier is None and several(condition.key, self.context)
        if vague and condition.operator.family is not Family.NULL:
            return None
        return self.variables.condition(condition, keys, lookup).holds(keys.get(condition.key), lookup)


def _constant(seen: Seen, context: Context) -> tuple[dict[str, Values | None], set[str]]:
    """The keys that are the same in all requests through the endpoint, and those of them that are not known."""
    fixed: dict[str, Values | None] = {}
    dark: set[str] = set()
    for key in (*seen.conditions, *seen.variables):
        always = constants(key, context)
        if always is not None and len(always) == 1:
            fixed |= always[0].keys
        elif always == ():
            dark.add(key)
    return fixed, dark


def keys_of(condition: Condition) -> list[str]:
    """The key of a condition and those that its values name."""
    return list(dict.fromkeys((condition.key, *(one.key for value in condition.values for one in value.variables))))
