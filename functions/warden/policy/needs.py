"""Read needs.toml, a file of this package. I/O."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from .need import Need

PATH: Final = Path(__file__).with_name("needs.toml")


def needs(service: str) -> tuple[Need, ...]:
    """What a service needs, by the prefix of its actions."""
    return tuple(need for need in _all() if need.service == service)


@cache
def _all() -> tuple[Need, ...]:
    return tuple(
        Need(
            service=need["service"],
            sid=need["sid"],
            actions=tuple(need["actions"]),
            resources=tuple(need["resources"]),
            ours_only=need["callers"] == "ours",
            our_resources=need.get("owners") == "ours",
            why=need["why"],
            source=need["source"],
        )
        for need in tomllib.loads(PATH.read_text(encoding="utf-8"))["need"]
    )
