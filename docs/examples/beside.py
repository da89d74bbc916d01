"""What examples of VPCs and of our own endpoint services are made of, and how they are judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from warden.decide import findings_of
from warden.neighbours import Route, RouteTable, Vpc
from warden.rules.rule import AnyRule
from warden.subject_watch import JudgedSubject, Watch
from warden.subjects import Connection, LoadBalancer, Principal, ServiceSeen, VpcSeen
from warden.watches import WATCHES

from .made import ACCOUNT, AT, ENDPOINT, REGION, VPC, A, B, SubjectExample

PARTNER: Final = "444455556666"
BALANCER: Final = LoadBalancer(
    f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/billing/0123456789abcdef",
    frozenset({f"{REGION}a", f"{REGION}b"}),
)
CONNECTED: Final = Connection("vpce-0fedcba9876543210", PARTNER, "available", ENDPOINT.created)
WITH_NAT: Final = VpcSeen(
    key=replace(ENDPOINT.key, id=VPC),
    vpc=Vpc(VPC, ("10.0.0.0/16",), ACCOUNT, {"Env": "prod"}),
    endpoints=(replace(ENDPOINT, private_dns=True),),
    route_tables=(RouteTable("rtb-0123456789abcdef0", VPC, (Route("0.0.0.0/0", "nat-0123456789abcdef0"),), main=True),),
    subnets=(A, B),
    at=AT,
)
"""A VPC with two subnets behind a NAT gateway, and one endpoint: an interface endpoint of KMS."""
SERVICE: Final = ServiceSeen(
    key=replace(ENDPOINT.key, id="vpce-svc-0123456789abcdef0"),
    name=f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0",
    at=AT,
    balancer_arns=(BALANCER.arn,),
    balancers=(BALANCER,),
    principals=(Principal(f"arn:aws:iam::{PARTNER}:root", "Account"),),
    connections=(CONNECTED,),
)
"""A service in two zones, that another account may use once it is accepted, and does."""


def watch_of(rule: AnyRule) -> Watch[Any, Any]:
    """The kind of thing that the rule judges."""
    return next(watch for watch in WATCHES if rule.id in {one.id for one in watch.rules})


def judged(rule: AnyRule, example: SubjectExample[Any]) -> JudgedSubject[Any]:
    """The example as the rule judges it."""
    watch = watch_of(rule)
    alone = [one for one in watch.rules if one.id == rule.id]
    findings = findings_of(alone, example.seen, example.standard(rule))
    return JudgedSubject(watch.subject_of(example.seen), example.seen, findings)
