"""Why it is not known whether somebody can make a request that a policy allows, in words; pure."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context
from .document import Document
from .evaluate import NO_RESOURCE, evaluate
from .keys import KEYS, RESOURCE_KEYS, Sure
from .request import Request
from .resources import AWS, bucket_of
from .service import Action
from .values import constants, fact

OTHERWISE = "the policy allows a request of which it is not known whether anybody can make it"


def because(document: Document, context: Context, request: Request) -> str:
    """Every reason that can be named, the first that comes to mind first."""
    decided = evaluate(document, request, gateway=context.gateway).why
    reasons = (*_endpoint(document, context), *_owners(document, context, request), *_action(context, request), decided)
    keys = () if any(reasons) else _keys(document, context, request)
    return "; ".join(dict.fromkeys(reason for reason in (*reasons, *keys) if reason)) or OTHERWISE


def _endpoint(document: Document, context: Context) -> Iterator[str]:
    """What of the endpoint itself is not told, though a condition is on it."""
    for statement in document.statements:
        for condition in statement.conditions:
            if constants(condition.key, context) == ():
                yield f"{statement.name}: what {condition.name} is at this endpoint is not told"


def _owners(document: Document, context: Context, request: Request) -> Iterator[str]:
    """Accounts and buckets that are named, and may be ours or not."""
    for account in dict.fromkeys((request.caller.account, request.owner)):
        stranger = account and account != AWS and account not in context.ours
        if stranger and account in document.text and not context.complete:
            yield f"whether the account {account} is one of yours is not known"
    bucket = bucket_of(request.resource)
    if (
        bucket in document.text
        and context.owned_buckets is None
        and bucket
        and request.owner not in {AWS, *context.ours}
    ):
        yield f"whose the bucket {bucket} is, its name does not tell"
    parts = request.resource.split(":")
    if len(parts) > 5 and parts[3] not in {"", context.region}:  # noqa: PLR2004  an ARN's region
        yield f"whether a request through this endpoint can be for the region {parts[3]} is not documented"


def _action(context: Context, request: Request) -> Iterator[str]:
    name = request.action.partition(":")[2]
    if not context.service.known:
        yield f"the actions of {context.service.prefix} are not known to this version"
    elif name not in context.service.actions:
        yield f"the action {request.action} is not known to this version"


def _keys(document: Document, context: Context, request: Request) -> Iterator[str]:
    """Keys of which it is not documented whether such a request has them."""
    action = context.service.actions.get(request.action.partition(":")[2], Action())
    types = [context.service.types.get(name) for name in action.types]
    for statement in document.statements:
        for condition in statement.conditions:
            if condition.key in RESOURCE_KEYS and request.resource == NO_RESOURCE:
                yield f"{statement.name}: whether {request.action}, which is of no resource, has {condition.name}"
                continue
            found = [fact(condition.key, context, action, type_) for type_ in types or [None]]
            known = KEYS.get(condition.key)
            unsure = [one for one in found if one and Sure.MAYBE in {one.present, one.absent}]
            if unsure and (known is None or Sure.MAYBE in {known.present, known.absent}):
                yield f"{statement.name}: whether {request.action} has {condition.name}, and which, is not documented"
