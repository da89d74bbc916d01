"""What the shell asks of the world, as protocols: the edges meet them, and so do the fakes of the tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from .actions import AcceptConnections, Action
from .decide import DEPLOYED
from .events import Look
from .ledger import Memory
from .model import Endpoint, EndpointKey, Finding, Json, Mode, Service, ServiceKey, Subnet
from .neighbours import Dns, HostedZones, Interface, RouteTable, SecurityGroup, Vpc
from .recording import Trail
from .standard import Standard
from .subjects import ServicePart, ServiceSeen
from .use import Use

if TYPE_CHECKING:
    from .message import Message
    from .review.last import Last


class Around(Protocol):
    """What stands around the endpoints of one account and region; see surroundings.Surroundings."""

    def subnets(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Subnet, ...]]:
        """The subnets of each VPC."""

    def route_tables(self, vpc_ids: Iterable[str]) -> dict[str, tuple[RouteTable, ...]]:
        """The route tables of each VPC."""

    def interfaces(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Interface, ...]]:
        """The network interfaces in use in each VPC."""

    def every_vpc(self) -> tuple[Vpc, ...]:
        """Every VPC, of this account or shared with it."""

    def vpcs(self, vpc_ids: Iterable[str]) -> dict[str, Vpc]:
        """These VPCs."""

    def vpcs_of(self, ids: Collection[str]) -> dict[str, set[str]]:
        """The VPCs in which each of these things is."""

    def dns(self, vpc_ids: Iterable[str]) -> dict[str, Dns]:
        """What each VPC does with names."""

    def groups(self, group_ids: Iterable[str]) -> dict[str, SecurityGroup]:
        """These security groups."""

    def prefix_lists(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The CIDR blocks of each of these prefix lists that can be read."""


class Metrics(Protocol):
    """CloudWatch of the same account and region; see metrics.Metrics."""

    def use(self, endpoints: Iterable[Endpoint], days: int, now: datetime) -> dict[EndpointKey, Use]:
        """The bytes that these endpoints moved in so many days."""

    def use_by_subnet(
        self, endpoints: Iterable[Endpoint], days: int, now: datetime
    ) -> dict[EndpointKey, dict[str, int]]:
        """Of them, those that went through each subnet."""


class Cloud(Protocol):
    """EC2 of one account and region; see aws.Ec2."""

    account: str
    region: str

    def endpoints(self, ids: Iterable[str]) -> dict[str, Endpoint]:
        """The endpoints among these ids that exist."""

    def sweep(self) -> Iterator[tuple[Endpoint, ...]]:
        """Every endpoint, page by page."""

    def services(self, endpoints: Iterable[Endpoint]) -> dict[ServiceKey, Service]:
        """Their services, as far as AWS tells of them."""

    def forget_services(self) -> None:
        """Drop what is cached of services."""

    def of_vpcs(self, vpc_ids: Iterable[str]) -> dict[str, tuple[Endpoint, ...]]:
        """Every endpoint of each VPC."""

    def hosted_zones(self, vpc_ids: Iterable[str]) -> dict[str, HostedZones]:
        """The private hosted zones that are associated with each VPC."""

    def trails(self) -> tuple[Trail, ...]:
        """CloudTrail's trails that cover the region."""

    @property
    def around(self) -> Around:
        """What stands around them."""

    @property
    def metrics(self) -> Metrics:
        """How much they are used."""

    def apply(self, endpoint_id: str, actions: tuple[Action, ...]) -> None:
        """Carry out all the actions or none, in one call."""


class OwnServices(Protocol):
    """The endpoint services that one account provides in one region; see provider.Provider."""

    def services(
        self, now: datetime, parts: AbstractSet[ServicePart], ids: Collection[str] | None = None
    ) -> tuple[ServiceSeen, ...]:
        """Every one, or those of these ids that exist, with these parts."""

    def accept(self, action: AcceptConnections) -> Mapping[str, str]:
        """Accept these requests in one call; by id, AWS's words of those that it did not accept."""


class Store(Protocol):
    """The journal and what is remembered; see ledger.Ledger."""

    def recall(self, keys: Iterable[EndpointKey]) -> dict[EndpointKey, Memory]:
        """What is remembered of each."""

    def recall_all(self, account: str, region: str) -> dict[EndpointKey, Memory]:
        """What is remembered of every endpoint."""

    def begin(
        self, key: EndpointKey, memory: Memory, before: Json, request: Json, findings: Sequence[Finding], now: datetime
    ) -> str:
        """Store the before-image and take the lease; the journal id of the write."""

    def finish(
        self, key: EndpointKey, journal_id: str, after: Json, told: Mapping[str, str], fixed: Mapping[str, datetime]
    ) -> None:
        """Close a write that was made and told."""

    def fail(self, key: EndpointKey, journal_id: str, writes: Sequence[datetime], why: str) -> None:
        """Close a write that changed nothing."""

    def tell(self, key: EndpointKey, told: Mapping[str, str], tellings: int) -> None:
        """Remember what people were told."""

    def note_creator(self, key: EndpointKey, managed_by: str) -> None:
        """Remember that the making was seen."""

    def forget(self, key: EndpointKey, version: int) -> None:
        """Drop an endpoint that is gone."""

    def last_review(self, account: str, region: str) -> Last | None:
        """The last review that was told; None where none was."""

    def keep_review(self, account: str, region: str, review: Last, last: Last | None) -> None:
        """Remember a review that was told after `last`."""


class Topic(Protocol):
    """Where notices go; see notify.Topic."""

    def send(self, notice: Message[Any]) -> None:
        """Publish one notice."""


class Post(Protocol):
    """The queue of things to look at; see mailbox.Mailbox."""

    def look_again(self, look: Look) -> bool:
        """Ask for another look after a while; False where it was looked at often enough."""

    def look_at(self, looks: Iterable[Look]) -> int:
        """Ask for these looks now; how many."""


class Switch(Protocol):
    """The kill switch; see switch.KillSwitch."""

    @property
    def reason(self) -> str:
        """Why a person stopped, in their words; "" where nobody said."""

    def mode(self) -> Mode:
        """The most that the switch allows."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside, and what this stack is; made once, in runtime.py, by the command line, or by a test."""

    cloud: Cloud
    services: OwnServices
    ledger: Store
    topic: Topic
    post: Post
    switch: Switch
    standard: Standard
    ceiling: Mode
    """The stack's own mode: no rule goes further."""
    stack: str
    now: Callable[[], datetime]
    standard_name: str = DEPLOYED
    """Which standard it is, for people; only the command line can have another."""
