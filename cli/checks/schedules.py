"""The schedules that put messages into the queue: of the sweep, and of the review."""

from __future__ import annotations

from collections.abc import Iterator

from cli.stack import Part

from .answer import Answer, ok, problem
from .patient import REVIEW, SWEEP, Patient


def sweep(patient: Patient) -> Iterator[Answer]:
    """Schedule of the sweep."""
    part = patient.part(SWEEP)
    if part is None:
        yield problem("the stack has no schedule: what events miss is never found", "Deploy the stack again.")
    else:
        yield _scheduled(patient, part, "sweep", "Switch it on: it finds what events miss.")


def review(patient: Patient) -> Iterator[Answer]:
    """Schedule of the review, which a stack need not have."""
    part = patient.part(REVIEW)
    if part is None:
        yield ok("no review is sent: the stack's parameter ReviewSchedule is empty, or the stack is older than it")
    else:
        yield _scheduled(patient, part, "review", "Switch it on, or empty the stack's parameter ReviewSchedule.")


def _scheduled(patient: Patient, part: Part, what: str, do: str) -> Answer:
    """Whether a schedule is on."""
    client = patient.session.client("scheduler", **patient.how)
    group, _, name = part.id.rpartition("/") if "/" in part.id else ("default", "", part.id)
    found = client.get_schedule(Name=name, GroupName=group.rsplit("/", 1)[-1])
    if found.get("State", "ENABLED") == "ENABLED":
        return ok(f"the {what} runs by {found['ScheduleExpression']}")
    return problem(f"the schedule {name} is switched off", do)
