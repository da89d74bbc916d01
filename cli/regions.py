"""Look at some regions of an account, one after the other, and say of each whether it could be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warden.errors import RetryLater

from .account import Account, connect
from .options import Format
from .scanned import Blind, One, Scan
from .screen import Screen
from .standards import Named
from .trouble import explained

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of every command that scans."""

    profile: str | None
    regions: Sequence[str]
    endpoint_url: str | None
    standard: Path | None
    how: Format
    everything: bool


def scanned(
    screen: Screen, wanted: Wanted, named: Named, what: str, look: Callable[[Account, Tell], list[One]]
) -> Scan[One]:
    """Judge all that `look` finds in the regions wanted; one that does not answer is told as one not seen.

    `what` names several of them; `look` raises RetryLater where AWS does not answer.
    """
    first = next((region for region in wanted.regions if region != "all"), None)
    account = connect(wanted.profile, first, wanted.endpoint_url)
    seen: list[One] = []
    blind: list[Blind] = []
    regions = account.regions(wanted.regions)
    with screen.working(f"Reading the {what} of account {account.id}") as tell:
        for region in regions:
            try:
                seen += look(account.elsewhere(region), tell)
            except RetryLater as error:
                blind.append(Blind(region, *explained(error)))
            tell(f"{what} judged: {len(seen)}")
    return Scan(account.id, tuple(regions), named.source, datetime.now(UTC), tuple(seen), tuple(blind))
