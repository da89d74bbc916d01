"""What came of a plan, for people: before -> after, where it is in the journal, and how to undo it."""

from __future__ import annotations

from typing import Final

from warden.command import as_command, hands_off_command, undoing
from warden.model import Change, EndpointKey, Outcome, Result
from warden.payload import DifferenceJson
from warden.plain import labelled, mapping, sentence
from warden.telling import differences
from warden.wording import next_of, state_of

from .applied import Applied
from .screen import Screen

BESIDE: Final = 200
"""Characters of a difference that stands in one line."""


def show(screen: Screen, one: Applied, stack: str, answer: str) -> None:
    """Tell of one endpoint; `answer` is what AWS said where it refused."""
    key = one.shown.plan.key
    if one.later:
        screen.head("NOT CHANGED", f"{key.id}: {one.later}")
        screen.say(labelled("AWS answered", answer), indent=2)
        screen.say("Try again later: the plan is made anew then.", indent=2)
    elif one.report is None:
        screen.head("NOT CHANGED", f"{key.id}: {one.left}")
        screen.say(labelled("AWS answered", answer), indent=2)
    else:
        screen.head("CHANGED" if one.report.change else "NOT CHANGED", key.id)
        if one.report.change:
            _change(screen, key, one.report.change)
        for result in one.report.results:
            _result(screen, result)
            screen.say(next_of(result, one.report.mode, stack), indent=4)
    screen.say()


def _change(screen: Screen, key: EndpointKey, change: Change) -> None:
    for one in differences(mapping(change.before), mapping(change.after)):
        for line in _beside_or_below(one):
            screen.say(line, indent=2)
    screen.say(f"Journal: {change.journal_id}", indent=2)
    if change.actions:
        screen.say("Undo, with the tag first that keeps the stack from making the change again:", indent=2)
        screen.command(hands_off_command(key))
        screen.command(as_command(key, undoing(change.actions)))


def _beside_or_below(one: DifferenceJson) -> tuple[str, ...]:
    """Before and after in a line; long ones, such as policies, in a line each."""
    beside = f"{one['what']}: {one['before']} -> {one['after']}"
    below = (f"{one['what']} before: {one['before']}", f"{one['what']} after: {one['after']}")
    return (beside,) if len(beside) <= BESIDE else below


def _result(screen: Screen, result: Result) -> None:
    said_below = result.outcome is Outcome.FIXED or result.why == result.finding.advice
    why = f": {result.why}" if result.why and not said_below else ""
    screen.say(sentence(f"{result.finding.rule} {state_of(result)}{why}"), indent=2)
