"""The rules, one file each. A new rule is its file, a line here, its test, and its page in docs/rules.md."""

from .endpoint_policy import endpoint_policy
from .multi_az import multi_az
from .rule import Rule

RULES: tuple[Rule, ...] = (multi_az, endpoint_policy)
