"""The shell: observe, decide, act, report. It calls the edges and holds no opinion of its own; settling.py has each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from .batch import Batch, Changed, looking, postpone
from .decide import GONE
from .errors import NotYet, RetryLater
from .events import Look
from .ledger import Memory
from .model import Endpoint, EndpointKey, Mode, Report
from .observe import observe
from .ports import World
from .reporting import gone
from .settling import closed, settle
from .sight import Sight
from .subject_watch import reconcile_subjects
from .target import EndpointTarget
from .watches import WATCHES


def reconcile(world: World, looks: Iterable[Look], time_left: Callable[[], bool] = lambda: True) -> Batch:
    """Bring these endpoints to the standard, each once, and tell of others; raise RetryLater where none could be seen.

    A stack whose mode is off only remembers who made what: a later mode must not take it for unknown. Looks that are
    not begun when no time is left come again.
    """
    batch, every = Batch(), merged(looks)
    wanted = {key: look for key, look in every.items() if key.of_endpoint}
    for watch in WATCHES:
        looks = [look for key, look in every.items() if watch.has(key)]
        reconcile_subjects(world, watch, looks, batch, time_left)
    memories = _remembered(world, wanted, batch)
    if world.ceiling is Mode.OFF or not wanted:
        return batch
    sight = Sight(world, memories)
    present = {
        key: endpoint for key in memories if (endpoint := sight.at_first.get(key.id)) and endpoint.state not in GONE
    }
    on_event = {key for key, look in wanted.items() if not look.swept}
    observed = observe(world.cloud, list(present.values()), world.standard, world.now(), on_event)
    judged = {one.seen.endpoint.key: one for one in observed}
    for key, memory in memories.items():
        look = wanted[key]
        if not time_left():
            batch.failed[key] = RetryLater("no time was left for it")
        elif key in judged:
            with looking(world, look, batch):
                batch.settle(settle(world, look, EndpointTarget(world, judged[key], sight), memory))
        else:
            _absent(world, look, memory, batch)
        sight.settled(key)
    unsettled = batch.unsettled()
    named = (look for key, look in wanted.items() if look.named and key not in unsettled)
    batch.changed = [Changed(look, sight.at_first.get(look.key.id)) for look in named]
    return batch


def merged(looks: Iterable[Look]) -> dict[EndpointKey, Look]:
    """One look for each endpoint, with all that the several ones knew; ours only if every one of them is."""
    wanted: dict[EndpointKey, Look] = {}
    for look in looks:
        other = wanted.get(look.key)
        wanted[look.key] = (
            look
            if other is None
            else replace(
                look,
                since=max(look.since, other.since),
                tries=min(look.tries, other.tries),
                created=look.created or other.created,
                managed_by=look.managed_by or other.managed_by,
                own=look.own and other.own,
                deleted=look.deleted or other.deleted,
                refusals=max(look.refusals, other.refusals),
                swept=look.swept and other.swept,
                named=look.named or other.named,
            )
        )
    return wanted


def _remembered(world: World, wanted: Mapping[EndpointKey, Look], batch: Batch) -> dict[EndpointKey, Memory]:
    """What is remembered of each endpoint, with what its events tell of its maker noted first.

    An endpoint whose maker could not be noted is left out, and comes again.
    """
    memories = world.ledger.recall(wanted)
    for key, look in wanted.items():
        memory = memories[key]
        news = (look.created and not memory.creator_known) or (look.managed_by and not memory.managed_by)
        if not news:
            continue
        try:
            world.ledger.note_creator(key, look.managed_by)
        except NotYet as error:
            postpone(world, look, batch, str(error))
            del memories[key]
        except RetryLater as error:
            batch.failed[key] = error
            del memories[key]
        else:
            memories[key] = replace(memory, creator_known=True, managed_by=memory.managed_by or look.managed_by)
    return memories


def _absent(world: World, look: Look, memory: Memory, batch: Batch) -> None:
    """An endpoint that is not there: gone, if it was deleted or is still absent at the second look.

    Until then EC2's answer may lag behind: what is remembered of an endpoint (who made it, what was written) is what
    keeps it safe, and is not dropped for one answer.
    """
    maybe_late = look.created or (memory != Memory() and not look.tries)
    if maybe_late and not look.deleted:
        postpone(world, look, batch, "EC2 does not show the endpoint")
        return
    with looking(world, look, batch):
        report = _gone(world, look, memory)
        batch.reports.extend([report] if report else [])


def _gone(world: World, look: Look, memory: Memory) -> Report | None:
    """Tell people that what they were told of is no longer, and forget it."""
    version = closed(world, look.key, memory, "the endpoint is gone")
    report = None
    if memory.told:
        report = gone(world, Endpoint(look.key, type_name="", vpc_id="", service_name="", state="deleted"), memory)
    if memory != Memory():
        world.ledger.forget(look.key, version)
    return report
