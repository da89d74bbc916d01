"""What security groups are to let in besides, and what no more; and all that one lets in once that is done; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from .admitted import Admission
from .neighbours import Permission, SecurityGroup

Place = tuple[str, int | None, int | None]


class Steps(NamedTuple):
    """What to give to which group, before what is taken away."""

    given: Mapping[str, tuple[Permission, ...]]
    gone: tuple[Admission, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that they change."""
        return tuple(
            dict.fromkeys((*(one.group_id for one in self.gone), *(name for name in self.given if self.given[name])))
        )

    def of(self, names: Iterable[str]) -> Steps:
        """Those of these groups alone."""
        wanted = set(names)
        given = {name: some for name, some in self.given.items() if name in wanted}
        return Steps(given, tuple(one for one in self.gone if one.group_id in wanted))


NO_STEPS: Final = Steps({})


def ingress_then(group: SecurityGroup, account: str, steps: Iterable[Steps]) -> tuple[Permission, ...]:
    """All that the group lets in after these steps, in an order of its own, since EC2 promises none.

    The account is the group's own: of groups of others alone, code names the account.
    """
    every = [one.of((group.id,)) for one in steps]
    gone = {
        (_place(one.permission), source) for some in every for one in some.gone for source in one.permission.sources
    }
    given = [one for some in every for one in some.given.get(group.id, ())]
    found: dict[Place, list[Permission]] = {}
    for one in (*(_without(one, gone) for one in group.inbound), *given):
        found.setdefault(_place(one), []).append(one)
    merged = (
        _merged(some, account) for _, some in sorted(found.items(), key=lambda item: [str(one) for one in item[0]])
    )
    return tuple(one for one in merged if one.sources)


def _place(permission: Permission) -> Place:
    return permission.protocol, permission.first_port, permission.last_port


def _without(permission: Permission, gone: set[tuple[Place, str]]) -> Permission:
    place = _place(permission)

    def left(sources: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in sources if (place, one) not in gone)

    return permission._replace(
        ranges=left(permission.ranges), prefix_lists=left(permission.prefix_lists), groups=left(permission.groups)
    )


def _merged(some: list[Permission], account: str) -> Permission:
    """One permission of all that has the same protocol and ports."""

    def each(sources: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(sorted({one for part in sources for one in part}))

    groups = each(one.groups for one in some)
    accounts = {pair for one in some for pair in one.accounts if pair[0] in groups and pair[1] != account}
    merged = some[0]._replace(
        ranges=each(one.ranges for one in some),
        prefix_lists=each(one.prefix_lists for one in some),
        groups=groups,
        accounts=tuple(sorted(accounts)),
    )
    words = {pair for one in some for pair in one.descriptions if pair[0] in merged.sources}
    return merged._replace(descriptions=tuple(sorted(words)))
