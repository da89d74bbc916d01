"""What a notice says of one result, in sentences: its state, why it matters, what was done and what comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from .actions import AcceptConnections, ReplacePolicy
from .decide import BESIDES
from .model import Endpoint, Finding, Mode, Outcome, Result, Subject, Verdict
from .plain import joined, labelled, listed, sentence
from .rules import EVERY_RULE, RULES

STATES: Final[Mapping[Outcome, str]] = {
    Outcome.REFUSED: "refused by AWS",
    Outcome.HELD: "held back",
    Outcome.TOLD: "needs you",
    Outcome.WOULD_FIX: "would fix",
    Outcome.FIXED: "fixed",
    Outcome.RESOLVED: "resolved",
    Outcome.GONE: "gone",
}
"""Each outcome in the fewest words, those that need people most first."""
CLEAR: Final = "Clear what is in the way, or make the change where the {} is managed."
IN_CODE: Final = (
    "Change the code that manages the endpoint, as shown below: what is changed by hand, its next deployment may undo."
)
THEN_IN_CODE: Final = "How the code says so is shown below."
"""Of what is people's to decide."""
CODE_TOO: Final = "Where code makes this endpoint, write the same there."
BESIDES_TOO: Final = "That alone is not enough: see to what else stands in the way, too."
ENDPOINT: Final = "endpoint"
MEND: Final = "Mend what AWS names (a permission, a quota, a subnet), or do it by hand."
AGAIN: Final = "Endpoint Warden looks again at the {}'s next change, and at the next sweep."
AT_SWEEPS: Final = "Endpoint Warden looks again at the next sweep."
"""Of what no event leads to."""
SWEPT: Final = frozenset(rule.id for rule in RULES if rule.only_swept)
"""The rules of endpoints that no event leads to."""


def noun_of(about: Endpoint | Subject) -> str:
    """What it is, amid a sentence."""
    return ENDPOINT if isinstance(about, Endpoint) else about.what


def why_of(page: str) -> str:
    """Take the Why out of a rule's page; empty where it has none."""
    found = re.search(r"^\s*Why:\s*(.+?)(?=^\s*[A-Z][a-z]+:\s|\Z)", page, re.MULTILINE | re.DOTALL)
    return sentence(found[1]) if found else ""


WHYS: Final[Mapping[str, str]] = {rule.id: why_of(rule.page) for rule in EVERY_RULE}
WHYS_OF_CODES: Final[Mapping[tuple[str, str], str]] = {
    ("endpoint-policy", "denies-everything"): (
        "This is an outage: whatever in the VPC uses the service by this endpoint is cut off from it."
    ),
    ("service-acceptance", "everybody-may-ask"): (
        "Where every principal is allowed, one request accepted by mistake lets a stranger in, and anybody can fill "
        "the list of those that wait."
    ),
    ("service-acceptance", "no-acceptance"): (
        "Where requests need no acceptance, whoever the allowed principals let in is connected before anybody looks."
    ),
}
"""Why it matters, by rule and code, where that is another harm than the one that the rule's page tells of."""


def state_of(result: Result) -> str:
    """Say verdict and outcome in at most three words."""
    if result.outcome is Outcome.TOLD and result.finding.verdict is Verdict.UNKNOWN:
        return "cannot tell"
    if result.outcome is Outcome.TOLD and result.finding.verdict is Verdict.UNSUPPORTED:
        return "not judged"
    return STATES[result.outcome]


FIXED: Final = STATES[Outcome.FIXED]
CLAUSES: Final[Mapping[str, str]] = {
    "refused by AWS": "breaks {rules}, and AWS refused the fix",
    "held back": "breaks {rules}, and the fix is held back",
    "needs you": "breaks {rules}, and no safe fix is known",
    "cannot tell": "cannot be judged by {rules}",
    "not judged": "is of a type that is not known, and was not judged",
    "would fix": "breaks {rules}, and was left so, since the mode allows no fix",
    "fixed": "broke {rules}, and is fixed",
    "resolved": "keeps {rules} again",
    "gone": "is gone, and with it what was told of {rules}",
}
"""What each state says of the endpoint, those that need people most first."""


def summary_of(results: Sequence[Result]) -> str:
    """Say how things stand with the endpoint, in one clause for each state."""
    rules: dict[str, list[str]] = {state: [] for state in CLAUSES}
    for result in results:
        rules[state_of(result)].append(result.finding.rule)
    open_still = {rule for state, named in rules.items() if state != FIXED for rule in named}
    partly = [rule for rule in rules[FIXED] if rule in open_still]
    rules[FIXED] = [rule for rule in rules[FIXED] if rule not in open_still]
    clauses = [CLAUSES[state].format(rules=listed(named)) for state, named in rules.items() if named]
    mended = f"; a part of what broke {listed(partly)} is fixed" if partly else ""
    return f"{'; it '.join(clauses)}{mended}" or "has nothing to tell"


def message_of(result: Result, noun: str = ENDPOINT) -> str:
    """Say what was found, even where the rule has nothing to say."""
    plain = {
        Outcome.RESOLVED: f"the {noun} is as the standard demands",
        Outcome.GONE: f"the {noun} no longer exists",
    }
    return sentence(result.finding.message or result.why or plain.get(result.outcome, "the rule gave no reason"))


def matters_of(result: Result) -> str:
    """Say why it matters; empty for what is over."""
    if result.outcome in {Outcome.RESOLVED, Outcome.GONE}:
        return ""
    if result.finding.verdict is Verdict.UNSUPPORTED:
        return "An endpoint that no rule can judge may let anything through."
    finding = result.finding
    return WHYS_OF_CODES.get((finding.rule, finding.code)) or WHYS.get(finding.rule, "")


def done_of(result: Result, mode: Mode, noun: str = ENDPOINT) -> str:
    """Say what Endpoint Warden did, or why it did nothing; `mode` is what the stack allows now."""
    finding, why = result.finding, result.why
    fix = "" if finding.fix is None else str(finding.fix)
    match result.outcome:
        case Outcome.FIXED:
            return joined(labelled(f"Endpoint Warden changed the {noun}", fix), sentence(why))
        case Outcome.WOULD_FIX:
            return joined(sentence(f"nothing was changed: {why or _ceiling(finding, mode)}"), labelled("Would do", fix))
        case Outcome.HELD:
            return joined("Nothing was changed.", labelled("In the way", why), labelled("Would do", fix))
        case Outcome.REFUSED:
            return joined("Nothing was changed.", labelled("Asked", fix), labelled("AWS answered", why))
        case Outcome.TOLD:
            return joined("Nothing was changed.", "" if why in {finding.message, finding.advice} else sentence(why))
        case Outcome.RESOLVED | Outcome.GONE:
            return "Endpoint Warden told of this before; now it changed nothing."
        case _:
            assert_never(result.outcome)


def next_of(result: Result, mode: Mode, stack: str, noun: str = ENDPOINT) -> str:
    """Say what people should do now."""
    finding, advice = result.finding, sentence(result.finding.advice)
    match result.outcome:
        case Outcome.FIXED:
            return joined(_after(finding), "" if noun != ENDPOINT else CODE_TOO, advice)
        case Outcome.WOULD_FIX:
            allowed = sentence(f"to let Endpoint Warden do it, {_permission(finding, mode, stack)}")
            return joined(allowed, BESIDES_TOO if BESIDES in result.why else "", advice)
        case Outcome.HELD:
            return joined(advice, IN_CODE if result.patch else CLEAR.format(noun), _again(finding, noun))
        case Outcome.REFUSED:
            return joined(advice, MEND, _again(finding, noun))
        case Outcome.TOLD:
            return joined(advice or _told(finding, noun), THEN_IN_CODE if result.patch else "", _again(finding, noun))
        case Outcome.RESOLVED | Outcome.GONE:
            return "Nothing."
        case _:
            assert_never(result.outcome)


def _after(finding: Finding) -> str:
    """Say what to watch after a fix."""
    if isinstance(finding.fix, AcceptConnections):
        return "Nothing, if these consumers are to reach the service: the registry of the standard names them."
    if isinstance(finding.fix, ReplacePolicy):
        return "Watch for clients that are denied now: a new policy takes some minutes to act. If there are any, undo."
    return "Nothing, if all clients work. Each new zone is billed by the hour."


def _again(finding: Finding, noun: str) -> str:
    """Say when it is looked at again."""
    return AT_SWEEPS if finding.rule in SWEPT else AGAIN.format(noun)


def _told(finding: Finding, noun: str) -> str:
    if finding.verdict is Verdict.UNSUPPORTED:
        return "Judge it by hand, and see whether a newer Endpoint Warden knows this type."
    if finding.verdict is Verdict.UNKNOWN:
        return f"Look at the {noun} yourself: this is neither good news nor bad."
    return "Decide what to change, since no safe fix is known."


def _ceiling(finding: Finding, mode: Mode) -> str:
    """Say which of the two modes does not let the fix be made."""
    if mode < Mode.ENFORCE:
        return f"the mode of the stack, or its kill switch, allows no more than {mode.value}"
    return f"the mode of {finding.rule} is {finding.mode.value}"


def _permission(finding: Finding, mode: Mode, stack: str) -> str:
    """Say what must be set for the fix to be made."""
    steps = []
    if finding.mode < Mode.ENFORCE:
        steps.append(f'set mode = "enforce" for {finding.rule} in standard.toml and deploy it')
    if mode < Mode.ENFORCE:
        steps.append(f"see that the parameter Mode of stack {stack} is enforce, and that its kill switch says run")
    return ", and ".join(steps) or "clear what is said above"
