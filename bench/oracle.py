"""What each rule must say of each endpoint of the made-up account, by its making; nothing of the product is used.

No time counts before the product's verdicts are the same as these.
"""

from __future__ import annotations

from dataclasses import dataclass

from .estate import REGION, Endpoint, Estate
from .services import DENY_ONLY, FULL_ACCESS

ENOUGH_ZONES = 2
ROOM = 8
NO_RESOURCE_KEYS = {"ebs", "events"}
NOT_READY = {"pending"}
PERIMETERS = ("identity-perimeter", "resource-perimeter")
"""They leave full access to endpoint-policy; every other policy of the account is closed."""
UNASKED = ("required-tags", "approved-service")
"""Rules that are on, and of which the account's standard demands nothing."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The verdict of one rule, and the kind of breach; `fixable` where a fix is known."""

    verdict: str
    code: str = ""
    fixable: bool = False

    @property
    def news(self) -> bool:
        """Whether people are told of it."""
        return self.verdict in {"BREACH", "UNKNOWN", "UNSUPPORTED"} and self.code != "not-ready"


STATES = {
    "available": Expected("PASS"),
    "pending": Expected("BREACH", "pending"),
    "rejected": Expected("BREACH", "rejected"),
}
"""What `stuck` says by the state: every endpoint of the account is older than the hours that one may be pending."""


def expected(estate: Estate, endpoint: Endpoint, baselines: frozenset[str]) -> dict[str, Expected]:
    """The verdicts by rule; `baselines` are the services for which the standard has one."""
    if endpoint.type_name == "Tunnel":
        return {"endpoint-type": Expected("UNSUPPORTED", "unsupported-type")}
    if endpoint.state in NOT_READY:
        rules = ("multi-az", "endpoint-policy", *PERIMETERS, "policy-lint", *UNASKED)
        return {rule: Expected("UNKNOWN", "not-ready") for rule in rules} | {"stuck": STATES[endpoint.state]}
    policy, full = _policy(estate, endpoint, baselines), endpoint.policy in FULL_ACCESS
    dead = policy.code == "denies-everything" and endpoint.policy != DENY_ONLY
    none = policy.verdict == "NOT_APPLICABLE"
    return {
        "multi-az": _zones(estate, endpoint),
        "endpoint-policy": policy,
        **{rule: Expected("NOT_APPLICABLE" if none or full else "PASS") for rule in PERIMETERS},
        "policy-lint": Expected("BREACH", "mistakes") if dead else Expected("NOT_APPLICABLE" if none else "PASS"),
        **{rule: Expected("NOT_APPLICABLE") for rule in UNASKED},
        "stuck": STATES[endpoint.state],
    }


def news(estate: Estate, baselines: frozenset[str]) -> set[str]:
    """The endpoints of which a first sweep finds something to tell."""
    return {
        endpoint.id
        for endpoint in estate.endpoints.values()
        if any(verdict.news for verdict in expected(estate, endpoint, baselines).values())
    }


def _zones(estate: Estate, endpoint: Endpoint) -> Expected:
    if endpoint.type_name != "Interface" or endpoint.state == "rejected":
        return Expected("NOT_APPLICABLE")
    if len(endpoint.subnet_ids) >= ENOUGH_ZONES:
        return Expected("PASS")
    subnets = estate.subnets[endpoint.vpc_id]
    used = {subnet.zone for subnet in subnets if subnet.id in endpoint.subnet_ids}
    left = set(estate.services[endpoint.service_name].zones) - used
    others = [subnet for subnet in subnets if subnet.zone in left]
    if not left:
        return Expected("BREACH", "service-has-no-other-zone")
    if not others:
        return Expected("BREACH", "vpc-has-no-subnet-there")
    if all(subnet.free_addresses < ROOM for subnet in others):
        return Expected("BREACH", "subnets-full")
    return Expected("BREACH", "too-few-zones", fixable=True)


def _policy(estate: Estate, endpoint: Endpoint, baselines: frozenset[str]) -> Expected:
    if endpoint.type_name == "GatewayLoadBalancer" or endpoint.state == "rejected":
        return Expected("NOT_APPLICABLE")
    if not estate.services[endpoint.service_name].takes_policy:
        return Expected("NOT_APPLICABLE")
    if endpoint.policy == DENY_ONLY:
        return Expected("BREACH", "denies-everything")
    name = endpoint.service_name.removeprefix(f"com.amazonaws.{REGION}.")
    if endpoint.policy not in FULL_ACCESS:
        demanded = name in NO_RESOURCE_KEYS and "aws:ResourceOrgID" in (endpoint.policy or "")
        return Expected("BREACH", "denies-everything") if demanded else Expected("PASS")
    return Expected("BREACH", "full-access", fixable=name in baselines and name not in NO_RESOURCE_KEYS)
