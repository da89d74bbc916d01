"""Plain requests that get through: those that come to mind at a glance, each one tried; pure.

Most policies that are open are shown to be so by one of these. Nothing is concluded from there being none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from .callers import OneCaller, with_keys
from .conditions import Condition, Values
from .context import Context
from .document import Document, Statement
from .evaluate import Decision, Effect, action_matches, evaluate
from .glob import ANY_ONE
from .keys import ABSENT, CALLER_KEYS, RESOURCE_KEYS, TIME, USER_ID, Sure, is_ownerless
from .principals import account_of
from .request import ANONYMOUS, Caller, CallerKind, Request
from .resources import NO_ONE, OneResource, bucket_of, owner_keys
from .service import Action, ResourceType
from .sides import Universe
from .spoken import FEDERATED
from .values import constants, fact, moment_keys

STRANGER: Final = "999999999999"
"""An account that is nobody's we know."""
STRANGERS: Final = "o-9999999999"
"""Its organisation, where it has one."""
BUCKET: Final = "xxx"
USUAL: Final[Mapping[str, Values]] = {
    "aws:securetransport": ("true",),
    "aws:vpcsourceip": ("10.0.0.1",),
    "aws:useragent": ("x",),
}
"""Values of keys that every request has."""
_PLACE: Final = r"\$\{(\w+)\}"


class Shown(NamedTuple):
    """A request that gets through, and the decision that lets it."""

    request: Request
    decision: Decision


class _Asked(NamedTuple):
    """What is asked for: the action's name, the action, the type of resource that it is of, and a resource."""

    name: str
    action: Action
    type: ResourceType | None
    resource: OneResource


def plainly_open(document: Document, context: Context, universe: Universe) -> Shown | None:
    """A plain request from outside, or for what is outside, that the policy lets through."""
    if any(one in document.text for one in (STRANGER, STRANGERS)) or STRANGER in context.ours:
        return None
    for statement in document.allows:
        for asked in _asked(statement, context, universe):
            for caller in _callers(statement, context, universe):
                keys = _keys(document, context, caller, asked)
                if keys is None:
                    continue
                name = f"{context.service.prefix}:{asked.name}"
                request = Request(caller.caller, name, asked.resource.arn, keys, asked.resource.owner)
                decision = evaluate(document, request, gateway=context.gateway)
                if decision.effect is Effect.ALLOW:
                    return Shown(request, decision)
    return None


def _asked(statement: Statement, context: Context, universe: Universe) -> Iterator[_Asked]:
    """An action that the statement speaks of, the first that everybody knows, of a stranger's resource, or of ours."""
    service = context.service
    federated = FEDERATED if service.prefix == "sts" else ()
    signed = (one for one in service.ranked if one not in federated)
    spoken = (one for one in signed if action_matches(statement.actions, f"{service.prefix}:{one}"))
    name = next(spoken, None)
    any_resource = any(value.fixed is not None and value.fixed.matches_all for value in statement.resources.values)
    if name is None or not any_resource or statement.resources.negated:
        return
    action = service.actions[name]
    kind = next((one for one in action.types if one in service.types), None)
    if kind is None:
        if not universe.foreign_only:
            yield _Asked(name, action, None, NO_ONE)
        return
    type_, told = service.types[kind], not is_ownerless(service.prefix, name)
    arn = _arn(type_, STRANGER, context)
    if bucket_of(arn) not in (context.owned_buckets or ()):
        yield _Asked(
            name, action, type_, OneResource(arn, STRANGER, owner_keys(STRANGER, service.prefix) if told else {})
        )
    if not universe.foreign_only and not bucket_of(arn):
        whose = _of_organisation("resource", context.organisation)
        keys = {**owner_keys(context.account, service.prefix), **whose} if told else {}
        yield _Asked(name, action, type_, OneResource(_arn(type_, context.account, context), context.account, keys))


def _arn(type_: ResourceType, account: str, context: Context) -> str:
    """The ARN of a resource of this type that is this account's."""
    words = {
        "Partition": context.partition,
        "Region": context.region,
        "Service": context.service.prefix,
        "Account": account,
        "BucketName": BUCKET,
    }
    return re.sub(_PLACE, lambda found: words.get(found[1], "x"), type_.arn)


def _callers(statement: Statement, context: Context, universe: Universe) -> Iterator[OneCaller]:
    """Our own, where it is the resource that matters; else nobody we know, with an organisation, or whom it names."""
    service = context.service.prefix
    if universe.insiders:
        keys = _of_organisation("principal", context.organisation)
        yield with_keys(_role(context.account, context), keys, service, ours=True)
    if not universe.outsiders:
        return
    yield OneCaller(ANONYMOUS, {"aws:principalaccount": ("anonymous",), "aws:principaltype": ("Anonymous",)})
    yield with_keys(_role(STRANGER, context), {}, service, ours=False)
    if not universe.insiders:
        yield with_keys(_role(STRANGER, context), _of_organisation("principal", STRANGERS), service, ours=False)
        named = [] if statement.principals.negated or not context.complete else statement.principals.named
        for account in dict.fromkeys(map(account_of, named)):
            if account and account not in context.ours:
                root = Caller(CallerKind.ROOT, f"arn:{context.partition}:iam::{account}:root")
                yield with_keys(root if context.gateway else _role(account, context), {}, service, ours=False)


def _role(account: str, context: Context) -> Caller:
    start = f"arn:{context.partition}:"
    return Caller(CallerKind.ROLE, f"{start}iam::{account}:role/x", f"{start}sts::{account}:assumed-role/x/session")


def _of_organisation(whose: str, organisation: str) -> dict[str, Values]:
    """The keys of a member of the organisation, right under its root; none for no organisation."""
    ids: dict[str, Values] = {
        f"aws:{whose}orgid": (organisation,),
        f"aws:{whose}orgpaths": (f"{organisation}/r-xxxx/",),
    }
    return ids if organisation else {}


def _keys(document: Document, context: Context, caller: OneCaller, asked: _Asked) -> dict[str, Values] | None:
    """The values of all keys that the policy looks at, as such a request surely can have them; None if unsure."""
    keys: dict[str, Values] = {**caller.keys, **asked.resource.keys}
    done = set(keys)
    for statement in document.statements:
        for condition in statement.conditions:
            for key in (condition.key, *(one.key for value in condition.values for one in value.variables)):
                if key in done:
                    continue
                done.add(key)
                found = _given(key, context, caller, asked, condition if statement.allows else None)
                if found is None:
                    return None
                keys |= found
    return keys


def _given(
    key: str, context: Context, caller: OneCaller, asked: _Asked, wanted: Condition | None
) -> dict[str, Values] | None:
    """The key as such a request surely can have it, absent from what is returned if not at all; None if unsure."""
    if key in TIME:
        return moment_keys(context.now)
    if key in CALLER_KEYS or key in ABSENT or key in RESOURCE_KEYS:
        return None if key in RESOURCE_KEYS and asked.type is None else {}
    always = constants(key, context)
    if key in USUAL or always is not None:
        value = USUAL.get(key) or (always[0].keys[key] if always and len(always) == 1 else None)
        return {key: value} if value is not None else None
    return _chosen(key, context, caller, asked, wanted)


def _chosen(
    key: str, context: Context, caller: OneCaller, asked: _Asked, wanted: Condition | None
) -> dict[str, Values] | None:
    """The same for a key whose value the caller chooses, or has."""
    known = fact(key, context, asked.action, asked.type)
    if known is None or caller.caller.kind not in known.carriers:
        return {}
    if key == USER_ID and caller.caller.kind is CallerKind.ANONYMOUS:
        return {key: ("anonymous",)}
    text = _wanted(wanted) if wanted and wanted.key == key and not known.several and key != USER_ID else None
    if text and known.boolean:
        text = text.lower() if key == "aws:multifactorauthpresent" and text.lower() in {"true", "false"} else None
    if text and known.present is Sure.YES:
        return {key: (text,)}
    return {} if known.absent is Sure.YES else None


def _wanted(condition: Condition) -> str | None:
    """A value for which the condition is likely to hold: its first one, its stars left empty."""
    fixed = condition.values[0].fixed if condition.values and not condition.operator.negated else None
    return "".join(fixed.runs).replace(ANY_ONE, "x") if fixed else None
