"""Plans for people: what would be done, as a sentence and as a command, and what holds the rest back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from warden.command import as_command, undoing
from warden.letter import LONG_COMMAND
from warden.model import EndpointKey, Finding, Outcome, Result
from warden.plain import labelled, sentence
from warden.policy.services import short_name
from warden.wording import message_of, state_of

from .planned import Planned, Planning
from .screen import Screen

IN_CODE: Final = "In the code that manages it"
WORDS: Final = {Outcome.HELD: "In the way", Outcome.WOULD_FIX: "Not done", Outcome.TOLD: "Do"}


@dataclass(slots=True)
class Commands:
    """The commands and patches that are too long to stand amid the text: they are shown at its end, by number."""

    long: list[str] = field(default_factory=list)

    def show(self, screen: Screen, label: str, command: str, what: str = "command") -> None:
        """Show a command, or where it is to be found."""
        screen.say(f"{label}:", indent=4)
        if len(command) <= LONG_COMMAND:
            screen.command(command, indent=6)
            return
        if command not in self.long:
            self.long.append(command)
        screen.say(f"{what} [{self.long.index(command) + 1}] at the end", indent=6)

    def rest(self, screen: Screen) -> None:
        """Show the long ones."""
        for place, command in enumerate(self.long, 1):
            screen.say(f"[{place}]:")
            screen.command(command, indent=0)


def show(screen: Screen, planning: Planning) -> None:
    """Show the plans, and count what they say."""
    stack = f"As stack {planning.stack}" if planning.stack else "As a stack deployed just now"
    screen.note(f"{stack}: {planning.mode}. Judged by {planning.standard}.")
    commands = Commands()
    for one in planning.planned:
        if not one.quiet:
            _one(screen, one, commands)
    commands.rest(screen)
    screen.note(summary(planning), style="bold")
    if planning.stack and not planning.file and any(one.plan.results for one in planning.planned):
        screen.note("A standard.toml that was changed since counts once it is deployed: `sam build && sam deploy`.")
    if planning.stack is None and any(one.plan.results for one in planning.planned):
        screen.note(
            "What a deployed stack remembers (who made an endpoint, what was written) is known with --stack NAME."
        )


def summary(planning: Planning) -> str:
    """Say in a sentence what would come of it."""
    count, to_do = len(planning.planned), sum(bool(one.plan.actions) for one in planning.planned)
    left = sum(bool(one.plan.results) or bool(one.busy) for one in planning.planned)
    where = f"{planning.account}, {planning.region}"
    looked = f"{count} endpoint{'' if count == 1 else 's'} looked at in account {where}"
    return f"{looked}: {to_do} to be changed, {left} with something that stays as it is."


def _one(screen: Screen, one: Planned, commands: Commands) -> None:
    endpoint, plan = one.endpoint, one.plan
    name = endpoint.tags.get("Name", "")
    service = short_name(endpoint.service_name, endpoint.home)
    screen.head(
        endpoint.key.id, " ".join(part for part in (endpoint.type_name, service, endpoint.vpc_id, name) if part)
    )
    if one.busy:
        screen.say(sentence(one.busy), indent=2)
    for finding in plan.fixes:
        _to_do(screen, finding)
    if plan.actions:
        commands.show(screen, "Command", as_command(endpoint.key, plan.actions))
        commands.show(screen, "Undo", as_command(endpoint.key, undoing(plan.actions)))
    for result in plan.results:
        _left(screen, endpoint.key, result, commands)
    screen.say()


def _to_do(screen: Screen, finding: Finding) -> None:
    screen.say(f"TO DO  {finding.rule}: {finding.fix}", indent=2, style="bold")
    screen.say(labelled("Because", finding.message), indent=4)


def _left(screen: Screen, key: EndpointKey, result: Result, commands: Commands) -> None:
    """A finding that stays, and why."""
    finding = result.finding
    screen.say(f"{state_of(result).upper()}  {finding.rule}: {message_of(result)}", indent=2, style="bold")
    screen.say(labelled(WORDS.get(result.outcome, "Why"), result.why), indent=4)
    if finding.fix:
        screen.say(labelled("Would do", str(finding.fix)), indent=4)
    if result.patch:
        commands.show(screen, IN_CODE, result.patch, "patch")
    elif finding.fix:
        label = "By hand, once nothing is in the way" if result.outcome is Outcome.HELD else "By hand"
        commands.show(screen, label, as_command(key, (finding.fix,)))
