"""EC2's answers in its query protocol, made from an estate: six actions, with their filters and pages.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar
from xml.sax.saxutils import escape

from .estate import REGION, Estate, Subnet
from .items import Xml, endpoint_item, route_tables, service_item, subnet_item

NAMESPACE: Final = "http://ec2.amazonaws.com/doc/2016-11-15/"
LARGEST_PAGE: Final = 1_000
Parameters = Mapping[str, str]
T = TypeVar("T")


class Refused(Exception):
    """EC2 refuses the call, with this code."""


class Ec2Api:
    """One account and region's EC2."""

    def __init__(self, estate: Estate) -> None:
        """Answer from this estate, and change it where it is modified."""
        self._estate = estate
        self._written: dict[str, str] = {}
        self._answers: Mapping[str, Callable[[Parameters], str]] = {
            "DescribeVpcEndpoints": self._describe_endpoints,
            "DescribeVpcEndpointServices": self._describe_services,
            "DescribeVpcEndpointServiceConfigurations": lambda _: written("serviceConfigurationSet", []),
            "DescribeSubnets": self._describe_subnets,
            "DescribeRouteTables": self._describe_route_tables,
            "ModifyVpcEndpoint": self._modify,
        }

    def answer(self, action: str, parameters: Parameters) -> str:
        """The XML of the answer; raise Refused."""
        if action not in self._answers:
            raise Refused("InvalidAction")
        inner = self._answers[action](parameters)
        return f'<{action}Response xmlns="{NAMESPACE}"><requestId>bench</requestId>{inner}</{action}Response>'

    def _describe_endpoints(self, parameters: Parameters) -> str:
        ids = filtered(parameters, "vpc-endpoint-id")
        known = self._estate.endpoints
        wanted = list(known) if ids is None else [one for one in ids if one in known]
        return _paged(parameters, "vpcEndpointSet", [self._endpoint(one) for one in _page(parameters, wanted)], wanted)

    def _describe_services(self, parameters: Parameters) -> str:
        names, regions = numbered(parameters, "ServiceName"), numbered(parameters, "ServiceRegion")
        known = self._estate.services if REGION in (regions or [REGION]) else {}
        if any(name not in known for name in names):
            raise Refused("InvalidServiceName")
        services = [self._estate.services[name] for name in names]
        details = [service_item(service, kind) for service in services for kind in service.types]
        return written("serviceNameSet", list(names)) + written("serviceDetailSet", details)

    def _describe_subnets(self, parameters: Parameters) -> str:
        subnets = self._of_vpcs(parameters)
        items = [written("item", subnet_item(subnet)) for subnet in _page(parameters, subnets)]
        return _paged(parameters, "subnetSet", items, subnets)

    def _describe_route_tables(self, parameters: Parameters) -> str:
        vpc_ids = [one for one in filtered(parameters, "vpc-id") or () if one in self._estate.subnets]
        tables = [table for vpc_id in vpc_ids for table in route_tables(vpc_id, self._estate.subnets[vpc_id])]
        items = [written("item", table) for table in _page(parameters, tables)]
        return _paged(parameters, "routeTableSet", items, tables)

    def _modify(self, parameters: Parameters) -> str:
        endpoint = self._estate.endpoints.get(parameters["VpcEndpointId"])
        if endpoint is None:
            raise Refused("InvalidVpcEndpointId.NotFound")
        added = tuple(numbered(parameters, "AddSubnetId"))
        self._estate.endpoints[endpoint.id] = replace(
            endpoint,
            subnet_ids=(*endpoint.subnet_ids, *added),
            policy=parameters.get("PolicyDocument", endpoint.policy),
        )
        self._written.pop(endpoint.id, None)
        return written("return", value=True)

    def _endpoint(self, name: str) -> str:
        """The endpoint's XML, written once: the server must not be what is measured."""
        if name not in self._written:
            self._written[name] = written("item", endpoint_item(self._estate.endpoints[name]))
        return self._written[name]

    def _of_vpcs(self, parameters: Parameters) -> list[Subnet]:
        vpc_ids = filtered(parameters, "vpc-id") or ()
        return [subnet for vpc_id in vpc_ids for subnet in self._estate.subnets.get(vpc_id, ())]


def written(name: str, value: Xml) -> str:
    """A value as XML, a list with an `item` for each."""
    if isinstance(value, bool):
        inner = "true" if value else "false"
    elif isinstance(value, str):
        inner = escape(value)
    elif isinstance(value, int):
        inner = str(value)
    elif isinstance(value, Mapping):
        inner = "".join(written(key, item) for key, item in value.items())
    else:
        inner = "".join(written("item", item) for item in value)
    return f"<{name}>{inner}</{name}>"


def numbered(parameters: Parameters, name: str) -> list[str]:
    """The values of a list parameter: Name.1, Name.2 and so on."""
    found: list[str] = []
    while (key := f"{name}.{len(found) + 1}") in parameters:
        found.append(parameters[key])
    return found


def filtered(parameters: Parameters, name: str) -> list[str] | None:
    """The values of the filter of this name; None where it is not asked for."""
    place = 1
    while found := parameters.get(f"Filter.{place}.Name"):
        if found == name:
            return numbered(parameters, f"Filter.{place}.Value")
        place += 1
    return None


def _bounds(parameters: Parameters) -> tuple[int, int]:
    start = int(parameters.get("NextToken", "0"))
    return start, start + min(int(parameters.get("MaxResults", LARGEST_PAGE)), LARGEST_PAGE)


def _page(parameters: Parameters, items: Sequence[T]) -> Sequence[T]:
    start, end = _bounds(parameters)
    return items[start:end]


def _paged(parameters: Parameters, name: str, items: Sequence[str], of_all: Sequence[object]) -> str:
    """One page, with a token where there is more."""
    _, end = _bounds(parameters)
    token = written("nextToken", str(end)) if end < len(of_all) else ""
    return f"<{name}>{''.join(items)}</{name}>{token}"
