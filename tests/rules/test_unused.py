"""The rule `unused`: what is idle, what is not judged, what it costs, and how it could be made again."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import ACCOUNT, FULL_ACCESS, KEY, NARROW, NOW, REGION, VPC, A, B, C, endpoint, snapshot, standard
from commands import commands_of, problems_of
from warden.model import Breach, EndpointKey, Judgement, Mode, Need, NotApplicable, Pass, Severity, Unknown
from warden.recipe import SHORT, making, saving_policy
from warden.rules.unused import unused
from warden.use import Unused, Use

EACH = '[rules.unused]\nmode = "notify"\neach_zone = true\n'
THREE = (A.id, B.id, C.id)


def use(moved: int) -> Use:
    return Use(NOW - timedelta(days=30), NOW, moved)


def parts(*moved: int, before: int = 0) -> dict[str, Any]:
    """What went through the first subnets, and `before` through others that it no longer has."""
    return {"use": use(sum(moved) + before), "use_by_subnet": dict(zip(THREE, moved, strict=False))}


def judge(toml: str = "", **facts: Any) -> Judgement:
    return unused.judge(snapshot(**facts), standard(toml))


def breach(toml: str = "", **facts: Any) -> Breach:
    judged = judge(toml, **facts)
    assert isinstance(judged, Breach), judged
    return judged


def test_it_is_off_and_only_swept() -> None:
    """It reads CloudWatch, which costs money, and nothing that changes tells it when to look."""
    assert standard("").of(Unused).mode is Mode.OFF
    assert unused.only_swept


def test_idle_endpoints_are_not_skipped_for_want_of_data_points() -> None:
    """CloudWatch has no data points at all of an idle endpoint: that is the finding, and no reason to look away."""
    found = breach(use=use(0), subnet_ids=(A.id, B.id))
    assert found.code == "unused"
    assert found.message == "the endpoint moved no byte in 30 days; its 2 zones cost 14.60 USD a month"
    assert found.evidence == {"days": 30, "bytes": 0, "zones": 2, "usd_per_month": pytest.approx(14.6)}
    assert found.fix is None


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"use": use(1)}, id="one byte"),
        pytest.param(parts(5, 0, 0) | {"subnet_ids": THREE}, id="idle zones are another matter"),
        pytest.param({"use": use(5), "subnet_ids": THREE}, id="of which nothing is asked"),
        pytest.param({"use": use(1), "type_name": "GatewayLoadBalancer"}, id="Gateway Load Balancer"),
    ],
)
def test_what_is_used_passes(facts: dict[str, Any]) -> None:
    """Any byte will do."""
    assert judge(**facts) == Pass()


@pytest.mark.parametrize(
    ("facts", "answer", "why"),
    [
        pytest.param({"type_name": "Gateway"}, NotApplicable, "costs nothing", id="gateway"),
        pytest.param({"type_name": "Resource"}, Unknown, "no metrics of Resource", id="resource"),
        pytest.param({"type_name": "ServiceNetwork"}, Unknown, "no metrics of ServiceNetwork", id="service network"),
        pytest.param({"service_region": "eu-west-1"}, Unknown, "no cross-region", id="cross-region"),
        pytest.param({"key": EndpointKey(ACCOUNT, "us-iso-east-1", KEY.id)}, Unknown, "not documented", id="isolated"),
        pytest.param({"requester_managed": True}, NotApplicable, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "rejected"}, NotApplicable, "rejected", id="dead"),
        pytest.param({"created": NOW - timedelta(days=29)}, NotApplicable, "younger than 30", id="young"),
        pytest.param({"created": None}, Unknown, "when the endpoint was made", id="of unknown age"),
        pytest.param({"at": None}, Unknown, "when the endpoint was made", id="looked at, nobody knows when"),
    ],
)
def test_what_is_not_judged(facts: dict[str, Any], answer: type[Judgement], why: str) -> None:
    """With the reason, and before anything is asked of CloudWatch."""
    judged = judge(**facts)
    assert isinstance(judged, answer), judged
    assert isinstance(judged, NotApplicable | Unknown)
    assert why in judged.why


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="interface"),
        pytest.param({"created": NOW - timedelta(days=30)}, id="just old enough"),
        pytest.param({"service_region": REGION}, id="its own region named"),
        pytest.param({"ip_address_type": "ipv6"}, id="IPv6"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, id="Gateway Load Balancer"),
    ],
)
def test_asks_cloudwatch_for_all_others(facts: dict[str, Any]) -> None:
    """Only where the answer hangs on it."""
    assert judge(**facts) is Need.USE


def test_an_idle_endpoint_of_a_balancer_is_told_too() -> None:
    """EC2 deletes it once no route leads to it, so that comes first; the routes of no other type matter."""
    found = breach(use=use(0), type_name="GatewayLoadBalancer")
    assert found.message == "the endpoint moved no byte in 30 days; its zone costs 7.30 USD a month"
    assert found.in_code is not None
    for words, last in ((found.advice, "delete-vpc-endpoints"), (found.in_code.advice, "out of the code")):
        assert words.index("lead away the routes that lead to it") < words.index(last)
    assert "the routes that lead" not in breach(use=use(0)).advice


def test_days_are_the_standards() -> None:
    """A week, where the standard says so."""
    found = breach("[rules.unused]\ndays = 7\n", use=use(0), created=NOW - timedelta(days=8))
    assert found.message.startswith("the endpoint moved no byte in 7 days")


def test_a_price_that_is_not_known_is_not_guessed() -> None:
    """The finding stands; what it costs is said to be not known."""
    found = breach(use=use(0), key=EndpointKey(ACCOUNT, "xx-nowhere-1", KEY.id))
    assert "is not known" in found.message
    assert found.evidence["usd_per_month"] is None


@pytest.mark.parametrize(
    ("moved", "message"),
    [
        pytest.param(
            (5, 3, 0),
            f"nothing went through {C.id} in 30 days while other zones of the endpoint were used; "
            "1 zone costs 7.30 USD a month",
            id="one",
        ),
        pytest.param(
            (5, 0, 0),
            f"nothing went through {B.id}, {C.id} in 30 days while other zones of the endpoint were used (multi-az "
            "lets 1 of them go); 1 zone costs 7.30 USD a month",
            id="two, and one must stay",
        ),
    ],
)
def test_tells_of_idle_zones_where_it_is_asked_to(moved: tuple[int, ...], message: str) -> None:
    """What each costs; never so many that multi-az would complain."""
    found = breach(EACH, **parts(*moved), subnet_ids=THREE)
    assert (found.code, found.message, found.severity) == ("idle-zones", message, Severity.INFO)
    gone = C.id if moved[1] else B.id
    assert f"--vpc-endpoint-id {KEY.id} --remove-subnet-ids {gone}`" in found.advice


@pytest.mark.parametrize(
    ("toml", "moved", "before"),
    [
        pytest.param(EACH, (5, 0), 0, id="two zones are what multi-az demands"),
        pytest.param(EACH, (5, 5, 5), 0, id="none is idle"),
        pytest.param(EACH, (0, 0, 0), 9, id="all moved through other subnets, before"),
        pytest.param(f"{EACH}[rules.multi-az]\nmin_zones = 3\n", (5, 5, 0), 0, id="three are demanded"),
    ],
)
def test_idle_zones_that_are_nobodys_business(toml: str, moved: tuple[int, ...], before: int) -> None:
    """Nothing that the standard demands is called waste."""
    assert judge(toml, **parts(*moved, before=before), subnet_ids=THREE[: len(moved)]) == Pass()


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        pytest.param({"use": use(5), "subnet_ids": THREE}, Need.USE_BY_SUBNET, id="one zone more than demanded"),
        pytest.param({"use": use(5), "subnet_ids": THREE[:2]}, Pass(), id="no zone too many"),
        pytest.param({"use": use(5), "type_name": "GatewayLoadBalancer"}, Pass(), id="a single zone, by design"),
    ],
)
def test_asks_for_subnets_only_where_a_zone_may_go(facts: dict[str, Any], asked: Judgement) -> None:
    """Each subnet is one more metric, which CloudWatch bills."""
    assert judge(EACH, **facts) == asked


def test_the_recipe_has_all_that_is_known_of_it() -> None:
    """Read back as a shell would: VPC, service, subnets, groups, private DNS, addresses, policy and tags."""
    here = endpoint(
        subnet_ids=(A.id, B.id),
        security_group_ids=("sg-1", "sg-2"),
        private_dns=True,
        ip_address_type="dualstack",
        policy=NARROW,
        tags={"Name": "the team's; $x", "aws:cloudformation:stack-name": "s"},
    )
    words = shlex.split(making(here))
    assert words[:5] == ["aws", "ec2", "create-vpc-endpoint", "--region", REGION]
    assert words[5:-2] == [
        *("--vpc-id", VPC, "--vpc-endpoint-type", "Interface", "--service-name", f"com.amazonaws.{REGION}.kms"),
        *("--subnet-ids", A.id, B.id, "--security-group-ids", "sg-1", "sg-2", "--private-dns-enabled"),
        *("--ip-address-type", "dualstack", "--policy-document", NARROW),
    ]
    assert words[-2] == "--tag-specifications"
    tags = [{"Key": "Name", "Value": "the team's; $x"}]
    assert json.loads(words[-1]) == [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    assert saving_policy(here) == ""


@pytest.mark.parametrize(
    ("facts", "options"),
    [
        pytest.param({"private_dns": True}, "PrivateDnsOnlyForInboundResolverEndpoint=false", id="for everybody"),
        pytest.param(
            {"private_dns": True, "inbound_only": True}, "PrivateDnsOnlyForInboundResolverEndpoint=true", id="inbound"
        ),
        pytest.param({"private_dns": False}, "", id="private DNS is off"),
        pytest.param(
            {"private_dns": True, "service_name": f"com.amazonaws.{REGION}.kms"}, "", id="no gateway endpoint"
        ),
        pytest.param({"private_dns": True, "service_name": f"com.amazonaws.{REGION}.s3tables"}, "", id="a like name"),
    ],
)
def test_the_recipe_says_whom_private_dns_of_s3_serves(facts: dict[str, Any], options: str) -> None:
    """EC2 takes the silence for inbound endpoints alone, and refuses that without a gateway endpoint."""
    words = shlex.split(making(endpoint(**{"service_name": f"com.amazonaws.{REGION}.s3"} | facts)))
    assert ("--dns-options" in words) is bool(options)
    assert not options or words[words.index("--dns-options") + 1] == options


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        pytest.param(FULL_ACCESS, False, id="the default"),
        pytest.param(FULL_ACCESS.replace("{", '{"Version": "2008-10-17", ', 1), False, id="in its other spelling"),
        pytest.param(FULL_ACCESS.replace("{", '{"Version": "2012-10-17", ', 1), True, id="somebody wrote it"),
        pytest.param(NARROW, True, id="a narrow one"),
    ],
)
def test_the_recipe_leaves_out_the_default_policy(policy: str, *, kept: bool) -> None:
    """EC2 attaches it anyway, and services of others take no policy document but it."""
    assert ("--policy-document" in making(endpoint(policy=policy))) is kept


def test_every_command_is_one_that_aws_takes() -> None:
    """As far as its models tell."""
    facts: list[dict[str, Any]] = [
        {"private_dns": True, "service_name": f"com.amazonaws.{REGION}.s3", "tags": {"Name": "a b"}},
        {"policy": " " * SHORT + NARROW, "ip_address_type": "dualstack", "subnet_ids": THREE},
        {
            "service_name": f"com.amazonaws.vpce.{REGION}.vpce-svc-1",
            "policy": FULL_ACCESS,
            "security_group_ids": ("sg",),
        },
    ]
    for some in facts:
        commands = commands_of(breach(use=use(0), **some).advice)
        assert len(commands) >= 3
        assert [list(problems_of(words)) for words in commands] == [[] for _ in commands]


def test_no_backtick_of_a_tag_or_a_policy_ends_the_command() -> None:
    """Anybody may write one; AWS reads it out of the JSON again."""
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "a\\`"}
    policy = json.dumps({"Statement": [{**allowed, "Sid": "`rm`"}]})
    found = breach(use=use(0), tags={"Na`me": "`id` \\` x"}, policy=policy)
    (made,) = [words for words in commands_of(found.advice) if words[2] == "create-vpc-endpoint"]
    assert json.loads(made[made.index("--policy-document") + 1]) == json.loads(policy)
    assert json.loads(made[-1])[0]["Tags"] == [{"Key": "Na`me", "Value": "`id` \\` x"}]
    assert found.advice.count("`") == 6, "three commands"


def test_a_long_policy_is_saved_to_a_file() -> None:
    """The advice says how, before it says how to delete."""
    found = breach(use=use(0), policy=" " * SHORT + NARROW)
    file = f"{KEY.id}-policy.json"
    saved, deleted = found.advice.index(f"--output text > {file}"), found.advice.index("delete-vpc-endpoints")
    assert saved < deleted < found.advice.index(f"file://{file}")


def test_the_recipe_of_a_balancers_endpoint() -> None:
    """No groups, no DNS, no policy, and no tags where it has none."""
    here = endpoint(
        type_name="GatewayLoadBalancer", service_name="com.amazonaws.vpce.us-east-1.vpce-svc-1", policy=None
    )
    assert making(here) == (
        f"aws ec2 create-vpc-endpoint --region {REGION} --vpc-id {VPC} --vpc-endpoint-type GatewayLoadBalancer "
        f"--service-name com.amazonaws.vpce.us-east-1.vpce-svc-1 --subnet-ids {A.id} --ip-address-type ipv4"
    )


def test_no_recipe_leads_nowhere() -> None:
    """An endpoint whose service EC2 does not tell cannot be made again from what is known."""
    idle = snapshot(use=use(0))
    found = unused.judge(replace(idle, endpoint=replace(idle.endpoint, service_name="")), standard(""))
    assert isinstance(found, Breach)
    assert "create-vpc-endpoint" not in found.advice
    assert "where it leads, EC2 does not tell" in found.advice
