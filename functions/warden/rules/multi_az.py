"""The rule `multi-az`: interface endpoints stand in enough Availability Zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..actions import AddSubnets
from ..model import (
    DEAD_STATES,
    Breach,
    Endpoint,
    Judgement,
    Kind,
    Need,
    NotApplicable,
    Pass,
    Severity,
    Snapshot,
    Unknown,
)
from ..standard import Standard
from ..zones import Candidates, MultiAz, choose, routes_matter
from .rule import rule, zones_untold

NOT_FOR: Final[Mapping[Kind, str]] = {
    Kind.GATEWAY: "a gateway endpoint is an entry in route tables; it stands in no zone",
    Kind.GATEWAY_LOAD_BALANCER: (
        "a Gateway Load Balancer endpoint has one subnet by design; several are judged together, as a set"
    ),
    Kind.RESOURCE: "a resource endpoint's zones follow from the resource configuration, which is not judged yet",
    Kind.SERVICE_NETWORK: "a service-network endpoint's zones are not judged yet",
}


@rule(
    MultiAz,
    severity=Severity.HIGH,
    applies_to=frozenset({Kind.INTERFACE}),
    not_for=NOT_FOR,
    needs=frozenset({Need.SUBNETS, Need.ROUTES}),
    reads_abroad=False,
)
def multi_az(seen: Snapshot, standard: Standard) -> Judgement:
    """Place each interface endpoint in at least `min_zones` Availability Zones.

    Why: an endpoint in one zone is lost with that zone, and every client of the VPC loses the service with it.
    Fix: adds one subnet for each missing zone, in zones that the service supports: the one with the preferred tags,
        then where workloads run (if `zone-coverage` had that read), then with routes like the present ones, then with
        the most free addresses. Never removes or replaces one.
    Risk: each zone added is billed by the hour (0.01 USD in us-east-1), takes one address of the subnet, and, with
        private DNS, is answered to clients at once; the endpoint's security groups apply there as in the others.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    endpoint, settings = seen.endpoint, standard.of(MultiAz)
    if endpoint.state in DEAD_STATES:
        return NotApplicable(f"the endpoint is {endpoint.state} and serves nobody")
    if len(endpoint.subnet_ids) >= settings.min_zones:  # EC2 takes one subnet per zone: subnets count zones
        return Pass()
    untold = zones_untold(seen)
    if untold:
        return untold
    if seen.subnets is None:
        return Need.SUBNETS
    return _breach(seen, settings)


def _breach(seen: Snapshot, settings: MultiAz) -> Judgement:
    candidates = Candidates.of(seen, settings)
    if candidates.strangers:
        return Unknown(f"subnets of the endpoint are not to be seen: {', '.join(candidates.strangers)}")
    wanted = settings.min_zones - len(candidates.used_zones)
    if routes_matter(candidates.usable, wanted):
        return Need.ROUTES
    chosen = choose(candidates.usable, wanted)
    added = tuple(subnet.zone_id for subnet in chosen)
    stands = _stands_in(seen.endpoint, candidates)
    evidence: dict[str, object] = {
        "zones": sorted(candidates.used_zones),
        "min_zones": settings.min_zones,
        "usable_subnets": [item.subnet.id for item in candidates.usable],
        "full_subnets": list(candidates.full),
    }
    if len(chosen) == wanted:
        message = f"{stands}; the standard demands {settings.min_zones}"
        return Breach("too-few-zones", message, evidence, AddSubnets(tuple(subnet.id for subnet in chosen), added))
    code, why, advice = _reason(candidates, settings, added)
    if not chosen:
        return Breach(code, f"{stands}, and {why}", evidence, advice=advice)
    # Better than before is not enough: the message says now what will still be missing after the fix.
    message = f"{stands}; the standard demands {settings.min_zones}, {len(chosen)} more can be had, and {why}"
    fix = AddSubnets(tuple(subnet.id for subnet in chosen), added)
    return Breach("too-few-zones", message, evidence, fix, advice)


def _stands_in(endpoint: Endpoint, candidates: Candidates) -> str:
    zones = _listed(sorted(candidates.used_zones))
    count = len(endpoint.subnet_ids)
    if not count:
        return "the endpoint stands in no zone"
    return f"the endpoint stands in {count} zone{'' if count == 1 else 's'} ({zones})"


def _reason(candidates: Candidates, settings: MultiAz, added: Sequence[str]) -> tuple[str, str, str]:
    """Which of the three reasons keeps a further zone away: its code, the words for it, and what to do."""
    left = candidates.zones_left - set(added) - candidates.names_of(added)
    if not left:
        return (
            "service-has-no-other-zone",
            "the service offers no other zone",
            "only the provider of the service can add zones to it, and nothing can be done in this VPC",
        )
    zones = _listed(sorted(left))
    if not candidates.full:
        return (
            "vpc-has-no-subnet-there",
            f"no fitting subnet of the VPC is to be seen in the other zones of the service ({zones})",
            f"make a subnet in one of {zones}, which only the VPC's owner can; the endpoint is then extended to it",
        )
    full = _listed(candidates.full)
    return (
        "subnets-full",
        f"the subnets in the other zones have fewer than {settings.min_free_addresses} free addresses ({full})",
        f"free addresses in {full}, or add a subnet in one of {zones}",
    )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"
