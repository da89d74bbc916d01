"""What the standard demands that VPCs have: which services, which VPCs, and whose endpoints count too; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from .checked import NotAllowed, account, listed, part, tag, text
from .neighbours import Vpc

VPC_ID: Final = re.compile(r"vpc-[0-9a-f]{8}(?:[0-9a-f]{9})?")
KEYS: Final = {"services", "tag", "hub", "hub_account"}
ALLOWED: Final = 'tables such as { tag = "Env=prod", services = ["ssm", "s3"], hub = "vpc-0123456789abcdef0" }'

service = text(re.compile(r"[a-z0-9][a-z0-9._-]*").fullmatch, "names of services such as ssm, s3 or ecr.api")


class Tag(NamedTuple):
    """A tag by which VPCs are chosen."""

    key: str
    value: str

    def __str__(self) -> str:
        """Write it as it stands in the standard."""
        return f"{self.key}={self.value}"

    def of(self, vpc: Vpc) -> bool:
        """Whether the VPC carries it."""
        return vpc.tags.get(self.key) == self.value


class Hub(NamedTuple):
    """The VPC, by id or tag, to whose endpoints a private hosted zone of its own leads the names."""

    vpc: str | Tag
    account: str = ""
    """Whose it is, where the standard says so: the hub is judged there, and taken on trust elsewhere."""

    def __str__(self) -> str:
        """Name it for people."""
        return self.vpc if isinstance(self.vpc, str) else f"with the tag {self.vpc}"

    def named(self, vpc: Vpc) -> bool:
        """Whether this is the VPC: an id is one VPC's alone, and a tag is another's too in another account."""
        if isinstance(self.vpc, str):
            return vpc.id == self.vpc
        return self.vpc.of(vpc) and self.account in {"", vpc.owner}


class Demand(NamedTuple):
    """What VPCs must have: those with this tag, or every one."""

    services: tuple[str, ...]
    tag: Tag | None = None
    hub: str | Tag | None = None
    hub_account: str = ""

    @property
    def at(self) -> Hub | None:
        """The hub whose endpoints count too."""
        return None if self.hub is None else Hub(self.hub, self.hub_account)

    def concerns(self, vpc: Vpc) -> bool:
        """Whether it is a demand of this VPC: of a hub for others too, where the standard says whose it is."""
        return self.tag is None or self.tag.of(vpc) or for_others(self.at, vpc)


def for_others(hub: Hub | None, vpc: Vpc) -> bool:
    """Whether the VPC is the hub on whose endpoints other accounts rely unseen."""
    return hub is not None and bool(hub.account) and hub.account == vpc.owner and hub.named(vpc)


def demand(value: object) -> Demand:
    """Read { tag = "Env=prod", services = ["ssm"], hub = "vpc-...", hub_account = "..." }; only services must be."""
    if not isinstance(value, Mapping) or not {"services"} <= set(value) <= KEYS:
        raise NotAllowed(ALLOWED)
    if "hub_account" in value and "hub" not in value:
        raise NotAllowed("hub_account beside the hub that is in it")
    services = part(value, "services", listed(service))
    if not services:
        raise NotAllowed("at least one service")
    return Demand(
        services,
        Tag(*part(value, "tag", tag)) if "tag" in value else None,
        part(value, "hub", _hub) if "hub" in value else None,
        part(value, "hub_account", account) if "hub_account" in value else "",
    )


def _hub(value: object) -> str | Tag:
    if isinstance(value, str) and VPC_ID.fullmatch(value):
        return value
    try:
        return Tag(*tag(value))
    except NotAllowed as error:
        raise NotAllowed('hubs written as a VPC\'s id or as a tag "key=value"') from error
