"""EC2, the provider's side: the endpoint services of this account, with who may connect and who does.

Only DescribeVpcEndpointServiceConfigurations is asked which services there are: it tells the account's own and no
other's, while DescribeVpcEndpointServices tells every service that the account can reach, whoever's it is.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServiceConfigurations.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from .actions import AcceptConnections
from .aws import refusal, request
from .balancers import NEEDS as BALANCERS
from .balancers import Balancers, Client
from .consumer_zones import NEEDS as CONSUMER_ZONES
from .consumer_zones import zones_of
from .errors import Unsure
from .failures import FAILURES
from .model import DEAD_STATES, EndpointKey
from .subjects import Connection, Notification, Principal, PrivateDns, ServicePart, ServiceSeen
from .surroundings import guarded, tags_of

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

READS: Final = (
    BALANCERS
    | CONSUMER_ZONES
    | {
        "ec2:DescribeVpcEndpointServiceConfigurations",
        "ec2:DescribeVpcEndpointConnections",
        "ec2:DescribeVpcEndpointConnectionNotifications",
    }
)
WRITES: Final = frozenset(AcceptConnections.NEEDS)
"""On the endpoint services too."""
PERMISSIONS: Final = frozenset({"ec2:DescribeVpcEndpointServicePermissions"})
"""Needed besides, on the endpoint services themselves.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""
NEEDS: Final = READS | PERMISSIONS | WRITES
PAGE: Final = 1_000
CROSS_REGION: Final = {"Name": "vpc-endpoint-region", "Values": ["cross-region"]}

Item = Mapping[str, Any]


class Provider:
    """The endpoint services of one account and region; each read raises RetryLater where AWS does not answer.

    The writer makes one attempt, as that of endpoints does: AcceptVpcEndpointConnections has no client token either.
    """

    def __init__(
        self,
        account: str,
        region: str,
        client: EC2Client,
        make_balancers: Callable[[], Client],
        make_writer: Callable[[], EC2Client],
    ) -> None:
        """Take a client that is made already, and what makes others when first needed: of "elbv2", and the writer."""
        self.account = account
        self.region = region
        self._client = client
        self._balancers = Balancers(make_balancers)
        self._make_writer = make_writer
        self._writer: EC2Client | None = None
        self._with: Mapping[ServicePart, Callable[[Sequence[ServiceSeen]], Iterable[ServiceSeen]]] = {
            ServicePart.BALANCERS: self._with_balancers,
            ServicePart.CONNECTIONS: self._with_connections,
            ServicePart.ZONES: self._with_zones,
            ServicePart.NOTIFICATIONS: self._with_notifications,
            ServicePart.PRINCIPALS: self._with_principals,
        }

    def services(
        self, now: datetime, parts: AbstractSet[ServicePart], ids: Collection[str] | None = None
    ) -> tuple[ServiceSeen, ...]:
        """Every endpoint service of the account, or those of these ids that exist, as they are `now`, with these parts.

        The list is one call, and all where there is none. Else each part is read only if it is named. Load balancers
        are one call for each twenty; connections are one for all, and one for those from other regions where a service
        can have some; consumers' zones are one for each 200 endpoints of this account's own, and one for their subnets;
        notifications are one for all; and principals one for each service, but for those that are on their way out: of
        them EC2 may know no more.
        """
        listed = self._pages("describe_vpc_endpoint_service_configurations", "ServiceConfigurations")
        services = [self._listed(item, now) for item in listed if ids is None or item["ServiceId"] in ids]
        for part in ServicePart:
            if part in parts and services:
                services = [replace(one, read=one.read | {part}) for one in self._with[part](services)]
        return tuple(services)

    def accept(self, action: AcceptConnections) -> dict[str, str]:
        """Accept these requests in one call; by id, AWS's words of those that it did not accept.

        Raise NotYet, Unsure, Outdated or CannotFix, as a write to an endpoint does: look again before saying anything.
        Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html
        """
        self._writer = self._writer or self._make_writer()
        try:
            answer = self._writer.accept_vpc_endpoint_connections(**request((action,)))
        except FAILURES as error:
            raise refusal(action.service_id, error) from error
        refused = {item.get("ResourceId", ""): _words(item.get("Error", {})) for item in answer.get("Unsuccessful", ())}
        if not refused.keys() <= set(action.endpoint_ids):
            raise Unsure(f"{action.service_id}: EC2 does not tell whom it did not accept: {refused}")
        return refused

    def _listed(self, item: Item, now: datetime) -> ServiceSeen:
        """What the list tells of a service: no part of it."""
        return ServiceSeen(
            key=EndpointKey(self.account, self.region, item["ServiceId"]),
            name=item.get("ServiceName", ""),
            at=now,
            state=item.get("ServiceState", "").lower(),
            type_name=next((kind["ServiceType"] for kind in item.get("ServiceType", ())), ""),
            acceptance_required=item.get("AcceptanceRequired", False),
            balancer_arns=(*item.get("NetworkLoadBalancerArns", ()), *item.get("GatewayLoadBalancerArns", ())),
            zone_names=frozenset(item.get("AvailabilityZones", ())),
            zone_ids=frozenset(item.get("AvailabilityZoneIds", ())),
            ip_address_types=tuple(item.get("SupportedIpAddressTypes", ())),
            private_dns=_private_dns(item),
            payer=item.get("PayerResponsibility", ""),
            manages_endpoints=item.get("ManagesVpcEndpoints", False),
            remote_access=item.get("RemoteAccessEnabled", False),
            supported_regions=tuple(one["Region"] for one in item.get("SupportedRegions", ())),
            tags=tags_of(item),
            read=frozenset(),
        )

    def _with_balancers(self, services: Sequence[ServiceSeen]) -> Iterator[ServiceSeen]:
        found = self._balancers.named(arn for one in services for arn in one.balancer_arns)
        for one in services:
            yield replace(one, balancers=tuple(found[arn] for arn in one.balancer_arns if arn in found))

    def _with_connections(self, services: Sequence[ServiceSeen]) -> Iterator[ServiceSeen]:
        found = self._connections(elsewhere=any(self._from_elsewhere(one) for one in services))
        for one in services:
            yield replace(one, connections=tuple(_connection(item) for item in found[one.key.id]))

    def _from_elsewhere(self, service: ServiceSeen) -> bool:
        """Whether consumers of other regions can connect to the service."""
        return service.remote_access or bool(set(service.supported_regions) - {self.region})

    def _connections(self, *, elsewhere: bool) -> dict[str, list[Item]]:
        """All connections, each once; those from other regions EC2 has a filter for, and may else not tell.

        Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnections.html
        """
        operation, member = "describe_vpc_endpoint_connections", "VpcEndpointConnections"
        found = self._by_service(operation, member)
        if elsewhere:
            for service_id, more in self._by_service(operation, member, Filters=[CROSS_REGION]).items():
                known = {item["VpcEndpointId"] for item in found[service_id]}
                found[service_id] += [item for item in more if item["VpcEndpointId"] not in known]
        return found

    def _with_zones(self, services: Sequence[ServiceSeen]) -> Iterator[ServiceSeen]:
        own = (each.endpoint_id for one in services for each in one.connections if self._is_own(each))
        found = zones_of(self._client, own)
        for one in services:
            zoned = (each._replace(zone_names=found.get(each.endpoint_id)) for each in one.connections)
            yield replace(one, connections=tuple(zoned))

    def _is_own(self, connection: Connection) -> bool:
        """Whether the consumer's endpoint stands in this account and region, and is served."""
        here = connection.region in {"", self.region}
        return connection.owner == self.account and here and connection.let_in

    def _with_notifications(self, services: Sequence[ServiceSeen]) -> Iterator[ServiceSeen]:
        found = self._by_service("describe_vpc_endpoint_connection_notifications", "ConnectionNotificationSet")
        for one in services:
            yield replace(one, notifications=tuple(_notification(item) for item in found[one.key.id]))

    def _with_principals(self, services: Sequence[ServiceSeen]) -> Iterator[ServiceSeen]:
        for one in services:
            principals = () if one.state in DEAD_STATES else self._principals(one.key.id)
            yield replace(one, principals=principals)

    def _principals(self, service_id: str) -> tuple[Principal, ...]:
        found = self._pages("describe_vpc_endpoint_service_permissions", "AllowedPrincipals", ServiceId=service_id)
        return tuple(_principal(item) for item in found)

    def _by_service(self, operation: str, member: str, **how: Any) -> dict[str, list[Item]]:  # noqa: ANN401  the API's
        """Everything of one kind, by the service that it is of; notifications can be of an endpoint instead."""
        found: defaultdict[str, list[Item]] = defaultdict(list)
        for item in self._pages(operation, member, **how):
            found[item.get("ServiceId", "")].append(item)
        return found

    def _pages(self, operation: str, member: str, **how: Any) -> Iterator[Item]:  # noqa: ANN401  the API's own
        pages = self._client.get_paginator(operation).paginate(  # type: ignore[call-overload]
            **how, PaginationConfig={"PageSize": PAGE}
        )
        for page in guarded(iter(pages)):
            yield from page[member]


def _private_dns(item: Item) -> PrivateDns | None:
    name, proof = item.get("PrivateDnsName"), item.get("PrivateDnsNameConfiguration", {})
    return PrivateDns(name, *(proof.get(key, "") for key in ("State", "Type", "Name", "Value"))) if name else None


def _principal(item: Item) -> Principal:
    return Principal(item["Principal"], item.get("PrincipalType", ""), item.get("ServicePermissionId", ""))


def _connection(item: Item) -> Connection:
    return Connection(
        endpoint_id=item["VpcEndpointId"],
        owner=item.get("VpcEndpointOwner", ""),
        state=item.get("VpcEndpointState", "").lower(),
        created=item.get("CreationTimestamp"),
        ip_address_type=item.get("IpAddressType", ""),
        region=item.get("VpcEndpointRegion", ""),
    )


def _words(error: Item) -> str:
    return ": ".join(part for part in (error.get("Code", ""), error.get("Message", "")) if part) or "no reason is given"


def _notification(item: Item) -> Notification:
    return Notification(
        id=item["ConnectionNotificationId"],
        topic_arn=item.get("ConnectionNotificationArn", ""),
        events=frozenset(item.get("ConnectionEvents", ())),
        enabled=item.get("ConnectionNotificationState", "") == "Enabled",
    )
