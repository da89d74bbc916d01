"""Fakes that obey: each keeps the state that the real thing keeps, and refuses what the real thing refuses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from builders import ACCOUNT, ENFORCING, NOW, REGION, A, B, C, service, standard
from warden.actions import AcceptConnections, Action, AddSubnets, RemoveSubnets, ReplacePolicy
from warden.errors import NotYet, Outdated, RetryLater
from warden.events import Look
from warden.ledger import LEASE, Memory, Pending
from warden.mailbox import DELAYS
from warden.message import Message
from warden.model import Endpoint, EndpointKey, Finding, Json, Mode, Service, ServiceKey, Snapshot, Subnet
from warden.neighbours import Dns, HostedZones, Interface, Route, RouteTable, SecurityGroup, Vpc
from warden.notice import Notice
from warden.ports import World
from warden.recording import Trail
from warden.review.last import Last, packed, unpacked
from warden.review.notice import ReviewNotice
from warden.subjects import ServicePart, ServiceSeen, VpcSeen
from warden.use import Use

DELAY = timedelta(seconds=1)
ZONELESS: dict[str, Any] = {"zone_names": frozenset(), "zone_ids": frozenset()}


def _own(one: Endpoint) -> tuple[str, ...]:
    return (*one.security_group_ids, *one.network_interface_ids)


@dataclass
class FakeCloud:
    """EC2 of one account: refuses a second subnet of a zone, and a zone that the service lacks, as EC2 does.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    held: dict[str, Endpoint] = field(default_factory=dict)
    account: str = ACCOUNT
    region: str = REGION
    known_services: tuple[Service, ...] = field(default_factory=lambda: (service(),))
    hidden_regions: Collection[str] = ()
    """The regions of whose services it tells nothing here."""
    known_subnets: tuple[Subnet, ...] = (A, B, C)
    known_tables: tuple[RouteTable, ...] = ()
    known_interfaces: tuple[Interface, ...] = ()
    known_vpcs: tuple[Vpc, ...] = ()
    known_dns: Mapping[str, Dns] = field(default_factory=dict)
    known_zones: Mapping[str, HostedZones] = field(default_factory=dict)
    known_groups: tuple[SecurityGroup, ...] = ()
    known_lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known_bytes: Mapping[str, int] = field(default_factory=dict)
    """Bytes moved in any time, by subnet."""
    known_trails: tuple[Trail, ...] = ()
    spans: list[tuple[int, datetime]] = field(default_factory=list)
    """How many days back use was asked for, and from when."""
    calls: list[str] = field(default_factory=list)
    before_apply: list[Callable[[], None]] = field(default_factory=list)
    """What happens right before a write, once each: raise to refuse it."""
    after_apply: list[Callable[[], None]] = field(default_factory=list)
    """What happens right after a write was made, once each: raise to lose the answer."""
    catalogue_drops: int = 0

    @classmethod
    def of(cls, *endpoints: Endpoint, **facts: Any) -> FakeCloud:
        """A cloud that holds these endpoints."""
        return cls({endpoint.key.id: endpoint for endpoint in endpoints}, **facts)

    @classmethod
    def seeing(cls, seen: Snapshot) -> FakeCloud:
        """A cloud in which all that a snapshot has is to be seen, and nothing else.

        Of a network interface in a subnet that the snapshot does not have, only the VPC is made up; and use that is not
        told by subnet is taken to have gone through the first.
        """
        subnets, interfaces = seen.subnets or (), seen.interfaces or ()
        unseen = {one.subnet_id for one in interfaces} - {one.id for one in subnets}
        made_up = (replace(A, id=name, vpc_id=seen.endpoint.vpc_id) for name in sorted(unseen))
        whole = {seen.endpoint.subnet_ids[0]: seen.use.moved} if seen.use else {}
        return cls.of(
            seen.endpoint,
            *(seen.siblings or ()),
            known_services=(seen.service,) if seen.service else (),
            known_subnets=(*subnets, *made_up),
            known_tables=seen.route_tables or (),
            known_interfaces=interfaces,
            known_vpcs=(seen.vpc,) if seen.vpc and seen.vpc.id else (),
            known_dns={seen.endpoint.vpc_id: seen.dns} if seen.dns else {},
            known_zones={seen.endpoint.vpc_id: seen.hosted_zones} if seen.hosted_zones else {},
            known_groups=tuple((seen.groups or {}).values()),
            known_lists=seen.prefix_lists or {},
            known_bytes=seen.use_by_subnet or whole,
            known_trails=seen.trails or (),
        )

    @classmethod
    def holding(cls, seen: VpcSeen) -> FakeCloud:
        """A cloud in which this VPC is to be seen as it was, with its hubs."""
        every = tuple({**seen.hubs, seen.key.id: seen}.values())
        return cls.of(
            *(endpoint for one in every for endpoint in one.endpoints),
            known_subnets=tuple(subnet for one in every for subnet in one.subnets),
            known_tables=tuple(table for one in every for table in one.route_tables),
            known_vpcs=tuple(one.vpc for one in every),
        )

    def put(self, endpoint: Endpoint) -> None:
        """Make or change an endpoint, as somebody else would."""
        self.held[endpoint.key.id] = endpoint

    def endpoints(self, ids: Iterable[str]) -> dict[str, Endpoint]:
        """See ports.Cloud."""
        self.calls.append("DescribeVpcEndpoints")
        return {name: self.held[name] for name in ids if name in self.held}

    def sweep(self) -> Iterator[tuple[Endpoint, ...]]:
        """See ports.Cloud; pages of two, so that tests have several."""
        everything = list(self.held.values())
        for start in range(0, max(len(everything), 1), 2):
            self.calls.append("DescribeVpcEndpoints")
            yield tuple(everything[start : start + 2])

    def services(self, endpoints: Iterable[Endpoint]) -> dict[ServiceKey, Service]:
        """See ports.Cloud; one call for each region, and no zones of services in another."""
        known = {(one.name, one.type_name): one for one in self.known_services}
        wanted = {one.service_key for one in endpoints}
        self.calls.extend(["DescribeVpcEndpointServices"] * len({key.region for key in wanted}))
        told = {key: known[key[:2]] for key in wanted if key[:2] in known and key.region not in self.hidden_regions}
        return {key: one if key.region == self.region else replace(one, **ZONELESS) for key, one in told.items()}

    def forget_services(self) -> None:
        """See ports.Cloud."""
        self.catalogue_drops += 1

    def of_vpcs(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Endpoint, ...]]:
        """See ports.Cloud."""
        self.calls.append("DescribeVpcEndpoints")
        return {vpc: tuple(one for one in self.held.values() if one.vpc_id == vpc) for vpc in vpc_ids}

    def hosted_zones(self, vpc_ids: Iterable[str]) -> dict[str, HostedZones]:
        """See ports.Cloud; a call for each VPC, and no zones unless said otherwise."""
        vpcs = list(vpc_ids)
        self.calls.extend(["ListHostedZonesByVPC"] * len(vpcs))
        return {vpc: self.known_zones.get(vpc, HostedZones(())) for vpc in vpcs}

    def trails(self) -> tuple[Trail, ...]:
        """See ports.Cloud."""
        self.calls.append("DescribeTrails")
        return self.known_trails

    @property
    def around(self) -> FakeCloud:
        """See ports.Cloud: the fake is both."""
        return self

    def subnets(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Subnet, ...]]:
        """See ports.Around."""
        self.calls.append("DescribeSubnets")
        return {
            vpc: tuple(replace(one, private=None) for one in self.known_subnets if one.vpc_id == vpc) for vpc in vpc_ids
        }

    def route_tables(self, vpc_ids: Iterable[str]) -> dict[str, tuple[RouteTable, ...]]:
        """See ports.Around; those given, else one for all public subnets and a main one for the others."""
        self.calls.append("DescribeRouteTables")
        public = tuple(one.id for one in self.known_subnets if one.private is False)
        return {
            vpc: tuple(one for one in self.known_tables if one.vpc_id == vpc)
            or (
                RouteTable("rtb-main", vpc, main=True),
                RouteTable("rtb-public", vpc, (Route("0.0.0.0/0", "igw-1"),), public),
            )
            for vpc in vpc_ids
        }

    def interfaces(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Interface, ...]]:
        """See ports.Around; a network interface is in the VPC of its subnet."""
        self.calls.append("DescribeNetworkInterfaces")
        vpcs = {one.id: one.vpc_id for one in self.known_subnets}
        return {vpc: tuple(one for one in self.known_interfaces if vpcs[one.subnet_id] == vpc) for vpc in vpc_ids}

    def every_vpc(self) -> tuple[Vpc, ...]:
        """See ports.Around."""
        self.calls.append("DescribeVpcs")
        return self.known_vpcs

    def vpcs(self, vpc_ids: Iterable[str]) -> dict[str, Vpc]:
        """See ports.Around."""
        self.calls.append("DescribeVpcs")
        return {one.id: one for one in self.known_vpcs if one.id in set(vpc_ids)}

    def vpcs_of(self, ids: Collection[str]) -> dict[str, set[str]]:
        """See ports.Around; groups and interfaces are in the VPC of the endpoint that has them."""
        calls = {"rtb": "DescribeRouteTables", "eni": "DescribeNetworkInterfaces", "sg": "DescribeNetworkInterfaces"}
        self.calls.extend(call for prefix, call in calls.items() if any(name.startswith(f"{prefix}-") for name in ids))
        found = {name: {name} if name.startswith("vpc-") else set() for name in ids}
        things = [(name, one.vpc_id) for one in self.held.values() for name in _own(one)]
        for name, vpc_id in (*things, *((one.id, one.vpc_id) for one in self.known_tables)):
            found.get(name, set()).add(vpc_id)
        return found

    def dns(self, vpc_ids: Iterable[str]) -> dict[str, Dns]:
        """See ports.Around; both attributes on, unless said otherwise."""
        vpcs = list(vpc_ids)
        self.calls.extend(["DescribeVpcAttribute"] * 2 * len(vpcs))
        return {vpc: self.known_dns.get(vpc, Dns(support=True, hostnames=True)) for vpc in vpcs}

    def groups(self, group_ids: Iterable[str]) -> dict[str, SecurityGroup]:
        """See ports.Around."""
        self.calls.append("DescribeSecurityGroups")
        return {one.id: one for one in self.known_groups if one.id in set(group_ids)}

    def prefix_lists(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """See ports.Around; one that is not known can't be read."""
        wanted = set(ids)
        self.calls.extend(["GetManagedPrefixListEntries"] * len(wanted))
        return {name: blocks for name, blocks in self.known_lists.items() if name in wanted}

    @property
    def metrics(self) -> FakeCloud:
        """See ports.Cloud: the fake is CloudWatch too."""
        return self

    def use(self, endpoints: Iterable[Endpoint], days: int, now: datetime) -> dict[EndpointKey, Use]:
        """See ports.Metrics; what is not known was not moved."""
        self.calls.append("GetMetricData")
        self.spans.append((days, now))
        since = now - timedelta(days=days)
        return {one.key: Use(since, now, sum(self._through(one).values())) for one in endpoints}

    def use_by_subnet(
        self, endpoints: Iterable[Endpoint], days: int, now: datetime
    ) -> dict[EndpointKey, dict[str, int]]:
        """See ports.Metrics."""
        self.calls.append("GetMetricData")
        self.spans.append((days, now))
        return {one.key: self._through(one) for one in endpoints}

    def _through(self, endpoint: Endpoint) -> dict[str, int]:
        return {subnet: self.known_bytes.get(subnet, 0) for subnet in endpoint.subnet_ids}

    def apply(self, endpoint_id: str, actions: tuple[Action, ...]) -> None:
        """See ports.Cloud."""
        self.calls.append("ModifyVpcEndpoint")
        if self.before_apply:
            self.before_apply.pop(0)()
        changed = self.held[endpoint_id]
        for action in actions:
            changed = self._carried_out(changed, action)
        self.held[endpoint_id] = changed
        if self.after_apply:
            self.after_apply.pop(0)()

    def _carried_out(self, endpoint: Endpoint, action: Action) -> Endpoint:
        match action:
            case AddSubnets(subnet_ids=subnet_ids):
                self._check_zones(endpoint, subnet_ids)
                return replace(endpoint, subnet_ids=(*endpoint.subnet_ids, *subnet_ids))
            case RemoveSubnets(subnet_ids=subnet_ids):
                kept = tuple(one for one in endpoint.subnet_ids if one not in subnet_ids)
                return replace(endpoint, subnet_ids=kept)
            case ReplacePolicy(document=document):
                return replace(endpoint, policy=document)
            case _:
                raise AssertionError(f"no endpoint is changed by it: {action}")

    def _check_zones(self, endpoint: Endpoint, added: Iterable[str]) -> None:
        zones = {one.id: one.zone_id for one in self.known_subnets}
        offered = {one.type_name + one.name: one.zone_ids for one in self.known_services}[
            endpoint.type_name + endpoint.service_name
        ]
        taken = {zones[one] for one in endpoint.subnet_ids}
        for one in added:
            if zones[one] in taken:
                raise Outdated("DuplicateSubnetsInSameZone")
            if zones[one] not in offered:
                raise Outdated("InvalidParameter: the zone is not supported")
            taken.add(zones[one])

    @property
    def writes(self) -> int:
        """How many ModifyVpcEndpoint calls were made."""
        return self.calls.count("ModifyVpcEndpoint")


def only(seen: ServiceSeen, parts: AbstractSet[ServicePart]) -> ServiceSeen:
    """The service as it is seen by whoever reads no other parts than these."""
    zoneless = tuple(one._replace(zone_names=None) for one in seen.connections)
    connections = seen.connections if ServicePart.ZONES in parts else zoneless
    return replace(
        seen,
        read=frozenset(parts),
        balancers=seen.balancers if ServicePart.BALANCERS in parts else (),
        principals=seen.principals if ServicePart.PRINCIPALS in parts else (),
        connections=connections if ServicePart.CONNECTIONS in parts else (),
        notifications=seen.notifications if ServicePart.NOTIFICATIONS in parts else (),
    )


@dataclass
class FakeServices:
    """The endpoint services of one account; `refuses` is AWS's answer where it does not tell them."""

    held: tuple[ServiceSeen, ...] = ()
    refuses: str = ""
    asked: list[Collection[str] | None] = field(default_factory=list)
    """Which were asked for, None for all, in each reading."""
    accepted: list[tuple[str, ...]] = field(default_factory=list)
    """Whom each write was to accept."""
    unsuccessful: Mapping[str, str] = field(default_factory=dict)
    """Whom EC2 does not accept, and its words."""
    before_accept: list[Callable[[], None]] = field(default_factory=list)
    """What happens right before a write, once each: raise to refuse it."""
    after_accept: list[Callable[[], None]] = field(default_factory=list)
    """What happens right after a write was made, once each: raise to lose the answer."""

    def services(
        self, now: datetime, parts: AbstractSet[ServicePart], ids: Collection[str] | None = None
    ) -> tuple[ServiceSeen, ...]:
        """See ports.OwnServices."""
        self.asked.append(ids)
        if self.refuses:
            raise RetryLater(self.refuses)
        return tuple(only(replace(one, at=now), parts) for one in self.held if ids is None or one.key.id in ids)

    def accept(self, action: AcceptConnections) -> dict[str, str]:
        """See ports.OwnServices; whoever is no longer there, or does not wait, is not accepted."""
        self.accepted.append(action.endpoint_ids)
        if self.before_accept:
            self.before_accept.pop(0)()
        waiting = {
            one.endpoint_id
            for service in self.held
            if service.key.id == action.service_id
            for one in service.connections
            if one.waits
        }
        refused = {name: self.unsuccessful.get(name, "") for name in action.endpoint_ids}
        refused = {name: why or "not found" for name, why in refused.items() if why or name not in waiting}
        for name in waiting & set(action.endpoint_ids) - refused.keys():
            self.connection(name, state="available")
        if self.after_accept:
            self.after_accept.pop(0)()
        return refused

    def connection(self, endpoint_id: str, **facts: Any) -> None:
        """Change a consumer's connection, as AWS or somebody else would."""
        self.held = tuple(
            replace(
                service,
                connections=tuple(
                    one._replace(**facts) if one.endpoint_id == endpoint_id else one for one in service.connections
                ),
            )
            for service in self.held
        )


@dataclass
class FakeLedger:
    """The table, with its versions and leases; `down` makes every call fail as DynamoDB being away does."""

    memories: dict[EndpointKey, Memory] = field(default_factory=dict)
    journal: dict[str, dict[str, Any]] = field(default_factory=dict)
    reviews: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """The last one of each account and region, as the table holds it."""
    down: bool = False
    fails: set[str] = field(default_factory=set)
    """Names of methods that fail."""

    def _check(self, method: str) -> None:
        if self.down or method in self.fails:
            raise RetryLater("the ledger is away")

    def recall(self, keys: Iterable[EndpointKey]) -> dict[EndpointKey, Memory]:
        """See ports.Store."""
        self._check("recall")
        return {key: self.memories.get(key, Memory()) for key in keys}

    def recall_all(self, account: str, region: str) -> dict[EndpointKey, Memory]:
        """See ports.Store."""
        self._check("recall_all")
        return {key: memory for key, memory in self.memories.items() if (key.account, key.region) == (account, region)}

    def begin(
        self, key: EndpointKey, memory: Memory, before: Json, request: Json, findings: Sequence[Finding], now: datetime
    ) -> str:
        """See ports.Store."""
        self._check("begin")
        present = self.memories.get(key, Memory())
        if present.version != memory.version:
            raise NotYet("somebody else wrote since")
        journal_id = f"{key.id}/{now.isoformat()}/{len(self.journal)}"
        self.journal[journal_id] = {"before": before, "request": request, "outcome": "begun"}
        pending = Pending(journal_id, now, before, request, tuple(findings))
        self.memories[key] = replace(
            present, version=present.version + 1, writes=(*memory.writes, now), pending=pending
        )
        return journal_id

    def finish(
        self, key: EndpointKey, journal_id: str, after: Json, told: Mapping[str, str], fixed: Mapping[str, datetime]
    ) -> None:
        """See ports.Store."""
        self._check("finish")
        self.journal[journal_id] |= {"outcome": "applied", "after": after}
        present = self.memories[key]
        tellings = present.tellings + 1
        self.memories[key] = replace(
            present,
            version=present.version + 1,
            told=dict(told),
            tellings=tellings,
            fixed=dict(fixed),
            pending=None,
        )

    def fail(self, key: EndpointKey, journal_id: str, writes: Sequence[datetime], why: str) -> None:
        """See ports.Store."""
        self._check("fail")
        self.journal[journal_id] |= {"outcome": f"failed: {why}"}
        present = self.memories[key]
        self.memories[key] = replace(present, version=present.version + 1, writes=tuple(writes), pending=None)

    def tell(self, key: EndpointKey, told: Mapping[str, str], tellings: int) -> None:
        """See ports.Store."""
        self._check("tell")
        present = self.memories.get(key, Memory())
        if present.tellings != tellings:
            raise NotYet("somebody else wrote since")
        self.memories[key] = replace(present, told=dict(told), tellings=present.tellings + 1)

    def note_creator(self, key: EndpointKey, managed_by: str) -> None:
        """See ports.Store."""
        self._check("note_creator")
        present = self.memories.get(key, Memory())
        self.memories[key] = replace(present, creator_known=True, managed_by=managed_by or present.managed_by)

    def forget(self, key: EndpointKey, version: int) -> None:
        """See ports.Store."""
        self._check("forget")
        present = self.memories.get(key, Memory())
        if present.pending or present.version != version:
            raise NotYet("somebody else wrote since")
        self.memories.pop(key, None)

    def last_review(self, account: str, region: str) -> Last | None:
        """See ports.Store."""
        self._check("last_review")
        kept = self.reviews.get((account, region))
        return unpacked(kept) if kept else None

    def keep_review(self, account: str, region: str, review: Last, last: Last | None) -> None:
        """See ports.Store."""
        self._check("keep_review")
        present = self.last_review(account, region)
        if (present and present.at) != (last and last.at):
            raise NotYet("somebody else wrote since")
        self.reviews[account, region] = packed(review)


@dataclass
class FakeTopic:
    """SNS: keeps what was published."""

    sent: list[Notice] = field(default_factory=list)
    reviews: list[ReviewNotice] = field(default_factory=list)
    down: bool = False

    def send(self, notice: Message[Any]) -> None:
        """See ports.Topic."""
        if self.down:
            raise RetryLater("SNS is away")
        match notice:
            case Notice():
                self.sent.append(notice)
            case ReviewNotice():
                self.reviews.append(notice)


@dataclass
class FakePost:
    """SQS: keeps what is to be looked at."""

    later: list[Look] = field(default_factory=list)
    at_once: list[Look] = field(default_factory=list)
    down: bool = False

    def look_again(self, look: Look) -> bool:
        """See ports.Post."""
        if self.down:
            raise RetryLater("SQS is away")
        if look.tries >= len(DELAYS):
            return False
        self.later.append(replace(look, tries=look.tries + 1))
        return True

    def look_at(self, looks: Iterable[Look]) -> int:
        """See ports.Post."""
        asked = list(looks)
        if self.down and asked:
            raise RetryLater("SQS is away")
        self.at_once.extend(asked)
        return len(asked)


@dataclass
class FakeSwitch:
    """SSM: the kill switch, or the error of reading it."""

    allows: Mode | RetryLater = Mode.ENFORCE
    reads: int = 0
    reason: str = ""

    def mode(self) -> Mode:
        """See ports.Switch."""
        self.reads += 1
        if isinstance(self.allows, RetryLater):
            raise self.allows
        return self.allows


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = NOW
    later: list[Callable[[], None]] = field(default_factory=list)
    """What happens once so much time has passed that EC2's answers are up to date."""

    def __call__(self) -> datetime:
        """The time now."""
        return self.time

    def move_past_lease(self) -> None:
        """Let so much time pass that a write that was begun is given up."""
        self.time += LEASE + DELAY
        while self.later:
            self.later.pop(0)()


@dataclass
class Stage:
    """A world of fakes, each to be looked at."""

    cloud: FakeCloud = field(default_factory=FakeCloud)
    services: FakeServices = field(default_factory=FakeServices)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    topic: FakeTopic = field(default_factory=FakeTopic)
    post: FakePost = field(default_factory=FakePost)
    switch: FakeSwitch = field(default_factory=FakeSwitch)
    clock: Clock = field(default_factory=Clock)
    toml: str = ENFORCING
    ceiling: Mode = Mode.ENFORCE

    @property
    def world(self) -> World:
        """The same as the product sees it."""
        return World(
            self.cloud,
            self.services,
            self.ledger,
            self.topic,
            self.post,
            self.switch,
            standard(self.toml),
            self.ceiling,
            "warden",
            self.clock,
        )

    @property
    def outcomes(self) -> list[dict[str, str]]:
        """What each notice told, as rule to outcome, in the order sent."""
        return [
            {str(result["rule"]): str(result["outcome"]) for result in notice.payload["results"]}
            for notice in self.topic.sent
        ]
