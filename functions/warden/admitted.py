"""What an endpoint's security groups let in, all together; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from .neighbours import Permission, SecurityGroup

Ports = tuple[tuple[int, int], ...]

ALL: Final = "-1"
"""The protocol that stands for all."""
NAMES: Final[Mapping[str, str]] = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
"""The protocols that have a name besides their number.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
"""
ANY_PORT: Final = (0, 65_535)


class Admission(NamedTuple):
    """One permission of one group, with what its prefix lists stand for."""

    group_id: str
    permission: Permission
    lists: Mapping[str, tuple[str, ...]]
    """The CIDR blocks of its prefix lists, those that could not be read left out."""
    blocks: tuple[str, ...]
    """All CIDR blocks that it is known to let in."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Its prefix lists of which nobody can say whom they let in."""
        return tuple(name for name in self.permission.prefix_lists if name not in self.lists)

    @property
    def certain(self) -> bool:
        """Whether it is known to let somebody in."""
        return bool(self.blocks or self.permission.groups)

    @property
    def protocol(self) -> str:
        """The protocol, by its name where it has one."""
        return NAMES.get(self.permission.protocol, self.permission.protocol)

    @property
    def ports(self) -> tuple[int, int]:
        """The first and the last port, all of them where the permission names none.

        ICMP has types and codes in their place, of which -1 stands for all: they count as 256 ports for each type.
        """
        first, last = self.permission.first_port, self.permission.last_port
        if first is None or last is None or first < 0:
            return ANY_PORT
        if self.protocol in {"icmp", "icmpv6"}:
            return (first << 8, (first << 8) + 255) if last < 0 else ((first << 8) + last, (first << 8) + last)
        return first, last

    def lets(self, protocol: str, port: int) -> bool:
        """Whether it lets this protocol in at this port."""
        return self.protocol == ALL or (self.protocol == protocol and self.ports[0] <= port <= self.ports[1])

    def within(self, ports: Iterable[tuple[int, int]]) -> bool:
        """Whether all that it lets in is TCP at these ports."""
        first, last = self.ports
        return self.protocol == "tcp" and any(low <= first and last <= high for low, high in joined(ports))

    def __str__(self) -> str:
        """Say it in few words."""
        return f"{self._what()} in {self.group_id}"

    def _what(self) -> str:
        own, (first, last) = self.protocol, self.ports
        if own == ALL:
            return "every protocol"
        if own.isdigit():
            return f"protocol {own}"
        if own in {"icmp", "icmpv6"}:
            return own if (first, last) == ANY_PORT else f"{own} type {first >> 8}"
        if (first, last) == ANY_PORT:
            return f"{own} at every port"
        return f"{own} {first}" if first == last else f"{own} {first}-{last}"


def joined(ports: Iterable[tuple[int, int]]) -> Ports:
    """The same ports, ranges that touch or overlap made one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ports):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def admissions(groups: Iterable[SecurityGroup], lists: Mapping[str, tuple[str, ...]]) -> tuple[Admission, ...]:
    """Every permission of these groups that lets somebody in, or may do so by a list that could not be read.

    Those of a group in an order of their own, since EC2 promises none.
    """
    every = (_admission(group.id, one, lists) for group in groups for one in sorted(group.inbound, key=_in_order))
    return tuple(one for one in every if one.certain or one.unread)


def _in_order(permission: Permission) -> tuple[object, ...]:
    first, last = permission.first_port, permission.last_port
    return (permission.protocol, -1 if first is None else first, -1 if last is None else last, *map(str, permission))


def _admission(group_id: str, permission: Permission, lists: Mapping[str, tuple[str, ...]]) -> Admission:
    own = {name: lists[name] for name in permission.prefix_lists if name in lists}
    return Admission(group_id, permission, own, (*permission.ranges, *(one for some in own.values() for one in some)))


def at_any(one: Admission, ports: Iterable[tuple[int, int]]) -> bool:
    """Whether the permission lets TCP in at any of these ports."""
    if one.protocol == ALL:
        return True
    first, last = one.ports
    return one.protocol == "tcp" and any(first <= high and low <= last for low, high in ports)
