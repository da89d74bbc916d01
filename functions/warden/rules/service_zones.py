"""The rule `service-zones`: endpoint services of ours stand in enough Availability Zones, and in their consumers'."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from typing import Final

from ..checked import whole
from ..model import Breach, Pass, Severity, Unknown
from ..own_services import few, serves_nobody
from ..settings import Setting, Settings
from ..standard import Standard
from ..subjects import LoadBalancer, ServicePart, ServiceSeen
from .rule import Answer, subject_rule


class ServiceZones(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-zones"
    min_zones: Setting[int] = Setting(
        2, whole(1, 6), "the load balancers of a service stand in at least so many zones, all together"
    )


NEEDS: Final = frozenset({ServicePart.BALANCERS, ServicePart.CONNECTIONS, ServicePart.ZONES})


@subject_rule(ServiceZones, severity=Severity.HIGH, needs=NEEDS)
def service_zones(seen: ServiceSeen, standard: Standard) -> Answer:
    """Tell of endpoint services of ours in fewer than `min_zones` Availability Zones, or not in a consumer's zone.

    Why: a service in one zone is lost with that zone, for every consumer at once, however many zones their endpoints
        have. AWS makes endpoints only in zones in which the service stands: those in others were left behind.
    Fix: none: a zone more needs a subnet and targets there.
    Risk: none, nothing is changed. Counted are the zones of all load balancers of the service together, Network and
        Gateway alike, those that failed left out; where some are not to be seen and the others are too few, it is
        UNKNOWN. Consumers' zones are judged where the endpoint is of this account and region: of others' AWS tells a
        provider that they are connected, and not where they stand. A PASS says how many of them it leaves out.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    wanted = standard.of(ServiceZones).min_zones
    zones = frozenset[str]().union(*(one.zone_names for one in _working(seen)))
    lacking = _lacking(seen, zones)
    if len(zones) >= wanted and not lacking:
        unseen = _unseen(seen)
        return Pass(f"consumers whose zones are not to be seen: {unseen}" if unseen else "")
    hidden = sorted(set(seen.balancer_arns) - {one.arn for one in seen.balancers})
    if hidden:
        return Unknown(f"load balancers of the service are not to be seen: {', '.join(hidden)}")
    if not seen.balancer_arns:
        return Unknown("AWS names no load balancer of the service")
    return _breach(seen, zones, wanted, lacking)


def _working(seen: ServiceSeen) -> list[LoadBalancer]:
    return [one for one in seen.balancers if one.state != "failed"]


def _lacking(seen: ServiceSeen, zones: frozenset[str]) -> dict[str, list[str]]:
    """The zones in which consumers stand and the service does not, with the endpoints of each."""
    found: dict[str, list[str]] = {}
    for one in seen.connections:
        for zone in (one.zone_names or zones) - zones if one.let_in else ():
            found.setdefault(zone, []).append(one.endpoint_id)
    return {zone: sorted(ids) for zone, ids in sorted(found.items())}


def _unseen(seen: ServiceSeen) -> int:
    """How many consumers are served, and stand nobody here knows where."""
    return sum(one.let_in and one.zone_names is None for one in seen.connections)


def _breach(seen: ServiceSeen, zones: frozenset[str], wanted: int, lacking: dict[str, list[str]]) -> Breach:
    failed = [one.arn for one in seen.balancers if one.state == "failed"]
    few_zones = len(zones) < wanted
    where = f"{len(zones)} zone{'' if len(zones) == 1 else 's'} ({', '.join(sorted(zones)) or 'none'})"
    points = [
        f"the load balancers of the service stand in {where}{f'; the standard demands {wanted}' if few_zones else ''}",
        f"consumers stand where none of them does: {few(_places(lacking))}" if lacking else "",
        f"failed: {', '.join(failed)}" if failed else "",
    ]
    evidence: dict[str, object] = {
        "zones": sorted(zones),
        "min_zones": wanted,
        "load_balancers": {one.arn: sorted(one.zone_names) for one in seen.balancers},
        "failed": failed,
        "consumers_without": lacking,
        **({"consumers_unseen": _unseen(seen)} if _unseen(seen) else {}),
    }
    return Breach(
        "too-few-zones" if few_zones else "consumers-uncovered",
        "; ".join(point for point in points if point),
        evidence,
        advice=_advice(seen, lacking),
        parts=(*sorted(zones), *(f"without {zone}" for zone in lacking)),
    )


def _places(lacking: dict[str, list[str]]) -> list[str]:
    return [f"{zone} ({few(ids, ', ')})" for zone, ids in lacking.items()]


def _advice(seen: ServiceSeen, lacking: Collection[str]) -> str:
    """The command, with the present subnets: AWS refuses to take one away from which endpoints are served."""
    one = next(iter(_working(seen)), seen.balancers[0])
    present = tuple(filter(None, one.subnet_ids)) or ("PRESENT_SUBNET_IDS",)
    subnets = (*present, *["NEW_SUBNET_ID"] * max(len(lacking), 1))
    words = ("--region", seen.key.region, "--load-balancer-arn", one.arn, "--subnets", *subnets)
    where = " and in ".join(lacking) or "another zone"
    return (
        f"add a subnet in {where}, and targets there: `{shlex.join(('aws', 'elbv2', 'set-subnets', *words))}`, which "
        "replaces the list, so that the present subnets stand in it too (with --subnet-mappings in place of "
        "--subnets where they have fixed addresses)"
    )
