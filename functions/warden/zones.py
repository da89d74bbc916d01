"""Which subnets an interface endpoint could be extended to, and which of them are best; pure.

At most one subnet per zone: EC2 answers DuplicateSubnetsInSameZone to a second one.
Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from .checked import listed, tag, whole
from .model import Endpoint, Service, Snapshot, Subnet
from .neighbours import RouteTable, is_public, table_of
from .settings import Setting, Settings, fixing
from .workloads import Workloads

Preference = tuple[int, bool, bool, int, str]


class MultiAz(Settings):
    """Settings of the rule `multi-az`."""

    __slots__ = ()
    rule = "multi-az"
    mode = fixing()
    min_zones = Setting(2, whole(1, 6), "interface endpoints stand in at least so many Availability Zones")
    min_free_addresses = Setting(8, whole(1, 4096), "a subnet with fewer free IPv4 addresses is not added")
    subnet_tags: Setting[tuple[tuple[str, str], ...]] = Setting(
        (), listed(tag), 'preferred subnets, best first: ["Tier=endpoints", "Tier=private"]'
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subnet that may be added; `rank` is the place of its first preferred tag, low is better."""

    subnet: Subnet
    rank: int
    idle: bool
    """Whether no workload runs in its zone, where the network interfaces were read: a zone that nobody asks from."""
    other_routes: bool
    """Whether it is public where the endpoint's present subnets are private, or the other way round."""

    @property
    def preference(self) -> Preference:
        """The order of choice; the id last, so that the same facts always give the same choice."""
        return (self.rank, self.idle, self.other_routes, -self.subnet.free_addresses, self.subnet.id)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the VPC offers to one endpoint; zones by id."""

    used_zones: frozenset[str]
    zones_left: frozenset[str]
    """Zones that the service supports and the endpoint does not stand in; by name where AWS gave no ids."""
    usable: tuple[Candidate, ...]
    full: tuple[str, ...]
    """Ids of subnets that would do, had they more free addresses."""
    strangers: tuple[str, ...]
    """Subnets of the endpoint that were not among those read, so that their zones are not known."""

    def names_of(self, zone_ids: Sequence[str]) -> frozenset[str]:
        """The names of these zones, as far as a usable subnet tells them."""
        return frozenset(item.subnet.zone_name for item in self.usable if item.subnet.zone_id in zone_ids)

    @classmethod
    def of(cls, seen: Snapshot, settings: MultiAz, wanted: frozenset[str] | None = None) -> Candidates:
        """Sort the VPC's subnets by what they can do for the endpoint; `seen` has its service and subnets.

        `wanted` are the ids of the zones that count, None for every zone.
        """
        endpoint, service, subnets = seen.endpoint, seen.service, seen.subnets
        assert service is not None and subnets is not None  # noqa: S101, PT018  the rule asked for them
        known = {subnet.id: subnet for subnet in subnets}
        present = tuple(known[subnet_id] for subnet_id in endpoint.subnet_ids if subnet_id in known)
        used = frozenset(subnet.zone_id for subnet in present)
        fitting = [
            subnet
            for subnet in subnets
            if subnet.vpc_id == endpoint.vpc_id
            and subnet.zone_id not in used
            and (wanted is None or subnet.zone_id in wanted)
            and supports(service, subnet)
            and speaks(subnet, endpoint)
        ]
        roomy = [subnet for subnet in fitting if has_room(subnet, endpoint, settings)]
        busy = None if seen.interfaces is None else Workloads.of(seen).zones
        return cls(
            used_zones=used,
            zones_left=_zones_left(service, present),
            usable=tuple(
                _candidate(subnet, present, settings, busy) for subnet in sorted(roomy, key=lambda one: one.id)
            ),
            full=tuple(sorted(subnet.id for subnet in fitting if subnet not in roomy)),
            strangers=tuple(subnet_id for subnet_id in endpoint.subnet_ids if subnet_id not in known),
        )


def supports(service: Service, subnet: Subnet) -> bool:
    """Whether the service is offered in the subnet's zone; by id where AWS gives ids, else by this account's names."""
    if service.zone_ids:
        return subnet.zone_id in service.zone_ids
    return subnet.zone_name in service.zone_names


def offered_zones(seen: Snapshot) -> frozenset[str]:
    """The ids of the zones of the VPC's subnets in which the service is offered; none where they were not read."""
    service = seen.service
    return frozenset(one.zone_id for one in seen.subnets or () if service is not None and supports(service, one))


def speaks(subnet: Subnet, endpoint: Endpoint) -> bool:
    """Whether the subnet has the address families that the endpoint needs.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """
    families = {"ipv4": subnet.ipv4, "ipv6": subnet.ipv6, "dualstack": subnet.ipv4 and subnet.ipv6}
    return families.get(endpoint.ip_address_type, False)


def has_room(subnet: Subnet, endpoint: Endpoint, settings: MultiAz) -> bool:
    """Whether enough IPv4 addresses are free; an IPv6 range (a /64) never runs out."""
    return endpoint.ip_address_type == "ipv6" or subnet.free_addresses >= settings.min_free_addresses


def with_routes(subnets: Iterable[Subnet], tables: tuple[RouteTable, ...]) -> tuple[Subnet, ...]:
    """The same subnets, each told private or public by its route table; private where none is to be seen."""
    found = ((subnet, table_of(subnet.id, tables)) for subnet in subnets)
    return tuple(replace(subnet, private=not (table and is_public(table))) for subnet, table in found)


def routes_matter(usable: Sequence[Candidate], wanted: int) -> bool:
    """Whether the choice would differ by which subnets are private, and that was not read yet.

    It differs only where two subnets of the best tag compete for a zone, or two zones for a place.
    """
    if all(item.subnet.private is not None for item in usable):
        return False
    best = _best_by_zone(usable)
    ranks = sorted((item.rank, item.idle) for item in best)
    rivals_in_zone = any(
        item is not other and item.subnet.zone_id == other.subnet.zone_id and item.rank == other.rank
        for item in best
        for other in usable
    )
    rivals_for_place = len(ranks) > wanted > 0 and ranks[wanted - 1] == ranks[wanted]
    return rivals_in_zone or rivals_for_place


def choose(usable: Iterable[Candidate], wanted: int) -> tuple[Subnet, ...]:
    """Pick the best subnet of each of the `wanted` best zones; fewer where there are fewer."""
    best = sorted(_best_by_zone(usable), key=lambda item: item.preference)
    return tuple(item.subnet for item in best[: max(wanted, 0)])


def _best_by_zone(usable: Iterable[Candidate]) -> list[Candidate]:
    best: dict[str, Candidate] = {}
    for item in sorted(usable, key=lambda item: item.preference):
        best.setdefault(item.subnet.zone_id, item)
    return list(best.values())


def _candidate(subnet: Subnet, present: Sequence[Subnet], settings: MultiAz, busy: Collection[str] | None) -> Candidate:
    characters = {other.private for other in present} - {None}
    return Candidate(
        subnet,
        rank=_rank(subnet, settings.subnet_tags),
        idle=busy is not None and subnet.zone_id not in busy,
        other_routes=subnet.private is not None and bool(characters) and subnet.private not in characters,
    )


def _rank(subnet: Subnet, preferred: Sequence[tuple[str, str]]) -> int:
    """The place of the first preferred tag that the subnet carries, or one past the last."""
    for place, (key, value) in enumerate(preferred):
        if subnet.tags.get(key) == value:
            return place
    return len(preferred)


def _zones_left(service: Service, present: Sequence[Subnet]) -> frozenset[str]:
    if service.zone_ids:
        return service.zone_ids - {subnet.zone_id for subnet in present}
    return service.zone_names - {subnet.zone_name for subnet in present}
