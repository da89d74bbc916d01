"""Actions by what a policy sees of them, one of each kind for each type of resource; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from .case import Case
from .context import Context
from .document import Statement
from .glob import ANY_ONE, Glob
from .keys import RESOURCE_KEYS, Key, is_ownerless
from .masks import Masks
from .resources import ANY_TYPE_NAME, OWNERLESS, begun
from .service import Action
from .values import fact

FEDERATED: Final = frozenset({"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"})
"""The calls of STS that are signed by an identity provider, and by nobody else."""
NO_TYPE: Final = ""
"""In the place of a type, for an action that is of no resource."""
ALL: Final = frozenset({"*"})
"""Every action, those that nobody knows included."""


class Group(NamedTuple):
    """Actions that are the same to the policy, one of each type of resource."""

    masks: Masks
    by_type: Mapping[str, str]
    action: Action
    federated: bool = False


class Spoken:
    """Which actions the statements of a case speak of."""

    def __init__(self, case: Case) -> None:
        """Match every pattern with every action, once."""
        self._case = case
        self._sets, self._strange = _spoken_of(case.statements, case.context)
        self._parts: list[tuple[frozenset[str], int]] | None = None
        self._groups: dict[int, list[Group]] = {}
        self._views: dict[str, object] = {}
        service, seen = case.context.service, case.seen
        told = RESOURCE_KEYS.intersection({*seen.families, *seen.variables})
        self._ownerless = frozenset(one for one in service.names if told and is_ownerless(service.prefix, one))
        """Actions whose requests do not tell whose the resource is, where the policy asks that."""
        self._begun = [begun(value, case.context) for one in case.statements for value in one.resources.values]

    def groups(self, alive: int | None = None) -> Iterator[Group]:
        """The groups, by the statements that speak of an action, and by its keys where those play a part.

        With `alive` only those of which one of these statements speaks.
        """
        if self._parts is None:
            self._parts = self._split(self._case.context.service.names)
        for place, (names, bits) in enumerate(self._parts):
            if alive is None or bits & alive:
                if place not in self._groups:
                    self._groups[place] = list(self._grouped(names, bits))
                yield from self._groups[place]
        yield from (group for group in self._unknown() if alive is None or group.masks.maybe & alive)

    def _grouped(self, names: frozenset[str], bits: int) -> Iterator[Group]:
        actions = self._case.context.service.actions
        for federated, some in self._by_keys(names):
            first = actions[next(iter(some))]
            lacking = self._ownerless.intersection(some)
            if lacking:
                by_type = self._by_type(lacking)
                marked = {f"{OWNERLESS}{name}" if name else name: action for name, action in by_type.items()}
                yield Group(Masks(bits, bits), marked, first, federated)
                some = [name for name in some if name not in lacking]  # noqa: PLW2901  the others
            if some:
                yield Group(Masks(bits, bits), self._by_type(some), first, federated)

    def _unknown(self) -> Iterator[Group]:
        for name in self._strange:
            bits = sum(1 << place for place, one in enumerate(self._sets) if one is ALL or name in one)
            yield Group(Masks(bits, bits, sure=False), {ANY_TYPE_NAME: name}, Action((ANY_TYPE_NAME,)))

    def _split(self, names: frozenset[str]) -> list[tuple[frozenset[str], int]]:
        """The names by the statements that speak of them."""
        parts = [(names, 0)]
        for place, spoken in enumerate(self._sets):
            after = []
            for some, bits in parts:
                inside = some if spoken is ALL else some & spoken
                after += [(inside, bits | 1 << place), (some - inside, bits)]
            parts = [part for part in after if part[0]]
        return parts

    def _by_keys(self, names: frozenset[str]) -> Iterator[tuple[bool, Collection[str]]]:
        """The names by whether an identity provider signs for them, and by what is known of the keys that are used."""
        context, used = self._case.context, self._case.other_keys
        sts = context.service.prefix == "sts"
        if not used and not sts:
            yield False, names
            return
        groups: dict[tuple[bool, tuple[Key | None, ...]], list[str]] = {}
        facts: dict[int, tuple[Key | None, ...]] = {}
        for name, action in context.service.actions.items():
            if name not in names:
                continue
            same = id(action.keys)  # the table has each set of keys once
            if same not in facts:
                facts[same] = tuple(fact(key, context, action, None) for key in used)
            groups.setdefault((sts and name in FEDERATED, facts[same]), []).append(name)
        yield from ((federated, some) for (federated, _), some in groups.items())

    def _by_type(self, names: Collection[str]) -> dict[str, str]:
        """An action for each type of resource; types of which the policy sees the same count as one."""
        service = self._case.context.service
        found: dict[str, str] = {}
        alike: dict[object, str] = {}
        for type_name, name in service.by_type.items() if names is service.names else service.types_of(names):
            if type_name not in found and alike.setdefault(self._view(type_name), type_name) == type_name:
                found[type_name] = name
        return found

    def _view(self, type_name: str) -> object:
        """What the policy sees of a type: itself, where a pattern may be met, else whether its ARN names the owner."""
        if type_name not in self._views:
            context = self._case.context
            type_, start = context.service.types.get(type_name), context.beginnings.get(type_name, "")
            met = type_ is None or any(one and (one.startswith(start) or start.startswith(one)) for one in self._begun)
            keys = tuple(fact(key, context, Action(), type_) for key in self._case.other_keys)
            self._views[type_name] = type_name if met or type_ is None else ("${Account}" in type_.arn, keys)
        return self._views[type_name]


def _spoken_of(statements: Sequence[Statement], context: Context) -> tuple[list[frozenset[str]], tuple[str, ...]]:
    """The actions that each statement speaks of, and those that a statement names though the service has none such."""
    prefix = f"{context.service.prefix.lower()}:"
    names = context.service.lower_names
    patterns = [[one.fixed.lowered() for one in statement.actions.values if one.fixed] for statement in statements]
    strange = _strange([one for some in patterns for one in some], prefix, context)
    everything = {**names, **strange} if strange else names
    found = []
    for statement, some in zip(statements, patterns, strict=True):
        if any(_names_all(one, prefix) for one in some):
            found.append(frozenset[str]() if statement.actions.negated else ALL)
            continue
        spoken = frozenset(everything[name] for one in some for name in _named(one, prefix, everything))
        found.append(frozenset(everything.values()) - spoken if statement.actions.negated else spoken)
    return found, tuple(strange.values())


def _strange(patterns: Iterable[Glob], prefix: str, context: Context) -> dict[str, str]:
    """Actions that only a policy knows: a newer one than our table, or a slip of the pen."""
    strange = {} if context.service.known else {"any": "any"}
    for pattern in patterns:
        if not pattern.runs[0].startswith(prefix) or _names_all(pattern, prefix):
            continue
        if not _named(pattern, prefix, context.service.lower_names):
            name = "".join(pattern.runs).replace(ANY_ONE, "").removeprefix(prefix) or "any"
            strange.setdefault(name, name)
    return strange


def _names_all(pattern: Glob, prefix: str) -> bool:
    return pattern.matches_all or pattern.runs in ((prefix, ""), ("", ":", ""))


def _named(pattern: Glob, prefix: str, names: Mapping[str, str]) -> Sequence[str]:
    """The names, in lower case, that a pattern of actions matches."""
    literal = pattern.literal
    if literal is not None:
        name = literal.removeprefix(prefix)
        return (name,) if literal.startswith(prefix) and name in names else ()
    return [name for name in names if pattern.matches(f"{prefix}{name}")]
