"""The rule `security-group`: an endpoint's security groups let in its clients, and nobody and nothing else."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ..admitted import ANY_PORT, Admission, admissions, at_any, open_to_all, sources
from ..checked import NotAllowed, listed, text, whole
from ..model import Breach, Judgement, Kind, Mode, Need, Pass, Severity, Snapshot, Unknown
from ..policy.services import short_name
from ..ranges import Span, overlap, span, spans, uncovered
from ..settings import Setting, Settings, telling
from ..standard import Standard
from .rule import beside_the_point, rule

Ports = tuple[tuple[int, int], ...]

HTTPS: Final[Ports] = ((443, 443),)
BESIDES: Final[Mapping[str, Ports]] = {
    "cassandra": ((9142, 9142),),
    "datasync": ((1024, 1064),),
    "email-smtp": ((25, 25), (465, 465), (587, 587), (2465, 2465), (2587, 2587)),
    "iot.data": ((8883, 8883),),
    "storagegateway": ((1026, 1028), (1031, 1031), (2222, 2222)),
    "transfer.server": ((21, 22), (8192, 8200)),
}
"""Ports of AWS's services besides 443.

Sources: https://docs.aws.amazon.com/ses/latest/dg/send-email-set-up-vpc-endpoints.html,
https://docs.aws.amazon.com/keyspaces/latest/devguide/vpc-endpoints.html,
https://docs.aws.amazon.com/storagegateway/latest/vgw/gateway-private-link.html,
https://docs.aws.amazon.com/datasync/latest/userguide/choose-service-endpoint.html,
https://docs.aws.amazon.com/transfer/latest/userguide/create-server-in-vpc.html
"""
GRAVEST_FIRST: Final = ("open-to-all", "default-group", "too-many-ports", "clients-cut-off", "unreachable")


class ServicePorts(NamedTuple):
    """The TCP ports of one service, by its short name, in place of what is known of it."""

    service: str
    ports: Ports


def service_ports(value: object) -> ServicePorts:
    """Read { service = "email-smtp", ports = [465, 587] }."""
    if not isinstance(value, dict) or set(value) != {"service", "ports"}:
        raise NotAllowed('tables such as { service = "email-smtp", ports = [465, 587] }')
    ports = listed(whole(1, 65_535))(value["ports"])
    if not ports:
        raise NotAllowed("at least one port")
    return ServicePorts(text(str.strip, "a service's short name")(value["service"]), tuple((one, one) for one in ports))


def cidr(value: object) -> str:
    """Read a CIDR block."""
    try:
        span(str(value))
    except ValueError as error:
        raise NotAllowed('CIDR blocks such as "10.0.0.0/8" or "2001:db8::/56"') from error
    return str(value)


class SecurityGroups(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "security-group"
    mode = telling(Mode.OFF)
    clients: Setting[tuple[str, ...]] = Setting(
        (), listed(cidr), 'blocks that must get in, every one: ["10.0.0.0/8"]; empty for some address of the VPC'
    )
    ports: Setting[tuple[ServicePorts, ...]] = Setting(
        (), listed(service_ports), 'TCP ports other than 443: [{ service = "email-smtp", ports = [465, 587] }]'
    )


class Objection(NamedTuple):
    """One thing that is wrong: its code, words, permissions concerned, and what to do."""

    code: str
    words: str
    concerned: tuple[str, ...]
    advice: str


@rule(
    SecurityGroups,
    severity=Severity.MEDIUM,
    applies_to=frozenset({Kind.INTERFACE, Kind.RESOURCE, Kind.SERVICE_NETWORK}),
    not_for={
        Kind.GATEWAY: "a gateway endpoint is an entry in route tables and has no security group",
        Kind.GATEWAY_LOAD_BALANCER: "a Gateway Load Balancer endpoint has no security group",
    },
    needs=frozenset({Need.GROUPS, Need.PREFIX_LISTS, Need.VPC, Need.INTERFACES}),
)
def security_group(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of security groups that let in too much, or no client at all. Off, unless the standard says otherwise.

    Why: whoever gets in can use the endpoint's road to the service, from peered and on-premises networks too; an
        endpoint that lets no client in is paid for and serves nobody.
    Fix: none: to take a permission away can cut clients off. The finding has the command for each.
    Risk: none, nothing is changed. All groups of the endpoint are judged together, since EC2 adds them up: the default
        group of the VPC; every address of IPv4 or IPv6, also in parts that only together make it; another protocol or
        port than the service's (443, unless known or said otherwise; for services of others and for resources only
        where the standard names their ports); and whether any address of the VPC, or all of `clients`, gets in. Groups
        as sources count by their members that are to be seen.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html#security-group-rules
    """
    left_out = beside_the_point(seen.endpoint)
    if left_out:
        return left_out
    if not seen.endpoint.security_group_ids:
        return Unknown("EC2 tells no security group of the endpoint")
    if seen.groups is None:
        return Need.GROUPS
    if seen.prefix_lists is None and any(one.prefix_lists for it in seen.groups.values() for one in it.inbound):
        return Need.PREFIX_LISTS
    return _judged(seen, standard.of(SecurityGroups), admissions(seen.groups.values(), seen.prefix_lists or {}))


def _judged(seen: Snapshot, settings: SecurityGroups, found: tuple[Admission, ...]) -> Judgement:
    ports = ports_of(seen, settings)
    too_much = [*_default(seen), *_open(found, seen), *(_ports(found, ports, seen) if ports else ())]
    hidden = [name for name in seen.endpoint.security_group_ids if name not in (seen.groups or {})]
    reach = _reach(seen, settings, found, ports or (ANY_PORT,))
    if isinstance(reach, Need):
        return reach
    objections = [*too_much, *([reach] if isinstance(reach, Objection) and not hidden else [])]
    if objections:
        return _breach(objections)
    if hidden:
        return Unknown(f"security groups of the endpoint are not to be seen: {', '.join(hidden)}")
    return reach if isinstance(reach, Unknown) else Pass()


def ports_of(seen: Snapshot, settings: SecurityGroups) -> Ports:
    """The TCP ports of the endpoint's service; empty where they are not known."""
    endpoint = seen.endpoint
    name = short_name(endpoint.service_name, endpoint.service_region or endpoint.key.region)
    said = {one.service: one.ports for one in settings.ports}
    if name in said or endpoint.service_name in said:
        return said.get(name) or said[endpoint.service_name]
    if endpoint.kind is not Kind.INTERFACE or endpoint.service_name.startswith("com.amazonaws.vpce."):
        return ()
    if seen.service and seen.service.owner != "amazon":
        return ()
    return (*HTTPS, *BESIDES.get(name, ()))


def _default(seen: Snapshot) -> Iterator[Objection]:
    for group in (seen.groups or {}).values():
        if group.name == "default":
            words = f"{group.id} is the default group of the VPC, which lets in whatever else bears it"
            advice = f"make a group for the endpoint, then `{_modify(seen, group.id)}`"
            yield Objection("default-group", words, (group.id,), advice)


def _open(found: tuple[Admission, ...], seen: Snapshot) -> Iterator[Objection]:
    wide = tuple(open_to_all(found))
    if wide:
        words = f"every address is let in ({', '.join(map(str, wide))})"
        yield Objection("open-to-all", words, tuple(map(str, wide)), _revoking(seen, wide))


def _ports(found: tuple[Admission, ...], ports: Ports, seen: Snapshot) -> Iterator[Objection]:
    more = tuple(one for one in found if not one.within(ports))
    if more:
        words = f"more is let in than TCP {_listed(ports)} ({', '.join(map(str, more))})"
        yield Objection("too-many-ports", words, tuple(map(str, more)), _revoking(seen, more))


def _reach(
    seen: Snapshot, settings: SecurityGroups, found: tuple[Admission, ...], ports: Ports
) -> Objection | Unknown | Need | None:
    """What keeps clients out; None where nothing does."""
    let_in = sources(found, ports)
    if settings.clients:
        missing = tuple(uncovered(settings.clients, let_in))
        words = f"clients of the standard are not let in at TCP {_listed(ports)}: {', '.join(missing)}"
        return Objection("clients-cut-off", words, missing, _authorizing(seen, missing, ports)) if missing else None
    if seen.vpc is None:
        return Need.VPC
    if not seen.vpc.id:
        return Unknown(f"{seen.endpoint.vpc_id} is not to be seen: whether its addresses get in is not known")
    own = tuple(block for block in seen.vpc.cidrs if _family(block) in _families(seen))
    if overlap(let_in, spans(own)):
        return None
    return _by_members(seen, [one for one in found if at_any(one, ports)], own, ports)


def _by_members(
    seen: Snapshot, found: list[Admission], own: tuple[str, ...], ports: Ports
) -> Objection | Unknown | Need | None:
    """Whether a group that may come in has members in the VPC."""
    wanted = {name for one in found for name in one.permission.groups}
    if wanted and seen.interfaces is None:
        return Need.INTERFACES
    if any(wanted & set(one.group_ids) and one.type != "vpc_endpoint" for one in seen.interfaces or ()):
        return None
    if wanted:
        return Unknown(f"no member of {', '.join(sorted(wanted))} is to be seen in the VPC, and nobody else gets in")
    whose = f" ({', '.join(own)})" if own else ", which has none of the endpoint's address family,"
    words = f"no address of the VPC{whose} is let in at TCP {_listed(ports)}"
    return Objection("unreachable", words, own, _authorizing(seen, own, ports))


def _families(seen: Snapshot) -> tuple[int, ...]:
    return {"ipv4": (4,), "ipv6": (6,)}.get(seen.endpoint.ip_address_type, (4, 6))


def _family(block: str) -> int:
    found: Span = span(block)
    return found.family


def _breach(objections: list[Objection]) -> Breach:
    """One breach of all that is wrong, by the gravest."""
    ordered = sorted(objections, key=lambda one: GRAVEST_FIRST.index(one.code))
    evidence = {one.code: list(one.concerned) for one in ordered}
    severity = Severity.HIGH if ordered[0].code == "open-to-all" else None
    advice = "; ".join(dict.fromkeys(one.advice for one in ordered))
    return Breach(ordered[0].code, "; ".join(one.words for one in ordered), evidence, advice=advice, severity=severity)


def _listed(ports: Ports) -> str:
    if ANY_PORT in ports:
        return "at any port"
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ports)


def _modify(seen: Snapshot, group_id: str) -> str:
    key = seen.endpoint.key
    return (
        f"aws ec2 modify-vpc-endpoint --region {key.region} --vpc-endpoint-id {key.id} "
        f"--add-security-group-ids NEW --remove-security-group-ids {group_id}"
    )


def _revoking(seen: Snapshot, found: tuple[Admission, ...]) -> str:
    commands = (_permission_call(seen, "revoke", one.group_id, _as_json(one)) for one in found)
    return f"once nobody needs it: {'; '.join(f'`{one}`' for one in dict.fromkeys(commands))}"


def _authorizing(seen: Snapshot, blocks: tuple[str, ...], ports: Ports) -> str:
    first, last = ports[0]
    v4, v6 = ([one for one in blocks if _family(one) == family] for family in (4, 6))
    permission = {
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": last,
        **({"IpRanges": [{"CidrIp": one} for one in v4]} if v4 else {}),
        **({"Ipv6Ranges": [{"CidrIpv6": one} for one in v6]} if v6 else {}),
    }
    return f"`{_permission_call(seen, 'authorize', seen.endpoint.security_group_ids[0], permission)}`"


def _permission_call(seen: Snapshot, verb: str, group_id: str, permission: Mapping[str, object]) -> str:
    words = ("aws", "ec2", f"{verb}-security-group-ingress", "--region", seen.endpoint.key.region)
    said = json.dumps([permission], separators=(",", ":"))
    return shlex.join((*words, "--group-id", group_id, "--ip-permissions", said))


def _as_json(one: Admission) -> dict[str, object]:
    permission = one.permission
    ports = {} if permission.first_port is None else {"FromPort": permission.first_port, "ToPort": permission.last_port}
    v4, v6 = ([block for block in permission.ranges if _family(block) == family] for family in (4, 6))
    made = {
        "IpRanges": [{"CidrIp": block} for block in v4],
        "Ipv6Ranges": [{"CidrIpv6": block} for block in v6],
        "PrefixListIds": [{"PrefixListId": name} for name in permission.prefix_lists],
        "UserIdGroupPairs": [{"GroupId": name} for name in permission.groups],
    }
    return {"IpProtocol": permission.protocol, **ports, **{key: value for key, value in made.items() if value}}
