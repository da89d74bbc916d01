"""The rule `service-connections`: whoever is connected to an endpoint service of ours is known, and nobody waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, NamedTuple

from ..actions import AcceptConnections
from ..checked import whole
from ..consumers import Known, Sort, Standing, covers, known, read
from ..model import DEAD_STATES, Breach, Mode, NotApplicable, Pass, Severity, Unknown
from ..own_services import command, few, serves_nobody
from ..registry import Entry
from ..settings import Setting, Settings, fixing
from ..standard import Standard
from ..subjects import Connection, ServicePart, ServiceSeen
from .rule import Answer, subject_rule
from .service_principals import REFUSED, ServicePrincipals

WELCOME: Final = {Standing.OURS, Standing.APPROVED}


class ServiceConnections(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-connections"
    mode = fixing(Mode.OFF)
    hours: Setting[int] = Setting(
        24,
        whole(0, 720),
        "how long the request of a known consumer may wait, 0 for not at all; known: rules.service-principals.registry",
    )


class Judged(NamedTuple):
    """One connection and how the standard stands to the account that it is of."""

    connection: Connection
    known: Known
    acceptable: bool
    """Whether it waits, and an entry that stands names its account, which the service still allows."""


@subject_rule(
    ServiceConnections, severity=Severity.HIGH, needs=frozenset({ServicePart.CONNECTIONS, ServicePart.PRINCIPALS})
)
def service_connections(seen: ServiceSeen, standard: Standard) -> Answer:
    """Tell of consumers whom nobody approved, and of requests that wait. Off, unless the standard says otherwise.

    Why: an endpoint that was connected once stays connected when its principal is taken away; and a consumer who is
        known and waits has an endpoint that is billed and serves nobody.
    Fix: accepts requests that wait for too long, of accounts that the registry of service-principals names themselves,
        by an entry that has not ended, and that the service's allowed principals still name, or everybody. Each
        endpoint is accepted once. Nobody is ever rejected: for that, and for whoever else is known and waits, the
        finding has the command. A request is a call of another account, and so is seen by the next sweep.
    Risk: whoever is accepted reaches the load balancer. The registry is one for all services of the account: who is
        allowed at a service is said there. Taking it back (reject-vpc-endpoint-connections) cuts the consumer off at
        once. Known are the accounts of organisation.accounts and of the registry, where an entry of a user or a role
        stands for its account here: of a connection AWS tells the account alone. An entry "*" lets everybody ask, and
        makes nobody known. With an organisation that is ours or in the registry, an account named nowhere is UNKNOWN.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    alive = [one for one in seen.connections if one.state not in DEAD_STATES]
    if not alive:
        return NotApplicable("nobody is connected, and nobody asks to be")
    hours = standard.of(ServiceConnections).hours
    return _answer(seen, _judged(seen, alive, standard), timedelta(hours=hours))


def _judged(seen: ServiceSeen, alive: list[Connection], standard: Standard) -> list[Judged]:
    named = standard.of(ServicePrincipals).registry
    registry, allowed = _accounts(named), [read(one.name) for one in seen.principals]
    judged = []
    for one in alive:
        who = read(one.owner)
        found = known(who, seen.key.account, standard, registry, seen.at)
        by_name = any(covers(read(entry.whom), who) and not entry.ended(seen.at) for entry in named)
        may_ask = any(it.sort is Sort.EVERYBODY or it.account == one.owner for it in allowed)
        judged.append(Judged(one, found, one.waits and found.standing in WELCOME and by_name and may_ask))
    return judged


def _accounts(registry: Iterable[Entry]) -> tuple[Entry, ...]:
    """The same registry, with each account in place of its users and roles."""
    return tuple(one._replace(whom=read(one.whom).account or one.whom) for one in registry)


def _answer(seen: ServiceSeen, judged: list[Judged], patience: timedelta) -> Answer:
    """Those who can be accepted, if one waits for too long; besides them, or else, what people must see to."""
    late = [one for one in judged if one.acceptable and _late(seen, one, patience)]
    rest = _by_hand(seen, [one for one in judged if one not in late], patience)
    if not late:
        return rest
    ids = tuple(sorted(one.connection.endpoint_id for one in late))
    besides = None if isinstance(rest, Pass) else rest
    words, evidence = _waiting(late, patience), _evidence(seen, late)
    return Breach(
        "acceptance-overdue", words, evidence, AcceptConnections(seen.key.id, ids), parts=ids, besides=besides
    )


def _late(seen: ServiceSeen, one: Judged, patience: timedelta) -> bool:
    """Whether it waits for too long, as far as AWS tells since when."""
    created = one.connection.created
    return not patience or (created is not None and seen.at - created > patience)


def _waiting(late: list[Judged], patience: timedelta) -> str:
    longer = f" for more than {patience // timedelta(hours=1)} hours" if patience else ""
    return f"waiting to be accepted{longer}: {_listed(late)}"


def _by_hand(seen: ServiceSeen, judged: list[Judged], patience: timedelta) -> Pass | Breach | Unknown:
    refused = [one for one in judged if one.known.standing in REFUSED]
    unsure = [one for one in judged if one.known.standing is Standing.UNKNOWN]
    asking = [one for one in judged if one.known.standing in WELCOME and one.connection.waits]
    waiting = [one for one in asking if _late(seen, one, patience)]
    timeless = [one for one in asking if not one.connection.created and one not in waiting]
    open_points = [
        f"whether these may be connected cannot be told: {_listed(unsure)}" if unsure else "",
        f"since when these wait AWS does not tell: {_listed(timeless)}" if timeless else "",
    ]
    unknown = "; ".join(point for point in open_points if point)
    if not (refused or waiting):
        return Unknown(unknown, _parts([*unsure, *timeless])) if unknown else Pass()
    told = [
        f"consumers not approved: {_listed(refused)}" if refused else "",
        _waiting(waiting, patience) if waiting else "",
        unknown,
    ]
    words = "; ".join(part for part in told if part)
    news = _parts([*refused, *unsure, *waiting, *timeless])
    return Breach(_code(refused), words, _evidence(seen, judged), advice=_advice(seen, refused, asking), parts=news)


def _parts(some: list[Judged]) -> tuple[str, ...]:
    """Whose they are, and how the standard stands to them: another consumer is news, another endpoint of one is not.

    Requests of those who are known are news each, since somebody waits.
    """
    strange = {
        f"{one.connection.owner} {one.known.standing.value}" for one in some if one.known.standing not in WELCOME
    }
    return (*sorted(strange), *sorted(one.connection.endpoint_id for one in some if one.known.standing in WELCOME))


def _code(refused: list[Judged]) -> str:
    if any(one.known.standing is Standing.STRANGER for one in refused):
        return "consumer-not-approved"
    return "approval-expired" if refused else "acceptance-overdue"


def _advice(seen: ServiceSeen, refused: list[Judged], asking: list[Judged]) -> str:
    """The commands: one accepts whoever is known and asks, one rejects whoever is not known."""
    parts = []
    if asking:
        parts.append(f"accept those who are known: {_command(seen, 'accept-vpc-endpoint-connections', asking)}")
    if refused:
        whom = "name the others" if asking else "find out who they are; then name them"
        away = _command(seen, "reject-vpc-endpoint-connections", refused)
        parts.append(
            f"{whom} in rules.service-principals.registry, or reject them, which cuts off whoever is connected: {away}"
        )
    return "; ".join(parts)


def _command(seen: ServiceSeen, operation: str, some: list[Judged]) -> str:
    return command(seen, operation, "--vpc-endpoint-ids", *(one.connection.endpoint_id for one in some))


def _evidence(seen: ServiceSeen, judged: list[Judged]) -> dict[str, object]:
    return {
        "acceptance_required": seen.acceptance_required,
        "connections": [
            {
                "endpoint": one.connection.endpoint_id,
                "owner": one.connection.owner,
                "state": one.connection.state,
                "verdict": one.known.standing.value,
            }
            for one in judged
        ],
    }


def _listed(some: list[Judged]) -> str:
    """Each account once, with its endpoints and what is known of it."""
    owners: dict[tuple[str, str], list[str]] = {}
    for one in some:
        owners.setdefault((one.connection.owner, one.known.why), []).append(one.connection.endpoint_id)
    return few([f"{owner or 'nobody named'} with {few(ids, ', ')} ({why})" for (owner, why), ids in owners.items()])
