"""What stands around endpoints, as EC2 tells it: each answer read into facts, and few calls for many."""

from __future__ import annotations

from typing import Any

import pytest

from builders import REGION, VPC, A
from stubs import Said, saying
from warden.errors import RetryLater
from warden.neighbours import Dns, Interface, Permission, Route, RouteTable, SecurityGroup, Vpc, table_of
from warden.surroundings import Surroundings


def filtered(name: str, *values: str, size: int = 1000) -> dict[str, Any]:
    """The parameters of a call by one filter."""
    return {"Filters": [{"Name": name, "Values": list(values)}], "MaxResults": size}


def test_reads_a_vpc() -> None:
    """Its ranges of both families, those that are taken away left out, its owner and its tags."""
    item = {
        "VpcId": VPC,
        "OwnerId": "444455556666",
        "CidrBlockAssociationSet": [
            {"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}},
            {"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "disassociating"}},
        ],
        "Ipv6CidrBlockAssociationSet": [
            {"Ipv6CidrBlock": "2001:db8::/56", "Ipv6CidrBlockState": {"State": "associating"}}
        ],
        "Tags": [{"Key": "Env", "Value": "prod"}],
    }
    with saying("ec2", Said("describe_vpcs", filtered("vpc-id", VPC), {"Vpcs": [item]})) as ec2:
        found = Surroundings(ec2).vpcs([VPC])
    assert found == {VPC: Vpc(VPC, ("10.0.0.0/16", "2001:db8::/56"), "444455556666", {"Env": "prod"})}


def test_reads_every_vpc() -> None:
    """Page by page, those that other accounts share among them."""
    pages = (
        Said("describe_vpcs", {"MaxResults": 1000}, {"Vpcs": [{"VpcId": VPC, "OwnerId": "1"}], "NextToken": "more"}),
        Said("describe_vpcs", {"MaxResults": 1000, "NextToken": "more"}, {"Vpcs": [{"VpcId": "vpc-2"}]}),
    )
    with saying("ec2", *pages) as ec2:
        assert Surroundings(ec2).every_vpc() == (Vpc(VPC, (), "1"), Vpc("vpc-2", ()))


def test_a_vpc_that_is_not_seen_is_left_out() -> None:
    """An answer without it is no error, and no fact."""
    with saying("ec2", Said("describe_vpcs", filtered("vpc-id", VPC), {"Vpcs": []})) as ec2:
        assert Surroundings(ec2).vpcs([VPC]) == {}


def test_reads_what_a_vpc_does_with_names() -> None:
    """One attribute at a time."""
    script = (
        Said(
            "describe_vpc_attribute",
            {"VpcId": VPC, "Attribute": "enableDnsSupport"},
            {"VpcId": VPC, "EnableDnsSupport": {"Value": True}},
        ),
        Said(
            "describe_vpc_attribute",
            {"VpcId": VPC, "Attribute": "enableDnsHostnames"},
            {"VpcId": VPC, "EnableDnsHostnames": {"Value": False}},
        ),
    )
    with saying("ec2", *script) as ec2:
        assert Surroundings(ec2).dns([VPC]) == {VPC: Dns(support=True, hostnames=False)}


def test_a_vpc_that_is_no_longer_to_be_seen_has_no_attributes() -> None:
    """Endpoints stay in a VPC that is shared no longer, and must not stop the sweep of all others."""
    script = [
        Said("describe_vpc_attribute", {"VpcId": VPC, "Attribute": name}, error="InvalidVpcID.NotFound")
        for name in ("enableDnsSupport", "enableDnsHostnames")
    ]
    with saying("ec2", *script) as ec2:
        assert Surroundings(ec2).dns([VPC]) == {VPC: Dns(support=None, hostnames=None)}


def test_reads_security_groups() -> None:
    """Ports, both families of ranges, prefix lists and groups of each permission."""
    item = {
        "GroupId": "sg-1",
        "GroupName": "endpoints",
        "VpcId": VPC,
        "IpPermissions": [
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "offices"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": ""}],
                "PrefixListIds": [{"PrefixListId": "pl-1"}],
                "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": "111122223333", "Description": "apps"}],
            },
            {"IpProtocol": "-1"},
        ],
        "Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "network"}],
    }
    with saying(
        "ec2", Said("describe_security_groups", filtered("group-id", "sg-1"), {"SecurityGroups": [item]})
    ) as ec2:
        found = Surroundings(ec2).groups(["sg-1"])
    https = Permission(
        *("tcp", 443, 443, ("10.0.0.0/8", "::/0"), ("pl-1",), ("sg-2",), (("sg-2", "111122223333"),)),
        descriptions=(("10.0.0.0/8", "offices"), ("sg-2", "apps")),
    )
    tags = {"aws:cloudformation:stack-name": "network"}
    assert found == {"sg-1": SecurityGroup("sg-1", "endpoints", VPC, (https, Permission("-1")), tags)}


def test_finds_the_vpcs_of_what_changed() -> None:
    """Route tables by one call, network interfaces by id and by group; a group can be used in several VPCs."""
    script = (
        Said(
            "describe_route_tables",
            filtered("route-table-id", "rtb-1", "rtb-2", size=100),
            {"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1"}]},
        ),
        Said(
            "describe_network_interfaces",
            filtered("network-interface-id", "eni-1"),
            {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "VpcId": "vpc-2", "Groups": [{"GroupId": "sg-1"}]}]},
        ),
        Said(
            "describe_network_interfaces",
            filtered("group-id", "sg-1"),
            {
                "NetworkInterfaces": [
                    {"NetworkInterfaceId": f"eni-{n}", "VpcId": f"vpc-{n}", "Groups": [{"GroupId": "sg-1"}]}
                    for n in (3, 4)
                ]
            },
        ),
    )
    with saying("ec2", *script) as ec2:
        found = Surroundings(ec2).vpcs_of(["rtb-1", "rtb-2", "eni-1", "sg-1", "vpc-5"])
    assert found == {
        "rtb-1": {"vpc-1"},
        "rtb-2": set(),
        "eni-1": {"vpc-2"},
        "sg-1": {"vpc-3", "vpc-4"},
        "vpc-5": {"vpc-5"},
    }


def test_a_vpc_that_is_named_costs_no_call() -> None:
    """It is where it is."""
    with saying("ec2") as ec2:
        assert Surroundings(ec2).vpcs_of([VPC]) == {VPC: {VPC}}


def test_reads_the_entries_of_each_prefix_list() -> None:
    """Each by a call of its own, page by page."""
    script = (
        Said(
            "get_managed_prefix_list_entries",
            {"PrefixListId": "pl-1", "MaxResults": 100},
            {"Entries": [{"Cidr": "10.0.0.0/8"}], "NextToken": "more"},
        ),
        Said(
            "get_managed_prefix_list_entries",
            {"PrefixListId": "pl-1", "MaxResults": 100, "NextToken": "more"},
            {"Entries": [{"Cidr": "::/0"}]},
        ),
    )
    with saying("ec2", *script) as ec2:
        assert Surroundings(ec2).prefix_lists(["pl-1"]) == {"pl-1": ("10.0.0.0/8", "::/0")}


@pytest.mark.parametrize("code", ["InvalidPrefixListID.NotFound", "UnauthorizedOperation", "UnsupportedOperation"])
def test_a_prefix_list_that_is_not_to_be_seen_is_left_out(code: str) -> None:
    """Another account's that is shared no longer, one of AWS's own: the others are read, and nothing breaks down."""
    script = (
        Said("get_managed_prefix_list_entries", {"PrefixListId": "pl-1", "MaxResults": 100}, error=code),
        Said(
            "get_managed_prefix_list_entries",
            {"PrefixListId": "pl-2", "MaxResults": 100},
            {"Entries": [{"Cidr": "10.0.0.0/8"}]},
        ),
    )
    with saying("ec2", *script) as ec2:
        assert Surroundings(ec2).prefix_lists(["pl-2", "pl-1"]) == {"pl-2": ("10.0.0.0/8",)}


def test_a_prefix_list_whose_second_page_is_refused_is_left_out_as_a_whole() -> None:
    """Half a list would be taken for all of it."""
    script = (
        Said(
            "get_managed_prefix_list_entries",
            {"PrefixListId": "pl-1", "MaxResults": 100},
            {"Entries": [{"Cidr": "10.0.0.0/8"}], "NextToken": "more"},
        ),
        Said(
            "get_managed_prefix_list_entries",
            {"PrefixListId": "pl-1", "MaxResults": 100, "NextToken": "more"},
            error="InvalidPrefixListID.NotFound",
        ),
    )
    with saying("ec2", *script) as ec2:
        assert Surroundings(ec2).prefix_lists(["pl-1"]) == {}


def test_a_prefix_list_that_is_asked_for_too_often_is_asked_for_again() -> None:
    """To be throttled is no answer about the list."""
    said = Said(
        "get_managed_prefix_list_entries", {"PrefixListId": "pl-1", "MaxResults": 100}, error="RequestLimitExceeded"
    )
    with saying("ec2", said) as ec2, pytest.raises(RetryLater):
        Surroundings(ec2).prefix_lists(["pl-1"])


def test_reads_the_interfaces_that_are_in_use() -> None:
    """One that is attached to nothing serves no workload."""
    used = {
        "NetworkInterfaceId": "eni-1",
        "VpcId": VPC,
        "SubnetId": A.id,
        "AvailabilityZone": f"{REGION}a",
        "InterfaceType": "vpc_endpoint",
        "Status": "in-use",
        "Groups": [{"GroupId": "sg-1"}],
        "RequesterId": "amazon-elb",
    }
    items = [used, used | {"NetworkInterfaceId": "eni-2", "Status": "available"}]
    said = Said("describe_network_interfaces", filtered("vpc-id", VPC), {"NetworkInterfaces": items})
    with saying("ec2", said) as ec2:
        found = Surroundings(ec2).interfaces([VPC])
    assert found == {VPC: (Interface("eni-1", A.id, f"{REGION}a", "vpc_endpoint", ("sg-1",), "amazon-elb"),)}


@pytest.mark.parametrize(
    ("route", "read"),
    [
        ({"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}, Route("10.0.0.0/16", "local")),
        ({"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}, Route("::/0", "eigw-1")),
        ({"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}, Route("pl-1", "vpce-1")),
        (
            {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"},
            Route("0.0.0.0/0", "nat-1", active=False),
        ),
        ({"DestinationCidrBlock": "10.9.0.0/16", "VpcPeeringConnectionId": "pcx-1"}, Route("10.9.0.0/16", "pcx-1")),
    ],
)
def test_reads_a_route(route: dict[str, str], read: Route) -> None:
    """Where it leads, whatever field names that."""
    item = {"RouteTableId": "rtb-1", "VpcId": VPC, "Routes": [route], "Associations": [{"SubnetId": A.id}]}
    said = Said("describe_route_tables", filtered("vpc-id", VPC, size=100), {"RouteTables": [item]})
    with saying("ec2", said) as ec2:
        found = Surroundings(ec2).route_tables([VPC])
    assert found == {VPC: (RouteTable("rtb-1", VPC, (read,), (A.id,)),)}


def test_a_subnet_that_a_route_table_lost_is_not_its_own() -> None:
    """EC2 lists it for a while with the state of the association: its routes are the main table's by then."""
    links = [
        {"SubnetId": A.id, "AssociationState": {"State": "disassociated"}},
        {"SubnetId": "subnet-other", "AssociationState": {"State": "associating"}},
        {"Main": True, "AssociationState": {"State": "failed"}},
    ]
    item = {"RouteTableId": "rtb-1", "VpcId": VPC, "Associations": links}
    said = Said("describe_route_tables", filtered("vpc-id", VPC, size=100), {"RouteTables": [item]})
    with saying("ec2", said) as ec2:
        found = Surroundings(ec2).route_tables([VPC])
    assert found == {VPC: (RouteTable("rtb-1", VPC, (), ("subnet-other",)),)}


def test_the_table_of_a_subnet() -> None:
    """Its own, else the main one, else none that is to be seen."""
    own, main = RouteTable("rtb-1", VPC, (), (A.id,)), RouteTable("rtb-2", VPC, main=True)
    assert table_of(A.id, (main, own)) is own
    assert table_of("subnet-other", (main, own)) is main
    assert table_of("subnet-other", (own,)) is None
