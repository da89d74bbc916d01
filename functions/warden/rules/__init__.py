"""The rules, one file each. A new rule is its file, a line here, its test, and its page in docs/rules.md."""

from ..subjects import ServiceSeen, VpcSeen
from .address_headroom import address_headroom
from .approved_owner import approved_owner
from .approved_service import approved_service
from .duplicate import duplicate
from .endpoint_policy import endpoint_policy
from .gateway_instead import gateway_instead
from .gateway_missing import gateway_missing
from .gwlb_route_locality import gwlb_route_locality
from .gwlb_zone_set import gwlb_zone_set
from .identity_perimeter import identity_perimeter
from .multi_az import multi_az
from .network_activity_logged import network_activity_logged
from .policy_breadth import policy_breadth
from .policy_lint import policy_lint
from .private_dns import private_dns
from .required_endpoints import required_endpoints
from .required_tags import required_tags
from .resource_perimeter import resource_perimeter
from .rule import Rule, SubjectRule
from .security_group import security_group
from .service_acceptance import service_acceptance
from .service_connections import service_connections
from .service_dns import service_dns
from .service_notification import service_notification
from .service_principals import service_principals
from .service_tags import service_tags
from .service_zones import service_zones
from .stuck import stuck
from .underused import underused
from .unused import unused
from .zone_coverage import zone_coverage
from .zones_beyond_need import zones_beyond_need

RULES: tuple[Rule, ...] = (
    # availability and latency
    multi_az,
    zone_coverage,
    gwlb_zone_set,
    gwlb_route_locality,
    address_headroom,
    stuck,
    # access and segmentation
    endpoint_policy,
    identity_perimeter,
    resource_perimeter,
    policy_lint,
    policy_breadth,
    security_group,
    private_dns,
    approved_service,
    approved_owner,
    required_tags,
    network_activity_logged,
    # cost
    unused,
    underused,
    duplicate,
    gateway_instead,
    zones_beyond_need,
)
VPC_RULES: tuple[SubjectRule[VpcSeen], ...] = (required_endpoints, gateway_missing)
SERVICE_RULES: tuple[SubjectRule[ServiceSeen], ...] = (
    service_acceptance,
    service_principals,
    service_zones,
    service_dns,
    service_connections,
    service_notification,
    service_tags,
)
EVERY_RULE: tuple[Rule | SubjectRule[VpcSeen] | SubjectRule[ServiceSeen], ...] = (*RULES, *VPC_RULES, *SERVICE_RULES)
"""Those of endpoints, and of what stands beside them."""
