"""Judge every VPC of some regions."""

from __future__ import annotations

from datetime import UTC, datetime

from warden.errors import RetryLater
from warden.subject_watch import JudgedSubject
from warden.subjects import VpcSeen
from warden.vpc_watch import VPCS

from . import vpc_json, vpc_view
from .account import connect, translated
from .exits import Code
from .options import Format
from .scanned import Blind
from .scanning import Wanted
from .screen import Screen
from .standards import read
from .subject_scan import SubjectScan
from .trouble import explained


@translated()
def run(wanted: Wanted) -> Code:
    """Judge, show, and say how it stands."""
    screen = Screen()
    named = read(wanted.standard, VPCS.rules)
    first = next((region for region in wanted.regions if region != "all"), None)
    account = connect(wanted.profile, first, wanted.endpoint_url)
    seen: list[JudgedSubject[VpcSeen]] = []
    blind: list[Blind] = []
    regions = account.regions(wanted.regions)
    with screen.working(f"Reading the VPCs of account {account.id}") as tell:
        for region in regions:
            try:
                seen += VPCS.observe(account.elsewhere(region).ec2, named.standard, datetime.now(UTC))
            except RetryLater as error:
                blind.append(Blind(region, *explained(error)))
            tell(f"{len(seen)} VPCs judged")
    found = SubjectScan(account.id, tuple(regions), named.source, datetime.now(UTC), tuple(seen), tuple(blind))
    if wanted.how is Format.JSON:
        screen.json(vpc_json.of(found))
    else:
        vpc_view.show(screen, found, everything=wanted.everything)
    return found.code
