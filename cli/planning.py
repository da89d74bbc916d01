"""Plan as a deployed stack would, or as one would that remembers nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warden.decide import GONE, Gates, decide
from warden.events import Look
from warden.ledger import Memory
from warden.model import Endpoint, EndpointKey, Mode
from warden.observe import Judged, observe
from warden.ports import Cloud, World
from warden.settling import plan_for
from warden.standard import Standard
from warden.target import EndpointTarget

from . import endpoint_ids, plan_json, plan_view
from .account import Account, connect, translated
from .deployed import standard_of
from .exits import Code, CouldNotLook
from .options import Format
from .planned import DEPLOY, Planned, Planning
from .screen import Screen
from .stack import Deployed, deployed
from .standards import Named, judging, read


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to plan, and by what; `mode` is for where there is no stack, None for enforce."""

    ids: Sequence[str]
    profile: str | None
    region: str | None
    endpoint_url: str | None
    stack: str | None
    mode: Mode | None
    standard: Path | None

    def connect(self) -> Account:
        """The account to look at; raise CouldNotLook where an option is wrong, before anything is asked of AWS."""
        endpoint_ids.check(self.ids)
        if self.stack and self.mode:
            what = f"--mode is of no use with --stack: the mode is that of stack {self.stack} (its parameter Mode)"
            raise CouldNotLook(what, "Leave out one of the two.")
        return connect(self.profile, self.region, self.endpoint_url)


@translated()
def run(wanted: Wanted, how: Format, out: Path | None) -> Code:
    """Plan, show, save, and say how it stands."""
    screen = Screen()
    planning = _supposed(screen, wanted) if wanted.stack is None else _of_stack(screen, wanted, wanted.stack)
    document = plan_json.of(planning)
    if out is not None:
        _save(out, document)
        screen.note(f"Saved as {out}.")
    if how is Format.JSON:
        screen.json(document)
    else:
        plan_view.show(screen, planning)
    if planning.cannot_apply:
        screen.note(f"`warden apply` does not take this plan: {planning.cannot_apply}. {DEPLOY}", style="bold")
    return Code.OK if all(one.quiet for one in planning.planned) else Code.OPEN


def _supposed(screen: Screen, wanted: Wanted) -> Planning:
    named, mode = judging(read(wanted.standard)), wanted.mode or Mode.ENFORCE
    account = wanted.connect()
    with _working(screen, account):
        planned = tuple(supposed(account.ec2, named, wanted.ids, mode, datetime.now(UTC)))
    words = f"mode {mode.value} supposed, nothing remembered of any endpoint"
    return Planning(account.id, account.region, None, words, named.source, datetime.now(UTC), planned, named.file)


def _of_stack(screen: Screen, wanted: Wanted, name: str) -> Planning:
    account = wanted.connect()
    with _working(screen, account):
        stack = deployed(account, name)
        named = standard_of(stack, wanted.standard)
        return planning_of(stack, stack.world(account.ec2, named), named, wanted.ids)


def _working(screen: Screen, account: Account) -> AbstractContextManager[object]:
    return screen.working(f"Planning for account {account.id} in {account.region}")


def planning_of(stack: Deployed, world: World, named: Named, ids: Sequence[str]) -> Planning:
    """Plan as the stack would."""
    account = stack.account
    planned = tuple(as_stack(world, account.id, account.region, ids))
    words = f"mode {world.ceiling.value}"
    return Planning(account.id, account.region, stack.name, words, named.source, world.now(), planned, named.file)


def supposed(cloud: Cloud, named: Named, ids: Sequence[str], mode: Mode, now: datetime) -> Iterator[Planned]:
    """Plan with no memory: nobody's maker is known, nothing was written before."""
    gates = Gates(ceiling=mode, ceiling_name="the option --mode", standard_name=named.name, now=now)
    for judged in _judged(cloud, named.standard, ids, now):
        yield Planned(judged.seen.endpoint, decide(judged.seen, judged.findings, named.standard, gates))


def as_stack(world: World, account: str, region: str, ids: Sequence[str]) -> Iterator[Planned]:
    """Plan with all that the stack remembers, which is read before the endpoints are, as the functions do."""
    keys = [EndpointKey(account, region, endpoint_id) for endpoint_id in ids]
    memories = world.ledger.recall(keys) if keys else world.ledger.recall_all(account, region)
    for judged in _judged(world.cloud, world.standard, ids, world.now()):
        yield planned_for(world, judged, memories)


def planned_for(world: World, judged: Judged, memories: Mapping[EndpointKey, Memory]) -> Planned:
    """The plan for one endpoint."""
    key = judged.seen.endpoint.key
    memory = memories.get(key, Memory())
    plan = plan_for(world, Look(key, world.now()), EndpointTarget(world, judged), memory)
    return Planned(judged.seen.endpoint, plan, busy(memory, world.now()))


def busy(memory: Memory, now: datetime) -> str:
    """What is open of an earlier write; "" where nothing is."""
    if memory.pending is None:
        return ""
    since = f"{memory.pending.at:%Y-%m-%d %H:%M} UTC"
    if memory.pending.held(now):
        return f"a write begun at {since} is under way"
    return f"a write begun at {since} was never closed; the next look closes it first"


def _judged(cloud: Cloud, standard: Standard, ids: Sequence[str], now: datetime) -> Iterator[Judged]:
    for some in _pages(cloud, ids):
        yield from observe(cloud, [endpoint for endpoint in some if endpoint.state not in GONE], standard, now)


def _pages(cloud: Cloud, ids: Sequence[str]) -> Iterable[Sequence[Endpoint]]:
    if not ids:
        return cloud.sweep()
    found = cloud.endpoints(ids)
    return [endpoint_ids.those(ids, {name: one for name, one in found.items() if one.state not in GONE})]


def _save(out: Path, document: plan_json.PlanningJson) -> None:
    try:
        out.write_text(f"{json.dumps(document, indent=2)}\n", encoding="utf-8")
    except OSError as error:
        raise CouldNotLook(f"the plan cannot be saved as {out}: {error.strerror}", "Name another file.") from error
