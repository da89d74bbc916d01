"""EC2: in which zones the consumers of endpoint services stand whose endpoints are this account's own.

Those of others nobody but their owner sees: a provider is told which endpoints are connected, and not where they stand.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from .surroundings import PAGE, filtered

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

NEEDS: Final = frozenset({"ec2:DescribeVpcEndpoints", "ec2:DescribeSubnets"})


def zones_of(client: EC2Client, endpoint_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """The names of the zones of each of these endpoints; one of which not all is to be seen is left out.

    One call for 200 endpoints, and one for 200 of their subnets; raise RetryLater where AWS does not answer.
    """
    listed = filtered(client, "describe_vpc_endpoints", "VpcEndpoints", "vpc-endpoint-id", set(endpoint_ids), PAGE)
    subnets = {item["VpcEndpointId"]: item.get("SubnetIds", ()) for item in listed}
    wanted = {name for names in subnets.values() for name in names}
    found = filtered(client, "describe_subnets", "Subnets", "subnet-id", wanted, PAGE)
    zones = {item["SubnetId"]: item["AvailabilityZone"] for item in found}
    return {
        name: frozenset(zones[one] for one in of_it)
        for name, of_it in subnets.items()
        if of_it and zones.keys() >= set(of_it)
    }
