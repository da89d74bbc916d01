"""Rules of VPCs and of endpoint services take whatever AWS may tell; what they say is fit for people and for AWS."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ACCOUNT, NOW, REGION, VPC, A, B, C, endpoint, owned, standard, vpc, vpc_seen
from commands import commands_of, problems_of
from fakes import only
from warden.decide import findings_of
from warden.model import EndpointKey, Finding, Subnet, Verdict
from warden.neighbours import Route, RouteTable
from warden.plain import mapping
from warden.rules import SERVICE_RULES, VPC_RULES
from warden.subjects import Connection, LoadBalancer, Notification, Principal, PrivateDns, ServiceSeen, VpcSeen

OTHER: Final = "444455556666"
ORG: Final = "o-a1b2c3d4e5"
OFTEN: Final = 12
"""How much oftener the usual is drawn than each odd thing: where most is odd, every rule stops before it looks."""
STATES: Final = (
    *["available"] * OFTEN, "", "pending", "pendingacceptance", "partial",
    "rejected", "failed", "expired", "deleting", "deleted",
)  # fmt: skip
SERVICES: Final = (
    *[f"com.amazonaws.{REGION}.s3"] * OFTEN, *[f"com.amazonaws.{REGION}.kms"] * OFTEN, "", "s3", "S3",
    *(f"com.amazonaws.{REGION}.{name}" for name in ("s3", "dynamodb", "s3express", "dynamodb-streams")),
    *(f"com.amazonaws.{REGION}.{name}" for name in ("kms", "kms-fips", "ecr.api", "dynamodb-fips", "s3-outposts")),
    "com.amazonaws.s3-global.accesspoint", "com.amazonaws.eu-west-1.s3", f"aws.sagemaker.{REGION}.notebook",
    f"aws.api.{REGION}.kendra-ranking", f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0", "com.amazonaws.",
    f"cn.com.amazonaws.{REGION}.ecr.api", f".{REGION}.", f"com.amazonaws.{REGION}.",
)  # fmt: skip
TARGETS: Final = (
    *["local"] * OFTEN, *["nat-1"] * OFTEN,
    "igw-1", "tgw-1", "pcx-1", "vpce-1", "eni-1", "", "VpcLattice", "arn:aws:networkmanager::1:x",
)  # fmt: skip
PRINCIPALS: Final = (
    "*", "", OTHER, ACCOUNT, "AROAEXAMPLE", "amazonaws.com", "vpce.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn",
    *(f"arn:aws:iam::{OTHER}:{name}" for name in ("root", "role/r", "role/path/to/r", "user/u", "saml-provider/p")),
    *(f"arn:aws:sts::{OTHER}:{name}" for name in ("assumed-role/r/s", "federated-user/u")),
    *(f"arn:aws:organizations::{OTHER}:{kind}/{ORG}" for kind in ("organization", "root", "ou")),
    f"arn:aws:organizations::{OTHER}:ou/{ORG}/ou-ab12-cdef3456", f"arn:aws-cn:iam::{OTHER}:root", ORG, "\N{SNOWMAN}",
)  # fmt: skip
KINDS: Final = (
    *["Interface"] * OFTEN,
    "Gateway",
    "Gateway",
    "GatewayLoadBalancer",
    "Resource",
    "ServiceNetwork",
    "Tunnel",
    "",
)
TYPES: Final = ("", "All", "Account", "Role", "New")
words = st.text(max_size=12) | st.sampled_from(("a b", "it's", "`x`", "$(x)", "--x", "\n"))
times = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001
some_subnets = st.lists(st.sampled_from((A.id, B.id, C.id, "subnet-gone")), max_size=3, unique=True).map(tuple)
endpoints = st.builds(
    endpoint,
    key=st.builds(EndpointKey, st.just(ACCOUNT), st.just(REGION), st.sampled_from(("vpce-1", "vpce-2", "vpce-3"))),
    type_name=st.sampled_from(KINDS),
    service_name=st.sampled_from(SERVICES),
    state=st.sampled_from(STATES),
    created=times,
    subnet_ids=some_subnets,
    private_dns=st.booleans(),
    inbound_only=st.booleans(),
    requester_managed=st.sampled_from((*[False] * OFTEN, True)),
    route_table_ids=st.lists(st.sampled_from(("rtb-a", "rtb-b")), max_size=2, unique=True).map(tuple),
    service_region=st.sampled_from((*[None] * OFTEN, "", REGION, "eu-west-1")),
    ip_address_type=st.sampled_from(("ipv4", "ipv6", "dualstack")),
)
routes = st.builds(
    Route, st.sampled_from(("0.0.0.0/0", "::/0", "10.0.0.0/16", "pl-1", "")), st.sampled_from(TARGETS), st.booleans()
)
tables = st.builds(
    RouteTable,
    st.sampled_from(("rtb-a", "rtb-b", "rtb-c")),
    st.just(VPC),
    st.lists(routes, max_size=3).map(tuple),
    some_subnets,
    st.sampled_from((True, True, False)),
)
subnets = st.builds(
    replace, st.sampled_from((A, B, C)), ipv4=st.booleans(), ipv6=st.booleans(), private=st.none() | st.booleans()
)
tags = st.dictionaries(st.sampled_from(("Env", "Role")), st.sampled_from(("prod", "hub", "")), max_size=2)


@st.composite
def vpcs(draw: st.DrawFn) -> VpcSeen:
    """A VPC, and perhaps a hub beside it, of which anything may be missing."""

    def one(name: str) -> VpcSeen:
        """Draw a VPC of this id."""
        here = vpc(id=name, owner=draw(st.sampled_from((*[ACCOUNT] * OFTEN, OTHER, ""))), tags=draw(tags))
        there: dict[str, tuple[Subnet, ...]] = {
            "subnets": tuple(draw(st.lists(subnets, min_size=draw(st.sampled_from((0, 1, 2))), max_size=4)))
        }
        around = {
            "route_tables": tuple(draw(st.lists(tables, min_size=draw(st.sampled_from((0, 1, 1))), max_size=3))),
            **there,
        }
        return vpc_seen(*draw(st.lists(endpoints, max_size=4)), vpc=here, **around)

    found = {name: one(name) for name in draw(st.sampled_from(((VPC,), (VPC, "vpc-0aaaaaaaaaaaaaaa1"))))}
    return replace(found[VPC], hubs=found if draw(st.booleans()) else {})


services = st.builds(
    owned,
    name=words,
    state=st.sampled_from(STATES),
    type_name=st.sampled_from(("Interface", "GatewayLoadBalancer", "", "Other")),
    acceptance_required=st.booleans(),
    balancer_arns=st.lists(st.sampled_from(("arn:x", "arn:y", "arn:z")), max_size=3, unique=True).map(tuple),
    balancers=st.lists(
        st.builds(
            LoadBalancer,
            st.sampled_from(("arn:x", "arn:y", "arn:q")),
            st.frozensets(st.sampled_from((f"{REGION}a", f"{REGION}b")), max_size=2),
            st.sampled_from(("active", "active_impaired", "provisioning", "failed", "")),
            st.lists(st.sampled_from((A.id, B.id, "")), max_size=2).map(tuple),  # else Hypothesis draws any text
        ),
        max_size=3,
    ).map(tuple),
    private_dns=st.none()
    | st.builds(
        PrivateDns, words, st.sampled_from(("verified", "failed", "pendingVerification", "", "x")), words, words, words
    ),
    principals=st.lists(
        st.builds(Principal, st.sampled_from(PRINCIPALS) | words, st.sampled_from(TYPES)),
        max_size=4,
    ).map(tuple),
    connections=st.lists(
        st.builds(
            Connection,
            st.sampled_from(("vpce-1", "vpce-2", "vpce-3")),
            st.sampled_from((OTHER, ACCOUNT, "", "amazon", "999988887777")),
            st.sampled_from(STATES),
            times,
            zone_names=st.none()
            | st.frozensets(st.sampled_from((f"{REGION}a", f"{REGION}b", f"{REGION}c")), max_size=2),
        ),
        max_size=4,
    ).map(tuple),
    notifications=st.lists(
        st.builds(
            Notification,
            st.sampled_from(("vpce-nfn-1", "vpce-nfn-2")),
            words,
            st.frozensets(st.sampled_from(("Accept", "Connect", "Delete", "Reject", "New"))),
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
)
ENTRIES: Final = (
    '{ principal = "444455556666", purpose = "p", contact = "c", expires = 2026-02-28 }',
    '{ principal = "arn:aws:iam::999988887777:role/r", purpose = "p", contact = "c" }',
    '{ principal = "*", purpose = "p", contact = "c" }',
    '{ principal = "o-z9y8x7w6v5", purpose = "p", contact = "c", expires = 2026-03-01 }',
)
OF_SERVICES: Final = "".join(f'[rules.{rule.id}]\nmode = "notify"\n' for rule in SERVICE_RULES)
STANDARDS: Final = tuple(
    standard(
        organised
        + OF_SERVICES.replace(
            "[rules.service-principals]\n", f"[rules.service-principals]\nregistry = [{registered}]\n"
        )
    )
    for organised in ("", f'[organisation]\nid = "{ORG}"\n')
    for registered in ("", *ENTRIES, ", ".join(ENTRIES))
)
DEMANDS: Final = """
[rules.gateway-missing]
mode = "notify"
[rules.required-endpoints]
mode = "notify"
by_own_name = ["kms"]
demands = [
    { services = ["s3", "dynamodb", "s3express", "dynamodb-streams", "kms", "ecr.api", "notebook"] },
    { tag = "Env=prod", services = ["vpce-svc-0123456789abcdef0", "com.amazonaws.s3-global.accesspoint"] },
    { services = ["s3", "kms", "kms-fips"], hub = "Role=hub" },
    { services = ["ssm"], hub = "vpc-0aaaaaaaaaaaaaaa1" },
    { services = ["ecr.dkr", "dynamodb"], hub = "vpc-0aaaaaaaaaaaaaaa1", hub_account = "444455556666" },
    { services = ["sqs"], hub = "Env=prod", hub_account = "111122223333" },
]
"""
DEMANDING: Final = standard(DEMANDS)


def fit_for_use(found: tuple[Finding, ...], rules: int) -> None:
    """Each rule has spoken, in words that end up in JSON, with commands that AWS would take."""
    assert len(found) == rules
    for one in found:
        assert json.dumps(mapping(one.evidence))
        assert one.message or one.verdict is Verdict.PASS
        assert (one.verdict is Verdict.BREACH) is bool(one.advice)
        for command in commands_of(one.advice):
            assert list(problems_of(command)) == [], command


@settings(deadline=None)
@given(services, st.sampled_from(STANDARDS), st.integers(-40, 40))
def test_any_service_can_be_judged(seen: ServiceSeen, demanded: Any, days: int) -> None:
    """By each rule, at any time."""
    fit_for_use(findings_of(SERVICE_RULES, replace(seen, at=NOW + timedelta(days=days)), demanded), len(SERVICE_RULES))


@settings(deadline=None)
@given(vpcs())
def test_any_vpc_can_be_judged(seen: VpcSeen) -> None:
    """By each rule, whatever is to be seen of it."""
    fit_for_use(findings_of(VPC_RULES, seen, DEMANDING), len(VPC_RULES))


@settings(deadline=None)
@given(services, st.sampled_from(STANDARDS))
def test_a_rule_says_nothing_of_what_it_does_not_declare(seen: ServiceSeen, demanded: Any) -> None:
    """Where it is the only one that is on, no other part is read: it must not take that for nothing."""
    for rule in SERVICE_RULES:
        assert rule.judge(only(seen, rule.needs), demanded) == rule.judge(seen, demanded)


@settings(deadline=None)
@given(services, st.sampled_from(STANDARDS))
def test_the_order_in_which_aws_tells_is_no_news(seen: ServiceSeen, demanded: Any) -> None:
    """EC2 promises none: the same service told otherwise has the same findings, as far as they are told of again."""
    turned = replace(
        seen,
        principals=seen.principals[::-1],
        connections=seen.connections[::-1],
        notifications=seen.notifications[::-1],
        balancers=seen.balancers[::-1],
    )
    one, other = (findings_of(SERVICE_RULES, told, demanded) for told in (seen, turned))
    assert [(found.verdict, found.severity, found.code, sorted(found.parts)) for found in one] == [
        (found.verdict, found.severity, found.code, sorted(found.parts)) for found in other
    ]
