"""What a policy makes of a recorded call, of which not every key is told; pure.

Of what organisation a stranger's account is, no record says; that it is not ours, or none at all, is often enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from .conditions import Values
from .context import Context
from .document import Document
from .evaluate import Decision, Effect, evaluate
from .request import Request

ORGANISATIONS: Final = (("aws:principalaccount", "aws:principalorgid"), ("aws:resourceaccount", "aws:resourceorgid"))
"""The key of an account, and of the organisation that it is a member of."""
STRANGERS: Final = "o-9999999999"
"""Stands for every organisation that the policy does not name."""


def decided(document: Document, request: Request, context: Context) -> Decision:
    """The decision on a recorded request; unknown where it hangs on what the record does not tell."""
    ways = _ways(document, request, context)
    decisions = [evaluate(document, one, gateway=context.gateway) for one in ways]
    if len({one.effect for one in decisions}) == 1:
        return decisions[0]
    untold = evaluate(document, request, gateway=context.gateway)
    return Decision(Effect.UNKNOWN, untold.statements, untold.why)


def _ways(document: Document, request: Request, context: Context) -> list[Request]:
    """Every way in which the request may have been, as far as organisations go."""
    keys = [key for account, key in ORGANISATIONS if _is_strangers(account, key, request, context)]
    choices = [list(_choices(key, document, context)) for key in keys]
    return [
        request._replace(
            keys={**request.keys, **{key: found for key, found in zip(keys, way, strict=True) if found is not None}}
        )
        for way in product(*choices)
    ]


def _is_strangers(account: str, key: str, request: Request, context: Context) -> bool:
    """Whether the account is known not to be of our organisation, and its own is not told."""
    found = request.value(account)
    told = request.complete or key in request.keys or not (context.organisation and context.complete)
    return bool(found) and found not in context.ours and not told


def _choices(key: str, document: Document, context: Context) -> Iterator[Values | None]:
    """No organisation, one that nobody names, or another that is named; None where a pattern tells even more apart."""
    values = [
        value
        for statement in document.statements
        for one in statement.conditions
        if one.key == key
        for value in one.values
    ]
    literals = {value.fixed.literal if value.fixed else None for value in values}
    if None in literals:
        yield None
        return
    yield ()
    named = sorted(text for text in literals if text and text != context.organisation)
    yield from ((organisation,) for organisation in (STRANGERS, *named))
