"""The rule `security-group`: an endpoint's security groups let in its clients, and nobody and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ..admitted import Ports, admissions
from ..checked import NotAllowed, listed, part, text, whole
from ..code_changes import NEW, Beside, SetIngress, SwapGroups
from ..ec2_commands import ec2, modifying
from ..group_advice import GROUPS_CODE, by_code, by_command, letting_in, letting_in_by_a_new_one, narrowing
from ..group_facts import Facts, ports_named
from ..ingress import NO_STEPS, Steps, ingress_then
from ..managed import by_tags, tool_by_tags
from ..model import Breach, InCode, Judgement, Kind, Mode, Need, Pass, Severity, Snapshot, Unknown
from ..ranges import family, overlap, span, spans, uncovered
from ..service_ports import ports_of
from ..settings import Setting, Settings, telling
from ..standard import Standard
from .rule import beside_the_point, rule

FEW: Final = 5
"""So many blocks, groups or permissions are named in a sentence; the evidence has all."""
GRAVEST_FIRST: Final = (
    "open-to-all",
    "default-group",
    "too-many-ports",
    "clients-cut-off",
    "unreachable",
    "vpc-cut-off",
)


class ServicePorts(NamedTuple):
    """The TCP ports of one service, by its short name, in place of what is known of it."""

    service: str
    ports: Ports


def service_ports(value: object) -> ServicePorts:
    """Read { service = "email-smtp", ports = [465, 587] }."""
    if not isinstance(value, dict) or set(value) != {"service", "ports"}:
        raise NotAllowed('tables such as { service = "email-smtp", ports = [465, 587] }')
    ports = part(value, "ports", listed(whole(1, 65_535)))
    if not ports:
        raise NotAllowed("at least one port")
    service = part(value, "service", text(str.strip, "a service's short or whole name"))
    return ServicePorts(service, tuple((one, one) for one in ports))


def each_once(value: object) -> tuple[ServicePorts, ...]:
    """Read the ports of several services, each named once."""
    found = listed(service_ports)(value)
    if len(dict(found)) < len(found):
        raise NotAllowed("each service once, with all its ports")
    return found


def cidr(value: object) -> str:
    """Read a CIDR block."""
    if isinstance(value, str) and "/" in value:
        try:
            span(value)
        except ValueError as error:
            raise NotAllowed(f"CIDR blocks: {error}") from error
        return value
    raise NotAllowed('CIDR blocks such as "10.0.0.0/8" or "2001:db8::/56"')


class SecurityGroups(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "security-group"
    mode = telling(Mode.OFF)
    clients: Setting[tuple[str, ...]] = Setting(
        (), listed(cidr), 'blocks that must all be let in: ["10.0.0.0/8"]; if empty, any address of the VPC will do'
    )
    ports: Setting[tuple[ServicePorts, ...]] = Setting(
        (), each_once, 'TCP ports of services: [{ service = "email-smtp", ports = [465, 587] }]'
    )


class Objection(NamedTuple):
    """One thing that is wrong: its code, words, what is concerned, what to do; severity None is the rule's own."""

    code: str
    words: str
    concerned: tuple[str, ...]
    steps: Steps = NO_STEPS
    """What its groups are to let in, and no more."""
    severity: Severity | None = None
    unless: str = ""
    """What comes before the steps, if they are not to be."""
    made: str = ""
    """What is to be made before all else."""
    swap: str = ""
    """What else is to be done, of the endpoint itself."""
    swap_in_code: str = ""
    """The same where code manages the endpoint."""

    def by_command(self, facts: Facts) -> str:
        """What to do by command, besides what is the endpoint's own; "" where nothing is."""
        return self._unless(by_command(facts, self.steps))

    def by_code(self, facts: Facts) -> str:
        """The same in the code of groups."""
        return self._unless(by_code(facts, self.steps))

    def _unless(self, words: str) -> str:
        return f"{self.unless}{words}" if words else ""


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
    Fix: none: to take a permission away can cut clients off, and whatever else bears the group. The finding has the
        commands in an order that keeps in the clients whose addresses are known: first what lets them in at the
        service's ports alone, then what takes the rest away. From a default group nothing is taken. Where a group's own
        tags say that code manages it, the finding has all that the group should let in, to be put into that code.
    Risk: none, nothing is changed. All groups of the endpoint are judged together, since EC2 adds them up: the default
        group of the VPC; every address of IPv4 or IPv6, also in parts that only together make it; every protocol;
        another protocol or port than the service's (443, unless known or said otherwise; for services of others and for
        resources only where the standard names their ports); and whether any address of the VPC, or all of `clients`,
        gets in. What is open to all but does not lead to the service, such as ICMP, is of lower severity. Groups
        as sources count by their members that are to be seen; what hangs on a prefix list or a group that cannot be
        read is UNKNOWN. Network ACLs and routes are not looked at.
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
    settings = standard.of(SecurityGroups)
    ports = ports_of(seen.endpoint, seen.service, dict(settings.ports))
    families = {"ipv4": (4,), "ipv6": (6,)}.get(seen.endpoint.ip_address_type, (4, 6))
    found = admissions(seen.groups.values(), seen.prefix_lists or {})
    clients = tuple(one for one in settings.clients if family(one) in families)
    coded = {one.id: tool_by_tags(one.tags, standard) for one in seen.groups.values() if by_tags(one.tags, standard)}
    return _judged(Facts(seen, ports, found, families, clients, coded))


def _judged(facts: Facts) -> Judgement:
    """What is certain, then what cannot be known: a group or list that is not to be seen could let anybody in."""
    hidden, unread = facts.hidden, sorted({name for one in facts.found for name in one.unread})
    reach = None if hidden else _reach(facts)
    if isinstance(reach, Need):
        return reach
    if facts.seen.vpc is None and not facts.clients and facts.wide:
        return Need.VPC  # what lets it in is told before what takes everybody away
    objections = [*_default(facts, reach), *_open(facts), *_more(facts)]
    if isinstance(reach, Objection):
        objections.append(reach)
    if objections:
        return _breach(facts, objections)
    if hidden:
        return Unknown(f"security groups of the endpoint are not to be seen: {', '.join(hidden)}")
    if unread:
        return Unknown(f"prefix lists that the security groups name cannot be read: {', '.join(unread)}")
    return reach if isinstance(reach, Unknown) else Pass()


def _default(facts: Facts, reach: Objection | Unknown | None) -> Iterator[Objection]:
    told = isinstance(reach, Objection) and NEW in reach.steps.given
    clients = "" if told else by_command(facts, letting_in_by_a_new_one(facts))
    for name in sorted(facts.default):
        words = f"{name} is the VPC's default group, which all that is made without a group bears too"
        swap = ("--add-security-group-ids", NEW, "--remove-security-group-ids", name)
        command = modifying(facts.seen.endpoint.key, *swap)
        group = f"make a group for the endpoint that lets its clients in {facts.at}"
        made = _each_once((f"{group}: `{_making(facts)}`, which prints the id that {NEW} stands for", clients))
        coded = f"{group}, then put it in the place of {name} in the code that manages the endpoint"
        yield Objection("default-group", words, (name,), made=made, swap=f"then `{command}`", swap_in_code=coded)


def _making(facts: Facts) -> str:
    """The command that makes a group, which lets nobody in at first."""
    named = ("--vpc-id", facts.seen.endpoint.vpc_id, "--group-name", "NAME", "--description", "WHY")
    return ec2("create-security-group", facts.region, *named, "--query", "GroupId", "--output", "text")


def _open(facts: Facts) -> Iterator[Objection]:
    wide = facts.wide
    if not wide:
        return
    families = frozenset[int]().union(*(one.families for one in wide))
    named = tuple(str(one.admission) for one in wide)
    words = f"every {_families(families)} address is let in ({_some(named)})"
    if not families & set(facts.families):
        words += f", though the endpoint has {_families(facts.families)} addresses only"
    grave = any(facts.reaches(one.admission) and one.families & set(facts.families) for one in wide)
    yield Objection("open-to-all", words, named, narrowing(facts), Severity.HIGH if grave else None)


def _more(facts: Facts) -> Iterator[Objection]:
    """What is let in besides the service's ports; where these are not known, every protocol is more all the same."""
    if facts.more:
        named = tuple(map(str, facts.more))
        than = f" than {ports_named(facts.ports)}" if facts.ports else " than any service takes"
        yield Objection("too-many-ports", f"more is let in{than} ({_some(named)})", named, narrowing(facts))


def _reach(facts: Facts) -> Objection | Unknown | Need | None:
    """What keeps clients out; None where nothing does."""
    let_in = facts.let_in(facts.found)
    if facts.clients:
        missing = tuple(uncovered(facts.clients, let_in))
        if not missing:
            return None
        words = f"clients of the standard are not, or not all, let in {facts.at}: {_some(missing)}"
        return _unread(facts) or Objection("clients-cut-off", words, missing, letting_in(facts, missing))
    if facts.seen.vpc is None:
        return Need.VPC
    if not facts.seen.vpc.id:
        return Unknown(f"{facts.seen.endpoint.vpc_id} is not to be seen: whether its addresses get in is not known")
    return None if overlap(let_in, spans(facts.own)) else _by_members(facts, facts.own)


def _by_members(facts: Facts, own: tuple[str, ...]) -> Objection | Unknown | Need | None:
    """Whether a group that may come in has members in the VPC, where none of its addresses gets in by a block."""
    wanted = {name for one in facts.useful for name in one.permission.groups}
    interfaces = facts.seen.interfaces
    if wanted and interfaces is None:
        return Need.INTERFACES
    if any(wanted & set(one.group_ids) and one.type != "vpc_endpoint" for one in interfaces or ()):
        return None
    if wanted:
        who = f"of the VPC only members of {_some(tuple(sorted(wanted)))} are let in {facts.at}"
        return Unknown(f"{who}, and none of them is to be seen")
    return _unread(facts) or _nobody(facts, own)


def _nobody(facts: Facts, own: tuple[str, ...]) -> Objection | Unknown:
    """No address of the VPC gets in: others may, who can be its clients by peering, VPN or Transit Gateway."""
    spoken = _families(facts.families)
    if not own:
        return Unknown(f"the VPC has no {spoken} addresses that are to be seen")
    others = tuple(block for one in facts.useful for block in one.blocks if family(block) in facts.families)
    steps = letting_in(facts, own)
    if not others:
        return Objection("unreachable", f"nobody is let in {facts.at} by {spoken}", own, steps)
    words = f"no address of the VPC ({_some(own)}) is let in {facts.at}, only {_some(others)}"
    unless = "if the clients are elsewhere, say so with clients = [...] under [rules.security-group]; else "
    return Objection("vpc-cut-off", words, own, steps, Severity.LOW, unless)


def _unread(facts: Facts) -> Unknown | None:
    """Why nothing is said of who is kept out: a list that could not be read may let them in."""
    lists = sorted({name for one in facts.useful for name in one.unread})
    return Unknown(f"prefix lists that let in {facts.at} cannot be read: {', '.join(lists)}") if lists else None


def _breach(facts: Facts, objections: list[Objection]) -> Breach:
    """One breach of all that is wrong, by the gravest."""
    ordered = sorted(objections, key=lambda one: GRAVEST_FIRST.index(one.code))
    evidence: Mapping[str, list[str]] = {one.code: list(one.concerned) for one in ordered}
    made, swaps = [one.made for one in ordered], [one.swap for one in ordered]
    steps = [part for one in ordered for part in (one.by_code(facts), one.by_command(facts))]
    return Breach(
        ordered[0].code,
        "; ".join(one.words for one in ordered),
        evidence,
        advice=_each_once([*made, *steps, *swaps]),
        severity=ordered[0].severity,
        in_code=_in_code(facts, ordered),
        beside=_groups_then(facts, ordered),
    )


def _in_code(facts: Facts, ordered: list[Objection]) -> InCode:
    """What of it is the endpoint's own, as a patch; the rest is the groups', of whose code all is known or nothing."""
    own = [part for one in ordered for part in (one.swap_in_code, one.by_code(facts))]
    commands = _each_once(one.by_command(facts) for one in ordered)
    swaps = any(one.swap for one in ordered)
    return InCode(
        _each_once((*own, f"{GROUPS_CODE}: {commands}" if commands else "")),
        SwapGroups(tuple(sorted(facts.default))) if swaps else None,
    )


def _groups_then(facts: Facts, ordered: list[Objection]) -> tuple[Beside, ...]:
    """All that each group is to let in whose own tags tell that code manages it."""
    steps = [one.steps for one in ordered]
    names = dict.fromkeys(name for one in steps for name in one.groups if name in facts.coded)
    groups, account = facts.seen.groups or {}, facts.seen.endpoint.key.account
    return tuple(
        Beside(
            name,
            facts.region,
            groups[name].tags,
            facts.coded[name],
            SetIngress(ingress_then(groups[name], account, steps)),
        )
        for name in names
    )


def _each_once(parts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, parts)))


def _families(families: frozenset[int] | tuple[int, ...]) -> str:
    return " or ".join(f"IPv{one}" for one in sorted(families))


def _some(words: tuple[str, ...]) -> str:
    """The first few, and how many more there are."""
    more = len(words) - FEW
    return ", ".join(words[:FEW]) + (f" and {more} more" if more > 0 else "")
