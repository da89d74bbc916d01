"""How security groups let in less, and no client is cut off: what to give, before the rest is taken away; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .admitted import ALL, ANY_PORT, Admission, Ports, at_any
from .neighbours import Permission
from .ranges import spans, uncovered


class Parted(NamedTuple):
    """A permission of a security group, and what is wrong with it."""

    whole: Admission
    wide: frozenset[str] = frozenset()
    """The blocks and prefix lists of it by which every address is let in."""
    more: bool = False
    """Whether it lets in at other ports than the service's."""

    @property
    def gone(self) -> Admission | None:
        """What is to be taken away; None where nothing is."""
        if self.more:
            return self.whole
        return _of(self.whole, [name for name in self._names if name in self.wide], groups=False) if self.wide else None

    @property
    def clients(self) -> Admission:
        """Those of its sources that are not everybody."""
        return _of(self.whole, [name for name in self._names if name not in self.wide])

    @property
    def _names(self) -> tuple[str, ...]:
        return (*self.whole.permission.ranges, *self.whole.permission.prefix_lists)


def narrowed(one: Admission, ports: Ports, kept: Sequence[Admission]) -> tuple[Permission, ...]:
    """What lets the same sources in by TCP at those of these ports at which they get in now, and nowhere else.

    What the permissions that are `kept` let in by the same group is left out: EC2 refuses one that is there already.
    """
    made = (_at(one, ports_within(one, first, last), kept) for first, last in ports if at_any(one, ((first, last),)))
    return tuple(part for part in made if part.sources)


def ports_within(one: Admission, first: int, last: int) -> tuple[int, int]:
    """The ports of a range at which the permission lets in."""
    low, high = ANY_PORT if one.protocol == ALL else one.ports
    return max(first, low), min(last, high)


def _at(one: Admission, ports: tuple[int, int], kept: Sequence[Admission]) -> Permission:
    """The permission at these ports alone, less the sources that are let in there all the same."""
    first, last = ports
    there = [other for other in kept if other.group_id == one.group_id and _covers(other, first, last)]
    blocks = spans(block for other in there for block in other.permission.ranges)
    lists = {name for other in there for name in other.permission.prefix_lists}
    groups = {name for other in there for name in other.permission.groups}
    return one.permission._replace(
        protocol="tcp",
        first_port=first,
        last_port=last,
        ranges=tuple(uncovered(one.permission.ranges, blocks)),
        prefix_lists=tuple(name for name in one.permission.prefix_lists if name not in lists),
        groups=tuple(name for name in one.permission.groups if name not in groups),
    )


def _covers(one: Admission, first: int, last: int) -> bool:
    return one.protocol == ALL or (one.protocol == "tcp" and one.ports[0] <= first and last <= one.ports[1])


def _of(one: Admission, names: Sequence[str], *, groups: bool = True) -> Admission:
    """The permission with these of its blocks and prefix lists alone, and with its groups or without."""
    lists = {name: blocks for name, blocks in one.lists.items() if name in names}
    permission = one.permission._replace(
        ranges=tuple(block for block in one.permission.ranges if block in names),
        prefix_lists=tuple(name for name in one.permission.prefix_lists if name in names),
        groups=one.permission.groups if groups else (),
    )
    blocks = (*permission.ranges, *(block for some in lists.values() for block in some))
    return Admission(one.group_id, permission, lists, blocks)
