"""Of which region AWS's answers in files are: only as far as they tell it for certain; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from warden.model import Kind

from .exits import CouldNotLook

REGION: Final = r"[a-z]{2,}(?:-[a-z]+)+-\d+"
IN_NAME: Final = re.compile(rf"\.({REGION})\.")
"""In a service's name: "com.amazonaws.us-east-1.kms"."""
ZONE: Final = re.compile(rf"({REGION})[a-z-]")
"""A zone's name begins with its region's: "us-east-1a", "us-west-2-lax-1a"."""
ZONAL: Final = re.compile(rf"(?:\*\.)?vpce-[0-9a-f]+-[0-9a-z]+-{ZONE.pattern}")
"""How the DNS name of an endpoint in a zone begins: "vpce-0123456789abcdef0-abcdefgh-us-east-1a.kms.us-east-1...".

The zone is the endpoint's; the region near the name's end is the service's, which can be another. Names of endpoints of
S3 begin with an asterisk.
Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
"""


def region_of(tree: Mapping[str, Any], given: str | None) -> str:
    """The region of the endpoints in the files; raise CouldNotLook where that is not certain, or not what is given."""
    sure = set(_sure(tree))
    if given:
        if sure - {given}:
            do = "Leave --region out, or give the files of that region."
            raise CouldNotLook(f"--region is {given}, and the files are of {_said(sure)}", do)
        return given
    found = sure or set(_by_name(tree))
    if len(found) > 1:
        raise CouldNotLook(f"the files are of several regions: {_said(found)}", "Give those of one.")
    if not found:
        do = "Say it with --region REGION: where `aws ec2 describe-vpc-endpoints` was asked."
        raise CouldNotLook("the files do not tell of which region they are", do)
    return found.pop()


def _said(regions: set[str]) -> str:
    return ", ".join(sorted(regions))


def _sure(tree: Mapping[str, Any]) -> Iterator[str]:
    """Regions in which an endpoint stands, whatever region its service is in."""
    endpoints = _items(tree, "VpcEndpoints")
    for one in endpoints:
        if one.get("VpcEndpointType") == Kind.GATEWAY.value:  # which never crosses regions
            yield from IN_NAME.findall(str(one.get("ServiceName")))
        for name in _items(one, "DnsEntries"):
            yield from _begins(ZONAL, name.get("DnsName"))
    vpcs = {str(one.get("VpcId")) for one in endpoints}
    for subnet in _items(tree, "Subnets"):
        if subnet.get("VpcId") in vpcs:
            yield from _begins(ZONE, subnet.get("AvailabilityZone"))


def _by_name(tree: Mapping[str, Any]) -> Iterator[str]:
    """The regions in the names of services that AWS tells no region of: they stand beside the endpoints."""
    for one in _items(tree, "VpcEndpoints"):
        if not one.get("ServiceRegion"):
            yield from IN_NAME.findall(str(one.get("ServiceName")))


def _begins(pattern: re.Pattern[str], text: object) -> Iterator[str]:
    found = pattern.match(str(text))
    if found:
        yield found[1]


def _items(tree: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list; what AWS would not write is told where it is read."""
    items = tree.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
