"""Who and what is ours, as conditions of statements; pure.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

Keys = Mapping[str, object]
"""Condition keys with the values that they must have (StringEquals)."""
Json = dict[str, object]

AWS_SERVICES: Final[Keys] = {"Bool": {"aws:PrincipalIsAWSService": "true"}}
"""The condition that only direct calls of AWS service principals meet."""


class Perimeter(NamedTuple):
    """The organisation, and accounts that are ours besides it or in its place."""

    organisation: str = ""
    accounts: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it says who is ours."""
        return bool(self.organisation or self.accounts)

    def conditions(self, *, who: bool, whose: bool) -> list[Keys]:
        """One set of keys for each statement that is needed: within one statement all would have to hold together.

        `who` to demand a caller of ours, `whose` a resource of ours.
        """
        callers = self._keys("aws:PrincipalOrgID", "aws:PrincipalAccount") if who else [{}]
        resources = self._keys("aws:ResourceOrgID", "aws:ResourceAccount") if whose else [{}]
        return [{**caller, **resource} for caller in callers for resource in resources]

    def _keys(self, of_organisation: str, of_account: str) -> list[Keys]:
        found: list[Keys] = [{of_organisation: self.organisation}] if self.organisation else []
        return [*found, {of_account: list(self.accounts)}] if self.accounts else found


def allow(sid: str, keys: Keys, action: object = "*", resource: object = "*") -> Json:
    """A statement that allows, on these keys."""
    statement: Json = {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return statement | ({"Condition": {"StringEquals": dict(keys)}} if keys else {})


def inside(perimeter: Perimeter) -> list[Json]:
    """The statements that let our identities through to our resources, and AWS's own services."""
    pairs = perimeter.conditions(who=True, whose=True)
    ours = [allow(f"OurIdentitiesToOurResources{place or ''}", keys) for place, keys in enumerate(pairs)]
    return [*ours, allow("AwsServices", {}) | {"Condition": dict(AWS_SERVICES)}]
