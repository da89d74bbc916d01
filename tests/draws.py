"""Facts at random, of what AWS is known to answer and of what nobody expects; from seeds, so that they come again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Final, TypeVar

from builders import ACCOUNT, FULL_ACCESS, KEY, NARROW, NOW, REGION, VPC, owned, vpc_seen
from warden.model import Endpoint, EndpointKey, Kind, Need, Service, Snapshot, Subnet
from warden.neighbours import Dns, HostedZone, HostedZones, Interface, Permission, Route, RouteTable, SecurityGroup, Vpc
from warden.policy import tables
from warden.policy.needs import needs
from warden.policy.services import prefixes
from warden.recording import Condition, Trail
from warden.subjects import Connection, LoadBalancer, Notification, Principal, PrivateDns, ServiceSeen, VpcSeen
from warden.use import Use

T = TypeVar("T")
REGIONS: Final = (REGION, "eu-west-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1", "xx-moon-9")
ACCOUNTS: Final = (ACCOUNT, "444455556666")
PLACES: Final = (
    ("use1-az1", f"{REGION}a"),
    ("use1-az2", f"{REGION}b"),
    ("use1-az3", f"{REGION}c"),
    ("use1-bos1-az1", f"{REGION}-bos-1a"),
    ("use1-wl1-bos-wlz1", f"{REGION}-wl1-bos-wlz-1"),
    ("use1-az9", ""),
)
"""Zones by id and name: of the region, a Local Zone, a Wavelength Zone, and one without a name."""
STATES: Final = (
    *("available",) * 6, "pending", "pendingacceptance", "partial", "failed", "rejected", "expired", "deleting",
    "deleted", "", "hovering",
)  # fmt: skip
SERVICES: Final = (
    "com.amazonaws.{}.kms", "com.amazonaws.{}.s3", "com.amazonaws.{}.dynamodb", "com.amazonaws.{}.ecr.api",
    "com.amazonaws.{}.email-smtp", "com.amazonaws.{}.kms-fips", "cn.com.amazonaws.{}.ecs", "aws.sagemaker.{}.notebook",
    "com.amazonaws.s3-global.accesspoint", "com.amazonaws.vpce.{}.vpce-svc-0123456789abcdef0", "weird name; rm -rf",
)  # fmt: skip
BLOCKS: Final = (
    "10.0.0.0/16", "10.0.3.0/24", "10.0.0.7/32", "192.168.0.0/16", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0",
    "2001:db8::/56", "64:ff9b::/96", "100.64.0.0/10",
)  # fmt: skip
LISTS: Final = ("pl-1", "pl-2")
GROUPS: Final = ("sg-1", "sg-2", "sg-3")
ENDPOINTS: Final = tuple(f"vpce-{number:017x}" for number in range(4))
SUBNETS: Final = tuple(f"subnet-{number:017x}" for number in range(8))
TABLES: Final = tuple(f"rtb-{number}" for number in range(3))
TAGS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"Env": "prod"},
    {"Network": "hub", "Name": "it's odd"},
    {"Tier": "endpoints", "Team": "a"},
    {"aws:cloudformation:stack-name": "network", "aws:cloudformation:logical-id": "Thing"},
)
POLICIES: Final = (
    None, "", "no JSON", "[]", "{}", "null", '{"Statement": []}', '{"Statement": {"Effect": "Deny"}}', FULL_ACCESS,
    NARROW, '{"Statement": [1, null, "x"]}', json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": []}}]}),
    json.dumps({"Version": 7, "Statement": [{"Effect": "Allow", "Principal": "*", "NotAction": "*", "Resource": "*"}]}),
)  # fmt: skip
INTERFACES: Final = (
    "interface", "lambda", "vpc_endpoint", "gateway_load_balancer_endpoint", "nat_gateway", "natGateway", "branch",
    "network_load_balancer", "transit_gateway", "", "warp_gate",
)  # fmt: skip


class Draw:
    """Facts at random, from one seed."""

    def __init__(self, seed: str) -> None:
        """Take the seed, which a failing test names."""
        self.random = Random(seed)

    def one(self, of: tuple[T, ...]) -> T:
        """One of these."""
        return self.random.choice(of)

    def some(self, of: tuple[T, ...], most: int = 9) -> tuple[T, ...]:
        """Up to so many of these, none of them twice, in any order."""
        return tuple(self.random.sample(of, self.random.randint(0, min(most, len(of)))))

    def maybe(self) -> bool:
        """True or false."""
        return self.random.random() < 0.5

    def several(self, make: Callable[[], T], most: int = 4) -> tuple[T, ...]:
        """Up to so many that are made."""
        return tuple(make() for _ in range(self.random.randint(0, most)))

    def endpoint(self, endpoint_id: str = KEY.id, region: str = REGION) -> Endpoint:
        """An endpoint of any sort."""
        kinds = (*(kind.value for kind in Kind), "Interface", "Interface", "GatewayLoadBalancer")
        kind = self.one(kinds)
        nameless = kind in {"Resource", "ServiceNetwork"} and self.maybe()
        return Endpoint(
            key=EndpointKey(ACCOUNT, region, endpoint_id),
            type_name=kind,
            vpc_id=VPC,
            service_name="" if nameless else self.one(SERVICES).format(region),
            state=self.one(STATES),
            created=self.one((None, NOW, NOW + timedelta(hours=1), NOW - timedelta(days=3), NOW - timedelta(days=999))),
            subnet_ids=self.some(SUBNETS, 3),
            policy=self.one(POLICIES),
            private_dns=self.maybe(),
            inbound_only=self.maybe(),
            requester_managed=self.random.random() < 0.1,
            security_group_ids=self.some(GROUPS),
            route_table_ids=self.some(TABLES),
            network_interface_ids=(),
            service_region=self.one((None, None, "", region, "ap-southeast-2")),
            ip_address_type=self.one(("ipv4", "ipv4", "ipv6", "dualstack", "ipv8")),
            leads_to=self.one(
                ("", f"arn:aws:vpc-lattice:{region}:{ACCOUNT}:resourceconfiguration/rcfg-0123456789abcdef0")
            ),
            tags=self.one(TAGS),
        )

    def service(self, endpoint: Endpoint) -> Service | None:
        """What AWS tells of its service, if it does."""
        if not endpoint.service_name or self.random.random() < 0.2:  # EC2 is not asked about no name
            return None
        places = self.some(PLACES)
        return Service(
            name=endpoint.service_name,
            type_name=endpoint.type_name,
            owner=self.one(("amazon", "amazon", "aws-marketplace", *ACCOUNTS, "")),
            zone_names=frozenset(name for _, name in places),
            zone_ids=frozenset(zone for zone, _ in places) if self.maybe() else frozenset(),
            policy_supported=self.maybe(),
            private_dns_names=self.some(("kms.us-east-1.amazonaws.com", "*.s3.us-east-1.amazonaws.com")),
            private_dns_state=self.one(("", "verified", "pendingVerification", "failed")),
        )

    def subnet(self, subnet_id: str) -> Subnet:
        """A subnet of any zone, as it is before its routes are read."""
        zone_id, zone_name = self.one(PLACES)
        return Subnet(
            id=subnet_id,
            vpc_id=self.one((VPC, VPC, VPC, "vpc-9")),
            zone_id=zone_id,
            zone_name=zone_name,
            free_addresses=self.one((0, 1, 7, 15, 100)),
            ipv4=self.random.random() < 0.8,
            ipv6=self.maybe(),
            tags=self.one(TAGS),
        )

    def tables(self) -> tuple[RouteTable, ...]:
        """Route tables of a VPC: a subnet is named by one at most, and one at most is the main one."""
        targets = (*ENDPOINTS, *ENDPOINTS, "local", "igw-1", "nat-1", "tgw-1", "")
        named = {name: self.one((*TABLES, "")) for name in SUBNETS}
        main = self.one((*TABLES, ""))
        return tuple(
            RouteTable(
                name,
                VPC,
                tuple(
                    Route(destination, self.one(targets), self.random.random() < 0.8)
                    for destination in self.some((*BLOCKS, *LISTS, ""), 6)
                ),
                tuple(subnet for subnet, own in named.items() if own == name),
                main=name == main,
            )
            for name in self.some(TABLES)
        )

    def interface(self) -> Interface:
        """A network interface in use."""
        return Interface(
            f"eni-{self.random.randint(0, 99)}",
            self.one((*SUBNETS, "")),
            self.one(PLACES)[1],
            self.one(INTERFACES),
            self.some(GROUPS),
            self.one(("", "amazon-elb", "amazon-rds")),
        )

    def permission(self) -> Permission:
        """What a security group lets in."""
        protocol, first, last = self.one(
            (
                ("-1", None, None), ("tcp", 443, 443), ("tcp", 0, 65_535), ("6", 22, 22), ("icmp", -1, -1),
                ("icmpv6", 8, 0), ("58", None, None), ("50", None, None), ("udp", 53, 53), ("tcp", None, 7),
            )
        )  # fmt: skip
        return Permission(
            protocol, first, last, self.some(BLOCKS, 3), self.some(LISTS), self.some((*GROUPS, "sg-peer"))
        )

    def trail(self) -> Trail:
        """A trail, and what it selects."""
        fields = ("eventCategory", "eventSource", "errorCode", "vpcEndpointId", "eventName", "resources.ARN")
        values = ("NetworkActivity", "Management", "kms.amazonaws.com", "VpceAccessDenied", KEY.id, "")
        condition = lambda: Condition(self.one(fields), *(self.some(values, 2) for _ in range(6)))  # noqa: E731
        return Trail(
            f"trail-{self.random.randint(0, 99)}",
            self.one(REGIONS),
            self.one((None, True, False)),
            self.one((None, self.several(lambda: self.several(condition)))),
            self.maybe(),
        )

    def vpc(self) -> Vpc:
        """A VPC, or none that is to be seen."""
        if self.random.random() < 0.1:
            return Vpc("", ())
        return Vpc(VPC, self.some(BLOCKS[:4] + BLOCKS[8:9]), self.one((*ACCOUNTS, "")), self.one(TAGS))

    def siblings(self, seen: Snapshot) -> tuple[Endpoint, ...]:
        """Endpoints beside the one that is seen, some of the same sort."""
        own = seen.endpoint
        ids = self.some(tuple(name for name in ENDPOINTS if name != own.key.id))
        drawn = tuple(self.endpoint(name, own.key.region) for name in ids)
        return tuple(
            replace(one, type_name=own.type_name, service_name=own.service_name) if self.maybe() else one
            for one in drawn
        )

    def groups(self, seen: Snapshot) -> dict[str, SecurityGroup]:
        """The endpoint's security groups, most of them."""
        return {
            name: SecurityGroup(name, self.one(("default", "web")), VPC, self.several(self.permission), self.one(TAGS))
            for name in seen.endpoint.security_group_ids
            if self.random.random() < 0.8
        }

    def hosted_zones(self) -> HostedZones:
        """Zones, of the service's names or others; or none that are to be seen."""
        names = (f"kms.{REGION}.amazonaws.com.", "example.com.", "\\052.example.com.", ".", "")
        owners = ((ACCOUNT, ""), ("444455556666", ""), ("", "efs.amazonaws.com"), ("", ""))
        zones = self.several(lambda: HostedZone(self.one(("Z1", "Z2")), self.one(names), *self.one(owners)))
        return HostedZones(self.one((None, zones)))

    def answer(self, need: Need, seen: Snapshot) -> Any:
        """What is read where a rule asks for it."""
        answers: dict[Need, Callable[[], object]] = {
            Need.SUBNETS: lambda: tuple(self.subnet(name) for name in self.some(SUBNETS)),
            Need.ROUTES: self.tables,
            Need.INTERFACES: lambda: self.several(self.interface, 8),
            Need.SIBLINGS: lambda: self.siblings(seen),
            Need.VPC: self.vpc,
            Need.DNS: lambda: Dns(*(self.one((True, False, None)) for _ in range(2))),
            Need.HOSTED_ZONES: self.hosted_zones,
            Need.GROUPS: lambda: self.groups(seen),
            Need.PREFIX_LISTS: lambda: {name: self.some(BLOCKS) for name in self.some(LISTS)},
            Need.USE: lambda: Use(NOW - timedelta(days=30), NOW, self.one((0, 1, 10**12))),
            Need.TRAILS: lambda: self.several(self.trail),
            Need.USE_BY_SUBNET: lambda: {name: self.one((0, 10**6)) for name in seen.endpoint.subnet_ids},
        }
        return answers[need]()

    def snapshot(self) -> Snapshot:
        """What every rule is shown at first."""
        here = self.endpoint(self.one(ENDPOINTS), self.one((REGION, REGION, REGION, *REGIONS)))
        found = self.service(here)
        if found is None or not found.policy_supported:
            return Snapshot(here, found, at=self.one((NOW, NOW, None)))
        table = tables.service_named(prefixes(here.service_name, here.key.region))
        return Snapshot(here, found, at=NOW, table=table, needs=needs(table.prefix))

    def vpc_seen(self) -> VpcSeen:
        """A VPC as a whole."""
        drawn = tuple(self.endpoint(name) for name in self.some(ENDPOINTS))
        return vpc_seen(
            *drawn,
            vpc=Vpc(VPC, self.some(BLOCKS[:4]), self.one(ACCOUNTS), self.one(TAGS)),
            route_tables=self.tables(),
            subnets=tuple(self.subnet(name) for name in self.some(SUBNETS)),
        )

    def service_seen(self) -> ServiceSeen:
        """An endpoint service of ours."""
        arns = self.some(("arn:1", "arn:2"))
        balancers = tuple(
            LoadBalancer(arn, frozenset(name for _, name in self.some(PLACES)), self.one(("active", "failed")))
            for arn in self.some(arns)
        )
        names = ("*", "arn:aws:iam::444455556666:root", f"arn:aws:iam::{ACCOUNT}:role/x", "x.amazonaws.com", "???")
        return owned(
            state=self.one(STATES),
            type_name=self.one(("Interface", "GatewayLoadBalancer", "")),
            acceptance_required=self.maybe(),
            balancer_arns=arns,
            balancers=balancers,
            zone_names=frozenset(name for _, name in self.some(PLACES)),
            zone_ids=frozenset(zone for zone, _ in self.some(PLACES)),
            private_dns=self.one((None, PrivateDns("x.example.com", self.one(("", "failed", "verified"))))),
            principals=self.several(
                lambda: Principal(self.one(names), self.one(("All", "Account", "")), self.one(("", "perm-1")))
            ),
            connections=self.several(
                lambda: Connection(
                    self.one(ENDPOINTS), self.one((*ACCOUNTS, "")), self.one(STATES), self.one((None, NOW))
                )
            ),
            notifications=self.several(
                lambda: Notification(
                    "vpce-nfn-1", self.one(("", "arn:aws:sns:x")), frozenset({"Connect"}), self.maybe()
                )
            ),
            tags=self.one(TAGS),
        )
