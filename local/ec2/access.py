"""IAM for EC2: a call is authorised once for each resource that it names, with that resource's tags.

ModifyVpcEndpoint: the endpoint and every subnet, security group and route table named. Calls of the provider's side:
the endpoint service. Of connection notifications: what they are of.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from typing import Any, Final

from ministack.core import iam_evaluator as iam
from moto.ec2.models import ec2_backends

from local.ec2 import notifications
from local.ec2.call import Call

RESOURCE_TYPES: Final = {
    "vpce": "vpc-endpoint",
    "vpce-svc": "vpc-endpoint-service",
    "vpc": "vpc",
    "subnet": "subnet",
    "sg": "security-group",
    "rtb": "route-table",
    "eni": "network-interface",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "pl": "prefix-list",
    "pcx": "vpc-peering-connection",
}
"""Resource type in an ARN, by the prefix of the id."""
MADE: Final = {
    "CreateVpcEndpoint": "vpc-endpoint",
    "CreateVpcEndpointServiceConfiguration": "vpc-endpoint-service",
}
"""What a call makes, which it is authorised for too."""
OF_SERVICE: Final = frozenset({
    "AcceptVpcEndpointConnections",
    "RejectVpcEndpointConnections",
    "DescribeVpcEndpointServicePermissions",
})  # fmt: skip
"""These are authorised for the service that they name alone: the last, though it only reads."""


class Refused(Exception):
    """The caller is unknown, or may not do this; `code`, `status` and the message are EC2's."""

    def __init__(self, code: str, message: str, status: int) -> None:
        """Keep what EC2 answers."""
        super().__init__(message)
        self.code = code
        self.status = status


def _resources(call: Call) -> list[tuple[str, dict[str, str]]]:
    """Return ARN and tags of each resource to authorise; `*` where the action takes none or names none."""
    if call.read_only and call.action not in OF_SERVICE:
        return [("*", {})]
    tags = ec2_backends[call.account][call.region].tags
    start = f"arn:aws:ec2:{call.region}:{call.account}:"
    named = [(f"{start}{RESOURCE_TYPES[name.rpartition('-')[0]]}/{name}", tags.get(name, {})) for name in _names(call)]
    if call.action in MADE:
        named.append((f"{start}{MADE[call.action]}/*", {}))
    return named or [("*", {})]


def _names(call: Call) -> tuple[str, ...]:
    """Return the ids of what is authorised: not a consumer's endpoint, which is of another account."""
    if call.action in OF_SERVICE:
        return tuple(name for name in call.named() if name.startswith("vpce-svc-"))
    if "ConnectionNotification" in call.action:
        known = notifications.of(ec2_backends[call.account][call.region])
        of = [name for value in call.form.values() if value in known for name in known[value].of.values()]
        return (*call.named(), *of)
    return call.named()


def _context(call: Call, tags: dict[str, str]) -> dict[str, Any]:
    """Return the condition keys of one resource, in lower case."""
    asked = call.request_tags()
    keys: dict[str, Any] = {
        f"{prefix}:resourcetag/{key}".lower(): value for key, value in tags.items() for prefix in ("aws", "ec2")
    }
    keys |= {f"aws:requesttag/{key}".lower(): value for key, value in asked.items()}
    return {"aws:tagkeys": list(asked) or None, "ec2:region": call.region, **keys}


def authorise(call: Call) -> None:
    """Return if the caller is who it says and may do this to every resource named; otherwise raise Refused."""
    checked = iam.authenticate(call.access_key, call.account)
    if isinstance(checked, iam.AuthError):
        raise Refused("AuthFailure", checked.message, 401)
    principal = iam.resolve_principal(call.access_key, call.account, checked)
    if isinstance(principal, iam.AuthError):
        raise Refused("AuthFailure", principal.message, 401)
    if principal.policies is None:
        return  # the root of the account
    for arn, tags in _resources(call):
        asked = iam.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=f"ec2:{call.action}",
            resource_arn=arn,
            region=call.region,
            service_context=_context(call, tags),
            principal_keys=principal.keys,
        )
        result = iam.evaluate(asked, principal.policies, *principal.limits)
        if result.decision != "Allow":
            raise Refused("UnauthorizedOperation", _why(call, principal.arn, arn, result.decision), 403)


def _why(call: Call, principal: str, arn: str, decision: str) -> str:
    """Return the message, worded as AWS words it."""
    why = "with an explicit deny in" if decision == "Deny" else "because"
    rest = (
        "an identity-based policy"
        if decision == "Deny"
        else f"no identity-based policy allows the ec2:{call.action} action"
    )
    who = f"User: {principal} is not authorized to perform: ec2:{call.action} on resource: {arn}"
    return f"You are not authorized to perform this operation. {who} {why} {rest}"
