"""A witness for people, in one sentence, and for machines, as JSON; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from .context import Context
from .evaluate import NO_RESOURCE
from .keys import CALLER_KEYS, RESOURCE_KEYS, TIME
from .request import Caller, CallerKind, Request
from .resources import AWS
from .values import constants

Json = Mapping[str, object]
MOST_SHOWN: Final = 3
"""Condition keys that a sentence names; all of them stand in the JSON."""

_WHO: Final[Mapping[CallerKind, str]] = {
    CallerKind.ROOT: "the root user",
    CallerKind.USER: "a user",
    CallerKind.ROLE: "a role",
    CallerKind.FEDERATED_USER: "a federated user",
}
_PLACE: Final = re.compile(r"\\\$\\\{\w+\\\}")


def sentence(request: Request, context: Context) -> str:
    """Who can do what to whose resource, and with which keys: "anyone, even without credentials, can ..."."""
    words = [_who(request.caller, context), "can", request.action, *_what(request, context), "through this endpoint"]
    conditions = list(_conditions(request, context))
    shown = ", ".join(conditions[:MOST_SHOWN]) + (", ..." if len(conditions) > MOST_SHOWN else "")
    return " ".join(words) + (f" ({shown})" if conditions else "")


def as_json(request: Request) -> Json:
    """The whole request: what an outsider would have to send."""
    caller = request.caller
    told = {"kind": caller.kind.value, "arn": caller.arn, "session": caller.session_arn, "service": caller.service}
    return {
        "principal": {name: value for name, value in told.items() if value},
        "action": request.action,
        "resource": request.resource,
        "owner": request.owner or None,
        "context": {key: list(found) for key, found in sorted(request.keys.items())},
    }


def _who(caller: Caller, context: Context) -> str:
    match caller.kind:
        case CallerKind.ANONYMOUS:
            return "anyone, even without credentials,"
        case CallerKind.FEDERATED:
            return "anyone for whom an identity provider signs (SAML, OpenID Connect)"
        case CallerKind.SERVICE:
            return f"the AWS service {caller.service}"
    whose = "your account" if caller.account in context.ours else "an account that is not yours"
    return f"{_WHO[caller.kind]} of {whose}, such as {caller.session_arn or caller.arn},"


def _what(request: Request, context: Context) -> Iterator[str]:
    """What is done it to, and whose that is."""
    if request.resource == NO_RESOURCE:
        return
    kind = kind_of(request, context)
    article = "an" if kind[0] in "aeiou" else "a"
    if request.owner == AWS:
        yield f"{article} {kind} that AWS owns, such as {request.resource},"
    elif request.owner in context.ours:
        yield f"{article} {kind} of yours, such as {request.resource},"
    else:
        yield f"{article} {kind} that is not yours, such as {request.resource},"


def kind_of(request: Request, context: Context) -> str:
    """What sort of resource it is, by its ARN: "bucket", "queue"..."""
    found: list[tuple[int, str]] = []
    action = context.service.actions.get(request.action.partition(":")[2])
    for name in action.types if action else ():
        type_ = context.service.types.get(name)
        form = re.escape(type_.arn) if type_ else ""
        if form and re.fullmatch(_PLACE.sub(".+", form), request.resource, re.DOTALL):
            found.append((len(form), name))
    # The form that says the most: an object's also fits a bucket's.
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", max(found)[1]).lower() if found else "resource"


def _conditions(request: Request, context: Context) -> Iterator[str]:
    """The keys that the caller has to choose, or to have."""
    for key, found in sorted(request.keys.items()):
        if key == "aws:epochtime" or key in CALLER_KEYS or key in RESOURCE_KEYS or constants(key, context):
            continue
        if key in TIME:
            if found[0] > f"{context.now:%Y-%m-%dT%H:%M:%SZ}":
                yield f"from {found[0]} on"
            continue
        yield f"{key} = {' and '.join(found)}"
