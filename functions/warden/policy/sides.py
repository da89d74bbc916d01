"""Callers and resources with what a policy makes of each, one of every kind that it tells apart; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Generic, NamedTuple, TypeVar

from . import principals
from .atoms import TooHard
from .callers import OneCaller, insiders, outsiders, services
from .case import Case
from .evaluate import resource_matches
from .glob import Glob
from .keys import is_ownerless
from .masks import Masks, of_truths
from .request import ANONYMOUS, Request
from .resources import ANY_TYPES, AWS, NO_ONE, OWNERLESS, Finder, OneResource
from .service import Action
from .spoken import NO_TYPE
from .values import choices, fact

One = TypeVar("One", OneCaller, OneResource)
CALLER_ORGANISATION: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
RESOURCE_ORGANISATION: Final = frozenset({"aws:resourceorgid", "aws:resourceorgpaths"})


class Universe(NamedTuple):
    """Which requests are looked among."""

    outsiders: bool = True
    insiders: bool = True
    services: bool = False
    foreign_only: bool = False
    """Only requests for resources that are not ours."""


class Kept(Generic[One]):
    """Things with what a policy makes of each, made as far as they are asked for, and kept."""

    def __init__(self, case: Case) -> None:
        """Keep none yet."""
        self._case = case
        self._made: dict[object, tuple[list[tuple[Masks, One]], Iterator[tuple[Masks, One]]]] = {}

    def of(self, name: object, make: Callable[[], Iterator[tuple[Masks, One]]]) -> Iterator[tuple[Masks, One]]:
        """Those of this name; what there is hangs on the statements that are alive."""
        place = (name, self._case.alive)
        if place not in self._made:
            self._made[place] = ([], make())
        made, rest = self._made[place]
        at = 0
        while True:
            if at == len(made):
                try:
                    one = next(rest, None)
                except TooHard:
                    del self._made[place]  # what broke off is not all there is
                    raise
                if one is None:
                    return
                self._case.budget.spend()
                made.append(one)
            yield made[at]
            at += 1


class Callers:
    """The callers of a case, made when first asked for, and kept."""

    def __init__(self, case: Case) -> None:
        """Make none yet."""
        self._case = case
        self._made: Kept[OneCaller] = Kept(case)

    def of(self, universe: Universe, start: Masks) -> Iterator[tuple[Masks, OneCaller]]:
        """Callers by what the policy sees of them, one of each; those of whom nothing can come are left out."""
        done: set[object] = set()
        for own, caller in self.seen(universe):
            masks = start.joined(own)
            linked = tuple(caller.keys.get(key) for key in self._case.linked)
            seen = (masks, caller.caller.kind, caller.ours, linked)
            if masks.maybe & self._case.alive and seen not in done:
                done.add(seen)
                yield masks, caller

    def seen(self, universe: Universe) -> Iterator[tuple[Masks, OneCaller]]:
        """Every caller that stands for a kind, with what its own keys and name leave of the statements."""
        case = self._case
        if universe.insiders:
            yield from self._kept("insiders", lambda: self._made_with(insiders(case.seen, case.context, case.budget)))
        if universe.outsiders:
            hope = case.hope(case.conditions.caller, CALLER_ORGANISATION, {})
            made = outsiders(case.seen, case.context, case.budget, hope)
            yield from self._kept("outsiders", lambda: self._made_with(made))
        if universe.services:
            yield from self._kept("services", lambda: services(case.seen))

    def _made_with(self, callers: Iterator[OneCaller]) -> Iterator[OneCaller]:
        """The same with values for the keys that are put into a Resource."""
        return (one for caller in callers for one in self._bringing(caller, sorted(self._case.brought)))

    def _bringing(self, caller: OneCaller, keys: list[str]) -> Iterator[OneCaller]:
        if not keys:
            yield caller
            return
        (key, *rest), case, kind = keys, self._case, caller.caller.kind
        known = fact(key, case.context, Action(), None)
        found = (
            choices(key, known, case.seen, kind, case.budget, case.variables.equals(caller.keys, key)) if known else ()
        )
        for choice in found:
            more = {name: values for name, values in choice.keys.items() if values is not None}
            sure = caller.sure and choice.sure
            yield from self._bringing(caller._replace(keys={**caller.keys, **more}, sure=sure), rest)

    def _kept(self, name: str, make: Callable[[], Iterator[OneCaller]]) -> Iterator[tuple[Masks, OneCaller]]:
        return self._made.of(name, lambda: ((self._masks(caller), caller) for caller in make()))

    def _masks(self, caller: OneCaller) -> Masks:
        case = self._case
        own = case.masks(case.conditions.caller, {**case.fixed, **caller.keys})
        gateway = case.context.gateway
        named = (principals.matches(one.principals, caller.caller, gateway=gateway) for one in case.statements)
        return own.joined(of_truths(named))._replace(sure=caller.sure)


class Resources:
    """The resources of a case by type; kept for callers that the policy compares with them alike."""

    def __init__(self, case: Case) -> None:
        """Make none yet."""
        self._case = case
        self._made: Kept[OneResource] = Kept(case)

    def of(self, universe: Universe, caller: OneCaller, type_name: str) -> Iterator[tuple[Masks, OneResource]]:
        """Resources of a type by what the policy sees of them, one of each."""
        linked = tuple(caller.keys.get(key) for key in self._case.linked)
        place = (universe.foreign_only, type_name, linked)
        return self._made.of(place, lambda: self._seen(universe, caller, type_name))

    def has_foreign(self) -> bool:
        """Whether anything that matters can come of resources that are not ours, whoever calls."""
        return self._finder(OneCaller(ANONYMOUS)).has_foreign()

    def seen(self, universe: Universe, type_name: str) -> Iterator[tuple[Masks, OneResource]]:
        """Every resource that stands for a kind, with what it leaves of the statements, whoever calls."""
        caller = OneCaller(ANONYMOUS)
        return ((self._masks(caller, one), one) for one in self._all(universe, caller, type_name))

    def _seen(self, universe: Universe, caller: OneCaller, type_name: str) -> Iterator[tuple[Masks, OneResource]]:
        done: set[object] = set()
        for resource in self._all(universe, caller, type_name):
            self._case.budget.spend()
            masks = self._masks(caller, resource)
            linked = tuple(resource.keys.get(key) for key in self._case.linked)
            seen = (masks, resource.owner == AWS, linked)
            if masks.maybe and seen not in done:
                done.add(seen)
                yield masks, resource

    def _all(self, universe: Universe, caller: OneCaller, type_name: str) -> Iterator[OneResource]:
        if type_name == NO_TYPE:
            yield from () if universe.foreign_only else (NO_ONE,)
            return
        bare = type_name.removeprefix(OWNERLESS)
        types = self._case.context.service.types
        finder = self._finder(caller, ownerless=bare != type_name)
        for type_ in (types[bare],) if bare in types else ANY_TYPES:
            yield from finder.foreign(bare, type_)
            if not universe.foreign_only:
                yield from finder.ours(type_)

    def _finder(self, caller: OneCaller, *, ownerless: bool = False) -> Finder:
        case = self._case
        hope = case.hope(case.conditions.resource, RESOURCE_ORGANISATION, caller.keys)
        globs = self._globs(caller)
        return Finder(case.seen, case.context, globs, caller.keys, case.budget, hope, case.variables, ownerless)

    def _globs(self, caller: OneCaller) -> list[Glob]:
        """The patterns of all Resource elements, with what is known of the caller put in."""

        def lookup(key: str) -> str | None:
            found = caller.keys.get(key) or self._case.fixed.get(key)
            return found[0] if found else None

        values = [value for statement in self._case.statements for value in statement.resources.values]
        found = [value.fixed or value.glob(lookup) for value in values]
        found += [value.widened(lambda _: False, lookup).fixed for value in values if value.variables]
        return list(dict.fromkeys(one for one in found if one is not None))

    def _masks(self, caller: OneCaller, resource: OneResource) -> Masks:
        case = self._case
        keys = {**case.fixed, **caller.keys, **resource.keys}
        known = {key: found for key, found in keys.items() if found is not None}
        request = Request(caller.caller, "", resource.arn, known)
        told = (case.variables.resources(one, known, request.value) for one in case.statements)
        named = (resource_matches(patterns, request) for patterns in told)
        if resource is NO_ONE and not is_ownerless(case.context.service.prefix, "*"):  # its keys are not documented
            own = Masks(case.all & ~sum({bit for bit, _ in case.conditions.resource}), case.all)
        else:
            own = case.masks(case.conditions.resource, keys)
        return own.joined(of_truths(named))._replace(sure=resource.sure)
