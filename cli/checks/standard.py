"""The standard: what the deployed function judges by, and how far each rule may go."""

from __future__ import annotations

from collections.abc import Iterator

from cli.deployed import CORRECT, standard_in
from cli.standards import modes_of
from warden.errors import BadStandard
from warden.model import Mode
from warden.rules import EVERY_RULE

from .answer import Answer, ok, problem
from .patient import Patient


def standard(patient: Patient) -> Iterator[Answer]:
    """Standard that was deployed."""
    try:
        found = standard_in(patient.stack)
    except BadStandard as error:
        yield problem(f"the deployed standard is wrong, and nothing is looked at: {'; '.join(error.problems)}", CORRECT)
        return
    most = max(found.mode_of(rule.id) for rule in EVERY_RULE)
    rest = {
        Mode.OFF: ": nothing is judged or told",
        Mode.NOTIFY: ": nothing is fixed, whatever the stack's mode",
        Mode.ENFORCE: ", as far as the stack's mode allows",
    }
    yield ok(f"the deployed standard says {modes_of(found)}{rest[most]}")
