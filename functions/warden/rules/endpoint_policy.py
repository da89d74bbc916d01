"""The rule `endpoint-policy`: an endpoint's policy is not the full-access default, nor an outage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..actions import ReplacePolicy
from ..model import (
    DEAD_STATES,
    Breach,
    Endpoint,
    Judgement,
    Kind,
    NotApplicable,
    Pass,
    Service,
    Severity,
    Snapshot,
    Unknown,
)
from ..policy.baseline import document_for
from ..policy.document import MAX_CHARACTERS, Malformed, parse
from ..policy.services import NO_RESOURCE_KEYS, short_name
from ..standard import Standard
from .rule import rule

NOT_FOR: Final[Mapping[Kind, str]] = {
    Kind.GATEWAY_LOAD_BALANCER: "Gateway Load Balancer endpoints take no endpoint policy",
    Kind.RESOURCE: "policies of resource endpoints are not judged yet",
    Kind.SERVICE_NETWORK: "policies of service-network endpoints are not judged yet",
}


@rule(
    "endpoint-policy",
    severity=Severity.HIGH,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY}),
    not_for=NOT_FOR,
)
def endpoint_policy(seen: Snapshot, standard: Standard) -> Judgement:
    """Replace the default policy, which lets anybody do anything to anybody's resources through the endpoint.

    Why: with full access, stolen data can leave to an attacker's own bucket by the private road that you built.
    Fix: only where the present policy is full access, in any of its spellings: the standard's baseline for the
        service (identities of the organisation to resources of the organisation, AWS's own service calls, and what
        the service needs beyond). A service without a reviewed baseline gets no fix.
    Risk: calls to buckets, images or accounts outside the organisation are denied from then on, some minutes after
        the change. So it needs `accept_unproved = true` for the service besides the mode `enforce`.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    unjudged = _no_policy_of_its_own(seen.endpoint, seen.service)
    if unjudged:
        return unjudged
    if seen.endpoint.policy is None:
        return Unknown("EC2 returned no policy for the endpoint")
    return _judge_document(seen, seen.endpoint.policy, standard)


def _no_policy_of_its_own(endpoint: Endpoint, service: Service | None) -> NotApplicable | Unknown | None:
    """Why the endpoint has no policy that could be judged; None where it has one."""
    if endpoint.state in DEAD_STATES:
        return NotApplicable(f"the endpoint is {endpoint.state} and serves nobody")
    if endpoint.service_name.startswith("com.amazonaws.vpce."):
        return NotApplicable("endpoint services of other accounts take no endpoint policy")
    if service is None:
        return Unknown("AWS does not tell whether the service takes an endpoint policy")
    if service.owner != "amazon":
        return NotApplicable(f"the service belongs to {service.owner}: such services take no endpoint policy")
    if not service.policy_supported:
        return NotApplicable("the service takes no endpoint policy: restrict it by security groups")
    return None


def _judge_document(seen: Snapshot, text: str, standard: Standard) -> Judgement:
    try:
        document = parse(text)
    except Malformed as error:
        return Unknown(f"the policy cannot be read: {error}")
    if document.denies_everything:
        return Breach(
            "denies-everything",
            "the policy denies everything: every call through the endpoint fails",
            advice="allow what the VPC's clients need, or take the endpoint away",
            severity=Severity.CRITICAL,
        )
    if not document.is_full_access:
        return Pass()
    return _full_access(seen, text, standard)


def _full_access(seen: Snapshot, text: str, standard: Standard) -> Breach:
    endpoint = seen.endpoint
    name = short_name(endpoint.service_name, endpoint.key.region)
    message = f"the policy lets anybody do anything to anybody's resources in {name}"
    baseline = standard.baselines.get(name)
    if name in NO_RESOURCE_KEYS:
        advice = f"{NO_RESOURCE_KEYS[name]} requests carry no aws:ResourceOrgID, so restrict who calls, not whose it is"
        return Breach("full-access", message, advice=advice)
    if baseline is None:
        advice = f"no baseline was reviewed for {name}: write one as [baseline.{name}] in standard.toml"
        return Breach("full-access", message, advice=advice)
    document = document_for(endpoint, baseline, standard)
    if document is None:
        return Breach("full-access", message, advice="name your organisation or your accounts in standard.toml")
    if len(document) > MAX_CHARACTERS:
        advice = f"the baseline for {name} has {len(document)} characters; EC2 takes {MAX_CHARACTERS}: shorten it"
        return Breach("full-access", message, advice=advice)
    return Breach("full-access", message, fix=ReplacePolicy(document, text))
