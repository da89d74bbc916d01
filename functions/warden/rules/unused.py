"""The rule `unused`: endpoints through which nothing goes, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..code_changes import LeaveSubnets, TakeOut
from ..model import (
    Breach,
    Endpoint,
    InCode,
    Judgement,
    Kind,
    Need,
    Pass,
    Severity,
    Snapshot,
)
from ..prices import cost_in_words, monthly
from ..recipe import deleting, making, removing, removing_in_code, routes_first, saving, saving_policy
from ..standard import Standard
from ..use import Unused, not_measured
from ..zones import MultiAz
from .rule import beside_the_point, rule

_NEW: Final = (
    "The new one gets another id and other addresses, which policies with aws:SourceVpce, routes and its own DNS names "
    "would have to follow, and a provider may have to accept it"
)


@rule(
    Unused,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY_LOAD_BALANCER, Kind.RESOURCE, Kind.SERVICE_NETWORK}),
    not_for={Kind.GATEWAY: "a gateway endpoint costs nothing, and CloudWatch has no metrics of it"},
    needs=frozenset({Need.USE, Need.USE_BY_SUBNET}),
    reads_service=False,
)
def unused(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints that moved no byte in `days` days, and what they cost. Off, unless the standard says otherwise.

    Why: an endpoint is billed by the hour in each zone until it is deleted, used or not; and each that nobody needs is
        a way out of the VPC that nobody watches.
    Fix: none: an endpoint is never deleted by itself. The finding has the commands that save all of it, delete it, and
        make it again.
    Risk: what is used less than once in `days` days (a yearly job, a standby) looks idle. CloudWatch writes no data
        points in idle minutes, so no data points and zeros both mean idle; an endpoint younger than `days`, one of
        another region's service, and one of a type that CloudWatch does not measure are not judged. How CloudWatch
        spells the type of Gateway Load Balancer endpoints is known by a dashboard of AWS's own, and not by its
        documentation. With `each_zone` idle zones are told too, never below `min_zones` of multi-az. CloudWatch bills
        what is asked of it, 0.01 USD for 1,000 metrics: one of each endpoint for each sweep, and with `each_zone` one
        of each subnet. Prices come from a dated table of some regions; elsewhere the cost is said to be not known, and
        so it is of endpoints to other accounts' services of which AWS does not tell who pays.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """
    endpoint, settings = seen.endpoint, standard.of(Unused)
    left_out = beside_the_point(endpoint) or not_measured(endpoint, seen.at, settings.days)
    if left_out:
        return left_out
    if seen.use is None:
        return Need.USE
    if not seen.use.moved:
        return _idle(endpoint, settings.days)
    spare = len(endpoint.subnet_ids) - standard.of(MultiAz).min_zones
    if not settings.each_zone or spare <= 0:
        return Pass()
    if seen.use_by_subnet is None:
        return Need.USE_BY_SUBNET
    return _idle_zones(endpoint, seen.use_by_subnet, settings.days, spare)


def _idle(endpoint: Endpoint, days: int) -> Breach:
    evidence = {"days": days, "bytes": 0, "zones": len(endpoint.subnet_ids), "usd_per_month": monthly(endpoint)}
    message = f"the endpoint moved no byte in {days} days; {cost_in_words(endpoint)}"
    take_out = "take its resource out of the code that manages it, whose history can make it again"
    in_code = InCode(f"ask its owner; then {routes_first(endpoint)}{take_out}. {_NEW}", TakeOut())
    return Breach("unused", message, evidence, advice=_advice(endpoint), in_code=in_code)


def _idle_zones(endpoint: Endpoint, moved: Mapping[str, int], days: int, spare: int) -> Judgement:
    idle = [subnet for subnet, count in moved.items() if not count]
    if len(idle) in {0, len(moved)}:  # none; or all, and what moved went through subnets that it has no more
        return Pass()
    count = min(len(idle), spare)
    evidence = {
        "days": days,
        "bytes": dict(moved),
        "idle_subnets": idle,
        "usd_per_month": monthly(endpoint, count),
    }
    some = "" if count == len(idle) else f" (multi-az lets {count} of them go)"
    message = (
        f"nothing went through {', '.join(idle)} in {days} days while other zones of the endpoint were used{some}; "
        f"{cost_in_words(endpoint, count)}"
    )
    gone = tuple(idle[:count])
    first = "see whether clients of these zones may come to need them"
    advice, coded = (
        f"{first}; if not, {how}, which breaks the connections through it"
        for how in (f"`{removing(endpoint, gone)}`", removing_in_code(gone))
    )
    in_code = InCode(coded, LeaveSubnets(gone))
    return Breach("idle-zones", message, evidence, advice=advice, severity=Severity.INFO, in_code=in_code)


def _advice(endpoint: Endpoint) -> str:
    """How to delete it so that it can come back, and what would not come back with it."""
    save = " and ".join(f"`{one}`" for one in (saving(endpoint), saving_policy(endpoint)) if one)
    if not endpoint.service_name:
        return f"ask its owner; save it by {save} before it is deleted: where it leads, EC2 does not tell here"
    return (
        f"ask its owner; then save it by {save}, {routes_first(endpoint)}and delete it by `{deleting(endpoint)}`; "
        f"this makes it again: `{making(endpoint)}`. {_NEW}"
    )
