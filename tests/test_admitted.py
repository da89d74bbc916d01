"""What security groups let in together, against a count of every port and address of a small world."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warden.admitted import ANY_PORT, Admission, admissions, at_any, joined
from warden.narrowing import Parted
from warden.neighbours import Permission, SecurityGroup
from warden.ranges import families_covered, spans
from warden.wide_open import open_to_all

QUARTERS = ("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")
"""All of IPv4 in four."""
WITHIN = {
    **{quarter: frozenset({place}) for place, quarter in enumerate(QUARTERS)},
    "0.0.0.0/1": frozenset({0, 1}),
    "128.0.0.0/1": frozenset({2, 3}),
    "0.0.0.0/0": frozenset({0, 1, 2, 3}),
}
"""Of each block, the quarters that it holds."""


def admitted(*permissions: Permission, lists: dict[str, tuple[str, ...]] | None = None) -> tuple[Admission, ...]:
    """What these permissions let in, each in a group of its own."""
    groups = [SecurityGroup(f"sg-{place}", "some", "vpc-1", (one,)) for place, one in enumerate(permissions)]
    return admissions(groups, lists or {})


def one(protocol: str, first: int | None = None, last: int | None = None) -> Admission:
    """A single permission, from everywhere within 10.0.0.0/8."""
    (found,) = admitted(Permission(protocol, first, last, ("10.0.0.0/8",)))
    return found


@st.composite
def permissions(draw: st.DrawFn) -> Permission:
    """One of few protocols, at ports 1 to 6, from some quarters of IPv4."""
    protocol = draw(st.sampled_from(["tcp", "6", "udp", "17", "-1"]))
    first, last = sorted((draw(st.integers(1, 6)), draw(st.integers(1, 6))))
    ranges = tuple(draw(st.lists(st.sampled_from(sorted(WITHIN)), max_size=3, unique=True)))
    return Permission(protocol, None, None, ranges) if protocol == "-1" else Permission(protocol, first, last, ranges)


def quarters(some: Iterable[Permission], protocol: str, port: int) -> frozenset[int]:
    """The quarters that come in by this protocol at this port, counted one permission after the other."""
    names = {"tcp": {"tcp", "6"}, "udp": {"udp", "17"}}[protocol]
    fitting = (
        permission
        for permission in some
        if permission.protocol == "-1"
        or (permission.protocol in names and (permission.first_port or 0) <= port <= (permission.last_port or 0))
    )
    return frozenset().union(*(WITHIN[block] for permission in fitting for block in permission.ranges))


@given(st.lists(permissions(), max_size=5))
def test_open_to_all_is_found_wherever_it_is(some: list[Permission]) -> None:
    """There is a protocol and a port at which every quarter comes in, or there is none."""
    everywhere = any(len(quarters(some, name, port)) == 4 for name in ("tcp", "udp") for port in range(1, 7))
    assert bool(list(open_to_all(admitted(*some)))) == everywhere


@given(st.lists(permissions(), max_size=5))
def test_who_takes_away_all_that_is_to_blame_closes_it(some: list[Permission]) -> None:
    """At one port after the other; and who lets everybody in alone is always to blame."""
    found = admitted(*some)
    while blamed := [one.admission for one in open_to_all(found)]:
        found = tuple(one for one in found if one not in blamed)
    assert not any(families_covered(spans(one.blocks)) for one in found)


@given(st.lists(permissions(), max_size=5), st.integers(1, 6), st.integers(1, 6))
def test_at_any_is_true_of_all_that_come_in_at_the_ports(some: list[Permission], first: int, last: int) -> None:
    """At any of them, by TCP or by all protocols."""
    counted = frozenset().union(*(quarters(some, "tcp", port) for port in range(first, last + 1)))
    there = (one for one in admitted(*some) if first <= last and at_any(one, ((first, last),)))
    assert spans(block for one in there for block in one.blocks) == spans(QUARTERS[place] for place in counted)


@given(permissions(), st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)).map(sorted), max_size=3))
def test_within_is_tcp_at_every_one_of_its_ports(some: Permission, ranges: list[list[int]]) -> None:
    """Ports in a row that are named one by one are one range."""
    allowed = {port for first, last in ranges for port in range(first, last + 1)}
    found = Admission("sg-1", some, {}, some.ranges)
    tcp = some.protocol in {"tcp", "6"}
    own = set(range(some.first_port or 0, (some.last_port or 0) + 1))
    assert found.within((first, last) for first, last in ranges) == (tcp and own <= allowed)


@pytest.mark.parametrize(
    ("ports", "made"),
    [
        ((), ()),
        (((443, 443),), ((443, 443),)),
        (((444, 450), (443, 443)), ((443, 450),)),
        (((1, 9), (3, 4), (11, 12)), ((1, 9), (11, 12))),
    ],
)
def test_ranges_that_touch_are_one(ports: tuple[tuple[int, int], ...], made: tuple[tuple[int, int], ...]) -> None:
    """In order, whatever order they came in."""
    assert joined(ports) == made


@pytest.mark.parametrize(
    ("admission", "words"),
    [
        (one("-1"), "every protocol in sg-0"),
        (one("tcp", 443, 443), "tcp 443 in sg-0"),
        (one("6", 443, 450), "tcp 443-450 in sg-0"),
        (one("tcp", 0, 65_535), "tcp at every port in sg-0"),
        (one("17"), "udp at every port in sg-0"),
        (one("icmp", -1, -1), "icmp in sg-0"),
        (one("icmp", 8, -1), "icmp type 8 in sg-0"),
        (one("58", 128, 0), "icmpv6 type 128 in sg-0"),
        (one("50"), "protocol 50 in sg-0"),
    ],
)
def test_it_says_itself_in_few_words(admission: Admission, words: str) -> None:
    """As people name protocols, ports and ICMP's types."""
    assert str(admission) == words


@pytest.mark.parametrize(
    ("protocol", "ports", "found"),
    [
        pytest.param("tcp", (), True, id="no ports are all"),
        pytest.param("tcp", (-1, -1), True, id="so are those below zero"),
        pytest.param("tcp", (400, 500), True, id="around it"),
        pytest.param("tcp", (444, 500), False, id="beyond it"),
        pytest.param("6", (443, 443), True, id="TCP by its number"),
        pytest.param("-1", (), True, id="every protocol"),
        pytest.param("udp", (443, 443), False, id="another protocol"),
        pytest.param("icmp", (1, 187), False, id="ICMP's types are no ports"),
    ],
)
def test_at_any_port(protocol: str, ports: tuple[int, ...], found: bool) -> None:  # noqa: FBT001  a table's column
    """Whether TCP comes in at 443."""
    assert at_any(one(protocol, *ports), ((443, 443),)) == found


@pytest.mark.parametrize(
    ("first", "second", "wide"),
    [
        pytest.param((8, -1), (8, -1), True, id="one type"),
        pytest.param((3, -1), (3, 4), True, id="every code of one type and one"),
        pytest.param((8, -1), (0, -1), False, id="two types"),
        pytest.param((3, 4), (3, 1), False, id="two codes of one type"),
        pytest.param((-1, -1), (3, 4), True, id="every type and one"),
    ],
)
def test_halves_of_icmp_are_whole_at_one_type(
    first: tuple[int, int],
    second: tuple[int, int],
    wide: bool,  # noqa: FBT001  a table's column
) -> None:
    """And code, of which -1 stands for all."""
    halves = Permission("icmp", *first, ("0.0.0.0/1",)), Permission("1", *second, ("128.0.0.0/1",))
    assert bool(list(open_to_all(admitted(*halves)))) == wide


def test_prefix_lists_count_by_their_blocks() -> None:
    """With the ranges beside them; a list without entries lets nobody in."""
    permission = Permission("tcp", 443, 443, ("10.0.0.0/8",), ("pl-1", "pl-2"))
    (found,) = admitted(permission, lists={"pl-1": ("172.16.0.0/12",), "pl-2": ()})
    assert (found.blocks, found.unread) == (("10.0.0.0/8", "172.16.0.0/12"), ())
    assert admitted(Permission("tcp", 443, 443, (), ("pl-2",)), lists={"pl-2": ()}) == ()


def test_a_list_that_cannot_be_read_is_kept_and_lets_nobody_in_for_certain() -> None:
    """It must neither vanish nor count."""
    (found,) = admitted(Permission("tcp", 443, 443, (), ("pl-1",)))
    assert (found.blocks, found.unread, found.certain) == ((), ("pl-1",), False)


def test_who_is_let_in_by_group_is_certain_to_be_let_in() -> None:
    """Whoever bears it, now or later."""
    (found,) = admitted(Permission("tcp", 443, 443, (), (), ("sg-9",)))
    assert found.certain
    assert admitted(Permission("tcp", 443, 443)) == ()


@pytest.mark.parametrize(
    ("permission", "kept"),
    [
        pytest.param(
            Permission("tcp", 1, 1, ("10.0.0.0/8", "0.0.0.0/0"), (), ("sg-9",)),
            Permission("tcp", 1, 1, ("0.0.0.0/0",)),
            id="a family as a whole, and not who is let in beside it",
        ),
        pytest.param(
            Permission("tcp", 1, 1, ("0.0.0.0/1", "10.9.0.0/16", "::/1", "128.0.0.0/1"), ("pl-ten",)),
            Permission("tcp", 1, 1, ("0.0.0.0/1", "128.0.0.0/1")),
            id="the parts of the family without which it is not whole",
        ),
        pytest.param(
            Permission("tcp", 1, 1, ("10.0.0.0/8",), ("pl-all", "pl-ten")),
            Permission("tcp", 1, 1, (), ("pl-all",)),
            id="a list that holds the whole family",
        ),
    ],
)
def test_only_what_is_too_wide_is_taken_away(permission: Permission, kept: Permission) -> None:
    """A command that takes more would cut clients off."""
    (found,) = admitted(permission, lists={"pl-all": ("0.0.0.0/0",), "pl-ten": ("10.0.0.0/8",)})
    (wide,) = open_to_all((found,))
    gone = Parted(found, wide.names).gone
    assert gone is not None
    assert gone.permission == kept
    assert 4 in wide.families


def test_any_port_is_every_port() -> None:
    """From the first to the last that there is."""
    assert ANY_PORT == one("tcp").ports == one("tcp", -1, -1).ports == (0, 65_535)
