"""The keys that neither caller nor resource give, one by one: of values that leave the same statements, one; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .atoms import Tokens
from .callers import OneCaller
from .case import Case, Pair
from .conditions import Values
from .keys import TIME, UNSURE, Key
from .masks import Masks
from .request import CallerKind
from .resources import ANY_TYPE_NAME, OWNERLESS
from .spoken import Group
from .values import Choice, choices, constants, fact, moments
from .variables import Keys

Given = dict[str, Values | None]


class Folding:
    """The other keys of a case."""

    def __init__(self, case: Case) -> None:
        """Keep what was found, by key and by what is known of it."""
        self._case = case
        self._kept: dict[object, list[tuple[Masks, Choice]]] = {}

    def ends(
        self, masks: Masks, base: Keys, caller: OneCaller, group: Group, type_name: str
    ) -> Iterator[tuple[Masks, Given]]:
        """What can be left of the statements once every key has a value, each with the values that leave it."""
        at = _At(caller.caller.kind, group, type_name)
        for joined, given in self._joined(masks, base, at):
            for end, chosen in self._folded(joined, at):
                more = {key: value for choice in chosen for key, value in choice.keys.items()}
                yield end, {**given, **more}

    def _joined(self, masks: Masks, base: Keys, at: _At) -> Iterator[tuple[Masks, Given]]:
        """Values for the keys that are compared with each other, one key after the other."""
        case = self._case
        if not case.joined_keys:
            yield masks, dict(base)
            return
        single = [pair for key in case.joined_keys for pair in case.conditions.single.get(key, ())]
        for given, sure in self._assigned(case.joined_keys, dict(base), at):
            own = case.masks([*case.conditions.joined, *single], given)
            end = masks.joined(own)._replace(sure=masks.sure and sure)
            if end.maybe & case.alive:
                yield end, given

    def _assigned(self, keys: list[str], given: Given, at: _At) -> Iterator[tuple[Given, bool]]:
        if not keys:
            yield given, True
            return
        key, *rest = keys
        equal = self._case.variables.equals(given, key)
        for choice in self._choices(key, at, equal):
            self._case.budget.spend()
            for more, sure in self._assigned(rest, {**given, **choice.keys}, at):
                yield more, sure and choice.sure

    def _folded(self, masks: Masks, at: _At) -> Iterator[tuple[Masks, tuple[Choice, ...]]]:
        """Values for all other keys; a key of which nothing that is left speaks gets none."""
        case = self._case
        states: dict[Masks, tuple[Choice, ...]] = {masks: ()}
        for key, conditions in case.conditions.single.items():
            if key in case.joined_keys or not any(bit & masks.maybe for bit, _ in conditions):
                continue
            after: dict[Masks, tuple[Choice, ...]] = {}
            for own, choice in self._seen(key, conditions, at):
                for state, chosen in states.items():
                    case.budget.spend()
                    left = state.joined(own)
                    if left.maybe & case.alive:
                        after.setdefault(left, (*chosen, choice))
            states = after
        yield from states.items()

    def _seen(self, key: str, conditions: list[Pair], at: _At) -> list[tuple[Masks, Choice]]:
        """Values of a key by what they leave; where none is sure, also that nobody knows which it is.

        Then what hangs on the key may be so or not, and all else is as sure as before.
        """
        case, place = self._case, (key, at.kind, self._fact(key, at))
        if place not in self._kept:
            found: dict[Masks, Choice] = {}
            for choice in self._choices(key, at, ()):
                masks = case.masks(conditions, {**case.fixed, **choice.keys})._replace(sure=choice.sure)
                found.setdefault(masks, choice)
            if not any(choice.sure for choice in found.values()):
                found.setdefault(Masks(case.all & ~sum({bit for bit, _ in conditions}), case.all), Choice({}))
            self._kept[place] = list(found.items())
        return self._kept[place]

    def _choices(self, key: str, at: _At, equal: Iterable[Tokens]) -> Iterator[Choice]:
        case = self._case
        if key in TIME:
            yield from moments(case.seen, case.context)
            return
        always = constants(key, case.context)
        if always is not None:
            yield from always
            return
        known = self._fact(key, at)
        if known is None:
            yield Choice({key: None})
        else:
            yield from choices(key, known, case.seen, at.kind, case.budget, equal)

    def _fact(self, key: str, at: _At) -> Key | None:
        if at.type_name == ANY_TYPE_NAME:
            return UNSURE
        context = self._case.context
        type_ = context.service.types.get(at.type_name.removeprefix(OWNERLESS))
        return fact(key, context, at.group.action, type_)


class _At:
    """What of a request decides which keys it can have."""

    __slots__ = ("group", "kind", "type_name")

    def __init__(self, kind: CallerKind, group: Group, type_name: str) -> None:
        self.kind = kind
        self.group = group
        self.type_name = type_name
