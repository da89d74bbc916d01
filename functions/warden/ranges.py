"""IPv4 and IPv6 address ranges as sets: what blocks cover together, and what they leave out; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

LAST: Final = {4: 2**32 - 1, 6: 2**128 - 1}
"""The last address of each family, as a number."""


class Span(NamedTuple):
    """Addresses of one family, from the first to the last, both within."""

    family: int
    first: int
    last: int


@lru_cache(maxsize=4_096)
def span(block: str) -> Span:
    """The addresses of a CIDR block; raise ValueError where it is none."""
    from ipaddress import ip_network  # noqa: PLC0415  some 4 ms that only rules which read ranges pay

    network = ip_network(block, strict=False)
    return Span(network.version, int(network.network_address), int(network.broadcast_address))


def family(block: str) -> int:
    """4 or 6, by what the block is written in."""
    return 6 if ":" in block else 4


def spans(blocks: Iterable[str]) -> tuple[Span, ...]:
    """The addresses of all these blocks, in order, those that touch or overlap made one."""
    return merged(span(block) for block in blocks)


def merged(some: Iterable[Span]) -> tuple[Span, ...]:
    """The same addresses in order, spans that touch or overlap made one."""
    found: list[Span] = []
    for one in sorted(some):
        last = found[-1] if found else None
        if last and last.family == one.family and one.first <= last.last + 1:
            found[-1] = last._replace(last=max(last.last, one.last))
        else:
            found.append(one)
    return tuple(found)


def families_covered(found: Iterable[Span]) -> frozenset[int]:
    """The families of which every address is among these."""
    return frozenset(one.family for one in found if (one.first, one.last) == (0, LAST[one.family]))


def overlap(some: Iterable[Span], others: tuple[Span, ...]) -> bool:
    """Whether any address is in both."""
    return any(
        one.family == other.family and one.first <= other.last and other.first <= one.last
        for one in some
        for other in others
    )


def uncovered(blocks: Iterable[str], cover: tuple[Span, ...]) -> Iterator[str]:
    """Those of the blocks that are not wholly among the merged spans of `cover`."""
    for block in blocks:
        wanted = span(block)
        if not any(
            one.family == wanted.family and one.first <= wanted.first and wanted.last <= one.last for one in cover
        ):
            yield block
