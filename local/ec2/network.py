"""What an endpoint has in its VPC: network interfaces, routes, private DNS; and the change of all these at once."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from local.ec2 import checks, services
from local.ec2.endpoint import WITH_INTERFACES, WITH_POLICY, Endpoint

RESERVED = 4
"""The first four addresses of a subnet are AWS's, and the last.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
"""


def sync(endpoint: Endpoint) -> None:
    """Give the endpoint one network interface per subnet, and each the endpoint's security groups."""
    if endpoint.vpc_endpoint_type not in WITH_INTERFACES:
        return
    cloud = endpoint.ec2_backend
    for subnet_id in [subnet_id for subnet_id in endpoint.interfaces if subnet_id not in endpoint.subnet_ids]:
        cloud.enis.pop(endpoint.interfaces.pop(subnet_id), None)
    for subnet_id in endpoint.subnet_ids:
        if subnet_id not in endpoint.interfaces:
            endpoint.interfaces[subnet_id] = _interface(endpoint, subnet_id)
    for interface_id in endpoint.interfaces.values():
        groups = [cloud.get_security_group_from_id(group_id) for group_id in endpoint.security_group_ids]
        cloud.enis[interface_id]._group_set = groups  # noqa: SLF001 -- moto has no other way in


def _interface(endpoint: Endpoint, subnet_id: str) -> str:
    """Make the endpoint's network interface in this subnet, at its first free address; return its id."""
    cloud = endpoint.ec2_backend
    subnet = cloud.get_subnet(subnet_id)
    taken = {interface.private_ip_address for interface in cloud.enis.values()}
    hosts = ipaddress.ip_network(subnet.cidr_block).hosts()
    address = next(str(host) for number, host in enumerate(hosts, 1) if number >= RESERVED and str(host) not in taken)
    interface = cloud.create_network_interface(subnet, address, description=f"VPC Endpoint Interface {endpoint.id}")
    interface.interface_type, interface.requester_managed = "vpc_endpoint", True
    interface.status = "in-use"
    return str(interface.id)


def route(endpoint: Endpoint, route_table_ids: Sequence[str]) -> None:
    """Route the service's prefix list to a gateway endpoint from these tables."""
    cloud = endpoint.ec2_backend
    for table_id in route_table_ids:
        cloud.get_route_table(table_id)  # raises InvalidRouteTableID.NotFound
    lists = [
        known.id for known in cloud.managed_prefix_lists.values() if known.prefix_list_name == endpoint.service_name
    ]
    if endpoint.vpc_endpoint_type == "Gateway" and lists:
        endpoint.destination_prefix_list_id = lists[0]
        for table_id in route_table_ids:
            cloud.create_route(table_id, None, gateway_id=endpoint.id, destination_prefix_list_id=lists[0])


def unroute(endpoint: Endpoint, route_table_ids: Sequence[str]) -> None:
    """Take the route to a gateway endpoint out of these tables."""
    if endpoint.destination_prefix_list_id is not None:
        for table_id in route_table_ids:
            endpoint.ec2_backend.delete_route(table_id, endpoint.destination_prefix_list_id)


def release(endpoint: Endpoint) -> None:
    """Give back everything that a deleted endpoint had."""
    unroute(endpoint, endpoint.route_table_ids)
    endpoint.subnet_ids = []
    sync(endpoint)


def private_dns(endpoint: Endpoint, *, asked: bool | None) -> bool:
    """Return whether private DNS is on; raise InvalidParameter where it would be and cannot.

    "you must set the following VPC attributes to true: enableDnsHostnames and enableDnsSupport" (botocore's model).
    Not asked for: on, where the VPC allows it. One endpoint of a service alone can have it in a VPC.
    Source: https://github.com/hashicorp/terraform-provider-aws/issues/17535
    """
    if endpoint.vpc_endpoint_type != "Interface" or asked is False:
        return False
    vpc = endpoint.ec2_backend.get_vpc(endpoint.vpc_id)
    nameless = endpoint.provided is not None and not endpoint.provided.named
    if asked and nameless:
        why = f"Private DNS can't be enabled because the service {endpoint.service_name} does not provide a private DNS"
        raise checks.refuse("InvalidParameter", f"{why} name.")
    if nameless:
        return False
    possible = str(vpc.enable_dns_support).lower() == "true" and str(vpc.enable_dns_hostnames).lower() == "true"
    if asked and not possible:
        why = (
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for"
        )
        raise checks.refuse("InvalidParameter", f"{why} {endpoint.vpc_id}")
    if possible and any(_same_names(endpoint, other) for other in endpoint.ec2_backend.vpc_end_points.values()):
        why = "private-dns-enabled cannot be set because there is already a conflicting DNS domain for"
        domain = services.domain(endpoint.ec2_backend.region_name, endpoint.service_name)
        raise checks.refuse("InvalidParameter", f"{why} {domain} in the VPC {endpoint.vpc_id}")
    return possible


def _same_names(endpoint: Endpoint, other: Endpoint) -> bool:
    """Tell whether another endpoint of the VPC answers to the service's own name already."""
    return (
        other.id != endpoint.id
        and other.private_dns_enabled
        and (other.vpc_id, other.service_name) == (endpoint.vpc_id, endpoint.service_name)
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A checked ModifyVpcEndpoint: what the endpoint will have."""

    subnet_ids: list[str]
    group_ids: list[str]
    policy: str | None
    private_dns: bool
    routed: list[str]
    unrouted: list[str]

    @classmethod
    def of(cls, endpoint: Endpoint, asked: dict[str, Any], zone_ids: Sequence[str]) -> Self:
        """Check what is asked for against the endpoint as it will be; raise EC2's error."""
        absent = [subnet_id for subnet_id in asked["RemoveSubnetIds"] if subnet_id not in endpoint.subnet_ids]
        if absent:
            raise checks.refuse("InvalidParameter", f"Subnet {absent[0]} is not associated with {endpoint.id}")
        added = [subnet_id for subnet_id in asked["AddSubnetIds"] if subnet_id not in endpoint.subnet_ids]
        kept = [subnet_id for subnet_id in endpoint.subnet_ids if subnet_id not in asked["RemoveSubnetIds"]]
        checks.subnets(endpoint, kept, added, zone_ids)
        checks.groups(endpoint.ec2_backend, asked["AddSecurityGroupIds"])
        policy = checks.policy(asked["PolicyDocument"]) if asked["PolicyDocument"] else endpoint.policy_document
        dns = asked["PrivateDnsEnabled"]
        groups = [group for group in endpoint.security_group_ids if group not in asked["RemoveSecurityGroupIds"]]
        return cls(
            subnet_ids=kept + added,
            group_ids=list(dict.fromkeys(groups + asked["AddSecurityGroupIds"])),
            policy=WITH_POLICY[endpoint.vpc_endpoint_type] if asked["ResetPolicy"] else policy,
            private_dns=endpoint.private_dns_enabled if dns is None else private_dns(endpoint, asked=dns),
            routed=[table for table in asked["AddRouteTableIds"] if table not in endpoint.route_table_ids],
            unrouted=[table for table in asked["RemoveRouteTableIds"] if table in endpoint.route_table_ids],
        )

    def apply(self, endpoint: Endpoint, other: dict[str, Any]) -> None:
        """Make the endpoint so; `other` are members that are stored as given."""
        endpoint.subnet_ids, endpoint.security_group_ids = self.subnet_ids, self.group_ids
        endpoint.policy_document, endpoint.private_dns_enabled = self.policy, self.private_dns
        endpoint.other.update(other)
        route(endpoint, self.routed)
        unroute(endpoint, self.unrouted)
        tables = [table for table in endpoint.route_table_ids if table not in self.unrouted]
        endpoint.route_table_ids = tables + self.routed
        sync(endpoint)
