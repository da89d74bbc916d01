"""Run every check on a deployed stack, and say what each found."""

from __future__ import annotations

from dataclasses import dataclass

from warden.errors import RetryLater

from .account import AWS_ERRORS, connect, translated
from .checks import CHECKS, Check
from .checks.answer import Answer, State
from .checks.patient import Patient
from .checks.round_trip import round_trip
from .exits import Code, CouldNotLook
from .screen import Screen
from .stack import deployed
from .trouble import explained


@dataclass(frozen=True, slots=True)
class Visit:
    """The options of `warden doctor`; `wait` in seconds."""

    stack: str
    profile: str | None
    region: str | None
    endpoint_url: str | None
    event: bool
    wait: int


@translated()
def run(visit: Visit) -> Code:
    """Check the stack and show each answer as it comes."""
    screen = Screen()
    account = connect(visit.profile, visit.region, visit.endpoint_url)
    patient = Patient(deployed(account, visit.stack), wait=visit.wait)
    screen.note(f"Stack {visit.stack} of account {account.id} in {account.region}, seen by {account.identity}.")
    checks = (*CHECKS, round_trip) if visit.event else CHECKS
    answers: list[Answer] = []
    for check in checks:
        with screen.working(f"{subject_of(check)}..."):
            found = examined(patient, check)
        for answer in found:
            screen.head(answer.state.value, answer.what)
            if answer.do:
                screen.say(answer.do, indent=4)
        answers += found
    screen.note(summary(answers), style="bold")
    return code_of(answers)


def examined(patient: Patient, check: Check) -> list[Answer]:
    """What a check finds; where AWS does not answer it cannot tell, and says what it found before."""
    found: list[Answer] = []
    try:
        found.extend(check(patient))
    except (*AWS_ERRORS, RetryLater, CouldNotLook) as error:
        what, do = explained(error)
        subject = subject_of(check)
        found.append(Answer(State.CANT_TELL, f"{subject[0].lower()}{subject[1:]}: {what}", do))
    return found


def subject_of(check: Check) -> str:
    """What a check looks at: the first line of its docstring."""
    return (check.__doc__ or "?").splitlines()[0].rstrip(".")


def summary(answers: list[Answer]) -> str:
    """Count the answers."""
    counts = {state: sum(answer.state is state for answer in answers) for state in State}
    return ", ".join(f"{count} {state.value}" for state, count in counts.items() if count) + "."


def code_of(answers: list[Answer]) -> Code:
    """0 only where every check is OK."""
    states = {answer.state for answer in answers}
    if State.PROBLEM in states:
        return Code.OPEN
    return Code.NOT_LOOKED if State.CANT_TELL in states else Code.OK
