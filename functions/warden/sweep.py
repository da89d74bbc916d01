"""The sweep: judge everything of the account and region, and ask for a look where something is new.

It writes nothing itself and tells nobody: whatever is to be done goes through the same door as an event does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .decide import GONE
from .events import Look, Sweep
from .ledger import Memory
from .model import Endpoint, EndpointKey, Mode
from .observe import observe
from .ports import World
from .settling import SETTLING, is_due
from .subject_watch import JudgedSubject, Watch, is_news
from .target import EndpointTarget
from .watches import WATCHES


@dataclass(slots=True)
class Swept:
    """How many endpoints and others were seen, and of how many a look was asked for."""

    seen: int = 0
    others: dict[str, int] = field(default_factory=dict)
    """What is no endpoint, by kind: "vpcs", "services"."""
    asked: int = 0


def sweep(world: World, wanted: Sweep) -> Swept:
    """Judge page by page; raise RetryLater where AWS or the ledger does not answer: it starts again then."""
    swept = Swept()
    if world.ceiling is Mode.OFF:
        return swept
    memories = world.ledger.recall_all(wanted.account, wanted.region)
    present: set[EndpointKey] = set()
    for page in world.cloud.sweep():
        there = [endpoint for endpoint in page if endpoint.state not in GONE]
        present |= {endpoint.key for endpoint in there}
        swept.seen += len(page)
        swept.asked += world.post.look_at(_news(world, there, memories))
    swept.asked += _look_for(world, {key for key in memories if key.of_endpoint} - present)
    for watch in WATCHES:
        _sweep_others(world, watch, memories, swept)
    return swept


def _sweep_others(world: World, watch: Watch[Any, Any], memories: Mapping[EndpointKey, Memory], swept: Swept) -> None:
    found = watch.look(world)
    present = {one.subject.key for one in found}
    swept.others[watch.many] = len(found)
    swept.asked += world.post.look_at(_news_of(world, watch, found, memories))
    swept.asked += _look_for(world, {key for key in memories if watch.has(key)} - present)


def _news_of(
    world: World, watch: Watch[Any, Any], found: Iterable[JudgedSubject[Any]], memories: Mapping[EndpointKey, Memory]
) -> Iterator[Look]:
    for judged in found:
        key = judged.subject.key
        look = _look(world, key)
        if is_news(world, watch, look, judged, memories.get(key, Memory())):
            yield look


def _look_for(world: World, ghosts: Iterable[EndpointKey]) -> int:
    """Ask for looks at what is remembered and was not seen.

    Absent in this answer of EC2, and so looked at once already: absent in the next one too, it is gone.
    """
    return world.post.look_at(replace(_look(world, key), tries=1) for key in sorted(ghosts))


def _look(world: World, key: EndpointKey) -> Look:
    """A look for no event: it must not pass for news of a change."""
    return Look(key, world.now() - SETTLING, swept=True)


def _news(world: World, page: list[Endpoint], memories: Mapping[EndpointKey, Memory]) -> Iterator[Look]:
    for judged in observe(world.cloud, page, world.standard, world.now()):
        key = judged.seen.endpoint.key
        look = _look(world, key)
        if is_due(world, look, EndpointTarget(world, judged), memories.get(key, Memory())):
            yield look
