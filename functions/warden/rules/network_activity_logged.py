"""The rule `network-activity-logged`: a trail records the calls that an endpoint's policy denies."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from ..checked import NotAllowed, listed
from ..model import Breach, Judgement, Kind, Mode, Need, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..network_events import event_source
from ..policy.services import short_name
from ..recording import Recorded, Trail, recorded
from ..settings import Setting, Settings, telling
from ..standard import Standard
from .rule import beside_the_point, rule

DENIED: Final = "VpceAccessDenied"
UNSURE: Final = (Recorded.PARTLY, Recorded.HIDDEN)


class Source(NamedTuple):
    """The event source of one service, by its short name, in place of what is known of it."""

    service: str
    source: str


def source(value: object) -> Source:
    """Read { service = "bedrock-runtime", source = "bedrock.amazonaws.com" }."""
    if isinstance(value, dict) and set(value) == {"service", "source"}:
        service, name = value["service"], value["source"]
        if isinstance(service, str) and isinstance(name, str) and service and name.endswith(".amazonaws.com"):
            return Source(service, name)
    raise NotAllowed('tables such as { service = "bedrock-runtime", source = "bedrock.amazonaws.com" }')


class NetworkActivity(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "network-activity-logged"
    mode = telling(Mode.OFF)
    sources: Setting[tuple[Source, ...]] = Setting(
        (),
        listed(source),
        'event sources of further services: [{ service = "bedrock-runtime", source = "bedrock.amazonaws.com" }]',
    )


@rule(
    NetworkActivity,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE}),
    not_for={
        Kind.GATEWAY: "AWS does not say that CloudTrail has network activity events of gateway endpoints",
        Kind.GATEWAY_LOAD_BALANCER: "packets pass a Gateway Load Balancer endpoint, and no calls of an API",
        Kind.RESOURCE: "a resource endpoint leads to a resource, and not to an API of AWS",
        Kind.SERVICE_NETWORK: "a service-network endpoint leads to a service network, and not to an API of AWS",
    },
    needs=frozenset({Need.TRAILS}),
)
def network_activity_logged(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints whose denied calls no trail records. Off, unless the standard says otherwise.

    Why: what only the endpoint's policy denies is recorded nowhere else, so neither a policy that cuts off a workload
        nor an outsider's attempt can be seen.
    Fix: none: PutEventSelectors replaces all selectors of a trail, and what it records belongs to others too. The
        finding has the selector to add.
    Risk: none, nothing is changed; CloudTrail bills network activity events. A trail counts if it is switched on and a
        selector takes the service's NetworkActivity events, all of them or those denied, by way of this endpoint. It is
        UNKNOWN where a selector filters by the call, where a trail does not show its selectors, as the organisation's
        may not, and of services that are not known to write such events. Event data stores of CloudTrail Lake are not
        read.
    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
    """
    endpoint = seen.endpoint
    left_out = beside_the_point(endpoint) or _beyond(seen)
    if left_out:
        return left_out
    if endpoint.crosses_regions:
        return Unknown(f"the service is in {endpoint.service_region}: AWS does not say where its events are recorded")
    name = _source(seen, standard.of(NetworkActivity))
    if name is None:
        service = short_name(endpoint.service_name, endpoint.key.region)
        known = f"whether CloudTrail has network activity events of {service} here is not known"
        return Unknown(f"{known}: if it has, name their source in rules.network-activity-logged.sources")
    if seen.trails is None:
        return Need.TRAILS
    return _judged(seen, name, seen.trails)


def _beyond(seen: Snapshot) -> NotApplicable | None:
    """Why no call by way of the endpoint can be denied by its policy and recorded by CloudTrail."""
    service = seen.service
    if seen.endpoint.service_name.startswith("com.amazonaws.vpce.") or (service and service.owner != "amazon"):
        return NotApplicable("CloudTrail records calls of AWS's own services, and this is none of them")
    if service and not service.policy_supported:
        return NotApplicable("the service takes no endpoint policy, so none denies anything")
    return None


def _source(seen: Snapshot, settings: NetworkActivity) -> str | None:
    name, region = seen.endpoint.service_name, seen.endpoint.key.region
    said = {one.service: one.source for one in settings.sources}
    return said.get(short_name(name, region)) or event_source(name, region)


def _judged(seen: Snapshot, name: str, trails: tuple[Trail, ...]) -> Judgement:
    call = {
        "eventCategory": "NetworkActivity",
        "eventSource": name,
        "errorCode": DENIED,
        "vpcEndpointId": seen.endpoint.key.id,
    }
    verdicts = {trail: recorded(call, trail) for trail in trails}
    if Recorded.YES in verdicts.values():
        return Pass()
    unsure = [f"{trail.name} {found.value}" for trail, found in verdicts.items() if found in UNSURE]
    if unsure:
        return Unknown(f"no trail is seen to record denied calls to {name}, but {'; '.join(unsure)}")
    return _breach(seen, name, verdicts)


def _breach(seen: Snapshot, name: str, verdicts: dict[Trail, Recorded]) -> Breach:
    evidence: dict[str, object] = {
        "event_source": name,
        "trails": {trail.name: found.value for trail, found in verdicts.items()},
    }
    off = sorted((one for one, found in verdicts.items() if found is Recorded.OFF), key=lambda one: one.organisation)
    if off:
        words = f"the trail {off[0].name}, which would record denied calls to {name}, is switched off"
        return Breach("trail-off", words, evidence, advice=f"ask why it is off; then {_start(off[0])}{_whose(off[0])}")
    if not verdicts:
        words = (
            f"no trail covers {seen.endpoint.key.region}, so none records the calls that the endpoint's policy denies"
        )
        return Breach("no-trail", words, evidence, advice=f"make a trail; then {_advice(seen, name, None)}")
    words = f"no trail records the calls to {name} that the endpoint's policy denies"
    ours = min(verdicts, key=lambda one: (not one.logging, one.organisation, one.selectors is None))
    return Breach("not-recorded", words, evidence, advice=_advice(seen, name, ours))


def _advice(seen: Snapshot, name: str, trail: Trail | None) -> str:
    """The selector, and how to add it without losing the others; it has no space, at which a letter could break it."""
    fields = {"eventCategory": "NetworkActivity", "eventSource": name, "errorCode": DENIED}
    selector = {
        "Name": f"denied-calls-to-{name}",
        "FieldSelectors": [{"Field": key, "Equals": [value]} for key, value in fields.items()],
    }
    added = json.dumps(selector, separators=(",", ":"))
    region, named = (trail.home, trail.name) if trail else (seen.endpoint.key.region, "TRAIL")
    where = f"--region {region} --trail-name {named}"
    start = f"; then switch the trail on: {_start(trail)}" if trail and trail.logging is False else ""
    return (
        "save the advanced event selectors of the trail (`aws cloudtrail get-event-selectors "
        f"{where} --query AdvancedEventSelectors --output json > selectors.json`; null means that it has none: write "
        f"[] then), add `{added}` to that list, and write them all back (`aws cloudtrail put-event-selectors {where} "
        "--advanced-event-selectors file://selectors.json`): it replaces whatever the trail has, and basic event "
        f"selectors are lost unless they are written as advanced ones{start}{_whose(trail)}"
    )


def _start(trail: Trail) -> str:
    return f"`aws cloudtrail start-logging --region {trail.home} --name {trail.name}`"


def _whose(trail: Trail | None) -> str:
    return "; the trail is the organisation's, so only its own account can" if trail and trail.organisation else ""
