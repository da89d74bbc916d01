"""What stands in the way of putting one policy in another's place; pure. Nothing does where all of it is proved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .breadth import lets_nothing_through
from .compare import bared, beyond
from .context import Context
from .document import MAX_CHARACTERS, Document, Malformed, parse
from .evaluate import Effect
from .lint import refusals
from .reach import Answer, Verdict, reach
from .recorded import decided
from .request import Request
from .words import sentence

Json = Mapping[str, object]


def objections(
    old: Document, new: str, context: Context, approved: Sequence[Json] = (), seen: Iterable[Request] = ()
) -> tuple[str, ...]:
    """Why `new` may not take the place of `old`, in sentences; none where it is proved that it may.

    It is closed to outsiders and to what is theirs, but for what the statements `approved` allow; lets nothing through
    that the old one did not; lets through each request of `seen` that the old one did; is no outage; and EC2 takes it.
    """
    if len(new) > MAX_CHARACTERS:
        return (f"it would have {len(new):,} characters; EC2 takes {MAX_CHARACTERS:,}",)
    try:
        document = parse(new)
    except Malformed as error:
        return (f"it is no policy: {error}",)
    return tuple(_objections(old, document, context, approved, seen))


def _objections(
    old: Document, new: Document, context: Context, approved: Sequence[Json], seen: Iterable[Request]
) -> Iterator[str]:
    yield from (f"EC2 would refuse it: {remark.message}" for remark in refusals(new, context))
    if lets_nothing_through(new, context):
        yield "it lets nothing through"
    found = reach(without(new, approved), context)
    yield from _not_closed(found.identities, "it is not closed to outsiders", context)
    yield from _not_closed(found.resources, "it is not closed to what is not yours", context)
    yield from _not_closed(beyond(old, new, context), "it lets more through than the policy that is there", context)
    yield from _lost(old, new, context, seen)


def without(document: Document, approved: Sequence[Json]) -> Document:
    """What the policy lets through besides what these statements allow: left out where it has them, else denied."""
    if not approved:
        return document
    allowed = parse(json.dumps({"Version": "2012-10-17", "Statement": list(approved)})).allows
    bare = {bared(statement) for statement in allowed}
    kept = tuple(statement for statement in document.statements if bared(statement) not in bare)
    there = {bared(statement) for statement in document.statements}
    denied = (statement for statement in allowed if bared(statement) not in there)
    more = (statement._replace(allows=False, place=place) for place, statement in enumerate(denied, len(kept)))
    return document._replace(statements=(*kept, *more))


def _not_closed(answer: Answer, what: str, context: Context) -> Iterator[str]:
    if answer.verdict is Verdict.OPEN and answer.witness:
        yield f"{what}: {sentence(answer.witness, context)}"
    elif answer.verdict is Verdict.UNKNOWN:
        yield f"that is not known: whether {what}, since {answer.why}"


def _lost(old: Document, new: Document, context: Context, seen: Iterable[Request]) -> Iterator[str]:
    """Requests that were seen and would be denied, one of each kind."""
    told: set[tuple[str, str]] = set()
    for request in seen:
        before = decided(old, request, context).effect
        after = decided(new, request, context)
        kind = (request.caller.arn, request.action)
        if before is Effect.ALLOW and after.effect is not Effect.ALLOW and kind not in told:
            told.add(kind)
            verb = "may deny" if after.effect is Effect.UNKNOWN else "denies"
            why = f" ({after.why})" if after.why else ""
            yield f"it {verb} what was seen used: {request.action} of {request.resource} by {_caller(request)}{why}"


def _caller(request: Request) -> str:
    return request.caller.arn or request.caller.service or f"a caller that is {request.caller.kind.value}"
