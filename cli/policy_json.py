"""What `warden policy` finds, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from warden.policy.compare import Comparison
from warden.policy.context import Context
from warden.policy.reach import Answer, Verdict
from warden.policy.replay import Calls, Replay
from warden.policy.tighten import Proposal
from warden.policy.words import as_json, sentence

Json = Mapping[str, object]


def proposal(found: Proposal) -> Json:
    """A proposal: `policy` is null where something stands in the way."""
    return {
        "schema": "endpoint-warden/policy-proposal/1",
        "policy": None if found.text is None else json.loads(found.text),
        "characters": len(found.draft),
        "draft": json.loads(found.draft),
        "objections": list(found.objections),
        "changes": list(found.changes),
        "exceptions": [{"sid": need.sid, "why": need.why, "source": need.source} for need in found.approved],
    }


def comparison(found: Comparison, context: Context) -> Json:
    """Each way: "none" is a proof, "some" has a request."""
    return {
        "schema": "endpoint-warden/policy-comparison/1",
        "gained": _difference(found.gained, context),
        "lost": _difference(found.lost, context),
    }


def _difference(answer: Answer, context: Context) -> Json:
    words = {Verdict.CLOSED: "none", Verdict.OPEN: "some", Verdict.UNKNOWN: "unknown"}
    return {
        "verdict": words[answer.verdict],
        "why": answer.why or None,
        "words": sentence(answer.witness, context) if answer.witness else None,
        "request": as_json(answer.witness) if answer.witness else None,
    }


def replay_json(found: Replay) -> Json:
    """All kinds of calls with their counts."""
    return {
        "schema": "endpoint-warden/policy-replay/1",
        "records": found.records,
        "allowed": found.allowed,
        "elsewhere": found.elsewhere,
        "denied_when_made": found.denied_before,
        "denied": [_calls(*one) for one in found.denied],
        "unknown": [_calls(*one) for one in found.unknown],
    }


def _calls(calls: Calls, count: int) -> Json:
    told = {
        "caller": calls.caller,
        "action": calls.action,
        "resource": calls.resource or None,
        "why": calls.why or None,
    }
    return {"count": count, **told}
