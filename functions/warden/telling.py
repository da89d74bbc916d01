"""Tell a report as the JSON of a notice. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from .command import as_command, hands_off_command, undo_warning, undoing
from .console import links_to
from .model import Change, Endpoint, EndpointKey, Outcome, Report, Result, Severity, Subject
from .payload import (
    ENDPOINT,
    SCHEMA,
    AboutJson,
    ChangeJson,
    DifferenceJson,
    EndpointJson,
    FactJson,
    NoticeJson,
    ResultJson,
    facts_of,
)
from .plain import DOCUMENT, document, mapping, one_line, readable, sentence, time_of
from .policy.services import short_name
from .wording import STATES, done_of, matters_of, message_of, next_of, noun_of, state_of, summary_of

SUBJECT: Final = 99
"""Characters of a subject: SNS demands "less than 100", of one line.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""


def notice_id(report: Report) -> str:
    """Name the state that the report tells: of what, its findings with their outcomes, the change, which telling.

    AWS's refusals are left out, since they can differ from one answer to the next; so is the time.
    """
    about = report.about
    created = about.created if isinstance(about, Endpoint) else None
    state = [
        [*(str(part) for part in (about.key.account, about.key.region, about.key.id)), time_of(created)],
        sorted(_state(result) for result in report.results),
        report.change.journal_id if report.change else "",
        report.telling,
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]


def _state(result: Result) -> list[str]:
    finding = result.finding
    why = "" if result.outcome is Outcome.REFUSED else result.why
    return [finding.rule, finding.code, finding.verdict.value, result.outcome.value, why]


def payload_of(report: Report, stack: str) -> NoticeJson:
    """Tell the whole report, for every channel to write its message from."""
    severity = max((result.finding.severity for result in report.results), default=Severity.INFO)
    about, key = report.about, report.about.key
    what, service = what_of(about), _service(about)
    return {
        "schema": SCHEMA,
        "id": notice_id(report),
        "at": time_of(report.at),
        "stack": stack,
        "severity": severity.name.lower(),
        "mode": report.mode.value,
        "subject": subject_of(report, severity),
        "summary": sentence(f"{what} {key.id}{f' ({service})' if service else ''} {summary_of(report.results)}"),
        "rules": list(dict.fromkeys(result.finding.rule for result in report.results)),
        "outcomes": list(dict.fromkeys(result.outcome.value for result in report.results)),
        "about": about_json(about),
        "endpoint": endpoint_json(about) if isinstance(about, Endpoint) else _in_its_place(about),
        "results": [_result(result, report, stack) for result in report.results],
        "change": _change(key, report.change) if report.change else None,
        "links": links_to(about),
        "shortened": False,
    }


def subject_of(report: Report, severity: Severity) -> str:
    """Say it in one line; where that is too long, the service goes first, then the rules' names, last the region."""
    key, service = report.about.key, _service(report.about)
    ranks = {state_of(result): tuple(STATES).index(result.outcome) for result in report.results}
    state = " + ".join(sorted(ranks, key=ranks.__getitem__)) or "nothing to tell"
    named = dict.fromkeys(result.finding.rule for result in report.results)
    rules, count = ", ".join(named), f"{len(named)} rules" if len(named) > 1 else ""
    start, end = f"[{severity.name}] {state}: {key.id}", f", account {key.account} {key.region}"
    forms = (f" ({service}) {rules}" if service else f" {rules}", f" {rules}", f" {count}", "")
    lines = (one_line(start + form.rstrip() + end) for form in forms)
    return next((line for line in lines if len(line) <= SUBJECT), one_line(f"{start}, account {key.account}")[:SUBJECT])


def endpoint_json(endpoint: Endpoint) -> EndpointJson:
    """Write what names an endpoint, as notices and scans do."""
    return {
        "account": endpoint.key.account,
        "region": endpoint.key.region,
        "id": endpoint.key.id,
        "type": endpoint.type_name,
        "service": endpoint.service_name,
        "vpc": endpoint.vpc_id,
        "state": endpoint.state,
        "created": time_of(endpoint.created),
        "name": endpoint.tags.get("Name"),
    }


def what_of(about: Endpoint | Subject) -> str:
    """What it is, as a title."""
    return ENDPOINT if isinstance(about, Endpoint) else about.what


def about_json(about: Endpoint | Subject) -> AboutJson:
    """Write what a notice speaks of, for every channel to name it by."""
    if isinstance(about, Endpoint):
        told = endpoint_json(about)
        return {"what": ENDPOINT, "id": told["id"], "name": told["name"], "facts": facts_of(told)}
    facts: list[FactJson] = [{"title": title, "text": words} for title, words in about.facts]
    return {"what": about.what, "id": about.key.id, "name": about.name or None, "facts": facts}


def _in_its_place(subject: Subject) -> EndpointJson:
    """What stands where the endpoint does, for readers that know no other subject."""
    key = subject.key
    return {
        "account": key.account,
        "region": key.region,
        "id": key.id,
        "type": "",
        "service": "",
        "vpc": key.id if subject.what == "VPC" else "",
        "state": "",
        "created": None,
        "name": subject.name or None,
    }


def _service(about: Endpoint | Subject) -> str:
    """The short name of the service that an endpoint leads to; "" for anything else."""
    if isinstance(about, Endpoint):
        return short_name(about.service_name, about.home)
    return ""


def _result(result: Result, report: Report, stack: str) -> ResultJson:
    finding = result.finding
    fix, noun = finding.fix, noun_of(report.about)
    return {
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "severity": finding.severity.name.lower(),
        "code": finding.code,
        "message": message_of(result, noun),
        "evidence": mapping(finding.evidence),
        "mode": finding.mode.value,
        "outcome": result.outcome.value,
        "state": state_of(result),
        "why": result.why,
        "matters": matters_of(result),
        "advice": finding.advice,
        "fix": {"words": str(fix), "command": as_command(report.about.key, (fix,))} if fix else None,
        "done": done_of(result, report.mode, noun),
        "next": next_of(result, report.mode, stack, noun),
        "patch": result.patch,
    }


def _change(key: EndpointKey, change: Change) -> ChangeJson:
    before, after = mapping(change.before), mapping(change.after)
    return {
        "journal_id": change.journal_id,
        "actions": [str(action) for action in change.actions],
        "differences": differences(before, after),
        "before": before,
        "after": after,
        "undo": as_command(key, undoing(change.actions)),
        "undo_warning": undo_warning(change.actions),
        "hold": hands_off_command(key),
    }


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[DifferenceJson]:
    """Show what is not the same in two images of an endpoint, by name."""
    names = sorted({*before, *after})
    return [
        {"what": name, "before": _shown(before.get(name, "")), "after": _shown(after.get(name, ""))}
        for name in names
        if before.get(name) != after.get(name)
    ]


def _shown(value: object) -> str:
    """Show one side of a difference: a policy whole, since it is what people must judge; all else in short."""
    text = document(value)
    if len(text) > DOCUMENT:
        return f"{len(text)} characters, too long to be shown: the journal has it whole"
    return text or readable(value)
