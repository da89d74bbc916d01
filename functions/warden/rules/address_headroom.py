"""The rule `address-headroom`: the subnets in which an endpoint stands have addresses left."""

from __future__ import annotations

from ..checked import whole
from ..ec2_commands import ec2
from ..model import (
    Breach,
    Endpoint,
    Judgement,
    Kind,
    Mode,
    Need,
    NotApplicable,
    Pass,
    Severity,
    Snapshot,
    Subnet,
    Unknown,
)
from ..plain import listed
from ..settings import Setting, Settings, telling
from ..standard import Standard
from .rule import beside_the_point, rule


class AddressHeadroom(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "address-headroom"
    mode = telling(Mode.OFF)
    min_free: Setting[int] = Setting(
        8, whole(1, 65_536), "each subnet of an endpoint keeps so many free IPv4 addresses"
    )


@rule(
    AddressHeadroom,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY_LOAD_BALANCER, Kind.RESOURCE, Kind.SERVICE_NETWORK}),
    not_for={Kind.GATEWAY: "a gateway endpoint is an entry in route tables; it takes no address"},
    needs=frozenset({Need.SUBNETS}),
    reads_service=False,
)
def address_headroom(seen: Snapshot, standard: Standard) -> Judgement:
    """Keep addresses free in the subnets that hold endpoints' interfaces. Off, unless the standard says otherwise.

    Why: each endpoint takes an address in each of its subnets: where none is left, no endpoint can be made or
        extended there, and clients that come and go beside it find no address themselves.
    Fix: none: which addresses can be freed, only their owners know. The finding has the command that lists network
        interfaces which nobody uses, and the one that gives the VPC more addresses.
    Risk: none, nothing is changed. Only IPv4 addresses are counted, as EC2 tells them: those of stopped instances count
        as taken. A subnet of 16 addresses (/28) has 11 to give, which bounds what can be demanded of it. IPv6 ranges do
        not run out. Whether the free addresses lie together is not seen, as a service-network endpoint needs 16 of
        them. A subnet with none left is of medium severity.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html
    """
    endpoint = seen.endpoint
    left_out = beside_the_point(endpoint)
    if left_out:
        return left_out
    if not endpoint.subnet_ids:
        return NotApplicable("the endpoint stands in no subnet")
    if endpoint.ip_address_type == "ipv6":
        return NotApplicable("the endpoint has IPv6 addresses only, which do not run out")
    if seen.subnets is None:
        return Need.SUBNETS
    return _judged(endpoint, seen.subnets, standard.of(AddressHeadroom).min_free)


def _judged(endpoint: Endpoint, subnets: tuple[Subnet, ...], least: int) -> Judgement:
    """What is certain comes first: a subnet that is short of addresses is so, whatever the others are."""
    own = sorted((one for one in subnets if one.id in endpoint.subnet_ids), key=lambda one: one.id)
    short = [one for one in own if one.ipv4 and one.free_addresses < least]
    if short:
        return _breach(endpoint, own, short, least)
    hidden = sorted(set(endpoint.subnet_ids) - {one.id for one in own})
    if hidden:
        return Unknown(f"subnets of the endpoint are not to be seen: {', '.join(hidden)}")
    if not any(one.ipv4 for one in own):
        return NotApplicable("the endpoint's subnets have IPv6 addresses only, which do not run out")
    return Pass()


def _breach(endpoint: Endpoint, own: list[Subnet], short: list[Subnet], least: int) -> Breach:
    full = any(not one.free_addresses for one in short)
    left = listed(f"{one.id} ({one.zone_id}) has {_addresses(one.free_addresses)} left" for one in short)
    evidence = {"free": {one.id: one.free_addresses for one in own if one.ipv4}, "min_free": least}
    return Breach(
        "subnet-full" if full else "subnet-nearly-full",
        f"{left}; the standard demands {least} in each subnet",
        evidence,
        advice=_advice(endpoint, short),
        severity=Severity.MEDIUM if full else None,
    )


def _addresses(count: int) -> str:
    return f"{count or 'no'} IPv4 address{'' if count == 1 else 'es'}"


def _advice(endpoint: Endpoint, short: list[Subnet]) -> str:
    """The two ways to more addresses, the cheaper one first."""
    region, subnets = endpoint.key.region, ",".join(one.id for one in short)
    filters = ("--filters", f"Name=subnet-id,Values={subnets}", "Name=status,Values=available")
    return (
        f"`{ec2('describe-network-interfaces', region, *filters)}` lists the network interfaces that nobody uses: "
        "delete what nobody wants; else the VPC's owner gives it more addresses by "
        f"`{ec2('associate-vpc-cidr-block', region, '--vpc-id', endpoint.vpc_id, '--cidr-block', 'BLOCK')}`, and makes "
        "subnets of them for what grows"
    )
