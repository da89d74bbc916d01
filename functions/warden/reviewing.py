"""The regular review: judge every endpoint, put the money beside it, tell what changed, and remember it.

Nothing is written to any endpoint. The notice goes out before it is remembered: whoever dies in between tells it again,
under the same id.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from .decide import GONE
from .events import Review
from .model import Mode
from .observe import observe
from .ports import World
from .review.last import to_keep
from .review.notice import notice_of
from .review.reviewed import Reviewed, asking, dearest_first, reviewed
from .review.telling import Told
from .standard import Standard

REPEATED: Final = timedelta(hours=3)
"""A review that is asked for so soon after the last one is the same message come again.

Scheduler and SQS deliver at least once, and a message has ten tries of twelve minutes.
"""


class Done(NamedTuple):
    """How many endpoints were reviewed, and why nobody was told; "" where people were."""

    endpoints: int
    untold: str = ""


def review(world: World, wanted: Review) -> Done:
    """Review all endpoints; raise RetryLater where AWS, the ledger or SNS does not answer: it starts again then."""
    if world.ceiling is Mode.OFF:
        return Done(0, "the stack is off")
    last, now = world.ledger.last_review(wanted.account, wanted.region), world.now()
    if last and now - last.at < REPEATED:
        return Done(0, f"the last review was told at {last.at.isoformat()}")
    standard = asking(world.standard)
    endpoints = dearest_first(_look(world, standard))
    if not endpoints and not (last and last.endpoints):
        return Done(0, "there is no endpoint, and was none")
    told = Told(wanted, now, endpoints, last, standard, world.standard_name, world.stack)
    world.topic.send(notice_of(told))
    world.ledger.keep_review(wanted.account, wanted.region, to_keep(endpoints, last, now), last)
    return Done(len(endpoints))


def _look(world: World, standard: Standard) -> list[Reviewed]:
    found: list[Reviewed] = []
    for page in world.cloud.sweep():
        there = [endpoint for endpoint in page if endpoint.state not in GONE]
        found += (reviewed(one.seen, one.findings) for one in observe(world.cloud, there, standard, world.now()))
    return found
