"""The rules, one file each. A new rule is its file, a line here, its test, and its page in docs/rules.md."""

from .approved_owner import approved_owner
from .approved_service import approved_service
from .endpoint_policy import endpoint_policy
from .gwlb_route_locality import gwlb_route_locality
from .gwlb_zone_set import gwlb_zone_set
from .identity_perimeter import identity_perimeter
from .multi_az import multi_az
from .policy_breadth import policy_breadth
from .policy_lint import policy_lint
from .required_tags import required_tags
from .resource_perimeter import resource_perimeter
from .rule import Rule
from .security_group import security_group
from .zone_coverage import zone_coverage

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
    zone_coverage,
    gwlb_zone_set,
    gwlb_route_locality,
)
