"""What all rules make of drawn endpoints, and how long it takes: `ruling.py SPEC`, a process of its own.

Everything that a rule may ask for is in the snapshot already: what is measured is judging, and no reading. The rules
that ask the policy engine are left out, which has figures of its own.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from warden.model import Endpoint, EndpointKey, Judgement, Kind, Mode, Need, Service, Snapshot, Subnet
from warden.neighbours import Dns, HostedZone, HostedZones, Interface, Permission, Route, RouteTable, SecurityGroup, Vpc
from warden.recording import Condition, Trail
from warden.rules import EVERY_RULE, RULES, SERVICE_RULES, VPC_RULES
from warden.rules.rule import AnyRule, Rule, SubjectRule
from warden.standard import Standard
from warden.standard_file import load
from warden.subjects import Connection, LoadBalancer, Notification, Principal, PrivateDns, ServiceSeen, VpcSeen
from warden.use import Use

ACCOUNT: Final = "111122223333"
REGION: Final = "us-east-1"
ZONE: Final = HostedZone("Z1", f"kms.{REGION}.amazonaws.com.", ACCOUNT)
NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
LONG_AGO: Final = NOW - timedelta(days=90)
ZONES: Final = ("use1-az1", "use1-az2", "use1-az4")
PER_VPC: Final = 20
"""Endpoints of a VPC: EC2 allows 50, and few have more than this."""
ENGINES: Final = frozenset(
    {"endpoint-policy", "identity-perimeter", "resource-perimeter", "policy-lint", "policy-breadth"}
)
"""The rules that ask the policy engine."""
STANDARD: Final = """
[organisation]
id = "o-a1b2c3d4e5"
accounts = ["111122223333"]
[rules.required-tags]
tags = ["Owner", "Env=prod|test"]
[rules.service-tags]
tags = ["Owner"]
[rules.approved-service]
refused = ["rds"]
[rules.required-endpoints]
demands = [{ services = ["kms", "s3"] }]
[rules.service-principals]
registry = [{ principal = "999988887777", purpose = "billing", contact = "ann@example.com" }]
[rules.service-connections]
hours = 1
[rules.approved-owner]
registry = [{ owner = "999988887777", purpose = "billing", contact = "ann@example.com" }]
"""
EVENTS: Final = frozenset({"Accept", "Connect", "Delete", "Reject"})
RUNS: Final = 3
"""Times that it is judged, of which the fastest counts: a busy machine only adds."""


def main() -> None:
    """Judge so many endpoints, and ten times as many; write the report."""
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rules = [rule for rule in RULES if rule.id not in ENGINES]
    standard = all_on(EVERY_RULE)
    report = {
        "endpoints": judged(rules, {count: list(drawn(count)) for count in spec["counts"]}, standard),
        "VPCs": judged(VPC_RULES, {count: list(vpcs(count)) for count in spec["fewer"]}, standard),
        "services": judged(SERVICE_RULES, {count: list(services(count)) for count in spec["fewer"]}, standard),
    }
    Path(spec["report"]).write_text(json.dumps(report), encoding="utf-8")


def judged(
    rules: Sequence[Rule] | Sequence[SubjectRule[Any]], drawn_by_count: Mapping[int, Sequence[Any]], standard: Standard
) -> dict[str, Any]:
    """Judge all by all the rules: the seconds by how many there were, and how often each answer came, by rule."""
    found: dict[str, Counter[str]] = {rule.id: Counter() for rule in rules}
    seconds = {}
    for count, some in drawn_by_count.items():
        times = []
        for _ in range(RUNS):
            start = time.process_time()
            told = [[rule.judge(seen, standard) for rule in rules] for seen in some]
            times.append(time.process_time() - start)
            for rule, answers in zip(rules, zip(*told, strict=True), strict=True):
                found[rule.id].update(map(_name, answers))
        seconds[count] = min(times)
    return {"seconds": seconds, "rules": len(rules), "found": found}


def _name(answer: Judgement) -> str:
    return "Need" if isinstance(answer, Need) else type(answer).__name__


def all_on(rules: Iterable[AnyRule]) -> Standard:
    """The standard with each of these rules at notify at least."""
    standard = load(STANDARD)
    for rule in rules:
        standard = standard.with_mode(rule.id, max(standard.mode_of(rule.id), Mode.NOTIFY))
    return standard


def drawn(count: int, seed: int = 11) -> Iterator[Snapshot]:
    """So many endpoints with all that stands around them, VPC by VPC, the same each time."""
    random = Random(seed)
    for number in range(-(-count // PER_VPC)):
        yield from _vpc(random, number, min(PER_VPC, count - number * PER_VPC))


def vpcs(count: int, seed: int = 12) -> Iterator[VpcSeen]:
    """So many VPCs as wholes, each with its endpoints."""
    random = Random(seed)
    for number in range(count):
        some = list(_vpc(random, number, PER_VPC))
        first = some[0]
        yield VpcSeen(
            EndpointKey(ACCOUNT, REGION, first.endpoint.vpc_id),
            first.vpc or Vpc("", ()),
            tuple(seen.endpoint for seen in some),
            first.route_tables or (),
            first.subnets or (),
            NOW,
        )


def services(count: int, seed: int = 13) -> Iterator[ServiceSeen]:
    """So many endpoint services of the account, each with its consumers."""
    random = Random(seed)
    accounts = (ACCOUNT, "999988887777", "444455556666")
    for number in range(count):
        key = EndpointKey(ACCOUNT, REGION, f"vpce-svc-{number:017x}")
        zones = frozenset(f"{REGION}{letter}" for letter in random.choice(("a", "ab", "abc")))
        owners = [random.choice(accounts) for _ in range(5)]
        yield ServiceSeen(
            key,
            f"com.amazonaws.vpce.{REGION}.{key.id}",
            NOW,
            acceptance_required=_chance(random, 50),
            balancer_arns=("arn:x",),
            balancers=(LoadBalancer("arn:x", zones),),
            private_dns=PrivateDns("a.example.com", random.choice(("verified", "failed"))),
            principals=tuple(
                Principal(random.choice(("*", f"arn:aws:iam::{random.choice(accounts)}:root"))) for _ in range(2)
            ),
            connections=tuple(
                Connection(f"vpce-{place:017x}", owner, random.choice(("available", "pendingacceptance")), LONG_AGO)
                for place, owner in enumerate(random.sample(owners, random.randint(0, 5)))
            ),
            notifications=random.choice(((), (Notification("vpce-nfn-1", "arn:t", EVENTS),))),
            tags=random.choice(({}, {"Owner": "net"})),
        )


def _vpc(random: Random, number: int, count: int) -> Iterator[Snapshot]:
    vpc = Vpc(f"vpc-{number:017x}", (f"10.{number % 256}.0.0/16", "2600:1f18::/56"), ACCOUNT, {"Env": "prod"})
    subnets = tuple(_subnet(random, vpc.id, number, place) for place in range(6))
    group = _group(random, vpc.id, number)
    endpoints = [_endpoint(random, vpc.id, number * PER_VPC + place, subnets, group) for place in range(count)]
    tables = _tables(random, vpc.id, subnets, endpoints)
    busy = random.sample(subnets, 3)
    facts: dict[str, Any] = {
        "at": NOW,
        "subnets": subnets,
        "route_tables": tables,
        "interfaces": tuple(_interface(random, number, place, busy) for place in range(30)),
        "vpc": vpc,
        "dns": Dns(support=True, hostnames=_chance(random, 90)),
        "hosted_zones": HostedZones((ZONE,) if number % 10 == 0 else ()),
        "groups": {group.id: group},
        "prefix_lists": {"pl-00000001": ("203.0.113.0/24", "198.51.100.0/24")},
        "trails": _trails(random),
    }
    for endpoint in endpoints:
        siblings = tuple(one for one in endpoints if one is not endpoint)
        moved = random.choice((0, 10**6, 10**12))
        first = endpoint.subnet_ids[:1]
        yield Snapshot(
            endpoint,
            _service(random, endpoint),
            siblings=siblings,
            use=Use(NOW - timedelta(days=30), NOW, moved),
            use_by_subnet={name: moved if name in first else 0 for name in endpoint.subnet_ids},
            **facts,
        )


def _subnet(random: Random, vpc_id: str, number: int, place: int) -> Subnet:
    zone = place % len(ZONES)
    name = f"subnet-{number:012x}{place:05x}"
    free = random.choice((3, 40, 240))
    return Subnet(name, vpc_id, ZONES[zone], f"{REGION}{'abc'[zone]}", free, private=place < len(ZONES))


def _tables(
    random: Random, vpc_id: str, subnets: tuple[Subnet, ...], endpoints: list[Endpoint]
) -> tuple[RouteTable, ...]:
    local = Route("10.0.0.0/8", "local")
    balancers = [one.key.id for one in endpoints if one.kind is Kind.GATEWAY_LOAD_BALANCER] or ["igw-1"]
    balancer = Route("0.0.0.0/0", random.choice(balancers))
    main = RouteTable(f"rtb-main-{vpc_id}", vpc_id, (local, Route("0.0.0.0/0", "nat-1")), main=True)
    own = RouteTable(
        f"rtb-own-{vpc_id}", vpc_id, (local, balancer), tuple(one.id for one in subnets[: random.randint(1, 2)])
    )
    return main, own


def _interface(random: Random, number: int, place: int, subnets: list[Subnet]) -> Interface:
    subnet = random.choice(subnets)
    kind = random.choice(("interface", "interface", "lambda", "vpc_endpoint", "nat_gateway"))
    return Interface(f"eni-{number:012x}{place:05x}", subnet.id, subnet.zone_name, kind, (f"sg-{number:017x}",))


def _group(random: Random, vpc_id: str, number: int) -> SecurityGroup:
    ranges = random.choice((("10.0.0.0/8",), ("0.0.0.0/1", "128.0.0.0/1"), ("192.0.2.0/24", "::/0")))
    https = Permission("tcp", 443, 443, ranges, random.choice(((), ("pl-00000001",))))
    wide = Permission("-1", groups=(f"sg-{number:017x}",))
    name = random.choice(("default", "endpoints", "endpoints"))
    return SecurityGroup(f"sg-{number:017x}", name, vpc_id, random.choice(((https,), (https, wide))))


def _trails(random: Random) -> tuple[Trail, ...]:
    category = Condition("eventCategory", equals=("NetworkActivity",))
    source = Condition("eventSource", equals=(random.choice(("kms", "s3")) + ".amazonaws.com",))
    return (Trail("all", REGION, logging=True, selectors=((category, source),)),)


def _endpoint(random: Random, vpc_id: str, number: int, subnets: tuple[Subnet, ...], group: SecurityGroup) -> Endpoint:
    kind = random.choices(tuple(Kind)[:5], (70, 10, 10, 5, 5))[0]
    service = random.choice(("kms", "s3", "sqs", "ssm", "rds", "dynamodb", "execute-api"))
    name = f"com.amazonaws.{REGION}.{service}"
    if kind is Kind.GATEWAY_LOAD_BALANCER:
        name = f"com.amazonaws.vpce.{REGION}.vpce-svc-{number % 3:017x}"
    zones = 1 if kind is Kind.GATEWAY_LOAD_BALANCER else random.randint(1, 3)
    newer = kind in {Kind.RESOURCE, Kind.SERVICE_NETWORK}
    return Endpoint(
        EndpointKey(ACCOUNT, REGION, f"vpce-{number:017x}"),
        kind.value,
        vpc_id,
        "" if newer else name,
        random.choices(("available", "pendingacceptance", "failed"), (90, 5, 5))[0],
        created=NOW - timedelta(days=random.randint(0, 400)),
        subnet_ids=tuple(one.id for one in random.sample(subnets[:3], zones)) if kind is not Kind.GATEWAY else (),
        private_dns=_chance(random, 50),
        inbound_only=_chance(random, 5),
        route_table_ids=(f"rtb-main-{vpc_id}",) if kind is Kind.GATEWAY else (),
        leads_to=f"arn:aws:vpc-lattice:{REGION}:{ACCOUNT}:resource/{number % 4}" if newer else "",
        requester_managed=_chance(random, 5),
        security_group_ids=(group.id,),
        tags=random.choice(({}, {"Owner": "net", "Env": "prod"})),
    )


def _chance(random: Random, percent: int) -> bool:
    return random.randrange(100) < percent


def _service(random: Random, endpoint: Endpoint) -> Service | None:
    if not endpoint.service_name:
        return None
    owner = random.choice(("amazon", "amazon", "444455556666", "999988887777"))
    names = frozenset(f"{REGION}{letter}" for letter in "abc")
    dns = (f"{endpoint.service_name.rsplit('.', 1)[-1]}.{REGION}.amazonaws.com",)
    return Service(endpoint.service_name, endpoint.type_name, owner, names, frozenset(ZONES), True, dns)  # noqa: FBT003


if __name__ == "__main__":
    main()
