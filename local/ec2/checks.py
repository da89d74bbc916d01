"""What EC2 refuses about endpoints, and with which error code.

Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from moto.ec2.exceptions import EC2ClientError, InvalidSecurityGroupNotFoundError, InvalidVpcEndPointIdError

from local.ec2.cloudtrail import MODEL
from local.ec2.endpoint import WITH_GROUPS, WITH_POLICY, Endpoint

POLICY_LIMIT: Final = 20480
"""Characters of an endpoint policy.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""
TYPES: Final[tuple[str, ...]] = tuple(MODEL.shape_for("VpcEndpointType").metadata["enum"])
ENDPOINT_ID: Final = re.compile(r"vpce-([0-9a-f]{8}|[0-9a-f]{17})")


def refuse(code: str, message: str) -> EC2ClientError:
    """Return EC2's error with this code."""
    return EC2ClientError(code, message)


def unsuccessful(resource_id: str, code: str, message: str) -> dict[str, Any]:
    """Return what a call says of one of several that it did not do."""
    return {"ResourceId": resource_id, "Error": {"Code": code, "Message": message}}


def policy(document: str) -> str:
    """Return the policy, or raise InvalidPolicyDocument for what is no policy in valid JSON."""
    try:
        parsed = json.loads(document)
    except ValueError as error:
        raise refuse("InvalidPolicyDocument", f"The policy document is not valid JSON: {error}") from error
    statements = parsed.get("Statement") if isinstance(parsed, dict) else None
    if not isinstance(statements, dict | list) or not statements:
        raise refuse("InvalidPolicyDocument", "The policy document has no Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or not {"Effect", "Principal"} <= set(statement):
            raise refuse("InvalidPolicyDocument", "Each statement needs an Effect and a Principal")
    if len(document) > POLICY_LIMIT:
        raise refuse("InvalidPolicyDocument", f"The policy document is longer than {POLICY_LIMIT} characters")
    return document


def type_is_known(kind: str) -> None:
    """Refuse a type that the API model has not; a test stages one on an endpoint that is there."""
    if kind not in TYPES:
        allowed = ", ".join(TYPES)
        message = f"Value ({kind}) for parameter VpcEndpointType is invalid. Valid values: {allowed}"
        raise refuse("InvalidParameterValue", message)


def known_ids(cloud: Any, ids: Iterable[str]) -> None:  # noqa: ANN401 -- moto's backend
    """Refuse a malformed or unknown endpoint id."""
    for endpoint_id in ids:
        if not ENDPOINT_ID.fullmatch(endpoint_id):
            raise refuse("InvalidVpcEndpointId.Malformed", f"Invalid Id: '{endpoint_id}'")
        if endpoint_id not in cloud.vpc_end_points:
            raise InvalidVpcEndPointIdError(endpoint_id)


def groups(cloud: Any, ids: Iterable[str]) -> None:  # noqa: ANN401 -- moto's backend
    """Refuse an unknown security group."""
    for group_id in ids:
        if cloud.get_security_group_from_id(group_id) is None:
            raise InvalidSecurityGroupNotFoundError(group_id)


def subnets(endpoint: Endpoint, kept: Sequence[str], added: Sequence[str], zone_ids: Sequence[str]) -> None:
    """Refuse to add a subnet that is unknown, of another VPC, in a zone that the service lacks or is taken, or full."""
    cloud = endpoint.ec2_backend
    taken = {cloud.get_subnet(subnet_id).availability_zone_id for subnet_id in kept}
    for subnet_id in added:
        subnet = cloud.get_subnet(subnet_id)  # raises InvalidSubnetID.NotFound
        zone = subnet.availability_zone_id
        if subnet.vpc_id != endpoint.vpc_id:
            raise refuse("InvalidParameter", f"Subnet {subnet_id} does not belong to {endpoint.vpc_id}")
        if zone_ids and zone not in zone_ids:
            why = (
                f"The VPC endpoint service {endpoint.service_name} does not support the availability zone of the subnet"
            )
            raise refuse("InvalidParameter", f"{why}: {subnet_id}")
        if zone in taken:
            why = "Found another VPC endpoint subnet in the availability zone of"
            raise refuse("DuplicateSubnetsInSameZone", f"{why} {subnet_id}")
        if subnet.available_ip_address_count < 1:
            raise refuse("InsufficientFreeAddressesInSubnet", f"{subnet_id} has no free private IP address")
        taken.add(zone)


def fits_type(endpoint: Endpoint, given: dict[str, Any]) -> None:
    """Refuse parameters that the API model documents for other types of endpoint only."""
    kind = endpoint.vpc_endpoint_type
    wrong = [name for name, types in _TYPES.items() if given.get(name) not in (None, [], False) and kind not in types]
    if wrong:
        raise refuse("InvalidParameter", f"{wrong[0]} does not apply to endpoints of type {kind}")


_INTERFACE: Final = frozenset({"Interface"})
_TYPES: Final = {
    "ResetPolicy": frozenset({"Gateway"}),
    "PolicyDocument": frozenset(WITH_POLICY),
    "RouteTableIds": frozenset({"Gateway"}),
    "AddRouteTableIds": frozenset({"Gateway"}),
    "RemoveRouteTableIds": frozenset({"Gateway"}),
    "AddSubnetIds": WITH_GROUPS | {"GatewayLoadBalancer"},
    "RemoveSubnetIds": WITH_GROUPS,
    "SecurityGroupIds": WITH_GROUPS,
    "AddSecurityGroupIds": WITH_GROUPS,
    "RemoveSecurityGroupIds": WITH_GROUPS,
    "PrivateDnsEnabled": _INTERFACE,
}
"""Botocore's model, CreateVpcEndpointRequest and ModifyVpcEndpointRequest: "(Gateway endpoint)" and so on."""
