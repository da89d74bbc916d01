"""What a check can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How it stands with one thing."""

    OK = "OK"
    PROBLEM = "PROBLEM"
    CANT_TELL = "CAN'T TELL"


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the doctor: what was seen, and what a person should do about it."""

    state: State
    what: str
    do: str = ""


def ok(what: str) -> Answer:
    """All is well."""
    return Answer(State.OK, what)


def problem(what: str, do: str) -> Answer:
    """Something keeps the stack from working."""
    return Answer(State.PROBLEM, what, do)


def cannot_tell(what: str, do: str) -> Answer:
    """It may be well or not."""
    return Answer(State.CANT_TELL, what, do)
