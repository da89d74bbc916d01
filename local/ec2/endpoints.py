"""The endpoint actions of EC2 as the API model documents them, in place of moto's."""

from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidVpcEndPointIdError
from moto.ec2.utils import random_vpc_ep_id

from local.ec2 import checks, network, paging, services
from local.ec2.actions import Actions
from local.ec2.endpoint import AWAITED, WITH_GROUPS, WITH_INTERFACES, WITH_POLICY, Endpoint
from local.ec2.provided import every

STORED: Final = ("IpAddressType", "DnsOptions", "ServiceNetworkArn", "ResourceConfigurationArn", "ServiceRegion")
"""Parameters of create that describe gives back as they came."""
FILTERS: Final[dict[str, paging.Read]] = {
    "ip-address-type": lambda facts: [facts.get("IpAddressType", "")],
    "service-name": lambda facts: [facts.get("ServiceName", "")],
    "service-region": lambda facts: [facts.get("ServiceRegion", "")],
    "vpc-id": lambda facts: [facts["VpcId"]],
    "vpc-endpoint-id": lambda facts: [facts["VpcEndpointId"]],
    "vpc-endpoint-state": lambda facts: [facts["State"]],
    "vpc-endpoint-type": lambda facts: [facts["VpcEndpointType"]],
}
"""The filters of DescribeVpcEndpoints in the API model; there is none for subnets or security groups."""


class EndpointActions(Actions):
    """Endpoints, and the services that they can lead to."""

    def _described(self) -> list[dict[str, Any]]:
        return [endpoint.facts() for endpoint in self.ec2_backend.vpc_end_points.values()]

    def _changes(self) -> None:
        """Keep the present answers for stale describes: a change comes now."""
        self.staging.remember(self._where(), self._described())

    def create_vpc_endpoint(self) -> ActionResult:
        """CreateVpcEndpoint; the same ClientToken again gives the endpoint that it gave first."""
        token, known = self._get_param("ClientToken"), self.ec2_backend.vpc_end_points
        endpoint = self._made_before(known)
        if endpoint is None:
            endpoint = self._new(token)
            self._changes()
            known[endpoint.id] = endpoint
            endpoint.add_tags(self._parse_tag_specification().get("vpc-endpoint", {}))
            network.sync(endpoint)
            network.route(endpoint, endpoint.route_table_ids)
        return ActionResult({"VpcEndpoint": endpoint.facts(), "ClientToken": token})

    def _new(self, token: str | None) -> Endpoint:
        """Return the endpoint that is asked for, checked, not stored yet."""
        given = self._given("VpcId", "PolicyDocument", "RouteTableIds", "SubnetIds", "SecurityGroupIds", *STORED)
        kind = self._get_param("VpcEndpointType") or "Gateway"  # the API model: "Default: Gateway"
        checks.type_is_known(kind)
        service = self._service(kind)
        self.ec2_backend.get_vpc(given["VpcId"])
        endpoint = Endpoint(
            ec2_backend=self.ec2_backend,
            id=random_vpc_ep_id(),
            vpc_id=given["VpcId"],
            vpc_endpoint_type=kind,
            service_name=self._get_param("ServiceName") or "",
            policy_document=WITH_POLICY.get(kind),
            ready_at=self.staging.ready_at(),
            withheld=AWAITED if service.get("AcceptanceRequired") else "",
            provided=next((one for one in every() if one.name == service.get("ServiceName")), None),
            client_token=token,
            other={name: given[name] for name in STORED if given[name] is not None},
        )
        self._fill(endpoint, given, service)
        return endpoint

    def _service(self, kind: str) -> dict[str, Any]:
        """Return the service asked for; types that need no ServiceName have none."""
        name = self._get_param("ServiceName")
        if not name and kind in WITH_INTERFACES - {"Interface", "GatewayLoadBalancer"}:
            return {}
        found = self._found(name or "", kind)
        if found is None:
            raise checks.refuse("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
        return found

    def _found(self, name: str, kind: str) -> dict[str, Any] | None:
        return services.find(self._catalogue(), name, kind)

    def _catalogue(self) -> list[dict[str, Any]]:
        return services.catalogue(*self._where(), self.callers, self.staging)

    def _fill(self, endpoint: Endpoint, given: dict[str, Any], service: dict[str, Any]) -> None:
        """Set what depends on the type; the VPC's default security group where none is named (the API model)."""
        checks.fits_type(endpoint, {**given, "PrivateDnsEnabled": self._get_bool_param("PrivateDnsEnabled")})
        subnet_ids, group_ids = given["SubnetIds"] or [], given["SecurityGroupIds"] or []
        checks.subnets(endpoint, [], subnet_ids, service.get("AvailabilityZoneIds", []))
        checks.groups(self.ec2_backend, group_ids)
        if given["PolicyDocument"]:
            endpoint.policy_document = checks.policy(given["PolicyDocument"])
        if endpoint.vpc_endpoint_type in WITH_GROUPS and not group_ids:
            group_ids = [self.ec2_backend.get_default_security_group(endpoint.vpc_id).id]
        endpoint.subnet_ids, endpoint.security_group_ids = list(subnet_ids), list(group_ids)
        endpoint.route_table_ids = list(given["RouteTableIds"] or [])
        endpoint.private_dns_enabled = network.private_dns(endpoint, asked=self._get_bool_param("PrivateDnsEnabled"))

    def modify_vpc_endpoint(self) -> ActionResult:
        """ModifyVpcEndpoint: all that is asked for, or nothing."""
        endpoint_id = self._get_param("VpcEndpointId")
        checks.known_ids(self.ec2_backend, [endpoint_id])
        endpoint = self.ec2_backend.vpc_end_points[endpoint_id]
        lists = self._given("AddSubnetIds", "RemoveSubnetIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds")
        lists |= self._given("AddRouteTableIds", "RemoveRouteTableIds")
        asked = {name: value or [] for name, value in lists.items()}
        asked |= self._given("PolicyDocument")
        asked |= {name: self._get_bool_param(name) for name in ("ResetPolicy", "PrivateDnsEnabled")}
        checks.fits_type(endpoint, asked)
        service = self._found(endpoint.service_name, endpoint.vpc_endpoint_type) or {}
        change = network.Change.of(endpoint, asked, service.get("AvailabilityZoneIds", []))
        self._changes()
        change.apply(endpoint, {name: value for name, value in self._given(*STORED).items() if value is not None})
        return ActionResult({"Return": True})

    def describe_vpc_endpoints(self) -> ActionResult:
        """DescribeVpcEndpoints; one unknown id fails the whole call."""
        ids = self._get_param("VpcEndpointIds", [])
        described = self.staging.before(self._where()) if self.stale else self._described()
        visible = {facts["VpcEndpointId"] for facts in described}
        for endpoint_id in ids:
            if checks.ENDPOINT_ID.fullmatch(endpoint_id) and endpoint_id not in visible:
                raise InvalidVpcEndPointIdError(endpoint_id)
            if endpoint_id not in visible:
                raise checks.refuse("InvalidVpcEndpointId.Malformed", f"Invalid Id: '{endpoint_id}'")
        found = [facts for facts in described if not ids or facts["VpcEndpointId"] in ids]
        return self._listed("VpcEndpoints", found, FILTERS)

    def delete_vpc_endpoints(self) -> ActionResult:
        """DeleteVpcEndpoints: what cannot be deleted is in `Unsuccessful`; the others are gone."""
        self._changes()
        unsuccessful = []
        for endpoint_id in self._get_param("VpcEndpointIds", []):
            endpoint = self.ec2_backend.vpc_end_points.pop(endpoint_id, None)
            if endpoint is None:
                why = f"'{endpoint_id}' does not exist"
                unsuccessful.append(checks.unsuccessful(endpoint_id, "InvalidVpcEndpointId.NotFound", why))
            else:
                network.release(endpoint)
        return ActionResult({"Unsuccessful": unsuccessful})

    def describe_vpc_endpoint_services(self) -> ActionResult:
        """DescribeVpcEndpointServices: of this region, or of those asked for; an unknown name is an error."""
        names, filters = self._get_param("ServiceNames", []), self._filters_from_querystring()
        paging.check(filters, services.FILTERS)
        regions = self._get_param("ServiceRegions", []) or [self.region]
        details = [one for one in self._catalogue() if one["ServiceRegion"] in regions]
        unknown = [name for name in names if name not in {detail["ServiceName"] for detail in details}]
        if unknown:
            raise checks.refuse("InvalidServiceName", f"The Vpc Endpoint Service '{unknown[0]}' does not exist")
        found = [detail for detail in details if not names or detail["ServiceName"] in names]
        found = [detail for detail in found if paging.matches(detail, filters, services.FILTERS)]
        items, token = paging.page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        every = list(dict.fromkeys(detail["ServiceName"] for detail in items))
        return ActionResult({"ServiceNames": every, "ServiceDetails": items, "NextToken": token})
