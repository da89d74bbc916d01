"""Why it is not known whether somebody can make a request that a policy allows, in words; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .context import Context
from .document import Document
from .evaluate import NO_RESOURCE, Effect, evaluate
from .keys import ABSENT, CALLER_KEYS, RESOURCE_KEYS, TIME, Sure
from .request import Request
from .resources import AWS, bucket_of
from .service import Action
from .values import constants, fact

MOST: Final = 2
"""Reasons that are told; who reads them goes on from there."""
GIVEN: Final = ABSENT | CALLER_KEYS | RESOURCE_KEYS | TIME
"""Keys of which it is known who has them."""
OTHERWISE: Final = "the policy allows a request of which it is not known whether anybody can make it"


def because(document: Document, context: Context, request: Request) -> str:
    """Every reason that can be named, the first that comes to mind first."""
    decision = evaluate(document, request, gateway=context.gateway)
    reasons = [*_endpoint(document, context), *_owners(document, context, request), *_action(context, request)]
    reasons.append(decision.why)
    if decision.effect in {Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY}:  # so it stands for others, that may get through
        reasons += _variables(document)
    keys = () if any(reasons) else _keys(document, context, request)
    found = list(dict.fromkeys(reason for reason in (*reasons, *keys) if reason)) or [OTHERWISE]
    more = [f"and {len(found) - MOST} more reasons of this kind"] if len(found) > MOST + 1 else found[MOST:]
    return "; ".join([*found[:MOST], *more])


def _endpoint(document: Document, context: Context) -> Iterator[str]:
    """What of the endpoint itself is not told, though a condition is on it."""
    for statement in document.statements:
        for condition in statement.conditions:
            if constants(condition.key, context) == ():
                yield f"{statement.name}: what {condition.name} is at this endpoint is not told"


def _owners(document: Document, context: Context, request: Request) -> Iterator[str]:
    """Accounts, organisations and buckets that are named, and may be ours or not."""
    for account in dict.fromkeys((request.caller.account, request.owner)):
        stranger = account and account != AWS and account not in context.ours
        if stranger and account in document.text and not context.complete:
            yield f"whether the account {account} is one of yours is not known"
    organisations = (request.value(key) for key in ("aws:principalorgid", "aws:resourceorgid"))
    for organisation in dict.fromkeys(organisations):
        if organisation and not context.organisation and organisation in document.text:
            yield f"whether the organisation {organisation} is yours is not known"
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


def _variables(document: Document) -> Iterator[str]:
    """The texts whose meaning changes from request to request."""
    for statement in document.statements:
        texts = [*statement.resources.values, *(value for one in statement.conditions for value in one.values)]
        for text in texts:
            if text.variables:
                yield f"{statement.name}: whether any values of its variables make {text.written} match is not proved"


def _keys(document: Document, context: Context, request: Request) -> Iterator[str]:
    """Keys of which it is not documented whether such a request has them."""
    action = context.service.actions.get(request.action.partition(":")[2], Action())
    types = [context.service.types.get(name) for name in action.types]
    for statement in document.statements:
        for condition in statement.conditions:
            if condition.key in RESOURCE_KEYS and request.resource == NO_RESOURCE:
                yield f"{statement.name}: whether {request.action}, which is of no resource, has {condition.name}"
                continue
            if condition.key in GIVEN or constants(condition.key, context) is not None:
                continue
            found = [fact(condition.key, context, action, type_) for type_ in types or [None]]
            if any(one and Sure.MAYBE in {one.present, one.absent} for one in found):
                yield f"{statement.name}: whether {request.action} has {condition.name}, and which, is not documented"
