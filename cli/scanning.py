"""Judge every endpoint of some regions, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from warden.decide import GONE, managing_tool, never
from warden.observe import Judged, observe
from warden.ports import Cloud
from warden.standard import Standard

from . import scan_json, scan_view
from .account import Account, translated
from .exits import Code
from .options import Format
from .regions import Tell, Wanted, scanned
from .scanned import Scan, Seen
from .screen import Screen
from .standards import ENDPOINTS, NOBODY, Named, judging, read


@translated()
def run(wanted: Wanted) -> Code:
    """Scan, show, and say how it stands."""
    screen = Screen()
    named = judging(read(wanted.standard))
    found = endpoints(screen, wanted, named)
    if not (named.standard.organisation or named.standard.accounts):
        screen.note(NOBODY)
    if wanted.how is Format.JSON:
        screen.json(scan_json.of(found))
    else:
        scan_view.VIEW.show(screen, found, everything=wanted.everything)
    return found.code


def endpoints(screen: Screen, wanted: Wanted, named: Named) -> Scan[Seen]:
    """Judge every endpoint of the regions wanted."""

    def look_at(account: Account, tell: Tell) -> list[Seen]:
        return look(account.ec2, named.standard, datetime.now(UTC), tell)

    return scanned(screen, wanted, named, ENDPOINTS, look_at)


def look(cloud: Cloud, standard: Standard, now: datetime, tell: Tell) -> list[Seen]:
    """Judge all endpoints of one region; raise RetryLater where AWS does not answer.

    The zones are read only to be shown: the rules count subnets.
    """
    judged: list[Judged] = []
    for page in cloud.sweep():
        judged += observe(cloud, [endpoint for endpoint in page if endpoint.state not in GONE], standard, now)
        tell(f"{ENDPOINTS} judged: {len(judged)}")
    zones = _zones(cloud, judged)
    return [_seen(one, zones, standard) for one in judged]


def _seen(judged: Judged, zones: Mapping[str, str], standard: Standard) -> Seen:
    endpoint = judged.seen.endpoint
    stands_in = tuple(sorted(zones.get(subnet, subnet) for subnet in endpoint.subnet_ids))
    return Seen(judged, stands_in, never(endpoint, standard), managing_tool(endpoint, standard))


def _zones(cloud: Cloud, judged: Iterable[Judged]) -> Mapping[str, str]:
    """The zone id of each subnet of the VPCs in which endpoints have subnets."""
    vpcs = {one.seen.endpoint.vpc_id for one in judged if one.seen.endpoint.subnet_ids}
    neighbours = cloud.around.subnets(vpcs) if vpcs else {}
    return {subnet.id: subnet.zone_id for subnets in neighbours.values() for subnet in subnets}
