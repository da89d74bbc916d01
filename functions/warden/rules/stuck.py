"""The rule `stuck`: an endpoint gets to work within some hours, and goes on working."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from ..checked import whole
from ..ec2_commands import ec2
from ..model import Breach, Endpoint, InCode, Judgement, Kind, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..prices import and_cost
from ..recipe import deleting, describing, routes_first
from ..settings import Setting, Settings
from ..standard import Standard
from .rule import rule

SERVICE_ID: Final = re.compile(r"vpce-svc-[0-9a-f]{8,17}")
TWO_DAYS: Final = timedelta(days=2)
ENDED: Final[Mapping[str, str]] = {
    "failed": "the endpoint is failed and serves nobody",
    "rejected": "the provider of the service rejected the endpoint, which serves nobody",
    "expired": "the endpoint's request to connect to the service expired, and it serves nobody",
    "partial": 'the endpoint\'s state is "partial", not "available": a part of it may not work',
}
"""What is wrong at any age, by the state, which is the breach's code too."""
WAITING: Final[Mapping[str, str]] = {"pendingacceptance": "awaiting-acceptance", "pending": "pending"}
"""The codes of what is wrong only after a while."""
CODE_TOO: Final = "where code makes the endpoint, change that code instead"


class Stuck(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "stuck"
    hours: Setting[int] = Setting(24, whole(1, 8_760), "an endpoint may wait so long to be accepted and made")


@rule(
    Stuck,
    severity=Severity.MEDIUM,
    applies_to=frozenset(Kind) - {Kind.UNSUPPORTED},
    not_for={},
    judges_unready=True,
    reads_service=False,
)
def stuck(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints that failed, were rejected, expired or are partial, or wait for more than `hours` hours.

    Why: such an endpoint serves nobody, or not all, while somebody relies on it; and nothing tells its owner that a
        request still waits for the provider.
    Fix: none: only the provider can accept it, and only its owner should delete it or make it anew. The finding has the
        commands.
    Risk: none, nothing is changed. AWS bills an endpoint by the hour in whatever state, until it is deleted. Waiting
        counts from the endpoint's making, since EC2 tells no other time: an old one that a change makes pending for a
        minute is told of only after half an hour of looking again. Waiting is of low severity. Endpoints that an AWS
        service made for itself are told of too, since nothing else tells that they do not work; what to do is then that
        service's. A state that is not known is UNKNOWN.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html and
        https://docs.aws.amazon.com/vpc/latest/privatelink/accept-reject-endpoint-requests.html
    """
    state = seen.endpoint.state
    if state == "available":
        return Pass()
    if state in {"deleting", "deleted"}:
        return NotApplicable(f"the endpoint is {state}")
    if state in ENDED:
        words = f"{ENDED[state]}{and_cost(seen.endpoint)}"
        return Breach(
            state, words, {"state": state}, advice=_advice(seen.endpoint, state), in_code=_in_code(seen.endpoint, state)
        )
    if state in WAITING:
        return _waiting(seen, WAITING[state], timedelta(hours=standard.of(Stuck).hours))
    return Unknown(f"the endpoint's state is {state!r}, which this version does not know")


def _waiting(seen: Snapshot, code: str, most: timedelta) -> Judgement:
    """Whether the endpoint waits for too long."""
    age = age_of(seen.endpoint, seen.at)
    if age is None:
        return Unknown(f"the endpoint is {seen.endpoint.state}, and for how long is not known")
    if age <= most:
        return Pass()
    message = f"the endpoint is still pending {_spoken(age)} after it was made"
    if code == "awaiting-acceptance":
        message = f"the endpoint has waited {_spoken(age)} for the provider of the service to accept it"
    evidence = {
        "state": seen.endpoint.state,
        "age_hours": age // timedelta(hours=1),
        "hours": most // timedelta(hours=1),
    }
    words = f"{message}; the standard allows {_spoken(most)}"
    advice, in_code = _advice(seen.endpoint, code), _in_code(seen.endpoint, code)
    return Breach(code, words, evidence, advice=advice, severity=Severity.LOW, in_code=in_code)


def age_of(endpoint: Endpoint, at: datetime | None) -> timedelta | None:
    """How long ago the endpoint was made; None where either time is not known."""
    return None if endpoint.created is None or at is None else at - endpoint.created


def _spoken(time: timedelta) -> str:
    hours = time // timedelta(hours=1)
    return f"{time.days} days" if time >= TWO_DAYS else f"{hours} hour{'' if hours == 1 else 's'}"


def _advice(endpoint: Endpoint, code: str) -> str:
    """What to do, with the commands; it holds nothing that changes from look to look."""
    delete = f"`{deleting(endpoint)}`"
    return _told(endpoint, code, f"delete it: {delete}", f"delete it ({delete}) and make it anew; {CODE_TOO}")


def _in_code(endpoint: Endpoint, code: str) -> InCode:
    """The same where code manages the endpoint, which does not make anew what it still has."""
    out = "take its resource out of the code that manages it"
    return InCode(_told(endpoint, code, out, f"{out}, deploy that, and put it back"))


def _told(endpoint: Endpoint, code: str, delete: str, make_anew: str) -> str:
    why = f"`{describing(endpoint, '--query', 'VpcEndpoints[].[State,LastError,FailureReason]')}`"
    if endpoint.requester_managed:
        return f"{why} tells more; an AWS service made the endpoint and keeps it: mend or delete it in that service"
    anew = f"{routes_first(endpoint)}{make_anew}"
    match code:
        case "awaiting-acceptance":
            return f"{_accept(endpoint, endpoint.key.id)}; if nobody wants it any more, {delete}"
        case "pending":
            return f"{why} tells whether it still is, and why; if it stays so and nobody uses it, {anew}"
        case "rejected":
            return f"ask {_provider(endpoint)} why; once they agree, {anew}"
        case "expired":
            return f"{anew}; then {_accept(endpoint, 'NEW')}"
        case _:
            used = "what works of it may be in use, so only if nobody uses it, " if code == "partial" else "then "
            return f"{why} tells why; {used}{anew}"


def _accept(endpoint: Endpoint, endpoint_id: str) -> str:
    """Who accepts the endpoint, and by which command: it is given in the service's region."""
    found = SERVICE_ID.search(endpoint.service_name)
    if not found:
        return f"ask {_provider(endpoint)} to accept {endpoint_id}"
    words = ("--service-id", found[0], "--vpc-endpoint-ids", endpoint_id)
    return f"{_provider(endpoint)} accepts it: `{ec2('accept-vpc-endpoint-connections', endpoint.home, *words)}`"


def _provider(endpoint: Endpoint) -> str:
    """The provider of the service, with the command that tells who that is: nothing of the endpoint does."""
    if not SERVICE_ID.search(endpoint.service_name):
        return "the provider of the service"
    elsewhere = ("--service-regions", endpoint.service_region or "") if endpoint.crosses_regions else ()
    words = ("--service-names", endpoint.service_name, *elsewhere, "--query", "ServiceDetails[].Owner")
    who = ec2("describe-vpc-endpoint-services", endpoint.key.region, *words)
    return f"the provider of the service (`{who}` tells who that is)"
