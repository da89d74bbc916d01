"""Commands of the AWS CLI by which a VPC gets an endpoint that it lacks; pure.

Source: https://docs.aws.amazon.com/cli/latest/reference/ec2/create-vpc-endpoint.html
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from .calls import creating, modifying
from .model import EndpointKey, Subnet
from .policy.services import partition

GATEWAYS: Final = frozenset({"s3", "dynamodb"})
"""Services that a gateway endpoint, which is free, can lead to; S3's directory buckets have one of their own name.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""
BY_GATEWAY: Final = GATEWAYS | {"s3express"}
"""Those to which the command makes a gateway endpoint: directory buckets have no other.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-networking.html
"""
STARTS: Final = {
    **dict.fromkeys(("experiments", "notebook", "partner-app", "studio"), "aws.sagemaker.{}."),
    **dict.fromkeys(("bcm-data-exports", "freetier", "kafka-api", "kendra-ranking", "qbusiness"), "aws.api.{}."),
    **dict.fromkeys(("route53", "s3-global.accesspoint", "savingsplans"), "com.amazonaws."),
    "cassandra-streams": "api.aws.{}.",
}
"""How names begin that do not begin as most do; some have no region.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""
WHOLE: Final = ("com.amazonaws.", "cn.com.amazonaws.", "aws.", "api.aws.")
"""How the whole name of a service begins; whatever begins otherwise is a short one."""
ZONES: Final = 2


@cache
def whole_name(service: str, region: str, *, gateway: bool = False) -> str:
    """The name by which an endpoint to the service is made, as far as it follows from the short one.

    In China most names of interface endpoints begin with "cn.", and some do not.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    if service.startswith(WHOLE):
        return service
    if service.startswith("vpce-svc-"):
        return f"com.amazonaws.vpce.{region}.{service}"
    if service in STARTS:
        return f"{STARTS[service].format(region)}{service}"
    start = "cn." if partition(region) == "aws-cn" and not gateway else ""
    return f"{start}com.amazonaws.{region}.{service}"


def interface_command(vpc: EndpointKey, service: str, subnets: Iterable[Subnet], *, private_dns: bool) -> str:
    """Make an interface endpoint in a subnet of each of two zones; who is let in is to be filled in."""
    usable = tuple(subnets)
    chosen = _of_two_zones([one for one in usable if one.ipv4] or usable)
    family = () if all(one.ipv4 for one in chosen) else ("--ip-address-type", "ipv6")
    places = [one.id for one in chosen] or ["SUBNET"]
    dns = "--private-dns-enabled" if private_dns else "--no-private-dns-enabled"
    name = whole_name(service, vpc.region)
    options = ("--subnet-ids", *places, "--security-group-ids", "SECURITY_GROUP", *family, dns)
    return creating(vpc.region, vpc.id, "Interface", name, *options)


def gateway_command(vpc: EndpointKey, service: str, tables: Iterable[str]) -> str:
    """Make a gateway endpoint on these route tables; on which, is to be filled in where none is to be seen."""
    name = whole_name(service, vpc.region, gateway=True)
    return creating(vpc.region, vpc.id, "Gateway", name, "--route-table-ids", *(sorted(tables) or ["ROUTE_TABLE"]))


def add_tables_command(endpoint: EndpointKey, tables: Iterable[str]) -> str:
    """Put a gateway endpoint on these route tables too."""
    return modifying(endpoint, "--add-route-table-ids", *sorted(tables))


def private_dns_command(endpoint: EndpointKey) -> str:
    """Let the VPC's clients find an interface endpoint by the service's own name."""
    return modifying(endpoint, "--private-dns-enabled")


def _of_two_zones(subnets: Iterable[Subnet]) -> list[Subnet]:
    """The best subnet of each of two zones: a private one, then the one with the most free addresses."""
    best: dict[str, Subnet] = {}
    for subnet in sorted(subnets, key=lambda one: (one.private is False, -one.free_addresses, one.id)):
        best.setdefault(subnet.zone_id, subnet)
    return list(best.values())[:ZONES]
