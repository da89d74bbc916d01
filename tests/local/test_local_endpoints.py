"""moto's gaps for endpoints, closed. "Model" is botocore's ec2 2016-11-15 service model, member documentation."""

import json
import re
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.network import Network

FULL = [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]
S3 = "com.amazonaws.eu-central-1.s3"


def refused(code: str) -> Any:
    """Expect a call to be refused with this error code."""
    return pytest.raises(ClientError, match=rf"\({re.escape(code)}\)")


def test_default_type_is_gateway(network: Network) -> None:
    """Model, VpcEndpointType: "Default: Gateway"."""
    made = network.ec2.create_vpc_endpoint(VpcId=network.vpc_id, ServiceName=S3)["VpcEndpoint"]
    assert (made["VpcEndpointType"], made["SubnetIds"]) == ("Gateway", [])


@pytest.mark.parametrize("kind", [{}, {"VpcEndpointType": "Gateway", "SubnetIds": [], "service": "s3"}])
def test_default_policy_is_full_access(network: Network, kind: dict[str, Any]) -> None:
    """Model, PolicyDocument: "we attach a default policy that allows full access to the service"."""
    facts = network.facts(network.endpoint(**kind))
    assert json.loads(facts["PolicyDocument"])["Statement"] == FULL


def test_no_policy_on_other_types(network: Network) -> None:
    """Model, PolicyDocument: "(Interface and gateway endpoints)"."""
    arn = "arn:aws:vpc-lattice:eu-central-1:123456789012:servicenetwork/sn-0123456789abcdef0"
    made = network.ec2.create_vpc_endpoint(
        VpcId=network.vpc_id, VpcEndpointType="ServiceNetwork", ServiceNetworkArn=arn, SubnetIds=[network.subnet_ids[0]]
    )["VpcEndpoint"]
    assert "PolicyDocument" not in made
    assert "ServiceName" not in made
    assert made["ServiceNetworkArn"] == arn
    with refused("InvalidParameter"):
        network.modify(made["VpcEndpointId"], PolicyDocument=json.dumps({"Statement": FULL}))


def test_default_security_group(network: Network) -> None:
    """Model, SecurityGroupIds: "we use the default security group for the VPC"."""
    assert [group["GroupName"] for group in network.facts(network.endpoint())["Groups"]] == ["default"]


def test_client_token_makes_create_idempotent(network: Network) -> None:
    """Model, ClientToken: "identifier that you provide to ensure the idempotency of the request"."""
    assert network.endpoint(ClientToken="once") == network.endpoint(ClientToken="once")


def test_two_subnets_of_one_zone(network: Network) -> None:
    """One subnet per zone: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html ."""
    with refused("DuplicateSubnetsInSameZone"):
        network.endpoint(subnets=(0, 1))
    endpoint = network.endpoint()
    with refused("DuplicateSubnetsInSameZone"):
        network.modify(endpoint, AddSubnetIds=[network.subnet_ids[1]])


def test_subnet_moves_within_its_zone_in_one_call(network: Network) -> None:
    """The zones are compared as they will be: removing one subnet frees its zone for the other."""
    endpoint = network.endpoint()
    network.modify(endpoint, AddSubnetIds=[network.subnet_ids[1]], RemoveSubnetIds=[network.subnet_ids[0]])
    assert network.facts(endpoint)["SubnetIds"] == [network.subnet_ids[1]]


def test_subnet_that_is_unknown_foreign_or_not_there(network: Network) -> None:
    """Each has its error: errors-overview.html."""
    endpoint = network.endpoint()
    with refused("InvalidSubnetID.NotFound"):
        network.modify(endpoint, AddSubnetIds=["subnet-0123456789abcdef0"])
    with refused("InvalidParameter"):
        network.modify(endpoint, AddSubnetIds=[Network.make(network.ec2, "b").subnet_ids[0]])
    with refused("InvalidParameter"):
        network.modify(endpoint, RemoveSubnetIds=[network.subnet_ids[2]])


def test_all_or_nothing(network: Network) -> None:
    """A refused modify changes nothing, whatever else it asked for."""
    endpoint = network.endpoint()
    before = network.facts(endpoint)
    with refused("InvalidSubnetID.NotFound"):
        network.modify(
            endpoint, AddSubnetIds=["subnet-0123456789abcdef0"], PolicyDocument=json.dumps({"Statement": FULL})
        )
    assert network.facts(endpoint) == before


def test_network_interfaces_follow_the_subnets(network: Network) -> None:
    """Model, SubnetIds: "the subnets in which to create endpoint network interfaces"."""
    endpoint = network.endpoint()
    network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])
    ids = network.facts(endpoint)["NetworkInterfaceIds"]
    interfaces = network.ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    assert {interface["SubnetId"] for interface in interfaces} == {network.subnet_ids[0], network.subnet_ids[2]}
    assert {interface["InterfaceType"] for interface in interfaces} == {"vpc_endpoint"}
    network.modify(endpoint, RemoveSubnetIds=[network.subnet_ids[0]])
    assert network.facts(endpoint)["NetworkInterfaceIds"] == [ids[1]]


def test_free_addresses_go_down(network: Network) -> None:
    """Model, AvailableIpAddressCount: "The number of unused private IPv4 addresses in the subnet"."""
    network.endpoint(subnets=(0, 2))
    subnets = network.ec2.describe_subnets(SubnetIds=[*network.subnet_ids])["Subnets"]
    free = {subnet["SubnetId"]: subnet["AvailableIpAddressCount"] for subnet in subnets}
    assert [free[subnet_id] for subnet_id in network.subnet_ids] == [250, 251, 250, 251]
    assert {subnet["AvailabilityZoneId"] for subnet in subnets} == {"euc1-az1", "euc1-az2", "euc1-az3"}


def test_full_subnet(cloud: LocalCloud, network: Network) -> None:
    """InsufficientFreeAddressesInSubnet: errors-overview.html."""
    endpoint = network.endpoint()
    cloud.stage.subnet(network.subnet_ids[2], free=1)
    network.endpoint(subnets=(2,))
    with refused("InsufficientFreeAddressesInSubnet"):
        network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])


def test_dry_run_changes_nothing(network: Network) -> None:
    """Model, DryRun: "without actually making the request ... the error response is DryRunOperation"."""
    endpoint = network.endpoint()
    with refused("DryRunOperation"):
        network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]], DryRun=True)
    assert network.facts(endpoint)["SubnetIds"] == [network.subnet_ids[0]]


@pytest.mark.parametrize("document", ["{", "[]", "{}", '{"Statement": []}', '{"Statement": [{"Effect": "Allow"}]}'])
def test_policy_must_be_one(network: Network, document: str) -> None:
    """Model, PolicyDocument: "The policy must be in valid JSON format"."""
    with refused("InvalidPolicyDocument"):
        network.endpoint(PolicyDocument=document)


def test_policy_is_limited_to_20480_characters(network: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ."""
    padded = json.dumps({"Statement": FULL}).ljust(20480)
    endpoint = network.endpoint(PolicyDocument=padded)
    with refused("InvalidPolicyDocument"):
        network.modify(endpoint, PolicyDocument=padded + " ")


@pytest.mark.parametrize("change", [{"ResetPolicy": True}, {"AddRouteTableIds": ["rtb-0123456789abcdef0"]}])
def test_what_is_for_gateway_endpoints_only(network: Network, change: dict[str, Any]) -> None:
    """Model, ResetPolicy and AddRouteTableIds: "(Gateway endpoint)"."""
    endpoint = network.endpoint()
    with refused("InvalidParameter"):
        network.modify(endpoint, **change)


def test_reset_policy(network: Network) -> None:
    """Model, ResetPolicy: "reset the policy document to the default policy"."""
    limited = json.dumps({"Statement": [{**FULL[0], "Action": "s3:Get*"}]})
    endpoint = network.endpoint("s3", VpcEndpointType="Gateway", SubnetIds=[], PolicyDocument=limited)
    network.modify(endpoint, ResetPolicy=True)
    assert json.loads(network.facts(endpoint)["PolicyDocument"])["Statement"] == FULL


def test_private_dns_needs_the_vpc_attributes(network: Network) -> None:
    """Model, PrivateDnsEnabled: "you must set the following VPC attributes to true: enableDnsHostnames and ..."."""
    with refused("InvalidParameter"):
        network.endpoint(PrivateDnsEnabled=True)
    network.ec2.modify_vpc_attribute(VpcId=network.vpc_id, EnableDnsHostnames={"Value": True})
    endpoint = network.endpoint(PrivateDnsEnabled=True)
    network.modify(endpoint, PrivateDnsEnabled=False)
    assert network.facts(endpoint)["PrivateDnsEnabled"] is False


def test_private_dns_of_one_service_is_one_endpoints(network: Network) -> None:
    """As EC2 answers (terraform-provider-aws issue 17535): a second endpoint cannot have the same names in the VPC."""
    network.ec2.modify_vpc_attribute(VpcId=network.vpc_id, EnableDnsHostnames={"Value": True})
    first = network.endpoint("ecr.dkr", PrivateDnsEnabled=True)
    conflict = r"\(InvalidParameter\).*: private-dns-enabled cannot be set because there is already a conflicting DNS"
    whole = f"{conflict} domain for dkr.ecr.eu-central-1.amazonaws.com in the VPC {network.vpc_id}"
    with pytest.raises(ClientError, match=whole):
        network.endpoint("ecr.dkr", PrivateDnsEnabled=True)
    with pytest.raises(ClientError, match=conflict):  # the model's default is true
        network.endpoint("ecr.dkr")
    second = network.endpoint("ecr.dkr", PrivateDnsEnabled=False)
    with pytest.raises(ClientError, match=conflict):
        network.modify(second, PrivateDnsEnabled=True)
    assert network.facts(network.endpoint("ecr.api"))["PrivateDnsEnabled"] is True
    network.modify(first, PrivateDnsEnabled=True)
    network.modify(first, PrivateDnsEnabled=False)
    network.modify(second, PrivateDnsEnabled=True)
    assert network.facts(second)["PrivateDnsEnabled"] is True


def test_private_dns_in_another_vpc_is_no_conflict(network: Network) -> None:
    """Names are answered in one VPC."""
    other = Network.make(network.ec2, "a")
    for one in (network, other):
        one.ec2.modify_vpc_attribute(VpcId=one.vpc_id, EnableDnsHostnames={"Value": True})
        assert one.facts(one.endpoint(PrivateDnsEnabled=True))["PrivateDnsEnabled"] is True


def test_unknown_type_is_refused_as_such(network: Network) -> None:
    """The type is named, and those of the model; it is not the service that is wrong."""
    with pytest.raises(ClientError, match=r"\(InvalidParameterValue\).*\(Interfaced\).*Interface, Gateway, "):
        network.endpoint(VpcEndpointType="Interfaced")


def test_region_that_is_none_is_refused(cloud: LocalCloud) -> None:
    """A call signed for a region that AWS has not is an error of the caller, no breakdown of the cloud."""
    stranger = cloud.client("ec2", region_name="nowhere-1", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError, match=r"\(AuthFailure\).*scoped to a valid region, not nowhere-1"):
        stranger.describe_vpcs()
    assert cloud.client("ec2", region_name="eu-west-1").describe_vpcs()["Vpcs"]


def test_routes_of_a_gateway_endpoint(network: Network) -> None:
    """Model, AddRouteTableIds: "The IDs of the route tables to associate with the endpoint"."""
    table = network.ec2.create_route_table(VpcId=network.vpc_id)["RouteTable"]["RouteTableId"]
    endpoint = network.endpoint("s3", VpcEndpointType="Gateway", SubnetIds=[])
    for change, targets in (("AddRouteTableIds", [endpoint]), ("RemoveRouteTableIds", [])):
        network.modify(endpoint, **{change: [table]})
        routes = network.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        assert [route["GatewayId"] for route in routes if "DestinationPrefixListId" in route] == targets


def test_filters(network: Network) -> None:
    """Model, DescribeVpcEndpoints, Filters: the names it lists, and no other."""
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "owner", "Value": "network"}]}]
    one = network.endpoint("sns", TagSpecifications=tags)
    other = network.endpoint("s3", VpcEndpointType="Gateway", SubnetIds=[])
    for name, value in {
        "vpc-endpoint-id": one,
        "service-name": "com.amazonaws.eu-central-1.sns",
        "vpc-endpoint-type": "Inter*",
        "tag:owner": "network",
        "tag-key": "owner",
    }.items():
        assert _found(network, {name: [value]}) == [one], name
    assert _found(network, {"vpc-endpoint-state": ["available"]}) == [one, other]
    assert _found(network, {"vpc-endpoint-id": [one, "vpce-0123456789abcdef0"]}) == [one]
    with refused("InvalidParameterValue"):
        _found(network, {"subnet-id": [network.subnet_ids[0]]})


def _found(network: Network, filters: dict[str, list[str]]) -> list[str]:
    wanted = [{"Name": name, "Values": values} for name, values in {"vpc-id": [network.vpc_id], **filters}.items()]
    found = network.ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    return [facts["VpcEndpointId"] for facts in found]


def test_pages(network: Network) -> None:
    """Model, MaxResults: "The request returns a token that you can specify in a subsequent call"."""
    made = [network.endpoint(service) for service in ("sqs", "sns", "kms")]
    pages = network.ec2.get_paginator("describe_vpc_endpoints").paginate(
        Filters=[{"Name": "vpc-id", "Values": [network.vpc_id]}], PaginationConfig={"PageSize": 2}
    )
    assert [[facts["VpcEndpointId"] for facts in page["VpcEndpoints"]] for page in pages] == [made[:2], made[2:]]
    with refused("InvalidNextToken"):
        network.ec2.describe_vpc_endpoints(NextToken="no token")


def test_unknown_and_malformed_ids(network: Network) -> None:
    """InvalidVpcEndpointId.NotFound and .Malformed: errors-overview.html."""
    with refused("InvalidVpcEndpointId.NotFound"):
        network.facts("vpce-0123456789abcdef0")
    with refused("InvalidVpcEndpointId.Malformed"):
        network.facts("vpce-1; rm -rf")


def test_deleted_is_gone_and_unknown_is_unsuccessful(network: Network) -> None:
    """Model, DeleteVpcEndpointsResult: "the VPC endpoints that were not successfully deleted"."""
    endpoint, unknown = network.endpoint(), "vpce-0123456789abcdef0"
    interfaces = network.facts(endpoint)["NetworkInterfaceIds"]
    answer = network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint, unknown])
    assert [failed["ResourceId"] for failed in answer["Unsuccessful"]] == [unknown]
    assert _found(network, {}) == []
    with refused("InvalidNetworkInterfaceID.NotFound"):
        network.ec2.describe_network_interfaces(NetworkInterfaceIds=interfaces)
