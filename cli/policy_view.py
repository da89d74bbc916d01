"""What `warden policy` finds, for people."""

from __future__ import annotations

import json
from collections.abc import Sequence

from warden.plain import sentence as whole_sentence
from warden.policy.compare import Comparison
from warden.policy.context import Context
from warden.policy.document import MAX_CHARACTERS
from warden.policy.reach import Answer, Verdict
from warden.policy.remark import Kind, Remark
from warden.policy.replay import Calls, Replay
from warden.policy.tighten import Proposal
from warden.policy.words import sentence

from .policy_checked import Checked
from .policy_files import NO_ACCOUNT
from .screen import Screen

HINTS = (
    ('"', "It is a JSON string with the policy in it: take it with `--output text`."),
    ('{"VpcEndpoints"', "It is a whole answer of EC2: take PolicyDocument out of it."),
)
"""How texts begin that hold a policy, but are none; and what to do."""
MOST_CALLS = 20
"""Kinds of calls that are shown."""


def about(screen: Screen, context: Context) -> None:
    """Say what the answers rest upon."""
    if not context.service.prefix:
        return  # of a text that is no policy, and for any service
    unnamed = "no organisation (--organisation names it)"
    whose = f"the organisation {context.organisation}" if context.organisation else unnamed
    count = len(context.accounts)
    accounts = f" and {count} account{'s' if count > 1 else ''}" if count else ""
    kind = "a gateway" if context.gateway else "an interface"
    where = f"{kind} endpoint for {context.service.prefix} in {context.region}"
    screen.note(f"As the policy of {where}; yours is {whose}{accounts}.")
    if context.account == NO_ACCOUNT:
        screen.note(f"No account is named: {NO_ACCOUNT} stands for the endpoint's own. A --context FILE tells it.")


def checked(screen: Screen, found: Checked) -> None:
    """Both answers, and every remark."""
    if found.reach.invalid:
        screen.head("INVALID", str(found.reach.invalid))
        hint = next((words for start, words in HINTS if found.text.lstrip("\ufeff \n").startswith(start)), "")
        if hint:
            screen.note(hint)
        return
    needed = found.beside
    identities, resources = (answer.verdict is Verdict.CLOSED for answer in (needed.identities, needed.resources))
    _answer(screen, "identities", found.reach.identities, found.context, only_needed=identities)
    _answer(screen, "resources", found.reach.resources, found.context, only_needed=resources)
    if found.full_access:
        screen.head("FULL ACCESS", "the policy restricts nothing, as the default one")
    for remark in found.remarks:
        word = "REFUSED" if remark.kind is Kind.REFUSED else "REMARK"
        screen.head(word, f"{found.at(remark)}: {remark.message} ({remark.code})")


_CLOSED = {
    "identities": "proved: no caller from outside, and nobody without credentials, gets through",
    "resources": "proved: no resource outside can be reached",
}


def _answer(screen: Screen, question: str, answer: Answer, context: Context, *, only_needed: bool) -> None:
    if answer.verdict is Verdict.CLOSED:
        screen.head("CLOSED", f"{question}: {_CLOSED[question]}")
        return
    if answer.verdict is Verdict.UNKNOWN:
        screen.head("UNKNOWN", f"{question}: {answer.why}")
        if answer.witness:
            screen.say(whole_sentence(f"it may be that {sentence(answer.witness, context)}"), indent=4)
        return
    words = f"{question}: {'only what AWS owns: ' if answer.only_awss else ''}"
    screen.head("OPEN", f"{words}{answer.witness and sentence(answer.witness, context)}")
    needed = " It is all that is open, and what the service needs besides." if only_needed else ""
    screen.say(f"By {', '.join(statement.name for statement in answer.statements)}.{needed}", indent=4)


def proposed(screen: Screen, found: Proposal, remarks: Sequence[Remark]) -> None:
    """The policy to stdout; what was done, why it may be trusted or not, and what is still to be remarked beside it."""
    for change in found.changes:
        screen.note(f"- {change}")
    if found.text is None:
        screen.trouble("no policy is proposed:", "")
        for one in found.objections:
            screen.note(f"- {one}", style="")
        return
    indented = json.dumps(json.loads(found.text), indent=2)
    screen.out.print(indented if len(indented) <= MAX_CHARACTERS else found.text, soft_wrap=True)
    if not found.changes:
        screen.note("It is closed as it is, but for what the service needs: nothing was changed.")
    else:
        screen.note(
            "Proved: closed to outsiders and to what is theirs, but for what the service needs; nothing passes that "
            f"did not before; within EC2's limits ({len(found.text):,} characters without white space)."
        )
    for remark in remarks:
        screen.note(f"Still to be remarked: {remark.message} ({remark.code})")


def compared(screen: Screen, found: Comparison, context: Context) -> None:
    """Each way with a request, or a proof of none."""
    _difference(screen, "GAINED", "the new policy lets through what the old one does not", found.gained, context)
    _difference(screen, "LOST", "the old policy lets through what the new one does not", found.lost, context)


def _difference(screen: Screen, word: str, what: str, answer: Answer, context: Context) -> None:
    match answer.verdict:
        case Verdict.CLOSED:
            screen.head(f"NOTHING {word}", "proved")
        case Verdict.UNKNOWN:
            screen.head("UNKNOWN", f"whether {what}: {answer.why}")
        case Verdict.OPEN:
            screen.head(word, f"{what}: {answer.witness and sentence(answer.witness, context)}")


def replayed(screen: Screen, found: Replay) -> None:
    """How many calls of each kind, the most frequent first."""
    _calls(screen, "DENIED", found.denied)
    _calls(screen, "UNKNOWN", found.unknown)
    counts = [
        "1 record" if found.records == 1 else f"{found.records:,} records",
        f"{found.allowed:,} allowed",
        f"{sum(count for _, count in found.denied):,} denied",
        f"{sum(count for _, count in found.unknown):,} that cannot be told",
    ]
    if found.elsewhere:
        counts.append(f"{found.elsewhere:,} of other endpoints or services")
    if found.denied_before:
        counts.append(f"{found.denied_before:,} were denied by the endpoint's policy when they were made")
    screen.note(whole_sentence(", ".join(counts)), style="bold")
    if found.tested == 0:
        screen.trouble("no record is of a call to this service through this endpoint: nothing was tested", "")


def _calls(screen: Screen, word: str, found: tuple[tuple[Calls, int], ...]) -> None:
    for calls, count in found[:MOST_CALLS]:
        times = "once" if count == 1 else f"{count:,} times"
        screen.head(
            word, f"{times}: {calls.action} of {calls.resource or 'a resource that is not told'} by {calls.caller}"
        )
        if calls.why:
            screen.say(whole_sentence(calls.why), indent=4)
    if len(found) > MOST_CALLS:
        screen.say(f"and {len(found) - MOST_CALLS} more kinds of calls (--json shows all).")
