"""What the two perimeter rules have in common; pure."""

from __future__ import annotations

from ..model import Json, Mode, NotApplicable, Snapshot, Unknown
from ..standard import Standard
from .context import Context
from .reach import Answer
from .subject import Subject, readable
from .words import as_json, sentence


def perimetered(seen: Snapshot, standard: Standard) -> Subject | NotApplicable | Unknown:
    """The policy of which it is asked whether it is closed; full access is another rule's, where that one is on."""
    found = readable(seen, standard)
    if isinstance(found, NotApplicable | Unknown):
        return found
    if standard.mode_of("endpoint-policy") is not Mode.OFF and found.is_full_access:
        return NotApplicable("the policy is full access, which the rule endpoint-policy tells")
    return found


def undecided(found: Subject, answer: Answer, what: str) -> NotApplicable | Unknown:
    """What to say where it is not known.

    Where nobody was named as ours it is a question that nobody has asked yet, and no finding on each endpoint.
    """
    if not found.knows_who_is_ours:
        return NotApplicable("who is yours is not named: organisation.id or organisation.accounts in standard.toml")
    return Unknown(f"{what} is not known: {answer.why}")


def witnessed(answer: Answer, context: Context) -> tuple[str, Json]:
    """What an open answer shows, in words and as evidence."""
    if answer.witness is None:
        raise ValueError("an open answer has a witness")
    statements = [statement.name for statement in answer.statements]
    return sentence(answer.witness, context), {"witness": as_json(answer.witness), "statements": statements}
