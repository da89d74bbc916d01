"""One VPC endpoint of the local cloud, and those at the services of an account."""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import random_id

from local.ec2.provided import Provided, backends

GATEWAY_DEFAULT: Final = json.dumps({
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
})  # fmt: skip
INTERFACE_DEFAULT: Final = json.dumps(
    {"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}, indent=2
)
"""AWS spells the full-access default in two ways: with Version 2008-10-17, and with no Version.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""
WITH_POLICY: Final = {"Gateway": GATEWAY_DEFAULT, "Interface": INTERFACE_DEFAULT}
""""(Interface and gateway endpoints) A policy to attach to the endpoint" (botocore's model)."""
WITH_INTERFACES: Final = frozenset({"Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel"})
WITH_GROUPS: Final = WITH_INTERFACES - {"GatewayLoadBalancer"}
AWAITED: Final = "pendingAcceptance"
REJECTED: Final = "rejected"


@dataclass(eq=False)
class Endpoint(TaggedEC2Resource):  # type: ignore[misc]  # moto is untyped
    """A VPC endpoint; moto's tags, routes and DescribeTags find it by `id` and `ec2_backend`."""

    ec2_backend: Any
    id: str
    vpc_id: str
    vpc_endpoint_type: str
    service_name: str
    policy_document: str | None
    ready_at: float
    """When it becomes available, by time.monotonic; `inf`: when told."""
    subnet_ids: list[str] = field(default_factory=list)
    security_group_ids: list[str] = field(default_factory=list)
    route_table_ids: list[str] = field(default_factory=list)
    private_dns_enabled: bool = False
    withheld: str = ""
    """AWAITED or REJECTED: how the service's owner keeps it out; "" for one that is let in."""
    provided: Provided | None = None
    """The service of an account of this cloud that it is connected to."""
    connection_id: str = field(default_factory=lambda: random_id(prefix="vpce-con"))
    """Of its connection to that, as the service's owner sees it."""
    client_token: str | None = None
    destination_prefix_list_id: str | None = None
    other: dict[str, Any] = field(default_factory=dict)
    """Members that the API stores and returns as given: IpAddressType, DnsOptions, ServiceNetworkArn..."""
    staged: dict[str, Any] = field(default_factory=dict)
    """Members that were staged: they win over what is true here."""
    interfaces: dict[str, str] = field(default_factory=dict)
    """Network interface by subnet."""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def state(self) -> str:
        """The state on the wire (lowerCamel)."""
        if self.withheld:
            return self.withheld
        return "pending" if time.monotonic() < self.ready_at else "available"

    def facts(self) -> dict[str, Any]:
        """Return the members of `VpcEndpoint`, in the API model's names."""
        groups = [self.ec2_backend.get_security_group_from_id(group_id) for group_id in self.security_group_ids]
        true = {
            "VpcEndpointId": self.id,
            "VpcEndpointType": self.vpc_endpoint_type,
            "VpcId": self.vpc_id,
            "ServiceName": self.service_name or None,
            "State": self.state,
            "PolicyDocument": self.policy_document,
            "RouteTableIds": list(self.route_table_ids),
            "SubnetIds": list(self.subnet_ids),
            "Groups": [{"GroupId": group.id, "GroupName": group.name} for group in groups],
            "IpAddressType": "ipv4",
            "PrivateDnsEnabled": self.private_dns_enabled,
            "RequesterManaged": False,
            "NetworkInterfaceIds": list(self.interfaces.values()),
            "DnsEntries": self._dns_entries(),
            "CreationTimestamp": self.created,
            "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in self.get_tags()],
            "OwnerId": self.ec2_backend.account_id,
            "ServiceRegion": self.provided.region if self.provided else self.ec2_backend.region_name,
        }
        members = {**true, **self.other, **self.staged}
        return {name: value for name, value in members.items() if value is not None}

    def _dns_entries(self) -> list[dict[str, str]]:
        if self.vpc_endpoint_type != "Interface":
            return []
        service = self.service_name.rsplit(".", 1)[-1]
        region = self.ec2_backend.region_name
        name = f"{self.id}-{self.id[-8:]}.{service}.{region}.vpce.amazonaws.com"
        return [{"DnsName": name, "HostedZoneId": "Z7HUB22UULQXV"}]


def connected(account: str, region: str) -> list[Endpoint]:
    """Return the endpoints, of whatever account, at services of this one, those of services that are gone among them.

    A connection that was rejected outlives its service: https://github.com/rebuy-de/aws-nuke/issues/1258
    """
    every = [endpoint for backend in backends() for endpoint in backend.vpc_end_points.values()]
    return [one for one in every if one.provided and (one.provided.account, one.provided.region) == (account, region)]


def attached(service: Provided) -> bool:
    """Tell whether an endpoint holds on to the service."""
    held = connected(service.account, service.region)
    return any(endpoint.provided is service and endpoint.withheld != REJECTED for endpoint in held)
