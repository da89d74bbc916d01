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
from .rule import AnyRule, Rule, SubjectRule
from .security_group import security_group
from .stuck import stuck
from .underused import underused
from .unused import unused
from .zone_coverage import zone_coverage
from .zones_beyond_need import zones_beyond_need

RULES: tuple[Rule, ...] = (
    multi_az,
    endpoint_policy,
    identity_perimeter,
    resource_perimeter,
    policy_lint,
    policy_breadth,
    required_tags,
    approved_service,
    approved_owner,
    security_group,
    stuck,
    address_headroom,
    zone_coverage,
    gwlb_zone_set,
    duplicate,
    private_dns,
    gateway_instead,
    unused,
    underused,
    zones_beyond_need,
    gwlb_route_locality,
    network_activity_logged,
)
VPC_RULES: tuple[SubjectRule[VpcSeen], ...] = (required_endpoints, gateway_missing)
SERVICE_RULES: tuple[SubjectRule[ServiceSeen], ...] = ()
EVERY_RULE: tuple[AnyRule, ...] = (*RULES, *VPC_RULES, *SERVICE_RULES)
"""Those of endpoints, and of what stands beside them."""
