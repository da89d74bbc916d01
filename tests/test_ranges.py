"""Address ranges as sets, against a count of every address in small corners of IPv4 and IPv6."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warden.ranges import LAST, Span, families_covered, family, overlap, span, spans, uncovered

CORNERS = (0x0A000000, 0x20010DB8 << 96)
"""10.0.0.0 and 2001:db8::, of which the tests use the first 32 addresses."""
SIZE = 5


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """A block within one of the corners."""
    place = draw(st.integers(0, 1))
    bits = draw(st.integers(0, SIZE))
    start = CORNERS[place] + (draw(st.integers(0, 2**SIZE - 1)) >> bits << bits)
    return str(ip_network((start, (32, 128)[place] - bits)))


def addresses(block: str) -> set[tuple[int, int]]:
    """Every address, one by one."""
    network = ip_network(block)
    return {(network.version, int(one)) for one in network}


def all_of(some: list[str]) -> set[tuple[int, int]]:
    return {one for block in some for one in addresses(block)}


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("10.0.0.0/8", Span(4, 10 * 2**24, 11 * 2**24 - 1)),
        ("0.0.0.0/0", Span(4, 0, LAST[4])),
        ("::/0", Span(6, 0, LAST[6])),
        ("10.1.2.3/32", Span(4, 0x0A010203, 0x0A010203)),
        ("10.1.2.3/8", Span(4, 10 * 2**24, 11 * 2**24 - 1)),
    ],
)
def test_a_block_is_a_span(block: str, found: Span) -> None:
    """From its first address to its last, whatever bits its writer left standing."""
    assert span(block) == found
    assert family(block) == found.family


@pytest.mark.parametrize("block", ["", "10.0.0.0/33", "10.0.0/8", "pl-1", "2001:db8::/129"])
def test_what_is_no_block_is_an_error(block: str) -> None:
    """Never an empty range."""
    with pytest.raises(ValueError, match="IPv4 or IPv6"):
        span(block)


@given(st.lists(blocks(), max_size=12))
def test_merging_keeps_every_address_and_adds_none(some: list[str]) -> None:
    """The merged spans hold just what the blocks hold, in order, and no two of them touch."""
    merged = spans(some)
    assert {(one.family, address) for one in merged for address in range(one.first, one.last + 1)} == all_of(some)
    for before, after in pairwise(merged):
        assert (before.family, before.last + 1) < (after.family, after.first)


@given(st.lists(blocks(), max_size=6), st.lists(blocks(), max_size=6))
def test_overlap_is_a_common_address(some: list[str], others: list[str]) -> None:
    """There is one, or there is none."""
    assert overlap(spans(some), spans(others)) == bool(all_of(some) & all_of(others))


@given(st.lists(blocks(), max_size=6), st.lists(blocks(), max_size=12))
def test_uncovered_is_what_is_not_wholly_within(some: list[str], cover: list[str]) -> None:
    """A block of which one address is outside is uncovered, and none else is."""
    inside = all_of(cover)
    assert list(uncovered(some, spans(cover))) == [block for block in some if not addresses(block) <= inside]


@given(st.sampled_from([(4, 32), (6, 128)]), st.data())
def test_parts_of_everything_cover_a_family_until_one_is_taken_away(
    which: tuple[int, int], data: st.DataObject
) -> None:
    """Split as you like: all the parts are everything, and without any of them they are not."""
    version, length = which
    parts = [ip_network("0.0.0.0/0" if version == 4 else "::/0")]
    for _ in range(data.draw(st.integers(0, 12))):
        split = data.draw(st.sampled_from([one for one in parts if one.prefixlen < length]))
        parts.remove(split)
        parts.extend(split.subnets())
    shuffled = data.draw(st.permutations([str(one) for one in parts]))
    assert families_covered(spans(shuffled)) == {version}
    assert families_covered(spans(shuffled[1:])) == frozenset()


def test_no_family_covers_the_other() -> None:
    """All of IPv4 is nothing of IPv6."""
    assert families_covered(spans(["0.0.0.0/1", "128.0.0.0/1", "::/1"])) == {4}
    assert families_covered(spans(["0.0.0.0/0", "::/0"])) == {4, 6}
