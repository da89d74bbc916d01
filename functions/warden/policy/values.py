"""Values of the keys that neither caller nor resource give: one for each way in which a policy can see them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import combinations
from math import ceil, floor
from typing import Final, NamedTuple

from .atoms import ANY, NO_COLON, Budget, Tokens, TooHard, atoms, literal, times
from .conditions import Family, Values, address, network
from .context import Context
from .keys import (
    ABSENT,
    CALLER_KEYS,
    KEYS,
    PREFIXES,
    RESOURCE_KEYS,
    SEVERAL,
    TIME,
    UNSURE,
    USER_ID,
    USERS_WITHOUT_SIGNATURE,
    Key,
    Sure,
)
from .request import SIGNED, CallerKind
from .seen import Seen
from .service import Action, ResourceType, key_of

MOST_SETS: Final = 256
"""Sets of values of one key that are tried."""
_TEXT: Final = times(ANY, 1, more=True)
_LAST: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""A moment that is still to come whenever anybody asks, and the last day that a date can be of."""
_TEXTS: Final = frozenset({Family.STRING, Family.STRING_IGNORE_CASE, Family.LIKE, Family.ARN, Family.BOOL})
_ORDERED: Final = frozenset({Family.NUMBER, Family.DATE})
_ID: Final = "X" * 17
"""Stands for an id that nobody can choose."""


class Choice(NamedTuple):
    """Values of some keys, None for a key that the request lacks, and whether such a request is surely possible."""

    keys: Mapping[str, Values | None]
    sure: bool = True


def fact(key: str, context: Context, action: Action, type_: ResourceType | None) -> Key | None:
    """What is known of a key in requests for this action on this type; None where such requests never have it.

    A key of the service's own comes with the actions and types for which the service says so.
    """
    known = KEYS.get(key)
    if key == USER_ID and context.service.prefix in USERS_WITHOUT_SIGNATURE:
        return Key(SIGNED | {CallerKind.ANONYMOUS}, absent=Sure.NO)
    if known:
        return known
    listed = key_of(action.keys, key) or (type_ is not None and key_of(type_.keys, key))
    family = next((one for prefix, one in PREFIXES.items() if key.startswith(prefix)), None)
    if family:
        return family if listed or key.startswith(("aws:principaltag/", "saml:")) else Key(family.carriers, Sure.MAYBE)
    service = context.service
    if not key.startswith(f"{service.prefix}:") or not service.known:
        return Key(present=Sure.MAYBE) if listed else UNSURE
    if not key_of(service.keys, key):
        return UNSURE
    written = service.key_types.get(key, "")
    return Key(boolean=written == "Bool", several=written.startswith("ArrayOf")) if listed else None


def blurred(seen: Seen) -> frozenset[str]:
    """Keys that the policy compares in two ways, such as a tag as a number and as a text.

    Values are made for one way at a time, so that one which meets both may be missing: what such a condition says of
    all requests cannot be told.
    """
    return frozenset(key for key, families in seen.families.items() if _is_blurred(key, families))


def _is_blurred(key: str, families: set[Family]) -> bool:
    ordered, texts, addresses = families & _ORDERED, families & _TEXTS, families & {Family.ADDRESS}
    if key in TIME:
        return bool(texts or addresses)
    if key in CALLER_KEYS or key in RESOURCE_KEYS or key == USER_ID:
        return bool(ordered or addresses)
    return len([one for one in (ordered, texts, addresses) if one]) > 1


def several(key: str, context: Context) -> bool:
    """Whether a key can have several values, so that an operator without ForAllValues or ForAnyValue says nothing."""
    return key in SEVERAL or context.service.key_types.get(key, "").startswith("ArrayOf")


def constants(key: str, context: Context) -> tuple[Choice, ...] | None:
    """The values of a key that is the same in all requests through the endpoint; None for a key that is not.

    Nothing where its value is not known.
    """
    vpc = context.vpc_id
    arn = f"arn:{context.partition}:ec2:{context.vpc_region}:{context.account}:vpc/{vpc}" if vpc else ""
    known: Mapping[str, tuple[str, bool]] = {
        "aws:sourcevpc": (vpc, True),
        "aws:sourcevpce": (context.endpoint_id, True),
        "aws:requestedregion": (context.region, True),
        # Newer keys, which not every service sends
        "aws:sourcevpcarn": (arn, False),
        "aws:vpceaccount": (context.account, False),
        "aws:vpceorgid": (context.organisation, False),
        "aws:vpceorgpaths": ("", False),
    }
    if key in ABSENT:
        return (Choice({key: None}),)
    if key not in known:
        return None
    value, always = known[key]
    if not value:
        return ()
    here = Choice({key: (value,)}, sure=always)
    return (here,) if always else (here, Choice({key: None}, sure=False))


def choices(
    key: str, known: Key, seen: Seen, kind: CallerKind, budget: Budget, extra: Iterable[Tokens] = ()
) -> Iterator[Choice]:
    """The values that a caller of this kind can give the key; `extra` are shapes to be of, or not."""
    if kind not in known.carriers:
        yield Choice({key: None})
        return
    if known.absent is not Sure.NO:
        yield Choice({key: None}, known.absent is Sure.YES)
    sure = known.present is Sure.YES
    singles = [_Single(one.text, one.sure and sure) for one in _singles(key, known, seen, kind, budget, tuple(extra))]
    yield from (Choice({key: (one.text,)}, one.sure) for one in singles)
    if known.several:
        yield from _sets(key, singles, seen.conditions.get(key, 0))


class _Single(NamedTuple):
    text: str
    sure: bool = True


def _singles(
    key: str, known: Key, seen: Seen, kind: CallerKind, budget: Budget, extra: tuple[Tokens, ...]
) -> Iterator[_Single]:
    if known.boolean:
        yield _Single("false")
        yield _Single("true", key != "aws:viaawsservice")
        return
    families = seen.families.get(key, set())
    if families & _ORDERED and key != USER_ID:
        yield from (_Single(text) for text in _ordered(seen.thresholds.get(key, set()), 0))
    if Family.ADDRESS in families:
        yield from (_Single(text) for text in addresses(sorted(seen.ranges.get(key, ())), budget))
    if not families & {*_ORDERED, Family.ADDRESS} or families & _TEXTS or extra or key == USER_ID:
        patterns = [*seen.patterns(key), *extra]
        for shape, sure in _user_ids(kind) if key == USER_ID else ((_TEXT, True),):
            # That somebody has an id which the policy does not mention is sure, whatever ids look like.
            yield from (
                _Single(atom.text, sure or (key == USER_ID and not atom.met)) for atom in atoms(shape, patterns, budget)
            )


def _user_ids(kind: CallerKind) -> tuple[tuple[Tokens, bool], ...]:
    """What aws:userid looks like. The id is AWS's to give: that an outsider has a certain one, nobody can say.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    match kind:
        case CallerKind.ANONYMOUS:
            return ((literal("anonymous"), True),)
        case CallerKind.ROLE:
            return tuple(
                ((*literal("AROA"), *one, ":", *_TEXT), sure) for one, sure in ((literal(_ID), True), (_UNIQUE, False))
            )
        case CallerKind.USER:
            return (((*literal("AIDA"), *literal(_ID)), True), ((*literal("AIDA"), *_UNIQUE), False))
        case _:
            return ((_TEXT, False),)


_UNIQUE: Final = times(NO_COLON, 1, more=True)
"""What an id may look like for all that AWS promises: 16 to 128 letters and digits with those before it."""


def moments(seen: Seen, context: Context) -> Iterator[Choice]:
    """Times of a request, from now on, as both keys of time have them."""
    now = ceil(context.now.timestamp())
    for text in _ordered((one for key in TIME for one in seen.thresholds.get(key, ()) if one < _LAST), now):
        yield Choice(moment_keys(datetime.fromtimestamp(int(text), UTC)))


def moment_keys(moment: datetime) -> dict[str, Values]:
    """Both keys of time, in whole seconds."""
    seconds = ceil(moment.timestamp())
    date = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"aws:currenttime": (date,), "aws:epochtime": (str(seconds),)}


def _ordered(thresholds: Iterable[float], least: int) -> list[str]:
    """Whole numbers from `least` on, one below, at and above each threshold: between two there is no other kind."""
    found = {least}
    for one in thresholds:
        found |= {ceil(one) - 1, floor(one), ceil(one), floor(one) + 1}
    return [str(one) for one in sorted(found) if one >= least]


def addresses(ranges: Iterable[str], budget: Budget) -> list[str]:
    """Addresses of both versions, one for each way of lying within ranges: where one begins, and where it has ended."""
    from ipaddress import IPv4Address, IPv6Address  # noqa: PLC0415  few policies need it, and it costs 3 ms

    nets = [net for text in ranges if (net := network(text)) is not None]
    found = [str(IPv4Address("10.0.0.1")), str(IPv6Address("fd00::1"))]
    for net in nets:
        kind = IPv4Address if net.version == 4 else IPv6Address  # noqa: PLR2004  the version of the protocol
        places = (0, int(net.network_address), int(net.broadcast_address) + 1)
        found += [str(kind(place)) for place in places if place < 2**net.max_prefixlen]
    views: dict[tuple[object, ...], str] = {}
    for text in found:
        budget.spend(10 * len(nets))
        one = address(text)
        assert one is not None  # noqa: S101  made above
        view = (one.version, *(net.version == one.version and one in net for net in nets))
        views.setdefault(view, text)
    return list(views.values())


def _sets(key: str, singles: list[_Single], conditions: int) -> Iterator[Choice]:
    """Sets of several values: as many as there are conditions on the key are enough to meet or fail each of them."""
    count = 0
    for size in range(2, min(conditions, len(singles)) + 1):
        for some in combinations(singles, size):
            count += 1
            if count > MOST_SETS:
                raise TooHard
            yield Choice({key: tuple(one.text for one in some)}, all(one.sure for one in some))
