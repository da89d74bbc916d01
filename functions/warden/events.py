"""A message of the queue as what to look at; pure.

An event is only a hint to look: it can be late, repeated, out of order, forged in part or missing. So nothing of it is
believed but the ids of endpoints and who made the call.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from .errors import BadEvent
from .model import EndpointKey, Need
from .side_doors import SIDE_DOORS, named, strings

MAX_CHARACTERS: Final = 200_000
"""No event of these calls comes near: the longest policy, escaped twice, has some 60,000."""
MAX_SKEW: Final = timedelta(minutes=15)
CHANGES: Final = frozenset({"CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"})
SERVICE_CHANGES: Final = frozenset(
    {
        "CreateVpcEndpointServiceConfiguration", "ModifyVpcEndpointServiceConfiguration",
        "DeleteVpcEndpointServiceConfigurations", "ModifyVpcEndpointServicePermissions",
        "ModifyVpcEndpointServicePayerResponsibility", "AcceptVpcEndpointConnections", "RejectVpcEndpointConnections",
        "StartVpcEndpointServicePrivateDnsVerification",
    }
)  # fmt: skip
"""Calls of the provider's side: they name an endpoint service of this account."""
KNOWN: Final = CHANGES | SERVICE_CHANGES | SIDE_DOORS.keys()
CREATES: Final = frozenset({"CreateVpcEndpoint", "CreateVpcEndpointServiceConfiguration"})
DELETES: Final = frozenset({"DeleteVpcEndpoints", "DeleteVpcEndpointServiceConfigurations"})
ID_FIELDS: Final = frozenset({"vpcendpointid", "vpcendpointids"})
SERVICE_ID_FIELDS: Final = frozenset({"serviceid", "serviceids"})
ENDPOINT_ID: Final = re.compile(r"vpce-[0-9a-f]{8}(?:[0-9a-f]{9})?")
SERVICE_ID: Final = re.compile(r"vpce-svc-[0-9a-f]{8}(?:[0-9a-f]{9})?")
LOOK_ID: Final = re.compile(r"(?:vpce-svc|vpce|vpc)-[0-9a-f]{8}(?:[0-9a-f]{9})?")
"""What a look can be at: an endpoint, an endpoint service of our own, or a VPC as a whole."""

_CODE_TOOLS: Final = (
    (re.compile(r"cloudformation(?:\.amazonaws\.com)?", re.IGNORECASE), "CloudFormation"),
    (re.compile(r"opentofu", re.IGNORECASE), "OpenTofu"),
    (re.compile(r"pulumi", re.IGNORECASE), "Pulumi"),
    (re.compile(r"terraform", re.IGNORECASE), "Terraform"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where this function stands: it looks at nothing else."""

    account: str
    region: str
    role_arn: str
    """Its own role, by which it knows its own changes."""


@dataclass(frozen=True, slots=True)
class Look:
    """Look at this endpoint, at this VPC as a whole, or at this endpoint service of ours: the form of the id tells."""

    key: EndpointKey
    since: datetime
    """When what we look for happened."""
    tries: int = 0
    """How often we looked before and it was not ready."""
    created: bool = False
    """Whether somebody made it just now, so that it may not be visible yet."""
    managed_by: str = ""
    """The tool of infrastructure as code that made the call, if one did."""
    own: bool = False
    """Whether the change was ours: it is only verified then."""
    deleted: bool = False
    """Whether somebody deleted it: absent means gone then, and not that EC2's answer lags behind."""
    refusals: int = 0
    """How often EC2 said that the plan's facts were old."""
    swept: bool = False
    """Whether the sweep asked for it, so that no event tells who changed what."""
    named: bool = False
    """Whether an event named the endpoint: then what stands beside it is looked at too. No look is the cause of one."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Look at every endpoint of this account and region."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Review:
    """Tell what every endpoint of this account and region costs, how it is used, and what changed since last time."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to look at, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Something beside endpoints changed: these ids, of security groups, network interfaces, route tables or VPCs."""

    ids: tuple[str, ...]
    since: datetime
    need: Need
    """What a rule would have to read again."""
    of_vpc: bool = False
    """Whether rules of VPCs as a whole would have to, too."""


Wanted = tuple[Look | Beside, ...] | Sweep | Review | Nothing


def parse(body: str, place: Place, now: datetime) -> Wanted:
    """Read one message; raise BadEvent, with the reason, where it can never be understood."""
    if len(body) > MAX_CHARACTERS:
        raise BadEvent(f"the message has {len(body)} characters; at most {MAX_CHARACTERS} are read")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError and no more
        raise BadEvent(f"the message is not JSON: {error}") from error
    if not isinstance(message, dict):
        raise BadEvent("the message is not a JSON object")
    _check_place(message, place)
    match message.get("warden"):
        case None:
            return _event(message, place, now)
        case "sweep":
            return Sweep(place.account, place.region)
        case "review":
            return Review(place.account, place.region)
        case "look":
            return (_look(message, place),)
        case other:
            raise BadEvent(f"the message's kind is {other!r}; known: look, review, sweep")


def message_of(look: Look) -> str:
    """The message that asks for this look again; `parse` reads it back."""
    return json.dumps(
        {
            "warden": "look",
            "account": look.key.account,
            "region": look.key.region,
            "endpoint_id": look.key.id,
            "since": look.since.isoformat(),
            "tries": look.tries,
            "created": look.created,
            "managed_by": look.managed_by,
            "own": look.own,
            "deleted": look.deleted,
            "refusals": look.refusals,
            "swept": look.swept,
            "named": look.named,
        }
    )


def managed_by(user_agent: str) -> str:
    """The tool of infrastructure as code that a user agent names, or ""."""
    return next((tool for pattern, tool in _CODE_TOOLS if pattern.search(user_agent)), "")


def _check_place(message: Mapping[str, object], place: Place) -> None:
    for key, ours in (("account", place.account), ("region", place.region)):
        if message.get(key) != ours:
            raise BadEvent(f"the message is for {key} {message.get(key)!r}; this function looks at {ours}")


def _event(event: Mapping[str, object], place: Place, now: datetime) -> Wanted:
    detail = event.get("detail")
    if event.get("source") != "aws.ec2" or not isinstance(detail, dict):
        raise BadEvent(
            f"the event's source is {event.get('source')!r} with detail {type(detail).__name__}; known: aws.ec2"
        )
    name = detail.get("eventName")
    if detail.get("eventSource") != "ec2.amazonaws.com" or not isinstance(name, str) or name not in KNOWN:
        known = ", ".join((*sorted(CHANGES), *sorted(SERVICE_CHANGES), *SIDE_DOORS))
        raise BadEvent(f"the event is {detail.get('eventSource')!r} {name!r}; known: {known}")
    if detail.get("errorCode"):
        return Nothing(f"the call failed with {detail['errorCode']} and changed nothing")
    since = _time(detail.get("eventTime"), now)
    if name in SIDE_DOORS:
        return _beside(detail, name, place, since)
    ids = tuple(dict.fromkeys(_ids(detail, name)))
    if not ids:
        what = "service id (vpce-svc-" if name in SERVICE_CHANGES else "endpoint id (vpce-"
        raise BadEvent(f"the event {name} names no {what}, then 8 or 17 hexadecimal digits)")
    caller = _caller(detail)
    own = caller.role_arn == place.role_arn
    return tuple(
        Look(
            EndpointKey(place.account, place.region, endpoint_id),
            since,
            created=name in CREATES,
            deleted=name in DELETES,
            managed_by="" if own else managed_by(caller.user_agent),
            own=own,
            named=name in CHANGES,
        )
        for endpoint_id in ids
    )


def _beside(detail: Mapping[str, object], name: str, place: Place, since: datetime) -> Wanted:
    """A change beside endpoints; where it names nothing that we know, the sweep must do."""
    wanted: list[Look | Beside] = []
    for door in SIDE_DOORS[name]:
        ids = named(door, detail)
        if door.need is None:
            keys = (EndpointKey(place.account, place.region, endpoint_id) for endpoint_id in ids)
            wanted += (Look(key, since, named=key.of_endpoint) for key in keys)
        elif ids:
            wanted.append(Beside(ids, since, door.need, door.of_vpc))
    if not wanted:
        kinds = " or ".join(f"{door.prefix}-" for door in SIDE_DOORS[name])
        return Nothing(f"{name} names nothing of {kinds}: the sweep sees what it changed")
    return tuple(wanted)


def _look(message: Mapping[str, object], place: Place) -> Look:
    endpoint_id = message.get("endpoint_id")
    if not isinstance(endpoint_id, str) or not LOOK_ID.fullmatch(endpoint_id):
        raise BadEvent(
            f"the look's endpoint_id is {endpoint_id!r}; "
            "allowed: vpce-, vpce-svc- or vpc-, then 8 or 17 hexadecimal digits"
        )
    tries = _count(message, "tries")
    return Look(
        EndpointKey(place.account, place.region, endpoint_id),
        _moment(message.get("since")),
        tries,
        created=message.get("created") is True,
        managed_by=str(message.get("managed_by") or ""),
        own=message.get("own") is True,
        deleted=message.get("deleted") is True,
        refusals=_count(message, "refusals"),
        swept=message.get("swept") is True,
        named=message.get("named") is True,
    )


def _count(message: Mapping[str, object], name: str) -> int:
    value = message.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadEvent(f"the look's {name} are {value!r}; allowed: a whole number")
    return value


def _time(value: object, now: datetime) -> datetime:
    since = _moment(value)
    if since - now > MAX_SKEW:
        raise BadEvent(f"the event's time {since.isoformat()} is ahead of this function's clock, {now.isoformat()}")
    return since


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadEvent(f"the time is {value!r}; allowed: ISO 8601, such as 2026-01-31T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _ids(detail: Mapping[str, object], name: str) -> Iterator[str]:
    """Every id in the fields that are named for one: of what was answered to a create, else of what was asked.

    An endpoint's, or of a call of the provider's side the service's: the endpoints that it names are its consumers'.

    CloudTrail's shapes of EC2 calls differ from call to call (wrapped or flat, a list of one is an object), and none is
    documented; so how deep the field lies does not matter. What else was asked proves nothing: an id in a tag's value
    is a word that somebody chose, and must not pass for an endpoint whose making was seen.
    """
    part = "responseElements" if name in CREATES else "requestParameters"
    fields, form = (SERVICE_ID_FIELDS, SERVICE_ID) if name in SERVICE_CHANGES else (ID_FIELDS, ENDPOINT_ID)
    for value in _fields(detail.get(part), fields):
        yield from (word for word in strings(value) if form.fullmatch(word))


def _fields(value: object, names: frozenset[str]) -> Iterator[object]:
    """The values of all fields of these names, without recursion."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, Mapping):
            for key, inner in item.items():
                if str(key).lower() in names:
                    yield inner
                else:
                    todo.append(inner)
        elif isinstance(item, list):
            todo.extend(item)


@dataclass(frozen=True, slots=True)
class _Caller:
    role_arn: str
    user_agent: str


def _caller(detail: Mapping[str, object]) -> _Caller:
    """Who called: the session issuer's ARN proves it, since a session's name is anybody's choice.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    """
    identity = _within(detail, "userIdentity")
    issuer = _within(_within(identity, "sessionContext"), "sessionIssuer")
    words = (detail.get("userAgent"), identity.get("invokedBy"))
    return _Caller(str(issuer.get("arn") or ""), " ".join(word for word in words if isinstance(word, str)))


def _within(found: Mapping[str, object], key: str) -> Mapping[str, object]:
    inner = found.get(key)
    return inner if isinstance(inner, Mapping) else {}
