"""The sweep: judge every endpoint and VPC of the account and region, and ask for a look where something is new.

It writes nothing itself and tells nobody: whatever is to be done goes through the same door as an event does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .decide import GONE
from .events import Look, Sweep
from .ledger import Memory
from .model import Endpoint, EndpointKey, Mode
from .observe import Judged, observe
from .ports import World
from .reconcile import SETTLING, plan_for
from .reporting import known
from .subject_watch import has_news, observe_vpcs


@dataclass(slots=True)
class Swept:
    """How many endpoints and VPCs were seen, and of how many a look was asked for."""

    seen: int = 0
    vpcs: int = 0
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
    vpcs = observe_vpcs(world.cloud, world.standard, world.now())
    present |= {one.subject.key for one in vpcs}
    swept.vpcs = len(vpcs)
    news = (one.subject.key for one in vpcs if has_news(one, memories.get(one.subject.key, Memory())))
    swept.asked += world.post.look_at(_look(world, key) for key in news)
    # Absent in this answer of EC2, and so looked at once already: absent in the next one too, it is gone.
    ghosts = (replace(_look(world, key), tries=1) for key in sorted(set(memories) - present))
    swept.asked += world.post.look_at(ghosts)
    return swept


def _look(world: World, key: EndpointKey) -> Look:
    """A look for no event: it must not pass for news of a change."""
    return Look(key, world.now() - SETTLING, swept=True)


def _news(world: World, page: list[Endpoint], memories: Mapping[EndpointKey, Memory]) -> Iterator[Look]:
    for judged in observe(world.cloud, page, world.standard, world.now()):
        key = judged.seen.endpoint.key
        look = _look(world, key)
        if _has_news(world, look, judged, memories.get(key, Memory())):
            yield look


def _has_news(world: World, look: Look, judged: Judged, memory: Memory) -> bool:
    if memory.pending:
        return not memory.pending.held(world.now())
    plan = plan_for(world, look, judged, memory)
    return bool(plan.actions) or known(plan.results, memory, judged.left_out) != memory.told
