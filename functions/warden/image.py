"""What of an endpoint, or of a service's consumers, a write can change, as it goes to the journal; pure."""

from __future__ import annotations

from .actions import AcceptConnections, Action, AddSubnets, ReplacePolicy
from .model import Endpoint, Json
from .policy.same import same_policy
from .subjects import ServiceSeen


def image(endpoint: Endpoint) -> Json:
    """The endpoint before or after a write: all that an undo would need."""
    return {
        "subnet_ids": sorted(endpoint.subnet_ids),
        "security_group_ids": sorted(endpoint.security_group_ids),
        "route_table_ids": sorted(endpoint.route_table_ids),
        "private_dns": endpoint.private_dns,
        "policy": endpoint.policy,
    }


def expected(before: Json, request: Json) -> Json:
    """The image after this ModifyVpcEndpoint, should all of it be done."""
    subnets = set(_strings(before.get("subnet_ids"))) | set(_strings(request.get("AddSubnetIds")))
    return {
        **before,
        "subnet_ids": sorted(subnets - set(_strings(request.get("RemoveSubnetIds")))),
        "policy": request.get("PolicyDocument", before.get("policy")),
    }


def requested(before: Json, request: Json) -> tuple[Action, ...]:
    """The actions that a call of ours asked for, read back from the journal."""
    accepted = _strings(request.get("VpcEndpointIds"))
    if accepted:
        return (AcceptConnections(str(request.get("ServiceId")), tuple(accepted)),)
    added, policy = _strings(request.get("AddSubnetIds")), request.get("PolicyDocument")
    subnets: tuple[Action, ...] = (AddSubnets(tuple(added), ()),) if added else ()
    return (*subnets, ReplacePolicy(str(policy), str(before.get("policy")))) if policy else subnets


def carries(endpoint: Endpoint, request: Json) -> bool:
    """Whether all that this ModifyVpcEndpoint asked for is there; policies are compared by content, not by text."""
    policy = request.get("PolicyDocument")
    return (
        set(_strings(request.get("AddSubnetIds"))) <= set(endpoint.subnet_ids)
        and not set(_strings(request.get("RemoveSubnetIds"))) & set(endpoint.subnet_ids)
        and (policy is None or same_policy(str(policy), endpoint.policy or "null"))
    )


def consumers_image(seen: ServiceSeen, request: Json, state: str = "") -> Json:
    """Those whom this AcceptVpcEndpointConnections names: the state of each, or this one for all, and its account."""
    named = _strings(request.get("VpcEndpointIds"))
    return {
        one.endpoint_id: f"{state or one.state} (account {one.owner})"
        for one in seen.connections
        if one.endpoint_id in named
    }


def let_in(seen: ServiceSeen, request: Json) -> Json | None:
    """As much of this AcceptVpcEndpointConnections as is there; None where nothing is."""
    inside = {one.endpoint_id for one in seen.connections if one.let_in}
    there = [one for one in _strings(request.get("VpcEndpointIds")) if one in inside]
    return {**request, "VpcEndpointIds": there} if there else None


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
