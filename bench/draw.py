"""Two estates: a big one drawn from a seed, and a small cast in which each endpoint stands for one case."""

from __future__ import annotations

from random import Random
from typing import Final

from .estate import ZONES, Endpoint, Estate, Subnet, endpoint_id, service_name
from .services import (
    BALANCERS,
    DENY_ONLY,
    FOREIGN,
    FULL_ACCESS,
    OF_AWS,
    WITHOUT_POLICY,
    catalogue,
    restricted,
)

PER_VPC: Final = 20
"""Endpoints of one VPC; AWS's quota is 50."""
SHAPES: Final = ("wide", "wide", "wide", "twin", "twin", "narrow", "full")
"""What subnets a VPC has: see `_subnets`."""
POLICIES: Final = 64
COMPLIANT: Final = range(1, 21)
"""Numbers of the cast that keep the standard."""
TO_FIX: Final = range(101, 121)
"""Numbers of the cast with one zone and full access, in VPCs with one other subnet to choose."""
TIED: Final = range(201, 221)
"""The same, in VPCs where two subnets of a zone compete, so that routes must be read."""


def big(count: int, seed: int = 7) -> Estate:
    """An estate of so many endpoints, most of them interface endpoints, one in eight in a single zone."""
    random = Random(seed)
    estate = Estate(services=catalogue())
    vpcs = [f"vpc-{number:017x}" for number in range(max(1, count // PER_VPC))]
    shapes = {}
    for vpc_id in vpcs:
        shapes[vpc_id] = random.choice(SHAPES)
        estate.add_vpc(vpc_id, *_subnets(vpc_id, shapes[vpc_id]))
    for number in range(count):
        vpc_id = random.choice(vpcs)
        estate.add(_endpoint(random, number, vpc_id, _spread(estate.subnets[vpc_id])))
    return estate


def cast() -> Estate:
    """Twenty endpoints for each of three cases, each case in VPCs of its own, two endpoints to a VPC."""
    estate = Estate(services=catalogue())
    for numbers, shape in ((COMPLIANT, "wide"), (TO_FIX, "pair"), (TIED, "twin")):
        for number in numbers:
            vpc_id = f"vpc-{number // 2:017x}"
            estate.add_vpc(vpc_id, *_subnets(vpc_id, shape))
            subnets = tuple(subnet.id for subnet in _spread(estate.subnets[vpc_id]))
            fine = numbers is COMPLIANT
            estate.add(
                Endpoint(
                    endpoint_id(number),
                    vpc_id,
                    service_name("kms"),
                    subnet_ids=subnets if fine else subnets[:1],
                    policy=restricted(number) if fine else FULL_ACCESS[number % 2],
                )
            )
    return estate


def _subnets(vpc_id: str, shape: str) -> list[Subnet]:
    """The subnets of a VPC of this shape.

    wide: one in each zone; twin: two in each, one of them public; pair: one in each of two zones; narrow: one in all;
    full: one in each zone, without room but in the first.
    """
    zones = {"narrow": ZONES[:1], "pair": ZONES[:2]}.get(shape, ZONES)
    suffix = vpc_id.removeprefix("vpc-")[3:]
    subnets = [
        Subnet(f"subnet-{place:03x}{suffix}", vpc_id, zone, 3 if shape == "full" and place else 200 - place)
        for place, zone in enumerate(zones)
    ]
    if shape == "twin":
        subnets += [
            Subnet(f"subnet-{place:03x}{suffix}", vpc_id, zone, 240, public=True) for place, zone in enumerate(zones, 8)
        ]
    return subnets


def _spread(subnets: list[Subnet]) -> tuple[Subnet, ...]:
    """One private subnet of each zone."""
    return tuple(subnet for subnet in subnets if not subnet.public)


def _endpoint(random: Random, number: int, vpc_id: str, spread: tuple[Subnet, ...]) -> Endpoint:
    drawn = random.random()
    if drawn < 0.10:  # noqa: PLR2004  the shares of each type are the estate's own
        name = random.choice(("dynamodb", "s3"))
        return Endpoint(endpoint_id(number), vpc_id, service_name(name), "Gateway", policy=_policy(random))
    if drawn < 0.14:  # noqa: PLR2004  as above
        subnet = random.choice(spread)
        return Endpoint(endpoint_id(number), vpc_id, random.choice(BALANCERS), "GatewayLoadBalancer", (subnet.id,))
    if drawn < 0.15:  # noqa: PLR2004  as above
        return Endpoint(endpoint_id(number), vpc_id, service_name("tunnel"), "Tunnel")
    return _interface(random, number, vpc_id, spread)


def _interface(random: Random, number: int, vpc_id: str, spread: tuple[Subnet, ...]) -> Endpoint:
    foreign = random.random() < 0.08  # noqa: PLR2004  a share of the estate
    name = random.choice(FOREIGN) if foreign else service_name(random.choice((*OF_AWS, *WITHOUT_POLICY)))
    alone = random.random() < 0.13 or (foreign and FOREIGN.index(name) % 2 == 0)  # noqa: PLR2004  as above
    marked = random.random() < 0.05  # noqa: PLR2004  as above
    return Endpoint(
        endpoint_id(number),
        vpc_id,
        name,
        subnet_ids=tuple(subnet.id for subnet in spread[: 1 if alone else 2]),
        policy=_policy(random),
        state=random.choices(("available", "pending", "rejected"), (97, 2, 1))[0],
        requester_managed=random.random() < 0.03,  # noqa: PLR2004  as above
        tags=(("Name", f"endpoint-{number}"), *((("ManagedBy", "terraform"),) if marked else ())),
    )


def _policy(random: Random) -> str:
    drawn = random.random()
    if drawn < 0.20:  # noqa: PLR2004  a share of the estate
        return random.choice(FULL_ACCESS)
    return DENY_ONLY if drawn < 0.21 else restricted(random.randrange(POLICIES))  # noqa: PLR2004  as above
