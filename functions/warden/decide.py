"""From what is seen to what is to be done: judge by every rule, then let only through what every gate allows; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from .actions import Action, AddSubnets, ReplacePolicy, in_one
from .managed import by_tags, marking_tag, tool_of
from .model import (
    WAITS,
    Breach,
    Endpoint,
    Finding,
    Kind,
    Mode,
    Need,
    NotApplicable,
    Outcome,
    Pass,
    Plan,
    Result,
    Severity,
    Snapshot,
    Unknown,
    Verdict,
)
from .patch import patch_of
from .policy.services import short_name
from .rules.rule import Answer, AnyRule, Rule, SubjectRule
from .standard import Standard
from .template_patch import STACK_TAGS

Subject = TypeVar("Subject")
BESIDES: Final = "; besides, "
HANDS_OFF: Final = "warden:hands-off"
"""A tag of any value that holds back every fix, here and in IAM; the finding stays."""
MAX_WRITES: Final = 3
WRITES_WITHIN: Final = timedelta(hours=24)
FIX_STANDS: Final = timedelta(days=30)
"""How long a fix that was undone without a trace is not made again by the sweep."""
GONE: Final = {"deleting", "deleted"}
DEPLOYED: Final = "the deployed standard.toml"
"""The standard that a stack judges by, for people: whatever the files of whoever reads it say."""


@dataclass(frozen=True, slots=True)
class Gates:
    """All besides the snapshot that decides whether a fix may be made."""

    ceiling: Mode
    """The lowest of the stack's mode and the kill switch."""
    ceiling_name: str
    """Which of them it is, for people."""
    writes: tuple[datetime, ...] = ()
    """When this endpoint, or this endpoint service, was written."""
    creator_known: bool = False
    managed_by: str = ""
    own: bool = False
    """Whether the look was caused by a change of ours: then nothing is written, or we would chase ourselves."""
    swept: bool = False
    """Whether the sweep asked for the look, so that no event tells who changed what."""
    fixed: Mapping[str, datetime] = field(default_factory=dict)
    """When each rule's breach was last fixed by us, or a consumer's endpoint accepted."""
    standard_name: str = DEPLOYED
    """Which standard it is that is judged by, for people."""
    now: datetime = field(kw_only=True)


def judge(seen: Snapshot, rules: Iterable[Rule], standard: Standard) -> tuple[Finding, ...] | frozenset[Need]:
    """What each rule says, those switched off left out; or all that must be read before it can be said."""
    if seen.endpoint.kind is Kind.UNSUPPORTED:
        why = f"endpoints of type {seen.endpoint.type_name!r} are not known to this version"
        return (Finding("endpoint-type", Verdict.UNSUPPORTED, Severity.INFO, message=why, code="unsupported-type"),)
    found: list[Finding] = []
    needs: set[Need] = set()
    coded = by_code(seen.endpoint, standard)
    for rule in rules:
        mode = standard.mode_of(rule.id)
        if mode is Mode.OFF:
            continue
        judged = _findings(rule, seen, standard, mode)
        if isinstance(judged, Need):
            needs.add(judged)
        else:
            found.extend(map(in_code, judged) if coded else judged)
    return frozenset(needs) or tuple(found)


def _findings(rule: Rule, seen: Snapshot, standard: Standard, mode: Mode) -> tuple[Finding, ...] | Need:
    if rule.waits_for(seen.endpoint):
        why = "the endpoint is not ready yet: look again later"
        return (Finding(rule.id, Verdict.UNKNOWN, Severity.INFO, WAITS, why),)
    judged = rule.judge(seen, standard)
    return judged if isinstance(judged, Need) else _told(rule, judged, mode)


def findings_of(rules: Iterable[SubjectRule[Subject]], seen: Subject, standard: Standard) -> tuple[Finding, ...]:
    """What each rule says of something other than an endpoint, those switched off left out."""
    modes = ((rule, standard.mode_of(rule.id)) for rule in rules)
    return tuple(
        finding
        for rule, mode in modes
        if mode is not Mode.OFF
        for finding in _told(rule, rule.judge(seen, standard), mode)
    )


def _told(rule: AnyRule, judged: Answer, mode: Mode) -> tuple[Finding, ...]:
    """The finding that the answer is, and the one besides it."""
    besides = judged.besides if isinstance(judged, Breach) else None
    return (_finding(rule, judged, mode), *(_told(rule, besides, mode) if besides else ()))


def _finding(rule: AnyRule, judged: Answer, mode: Mode) -> Finding:
    match judged:
        case Pass(words):
            return Finding(rule.id, Verdict.PASS, Severity.INFO, message=words, mode=mode)
        case NotApplicable(why):
            return Finding(rule.id, Verdict.NOT_APPLICABLE, Severity.INFO, message=why, mode=mode)
        case Unknown(why, parts):
            return Finding(rule.id, Verdict.UNKNOWN, Severity.LOW, message=why, mode=mode, parts=parts)
        case Breach() as breach:
            return Finding(
                rule.id,
                Verdict.BREACH,
                rule.severity_of(breach),
                breach.code,
                breach.message,
                breach.evidence,
                breach.fix,
                breach.advice,
                mode,
                breach.parts,
                breach.in_code,
                breach.beside,
            )


def in_code(finding: Finding) -> Finding:
    """The finding with the advice for those who change the endpoint by its code."""
    return replace(finding, advice=finding.in_code.advice) if finding.in_code else finding


def decide(seen: Snapshot, findings: tuple[Finding, ...], standard: Standard, gates: Gates) -> Plan:
    """Sort the findings into actions to carry out now and results that stand as they are."""
    opened = [(finding, _gated(seen.endpoint, finding, standard, gates)) for finding in findings if finding.open]
    mended = [finding for finding, result in opened if result is None]
    actions = in_one(finding.fix for finding in mended if finding.fix)
    fixes = tuple(_with_its_part(finding, actions) for finding in mended)
    results = tuple(result for _, result in opened if result)
    return Plan(seen.endpoint.key, seen_hash(seen.endpoint), gates.ceiling, findings, fixes, actions, results)


def _with_its_part(finding: Finding, actions: tuple[Action, ...]) -> Finding:
    """The finding with what is done for it: where two rules chose two subnets of a zone, one of them is added."""
    if not isinstance(finding.fix, AddSubnets):
        return finding
    places = {
        zone: subnet
        for action in actions
        if isinstance(action, AddSubnets)
        for zone, subnet in zip(action.zone_ids, action.subnet_ids, strict=True)
    }
    zones = finding.fix.zone_ids
    return replace(finding, fix=AddSubnets(tuple(places[zone] for zone in zones), zones))


def seen_hash(endpoint: Endpoint) -> str:
    """A digest of all that a plan depends on: a plan made for another digest is void."""
    return digest(
        endpoint.key.account,
        endpoint.key.region,
        endpoint.key.id,
        endpoint.state,
        sorted(endpoint.subnet_ids),
        sorted(endpoint.security_group_ids),
        sorted(endpoint.route_table_ids),
        endpoint.policy,
        endpoint.private_dns,
        sorted(endpoint.tags.items()),
    )


def digest(*facts: object) -> str:
    """A short digest of facts that JSON can hold."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _gated(endpoint: Endpoint, finding: Finding, standard: Standard, gates: Gates) -> Result | None:
    """What becomes of a finding that is not fixed now; None where its fix may go out."""
    if by_code(endpoint, standard, gates.managed_by):  # by what the endpoint does not show, too
        finding = in_code(finding)
    patch = patch_of(endpoint, finding, managing_tool(endpoint, standard, gates.managed_by))
    if finding.fix is None:
        return Result(finding, Outcome.TOLD, finding.advice, patch)
    why_never = never(endpoint, standard, gates.managed_by)
    if why_never:
        return Result(finding, Outcome.HELD, why_never, patch)
    return gated(finding, gates, tuple(_not_now(endpoint, finding, finding.fix, standard, gates)))


def gated(finding: Finding, gates: Gates, reasons: Sequence[str]) -> Result | None:
    """What becomes of a finding whose fix nothing bars for good, for these reasons; None where it may go out."""
    if min(gates.ceiling, finding.mode) < Mode.ENFORCE:
        own = f"the rule {finding.rule} in {gates.standard_name}"
        by = gates.ceiling_name if gates.ceiling <= finding.mode else own
        why = f"the mode is {min(gates.ceiling, finding.mode).value} ({by})"
        return Result(finding, Outcome.WOULD_FIX, BESIDES.join((why, *reasons)))
    return Result(finding, Outcome.HELD, BESIDES.join(reasons)) if reasons else None


def never(endpoint: Endpoint, standard: Standard, managed_by: str = "") -> str:
    """Why this endpoint is never written by us, whatever the mode; "" where nothing stands in the way.

    `managed_by` is what the ledger remembers; all else shows on the endpoint itself.
    """
    if endpoint.requester_managed:
        return "an AWS service made the endpoint for itself: change it through that service"
    if HANDS_OFF in endpoint.tags:
        return f"the tag {HANDS_OFF} holds back every fix"
    stack = next((endpoint.tags[tag] for tag in STACK_TAGS if tag in endpoint.tags), "")
    if stack:
        return f"CloudFormation manages the endpoint (stack {stack}): change its template"
    tag = marking_tag(endpoint.tags, standard)
    if tag:
        return f"its tag {tag} says that code manages it: change that code"
    return f"{managed_by} manages the endpoint: change its source" if managed_by else ""


def by_code(endpoint: Endpoint, standard: Standard, managed_by: str = "") -> bool:
    """Whether code manages the endpoint, of whatever tool; what an AWS service made for itself is that service's."""
    if endpoint.requester_managed:
        return False
    return by_tags(endpoint.tags, standard) or bool(managed_by)


def managing_tool(endpoint: Endpoint, standard: Standard, managed_by: str = "") -> str:
    """The tool by whose code the endpoint is to be changed; "" where none is known that does."""
    return tool_of(endpoint.tags, marking_tag(endpoint.tags, standard) or managed_by)


def _not_now(endpoint: Endpoint, finding: Finding, fix: Action, standard: Standard, gates: Gates) -> Iterator[str]:
    """All else that holds the fix back; each, since whoever clears one would else meet the next."""
    if gates.own:
        yield "our own last change did not bring the endpoint to the standard: a person must look"
    fixed = gates.fixed.get(finding.rule)
    if gates.swept and fixed and gates.now - fixed < FIX_STANDS:
        yield f"it was fixed on {fixed:%Y-%m-%d} and no event tells who undid it: a person must look"
    recent = [moment for moment in gates.writes if gates.now - moment < WRITES_WITHIN]
    if len(recent) >= MAX_WRITES:
        yield f"it was written {len(recent)} times within 24 hours: somebody or something changes it back"
    if not (gates.creator_known or standard.managed.write_unknown_creator):
        yield 'who made it is not known, so code may manage it (managed.unknown_creator = "write" allows it)'
    if isinstance(fix, ReplacePolicy):
        name = short_name(endpoint.service_name, endpoint.home)
        baseline = standard.baselines.get(name)
        if baseline is None or not baseline.accept_unproved:
            yield f"a policy is only replaced with baseline.{name}.accept_unproved = true in {gates.standard_name}"
