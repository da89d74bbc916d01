"""The rule `service-dns`: the private DNS name of an endpoint service of ours is verified."""

from __future__ import annotations

from typing import Final

from ..ec2_commands import ec2
from ..model import Breach, NotApplicable, Pass, Severity, Unknown
from ..own_services import command, serves_nobody
from ..settings import Settings
from ..standard import Standard
from ..subjects import PrivateDns, ServiceSeen
from .rule import Answer, subject_rule

PENDING: Final = "pendingverification"
CODES: Final = {PENDING: "name-not-verified", "failed": "verification-failed"}


class ServiceDns(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-dns"


@subject_rule(ServiceDns, severity=Severity.MEDIUM)
def service_dns(seen: ServiceSeen, _: Standard) -> Answer:
    """Tell of endpoint services of ours whose private DNS name is not verified.

    Why: consumers can use the name only once it is proved that the domain is ours, and a proof can be lost again: the
        record must stay.
    Fix: none: the record stands in the domain's public zone, which is kept elsewhere. The finding has name and value.
    Risk: none, nothing is changed. Services without a private DNS name are left out. Every name is pending at first,
        and EC2 does not tell since when: so people are told of one that is only after half an hour of looking again,
        or beside other news of the service; a proof that failed is told at once.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    if seen.private_dns is None:
        return NotApplicable("the service has no private DNS name")
    state = seen.private_dns.state.lower()
    if state == "verified":
        return Pass()
    if state not in CODES:
        said = repr(seen.private_dns.state) if state else "nothing"
        return Unknown(f"of whether {seen.private_dns.name} is verified AWS says {said}")
    return _breach(seen, seen.private_dns, CODES[state])


def being_verified(seen: ServiceSeen) -> bool:
    """Whether the name may yet be verified without anybody's doing, as it is some minutes after it was given."""
    return seen.private_dns is not None and seen.private_dns.state.lower() == PENDING


def _breach(seen: ServiceSeen, dns: PrivateDns, code: str) -> Breach:
    said = "is not verified yet" if code == "name-not-verified" else "could not be verified"
    words = f"the private DNS name {dns.name} {said}: consumers cannot use it"
    evidence = {"name": dns.name, "state": dns.state, "record": _record(dns)}
    again = command(seen, "start-vpc-endpoint-service-private-dns-verification")
    return Breach(code, words, evidence, advice=f"{_to_set(seen, dns)}; then {again}", parts=(dns.name,))


def _record(dns: PrivateDns) -> dict[str, str]:
    name = f"{dns.record_name}.{dns.name.removeprefix('*.')}" if dns.record_name else ""
    return {"type": dns.record_type, "name": name, "value": dns.record_value}


def _to_set(seen: ServiceSeen, dns: PrivateDns) -> str:
    record = _record(dns)
    if not (record["name"] and record["value"]):
        told = ec2("describe-vpc-endpoint-service-configurations", seen.key.region, "--service-ids", seen.key.id)
        return f"AWS tells no record to set yet: see `{told}`"
    kind = record["type"] or "TXT"
    return (
        f'set the {kind} record {record["name"]} to "{record["value"]}" in the public zone of the domain (or '
        f"{dns.record_name} in a domain above it)"
    )
