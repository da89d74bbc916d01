"""Endpoints that somebody named: whether the words can be ids, and whether there are such endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from warden.events import ENDPOINT_ID
from warden.model import Endpoint

from .exits import CouldNotLook

IN_ACCOUNT: Final = (
    "in the account and region that was looked at",
    "It may be deleted, or in another region (--region) or account (--profile). `warden scan --all` lists all.",
)
IN_FILES: Final = (
    "in the files",
    "Name one that is, or leave --endpoint out: the rule is asked of every endpoint in them then.",
)
"""Where they were looked for, and what to do about one that is not there."""


def check(ids: Iterable[str]) -> None:
    """Raise CouldNotLook where one of them can be no endpoint's."""
    for endpoint_id in ids:
        if not ENDPOINT_ID.fullmatch(endpoint_id):
            raise CouldNotLook(f"{endpoint_id!r} is no endpoint's id", "Ids look like vpce-0123456789abcdef0.")


def those(ids: Sequence[str], found: Mapping[str, Endpoint], place: tuple[str, str] = IN_ACCOUNT) -> list[Endpoint]:
    """Those of these ids, each once; raise CouldNotLook where one was not found."""
    wanted = list(dict.fromkeys(ids))
    missing = [one for one in wanted if one not in found]
    if missing:
        where, do = place
        raise CouldNotLook(f"there is no endpoint {', '.join(missing)} {where}", do)
    return [found[one] for one in wanted]
