"""What a policy would have made of the calls that were recorded; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .context import Context
from .document import Document
from .evaluate import Effect
from .recorded import decided
from .records import Record, requests, was_denied
from .request import Request


class Calls(NamedTuple):
    """Calls that are alike: by whom, of what, of which resource; `why` where it cannot be told what became of them."""

    caller: str
    action: str
    resource: str
    why: str = ""


class Replay(NamedTuple):
    """How many records were replayed, and what the policy makes of them, the most frequent first."""

    records: int
    allowed: int
    denied: tuple[tuple[Calls, int], ...]
    unknown: tuple[tuple[Calls, int], ...]
    elsewhere: int
    """Records of other endpoints, or other services."""
    denied_before: int
    """Records of calls that the endpoint's policy denied when they were made."""

    @property
    def tested(self) -> int:
        """How many of the records are of this endpoint and service."""
        return self.records - self.elsewhere


def replay(document: Document, records: Iterable[Record], context: Context) -> Replay:
    """Put records of CloudTrail through a policy. A call for several resources is denied if it is for one of them."""
    count = allowed = elsewhere = before = 0
    denied: dict[Calls, int] = {}
    unknown: dict[Calls, int] = {}
    for record in records:
        count += 1
        before += was_denied(record)
        made = requests(record, context)
        if not made:
            elsewhere += 1
            continue
        effect, calls = _worst(document, made, context)
        if effect is Effect.ALLOW:
            allowed += 1
        else:
            found = unknown if effect is Effect.UNKNOWN else denied
            found[calls] = found.get(calls, 0) + 1
    return Replay(count, allowed, _frequent(denied), _frequent(unknown), elsewhere, before)


def caller_of(request: Request) -> str:
    """Who called, for people: sessions of one role are one caller."""
    return request.caller.arn or request.caller.service or request.caller.kind.value


def _worst(document: Document, made: tuple[Request, ...], context: Context) -> tuple[Effect, Calls]:
    decisions = [(one, decided(document, one, context)) for one in made]
    order = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY, Effect.UNKNOWN, Effect.ALLOW)
    request, decision = min(decisions, key=lambda pair: order.index(pair[1].effect))
    return decision.effect, Calls(caller_of(request), request.action, request.resource, decision.why)


def _frequent(found: dict[Calls, int]) -> tuple[tuple[Calls, int], ...]:
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
