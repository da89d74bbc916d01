"""The rule `service-acceptance`: nobody connects to an endpoint service of ours unasked."""

from __future__ import annotations

from ..checked import boolean
from ..consumers import Sort, read
from ..ec2_commands import ec2
from ..model import Breach, Pass, Severity
from ..own_services import command, serves_nobody
from ..settings import Setting, Settings
from ..standard import Standard
from ..subjects import ServicePart, ServiceSeen
from .rule import Answer, subject_rule


class ServiceAcceptance(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-acceptance"
    always: Setting[bool] = Setting(
        False,  # noqa: FBT003  a setting's default
        boolean,
        "whether requests must be accepted even where all who may connect are named",
    )


@subject_rule(ServiceAcceptance, severity=Severity.CRITICAL, needs=frozenset({ServicePart.PRINCIPALS}))
def service_acceptance(seen: ServiceSeen, standard: Standard) -> Answer:
    """Tell of endpoint services of ours to which anybody can connect.

    Why: where every principal is allowed and requests need no acceptance, the load balancer behind the service is
        public, even without a public address: anybody with an AWS account reaches it. That is critical.
    Fix: none: who consumes the service, only its owner knows. The finding has the commands.
    Risk: none, nothing is changed. Where every principal is allowed and requests are accepted one by one, the breach is
        of medium severity; where all who may connect are named, acceptance is not demanded, unless `always` is true:
        that breach is for information. Services of others are never judged.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    everybody = any(one.type == "All" or read(one.name).sort is Sort.EVERYBODY for one in seen.principals)
    if everybody:
        return _open(seen)
    if seen.acceptance_required or not (seen.principals and standard.of(ServiceAcceptance).always):
        return Pass()
    words = "whoever is allowed is connected to the service unasked, and the standard demands acceptance"
    return Breach("no-acceptance", words, _evidence(seen), advice=_accept(seen), severity=Severity.INFO)


def _open(seen: ServiceSeen) -> Breach:
    named = command(seen, "modify-vpc-endpoint-service-permissions", "--add-allowed-principals", "PRINCIPAL_ARN")
    closed = command(seen, "modify-vpc-endpoint-service-permissions", "--remove-allowed-principals", "*")
    narrow = f"name those who may connect, {named}, then take everybody away, {closed}"
    if seen.acceptance_required:
        words = "anybody with an AWS account may ask to connect to the service: only acceptance keeps them from it"
        return Breach(
            "everybody-may-ask", words, _evidence(seen), advice=f"{narrow}; {_there(seen)}", severity=Severity.MEDIUM
        )
    words = "anybody with an AWS account can connect to the service unasked: the load balancer behind it is public"
    return Breach(
        "open-to-everybody", words, _evidence(seen), advice=f"at once, {_accept(seen)}; then {narrow}; {_there(seen)}"
    )


def _accept(seen: ServiceSeen) -> str:
    return command(seen, "modify-vpc-endpoint-service-configuration", "--acceptance-required")


def _there(seen: ServiceSeen) -> str:
    """What none of this ends."""
    filters = ("--filters", f"Name=service-id,Values={seen.key.id}")
    listing = ec2("describe-vpc-endpoint-connections", seen.key.region, *filters)
    return f"whoever is connected already stays so: `{listing}` lists them"


def _evidence(seen: ServiceSeen) -> dict[str, object]:
    return {"acceptance_required": seen.acceptance_required, "principals": [one.name for one in seen.principals]}
