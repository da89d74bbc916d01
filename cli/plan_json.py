"""Plans as JSON, version 1: within a version fields are only ever added. `warden apply --plan` reads it back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypedDict

from warden.aws import request
from warden.command import as_command, undoing
from warden.model import Result
from warden.payload import EndpointJson
from warden.plain import time_of
from warden.telling import endpoint_json

from .exits import CouldNotLook
from .planned import Planned, Planning
from .scan_json import FindingJson, finding_json
from .standards import text_of

SCHEMA: Final = "endpoint-warden/plan/1"


class HeldJson(FindingJson):
    """A finding that stays as it is: `outcome` and `why`."""

    outcome: str
    why: str


class PlannedJson(TypedDict):
    """The plan of one endpoint: `request` is what ModifyVpcEndpoint would be sent, empty where nothing would be done.

    `seen_hash` binds it to what was seen. `verdicts` has every rule's verdict.
    """

    endpoint: EndpointJson
    seen_hash: str
    mode: str
    busy: str
    actions: list[str]
    request: dict[str, Any]
    command: str
    undo: str
    verdicts: dict[str, str]
    left: list[HeldJson]


class PlanningJson(TypedDict):
    """The plans of some endpoints; `stack` is null where none was asked.

    `cannot_apply` says why `warden apply` refuses the plan as it is, empty where it may take it.
    """

    schema: str
    at: str | None
    account: str
    region: str
    stack: str | None
    mode: str
    standard: str
    cannot_apply: str
    endpoints: list[PlannedJson]


@dataclass(frozen=True, slots=True)
class Saved:
    """What of a saved plan binds `apply`: by endpoint id, what was seen and what is to be sent.

    `left` are the other endpoints of which it tells something: what it leaves to people.
    """

    account: str
    region: str
    stack: str | None
    cannot_apply: str
    hashes: Mapping[str, str]
    requests: Mapping[str, Mapping[str, Any]]
    left: tuple[str, ...]


def of(planning: Planning) -> PlanningJson:
    """Write the plans."""
    return {
        "schema": SCHEMA,
        "at": time_of(planning.at),
        "account": planning.account,
        "region": planning.region,
        "stack": planning.stack,
        "mode": planning.mode,
        "standard": planning.standard,
        "cannot_apply": planning.cannot_apply,
        "endpoints": [_planned(one) for one in planning.planned],
    }


def load(path: Path) -> Saved:
    """Read a plan back; raise CouldNotLook where the file is none."""
    try:
        tree = json.loads(text_of(path))
        return _saved(tree)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        what = f"{path} is no plan of this version ({SCHEMA}): {_why_none(error)}"
        raise CouldNotLook(what, f"Make it anew: `warden plan --stack NAME --out {path}`.") from error


def _why_none(error: Exception) -> str:
    """What is wrong with a file that is no plan, in words of the file and not of Python."""
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]!r}"
    if isinstance(error, json.JSONDecodeError | RecursionError):
        return f"it is no JSON: {error}"
    return "it has not a plan's shape" if isinstance(error, TypeError) else str(error)


def _saved(tree: Any) -> Saved:  # noqa: ANN401  JSON that somebody may have written by hand
    if tree["schema"] != SCHEMA:
        raise ValueError(f"its schema is {tree['schema']!r}")
    plans: Sequence[Any] = [one for one in tree["endpoints"] if one["request"]]
    others: Sequence[Any] = [one for one in tree["endpoints"] if not one["request"]]
    return Saved(
        account=str(tree["account"]),
        region=str(tree["region"]),
        stack=tree["stack"],
        cannot_apply=str(tree.get("cannot_apply", "")),  # those of 0.1.0 have none
        hashes={str(one["endpoint"]["id"]): str(one["seen_hash"]) for one in plans},
        requests={str(one["endpoint"]["id"]): dict(one["request"]) for one in plans},
        left=tuple(str(one["endpoint"]["id"]) for one in others if one["left"] or one["busy"]),
    )


def _planned(one: Planned) -> PlannedJson:
    key, plan = one.endpoint.key, one.plan
    return {
        "endpoint": endpoint_json(one.endpoint),
        "seen_hash": plan.seen_hash,
        "mode": plan.mode.value,
        "busy": one.busy,
        "actions": [str(action) for action in plan.actions],
        "request": request(plan.actions),
        "command": as_command(key, plan.actions),
        "undo": as_command(key, undoing(plan.actions)),
        "verdicts": {finding.rule: finding.verdict.value for finding in plan.findings},
        "left": [_held(one, result) for result in plan.results],
    }


def _held(one: Planned, result: Result) -> HeldJson:
    return {
        **finding_json(one.endpoint.key, result.finding, result.patch),
        "outcome": result.outcome.value,
        "why": result.why,
    }
