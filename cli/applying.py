"""Carry plans out: shown, agreed to, looked at again right before each write, and then settled as the functions do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

import typer

from warden.decide import GONE
from warden.errors import NotYet, RetryLater
from warden.events import Look
from warden.model import Plan
from warden.observe import observe
from warden.ports import World
from warden.settling import plan_for, settle
from warden.target import EndpointTarget

from . import applied_view, plan_json, plan_view
from .account import translated
from .applied import Applied, code_of
from .deployed import deployed_standard
from .exits import Code, CouldNotLook
from .planned import Planned, Planning
from .planning import Wanted, planning_of
from .saved_plan import bound, check_same, words_of
from .screen import Screen
from .stack import deployed

Ask = Callable[[str], bool]


@translated()
def run(wanted: Wanted, plan: Path | None, *, yes: bool) -> Code:
    """Plan as the stack would, show it, ask, and carry it out."""
    screen = Screen()
    saved = plan_json.load(plan) if plan else None
    left = saved.left if saved and not wanted.ids else ()
    if saved:
        wanted = bound(wanted, saved)
    if left:
        noun = "endpoint" if len(left) == 1 else "endpoints"
        screen.note(f"Besides, the plan leaves {len(left)} {noun} to people; `warden plan` shows them, with why.")
    if saved and not wanted.ids:
        screen.note("The saved plan has nothing to do.")
        return code_of((), (), left)
    account = wanted.connect()
    if saved and saved.account != account.id:
        raise CouldNotLook(f"the plan was made for account {saved.account}, not {account.id}", "Give its --profile.")
    stack = deployed(account, wanted.stack or "")
    named = deployed_standard(stack)
    cloud = account.ec2
    world = stack.world(cloud, named)
    with screen.working(f"Planning for account {account.id} in {account.region}"):
        planning = planning_of(stack, world, named, wanted.ids)
    if saved:
        check_same(saved, planning)
    plan_view.show(screen, planning)
    return carry_out(screen, world, planning, cloud.answers, _consent if not yes else _no_question, left)


def carry_out(
    screen: Screen,
    world: World,
    planning: Planning,
    answers: Mapping[str, str],
    ask: Ask,
    left: Collection[str] = (),
) -> Code:
    """Do what was shown, if that is agreed to; `answers` is where AWS's refusals are found, by endpoint id.

    `left` are endpoints that a saved plan leaves to people, and so are not looked at.
    """
    to_do = [one for one in planning.planned if one.plan.actions]
    others = [one for one in planning.planned if not one.plan.actions]
    if not to_do:
        screen.note("Nothing is to be changed.", style="bold")
        return code_of((), others, left)
    where = f"account {planning.account}, {planning.region}"
    if not ask(f"Change {len(to_do)} endpoint{'' if len(to_do) == 1 else 's'} in {where}?"):
        screen.note("Nothing was changed.", style="bold")
        return Code.OPEN
    done: list[Applied] = []
    for one in _each(world, to_do):
        applied_view.show(screen, one, world.stack, answers.get(one.shown.plan.key.id, ""))
        done.append(one)
    return code_of(done, others, left)


def _each(world: World, to_do: Iterable[Planned]) -> Iterator[Applied]:
    """Carry out one after the other; once a store is down the rest is not tried, since each would fail like it."""
    down = ""
    for shown in to_do:
        if down:
            yield Applied(shown, later=f"not tried, since {down}")
            continue
        try:
            yield carry_out_one(world, shown)
        except RetryLater as error:
            down = str(error)
            yield Applied(shown, later=f"{error}; should the change be made already, the next look closes its journal")


def carry_out_one(world: World, shown: Planned) -> Applied:
    """Look again, and do what was shown if nothing differs; raise RetryLater where a store is down.

    The same steps as a function takes: what is remembered is read before the endpoint is.
    """
    key = shown.plan.key
    look = Look(key, world.now())
    memory = world.ledger.recall([key])[key]
    endpoint = world.cloud.endpoints([key.id]).get(key.id)
    if endpoint is None or endpoint.state in GONE:
        return Applied(shown, later="the endpoint is gone")
    (judged,) = observe(world.cloud, [endpoint], world.standard, world.now())
    target = EndpointTarget(world, judged)
    now = plan_for(world, look, target, memory)
    if memory.pending is None and _differs(shown.plan, now):
        return Applied(shown, later=_differs(shown.plan, now))
    try:
        report = settle(world, look, target, memory)
    except NotYet as error:
        return Applied(shown, later=str(error))
    return Applied(shown, report, left="" if report else "people were told before why")


def _differs(shown: Plan, now: Plan) -> str:
    """How what would be done now is not what was shown; "" where it is."""
    if shown.seen_hash != now.seen_hash:
        return "the endpoint changed since the plan was shown"
    return "" if shown.actions == now.actions else f"something else would be done now: {words_of(now)}"


def _no_question(_: str) -> bool:
    return True


def _consent(question: str) -> bool:
    """Ask a person, of whom Ctrl-C is a no; raise CouldNotLook where none can answer."""
    if not sys.stdin.isatty():
        raise CouldNotLook(
            "apply asks before it changes anything, and nobody can answer: stdin is no terminal",
            "Give --yes; with --plan FILE exactly what was read beforehand is done.",
        )
    try:
        return typer.confirm(question, default=False, err=True)
    except typer.Abort:
        typer.echo(err=True)  # what follows stands on a line of its own
        return False
