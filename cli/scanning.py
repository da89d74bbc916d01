"""Judge every endpoint of some regions, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warden.decide import GONE, managing_tool, never
from warden.errors import RetryLater
from warden.observe import Judged, observe
from warden.ports import Cloud
from warden.standard import Standard

from . import scan_json, scan_view
from .account import connect, translated
from .exits import Code
from .options import Format
from .scanned import Blind, Scan, Seen
from .screen import Screen
from .standards import NOBODY, Named, read
from .trouble import explained


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `warden scan`, `warden vpcs` and `warden services`."""

    profile: str | None
    regions: Sequence[str]
    endpoint_url: str | None
    standard: Path | None
    how: Format
    everything: bool


@translated()
def run(wanted: Wanted) -> Code:
    """Scan, show, and say how it stands."""
    screen = Screen()
    named = read(wanted.standard)
    found = scanned(screen, wanted, named)
    if not (named.standard.organisation or named.standard.accounts):
        screen.note(NOBODY)
    if wanted.how is Format.JSON:
        screen.json(scan_json.of(found))
    else:
        scan_view.show(screen, found, everything=wanted.everything)
    return code_of(found)


def scanned(screen: Screen, wanted: Wanted, named: Named) -> Scan:
    """Judge every endpoint of the regions wanted; a region that does not answer is told as one not seen."""
    first = next((region for region in wanted.regions if region != "all"), None)
    account = connect(wanted.profile, first, wanted.endpoint_url)
    seen: list[Seen] = []
    blind: list[Blind] = []
    regions = account.regions(wanted.regions)
    with screen.working(f"Reading the endpoints of account {account.id}") as tell:
        for region in regions:
            try:
                seen += look(account.elsewhere(region).ec2, named.standard, datetime.now(UTC), tell)
            except RetryLater as error:
                blind.append(Blind(region, *explained(error)))
    return Scan(account.id, tuple(regions), named.source, datetime.now(UTC), tuple(seen), tuple(blind))


def look(cloud: Cloud, standard: Standard, now: datetime, tell: Callable[[str], None]) -> list[Seen]:
    """Judge all endpoints of one region; raise RetryLater where AWS does not answer.

    The zones are read only to be shown: the rules count subnets.
    """
    judged: list[Judged] = []
    for page in cloud.sweep():
        judged += observe(cloud, [endpoint for endpoint in page if endpoint.state not in GONE], standard, now)
        tell(f"{len(judged)} endpoints judged")
    zones = _zones(cloud, judged)
    return [_seen(one, zones, standard) for one in judged]


def _seen(judged: Judged, zones: Mapping[str, str], standard: Standard) -> Seen:
    endpoint = judged.seen.endpoint
    stands_in = tuple(sorted(zones.get(subnet, subnet) for subnet in endpoint.subnet_ids))
    return Seen(judged, stands_in, never(endpoint, standard), managing_tool(endpoint, standard))


def code_of(found: Scan) -> Code:
    """0 only where everything was seen and judged, and is compliant."""
    if found.blind:
        return Code.NOT_LOOKED
    return Code.OK if all(one.compliant for one in found.seen) else Code.OPEN


def _zones(cloud: Cloud, judged: Iterable[Judged]) -> Mapping[str, str]:
    """The zone id of each subnet of the VPCs in which endpoints have subnets."""
    vpcs = {one.seen.endpoint.vpc_id for one in judged if one.seen.endpoint.subnet_ids}
    neighbours = cloud.around.subnets(vpcs) if vpcs else {}
    return {subnet.id: subnet.zone_id for subnets in neighbours.values() for subnet in subnets}
