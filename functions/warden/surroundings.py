"""EC2: what stands around endpoints, read by VPC or by id, in as few calls as filters allow.

Each method raises RetryLater where AWS does not answer.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .errors import RetryLater
from .failures import FAILURES, code_of
from .model import Subnet
from .neighbours import Dns, Interface, Permission, Route, RouteTable, SecurityGroup, Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

NEEDS: Final = frozenset(
    {
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcs",
    }
)
PREFIX_LISTS: Final = frozenset({"ec2:GetManagedPrefixListEntries"})
"""Needed besides, on the prefix lists themselves."""
HIDDEN_LISTS: Final = frozenset(
    {
        "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound", "InvalidPrefixListID.Malformed",
        "InvalidPrefixListId.Malformed", "UnauthorizedOperation", "UnsupportedOperation", "InvalidParameterValue",
    }
)  # fmt: skip
"""Answers that say of one prefix list that it is not to be seen, and would not be at the next try.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""
MAX_FILTER_VALUES: Final = 200
"""Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html"""
PAGE: Final = 1_000
SMALL_PAGE: Final = 100
"""Of route tables and prefix lists, at most.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
"""
TARGETS: Final = (
    "GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "NetworkInterfaceId", "InstanceId",
    "EgressOnlyInternetGatewayId", "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn",
)  # fmt: skip
"""Where a route can lead; GatewayId also names virtual private gateways, gateway endpoints and "local"."""

SOURCES: Final = (
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId"),
    ("UserIdGroupPairs", "GroupId"),
)
"""Where a permission has its sources, and what names each."""

Item = Mapping[str, Any]


class Surroundings:
    """What stands around endpoints of one account and region."""

    def __init__(self, client: EC2Client) -> None:
        """Take a client that is made already."""
        self._client = client

    def subnets(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Subnet, ...]]:
        """The usable subnets of each VPC; whether they are private, its route tables tell."""
        found: dict[str, list[Subnet]] = {vpc_id: [] for vpc_id in vpc_ids}
        for item in filtered(self._client, "describe_subnets", "Subnets", "vpc-id", found, PAGE):
            if item.get("State") == "available":
                found[item["VpcId"]].append(_subnet(item))
        return {vpc_id: tuple(subnets) for vpc_id, subnets in found.items()}

    def route_tables(self, vpc_ids: Iterable[str]) -> dict[str, tuple[RouteTable, ...]]:
        """The route tables of each VPC."""
        found: dict[str, list[RouteTable]] = {vpc_id: [] for vpc_id in vpc_ids}
        for item in filtered(self._client, "describe_route_tables", "RouteTables", "vpc-id", found, SMALL_PAGE):
            found[item["VpcId"]].append(_route_table(item))
        return {vpc_id: tuple(tables) for vpc_id, tables in found.items()}

    def interfaces(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Interface, ...]]:
        """The network interfaces in use in each VPC: all of them for its owner, for others only their own.

        Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
        """
        found: dict[str, list[Interface]] = {vpc_id: [] for vpc_id in vpc_ids}
        for item in filtered(self._client, "describe_network_interfaces", "NetworkInterfaces", "vpc-id", found, PAGE):
            if item.get("Status") in {"in-use", "associated"}:
                found[item["VpcId"]].append(_interface(item))
        return {vpc_id: tuple(interfaces) for vpc_id, interfaces in found.items()}

    def every_vpc(self) -> tuple[Vpc, ...]:
        """Every VPC of the account and region, those shared with it among them."""
        pages = self._client.get_paginator("describe_vpcs").paginate(PaginationConfig={"PageSize": PAGE})
        return tuple(_vpc(item) for page in guarded(iter(pages)) for item in page["Vpcs"])

    def vpcs(self, vpc_ids: Iterable[str]) -> dict[str, Vpc]:
        """These VPCs; one that is not to be seen is left out."""
        items = filtered(self._client, "describe_vpcs", "Vpcs", "vpc-id", vpc_ids, PAGE)
        return {item["VpcId"]: _vpc(item) for item in items}

    def dns(self, vpc_ids: Iterable[str]) -> dict[str, Dns]:
        """What each VPC does with names: two calls for each, since EC2 tells one attribute at a time."""
        return {
            vpc_id: Dns(
                support=self._attribute(vpc_id, "enableDnsSupport", "EnableDnsSupport"),
                hostnames=self._attribute(vpc_id, "enableDnsHostnames", "EnableDnsHostnames"),
            )
            for vpc_id in sorted(vpc_ids)
        }

    def groups(self, group_ids: Iterable[str]) -> dict[str, SecurityGroup]:
        """These security groups; one that is not to be seen is left out."""
        items = filtered(self._client, "describe_security_groups", "SecurityGroups", "group-id", group_ids, PAGE)
        return {item["GroupId"]: _group(item) for item in items}

    def prefix_lists(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The CIDR blocks of each of these prefix lists: a call for each, since EC2 tells one list at a time.

        One that EC2 does not show is left out: another account's that is no longer shared, or one that is denied.
        """
        read = ((name, self._entries(name)) for name in sorted(ids))
        return {name: entries for name, entries in read if entries is not None}

    def vpcs_of(self, ids: Collection[str]) -> dict[str, set[str]]:
        """The VPCs in which these are: VPCs themselves, route tables, and network interfaces by id or by group."""
        found: dict[str, set[str]] = {name: {name} if name.startswith("vpc-") else set() for name in ids}
        tables = filtered(
            self._client, "describe_route_tables", "RouteTables", "route-table-id", _of_kind("rtb-", ids), SMALL_PAGE
        )
        for item in tables:
            found[item["RouteTableId"]].add(item["VpcId"])
        for name, prefix in (("network-interface-id", "eni-"), ("group-id", "sg-")):
            wanted = _of_kind(prefix, ids)
            for item in filtered(self._client, "describe_network_interfaces", "NetworkInterfaces", name, wanted, PAGE):
                groups = (group["GroupId"] for group in item.get("Groups", ()))
                for one in wanted & {item["NetworkInterfaceId"], *groups}:
                    found[one].add(item["VpcId"])
        return found

    def _entries(self, name: str) -> tuple[str, ...] | None:
        """The CIDR blocks of one prefix list; None where EC2 will never show it."""
        pages = self._client.get_paginator("get_managed_prefix_list_entries").paginate(
            PrefixListId=name, PaginationConfig={"PageSize": SMALL_PAGE}
        )
        try:
            return tuple(item["Cidr"] for page in guarded(iter(pages)) for item in page["Entries"])
        except RetryLater as error:
            if code_of(error.__cause__) in HIDDEN_LISTS:
                return None
            raise

    def _attribute(self, vpc_id: str, name: Any, member: str) -> bool | None:  # noqa: ANN401  the API's own words
        """One attribute; None of a VPC that is gone or no longer shared: endpoints in it must not stop a sweep."""
        try:
            answer: Item = self._client.describe_vpc_attribute(VpcId=vpc_id, Attribute=name)
        except FAILURES as error:
            if code_of(error) == "InvalidVpcID.NotFound":
                return None
            raise RetryLater(f"DescribeVpcAttribute {vpc_id}: {error}") from error
        return bool(answer[member]["Value"])


def _of_kind(prefix: str, ids: Iterable[str]) -> set[str]:
    return {name for name in ids if name.startswith(prefix)}


def filtered(
    client: EC2Client, operation: str, member: str, name: str, values: Iterable[str], page: int
) -> Iterator[Item]:
    """Everything of one operation whose filter matches one of these values; raise RetryLater where AWS fails."""
    for some in chunks(values):
        pages = client.get_paginator(operation).paginate(  # type: ignore[call-overload]
            Filters=[{"Name": name, "Values": some}], PaginationConfig={"PageSize": page}
        )
        for answer in guarded(iter(pages)):
            yield from answer[member]


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """As many values as one filter takes, in order; itertools.batched is not in Python 3.11."""
    ordered = iter(sorted(values))
    while some := list(islice(ordered, MAX_FILTER_VALUES)):
        yield some


def guarded(pages: Iterator[Item]) -> Iterator[Item]:
    """The same pages, with whatever AWS answers otherwise told as RetryLater."""
    while True:
        try:
            page = next(pages, None)
        except FAILURES as error:
            raise RetryLater(str(error)) from error
        if page is None:
            return
        yield page


def tags_of(item: Item) -> dict[str, str]:
    """The tags of anything that has some."""
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())}


def _subnet(item: Item) -> Subnet:
    return Subnet(
        id=item["SubnetId"],
        vpc_id=item["VpcId"],
        zone_id=item["AvailabilityZoneId"],
        zone_name=item["AvailabilityZone"],
        free_addresses=item["AvailableIpAddressCount"],
        ipv4=not item.get("Ipv6Native", False),
        ipv6=any(_associated(one, "Ipv6CidrBlockState") for one in item.get("Ipv6CidrBlockAssociationSet", ())),
        tags=tags_of(item),
    )


def _vpc(item: Item) -> Vpc:
    blocks = [
        *(part["CidrBlock"] for part in item.get("CidrBlockAssociationSet", ()) if _associated(part, "CidrBlockState")),
        *(
            part["Ipv6CidrBlock"]
            for part in item.get("Ipv6CidrBlockAssociationSet", ())
            if _associated(part, "Ipv6CidrBlockState")
        ),
    ]
    return Vpc(item["VpcId"], tuple(blocks), item.get("OwnerId", ""), tags_of(item))


def _associated(part: Item, state: str) -> bool:
    return part.get(state, {}).get("State", "associated") in {"associating", "associated"}


def _group(item: Item) -> SecurityGroup:
    inbound = tuple(_permission(part) for part in item.get("IpPermissions", ()))
    return SecurityGroup(item["GroupId"], item.get("GroupName", ""), item.get("VpcId", ""), inbound, tags_of(item))


def _permission(part: Item) -> Permission:
    pairs = [one for one in part.get("UserIdGroupPairs", ()) if "GroupId" in one]
    return Permission(
        protocol=part["IpProtocol"],
        first_port=part.get("FromPort"),
        last_port=part.get("ToPort"),
        ranges=(
            *(one["CidrIp"] for one in part.get("IpRanges", ())),
            *(one["CidrIpv6"] for one in part.get("Ipv6Ranges", ())),
        ),
        prefix_lists=tuple(one["PrefixListId"] for one in part.get("PrefixListIds", ())),
        groups=tuple(one["GroupId"] for one in pairs),
        accounts=tuple((one["GroupId"], one["UserId"]) for one in pairs if one.get("UserId")),
        descriptions=tuple(
            (one[name], one["Description"])
            for member, name in SOURCES
            for one in part.get(member, ())
            if name in one and one.get("Description")
        ),
    )


def _route_table(item: Item) -> RouteTable:
    links = [link for link in item.get("Associations", ()) if _associated(link, "AssociationState")]
    return RouteTable(
        id=item.get("RouteTableId", ""),
        vpc_id=item["VpcId"],
        routes=tuple(_route(route) for route in item.get("Routes", ())),
        subnet_ids=tuple(link["SubnetId"] for link in links if "SubnetId" in link),
        main=any(link.get("Main") for link in links),
    )


def _route(route: Item) -> Route:
    destinations = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return Route(
        destination=next((route[name] for name in destinations if route.get(name)), ""),
        target=next((route[name] for name in TARGETS if route.get(name)), ""),
        active=route.get("State", "active") == "active",
    )


def _interface(item: Item) -> Interface:
    return Interface(
        id=item["NetworkInterfaceId"],
        subnet_id=item.get("SubnetId", ""),
        zone_name=item.get("AvailabilityZone", ""),
        type=item.get("InterfaceType", "interface"),
        group_ids=tuple(group["GroupId"] for group in item.get("Groups", ())),
        requester=item.get("RequesterId", ""),
    )
