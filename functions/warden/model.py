"""The facts that rules see, the findings that they make, and the plan that follows: frozen and free of any I/O.

Words are AWS's own. Times are aware datetimes in UTC. Zone ids ("use1-az1") tell zones apart, since zone names
differ from account to account.
Source: https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum
from functools import total_ordering
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from .actions import Action
    from .code_changes import Beside, CodeChange, OfEndpoint
    from .neighbours import Dns, HostedZones, Interface, RouteTable, SecurityGroup, Vpc
    from .policy.need import Need as ServiceNeed
    from .policy.service import Service as Table
    from .recording import Trail
    from .use import Use

Json = Mapping[str, object]

DEAD_STATES: Final = frozenset({"rejected", "failed", "expired", "deleting", "deleted"})
"""States in which an endpoint serves nobody, and can be changed by nobody."""
WAITS: Final = "not-ready"
"""The code of a finding of a rule that has not looked yet, since the endpoint is not ready."""
NOT_READY: Final = frozenset({"pending", "pendingacceptance"})
"""States in which an endpoint may yet come to serve somebody."""


class Kind(Enum):
    """What sort of endpoint it is, by the API's own names; each has its own truth."""

    INTERFACE = "Interface"
    GATEWAY = "Gateway"
    GATEWAY_LOAD_BALANCER = "GatewayLoadBalancer"
    RESOURCE = "Resource"
    SERVICE_NETWORK = "ServiceNetwork"
    UNSUPPORTED = "Unsupported"
    """A type that this version does not know: it is reported as such and never judged."""


@total_ordering
class Mode(Enum):
    """How far a rule may go, from least to most; the lowest of several modes is what counts."""

    OFF = "off"
    NOTIFY = "notify"
    ENFORCE = "enforce"

    def __lt__(self, other: Mode) -> bool:
        """Order by how much is allowed."""
        order = tuple(Mode)
        return order.index(self) < order.index(other)


class Severity(IntEnum):
    """How bad a breach is."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Verdict(Enum):
    """What a rule says of an endpoint; never a guess."""

    PASS = "PASS"  # noqa: S105  a verdict, not a secret
    BREACH = "BREACH"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    UNKNOWN = "UNKNOWN"
    UNSUPPORTED = "UNSUPPORTED"


class Outcome(Enum):
    """What became of a finding."""

    FIXED = "fixed"
    """The change was carried out."""
    WOULD_FIX = "would-fix"
    """A fix is known, and the mode does not allow it to be made."""
    HELD = "held"
    """A fix is known and the mode allows it, but something stands in the way, which `Result.why` names."""
    REFUSED = "refused"
    """AWS refused the change; `Result.why` is its answer."""
    TOLD = "told"
    """No fix is known: people must act."""
    RESOLVED = "resolved"
    """It was told before and is no longer so."""
    GONE = "gone"
    """It was told before, and the endpoint no longer exists."""


@dataclass(frozen=True, slots=True, order=True)
class EndpointKey:
    """Where an endpoint, or what else is judged, is found: account (12 digits), region, id ("vpce-...")."""

    account: str
    region: str
    id: str

    def __str__(self) -> str:
        """Write it as an ARN's last parts read."""
        return f"{self.account}/{self.region}/{self.id}"

    @property
    def of_endpoint(self) -> bool:
        """Whether it is an endpoint's: what else is judged has a key of the same shape, such as "vpc-..."."""
        return self.id.startswith("vpce-") and not self.id.startswith("vpce-svc-")


class ServiceKey(NamedTuple):
    """Which service it is: one name can stand for two types, and for a service in each of several regions."""

    name: str
    type_name: str
    region: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One VPC endpoint as DescribeVpcEndpoints tells it; `state` in lower case, `type_name` as AWS spells it.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
    """

    key: EndpointKey
    type_name: str
    vpc_id: str
    service_name: str
    state: str
    created: datetime | None = None
    subnet_ids: tuple[str, ...] = ()
    policy: str | None = None
    """The policy document exactly as EC2 returned it; None where it returned none."""
    private_dns: bool = False
    inbound_only: bool = False
    """Whether private DNS answers only what comes in by an inbound endpoint of the Resolver, and nobody in the VPC.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptions.html
    """
    requester_managed: bool = False
    security_group_ids: tuple[str, ...] = ()
    route_table_ids: tuple[str, ...] = ()
    network_interface_ids: tuple[str, ...] = ()
    service_region: str | None = None
    """Where the service is, if that is not the endpoint's own region."""
    ip_address_type: str = "ipv4"
    leads_to: str = ""
    """The ARN of the resource configuration or service network; these endpoints have no service."""
    payer: str = ""
    """Who pays for it, as AWS spells it: "vpc-endpoint-account" is whose it is; "" where AWS does not tell."""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """The type as one that we know, or UNSUPPORTED."""
        known = {kind.value: kind for kind in Kind}
        return known.get(self.type_name, Kind.UNSUPPORTED)

    @property
    def way(self) -> tuple[str, str, str]:
        """Its VPC, and where in it it leads: rules that compare endpoints compare those of one way.

        S3 has gateway and interface endpoints under one name, and a rule that weighs them against each other.
        """
        return self.vpc_id, self.service_name, self.leads_to

    @property
    def crosses_regions(self) -> bool:
        """Whether the service stands in another region than the endpoint."""
        return self.home != self.key.region

    @property
    def home(self) -> str:
        """The region that its service stands in."""
        return self.service_region or self.key.region

    @property
    def service_key(self) -> ServiceKey:
        """Which service it leads to."""
        return ServiceKey(self.service_name, self.type_name, self.home)

    @property
    def serves(self) -> bool:
        """Whether clients can use it by now, as far as its state tells."""
        return self.state not in DEAD_STATES | NOT_READY


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged and is no endpoint, as people are told of it."""

    key: EndpointKey
    what: str
    """"VPC" or "endpoint service"."""
    name: str = ""
    """Its Name tag: text from outside."""
    facts: tuple[tuple[str, str], ...] = ()
    """What else tells it apart: a title of at most nine characters, and words."""


@dataclass(frozen=True, slots=True)
class Service:
    """One endpoint service as DescribeVpcEndpointServices tells it, seen from the endpoint's account."""

    name: str
    type_name: str
    """One name can stand for two services: "com.amazonaws.us-east-1.s3" is Gateway and Interface."""
    owner: str
    """"amazon", "aws-marketplace" or an account id."""
    zone_names: frozenset[str]
    """Zones in which both provider and consumer are, by the consumer's names; empty means not known.

    Of a service in another region, none are told.
    """
    zone_ids: frozenset[str]
    policy_supported: bool
    private_dns_names: tuple[str, ...] = ()
    """The names that private DNS would lead to an endpoint; empty where the service has none."""
    private_dns_state: str = ""
    """Whether they are verified, as AWS spells it: consumers cannot use those that are not; "" where it is not told."""


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet; `private` is None where its route table was not read."""

    id: str
    vpc_id: str
    zone_id: str
    zone_name: str
    free_addresses: int
    private: bool | None = None
    ipv4: bool = True
    ipv6: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a rule may see; what a Need names is None until it was read."""

    endpoint: Endpoint
    service: Service | None = None
    """None where AWS does not tell, or where no rule that is asked reads it."""
    subnets: tuple[Subnet, ...] | None = None
    at: datetime | None = None
    """When it was looked at; None where that is not known."""
    table: Table | None = None
    """What policies can say of the service: its actions, types of resources and condition keys."""
    needs: tuple[ServiceNeed, ...] = ()
    """What the service needs beyond the perimeter."""
    route_tables: tuple[RouteTable, ...] | None = None
    """Those of the VPC; with them, `subnets` know whether they are private."""
    interfaces: tuple[Interface, ...] | None = None
    """The network interfaces in use in the VPC, as far as this account sees them."""
    siblings: tuple[Endpoint, ...] | None = None
    """The other endpoints of the VPC, of whatever kind."""
    vpc: Vpc | None = None
    """Its id is empty where it is not to be seen."""
    dns: Dns | None = None
    hosted_zones: HostedZones | None = None
    """The private hosted zones that are associated with the VPC."""
    groups: Mapping[str, SecurityGroup] | None = None
    """The endpoint's security groups by id; one that is not to be seen is missing."""
    prefix_lists: Mapping[str, tuple[str, ...]] | None = None
    """The CIDR blocks of each prefix list that those groups name; one that cannot be read is missing."""
    use: Use | None = None
    """What CloudWatch knows of the bytes that it moved."""
    trails: tuple[Trail, ...] | None = None
    """CloudTrail's trails that cover the region."""
    use_by_subnet: Mapping[str, int] | None = None
    """Of them, the bytes that went through each subnet that it has now, by the subnet's id."""


@dataclass(frozen=True, slots=True)
class Pass:
    """The endpoint is as the standard demands."""

    words: str = ""
    """What of it was not seen, and on whose word it is taken."""


@dataclass(frozen=True, slots=True)
class InCode:
    """What people should do where code manages the endpoint, in the place of an advice that changes it by hand.

    `change` is what to change in that code, None where that is not exactly known. Nothing of it is ever done by us.
    """

    advice: str
    change: CodeChange | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """The endpoint is not as the standard demands.

    `code` names the kind of breach within the rule and never changes; `message` is one sentence for people;
    `fix` is what would mend it, None where nothing safe is known; `advice` is what a person should then do.
    """

    code: str
    message: str
    evidence: Json = field(default_factory=dict)
    fix: Action | None = None
    advice: str = ""
    severity: Severity | None = None
    """None takes the rule's own."""
    parts: tuple[str, ...] = ()
    """Where it speaks of several things at once, which: another list is news, though the code is the same."""
    besides: Breach | Unknown | None = None
    """What else the rule has to say, which the fix does not mend: it becomes a finding of its own."""
    in_code: InCode | None = None
    """None where the advice is the same, whoever manages the endpoint."""
    beside: tuple[Beside | OfEndpoint, ...] = ()
    """What is to be changed in the code of something else, whose own tags say that code manages it."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule does not speak of this endpoint, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The rule cannot tell, and why; `parts` as of a breach."""

    why: str
    parts: tuple[str, ...] = ()
    """See Breach."""


class Need(Enum):
    """What a rule must see before it can say more: the field of the snapshot that it found None.

    It is asked for only where the answer hangs on it, and read once for all endpoints that wait for it.
    """

    SUBNETS = "subnets"
    ROUTES = "route_tables"
    INTERFACES = "interfaces"
    SIBLINGS = "siblings"
    VPC = "vpc"
    DNS = "dns"
    HOSTED_ZONES = "hosted_zones"
    GROUPS = "groups"
    PREFIX_LISTS = "prefix_lists"
    USE = "use"
    TRAILS = "trails"
    USE_BY_SUBNET = "use_by_subnet"


Judgement = Pass | Breach | NotApplicable | Unknown | Need


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one endpoint."""

    rule: str
    verdict: Verdict
    severity: Severity
    code: str = ""
    message: str = ""
    evidence: Json = field(default_factory=dict)
    fix: Action | None = None
    advice: str = ""
    mode: Mode = Mode.NOTIFY
    """The mode that the standard gives the rule."""
    parts: tuple[str, ...] = ()
    """See Breach."""
    in_code: InCode | None = None
    """See Breach."""
    beside: tuple[Beside | OfEndpoint, ...] = ()
    """See Breach."""

    @property
    def open(self) -> bool:
        """Whether people would want to hear of it."""
        return self.verdict in {Verdict.BREACH, Verdict.UNKNOWN, Verdict.UNSUPPORTED}

    @property
    def waits(self) -> bool:
        """Whether the rule has not looked yet, so that what people were told of it before still stands."""
        return self.code == WAITS


@dataclass(frozen=True, slots=True)
class Result:
    """A finding and what became of it."""

    finding: Finding
    outcome: Outcome
    why: str = ""
    patch: str = ""
    """What to change in the code that manages the endpoint, where nothing is done for that, or no safe fix is known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about one endpoint: `actions` go out in one call, `results` are the findings that stay as they are.

    `seen_hash` binds the plan to what was seen: it is void once the endpoint differs.
    """

    key: EndpointKey
    seen_hash: str
    mode: Mode
    findings: tuple[Finding, ...]
    fixes: tuple[Finding, ...] = ()
    """The findings that `actions` mend, each with its part of them."""
    actions: tuple[Action, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A write that was carried out: the endpoint's image before and after, and the journal's id for it."""

    journal_id: str
    actions: tuple[Action, ...]
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Report:
    """What was found and done about one endpoint or other subject, complete enough to write any message from."""

    about: Endpoint | Subject
    mode: Mode
    results: tuple[Result, ...]
    change: Change | None = None
    at: datetime | None = None
    telling: int = 0
    """How often people were told of it before: the same state told again later is another notice."""

    @property
    def outcomes(self) -> dict[str, str]:
        """What became of each rule's finding, or findings."""
        found: dict[str, str] = {}
        for result in self.results:
            rule, outcome = result.finding.rule, result.outcome.value
            found[rule] = f"{found[rule]}, {outcome}" if rule in found else outcome
        return found
