"""EC2: observe endpoints and their neighbours in few calls, and carry out a plan in one.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple, assert_never

from botocore.exceptions import ClientError

from .actions import AcceptConnections, Action, AddSubnets, RejectConnections, RemoveSubnets, ReplacePolicy
from .errors import CannotFix, NotYet, Outdated, RetryLater, Unsure
from .failures import EXPIRED, FAILURES, code_of, refuses, status_of
from .model import Endpoint, EndpointKey, Service, ServiceKey
from .surroundings import NEEDS as SURROUNDINGS
from .surroundings import PREFIX_LISTS, Surroundings, chunks, guarded, tags_of

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

    from .hosted_zones import Route53
    from .metrics import Metrics
    from .neighbours import HostedZones
    from .recording import Trail
    from .trails import Trails

READS: Final = frozenset({"ec2:DescribeVpcEndpoints", "ec2:DescribeVpcEndpointServices"}) | SURROUNDINGS
WRITES: Final = frozenset(need for action in (AddSubnets, ReplacePolicy) for need in action.NEEDS)
ACROSS_REGIONS: Final = frozenset({"vpce:AllowMultiRegion"})
"""No call: EC2 asks for it besides, where an endpoint whose service is in another region is changed.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_vpce.html
"""
NEEDS: Final = READS | PREFIX_LISTS | WRITES | ACROSS_REGIONS

CATALOGUE_SECONDS: Final = 15 * 60
PAGE: Final = 1_000

PASSING: Final = frozenset(
    {
        "RequestLimitExceeded", "Throttling", "ThrottlingException", "EC2ThrottledException", "OperationInProgress",
        "IncorrectState", "InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound",
    }
)  # fmt: skip
"""Answers to a write that say it was not made, and that the same endpoint is worth another look later.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""
BROKEN: Final = frozenset({"InternalError", "InternalFailure", "ServiceUnavailable", "Unavailable", "RequestTimeout"})
"""Answers to a write that do not say whether it was made; so does any other with a status of 500 and more."""
OUTDATED: Final = frozenset(
    {
        "DuplicateSubnetsInSameZone", "InvalidParameter", "InvalidSubnet", "InvalidSubnetID.NotFound",
        "InsufficientFreeAddressesInSubnet",
    }
)  # fmt: skip
"""Answers to a write that say the plan's facts were old: a subnet gone or full, a zone not supported."""

UNDER_WAY: Final = "operation going on"
"""EC2 can say InvalidParameter, too, of an endpoint that is being changed.

Source: https://github.com/mongodb/terraform-provider-mongodbatlas/issues/590
"""

Item = Mapping[str, Any]


class Elsewhere(NamedTuple):
    """What other services than EC2 know: CloudWatch of use, CloudTrail of what is recorded, Route 53 of names."""

    metrics: Metrics
    trails: Trails
    route53: Route53


class Ec2:
    """One account and region's EC2, read by `client`; `make_writer` makes the client that writes, when first needed.

    The writer makes one attempt: ModifyVpcEndpoint has no client token, so a resend after a lost answer is blind.
    Reads raise RetryLater whatever goes wrong: the message is tried again, and an alarm rings if it stays so. Only
    services of another region, which AWS may refuse to tell of for good, are not known then.
    """

    def __init__(
        self,
        account: str,
        region: str,
        client: EC2Client,
        make_writer: Callable[[], EC2Client],
        elsewhere: Elsewhere,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take clients that are made already; `clock` gives seconds, for the age of the service catalogue."""
        self.account = account
        self.region = region
        self._client = client
        self.around = Surroundings(client)
        self.metrics, self._trails, self._route53 = elsewhere
        self._make_writer = make_writer
        self._writer: EC2Client | None = None
        self._clock = clock
        self._catalogue: dict[ServiceKey, tuple[float, Service | None]] = {}

    def endpoints(self, ids: Iterable[str]) -> dict[str, Endpoint]:
        """The endpoints among these ids that exist; asked by filter, since one unknown id would fail the others."""
        found: dict[str, Endpoint] = {}
        for some in chunks(set(ids)):
            for page in self._pages(Filters=[{"Name": "vpc-endpoint-id", "Values": some}]):
                found |= {endpoint.key.id: endpoint for endpoint in page}
        return found

    def sweep(self) -> Iterator[tuple[Endpoint, ...]]:
        """Every endpoint, in pages of at most 1,000: never all of them in memory."""
        return self._pages()

    def services(self, endpoints: Iterable[Endpoint]) -> dict[ServiceKey, Service]:
        """The services of these endpoints, from a catalogue at most 15 minutes old; one call for each of their regions.

        All calls go to this region's EC2, which refuses the name of another region's service unless that is named too.
        Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
        """
        wanted = {endpoint.service_key for endpoint in endpoints if endpoint.service_name}
        oldest = self._clock() - CATALOGUE_SECONDS
        stale = {key for key in wanted if key not in self._catalogue or self._catalogue[key][0] < oldest}
        for region in sorted({key.region for key in stale}):
            self._read_services(region, {key for key in stale if key.region == region})
        known = {key: self._catalogue[key][1] for key in wanted}
        return {key: service for key, service in known.items() if service}

    def forget_services(self) -> None:
        """Drop the catalogue: it proved old."""
        self._catalogue.clear()

    def of_vpcs(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Endpoint, ...]]:
        """Every endpoint of each of these VPCs, of whatever kind."""
        found: dict[str, list[Endpoint]] = {vpc_id: [] for vpc_id in vpc_ids}
        for some in chunks(found):
            for page in self._pages(Filters=[{"Name": "vpc-id", "Values": some}]):
                for endpoint in page:
                    found[endpoint.vpc_id].append(endpoint)
        return {vpc_id: tuple(endpoints) for vpc_id, endpoints in found.items()}

    def hosted_zones(self, vpc_ids: Iterable[str]) -> dict[str, HostedZones]:
        """The private hosted zones that are associated with each VPC."""
        return self._route53.of_vpcs(vpc_ids)

    def trails(self) -> tuple[Trail, ...]:
        """CloudTrail's trails that cover the region."""
        return self._trails.read()

    def apply(self, endpoint_id: str, actions: tuple[Action, ...]) -> None:
        """Carry out all the actions or none, in one call; raise NotYet, Unsure, Outdated or CannotFix.

        One call, because EC2 answers OperationInProgress to a second one that comes too soon.
        After any of these errors the change may still have been made: look again before saying anything.
        Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
        """
        self._writer = self._writer or self._make_writer()
        try:
            self._writer.modify_vpc_endpoint(VpcEndpointId=endpoint_id, **request(actions))
        except FAILURES as error:
            raise refusal(endpoint_id, error) from error

    def _pages(self, **how: Any) -> Iterator[tuple[Endpoint, ...]]:  # noqa: ANN401  the API's own parameters
        pages = self._client.get_paginator("describe_vpc_endpoints").paginate(
            **how, PaginationConfig={"PageSize": PAGE}
        )
        for page in guarded(iter(pages)):
            yield tuple(_endpoint(item, self.account, self.region) for item in page["VpcEndpoints"])

    def _read_services(self, region: str, wanted: set[ServiceKey]) -> None:
        now = self._clock()
        names = sorted({key.name for key in wanted})
        told = self._ask(region, names)
        found = {ServiceKey(service.name, service.type_name, region): service for service in told}
        for key in wanted:
            self._catalogue[key] = (now, found.get(key))

    def _ask(self, region: str, names: Sequence[str]) -> list[Service]:
        """Describe services of a region by name; a name that EC2 refuses is left out, so that the others are known.

        EC2 refuses all for one, and says which: a provider can withdraw its service while endpoints to it stand. Where
        it does not say, the names are asked for by halves.
        """
        elsewhere = region != self.region
        how: Any = {"ServiceRegions": [region]} if elsewhere else {}
        pages = self._client.get_paginator("describe_vpc_endpoint_services").paginate(ServiceNames=list(names), **how)
        try:
            items = [item for page in pages for item in page["ServiceDetails"]]
        except FAILURES as error:
            if code_of(error) == "InvalidServiceName":
                some = _without_refused(names, str(error))
                return [service for part in some for service in self._ask(region, part)]
            if elsewhere and _is_refusal(error):
                return []
            raise RetryLater(f"DescribeVpcEndpointServices: {error}") from error
        there = [item for item in items if not elsewhere or item.get("ServiceRegion", region) == region]
        return [service for item in there for service in _services(item)]


def _without_refused(names: Sequence[str], answer: str) -> list[Sequence[str]]:
    """What is to be asked for after this refusal: in one call, in two, or not at all."""
    said = set(re.findall(r"[\w.-]*\w", answer))
    rest = [name for name in names if name not in said]
    if len(rest) < len(names):
        return [rest] if rest else []
    middle = len(names) // 2
    return [names[:middle], names[middle:]] if middle else []


def _is_refusal(error: Exception) -> bool:
    """Whether AWS says that it will not answer this question, now or at the next try.

    Which codes a region has that the account did not opt in to, or that a policy of the organisation closes, is not
    documented. So it is any error of the client's that does not pass: one such endpoint must not stop all the others.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    return refuses(error, PASSING | BROKEN | EXPIRED)


def refusal(name: str, error: Exception) -> NotYet | CannotFix:
    """What a caller should do after this answer to a write; `name` is the id of what was to be written."""
    words = f"{name}: {error}"
    if not isinstance(error, ClientError):
        return Unsure(words)
    code = code_of(error)
    if code in OUTDATED and UNDER_WAY not in words:
        return Outdated(words)
    if code in PASSING | OUTDATED:
        return NotYet(words)
    if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR or code in BROKEN:
        return Unsure(words)
    return CannotFix(words, code)


def request(actions: tuple[Action, ...]) -> dict[str, Any]:
    """The parameters of the one call that carries out these actions."""
    parameters: dict[str, Any] = {}
    for action in actions:
        match action:
            case AddSubnets(subnet_ids=subnet_ids):
                parameters["AddSubnetIds"] = list(subnet_ids)
            case RemoveSubnets(subnet_ids=subnet_ids):
                parameters["RemoveSubnetIds"] = list(subnet_ids)
            case ReplacePolicy(document=document):
                parameters["PolicyDocument"] = document
            case AcceptConnections(service_id, endpoint_ids) | RejectConnections(service_id, endpoint_ids):
                parameters |= {"ServiceId": service_id, "VpcEndpointIds": list(endpoint_ids)}
            case _:
                assert_never(action)
    return parameters


def _endpoint(item: Item, account: str, region: str) -> Endpoint:
    return Endpoint(
        key=EndpointKey(account, region, item["VpcEndpointId"]),
        type_name=item.get("VpcEndpointType", ""),
        vpc_id=item.get("VpcId", ""),
        service_name=item.get("ServiceName", ""),
        state=item.get("State", "").lower(),
        created=item.get("CreationTimestamp"),
        subnet_ids=tuple(item.get("SubnetIds", ())),
        policy=item.get("PolicyDocument"),
        private_dns=item.get("PrivateDnsEnabled", False),
        inbound_only=item.get("DnsOptions", {}).get("PrivateDnsOnlyForInboundResolverEndpoint", False),
        requester_managed=item.get("RequesterManaged", False),
        security_group_ids=tuple(group["GroupId"] for group in item.get("Groups", ())),
        route_table_ids=tuple(item.get("RouteTableIds", ())),
        network_interface_ids=tuple(item.get("NetworkInterfaceIds", ())),
        service_region=item.get("ServiceRegion"),
        ip_address_type=item.get("IpAddressType", "ipv4"),
        leads_to=item.get("ResourceConfigurationArn") or item.get("ServiceNetworkArn", ""),
        payer=_payer(item),
        tags=tags_of(item),
    )


def _payer(item: Item) -> str:
    """Who pays for the endpoint itself; what it costs at its other end may be another's."""
    told = (one for one in item.get("PayerResponsibilities", ()) if one.get("Scope") == "vpc-endpoint-charges")
    return next((one.get("PayerResponsibilityType", "") for one in told), "")


def _services(item: Item) -> list[Service]:
    return [
        Service(
            name=item["ServiceName"],
            type_name=kind["ServiceType"],
            owner=item.get("Owner", ""),
            zone_names=frozenset(item.get("AvailabilityZones", ())),
            zone_ids=frozenset(item.get("AvailabilityZoneIds", ())),
            policy_supported=item.get("VpcEndpointPolicySupported", False),
            private_dns_names=_private_names(item),
            private_dns_state=item.get("PrivateDnsNameVerificationState", ""),
        )
        for kind in item.get("ServiceType", ())
    ]


def _private_names(item: Item) -> tuple[str, ...]:
    """All that are told, by either of two members."""
    names = (*(one["PrivateDnsName"] for one in item.get("PrivateDnsNames", ())), item.get("PrivateDnsName", ""))
    return tuple(dict.fromkeys(name for name in names if name))
