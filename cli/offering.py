"""Judge every endpoint service that an account provides in some regions."""

from __future__ import annotations

from datetime import UTC, datetime

from warden.errors import RetryLater
from warden.service_watch import SERVICES
from warden.subject_watch import JudgedSubject
from warden.subjects import ServiceSeen

from . import offered_json, offered_view
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
    """Look, show, and say how it stands."""
    screen = Screen()
    named = read(wanted.standard, SERVICES.rules)
    first = next((region for region in wanted.regions if region != "all"), None)
    account = connect(wanted.profile, first, wanted.endpoint_url)
    seen: list[JudgedSubject[ServiceSeen]] = []
    blind: list[Blind] = []
    regions = account.regions(wanted.regions)
    with screen.working(f"Reading the endpoint services of account {account.id}"):
        for region in regions:
            try:
                seen += SERVICES.observe(account.elsewhere(region).provider, named.standard, datetime.now(UTC))
            except RetryLater as error:
                blind.append(Blind(region, *explained(error)))
    found = SubjectScan(account.id, tuple(regions), named.source, datetime.now(UTC), tuple(seen), tuple(blind))
    if wanted.how is Format.JSON:
        screen.json(offered_json.of(found))
    else:
        offered_view.show(screen, found, everything=wanted.everything)
    return found.code
