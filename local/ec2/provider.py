"""The actions of whoever provides an endpoint service, and their checks, in place of moto's: it knows no acceptance.

Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from collections.abc import Iterable
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import NoLoadBalancersProvided, UnknownVpcEndpointService
from moto.ec2.utils import random_id
from moto.elbv2.models import elbv2_backends

from local.ec2 import checks, paging
from local.ec2.actions import Actions
from local.ec2.endpoint import attached
from local.ec2.provided import BALANCERS, PrivateDns, Provided

KINDS: Final = {"NetworkLoadBalancerArns": "network", "GatewayLoadBalancerArns": "gateway"}
"""The type of load balancer that each parameter takes."""
IN_USE: Final = "ExistingVpcEndpointConnections"
IN_USE_WORDS: Final = "Service has existing active VPC Endpoint connections!"
FILTERS: Final[dict[str, paging.Read]] = {
    "service-name": lambda facts: [facts["ServiceName"]],
    "service-id": lambda facts: [facts["ServiceId"]],
    "service-state": lambda facts: [facts["ServiceState"]],
    "supported-ip-address-types": lambda facts: facts["SupportedIpAddressTypes"],
}
"""The filters of the API model; tag filters are in `paging`."""


class ProviderActions(Actions):
    """Endpoint services."""

    def _own(self, service_id: str) -> Provided:
        """Return a service of the account; raise InvalidVpcEndpointServiceId.NotFound."""
        found: Provided | None = self.ec2_backend.configurations.get(service_id)
        if found is None:
            raise UnknownVpcEndpointService(service_id)
        return found

    def _asked(self) -> Provided:
        return self._own(self._get_param("ServiceId"))

    def _facts(self, one: Provided) -> dict[str, Any]:
        return one.facts(self.staging.services.get(one.name, {}))

    def create_vpc_endpoint_service_configuration(self) -> ActionResult:
        """CreateVpcEndpointServiceConfiguration; the same ClientToken again gives the service that it gave first.

        Acceptance is required where nothing is said, as AWS's own guide was corrected to say.
        Source: https://github.com/awsdocs/amazon-vpc-user-guide/pull/1
        """
        known, token = self.ec2_backend.configurations, self._get_param("ClientToken")
        made = self._made_before(known)
        if made is None:
            made = self._new_service(token)
            known[made.id] = made
            made.add_tags(self._parse_tag_specification().get("vpc-endpoint-service", {}))
        return ActionResult({"ServiceConfiguration": self._facts(made), "ClientToken": token})

    def _new_service(self, token: str | None) -> Provided:
        given = {kind: self._get_param(name, []) for kind, name in BALANCERS.items()}
        kinds = [kind for kind, arns in given.items() if arns]
        if len(kinds) != 1:
            raise NoLoadBalancersProvided
        kind = kinds[0]
        accepts, name = self._get_bool_param("AcceptanceRequired"), self._get_param("PrivateDnsName")
        return Provided(
            ec2_backend=self.ec2_backend,
            id=random_id(prefix="vpce-svc"),
            kind=kind,
            balancer_arns=list(given[kind]),
            zones=self._zones(kind, given[kind]),
            acceptance_required=accepts is not False,
            private_dns=PrivateDns(name) if name else None,
            ip_address_types=self._get_param("SupportedIpAddressTypes") or ["ipv4"],
            other_regions=[one for one in self._get_param("SupportedRegions", []) if one != self.region],
            client_token=token,
        )

    def _zones(self, kind: str, arns: Iterable[str]) -> dict[str, str]:
        """Return the zones of these load balancers; refuse one that is not there, or of another type."""
        known = elbv2_backends[self.current_account][self.region].load_balancers
        zones: dict[str, str] = {}
        for arn in arns:
            if arn not in known:
                # Not in AWS's list of codes; seen by those who call it.
                raise checks.refuse("InvalidNetworkLoadBalancerArn.NotFound", f"Load balancer {arn} does not exist")
            if known[arn].type != KINDS[BALANCERS[kind]]:
                raise checks.refuse("InvalidParameter", f"Load balancer {arn} is of type {known[arn].type}")
            zones |= {subnet.availability_zone_id: subnet.availability_zone for subnet in known[arn].subnets}
        return dict(sorted(zones.items()))

    def describe_vpc_endpoint_service_configurations(self) -> ActionResult:
        """DescribeVpcEndpointServiceConfigurations: the account's own; one unknown id fails the whole call."""
        ids = self._get_param("ServiceIds", []) or list(self.ec2_backend.configurations)
        return self._listed("ServiceConfigurations", [self._facts(self._own(one)) for one in ids], FILTERS)

    def modify_vpc_endpoint_service_configuration(self) -> ActionResult:
        """ModifyVpcEndpointServiceConfiguration: all that is asked for, or nothing.

        Whatever it asks for, it enables the service for the zones that its load balancers have by now. "You can't
        disassociate a load balancer if there are endpoints connected"; one at least must stay.
        Source: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
        """
        one = self._asked()
        parameter = BALANCERS[one.kind]
        removed = self._get_param(f"Remove{parameter}", [])
        if removed and attached(one):
            raise checks.refuse(IN_USE, IN_USE_WORDS)
        arns = [arn for arn in one.balancer_arns if arn not in removed]
        arns = list(dict.fromkeys(arns + self._get_param(f"Add{parameter}", [])))
        if not arns:
            raise NoLoadBalancersProvided
        one.zones = self._zones(one.kind, arns)
        one.balancer_arns = arns
        self._set(one)
        return ActionResult({"Return": True})

    def _set(self, one: Provided) -> None:
        """Set what cannot be refused."""
        accepts, name = self._get_bool_param("AcceptanceRequired"), self._get_param("PrivateDnsName")
        if accepts is not None:
            one.acceptance_required = accepts
        if name or self._get_bool_param("RemovePrivateDnsName"):
            one.private_dns = PrivateDns(name) if name else None
        one.ip_address_types = self._changed(one.ip_address_types, "SupportedIpAddressTypes")
        regions = self._changed(one.other_regions, "SupportedRegions")
        one.other_regions = [region for region in regions if region != self.region]

    def _changed(self, present: list[str], parameter: str) -> list[str]:
        added, removed = self._get_param(f"Add{parameter}", []), self._get_param(f"Remove{parameter}", [])
        return [value for value in dict.fromkeys([*present, *added]) if value not in removed]

    def delete_vpc_endpoint_service_configurations(self) -> ActionResult:
        """DeleteVpcEndpointServiceConfigurations: what cannot be deleted is in `Unsuccessful`; the others are gone.

        "you must reject any Available or PendingAcceptance interface endpoint connections" first (botocore's model).
        """
        unsuccessful = []
        for service_id in self._get_param("ServiceIds", []):
            found = self.ec2_backend.configurations.get(service_id)
            if found is None:
                why = f"The VpcEndpointService Id '{service_id}' does not exist"
                unsuccessful.append(checks.unsuccessful(service_id, "InvalidVpcEndpointService.NotFound", why))
            elif attached(found):
                unsuccessful.append(checks.unsuccessful(service_id, IN_USE, IN_USE_WORDS))
            else:
                del self.ec2_backend.configurations[service_id]
        return ActionResult({"Unsuccessful": unsuccessful})

    def modify_vpc_endpoint_service_payer_responsibility(self) -> ActionResult:
        """ModifyVpcEndpointServicePayerResponsibility: to the service's owner, and not back (botocore's model)."""
        self._asked().payer = self._get_param("PayerResponsibility")
        return ActionResult({"ReturnValue": True})

    def start_vpc_endpoint_service_private_dns_verification(self) -> ActionResult:
        """StartVpcEndpointServicePrivateDnsVerification; there is no DNS here to ask, so every proof is found."""
        one = self._asked()
        if one.private_dns is None:
            raise checks.refuse("InvalidParameter", f"{one.id} has no private DNS name")
        one.private_dns.state = "verified"
        return ActionResult({"ReturnValue": True})
