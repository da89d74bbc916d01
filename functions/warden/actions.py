"""Every change that can be made to an endpoint, with the IAM permission that it needs and its inverse.

An action is a request, not a call: aws.py carries it out, the fakes obey it, a plan prints it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class AddSubnets:
    """Give the endpoint a network interface in each of these subnets, one per zone."""

    NEEDS: ClassVar = ("ec2:ModifyVpcEndpoint",)  # template.yaml grants exactly these
    subnet_ids: tuple[str, ...]
    zone_ids: tuple[str, ...]
    """The zone of each subnet, in the same order, for people to read; empty where they are no longer known."""

    def __str__(self) -> str:
        """Say it as a plan prints it."""
        zones = self.zone_ids or ("",) * len(self.subnet_ids)
        places = zip(self.subnet_ids, zones, strict=True)
        return f"add {', '.join(f'{subnet} ({zone})' if zone else subnet for subnet, zone in places)}"

    def inverse(self) -> RemoveSubnets:
        """What takes the change back."""
        return RemoveSubnets(self.subnet_ids)


@dataclass(frozen=True, slots=True)
class RemoveSubnets:
    """Take the endpoint's network interfaces out of these subnets; only ever planned by a person."""

    NEEDS: ClassVar = ("ec2:ModifyVpcEndpoint",)
    subnet_ids: tuple[str, ...]

    def __str__(self) -> str:
        """Say it as a plan prints it."""
        return f"remove {', '.join(self.subnet_ids)}"


@dataclass(frozen=True, slots=True)
class ReplacePolicy:
    """Put this policy document (JSON text, at most 20,480 characters) in the place of the present one."""

    NEEDS: ClassVar = ("ec2:ModifyVpcEndpoint",)
    document: str
    replaced: str
    """The document that stands now, exactly as EC2 returned it."""

    def __str__(self) -> str:
        """Say it as a plan prints it."""
        return f"replace the policy ({len(self.replaced)} characters) by the baseline ({len(self.document)} characters)"

    def inverse(self) -> ReplacePolicy:
        """What takes the change back."""
        return ReplacePolicy(document=self.replaced, replaced=self.document)


Action = AddSubnets | RemoveSubnets | ReplacePolicy


def in_one(wanted: Iterable[Action]) -> tuple[Action, ...]:
    """The same changes as one call takes them: all subnets in one action, and one of each zone, the first named.

    EC2 answers DuplicateSubnetsInSameZone to a second one.
    """
    every = tuple(dict.fromkeys(wanted))
    adding = [action for action in every if isinstance(action, AddSubnets)]
    places: dict[str, str] = {}
    for action in adding:
        for zone, subnet in zip(action.zone_ids, action.subnet_ids, strict=True):
            places.setdefault(zone, subnet)
    others = tuple(action for action in every if not isinstance(action, AddSubnets))
    return (AddSubnets(tuple(places.values()), tuple(places)), *others) if adding else others
