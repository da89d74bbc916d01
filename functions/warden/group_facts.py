"""What an endpoint's security groups are judged by, put together once; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .admitted import ALL, ANY_PORT, Admission, Ports, at_any
from .model import Snapshot
from .neighbours import NO_VPC
from .ranges import Span, family, spans
from .wide_open import Wide, open_to_all


class Facts(NamedTuple):
    """What the judgement hangs on, put together once."""

    seen: Snapshot
    ports: Ports
    """Those of the service; empty where they are not known."""
    found: tuple[Admission, ...]
    families: tuple[int, ...]
    """The address families of the endpoint."""
    clients: tuple[str, ...]
    """The blocks of these families that the standard wants to get in."""
    coded: Mapping[str, str] = {}
    """The groups whose own tags say that code manages them, each with the tool; "" of one that is not known here."""

    @property
    def region(self) -> str:
        """Where the groups are."""
        return self.seen.endpoint.key.region

    @property
    def certain(self) -> tuple[Admission, ...]:
        """The permissions that are known to let somebody in."""
        return tuple(one for one in self.found if one.certain)

    @property
    def useful(self) -> tuple[Admission, ...]:
        """The permissions that let in at a port of the service, at any port where these are not known."""
        return tuple(one for one in self.found if self.reaches(one))

    @property
    def wide(self) -> tuple[Wide, ...]:
        """The permissions that let every address in."""
        return open_to_all(self.certain)

    @property
    def more(self) -> tuple[Admission, ...]:
        """Those that let in besides the service's ports; where these are not known, every protocol is more."""
        return tuple(one for one in self.certain if not (one.within(self.ports) if self.ports else one.protocol != ALL))

    @property
    def default(self) -> frozenset[str]:
        """The VPC's default group, where the endpoint bears it."""
        return frozenset(one.id for one in (self.seen.groups or {}).values() if one.name == "default")

    def reaches(self, one: Admission) -> bool:
        """Whether who is let in gets to the service: by TCP, and by UDP too where its ports are not known."""
        return at_any(one, self.ports or (ANY_PORT,)) or (not self.ports and one.protocol == "udp")

    @property
    def own(self) -> tuple[str, ...]:
        """The VPC's blocks of these families; none where they were not read."""
        return tuple(block for block in (self.seen.vpc or NO_VPC).cidrs if family(block) in self.families)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Groups of the endpoint that are not to be seen."""
        return tuple(name for name in self.seen.endpoint.security_group_ids if name not in (self.seen.groups or {}))

    @property
    def at(self) -> str:
        """The ports, for a sentence."""
        return f"at {ports_named(self.ports)}" if self.ports else "at any port"

    def let_in(self, found: Iterable[Admission]) -> tuple[Span, ...]:
        """The addresses of the endpoint's families that these are known to let get to the service."""
        blocks = (block for one in found if self.reaches(one) for block in one.blocks)
        return tuple(one for one in spans(blocks) if one.family in self.families)

    def let_in_at(self, found: Iterable[Admission], place: tuple[str, int, int]) -> tuple[Span, ...]:
        """The same of those that let in at this place: a protocol, and the first and last of its ports."""
        protocol, first, last = place
        return self.let_in(
            one
            for one in found
            if one.protocol == ALL or (one.protocol == protocol and one.ports[0] <= last and first <= one.ports[1])
        )


def ports_named(ports: Ports) -> str:
    """The ports, for a sentence."""
    return f"TCP {', '.join(str(first) if first == last else f'{first}-{last}' for first, last in ports)}"
