"""Tell people what changed since they were last told, of an endpoint or other subject, and remember it.

A notice goes out before it is remembered: whoever dies in between tells it again, under the same id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from .actions import AcceptConnections
from .decide import FIX_STANDS
from .ledger import Memory
from .model import Change, Endpoint, Finding, Mode, Outcome, Report, Result, Severity, Subject, Verdict
from .ports import World

CLOSED: Final = {Outcome.RESOLVED: "the {} is at the standard again", Outcome.GONE: "the {} no longer exists"}
NOT_SEEN: Final = "the {} no longer exists, or is no longer shared with this account"


def known(results: Iterable[Result], memory: Memory, left_out: frozenset[str] = frozenset()) -> dict[str, str]:
    """What people know of a subject once they were told these results: what stands open, by rule.

    What they were told of a rule that was `left_out` this time, or that waits for an endpoint to be ready, stands.
    """
    closed = {Outcome.FIXED, Outcome.RESOLVED, Outcome.GONE}
    found = list(results)
    stands = left_out | {result.finding.rule for result in found if result.finding.waits}
    opened = [one for one in found if one.outcome not in closed and not one.finding.waits]
    kept = {rule: digest for rule, digest in memory.told.items() if rule in stands}
    digests: dict[str, list[str]] = {}
    for result in sorted(opened, key=lambda one: -one.finding.severity):
        digests.setdefault(result.finding.rule, []).append(_digest(result))
    return kept | {rule: " + ".join(several) for rule, several in digests.items()}


def _digest(result: Result) -> str:
    """What of a finding is news when it changes: not its words, which may hold figures that come and go."""
    finding = result.finding
    digest = f"{finding.severity.name} {finding.verdict.value} {result.outcome.value} {finding.code}"
    if not finding.parts:
        return digest
    return f"{digest} {hashlib.sha256(repr(sorted(finding.parts)).encode()).hexdigest()[:16]}"


def told(  # noqa: PLR0913  all that a report is made of
    world: World,
    about: Endpoint | Subject,
    findings: Sequence[Finding],
    mode: Mode,
    memory: Memory,
    results: tuple[Result, ...],
    *,
    change: Change | None = None,
    left_out: frozenset[str] = frozenset(),
) -> Report | None:
    """Tell people what changed since they were last told, then remember it; nothing where nothing did.

    Only what the rules now call PASS is resolved. What they no longer judge (a rule switched off, an endpoint that
    failed) is dropped without a word: to say that all is well would be wrong.
    """
    now_known = known(results, memory, left_out)
    results = tuple(result for result in results if not result.finding.waits)
    passes = {finding.rule for finding in findings if finding.verdict is Verdict.PASS}
    named = {result.finding.rule for result in results}
    over = sorted(set(memory.told) & passes - named)
    resolved = [_closed(about, memory, rule, Outcome.RESOLVED) for rule in over]
    if change is None and now_known == memory.told:
        return None
    report = Report(about, mode, (*results, *resolved), change, world.now(), memory.tellings)
    worth_telling = change or resolved or now_known.items() - memory.told.items()
    if worth_telling:
        _tell(world, report)
    if change:
        world.ledger.finish(about.key, change.journal_id, change.after, now_known, _fixed(world, memory, results))
    else:
        world.ledger.tell(about.key, now_known, memory.tellings)
    return report if worth_telling else None


def gone(world: World, about: Endpoint | Subject, memory: Memory) -> Report:
    """Tell people that what they were told of is no longer."""
    results = tuple(_closed(about, memory, rule, Outcome.GONE) for rule in sorted(memory.told))
    report = Report(about, world.ceiling, results, at=world.now(), telling=memory.tellings)
    _tell(world, report)
    return report


def _fixed(world: World, memory: Memory, results: Iterable[Result]) -> dict[str, datetime]:
    """When each rule's breach was last fixed by us, or each consumer's endpoint accepted, this time included.

    What is too old to count is dropped.
    """
    now = world.now()
    earlier = {name: moment for name, moment in memory.fixed.items() if now - moment < FIX_STANDS}
    fixed = (result.finding for result in results if result.outcome is Outcome.FIXED)
    return earlier | {name: now for finding in fixed for name in _mended(finding)}


def _mended(finding: Finding) -> tuple[str, ...]:
    """What is remembered as fixed: the rule, or of requests that were accepted each endpoint."""
    return finding.fix.endpoint_ids if isinstance(finding.fix, AcceptConnections) else (finding.rule,)


def _tell(world: World, report: Report) -> None:
    """Write the notice and send it; what writes it is loaded only now, since most events have nothing to tell."""
    from .notice import notice_of  # noqa: PLC0415  some 8 ms of each cold start

    world.topic.send(notice_of(report, world.stack))


def _closed(about: Endpoint | Subject, memory: Memory, rule: str, outcome: Outcome) -> Result:
    """A finding that is no more, with the severity last told: whoever heard of it hears of its end."""
    severity = Severity[memory.told[rule].split(" ", 1)[0]]
    noun = "endpoint" if isinstance(about, Endpoint) else about.what
    words = NOT_SEEN if outcome is Outcome.GONE and noun == "VPC" else CLOSED[outcome]
    return Result(Finding(rule, Verdict.PASS, severity, message=words.format(noun)), outcome)
