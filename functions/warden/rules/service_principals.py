"""The rule `service-principals`: who may connect to an endpoint service of ours is ours, or somebody whom we know."""

from __future__ import annotations

from typing import NamedTuple

from ..checked import listed
from ..consumers import Known, Standing, consumer, known, read
from ..model import Breach, Mode, NotApplicable, Pass, Severity, Unknown
from ..own_services import command, few, serves_nobody
from ..registry import Entry
from ..settings import Setting, Settings, telling
from ..standard import Standard
from ..subjects import ServicePart, ServiceSeen
from .rule import Answer, subject_rule

REFUSED = {Standing.STRANGER, Standing.EXPIRED}


class ServicePrincipals(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-principals"
    mode = telling(Mode.OFF)
    registry: Setting[tuple[Entry, ...]] = Setting(
        (),
        listed(consumer),
        'who else may connect to our endpoint services: [{ principal = "111122223333", purpose = "billing", contact = '
        '"ann@example.com", expires = 2027-01-31 }]; accounts, ARNs of users, roles, organisational units and '
        'organisations, services such as "x.amazonaws.com"',
    )


class Judged(NamedTuple):
    """One allowed principal and how the standard stands to it."""

    name: str
    known: Known


@subject_rule(ServicePrincipals, severity=Severity.HIGH, needs=frozenset({ServicePart.PRINCIPALS}))
def service_principals(seen: ServiceSeen, standard: Standard) -> Answer:
    """Tell of principals of our endpoint services whom nobody approved. Off, unless the standard says otherwise.

    Why: whoever is allowed there can reach the load balancer from a VPC of theirs; who that is, why, and until when,
        must be known when it is asked.
    Fix: none: a principal that is taken away can be a consumer lost. The finding has the command.
    Risk: none, nothing is changed. Known are the service's own account, those of organisation.accounts, units of our
        organisation by its id in their ARN, and `registry`: an account there stands for its users and roles, an
        organisation for its units. With an organisation that is ours or in `registry`, an account named nowhere is
        UNKNOWN: its id does not tell whose it is. Taking a principal away ends no connection that there is: those are
        for service-connections.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    if not seen.principals:
        return NotApplicable("nobody is allowed to connect")
    own, registry = seen.key.account, standard.of(ServicePrincipals).registry
    judged = [Judged(one.name, known(read(one.name), own, standard, registry, seen.at)) for one in seen.principals]
    refused = [one for one in judged if one.known.standing in REFUSED]
    unsure = [one for one in judged if one.known.standing is Standing.UNKNOWN]
    if refused:
        return _breach(seen, judged, refused, unsure)
    if unsure:
        return Unknown(f"whether these may connect cannot be told: {_listed(unsure)}", _parts(unsure))
    return Pass()


def _breach(seen: ServiceSeen, judged: list[Judged], refused: list[Judged], unsure: list[Judged]) -> Breach:
    words = f"{len(refused)} of {len(judged)} allowed principals not approved: {_listed(refused)}"
    if unsure:
        words += f"; whether these are cannot be told: {_listed(unsure)}"
    evidence = {"principals": [{"principal": one.name, "verdict": one.known.standing.value} for one in judged]}
    strangers = any(one.known.standing is Standing.STRANGER for one in refused)
    code = "principal-not-approved" if strangers else "approval-expired"
    names = (one.name for one in refused)
    away = command(seen, "modify-vpc-endpoint-service-permissions", "--remove-allowed-principals", *names)
    advice = (
        f"find out what they are for; then name them in rules.service-principals.registry, or take them away: {away}"
    )
    return Breach(code, words, evidence, advice=advice, parts=_parts([*refused, *unsure]))


def _parts(some: list[Judged]) -> tuple[str, ...]:
    """Who, and how the standard stands to them: another one is news, whoever was told of before."""
    return tuple(sorted(f"{one.name} {one.known.standing.value}" for one in some))


def _listed(some: list[Judged]) -> str:
    return few([f"{one.name} ({one.known.why})" for one in some])
