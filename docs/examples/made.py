"""What examples are made of: facts of one small account, of which an example changes only what it is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Final, Generic, TypeVar, overload

from warden.model import Endpoint, EndpointKey, Mode, Service, Snapshot, Subnet
from warden.neighbours import Vpc
from warden.policy import tables
from warden.policy.needs import needs
from warden.policy.services import prefixes
from warden.rules.rule import AnyRule, Rule, SubjectRule
from warden.standard import Standard
from warden.standard_file import load
from warden.use import Unused, Use

Seen = TypeVar("Seen")

ACCOUNT: Final = "111122223333"
REGION: Final = "us-east-1"
AT: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
VPC: Final = "vpc-0a1b2c3d4e5f60718"
OWN_VPC: Final = Vpc(VPC, ("10.0.0.0/16",), ACCOUNT)
"""All in it is to be seen."""
ORGANISED: Final = '[organisation]\nid = "o-a1b2c3d4e5"\n'
KMS: Final = f"com.amazonaws.{REGION}.kms"
S3: Final = f"com.amazonaws.{REGION}.s3"
PROVIDER: Final = "444455556666"
OTHERS: Final = f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b2c3d4e5f60718"
"""The provider's service."""
ZONES: Final = (("use1-az1", "a"), ("use1-az2", "b"), ("use1-az4", "c"))


@dataclass(frozen=True, slots=True)
class Example:
    """An endpoint with all that is to be seen around it, what is the matter in words, and the standard as TOML.

    A rule that is off is taken to be at notify.
    """

    words: str
    seen: Snapshot
    toml: str = ""

    def standard(self, rule: AnyRule) -> Standard:
        """The standard by which the rule judges the example."""
        return _standard(self.toml, rule)


@dataclass(frozen=True, slots=True)
class SubjectExample(Generic[Seen]):
    """The same of what is no endpoint: a VPC or an endpoint service of our own."""

    words: str
    seen: Seen
    toml: str = ""

    def standard(self, rule: AnyRule) -> Standard:
        """The standard by which the rule judges the example."""
        return _standard(self.toml, rule)


def _standard(toml: str, rule: AnyRule) -> Standard:
    found = load(toml)
    return found.with_mode(rule.id, max(found.mode_of(rule.id), Mode.NOTIFY))


@overload
def of(rule: Rule) -> tuple[Example, ...]: ...
@overload
def of(rule: SubjectRule[Seen]) -> tuple[SubjectExample[Seen], ...]: ...
@overload
def of(rule: AnyRule) -> tuple[Example | SubjectExample[Any], ...]: ...


def of(rule: AnyRule) -> tuple[Example | SubjectExample[Any], ...]:
    """The examples of a rule; raise AssertionError with what is to be written where it has none."""
    name = rule.id.replace("-", "_")
    try:
        found: tuple[Example | SubjectExample[Any], ...] = import_module(f"docs.examples.{name}").EXAMPLES
    except ModuleNotFoundError as error:
        if error.name != f"docs.examples.{name}":
            raise
        why = f"the rule {rule.id} has no example: write docs/examples/{name}.py, as docs/examples/__init__.py says"
        raise AssertionError(why) from error
    return found


def subnet(number: int) -> Subnet:
    """Subnet number 1, 2 or 3, in the zone of that number."""
    zone_id, letter = ZONES[number - 1]
    return Subnet(f"subnet-{number:017x}", VPC, zone_id, f"{REGION}{letter}", free_addresses=100, private=True)


A, B, C = subnet(1), subnet(2), subnet(3)


def statement(**elements: object) -> str:
    """A policy of one statement, which allows everybody everything but for these elements."""
    made = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | elements
    return json.dumps({"Version": "2012-10-17", "Statement": [made]})


NARROW: Final = statement(
    Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}}
)
ENDPOINT: Final = Endpoint(
    key=EndpointKey(ACCOUNT, REGION, "vpce-0123456789abcdef0"),
    type_name="Interface",
    vpc_id=VPC,
    service_name=KMS,
    state="available",
    created=datetime(2025, 12, 1, 8, 0, tzinfo=UTC),
    subnet_ids=(A.id, B.id),
    policy=NARROW,
)


def service_of(endpoint: Endpoint) -> Service:
    """A service in all zones: AWS's own, which takes a policy, or the provider's, which takes none."""
    names = frozenset(f"{REGION}{letter}" for _, letter in ZONES)
    ids = frozenset(zone_id for zone_id, _ in ZONES)
    own = endpoint.service_name != OTHERS
    owner = "amazon" if own else PROVIDER
    return Service(endpoint.service_name, endpoint.type_name, owner, names, ids, policy_supported=own)


def seen(**facts: Any) -> Snapshot:  # noqa: ANN401  whatever a snapshot or an endpoint has
    """An interface endpoint of KMS in two zones, closed to outsiders, but for these facts of snapshot or endpoint.

    Nothing else of its surroundings is to be seen.
    """
    around = {one.name: facts.pop(one.name) for one in fields(Snapshot) if one.name in facts}
    endpoint = replace(ENDPOINT, **facts)
    made: dict[str, Any] = {"service": service_of(endpoint), "at": AT} | around
    if made["service"] is not None and made["service"].policy_supported:
        table = tables.service_named(prefixes(endpoint.service_name, endpoint.home))
        made |= {"table": table, "needs": needs(table.prefix)}
    return Snapshot(endpoint, **made)


def balancing(**facts: Any) -> Snapshot:  # noqa: ANN401  whatever a snapshot or an endpoint has
    """A Gateway Load Balancer endpoint in the first zone, to the provider's appliances, in a VPC of three subnets."""
    own = {"type_name": "GatewayLoadBalancer", "service_name": OTHERS, "policy": None, "subnet_ids": (A.id,)}
    return seen(**own | {"subnets": (A, B, C), "vpc": OWN_VPC} | facts)


def used(moved: int) -> Use:
    """So many bytes in the days that the rules on use look back by default."""
    return Use(AT - timedelta(days=Unused.days.default), AT, moved)
