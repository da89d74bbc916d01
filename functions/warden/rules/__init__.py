"""The rules, one file each. A new rule is its file, a line here, its test, and its page in docs/rules.md."""

from ..subjects import ServiceSeen, VpcSeen
from .approved_owner import approved_owner
from .approved_service import approved_service
from .endpoint_policy import endpoint_policy
from .identity_perimeter import identity_perimeter
from .multi_az import multi_az
from .policy_breadth import policy_breadth
from .policy_lint import policy_lint
from .required_tags import required_tags
from .resource_perimeter import resource_perimeter
from .rule import AnyRule, Rule, SubjectRule
from .security_group import security_group
from .service_acceptance import service_acceptance
from .service_connections import service_connections
from .service_dns import service_dns
from .service_notification import service_notification
from .service_principals import service_principals
from .service_zones import service_zones

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
)
VPC_RULES: tuple[SubjectRule[VpcSeen], ...] = ()
SERVICE_RULES: tuple[SubjectRule[ServiceSeen], ...] = (
    service_acceptance,
    service_principals,
    service_zones,
    service_dns,
    service_connections,
    service_notification,
)
EVERY_RULE: tuple[AnyRule, ...] = (*RULES, *VPC_RULES, *SERVICE_RULES)
"""Those of endpoints, and of what stands beside them."""
