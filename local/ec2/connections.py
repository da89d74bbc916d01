"""The endpoints that are connected to the services of an account, or ask to be; and what its owner decides of them.

pendingAcceptance, once accepted pending, then available; or rejected.
Source: https://github.com/hashicorp/terraform-provider-aws/issues/14604
"""

from typing import Any, Final

from moto.core.responses import ActionResult

from local.ec2 import checks, paging
from local.ec2.endpoint import AWAITED, REJECTED, Endpoint, connected
from local.ec2.provided import BALANCERS
from local.ec2.provider import ProviderActions

CROSS_REGION: Final = "cross-region"
""""the Region of the endpoint or cross-region to find endpoints for other Regions" (botocore's model)."""
FILTERS: Final[dict[str, paging.Read]] = {
    "ip-address-type": lambda facts: [facts["IpAddressType"]],
    "service-id": lambda facts: [facts["ServiceId"]],
    "vpc-endpoint-owner": lambda facts: [facts["VpcEndpointOwner"]],
    "vpc-endpoint-state": lambda facts: [facts["VpcEndpointState"]],
    "vpc-endpoint-id": lambda facts: [facts["VpcEndpointId"]],
}


def facts_of(endpoint: Endpoint) -> dict[str, Any]:
    """Return the members of `VpcEndpointConnection`."""
    facts, service = endpoint.facts(), endpoint.provided
    if service is None:
        return {}
    return {
        "ServiceId": service.id,
        "VpcEndpointId": endpoint.id,
        "VpcEndpointOwner": facts["OwnerId"],
        "VpcEndpointState": facts["State"],
        "CreationTimestamp": facts["CreationTimestamp"],
        "DnsEntries": facts["DnsEntries"],
        BALANCERS[service.kind]: list(service.balancer_arns),
        "IpAddressType": facts["IpAddressType"],
        "VpcEndpointConnectionId": endpoint.connection_id,
        "VpcEndpointRegion": endpoint.ec2_backend.region_name,
        "Tags": [],
    }


class ConnectionActions(ProviderActions):
    """Connections, and what is decided of them."""

    def _connected(self) -> dict[str, Endpoint]:
        return {endpoint.id: endpoint for endpoint in connected(*self._where())}

    def describe_vpc_endpoint_connections(self) -> ActionResult:
        """DescribeVpcEndpointConnections: at all services of the account."""
        return self._listed(
            "VpcEndpointConnections",
            [facts_of(endpoint) for endpoint in self._connected().values()],
            {**FILTERS, "vpc-endpoint-region": self._region},
        )

    def _region(self, facts: dict[str, Any]) -> list[str]:
        region = facts["VpcEndpointRegion"]
        return [region] if region == self.region else [region, CROSS_REGION]

    def accept_vpc_endpoint_connections(self) -> ActionResult:
        """AcceptVpcEndpointConnections: those that wait; whoever else is named is in `Unsuccessful`."""
        return self._decided({AWAITED}, "")

    def reject_vpc_endpoint_connections(self) -> ActionResult:
        """RejectVpcEndpointConnections: those that wait, and those that were let in, which are cut off."""
        return self._decided({AWAITED, ""}, REJECTED)

    def _decided(self, before: set[str], after: str) -> ActionResult:
        """Let those in, or keep them out, whom the decision fits.

        The API names no code for the others: these are of EC2's list, for what does not exist and for a wrong state.
        """
        service = self._asked()
        known, unsuccessful = self._connected(), []
        for endpoint_id in self._get_param("VpcEndpointIds", []):
            endpoint = known.get(endpoint_id)
            if endpoint is None or endpoint.provided is not service:
                why = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                unsuccessful.append(checks.unsuccessful(endpoint_id, "InvalidVpcEndpointId.NotFound", why))
            elif endpoint.withheld not in before:
                why = f"The endpoint {endpoint_id} is {endpoint.state}"
                unsuccessful.append(checks.unsuccessful(endpoint_id, "InvalidState", why))
            else:
                endpoint.withheld, endpoint.ready_at = after, self.staging.ready_at()
        return ActionResult({"Unsuccessful": unsuccessful})
