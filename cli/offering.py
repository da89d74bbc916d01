"""Judge every endpoint service that an account provides in some regions."""

from __future__ import annotations

from datetime import UTC, datetime

from warden.decide import findings_of
from warden.errors import RetryLater
from warden.ports import OwnServices
from warden.rules import SERVICE_RULES
from warden.standard import Standard

from . import offered_json, offered_view
from .account import connect, translated
from .exits import Code
from .offered import Offer, Offered
from .options import Format
from .scanned import Blind
from .scanning import Wanted
from .screen import Screen
from .standards import read
from .trouble import explained


@translated()
def run(wanted: Wanted) -> Code:
    """Look, show, and say how it stands."""
    screen = Screen()
    named = read(wanted.standard, SERVICE_RULES)
    first = next((region for region in wanted.regions if region != "all"), None)
    account = connect(wanted.profile, first, wanted.endpoint_url)
    seen: list[Offered] = []
    blind: list[Blind] = []
    regions = account.regions(wanted.regions)
    with screen.working(f"Reading the endpoint services of account {account.id}"):
        for region in regions:
            try:
                seen += look(account.elsewhere(region).provider, named.standard, datetime.now(UTC))
            except RetryLater as error:
                blind.append(Blind(region, *explained(error)))
    found = Offer(account.id, tuple(regions), named.source, datetime.now(UTC), tuple(seen), tuple(blind))
    if wanted.how is Format.JSON:
        screen.json(offered_json.of(found))
    else:
        offered_view.show(screen, found, everything=wanted.everything)
    return code_of(found)


def look(provider: OwnServices, standard: Standard, now: datetime) -> list[Offered]:
    """Judge all services of one region; raise RetryLater where AWS does not answer."""
    return [Offered(one, findings_of(SERVICE_RULES, one, standard)) for one in provider.services(now)]


def code_of(found: Offer) -> Code:
    """0 only where everything was seen and judged, and is compliant."""
    if found.blind:
        return Code.NOT_LOOKED
    return Code.OK if found.compliant == len(found.services) else Code.OPEN
