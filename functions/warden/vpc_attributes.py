"""The attributes of a VPC without which it answers no private names: which are off, and how they are turned on; pure.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .code_changes import DNS_IN_CONFIGURATION, DNS_IN_TEMPLATE, Beside, TurnOnDns
from .ec2_commands import ec2
from .managed import by_tags, tool_by_tags
from .model import Endpoint
from .neighbours import Dns, Vpc
from .standard import Standard

OPTIONS: Final = {"enableDnsSupport": "--enable-dns-support", "enableDnsHostnames": "--enable-dns-hostnames"}
TRUE: Final = '{"Value":true}'


def attributes_off(dns: Dns) -> tuple[str, ...]:
    """Those that are known to be off."""
    values = {"enableDnsSupport": dns.support, "enableDnsHostnames": dns.hostnames}
    return tuple(name for name, on in values.items() if on is False)


@dataclass(frozen=True, slots=True)
class TurningOn:
    """How those that are off are turned on in the VPC of an endpoint; where none is, the VPC need not be known."""

    off: tuple[str, ...]
    endpoint: Endpoint
    vpc: Vpc
    standard: Standard

    @property
    def coded(self) -> bool:
        """Whether the VPC's own tags say that code manages it, and something is to be turned on there."""
        return bool(self.off) and by_tags(self.vpc.tags, self.standard)

    @property
    def commands(self) -> tuple[str, ...]:
        """A command for each, and whose it is where another account owns the VPC."""
        account, owner = self.endpoint.key.account, self.vpc.owner
        whose = f"account {owner} shares the VPC, and only it can: " if owner not in {"", account} else ""
        vpc = (self.endpoint.key.region, "--vpc-id", self.endpoint.vpc_id)
        return tuple(f"{whose}`{ec2('modify-vpc-attribute', *vpc, OPTIONS[name], TRUE)}`" for name in self.off)

    @property
    def in_code(self) -> str:
        """Where code manages the endpoint: where they stand in the VPC's, if it is known to have any."""
        if self.coded:
            return f"in the code that manages {self.vpc.id}"
        template, terraform = (
            " and ".join(names[one] for one in self.off) for names in (DNS_IN_TEMPLATE, DNS_IN_CONFIGURATION)
        )
        where = f"({template} of AWS::EC2::VPC, {terraform} of aws_vpc)"
        return f"in the VPC's own code, if it has any {where}, else: {'; '.join(self.commands)}"

    @property
    def beside(self) -> tuple[Beside, ...]:
        """The change in the code of the VPC, where that is known to manage it."""
        if not self.coded:
            return ()
        region, tags = self.endpoint.key.region, self.vpc.tags
        return (Beside(self.vpc.id, region, tags, tool_by_tags(tags, self.standard), TurnOnDns(self.off)),)
