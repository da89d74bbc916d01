"""Reports of each kind, from which the golden letters are written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from warden.accepting import decide_service, shared_out
from warden.actions import AddSubnets, ReplacePolicy
from warden.aws import request
from warden.decide import Gates, decide, findings_of, judge
from warden.image import consumers_image
from warden.model import (
    Change,
    Endpoint,
    EndpointKey,
    Finding,
    Mode,
    Outcome,
    Report,
    Result,
    Service,
    Severity,
    Snapshot,
    Subject,
    Subnet,
    Verdict,
)
from warden.neighbours import Dns, HostedZones, Route, RouteTable, Vpc
from warden.policy import tables
from warden.policy.needs import needs
from warden.reporting import CLOSED, NOT_SEEN
from warden.rules import RULES, SERVICE_RULES, VPC_RULES
from warden.service_watch import service_subject
from warden.standard_file import load
from warden.subjects import Connection, LoadBalancer, Principal, ServiceSeen, VpcSeen
from warden.use import Use
from warden.vpc_watch import vpc_subject

STACK: Final = "endpoint-warden"
AT: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KEY: Final = EndpointKey("111122223333", "us-east-1", "vpce-0a1b2c3d4e5f60718")
FULL: Final = '{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*","Principal":"*"}]}'
BASELINE: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OurPeopleOurThings",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "*",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
                },
            },
            {
                "Sid": "ServicesOfAws",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}},
            },
        ],
    },
    separators=(",", ":"),
)
ENDPOINT: Final = Endpoint(
    key=KEY,
    type_name="Interface",
    vpc_id="vpc-0123456789abcdef0",
    service_name="com.amazonaws.us-east-1.ssm",
    state="available",
    created=datetime(2026, 1, 2, 3, 0, tzinfo=UTC),
    subnet_ids=("subnet-0aaaaaaaaaaaaaaa1",),
    policy=FULL,
    tags={"Name": "payments ssm"},
)
ADD: Final = AddSubnets(("subnet-0bbbbbbbbbbbbbbb2",), ("use1-az2",))
REPLACE: Final = ReplacePolicy(BASELINE, FULL)
ONE_ZONE: Final = Finding(
    rule="multi-az",
    verdict=Verdict.BREACH,
    severity=Severity.HIGH,
    code="too-few-zones",
    message="the endpoint has network interfaces in 1 zone, and the standard demands 2",
    evidence={"zones": ("use1-az1",), "min_zones": 2},
    fix=ADD,
    mode=Mode.ENFORCE,
)
FULL_ACCESS: Final = Finding(
    rule="endpoint-policy",
    verdict=Verdict.BREACH,
    severity=Severity.HIGH,
    code="full-access",
    message="the policy lets anybody do anything to anybody's resources in ssm",
    fix=REPLACE,
    mode=Mode.ENFORCE,
)
CHANGE: Final = Change(
    journal_id="j-01JGJ5T5X0000000000000000",
    actions=(ADD, REPLACE),
    before={"subnet_ids": ["subnet-0aaaaaaaaaaaaaaa1"], "policy": FULL, "private_dns": True},
    after={
        "subnet_ids": ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0bbbbbbbbbbbbbbb2"],
        "policy": BASELINE,
        "private_dns": True,
    },
)


def report(
    *results: Result, mode: Mode = Mode.ENFORCE, endpoint: Endpoint | Subject = ENDPOINT, change: Change | None = None
) -> Report:
    """What was found of the endpoint, at the same time each time."""
    return Report(endpoint, mode, results, change, AT)


def over(rule: str, outcome: Outcome, why: str) -> Result:
    """A finding that was told before and is over."""
    return Result(Finding(rule, Verdict.PASS, Severity.INFO), outcome, why)


def managed(tags: Mapping[str, str]) -> Report:
    """What becomes of one zone and full access where code manages the endpoint, as these tags say."""
    endpoint = replace(ENDPOINT, tags={**ENDPOINT.tags, **tags})
    gates = Gates(ceiling=Mode.ENFORCE, ceiling_name="the stack", creator_known=True, now=AT)
    standard = load('[managed]\ntags = ["ManagedBy=terraform"]\n')
    plan = decide(Snapshot(endpoint), (ONE_ZONE, FULL_ACCESS), standard, gates)
    return report(*plan.results, endpoint=endpoint)


CODED: Final = """
[managed]
tags = ["ManagedBy=terraform"]
[rules.required-tags]
tags = ["Owner", "Env=prod|test"]
[rules.private-dns]
mode = "notify"
[rules.unused]
mode = "notify"
each_zone = true
"""


def coded(tags: Mapping[str, str]) -> Report:
    """What the rules say that have no fix, of an endpoint that code manages, as these tags say."""
    subnets = ("subnet-0aaaaaaaaaaaaaaa1", "subnet-0bbbbbbbbbbbbbbb2", "subnet-0ccccccccccccccc3")
    endpoint = replace(
        ENDPOINT, created=AT - timedelta(days=90), subnet_ids=subnets, tags={**ENDPOINT.tags, **tags, "Env": "dev"}
    )
    names = ("ssm.us-east-1.amazonaws.com",)
    service = Service(ENDPOINT.service_name, "Interface", "amazon", frozenset(), frozenset(), True, names, "verified")  # noqa: FBT003
    moved = dict(zip(subnets, (5_000_000, 7_000_000, 0), strict=True))
    use = Use(AT - timedelta(days=30), AT, sum(moved.values()))
    standard = load(CODED)
    rules = [rule for rule in RULES if rule.id in {"required-tags", "private-dns", "unused"}]
    names_of_vpc: dict[str, Any] = {"dns": Dns(support=True, hostnames=True), "hosted_zones": HostedZones(None)}
    seen = Snapshot(endpoint, service, at=AT, siblings=(), use=use, use_by_subnet=moved, **names_of_vpc)
    found = judge(seen, rules, standard)
    assert isinstance(found, tuple)
    gates = Gates(ceiling=Mode.ENFORCE, ceiling_name="the stack", creator_known=True, now=AT)
    return report(*decide(seen, found, standard, gates).results, endpoint=endpoint)


NOTIFY: Final = "the mode is notify (the stack's parameter Mode)"
NO_ZONE: Final = replace(
    ONE_ZONE,
    code="service-in-one-zone",
    message="the endpoint has network interfaces in 1 zone, and the service offers no other",
    evidence={"zones": ("use1-az1",)},
    fix=None,
    advice="ask the service's owner for a second zone, or accept it by an exemption",
)
DENIES: Final = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
CROSS_REGION: Final = "the service is in eu-west-1: AWS does not tell which zones it supports here"
SHARING: Final = "the VPC is shared by account 444455556666: its endpoints and tags are not to be seen here"
TUNNEL: Final = "endpoints of type 'Tunnel' are not known to this version"
DENIED: Final = "You are not authorized to perform this operation. (UnauthorizedOperation)"
UNPROVED: Final = "a policy is only replaced with baseline.ssm.accept_unproved = true in the deployed standard.toml"
OPEN: Final = {
    "Sid": "Team",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "ssm:GetParameter",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:SourceVpc": ENDPOINT.vpc_id}},
}
"""Restricts nothing: each request through the endpoint comes from its own VPC."""


POLICY_RULES: Final = tuple(rule for rule in RULES if rule.id.endswith(("-policy", "-perimeter", "-lint", "-breadth")))


def judged(statement: Mapping[str, object]) -> Report:
    """What the rules themselves say of the endpoint with this policy, but for its zones."""
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    service = Service(ENDPOINT.service_name, "Interface", "amazon", frozenset(), frozenset(), policy_supported=True)
    endpoint = replace(ENDPOINT, policy=text)
    seen = Snapshot(endpoint, service, at=AT, table=tables.service("ssm"), needs=needs("ssm"))
    found = judge(seen, POLICY_RULES, load('[organisation]\nid = "o-a1b2c3d4e5"\n'))
    assert isinstance(found, tuple)
    results = (Result(finding, Outcome.TOLD, finding.advice) for finding in found if finding.open)
    return report(*results, mode=Mode.NOTIFY, endpoint=endpoint)


VPC: Final = Vpc("vpc-0123456789abcdef0", ("10.20.0.0/16",), KEY.account, {"Name": "payments"})
DEMANDS: Final = """
[rules.required-endpoints]
mode = "notify"
demands = [{ services = ["ssm", "ssmmessages", "s3"] }]
[rules.gateway-missing]
mode = "notify"
leave_out = ["dynamodb"]
"""


def seen_vpc(endpoint: Endpoint) -> VpcSeen:
    """The VPC with this endpoint, two subnets and a NAT gateway."""
    subnets = tuple(
        Subnet(f"subnet-0{letter * 15}{place}", VPC.id, f"use1-az{place}", f"us-east-1{letter}", 200, private=True)
        for place, letter in enumerate("ab", 1)
    )
    table = RouteTable("rtb-0123456789abcdef0", VPC.id, (Route("0.0.0.0/0", "nat-0123456789abcdef0"),), main=True)
    return VpcSeen(replace(KEY, id=VPC.id), VPC, (endpoint,), (table,), subnets, AT)


def judged_vpc() -> Report:
    """What the rules of VPCs say of one that lacks endpoints."""
    seen = seen_vpc(replace(ENDPOINT, private_dns=True))
    found = findings_of(VPC_RULES, seen, load(DEMANDS))
    results = (Result(finding, Outcome.TOLD, finding.advice) for finding in found if finding.open)
    return report(*results, mode=Mode.NOTIFY, endpoint=vpc_subject(seen))


BALANCER: Final = f"arn:aws:elasticloadbalancing:us-east-1:{KEY.account}:loadbalancer/net/billing/0123456789abcdef"
SERVICE: Final = ServiceSeen(
    replace(KEY, id="vpce-svc-0123456789abcdef0"),
    "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
    AT,
    acceptance_required=False,
    balancer_arns=(BALANCER,),
    balancers=(LoadBalancer(BALANCER, frozenset({"us-east-1a"}), subnet_ids=("subnet-00000000000000001",)),),
    principals=(Principal("*", "All"),),
    connections=(Connection("vpce-0fedcba9876543210", "444455556666", "available"),),
    tags={"Name": "billing"},
)


def judged_service() -> Report:
    """What the rules of endpoint services say of one that is open to everybody, in one zone."""
    found = findings_of(SERVICE_RULES, SERVICE, load(""))
    results = (Result(finding, Outcome.TOLD, finding.advice) for finding in found if finding.open)
    return report(*results, mode=Mode.NOTIFY, endpoint=service_subject(SERVICE))


CONSUMERS: Final = replace(
    SERVICE,
    acceptance_required=True,
    principals=(Principal("arn:aws:iam::999988887777:root", "Account"),),
    connections=(
        Connection("vpce-0aaaaaaaaaaaaaaa1", "999988887777", "pendingacceptance", AT - timedelta(days=2)),
        Connection("vpce-0aaaaaaaaaaaaaaa2", "999988887777", "pendingacceptance", AT - timedelta(days=3)),
        Connection("vpce-0fedcba9876543210", "444455556666", "available", AT - timedelta(days=9)),
    ),
)
ACCEPTING: Final = """
[rules.service-principals]
registry = [{ principal = "999988887777", purpose = "billing", contact = "ann@example.com" }]
[rules.service-connections]
mode = "enforce"
[rules.service-zones]
mode = "off"
"""
REFUSED: Final = "vpce-0aaaaaaaaaaaaaaa2: InvalidState: It is being changed."


def accepted(mode: Mode, refused: str = "") -> Report:
    """What becomes of two requests of a consumer who is named, beside a stranger: accepted, but for one refused."""
    findings = findings_of(SERVICE_RULES, CONSUMERS, load(ACCEPTING))
    plan = decide_service(CONSUMERS, findings, Gates(ceiling=mode, ceiling_name="the stack's parameter Mode", now=AT))
    about = service_subject(CONSUMERS)
    if not plan.actions:
        return report(*plan.results, mode=mode, endpoint=about)
    made, left = shared_out(plan.fixes[0], {refused})
    results = [Result(made, Outcome.FIXED)] if made else []
    results += [Result(left, Outcome.REFUSED, REFUSED)] if left else []
    actions = tuple(finding.fix for finding in (made,) if finding and finding.fix)
    before, after = (consumers_image(CONSUMERS, request(actions), state) for state in ("", "accepted"))
    change = Change(CHANGE.journal_id, actions, before, after)
    return report(*results, *plan.results, mode=mode, endpoint=about, change=change)


SHARED: Final = Subject(
    replace(KEY, id=VPC.id), "VPC", "", (("Ranges", "10.20.0.0/16"), ("Owner", "account 444455556666"))
)

CASES: Final = {
    "would-fix": report(
        Result(ONE_ZONE, Outcome.WOULD_FIX, NOTIFY), Result(FULL_ACCESS, Outcome.WOULD_FIX, NOTIFY), mode=Mode.NOTIFY
    ),
    "fixed": report(Result(ONE_ZONE, Outcome.FIXED), Result(FULL_ACCESS, Outcome.FIXED), change=CHANGE),
    "held-hands-off": report(Result(ONE_ZONE, Outcome.HELD, "the tag warden:hands-off holds back every fix")),
    "held-cloudformation": managed(
        {"aws:cloudformation:stack-name": "network", "aws:cloudformation:logical-id": "SsmEndpoint"}
    ),
    "held-terraform": managed({"ManagedBy": "terraform"}),
    "told-cloudformation": coded(
        {"aws:cloudformation:stack-name": "network", "aws:cloudformation:logical-id": "SsmEndpoint"}
    ),
    "told-terraform": coded({"ManagedBy": "terraform"}),
    "held-unproved": report(
        Result(ONE_ZONE, Outcome.FIXED),
        Result(FULL_ACCESS, Outcome.HELD, UNPROVED),
        change=replace(CHANGE, actions=(ADD,), after={**CHANGE.after, "policy": FULL}),
    ),
    "refused": report(Result(ONE_ZONE, Outcome.REFUSED, DENIED)),
    "told-no-zone": report(Result(NO_ZONE, Outcome.TOLD, NO_ZONE.advice)),
    "told-denies-everything": judged(DENIES),
    "told-outsiders": judged(OPEN),
    "unknown": report(
        Result(Finding("multi-az", Verdict.UNKNOWN, Severity.LOW, message=CROSS_REGION), Outcome.TOLD),
        endpoint=replace(ENDPOINT, service_name="com.amazonaws.eu-west-1.ssm", service_region="eu-west-1"),
    ),
    "resolved": report(over("multi-az", Outcome.RESOLVED, "the endpoint is at the standard again")),
    "gone": report(
        over("endpoint-policy", Outcome.GONE, "the endpoint no longer exists"),
        over("multi-az", Outcome.GONE, "the endpoint no longer exists"),
        endpoint=replace(ENDPOINT, state="deleted"),
    ),
    "vpc-told": judged_vpc(),
    "vpc-unknown": report(
        Result(Finding("required-endpoints", Verdict.UNKNOWN, Severity.LOW, message=SHARING), Outcome.TOLD),
        mode=Mode.NOTIFY,
        endpoint=SHARED,
    ),
    "vpc-gone": report(
        over("required-endpoints", Outcome.GONE, NOT_SEEN.format("VPC")),
        mode=Mode.NOTIFY,
        endpoint=replace(SHARED, facts=()),
    ),
    "vpc-resolved": report(
        over("gateway-missing", Outcome.RESOLVED, ""), mode=Mode.NOTIFY, endpoint=vpc_subject(seen_vpc(ENDPOINT))
    ),
    "service-told": judged_service(),
    "service-resolved": report(
        over("service-acceptance", Outcome.RESOLVED, CLOSED[Outcome.RESOLVED].format("endpoint service")),
        mode=Mode.NOTIFY,
        endpoint=service_subject(replace(SERVICE, acceptance_required=True, principals=())),
    ),
    "service-gone": report(
        over("service-zones", Outcome.GONE, CLOSED[Outcome.GONE].format("endpoint service")),
        mode=Mode.NOTIFY,
        endpoint=Subject(SERVICE.key, "endpoint service"),
    ),
    "service-would-fix": accepted(Mode.NOTIFY),
    "service-fixed": accepted(Mode.ENFORCE),
    "service-fixed-in-part": accepted(Mode.ENFORCE, "vpce-0aaaaaaaaaaaaaaa2"),
    "unsupported": report(
        Result(
            Finding("endpoint-type", Verdict.UNSUPPORTED, Severity.INFO, "unsupported-type", message=TUNNEL),
            Outcome.TOLD,
        ),
        endpoint=replace(ENDPOINT, type_name="Tunnel", service_name="", tags={}),
    ),
}
