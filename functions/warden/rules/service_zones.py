"""The rule `service-zones`: endpoint services of ours stand in enough Availability Zones."""

from __future__ import annotations

import shlex

from ..checked import whole
from ..model import Breach, Pass, Severity, Unknown
from ..own_services import serves_nobody
from ..settings import Setting, Settings
from ..standard import Standard
from ..subjects import ServiceSeen
from .rule import Answer, subject_rule


class ServiceZones(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-zones"
    min_zones: Setting[int] = Setting(
        2, whole(1, 6), "the load balancers of a service stand in at least so many zones, all together"
    )


@subject_rule(ServiceZones, severity=Severity.HIGH)
def service_zones(seen: ServiceSeen, standard: Standard) -> Answer:
    """Tell of endpoint services of ours whose load balancers stand in fewer than `min_zones` Availability Zones.

    Why: a service in one zone is lost with that zone, for every consumer at once, however many zones their endpoints
        have.
    Fix: none: a zone more needs a subnet and targets there.
    Risk: none, nothing is changed. Counted are the zones of all load balancers of the service together, Network and
        Gateway alike, those that failed left out; where some are not to be seen and the others are too few, it is
        UNKNOWN. Whether the consumers' zones are covered is not judged: AWS tells a provider which endpoints are
        connected, and not in which zones they stand.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    wanted = standard.of(ServiceZones).min_zones
    working = [one for one in seen.balancers if one.state != "failed"]
    zones = frozenset[str]().union(*(one.zone_names for one in working))
    if len(zones) >= wanted:
        return Pass()
    hidden = sorted(set(seen.balancer_arns) - {one.arn for one in seen.balancers})
    if hidden:
        return Unknown(f"load balancers of the service are not to be seen: {', '.join(hidden)}")
    if not seen.balancer_arns:
        return Unknown("AWS names no load balancer of the service")
    return _breach(seen, zones, wanted)


def _breach(seen: ServiceSeen, zones: frozenset[str], wanted: int) -> Breach:
    failed = [one.arn for one in seen.balancers if one.state == "failed"]
    where = f"{len(zones)} zone{'' if len(zones) == 1 else 's'} ({', '.join(sorted(zones)) or 'none'})"
    words = f"the load balancers of the service stand in {where}; the standard demands {wanted}"
    if failed:
        words += f"; failed: {', '.join(failed)}"
    evidence: dict[str, object] = {
        "zones": sorted(zones),
        "min_zones": wanted,
        "load_balancers": {one.arn: sorted(one.zone_names) for one in seen.balancers},
        "failed": failed,
        "consumers_zones": "not judged: AWS does not tell them",
    }
    return Breach("too-few-zones", words, evidence, advice=_advice(seen), parts=tuple(sorted(zones)))


def _advice(seen: ServiceSeen) -> str:
    """The command, with the present subnets: AWS refuses to take one away from which endpoints are served."""
    one = next((one for one in seen.balancers if one.state != "failed"), seen.balancers[0])
    present = tuple(filter(None, one.subnet_ids)) or ("PRESENT_SUBNET_IDS",)
    subnets = (*present, "NEW_SUBNET_ID")
    words = ("--region", seen.key.region, "--load-balancer-arn", one.arn, "--subnets", *subnets)
    return (
        f"add a subnet in another zone, and targets there: `{shlex.join(('aws', 'elbv2', 'set-subnets', *words))}`, "
        "which replaces the list, so that the present subnets stand in it too (with --subnet-mappings in place of "
        "--subnets where they have fixed addresses)"
    )
