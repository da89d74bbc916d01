"""Callers and resources with what a policy makes of each, one of every kind that it tells apart; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from . import principals
from .atoms import TooHard
from .callers import OneCaller, insiders, outsiders, services
from .case import Case
from .document import Statement
from .evaluate import resource_matches
from .glob import Glob
from .keys import CALLER_KEYS
from .masks import Masks, of_truths
from .request import ANONYMOUS, Request
from .resources import ANY_TYPE, AWS, NO_ONE, Finder, OneResource
from .spoken import NO_TYPE

CALLER_ORGANISATION: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
RESOURCE_ORGANISATION: Final = frozenset({"aws:resourceorgid", "aws:resourceorgpaths"})


class Universe(NamedTuple):
    """Which requests are looked among."""

    outsiders: bool = True
    insiders: bool = True
    services: bool = False
    foreign_only: bool = False
    """Only requests for resources that are not ours."""


class Callers:
    """The callers of a case, made when first asked for, and kept."""

    def __init__(self, case: Case) -> None:
        """Make none yet."""
        self._case = case
        self._made: dict[tuple[str, int], tuple[list[tuple[Masks, OneCaller]], Iterator[OneCaller]]] = {}

    def of(self, universe: Universe, start: Masks) -> Iterator[tuple[Masks, OneCaller]]:
        """Callers by what the policy sees of them, one of each; those of whom nothing can come are left out."""
        done: set[object] = set()
        for own, caller in self._all(universe):
            masks = start.joined(own)
            linked = tuple(caller.keys.get(key) for key in self._case.linked)
            seen = (masks, caller.caller.kind, caller.ours, linked)
            if masks.maybe & self._case.alive and seen not in done:
                done.add(seen)
                yield masks, caller

    def _all(self, universe: Universe) -> Iterator[tuple[Masks, OneCaller]]:
        case = self._case
        if universe.insiders:
            yield from self._kept("insiders", lambda: insiders(case.seen, case.context, case.budget))
        if universe.outsiders:
            hope = case.hope(case.conditions.caller, CALLER_ORGANISATION, {})
            yield from self._kept("outsiders", lambda: outsiders(case.seen, case.context, case.budget, hope))
        if universe.services:
            yield from self._kept("services", lambda: services(case.seen))

    def _kept(self, name: str, make: Callable[[], Iterator[OneCaller]]) -> Iterator[tuple[Masks, OneCaller]]:
        place = (name, self._case.alive)
        made, rest = self._made.setdefault(place, ([], make()))
        at = 0
        while True:
            if at == len(made):
                try:
                    caller = next(rest, None)
                except TooHard:
                    del self._made[place]  # what broke off is not all there is
                    raise
                if caller is None:
                    return
                self._case.budget.spend()
                made.append((self._masks(caller), caller))
            yield made[at]
            at += 1

    def _masks(self, caller: OneCaller) -> Masks:
        case = self._case
        own = case.masks(case.conditions.caller, {**case.fixed, **caller.keys})
        gateway = case.context.gateway
        named = (principals.matches(one.principals, caller.caller, gateway=gateway) for one in case.statements)
        return own.joined(of_truths(named))


class Resources:
    """The resources of a case by type; kept for callers that the policy compares with them alike."""

    def __init__(self, case: Case) -> None:
        """Make none yet."""
        self._case = case
        self._made: dict[object, list[tuple[Masks, OneResource]]] = {}

    def of(self, universe: Universe, caller: OneCaller, type_name: str) -> list[tuple[Masks, OneResource]]:
        """Resources of a type by what the policy sees of them, one of each."""
        linked = tuple(caller.keys.get(key) for key in self._case.linked)
        place = (universe.foreign_only, type_name, linked, self._case.alive)
        if place not in self._made:
            self._made[place] = list(self._seen(universe, caller, type_name))
        return self._made[place]

    def has_foreign(self) -> bool:
        """Whether anything that matters can come of resources that are not ours, whoever calls."""
        return self._finder(OneCaller(ANONYMOUS)).has_foreign()

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
        type_ = self._case.context.service.types.get(type_name, ANY_TYPE)
        finder = self._finder(caller)
        yield from finder.foreign(type_name, type_)
        if not universe.foreign_only:
            yield from finder.ours(type_)

    def _finder(self, caller: OneCaller) -> Finder:
        case = self._case
        hope = case.hope(case.conditions.resource, RESOURCE_ORGANISATION, caller.keys)
        return Finder(case.seen, case.context, self._globs(caller), caller.keys, case.budget, hope)

    def _globs(self, caller: OneCaller) -> list[Glob]:
        """The patterns of all Resource elements, with what is known of the caller put in."""

        def lookup(key: str) -> str | None:
            found = caller.keys.get(key) or self._case.fixed.get(key)
            return found[0] if found else None

        values = (value for statement in self._case.statements for value in statement.resources.values)
        found = (value.fixed or value.glob(lookup) for value in values)
        return list(dict.fromkeys(one for one in found if one is not None))

    def _masks(self, caller: OneCaller, resource: OneResource) -> Masks:
        case = self._case
        keys = {**case.fixed, **caller.keys, **resource.keys}
        known = {key: found for key, found in keys.items() if found is not None}
        request = Request(caller.caller, "", resource.arn, known)
        named = (
            None if self._hangs_on_others(one) else resource_matches(one.resources, request) for one in case.statements
        )
        if resource is NO_ONE:  # whose keys it has is not documented
            own = Masks(case.all & ~sum({bit for bit, _ in case.conditions.resource}), case.all)
        else:
            own = case.masks(case.conditions.resource, keys)
        return own.joined(of_truths(named))._replace(sure=resource.sure)

    def _hangs_on_others(self, statement: Statement) -> bool:
        """Whether its Resource holds a variable that neither caller nor endpoint give."""
        keys = {variable.key for value in statement.resources.values for variable in value.variables}
        return any(key not in CALLER_KEYS and key not in self._case.fixed for key in keys)
