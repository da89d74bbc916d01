"""Read what tables.jsonl tells of a service. I/O: a file of this package, which `make data` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from .service import Action, ResourceType, Service, service_of, unknown
from .services import prefixes

PATH: Final = Path(__file__).with_name("tables.jsonl")


@cache
def service(prefix: str) -> Service:
    """The service of this prefix, or one of which nothing is known."""
    places, start = _index()
    if prefix not in places:
        return unknown(prefix)
    place, length = places[prefix]
    with PATH.open("rb") as file:
        file.seek(start + place)
        return _service(prefix, json.loads(file.read(length)))


def service_named(prefixes: Iterable[str]) -> Service:
    """The first service that one of these prefixes stands for, or one of which nothing is known."""
    known, _ = _index()
    found = list(prefixes)
    return service(next((prefix for prefix in found if prefix in known), found[0]))


def is_endpoint_service(name: str) -> bool:
    """Whether there is a service of this name of its endpoints, such as "s3" or "ecr.api"."""
    return any(prefix in _index()[0] for prefix in prefixes(name, ""))


@cache
def _index() -> tuple[dict[str, list[int]], int]:
    """Where each service's line begins, from the end of the first line on, and where that is."""
    with PATH.open("rb") as file:
        head = file.readline()
    return json.loads(head)["services"], len(head)


def _service(prefix: str, found: dict[str, Any]) -> Service:
    names: list[str] = found["keys"]
    sets: dict[tuple[int, ...], frozenset[str]] = {}

    def keys(places: list[int]) -> frozenset[str]:
        return sets.setdefault(tuple(places), frozenset(names[place] for place in places))

    types = {name: ResourceType(arn, keys(places)) for name, (arn, places) in found["types"].items()}

    def plainest_first(names: list[str]) -> tuple[str, ...]:
        """An object of a bucket before one of an access point: a witness shows the first."""
        return tuple(sorted(names, key=lambda name: len(types[name].arn) if name in types else 0))

    return service_of(
        prefix,
        {name: Action(plainest_first(some), keys(places)) for name, (some, places) in found["actions"].items()},
        types,
        found["key_types"],
    )
