"""Who may connect to an endpoint service, in place of moto's, which tells neither types nor ids of permissions.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html
"""

from collections.abc import Iterable
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.utils import random_id

from local.ec2 import paging
from local.ec2.provided import EVERYBODY, Provided
from local.ec2.provider import ProviderActions

PRINCIPAL_TYPES: Final = {":root": "Account", ":user/": "User", ":role/": "Role", ":ou/": "OrganizationUnit"}
"""By what stands in an ARN."""
FILTERS: Final[dict[str, paging.Read]] = {
    "principal": lambda facts: [facts["Principal"]],
    "principal-type": lambda facts: [facts["PrincipalType"]],
}
"""The filters of the API model."""


def _type(principal: str) -> str:
    """Return the type of an allowed principal, as the API model names it."""
    if principal == EVERYBODY:
        return "All"
    return next((kind for part, kind in PRINCIPAL_TYPES.items() if part in principal), "Service")


class PermissionActions(ProviderActions):
    """Allowed principals."""

    def describe_vpc_endpoint_service_permissions(self) -> ActionResult:
        """DescribeVpcEndpointServicePermissions."""
        one = self._asked()
        return self._listed("AllowedPrincipals", _allowed(one, one.permissions), FILTERS)

    def modify_vpc_endpoint_service_permissions(self) -> ActionResult:
        """ModifyVpcEndpointServicePermissions; whoever is connected stays so, says the guide to endpoint services."""
        one = self._asked()
        added = [name for name in self._get_param("AddAllowedPrincipals", []) if name not in one.permissions]
        one.permissions |= {name: random_id(prefix="vpce-svc-perm") for name in added}
        for name in self._get_param("RemoveAllowedPrincipals", []):
            one.permissions.pop(name, None)
        return ActionResult({"AddedPrincipals": _allowed(one, added), "ReturnValue": True})


def _allowed(one: Provided, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return these principals as `AllowedPrincipal`."""
    return [
        {
            "Principal": name,
            "PrincipalType": _type(name),
            "ServicePermissionId": one.permissions[name],
            "ServiceId": one.id,
        }
        for name in names
        if name in one.permissions
    ]
