"""Requests and the policies that they are put to: the same ones in every run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from random import Random
from typing import Final, NamedTuple

from policy.cases import LABELLED, context_of, text_of
from policy.grammar import SERVICES, Requests, here
from policy.grammar import drawn as random_policies
from warden.policy import principals
from warden.policy.context import Context
from warden.policy.document import Document, Malformed, parse
from warden.policy.evaluate import action_matches, resource_matches
from warden.policy.request import SIGNED, Caller, CallerKind, Request

OF_LABELLED: Final = 16
OF_RANDOM: Final = 8
"""Requests that are put to each policy."""
RANDOM: Final = 60
ODD: Final = 50
"""Random policies of each service, and those in which there is also what AWS leaves open."""
TRIED: Final = 8
"""Requests that are drawn for each one that is taken."""
BY_A_SERVICE: Final = 12
"""Of so many requests one is made by an AWS service itself."""
SERVICE: Final = "cloudtrail.amazonaws.com"


class Drawn(NamedTuple):
    """One request, and the policy that it is put to."""

    document: Document
    request: Request
    gateway: bool


def drawn(count: int) -> list[Drawn]:
    """So many of them, of the labelled policies and of random ones."""
    return list(islice(chain(_of_labelled(), _of_random()), count))


def _of_labelled() -> Iterator[Drawn]:
    for seed, case in enumerate(LABELLED):
        try:
            document = parse(text_of(case))
        except Malformed:
            continue
        yield from _put_to(document, context_of(case), seed, OF_LABELLED)


def _of_random() -> Iterator[Drawn]:
    """Of all services by turns."""
    by_service = [[(service, text) for text in _texts(service)] for service in SERVICES]
    turns = (one for some in zip_longest(*by_service) for one in some if one)
    for seed, (service, text) in enumerate(turns):
        yield from _put_to(parse(text), here(service), seed, OF_RANDOM)


def _texts(service: str) -> list[str]:
    """Random policies of the service; a few of what AWS leaves open, too."""
    found = [*random_policies(service, ODD, odd=True), *random_policies(service, RANDOM)]
    return list(dict.fromkeys(found))


def _put_to(document: Document, context: Context, seed: int, count: int) -> Iterator[Drawn]:
    """Three in four are such that a statement speaks of them but for its conditions, where such come up."""
    requests = Requests(Random(seed), document, context).some(TRIED * count, outsiders=False, foreign=False)
    all_ = [
        Drawn(document, by_a_service(one) if place % BY_A_SERVICE == 0 else one, context.gateway)
        for place, one in enumerate(requests)
    ]
    close = [one for one in all_ if _is_spoken_of(one)][: count * 3 // 4]
    kept = [one for one in all_ if one not in close]
    yield from (close + kept)[:count]


def _is_spoken_of(one: Drawn) -> bool:
    document, request, gateway = one
    return any(
        principals.matches(statement.principals, request.caller, gateway=gateway) is not False
        and action_matches(statement.actions, request.action)
        and resource_matches(statement.resources, request) is not False
        for statement in document.statements
    )


def by_a_service(request: Request) -> Request:
    """The same request made by an AWS service itself, where it is one that is signed for."""
    if request.caller.kind not in SIGNED:
        return request
    keys = {key: values for key, values in request.keys.items() if not _is_of_a_caller(key)}
    keys |= {"aws:principalisawsservice": ("true",), "aws:principalservicename": (SERVICE,)}
    return request._replace(caller=Caller(CallerKind.SERVICE, service=SERVICE), keys=keys)


def _is_of_a_caller(key: str) -> bool:
    return key.startswith(("aws:principal", "aws:multifactorauth")) or key in {"aws:username", "kms:calleraccount"}
