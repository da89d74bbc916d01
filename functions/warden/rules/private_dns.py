"""The rule `private-dns`: a service's usual names lead to the endpoint, or do not, as the standard says for the VPC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ..checked import NotAllowed, listed, one_of, part, tag
from ..code_changes import SetPrivateDns
from ..ec2_commands import modifying
from ..gateways import gateways, has_gateway
from ..model import (
    DEAD_STATES,
    Breach,
    Endpoint,
    InCode,
    Judgement,
    Kind,
    Mode,
    Need,
    NotApplicable,
    Pass,
    Service,
    Severity,
    Snapshot,
    Unknown,
)
from ..neighbours import NO_VPC, Dns, HostedZone
from ..recipe import INBOUND
from ..settings import Setting, Settings, telling
from ..standard import Standard
from ..vpc_attributes import TurningOn, attributes_off
from .rule import beside_the_point, rule

WANTS: Final[Mapping[str, str]] = {word: word for word in ("on", "off", "hub")}
VERIFIED: Final = "verified"


class InVpcs(NamedTuple):
    """What is wanted in VPCs with a tag."""

    tag: tuple[str, str]
    want: str


def in_vpcs(value: object) -> InVpcs:
    """Read { tag = "Network=hub", want = "hub" }."""
    if not isinstance(value, dict) or set(value) != {"tag", "want"}:
        raise NotAllowed('tables such as { tag = "Network=hub", want = "hub" }')
    return InVpcs(part(value, "tag", tag), part(value, "want", one_of(WANTS)))


class PrivateDns(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "private-dns"
    mode = telling(Mode.OFF)
    want: Setting[str] = Setting(
        "on", one_of(WANTS), '"on", "off", or "hub": off, with a private hosted zone of your own in its place'
    )
    vpcs: Setting[tuple[InVpcs, ...]] = Setting(
        (),
        listed(in_vpcs),
        'what to want in VPCs with a tag, where the first that fits counts: [{ tag = "Network=hub", want = "hub" }]',
    )


@rule(
    PrivateDns,
    severity=Severity.MEDIUM,
    applies_to=frozenset({Kind.INTERFACE}),
    not_for={
        Kind.GATEWAY: "a gateway endpoint has no names: routes lead to it",
        Kind.GATEWAY_LOAD_BALANCER: "a Gateway Load Balancer endpoint has no names: routes lead to it",
        Kind.RESOURCE: "EC2 does not tell the names of resource configurations, nor which of them are verified",
        Kind.SERVICE_NETWORK: "EC2 does not tell the names in service networks, nor which of them are verified",
    },
    needs=frozenset({Need.VPC, Need.SIBLINGS, Need.DNS, Need.HOSTED_ZONES}),
)
def private_dns(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints whose private DNS is not as the standard wants it. Off, unless the standard says otherwise.

    Why: without it, clients that use the service's usual names go past the endpoint, and past its policy; with it in a
        hub, the private hosted zone that should serve every VPC cannot be there.
    Fix: none: from one moment to the next it leads every client of the VPC another way. The finding has the command,
        and what stands in its way: VPC attributes, another endpoint with the same names, or a private hosted zone
        with one of them, whoever owns it. Where the VPC's own tags say that code manages it, its attributes are told
        as that code has them.
    Risk: none, nothing is changed. Where names are there to be answered, the VPC must have `enableDnsSupport` and
        `enableDnsHostnames`, for a private hosted zone of your own too; a hub passes without a look at its zone. Zones
        are looked at only where private DNS is off and wanted on; where Route 53 does not tell of them (of a VPC that
        another account shares, say), and for names with an asterisk, the command that lists them is given instead.
        Those that a Route 53 Profile associates are not seen. Services without a private DNS name, or with one that is
        not verified, are left out. For S3, a gateway endpoint in the VPC takes its place; where there is none, the
        command asks for private DNS in the whole VPC, and not for inbound Resolver endpoints only: for that, EC2
        demands a gateway endpoint.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html,
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns,
        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html,
        https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html
    """
    endpoint = seen.endpoint
    left_out = beside_the_point(endpoint) or _without_names(endpoint, seen.service)
    if left_out:
        return left_out
    want = _wanted(seen, standard.of(PrivateDns))
    if not isinstance(want, str):
        return want
    if want == "on":
        return _on(seen, standard) if endpoint.private_dns else _missing(seen, standard)
    if endpoint.private_dns:
        return _unwanted(seen, want)
    if want != "hub":
        return Pass()
    return _resolving(seen, standard, "a private hosted zone in its place is not used")


def _without_names(endpoint: Endpoint, service: Service | None) -> NotApplicable | None:
    """Why there is nothing to turn on; None where there may be."""
    if endpoint.private_dns or service is None:
        return None
    if not service.private_dns_names:
        return NotApplicable("the service has no private DNS name")
    if _state(service) in {"", VERIFIED}:
        return None
    return NotApplicable(
        f"the private DNS name of the service, {_names(service)}, is {_state(service)}: nobody can use it "
        "until its provider has it verified"
    )


def _state(service: Service) -> str:
    """Whether its names are verified; AWS's own need no proof."""
    return service.private_dns_state or (VERIFIED if service.owner == "amazon" else "")


def _wanted(seen: Snapshot, settings: PrivateDns) -> str | Need | Unknown:
    if all(one.want == settings.want for one in settings.vpcs):
        return settings.want
    if seen.vpc is None:
        return Need.VPC
    if seen.vpc.may_hide_tags(seen.endpoint.key.account):
        return Unknown(f"the tags of {seen.endpoint.vpc_id} are not to be seen, and what is wanted hangs on them")
    tags = seen.vpc.tags
    return next((one.want for one in settings.vpcs if tags.get(one.tag[0]) == one.tag[1]), settings.want)


def _on(seen: Snapshot, standard: Standard) -> Judgement:
    """It is on, as wanted: whether the names are answered."""
    service = seen.service
    if service and service.private_dns_names and _state(service) not in {"", VERIFIED}:
        words = f"the private DNS name of the service, {_names(service)}, is {_state(service)}, and cannot be used"
        advice = "ask the provider of the service to have its name verified"
        return Breach("name-not-verified", words, {"names": list(service.private_dns_names)}, advice=advice)
    return _resolving(seen, standard, "the names of the service do not lead to the endpoint")


def _resolving(seen: Snapshot, standard: Standard, so: str) -> Judgement:
    """Whether the VPC answers names from private hosted zones."""
    if seen.dns is None:
        return Need.DNS
    off = attributes_off(seen.dns)
    if not off:
        return _hidden(seen, seen.dns) or Pass()
    if seen.vpc is None:  # whose it is says who can mend it
        return Need.VPC
    words = f"{' and '.join(off)} of {seen.endpoint.vpc_id} {'is' if len(off) == 1 else 'are'} off: {so}"
    turn, turning = f"turn {'it' if len(off) == 1 else 'them'} on", TurningOn(off, seen.endpoint, seen.vpc, standard)
    in_code = f"{turn} {turning.in_code}"
    by_hand = in_code if turning.coded else f"{turn}: {'; '.join(turning.commands)}"
    told = InCode(in_code)
    return Breach("vpc-attributes", words, {"off": list(off)}, advice=by_hand, in_code=told, beside=turning.beside)


def _hidden(seen: Snapshot, dns: Dns) -> Unknown | None:
    """Why nobody can say whether names are answered; None where both attributes were read."""
    if None not in dns:
        return None
    return Unknown(f"{seen.endpoint.vpc_id} is not to be seen: whether it answers such names is not known")


def _missing(seen: Snapshot, standard: Standard) -> Judgement:
    """It is off, and wanted on."""
    endpoint, service = seen.endpoint, seen.service
    if service is None:
        where = f"the service is in {endpoint.service_region}: " if endpoint.crosses_regions else ""
        return Unknown(f"{where}AWS does not tell whether the service has a private DNS name")
    if not _state(service):
        return Unknown(f"AWS does not tell whether the private DNS name {_names(service)} is verified")
    if seen.siblings is None:
        return Need.SIBLINGS
    free = gateways(endpoint, seen.siblings) if has_gateway(endpoint) else ()
    if free:
        return NotApplicable(
            f"the VPC has a gateway endpoint of the service ({', '.join(one.key.id for one in free)}), to which its "
            "usual names lead; only clients outside the VPC could need private DNS, and they are not to be seen"
        )
    if seen.dns is None:
        return Need.DNS
    return _hidden(seen, seen.dns) or _could(seen, service, seen.siblings, standard)


def _could(seen: Snapshot, service: Service, siblings: Sequence[Endpoint], standard: Standard) -> Breach | Need:
    """What stands in the way of turning it on."""
    endpoint = seen.endpoint
    living = (one for one in siblings if one.state not in DEAD_STATES and _same_names(one, endpoint))
    rivals = sorted(living, key=lambda one: one.key)
    taken = tuple(one.key.id for one in rivals if one.private_dns)
    others = tuple(one.key.id for one in rivals)
    if taken:
        return _taken(seen, service, taken)
    if seen.hosted_zones is None:
        return Need.HOSTED_ZONES
    zones = _in_the_way(service, seen.hosted_zones.known or ())
    if zones:
        return _zoned(seen, service, zones)
    off = attributes_off(seen.dns) if seen.dns else ()
    if off and seen.vpc is None:
        return Need.VPC
    return _off(seen, service, others, TurningOn(off, endpoint, seen.vpc or NO_VPC, standard))


def _in_the_way(service: Service, zones: Sequence[HostedZone]) -> tuple[HostedZone, ...]:
    """The zones with one of the service's names: those above or below it are no conflict that AWS tells of."""
    return tuple(sorted(zone for zone in zones if any(map(zone.has_name, service.private_dns_names))))


def _same_names(other: Endpoint, endpoint: Endpoint) -> bool:
    """Whether the other one would have the names that this one would have."""
    regions = {one.home for one in (other, endpoint)}
    return other.kind is endpoint.kind and other.service_name == endpoint.service_name and len(regions) == 1


def _taken(seen: Snapshot, service: Service, taken: tuple[str, ...]) -> Breach:
    names = ", ".join(taken)
    words = f"private DNS is off and cannot be turned on: {names} of the VPC has the same names ({_names(service)})"
    advice = (
        f"EC2 would refuse it (a conflicting DNS domain in the VPC): decide which of the two is needed, and take "
        f"{seen.endpoint.key.id} or {names} away; one that is meant for clients outside the VPC can stay as it is"
    )
    evidence = {"names": list(service.private_dns_names), "conflicts": list(taken)}
    return Breach("taken-by-another", words, evidence, advice=advice, severity=Severity.LOW)


def _zoned(seen: Snapshot, service: Service, zones: Sequence[HostedZone]) -> Breach:
    """No command that EC2 would refuse, but who could clear the way, and how to see whether it should be."""
    account = seen.endpoint.key.account
    what = ", ".join(f"{zone.id} of {_owner(zone)}" for zone in zones)
    taken = ", ".join(name for name in service.private_dns_names if any(zone.has_name(name) for zone in zones))
    own = [zone.id for zone in zones if zone.account == account]
    records = "; ".join(f"`aws route53 list-resource-record-sets --hosted-zone-id {name}`" for name in own)
    words = (
        f"private DNS is off and cannot be turned on: a private hosted zone of the same name ({taken}) is associated "
        f"with the VPC ({what})"
    )
    advice = (
        "EC2 would refuse it (a conflicting DNS domain in the VPC): see where the zone's records lead clients"
        f"{f' ({records})' if own else ''}; if to this endpoint, private DNS can stay off, and the standard can say so "
        'of the VPC (want = "hub"); if not, ask the owner of the zone to take it away from the VPC first'
    )
    evidence = {"names": list(service.private_dns_names), "zones": [zone.id for zone in zones]}
    return Breach("zone-in-the-way", words, evidence, advice=advice, severity=Severity.LOW)


def _owner(zone: HostedZone) -> str:
    return zone.service or (f"account {zone.account}" if zone.account else "an owner that is not told")


def _looking(seen: Snapshot, service: Service) -> Iterator[str]:
    """How people see that no zone is in the way, where that was not to be seen, or is not sure of a wildcard."""
    zones, endpoint = seen.hosted_zones, seen.endpoint
    if zones and zones.known is not None and not any("*" in name for name in service.private_dns_names):
        return
    listing = f"aws route53 list-hosted-zones-by-vpc --vpc-id {endpoint.vpc_id} --vpc-region {endpoint.key.region}"
    yield f"see by `{listing}` that no private hosted zone of {_names(service)} is there: with one, EC2 refuses this"


def _off(seen: Snapshot, service: Service, rivals: tuple[str, ...], turning: TurningOn) -> Breach:
    endpoint, free = seen.endpoint, has_gateway(seen.endpoint)
    options = ("--dns-options", f"{INBOUND}=false") if free else ()
    why = ", since without these options EC2 demands a gateway endpoint of the service in the VPC" if free else ""
    first = (f"decide whether this one or {', '.join(rivals)} is to have the names: only one can",) if rivals else ()
    then = (
        *_looking(seen, service),
        "see that the endpoint's security groups and policy let in every client of the VPC: all use it from then on",
    )
    vpcs = (f"turn {' and '.join(turning.off)} on {turning.in_code}",) if turning.off else ()
    attributes = vpcs if turning.coded else turning.commands
    by_hand = (*first, *attributes, *then, f"`{modifying(endpoint.key, '--private-dns-enabled', *options)}`{why}")
    in_code = (*first, *vpcs, *then, f"turn private DNS on in the code that manages the endpoint{why}")
    words = f"private DNS is off: {_names(service)} leads clients of the VPC past the endpoint"
    evidence = {
        "names": list(service.private_dns_names),
        "rivals": list(rivals),
        "attributes_off": list(turning.off),
    }
    return Breach(
        "off-though-wanted",
        words,
        evidence,
        advice="; then ".join(by_hand),
        in_code=InCode("; then ".join(in_code), SetPrivateDns(on=True, all_resolvers=free)),
        beside=turning.beside,
    )


def _unwanted(seen: Snapshot, want: str) -> Breach:
    """It is on, and wanted off."""
    names = _names(seen.service) or "the service's names"
    after = (
        f"make a private hosted zone of {names} that leads to the endpoint, at once: until then clients go past it, "
        "and while private DNS is on, such a zone cannot be associated with the VPC"
        if want == "hub"
        else "let every client that should take the endpoint use its own names"
    )
    instead = "a private hosted zone in its place" if want == "hub" else "it off"
    evidence = {"names": list(seen.service.private_dns_names) if seen.service else [], "want": want}
    return Breach(
        "on-though-unwanted",
        f"private DNS is on, and the standard wants {instead}",
        evidence,
        advice=f"`{modifying(seen.endpoint.key, '--no-private-dns-enabled')}`; then {after}",
        in_code=InCode(
            f"turn private DNS off in the code that manages the endpoint; then {after}", SetPrivateDns(on=False)
        ),
    )


def _names(service: Service | None) -> str:
    return ", ".join(service.private_dns_names) if service else ""
