"""Which permissions let every address in, and by which of their sources; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .admitted import Admission
from .ranges import Span, families_covered, merged, spans


class Wide(NamedTuple):
    """A permission that lets every address in, alone or only together with others."""

    admission: Admission
    families: frozenset[int]
    names: frozenset[str]
    """The blocks and prefix lists of it that are to blame."""


class Source(NamedTuple):
    """A block or prefix list of a permission, by the permission's place among all."""

    place: int
    name: str
    addresses: tuple[Span, ...]

    @property
    def whole(self) -> frozenset[int]:
        """The families of which it is every address."""
        return families_covered(self.addresses)


def open_to_all(found: tuple[Admission, ...]) -> tuple[Wide, ...]:
    """The permissions by which every address is let in at some port.

    Whether any port is open to all shows at the first port of some permission, since from there on none is added.
    """
    sources = [one for place, admission in enumerate(found) for one in _sources(place, admission)]
    blamed: dict[int, dict[str, set[int]]] = {}
    for point in dict.fromkeys((one.protocol, one.ports[0]) for one in found):
        for source, family in _blamed([one for one in sources if found[one.place].lets(*point)]):
            blamed.setdefault(source.place, {}).setdefault(source.name, set()).add(family)
    return tuple(
        Wide(found[place], frozenset().union(*names.values()), frozenset(names))
        for place, names in sorted(blamed.items())
    )


def _sources(place: int, admission: Admission) -> Iterator[Source]:
    """Its blocks and the prefix lists that were read."""
    every = {block: (block,) for block in admission.permission.ranges} | dict(admission.lists)
    return (Source(place, name, spans(blocks)) for name, blocks in every.items())


def _blamed(there: list[Source]) -> Iterator[tuple[Source, int]]:
    """Of the sources at one port those to blame that every address of a family is let in.

    Those that are every address; where none is, those without which it would not be so; where none is of that sort
    either, all. Whoever takes away another one closes nothing, and may cut off clients.
    """
    for family in _whole(there):
        alone = [one for one in there if family in one.whole]
        yield from ((one, family) for one in alone or _needed(there, family))


def _needed(there: list[Source], family: int) -> list[Source]:
    """Where only together they are every address: those without which they are not, or all."""
    some = [one for one in there if any(span.family == family for span in one.addresses)]
    return [one for one in some if family not in _whole(other for other in some if other is not one)] or some


def _whole(found: Iterable[Source]) -> frozenset[int]:
    return families_covered(merged(span for one in found for span in one.addresses))
