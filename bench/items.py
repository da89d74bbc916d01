"""Single things as EC2 shows them in XML, with the members that real answers have, read or not.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .estate import ACCOUNT, MADE, REGION, Endpoint, Service, Subnet

Xml = str | bool | int | Sequence["Xml"] | Mapping[str, "Xml"]


def endpoint_item(endpoint: Endpoint) -> dict[str, Xml]:
    """An endpoint; its network interfaces and names follow from its id."""
    digits = endpoint.id.removeprefix("vpce-")
    interfaces = [f"eni-{place:03x}{digits[3:]}" for place, _ in enumerate(endpoint.subnet_ids)]
    names: list[Xml] = [
        {"dnsName": f"{endpoint.id}-{suffix}.vpce.amazonaws.com", "hostedZoneId": "Z7HUB22UULQXV"}
        for suffix in ("abcdefgh", *(f"abcdefgh-{place}" for place, _ in enumerate(endpoint.subnet_ids)))
    ]
    gateway = endpoint.type_name == "Gateway"
    policy: dict[str, Xml] = {} if endpoint.policy is None else {"policyDocument": endpoint.policy}
    return {
        "vpcEndpointId": endpoint.id,
        "vpcEndpointType": endpoint.type_name,
        "vpcId": endpoint.vpc_id,
        "serviceName": endpoint.service_name,
        "state": endpoint.state,
        **policy,
        "routeTableIdSet": [f"rtb-{digits}"] if gateway else [],
        "subnetIdSet": list(endpoint.subnet_ids),
        "groupSet": [] if gateway else [{"groupId": f"sg-{digits}", "groupName": "endpoints"}],
        "ipAddressType": "ipv4",
        "dnsOptions": {"dnsRecordIpType": "ipv4"},
        "privateDnsEnabled": endpoint.type_name == "Interface",
        "requesterManaged": endpoint.requester_managed,
        "networkInterfaceIdSet": list(interfaces),
        "dnsEntrySet": [] if gateway else names,
        "creationTimestamp": MADE,
        "tagSet": [{"key": key, "value": value} for key, value in endpoint.tags],
        "ownerId": ACCOUNT,
        "serviceRegion": REGION,
    }


def service_item(service: Service, kind: str) -> dict[str, Xml]:
    """An endpoint service as one of its types."""
    return {
        "serviceName": service.name,
        "serviceId": f"vpce-svc-{len(service.name):017x}",
        "serviceType": [{"serviceType": kind}],
        "serviceRegion": REGION,
        "availabilityZoneIdSet": [zone.id for zone in service.zones],
        "availabilityZoneSet": [zone.name for zone in service.zones],
        "owner": service.owner,
        "baseEndpointDnsNameSet": [f"{service.name}.vpce.amazonaws.com"],
        "vpcEndpointPolicySupported": service.takes_policy,
        "acceptanceRequired": False,
        "managesVpcEndpoints": False,
        "tagSet": [],
        "supportedIpAddressTypeSet": ["ipv4"],
    }


def subnet_item(subnet: Subnet) -> dict[str, Xml]:
    """A subnet of a /24."""
    return {
        "subnetId": subnet.id,
        "subnetArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{subnet.id}",
        "state": "available",
        "vpcId": subnet.vpc_id,
        "ownerId": ACCOUNT,
        "cidrBlock": "10.0.0.0/24",
        "availableIpAddressCount": subnet.free_addresses,
        "availabilityZone": subnet.zone.name,
        "availabilityZoneId": subnet.zone.id,
        "defaultForAz": False,
        "mapPublicIpOnLaunch": subnet.public,
        "assignIpv6AddressOnCreation": False,
        "ipv6CidrBlockAssociationSet": [],
        "ipv6Native": False,
        "tagSet": [{"key": "Name", "value": f"subnet in {subnet.zone.name}"}],
    }


def route_tables(vpc_id: str, subnets: Sequence[Subnet]) -> Iterator[dict[str, Xml]]:
    """The VPC's main table, which stays within; and one that leads to the internet, where subnets are public."""
    public = [subnet.id for subnet in subnets if subnet.public]
    yield _table(vpc_id, "0", {}, [{"main": True}])
    if public:
        route = {"destinationCidrBlock": "0.0.0.0/0", "gatewayId": f"igw-{vpc_id.removeprefix('vpc-')}"}
        yield _table(vpc_id, "1", route, [{"main": False, "subnetId": subnet_id} for subnet_id in public])


def _table(vpc_id: str, number: str, route: Mapping[str, str], links: Sequence[Xml]) -> dict[str, Xml]:
    local: dict[str, Xml] = {"destinationCidrBlock": "10.0.0.0/16", "gatewayId": "local", "state": "active"}
    return {
        "routeTableId": f"rtb-{number}{vpc_id.removeprefix('vpc-')[1:]}",
        "vpcId": vpc_id,
        "ownerId": ACCOUNT,
        "routeSet": [local, {**route, "state": "active"}] if route else [local],
        "associationSet": list(links),
        "tagSet": [],
    }
