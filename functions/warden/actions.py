"""Every change that can be made, with the IAM permission that it needs and its inverse.

An action is a request, not a call: aws.py and provider.py carry it out, the fakes obey it, a plan prints it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Final

MOST: Final = 10
"""Endpoints that an action names for people to read; the command has them all."""


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


@dataclass(frozen=True, slots=True)
class AcceptConnections:
    """Let these endpoints of consumers in at an endpoint service of ours: they wait for it."""

    NEEDS: ClassVar = ("ec2:AcceptVpcEndpointConnections",)
    service_id: str
    endpoint_ids: tuple[str, ...]

    def __str__(self) -> str:
        """Say it as a plan prints it."""
        return f"accept the requests of {_some(self.endpoint_ids)}"

    def inverse(self) -> RejectConnections:
        """What takes the change back."""
        return RejectConnections(self.service_id, self.endpoint_ids)


@dataclass(frozen=True, slots=True)
class RejectConnections:
    """Turn these endpoints of consumers away, which cuts off those that are connected; only ever done by a person.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/accept-reject-endpoint-requests.html
    """

    NEEDS: ClassVar = ("ec2:RejectVpcEndpointConnections",)
    service_id: str
    endpoint_ids: tuple[str, ...]

    def __str__(self) -> str:
        """Say it as a plan prints it."""
        return f"reject {_some(self.endpoint_ids)}"


def _some(endpoint_ids: tuple[str, ...]) -> str:
    """The first of them, and how many more there are: a service can have hundreds of consumers."""
    more = len(endpoint_ids) - MOST
    return ", ".join((*endpoint_ids[:MOST], *((f"and {more} more",) if more > 0 else ())))


EndpointAction = AddSubnets | RemoveSubnets | ReplacePolicy
ServiceAction = AcceptConnections | RejectConnections
Action = EndpointAction | ServiceAction


def parted(action: Action, some: Collection[str]) -> tuple[Action | None, Action | None]:
    """The action for all but some of the endpoints that it names, and for these; None where it is for none.

    Only consumers' endpoints can be told apart: all else is done or not.
    """
    if not isinstance(action, AcceptConnections):
        return action, None
    most = tuple(one for one in action.endpoint_ids if one not in some)
    rest = tuple(one for one in action.endpoint_ids if one in some)
    return (replace(action, endpoint_ids=most) if most else None, replace(action, endpoint_ids=rest) if rest else None)


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
