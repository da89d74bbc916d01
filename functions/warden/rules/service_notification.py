"""The rule `service-notification`: somebody hears of what happens to the connections of an endpoint service of ours."""

from __future__ import annotations

from typing import Final

from ..checked import listed, one_of
from ..model import Breach, Mode, NotApplicable, Pass, Severity
from ..own_services import GATEWAY_LOAD_BALANCER, command, serves_nobody
from ..settings import Setting, Settings, telling
from ..standard import Standard
from ..subjects import ServicePart, ServiceSeen
from .rule import Answer, subject_rule

EVENTS: Final = ("Accept", "Connect", "Delete", "Reject")


class ServiceNotification(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-notification"
    mode = telling(Mode.OFF)
    events: Setting[tuple[str, ...]] = Setting(
        EVENTS, listed(one_of({event: event for event in EVENTS})), "of which somebody must hear"
    )


@subject_rule(ServiceNotification, severity=Severity.LOW, needs=frozenset({ServicePart.NOTIFICATIONS}))
def service_notification(seen: ServiceSeen, standard: Standard) -> Answer:
    """Tell of endpoint services of ours whose events nobody hears. Off, unless the standard says otherwise.

    Why: a consumer who asks to connect waits until somebody hears of it; and one who left, or came, is seen by nobody.
    Fix: none: whom to tell, only the service's owner knows. The finding has the command.
    Risk: none, nothing is changed. All notifications of the service that are enabled count together. Services behind
        Gateway Load Balancers are left out: AWS has notifications for interface endpoints only.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointConnectionNotification.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    if seen.type_name == GATEWAY_LOAD_BALANCER:
        return NotApplicable("AWS has connection notifications for interface endpoints only")
    heard = frozenset[str]().union(*(one.events for one in seen.notifications if one.enabled))
    missing = [event for event in standard.of(ServiceNotification).events if event not in heard]
    return _breach(seen, missing) if missing else Pass()


def _breach(seen: ServiceSeen, missing: list[str]) -> Breach:
    disabled = [one.id for one in seen.notifications if not one.enabled]
    code, words = "events-not-heard", f"nobody hears of these events of the service: {', '.join(missing)}"
    if not seen.notifications:
        code, words = "no-notification", "nobody hears who connects to the service: it has no connection notification"
    elif len(disabled) == len(seen.notifications):
        code, words = (
            "notification-disabled",
            f"every connection notification of the service is disabled: {', '.join(disabled)}",
        )
    evidence = {
        "missing": missing,
        "notifications": {one.id: {"events": sorted(one.events), "enabled": one.enabled} for one in seen.notifications},
    }
    options = ("--connection-notification-arn", "TOPIC_ARN", "--connection-events", *missing)
    made = command(seen, "create-vpc-endpoint-connection-notification", *options)
    first = f"see why {', '.join(disabled)} is disabled (its topic, and the topic's policy); " if disabled else ""
    return Breach(code, words, evidence, advice=f"{first}tell an SNS topic of them: {made}", parts=tuple(missing))
