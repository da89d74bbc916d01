"""The rule `approved-owner`: endpoints lead to services of AWS, of our own, or of somebody whom we know."""

from __future__ import annotations

import re
from typing import Final

from ..checked import listed, text
from ..model import (
    Breach,
    Endpoint,
    Judgement,
    Kind,
    Mode,
    Pass,
    Severity,
    Snapshot,
    Unknown,
)
from ..registry import Entry, entry
from ..settings import Setting, Settings, telling
from ..standard import Standard
from .rule import beside_the_point, rule

AWS: Final = "amazon"
_owner = text(
    re.compile(r"\d{12}|aws-marketplace").fullmatch, 'an account id of 12 digits, in quotes, or "aws-marketplace"'
)
_service = text(
    re.compile(r"[\w-]+(\.[\w-]+){3,}", re.ASCII).fullmatch,
    'the whole name of a service, such as "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"',
)


class ApprovedOwner(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "approved-owner"
    mode = telling(Mode.OFF)
    registry: Setting[tuple[Entry, ...]] = Setting(
        (),
        listed(entry(owner=_owner, service=_service)),
        'whose services are approved: [{ owner = "111122223333", purpose = "billing", contact = "ann@example.com", '
        'expires = 2027-01-31 }]; or, in place of owner, service = "com.amazonaws.vpce.us-east-1.vpce-svc-..."',
    )


@rule(
    ApprovedOwner,
    severity=Severity.MEDIUM,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY_LOAD_BALANCER}),
    not_for={
        Kind.GATEWAY: "gateway endpoints lead to services of AWS's own only",
        Kind.RESOURCE: "a resource endpoint leads to a resource configuration, whose owner EC2 does not tell here",
        Kind.SERVICE_NETWORK: "a service-network endpoint leads to a service network, whose owner EC2 does not tell",
    },
)
def approved_owner(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints to services of others who are not in the registry. Off, unless the standard says otherwise.

    Why: behind a private endpoint to somebody else's service anything may stand; who approved it, and until when,
        must be known when it is asked.
    Fix: none: an endpoint that an application uses is not taken away.
    Risk: none, nothing is changed. Services of AWS and of the accounts in organisation.accounts need no entry. Where
        EC2 does not tell the owner (of a service that was withdrawn, or in a region of which it tells nothing here) it
        is UNKNOWN, unless the service itself is in the registry.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
    """
    endpoint = seen.endpoint
    left_out = beside_the_point(endpoint)
    if left_out:
        return left_out
    owner = seen.service.owner if seen.service else ""
    approval = _approval(seen, owner, standard.of(ApprovedOwner).registry)
    if approval and owner != AWS:
        return _expiry(approval, seen)
    if owner == AWS or owner in standard.accounts:
        return Pass()
    if not owner:
        return Unknown(f"AWS does not tell whose {endpoint.service_name} is, and it is not in the registry by its name")
    return _breach(endpoint, owner)


def _approval(seen: Snapshot, owner: str, registry: tuple[Entry, ...]) -> Entry | None:
    """The entry of the service itself, else of its owner; of two alike, the one that stands."""
    for whom in (seen.endpoint.service_name, owner):
        alike = [one for one in registry if one.whom == whom]
        if alike:
            return min(alike, key=lambda one: one.expires is not None if seen.at is None else one.ended(seen.at))
    return None


def _expiry(approval: Entry, seen: Snapshot) -> Judgement:
    if approval.expires is None:
        return Pass()
    if seen.at is None:
        return Unknown(f"the approval of {approval.whom} ends on {approval.expires}, and what day it is is not known")
    if not approval.ended(seen.at):
        return Pass()
    words = f"the approval of {approval.whom} ({approval.purpose}) ended on {approval.expires}"
    evidence = {"approved": approval.whom, "purpose": approval.purpose, "contact": approval.contact}
    advice = f"ask {approval.contact}; renew the entry, or take the endpoint away"
    return Breach("approval-expired", words, evidence, advice=advice)


def _breach(endpoint: Endpoint, owner: str) -> Breach:
    words = f"the endpoint leads to {endpoint.service_name} of {owner}, whom nobody approved"
    advice = (
        f"find out what it is for; then add it to rules.approved-owner.registry: {{ service = "
        f'"{endpoint.service_name}", purpose = "...", contact = "..." }}, or take the endpoint away'
    )
    return Breach("owner-not-approved", words, {"owner": owner, "service": endpoint.service_name}, advice=advice)
