"""What an endpoint's security groups let in, all together; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from .neighbours import Permission, SecurityGroup
from .ranges import Span, families_covered, spans

ALL: Final = "-1"
"""The protocol that stands for all."""
TCP: Final = ("tcp", "6")
ANY_PORT: Final = (0, 65_535)


class Admission(NamedTuple):
    """One permission of one group, with what its prefix lists stand for."""

    group_id: str
    permission: Permission
    blocks: tuple[str, ...]

    @property
    def ports(self) -> tuple[int, int]:
        """The first and the last port, all of them where the permission names none."""
        first, last = self.permission.first_port, self.permission.last_port
        return ANY_PORT if first is None or last is None or first < 0 else (first, last)

    @property
    def empty(self) -> bool:
        """Whether it lets nobody in."""
        return not (self.blocks or self.permission.groups)

    def lets(self, protocol: str, port: int) -> bool:
        """Whether it lets this protocol in at this port."""
        own = self.permission.protocol
        if own == ALL:
            return True
        same = own == protocol or (own in TCP and protocol in TCP)
        return same and self.ports[0] <= port <= self.ports[1]

    def within(self, ports: Iterable[tuple[int, int]]) -> bool:
        """Whether all that it lets in is TCP at these ports."""
        first, last = self.ports
        return self.permission.protocol in TCP and any(low <= first and last <= high for low, high in ports)

    def __str__(self) -> str:
        """Say it in few words."""
        own, (first, last) = self.permission.protocol, self.ports
        if own == ALL:
            return f"every protocol in {self.group_id}"
        name = "tcp" if own in TCP else own
        ports = "" if (first, last) == ANY_PORT else f" {first}" if first == last else f" {first}-{last}"
        return f"{name}{ports or ' at every port'} in {self.group_id}"


def admissions(groups: Iterable[SecurityGroup], lists: Mapping[str, tuple[str, ...]]) -> tuple[Admission, ...]:
    """Every permission of these groups that lets somebody in."""
    found = (
        Admission(
            group.id,
            permission,
            (*permission.ranges, *(block for name in permission.prefix_lists for block in lists.get(name, ()))),
        )
        for group in groups
        for permission in group.inbound
    )
    return tuple(one for one in found if not one.empty)


def open_to_all(found: tuple[Admission, ...]) -> Iterator[Admission]:
    """Those permissions that, each alone or only together, let every address of a family in at some port.

    Whether any port is open to all shows at the first port of some permission, since from there on none is added.
    """
    for one in found:
        point = (one.permission.protocol, one.ports[0])
        together = [other for other in found if other.lets(*point)]
        if families_covered(spans(block for other in together for block in other.blocks)):
            yield one


def sources(found: Iterable[Admission], ports: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """The addresses that are let in by TCP at any of these ports."""
    wanted = tuple(ports)
    return spans(block for one in found if at_any(one, wanted) for block in one.blocks)


def at_any(one: Admission, ports: Iterable[tuple[int, int]]) -> bool:
    """Whether the permission lets TCP in at any of these ports."""
    if one.permission.protocol == ALL:
        return True
    first, last = one.ports
    return one.permission.protocol in TCP and any(first <= high and low <= last for low, high in ports)
