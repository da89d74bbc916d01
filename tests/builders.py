"""Facts for tests: each builder takes only what matters to the test and makes the rest up, always the same."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from warden.decide import Gates
from warden.events import Look
from warden.model import Endpoint, EndpointKey, Mode, Service, Snapshot, Subnet
from warden.neighbours import RouteTable, Vpc
from warden.policy import tables
from warden.policy.needs import needs
from warden.policy.services import prefixes
from warden.rules import EVERY_RULE
from warden.standard import Standard
from warden.standard_file import load
from warden.subjects import LoadBalancer, ServiceSeen, VpcSeen

ACCOUNT = "111122223333"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/warden-OnChangeRole"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
KEY = EndpointKey(ACCOUNT, REGION, "vpce-0123456789abcdef0")
VPC = "vpc-0a1b2c3d4e5f60718"
CONTEXT = {
    "account_id": ACCOUNT,
    "region": REGION,
    "vpc_id": VPC,
    "vpce_id": KEY.id,
    "service_prefix": "kms",
    "endpoint_type": "Interface",
}
"""What commands tell `warden policy` of the endpoint, besides who is ours."""
ZONES = ("use1-az1", "use1-az2", "use1-az3")
FULL_ACCESS = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
OFF = "".join(f'[rules.{rule.id}]\nmode = "off"\n' for rule in EVERY_RULE)
"""A standard that judges nothing."""
NARROW = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "*",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
                },
            }
        ],
    }
)
ENFORCING = """
[organisation]
id = "o-a1b2c3d4e5"
[rules.multi-az]
mode = "enforce"
[rules.endpoint-policy]
mode = "enforce"
[baseline.kms]
accept_unproved = true
[baseline.sqs]
"""


def subnet(number: int, **facts: Any) -> Subnet:
    """Subnet number 1, 2, 3... in the zone of that number (they come round), with 100 free addresses."""
    place = (number - 1) % len(ZONES)
    made: dict[str, Any] = {
        "id": f"subnet-{number:017x}",
        "vpc_id": VPC,
        "zone_id": ZONES[place],
        "zone_name": f"{REGION}{'abc'[place]}",
        "free_addresses": 100,
        "private": True,
    }
    return Subnet(**made | facts)


A, B, C = subnet(1), subnet(2), subnet(3)


def endpoint(**facts: Any) -> Endpoint:
    """An available interface endpoint of KMS, in one zone, with a narrow policy."""
    made: dict[str, Any] = {
        "key": KEY,
        "type_name": "Interface",
        "vpc_id": VPC,
        "service_name": f"com.amazonaws.{REGION}.kms",
        "state": "available",
        "created": LONG_AGO,
        "subnet_ids": (A.id,),
        "policy": NARROW,
    }
    return Endpoint(**made | facts)


def service(**facts: Any) -> Service:
    """KMS, offered in three zones, taking a policy."""
    made: dict[str, Any] = {
        "name": f"com.amazonaws.{REGION}.kms",
        "type_name": "Interface",
        "owner": "amazon",
        "zone_names": frozenset(f"{REGION}{letter}" for letter in "abc"),
        "zone_ids": frozenset(ZONES),
        "policy_supported": True,
    }
    return Service(**made | facts)


def owned(**facts: Any) -> ServiceSeen:
    """An endpoint service of ours, whose load balancer stands in two zones, and which nobody may use."""
    arn = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/billing/0123456789abcdef"
    key = EndpointKey(ACCOUNT, REGION, "vpce-svc-0123456789abcdef0")
    made: dict[str, Any] = {
        "key": key,
        "name": f"com.amazonaws.vpce.{REGION}.{key.id}",
        "at": NOW,
        "balancer_arns": (arn,),
        "balancers": (LoadBalancer(arn, frozenset({f"{REGION}a", f"{REGION}b"})),),
    }
    return ServiceSeen(**made | facts)


def snapshot(**facts: Any) -> Snapshot:
    """An endpoint with its service and three subnets; facts that are not a snapshot's own go to the endpoint."""
    own = {field.name: facts.pop(field.name) for field in fields(Snapshot) if field.name in facts}
    here = endpoint(**facts)
    table = tables.service_named(prefixes(here.service_name, here.home))
    made: dict[str, Any] = {
        "endpoint": here,
        "service": service(),
        "subnets": (A, B, C),
        "at": NOW,
        "table": table,
        "needs": needs(table.prefix),
    }
    return Snapshot(**made | own)


def standard(toml: str = ENFORCING) -> Standard:
    """A standard that enforces both rules for one organisation."""
    return load(toml)


def gates(**facts: Any) -> Gates:
    """Gates that let every fix through."""
    made: dict[str, Any] = {"ceiling": Mode.ENFORCE, "ceiling_name": "the stack", "creator_known": True, "now": NOW}
    return Gates(**made | facts)


def look(**facts: Any) -> Look:
    """A look at the endpoint of KEY, just created."""
    made: dict[str, Any] = {"key": KEY, "since": NOW, "created": True}
    return Look(**made | facts)


def vpc(**facts: Any) -> Vpc:
    """The VPC of the endpoints, of the same account."""
    return Vpc(**{"id": VPC, "cidrs": ("10.0.0.0/16",), "owner": ACCOUNT} | facts)


def vpc_seen(*endpoints: Endpoint, **facts: Any) -> VpcSeen:
    """The VPC as a whole, with these endpoints, three private subnets and one route table for all."""
    here = facts.pop("vpc", vpc())
    made: dict[str, Any] = {
        "key": EndpointKey(ACCOUNT, REGION, here.id),
        "vpc": here,
        "endpoints": endpoints,
        "route_tables": (RouteTable("rtb-main", here.id, main=True),),
        "subnets": (A, B, C),
        "at": NOW,
    }
    return VpcSeen(**made | facts)
