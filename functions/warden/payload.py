"""The shape of a notice as JSON, version 1: what docs/notice.schema.json says, as types, and the way to read one.

Every channel is written from this shape: the e-mail where the notice is made, Slack at the far end of a queue.
Within a version fields are only ever added.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Final, TypedDict, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from .errors import BadEvent

SCHEMA: Final = "endpoint-warden/notice/1"


class EndpointJson(TypedDict):
    """The endpoint itself; `name` is its Name tag, `created` ISO 8601 in UTC."""

    account: str
    region: str
    id: str
    type: str
    service: str
    vpc: str
    state: str
    created: str | None
    name: str | None


class FactJson(TypedDict):
    """One more thing that is known of what a notice speaks of."""

    title: str
    text: str


class AboutJson(TypedDict):
    """What a notice speaks of: `what` is "VPC endpoint", "VPC" or "endpoint service", `name` its Name tag."""

    what: str
    id: str
    name: str | None
    facts: list[FactJson]


class FixJson(TypedDict):
    """What would mend a finding: in words, and as an AWS CLI command."""

    words: str
    command: str


class AddedResultJson(TypedDict, total=False):
    """What results were given since 0.1.0, and older notices that are still under way do not have.

    `patch` is what to change in the code that manages the endpoint, its groups or its VPC, where its fix is held back
    for that, or where there is no fix and what people are to change is known; else empty.
    """

    patch: str


class ResultJson(AddedResultJson):
    """One finding, what became of it, and what it asks of people; `state` is verdict and outcome in words."""

    rule: str
    verdict: str
    severity: str
    code: str
    message: str
    evidence: dict[str, object]
    mode: str
    outcome: str
    state: str
    why: str
    matters: str
    advice: str
    fix: FixJson | None
    done: str
    next: str


class DifferenceJson(TypedDict):
    """One thing that a change made different, short enough to be read; a policy whole, up to 2,000 characters."""

    what: str
    before: str
    after: str


class AddedChangeJson(TypedDict, total=False):
    """What changes were given since 0.1.0.

    `undo_warning` is what `undo` does to others, "" where it does no more than take the change back.
    """

    undo_warning: str


class ChangeJson(AddedChangeJson):
    """A change that was made; `undo` takes it back, `hold` keeps it from being made again: AWS CLI commands."""

    journal_id: str
    actions: list[str]
    differences: list[DifferenceJson]
    before: dict[str, object]
    after: dict[str, object]
    undo: str
    hold: str


class LinkJson(TypedDict):
    """A page of the AWS console."""

    title: str
    url: str


class AddedJson(TypedDict, total=False):
    """What was added to notices after version 1 began: one that was written before has it not."""

    about: AboutJson


class NoticeJson(AddedJson):
    """One notice; `id` is the same each time that the same state is told, `at` is ISO 8601 in UTC.

    `endpoint` names whatever it speaks of, which is an endpoint if `about` says so.
    """

    schema: str
    id: str
    at: str | None
    stack: str
    severity: str
    mode: str
    subject: str
    summary: str
    rules: list[str]
    outcomes: list[str]
    endpoint: EndpointJson
    results: list[ResultJson]
    change: ChangeJson | None
    links: list[LinkJson]
    shortened: bool


ENDPOINT: Final = "VPC endpoint"


def about(notice: NoticeJson) -> AboutJson:
    """What the notice speaks of; a notice that does not say speaks of an endpoint."""
    told, endpoint = notice.get("about"), notice["endpoint"]
    return told or {"what": ENDPOINT, "id": endpoint["id"], "name": endpoint["name"], "facts": facts_of(endpoint)}


def facts_of(endpoint: EndpointJson) -> list[FactJson]:
    """What else tells an endpoint apart."""
    kind = f"({endpoint['type']}, {endpoint['state']})"
    service = f"{endpoint['service']} {kind}" if endpoint["service"] else kind
    return [{"title": "Service", "text": service}, {"title": "VPC", "text": endpoint["vpc"]}]


def read_notice(text: str) -> NoticeJson:
    """Read a notice; raise BadEvent with the reason and the place where it is not one."""
    return cast("NoticeJson", read(text, {SCHEMA: NoticeJson}))


def read(text: str, shapes: Mapping[str, object]) -> Mapping[str, object]:
    """Read a notice of one of these schemas, each with its shape; raise BadEvent as `read_notice` does."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadEvent(f"a notice must be JSON: {error}") from error
    schema = value.get("schema") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(schema, str) or schema not in shapes:
        raise BadEvent(f"a notice must have the schema {' or '.join(shapes)}")
    problem = _mismatch(value, shapes[schema], "notice")
    if problem:
        raise BadEvent(f"{problem} is not what {schema} says")
    return value


def _mismatch(value: object, shape: object, place: str) -> str:
    """Name the first place where the value has not the shape; empty where it has."""
    if get_origin(shape) in {Union, UnionType}:
        fitting = [kind for kind in get_args(shape) if kind is not NoneType]
        return "" if value is None else _mismatch(value, fitting[0], place)
    parts = _parts(value, shape, place)
    if parts is None:
        return place
    return next((problem for part in parts if (problem := _mismatch(*part))), "")


def _parts(value: object, shape: object, place: str) -> list[tuple[object, object, str]] | None:
    """Take the value apart into what is to be checked further; None where it has the wrong type itself."""
    if is_typeddict(shape):
        hints: Mapping[str, object] = get_type_hints(shape)
        if not isinstance(value, Mapping) or not hints.keys() - _optional(shape) <= value.keys():
            return None
        return [(value[key], hint, f"{place}.{key}") for key, hint in hints.items() if key in value]
    if get_origin(shape) is list:
        (inner,) = get_args(shape)
        return [(one, inner, f"{place}[{i}]") for i, one in enumerate(value)] if isinstance(value, list) else None
    kind = (int, float) if shape is float else get_origin(shape) or shape  # a whole number is a number
    return [] if isinstance(value, cast("type", kind)) else None


def _optional(shape: object) -> frozenset[str]:
    """The keys that a shape may lack."""
    return cast("frozenset[str]", getattr(shape, "__optional_keys__", frozenset()))
