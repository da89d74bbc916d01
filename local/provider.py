"""Whoever provides endpoint services, for tests: made of a VPC and of a client for its load balancers."""

import uuid
from dataclasses import dataclass
from typing import Any

from local.network import Network


@dataclass(frozen=True, slots=True)
class Provider:
    """Makes services that stand in this VPC, and sees who connects to them."""

    network: Network
    elb: Any
    """A boto3 client "elbv2" of the same account."""

    @property
    def ec2(self) -> Any:  # noqa: ANN401 -- a boto3 client
        """The account's EC2."""
        return self.network.ec2

    def balancer(self, kind: str = "network", subnets: tuple[int, ...] = (0,)) -> str:
        """Make a load balancer in these subnets (by position); return its ARN."""
        ids = [self.network.subnet_ids[position] for position in subnets]
        made = self.elb.create_load_balancer(Name=f"lb-{uuid.uuid4().hex[:8]}", Type=kind, Subnets=ids)
        return str(made["LoadBalancers"][0]["LoadBalancerArn"])

    def service(self, *principals: str, subnets: tuple[int, ...] = (0,), **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """Make a service in these subnets for these principals; return its description.

        `more` are parameters besides, or in place of its Network Load Balancer.
        """
        own = (
            {}
            if more.keys() & {"NetworkLoadBalancerArns", "GatewayLoadBalancerArns"}
            else {"NetworkLoadBalancerArns": [self.balancer(subnets=subnets)]}
        )
        made = self.ec2.create_vpc_endpoint_service_configuration(**own, **more)["ServiceConfiguration"]
        if principals:
            self.allow(made["ServiceId"], *principals)
        return dict(made)

    def allow(self, service_id: str, *principals: str) -> Any:  # noqa: ANN401 -- the API's answer
        """Let these connect."""
        return self.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service_id, AddAllowedPrincipals=list(principals)
        )

    def clear(self, *service_ids: str) -> list[dict[str, Any]]:
        """Take these services away, or all of the account; return what was kept of them.

        Whoever is connected is rejected first, as AWS demands it.
        """
        listed = self.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=list(service_ids))
        ids = [one["ServiceId"] for one in listed["ServiceConfigurations"]]
        for one in self.connections():
            if one["ServiceId"] in ids and one["VpcEndpointState"] != "rejected":
                asked = {"ServiceId": one["ServiceId"], "VpcEndpointIds": [one["VpcEndpointId"]]}
                self.ec2.reject_vpc_endpoint_connections(**asked)
        return list(self.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=ids)["Unsuccessful"])

    def seen(self, service_id: str) -> dict[str, Any]:
        """Return the service's description as it is now."""
        found = self.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])
        return dict(found["ServiceConfigurations"][0])

    def connections(self, **filters: str) -> list[dict[str, Any]]:
        """Return who is connected, or asks to be."""
        wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        return list(self.ec2.describe_vpc_endpoint_connections(Filters=wanted)["VpcEndpointConnections"])

    def states(self) -> dict[str, str]:
        """Return how each connection stands."""
        return {one["VpcEndpointId"]: one["VpcEndpointState"] for one in self.connections()}
