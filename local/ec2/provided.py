"""One endpoint service that an account of this cloud provides, and whom it can be reached by.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import random_resource_id

BALANCERS: Final = {"Interface": "NetworkLoadBalancerArns", "GatewayLoadBalancer": "GatewayLoadBalancerArns"}
"""Which load balancers a type of service stands on."""
EVERYBODY: Final = "*"


@dataclass(slots=True)
class PrivateDns:
    """The name that consumers may use, once it is verified.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    name: str
    state: str = "pendingVerification"
    record_name: str = field(default_factory=lambda: f"_{random_resource_id(20)}")
    record_value: str = field(default_factory=lambda: f"vpce:{random_resource_id(20)}")

    def facts(self) -> dict[str, Any]:
        """Return its members of `ServiceConfiguration`."""
        proof = {"State": self.state, "Type": "TXT", "Name": self.record_name, "Value": self.record_value}
        return {"PrivateDnsName": self.name, "PrivateDnsNameConfiguration": proof}


@dataclass(eq=False)
class Provided(TaggedEC2Resource):  # type: ignore[misc]  # moto is untyped
    """An endpoint service; moto's tags find it by `id` and `ec2_backend`."""

    ec2_backend: Any
    id: str
    kind: str
    """"Interface" or "GatewayLoadBalancer"."""
    balancer_arns: list[str]
    zones: dict[str, str]
    """Name by id of the zones for which it is enabled: a load balancer's new zone is not, until the next modify."""
    acceptance_required: bool = True
    private_dns: PrivateDns | None = None
    ip_address_types: list[str] = field(default_factory=lambda: ["ipv4"])
    other_regions: list[str] = field(default_factory=list)
    """From which it can be reached besides its own."""
    permissions: dict[str, str] = field(default_factory=dict)
    """Id of the permission by principal."""
    payer: str | None = None
    client_token: str | None = None

    @property
    def name(self) -> str:
        """The name that consumers use."""
        return f"com.amazonaws.vpce.{self.region}.{self.id}"

    @property
    def account(self) -> str:
        """Whose it is."""
        return str(self.ec2_backend.account_id)

    @property
    def region(self) -> str:
        """Where it is hosted."""
        return str(self.ec2_backend.region_name)

    @property
    def named(self) -> bool:
        """Tell whether consumers can use its private DNS name."""
        return self.private_dns is not None and self.private_dns.state == "verified"

    def reachable(self, account: str, region: str, callers: frozenset[str]) -> bool:
        """Tell whether a caller of this account can connect from this region.

        "By default, your endpoint service is not available to service consumers", says the guide; to its own account it
        is. Units of organisations are not known here.
        Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_endpoint_test.go
        """
        here = region in {self.region, *self.other_regions}
        allowed = {EVERYBODY, f"arn:aws:iam::{account}:root", *callers} & set(self.permissions)
        return here and (account == self.account or bool(allowed))

    def facts(self, staged: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of `ServiceConfiguration`; what is staged wins."""
        true = {
            **self._common(),
            "ServiceState": "Available",
            BALANCERS[self.kind]: list(self.balancer_arns),
            **(self.private_dns.facts() if self.private_dns else {}),
            "SupportedRegions": [
                {"Region": region, "ServiceState": "Available"} for region in (self.region, *self.other_regions)
            ],
            "RemoteAccessEnabled": bool(self.other_regions),
        }
        members = {**true, **staged}
        return {name: value for name, value in members.items() if value is not None}

    def detail(self, region: str, staged: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of `ServiceDetail`, as a consumer in this region sees them; what is staged wins.

        Names of zones are an account's own, and ids in another region lead nowhere.
        """
        dns = {"PrivateDnsName": self.private_dns.name} if self.private_dns and self.named else {}
        zones = self._common() if region == self.region else {"AvailabilityZones": [], "AvailabilityZoneIds": []}
        return {
            **self._common(),
            **zones,
            **dns,
            "Owner": self.account,
            "ServiceRegion": self.region,
            "VpcEndpointPolicySupported": False,
            **staged,
        }

    def _common(self) -> dict[str, Any]:
        return {
            "ServiceId": self.id,
            "ServiceName": self.name,
            "ServiceType": [{"ServiceType": self.kind}],
            "AvailabilityZones": list(self.zones.values()),
            "AvailabilityZoneIds": list(self.zones),
            "AcceptanceRequired": self.acceptance_required,
            "ManagesVpcEndpoints": False,
            "BaseEndpointDnsNames": [f"{self.id}.{self.region}.vpce.amazonaws.com"],
            "SupportedIpAddressTypes": list(self.ip_address_types),
            "PayerResponsibility": self.payer,
            "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in self.get_tags()],
        }


def backends() -> Iterator[Any]:
    """Yield EC2 of every account and region that was used: services are made in one, and connected to from others."""
    for account in list(ec2_backends.values()):
        yield from list(account.values())


def every() -> list[Provided]:
    """Return all services that accounts of this cloud provide."""
    return [one for backend in backends() for one in backend.configurations.values()]
