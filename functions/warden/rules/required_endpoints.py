"""The rule `required-endpoints`: a VPC has working endpoints for the services that the standard lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ..checked import listed
from ..creating import (
    Way,
    adding,
    each,
    extending,
    gateway_endpoint,
    interface_endpoint,
    naming,
)
from ..demands import Demand, Hub, demand, for_others
from ..demands import service as service_name
from ..gateways import BY_GATEWAY
from ..model import DEAD_STATES, Breach, Endpoint, Kind, Mode, NotApplicable, Pass, Severity, Unknown
from ..neighbours import Vpc
from ..plain import listed as in_words
from ..policy.services import short_name
from ..service_names import WHOLE, whole_name
from ..settings import Setting, Settings, telling
from ..standard import Standard
from ..subjects import VpcSeen
from .rule import Answer, subject_rule

CODES: Final = ("missing-endpoints", "private-dns-off", "subnets-uncovered")
"""The gravest first: a breach has the code of the gravest thing that it tells."""


class Want(NamedTuple):
    """One service that this VPC must reach."""

    service: str
    hub: Hub | None = None


class Lack(NamedTuple):
    """A service without a working endpoint: the kind of breach, words for it, and the way to one."""

    service: str
    code: str
    words: str
    way: Way
    subnets: tuple[str, ...] = ()
    """Those that no gateway endpoint covers."""


class Unsure(NamedTuple):
    """A service of which it cannot be told, and why."""

    service: str
    why: str


class OnWord(NamedTuple):
    """A service that is not seen here, and that the standard says the hub of another account has."""

    service: str
    hub: Hub


class ByHub(NamedTuple):
    """A service to which clients get by way of an endpoint in a hub that is seen, if names lead them there."""

    service: str
    hub: Hub


class RequiredEndpoints(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "required-endpoints"
    mode = telling(Mode.OFF)
    demands: Setting[tuple[Demand, ...]] = Setting(
        (),
        listed(demand),
        'what VPCs must have, every one or those with a tag: [{ tag = "Env=prod", services = ["ssm", "s3"] }]; with '
        'hub = "vpc-..." or "key=value", endpoints there count too, whose names a private hosted zone resolves; where '
        'the hub is in an account that others do not see, hub_account = "222233334444" lets them take it on trust',
    )
    by_own_name: Setting[tuple[str, ...]] = Setting(
        (), listed(service_name), "services whose clients name the endpoint itself, so that its private DNS may be off"
    )


@subject_rule(RequiredEndpoints, severity=Severity.MEDIUM)
def required_endpoints(seen: VpcSeen, standard: Standard) -> Answer:
    """Tell of VPCs that lack an endpoint for a service that they need. Off, unless the standard says otherwise.

    Why: without an endpoint, requests to the service leave by the internet or fail, and no endpoint policy holds them.
    Fix: none: an endpoint costs money and changes where names lead. The finding has the command for each service, and
        what to change in code where an endpoint's or the VPC's own tags say that code manages it.
    Risk: none, nothing is changed. Names are compared whole: `ec2` is not `ec2messages`; `kms` is met by `kms-fips`
        too. An endpoint counts while it is available, and where clients find it: an interface endpoint with private
        DNS on, or in the hub that the standard names (its private hosted zone is not read: a PASS says so), or of a
        service in `by_own_name` or of another account's (`vpce-svc-...`), which nobody reaches otherwise; a gateway
        endpoint on the route tables of all subnets. Pending ones and types that are not known make it UNKNOWN, and so
        do a hub that this account does not see and a VPC of another account, whose endpoints and tags are not shown.
        Of a hub in another account, `hub_account` is the standard's word that it has the services of that demand:
        what is not found here is then NOT_APPLICABLE, or PASS beside what was found, and says so. The hub itself is
        held to that demand in its own account, whatever its tags, and to interface endpoints, which serve other VPCs:
        have the rule on there too. Policies, security groups, zones and whether the VPC resolves names at all are for
        other rules; a VPC without subnets needs nothing.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
        https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
    """
    settings = standard.of(RequiredEndpoints)
    if not settings.demands:
        return NotApplicable("the standard demands no endpoints")
    if seen.shared:
        return Unknown(f"the VPC is shared by account {seen.vpc.owner}: its endpoints and tags are not to be seen here")
    concerned = [one for one in settings.demands if one.concerns(seen.vpc)]
    if not concerned:
        return NotApplicable("the standard demands no endpoints of a VPC with these tags")
    wants = dict.fromkeys(
        Want(service, one.at)
        for one in concerned
        if seen.subnets or for_others(one.at, seen.vpc)
        for service in one.services
    )
    if not wants:
        return NotApplicable("the VPC has no subnets, and so no clients")
    return _verdict([found for want in wants if (found := _Search(seen, want, standard).found())], wants)


def _verdict(found: list[Lack | Unsure | OnWord | ByHub], wants: Mapping[Want, None]) -> Answer:
    trusted = [one for one in found if isinstance(one, OnWord)]
    led = {one.service: one.hub for one in found if isinstance(one, ByHub)}
    lacks = list({one.service: one for one in found if isinstance(one, Lack)}.values())
    unsure = [one for one in found if isinstance(one, Unsure)]
    doubt = "; ".join(dict.fromkeys(f"of {one.service} it cannot be told: {one.why}" for one in unsure))
    if not (lacks or doubt):
        word = "; ".join(part for part in (_word(trusted), _led(led)) if part)
        return NotApplicable(word) if len(trusted) == len(wants) else Pass(word)
    if not lacks:
        return Unknown(doubt)
    evidence = {
        "missing": [one.service for one in lacks],
        "demanded": sorted({want.service for want in wants}),
        "uncovered_subnets": sorted({subnet for one in lacks for subnet in one.subnets}),
        "not_known": sorted({one.service for one in unsure}),
        "on_word": sorted({one.service for one in trusted}),
    }
    return _breach(lacks, doubt, {name: value for name, value in evidence.items() if value})


def _breach(lacks: Sequence[Lack], doubt: str, evidence: Mapping[str, object]) -> Breach:
    """What is lacking in words, and what is not known besides."""
    missing = [one.service for one in lacks if one.code == CODES[0]]
    absent = f"the VPC has no working endpoint for {in_words(missing)}" if missing else ""
    return Breach(
        min((one.code for one in lacks), key=CODES.index),
        "; ".join(part for part in (absent, *(one.words for one in lacks), doubt) if part),
        evidence,
        advice=each((one.service, one.way) for one in lacks),
        parts=tuple(sorted(f"{one.service} {one.code}" for one in lacks)),
        beside=tuple(one.way.beside for one in lacks if one.way.beside),
    )


def _word(trusted: Iterable[OnWord]) -> str:
    """Say which services were not seen, whose word is taken for them, and where they are judged; "" of none."""
    by_hub: dict[Hub, list[str]] = {}
    for one in trusted:
        by_hub.setdefault(one.hub, []).append(one.service)
    return "; ".join(
        f"{in_words(services)}: not seen here, and taken on the standard's word (hub_account) that the hub {hub} of "
        f"account {hub.account} has {'it' if len(services) == 1 else 'them'}, which only that account can judge"
        for hub, services in by_hub.items()
    )


def _led(led: Mapping[str, Hub]) -> str:
    """Say for which services the hub's endpoint counts though no name was followed there; "" of none."""
    if not led:
        return ""
    hubs = in_words(dict.fromkeys(f"the hub {hub}" for hub in led.values()))
    return f"by way of {hubs}: {in_words(led)}, if the names lead clients there, which is not read"


class _Search:
    """The search for one service's endpoints, in the VPC itself and in its hub."""

    def __init__(self, seen: VpcSeen, want: Want, standard: Standard) -> None:
        """Find the endpoints to the service that are, or may be, of use."""
        settings = standard.of(RequiredEndpoints)
        self.seen = seen
        self.want = want
        self.standard = standard
        self.is_hub = want.hub is not None and want.hub.named(seen.vpc)
        self.for_others = for_others(want.hub, seen.vpc)
        self.any_name = self.is_hub or want.service in settings.by_own_name or _is_of_others(want.service)
        offered = [one for one in seen.endpoints if offers(one, want.service)]
        self.dead = [one for one in offered if one.state in DEAD_STATES]
        self.ready = [one for one in offered if one.state == "available"]
        self.waiting = [one for one in offered if one not in self.dead and one not in self.ready]
        self.of_gateways = [one for one in self.ready if one.kind is Kind.GATEWAY]
        self.gateways = [] if self.for_others else self.of_gateways
        self.interfaces = [one for one in self.ready if one.kind is Kind.INTERFACE and one.subnet_ids]
        self.hubs = [] if want.hub is None or self.is_hub else _hubs(seen, want.hub)

    def found(self) -> Lack | Unsure | OnWord | ByHub | None:
        """What is wrong with the service, what is not known or seen of it, or None where it has a working endpoint."""
        if self._served() or (self.gateways and not self._uncovered() and not self._unseen()):
            return None
        if self.want.hub is not None and any(
            _at_hub(one, self.want.service) for hub in self.hubs for one in hub.endpoints
        ):
            return ByHub(self.want.service, self.want.hub)
        if self.want.hub is not None and self._trusts(self.want.hub):
            return OnWord(self.want.service, self.want.hub)
        doubts = next(self._doubts(), "")
        return Unsure(self.want.service, doubts) if doubts else self._lack()

    def _served(self) -> bool:
        """Whether an interface endpoint is here that clients find."""
        return any(self.any_name or (one.private_dns and not one.inbound_only) for one in self.interfaces)

    def _trusts(self, hub: Hub) -> bool:
        """Whether the standard has a word for a hub that this account cannot see, and nothing seen belies it."""
        elsewhere = hub.account not in {"", self.seen.key.account} and not self.is_hub
        return elsewhere and all(one.vpc.owner == hub.account for one in self.hubs)

    def _uncovered(self) -> tuple[str, ...]:
        """The subnets whose route table has none of the gateway endpoints."""
        covered = {table for one in self.gateways for table in one.route_table_ids}
        return tuple(subnet for subnet, table in self.seen.tables.items() if table and table.id not in covered)

    def _unseen(self) -> tuple[str, ...]:
        """The subnets whose route table is not to be seen."""
        return tuple(subnet for subnet, table in self.seen.tables.items() if table is None)

    def _doubts(self) -> Iterator[str]:
        """What keeps it from being told that the service has no working endpoint."""
        yield from (f"{one.key.id} is {one.state}" for one in self.waiting)
        judged = {Kind.GATEWAY, Kind.INTERFACE}
        yield from (
            f"{one.key.id} is of type {one.type_name}, and whether clients use it, it does not show"
            for one in self.ready
            if one.kind not in judged
        )
        if self.gateways and not self._uncovered():
            yield from (f"the route table of {subnet} is not to be seen" for subnet in self._unseen())
        if self.want.hub is not None and not self.is_hub:
            yield from _hidden(self.want.hub, self.hubs)
            yield from (
                f"{one.key.id} in the hub is {one.state}"
                for hub in self.hubs
                for one in hub.endpoints
                if offers(one, self.want.service) and one.state not in DEAD_STATES | {"available"}
            )

    def _lack(self) -> Lack:
        service, uncovered = self.want.service, self._uncovered()
        if self.gateways:
            tables = {table.id for subnet, table in self.seen.tables.items() if table and subnet in uncovered}
            words = f"the gateway endpoint for {service} is not on the route tables of {in_words(uncovered)}"
            way = extending(self.gateways, tables, self.standard)
            return Lack(service, "subnets-uncovered", words, way, uncovered)
        if self.interfaces:
            (one, *_) = self.interfaces
            off = "serves the Resolver's inbound endpoints alone" if one.inbound_only and one.private_dns else "is off"
            words = f"the private DNS of {one.key.id} for {service} {off}, so that clients go past it"
            return Lack(service, "private-dns-off", words, self._gateway() or naming(one, self.standard))
        useless = [f"{one.key.id} is {one.state}" for one in self.dead]
        useless += [f"{one.key.id} is a gateway endpoint and serves its own VPC alone" for one in self.of_gateways]
        useless += [f"{one.key.id} stands in no subnet" for one in self.ready if one not in self.of_gateways]
        return Lack(service, CODES[0], f"{service}: {', '.join(useless)}" if useless else "", self._way())

    def _gateway(self) -> Way | None:
        """A gateway endpoint; None where the service has none, or others could not use it."""
        if (
            self.for_others
            or self.want.service.removeprefix(f"com.amazonaws.{self.seen.key.region}.") not in BY_GATEWAY
        ):
            return None
        tables = {table.id for table in self.seen.tables.values() if table}
        return adding(gateway_endpoint(self.seen.key, self.want.service, tables), self.seen.vpc, self.standard)

    def _way(self) -> Way:
        """The endpoint is made: in the hub, if there is one, except for what costs nothing here."""
        place = self.hubs[0] if self.hubs else self.seen
        by_name = not (self.hubs or self.any_name)
        made = interface_endpoint(place.key, self.want.service, place.subnets, private_dns=by_name)
        return self._gateway() or adding(made, place.vpc, self.standard)


def offers(endpoint: Endpoint, service: str) -> bool:
    """Whether the endpoint leads to the service, named in short or whole, in its own region; FIPS variants count."""
    if endpoint.crosses_regions and not service.startswith(WHOLE):
        return False
    region, name = endpoint.key.region, endpoint.service_name
    names = {service, whole_name(service, region)}  # the whole one of some services has no region
    return name in names or short_name(name, region) == service or name.endswith(f".{region}.{service}")


def hubs_among(vpcs: Iterable[Vpc], standard: Standard) -> set[str]:
    """The ids of the VPCs that the standard names as hubs."""
    hubs = {one.at for one in standard.of(RequiredEndpoints).demands if one.at is not None}
    return {vpc.id for vpc in vpcs if any(hub.named(vpc) for hub in hubs)}


def spokes_of(hub_ids: Collection[str], vpcs: Collection[Vpc], standard: Standard) -> set[str]:
    """The ids of the VPCs for which the standard names one of these as the hub."""
    hubs = [vpc for vpc in vpcs if vpc.id in hub_ids]
    demands = [
        one
        for one in standard.of(RequiredEndpoints).demands
        if one.at is not None and any(one.at.named(vpc) for vpc in hubs)
    ]
    return {vpc.id for vpc in vpcs if any(one.concerns(vpc) for one in demands)}


def _at_hub(endpoint: Endpoint, service: str) -> bool:
    """Whether the endpoint serves other VPCs: a gateway endpoint does not.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    usable = endpoint.kind is Kind.INTERFACE and endpoint.state == "available" and bool(endpoint.subnet_ids)
    return usable and offers(endpoint, service)


def _hubs(seen: VpcSeen, hub: Hub) -> list[VpcSeen]:
    return [one for _, one in sorted(seen.hubs.items()) if one.key != seen.key and hub.named(one.vpc)]


def _hidden(hub: Hub, hubs: list[VpcSeen]) -> Iterator[str]:
    """What of the hub this account does not see."""
    if not hubs:
        yield f"the hub {hub} is not to be seen from this account and region"
    for one in hubs:
        if hub.account not in {"", one.vpc.owner}:
            yield f"the hub {one.key.id} is account {one.vpc.owner}'s, and by the standard account {hub.account}'s"
        elif one.shared:
            yield f"the hub {one.key.id} is shared by account {one.vpc.owner}"


def _is_of_others(service: str) -> bool:
    """Whether it is another account's service, whose clients name the endpoint anyhow."""
    return service.startswith(("vpce-svc-", "com.amazonaws.vpce."))
