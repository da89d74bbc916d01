"""The rule `required-endpoints`: what a VPC must have, what counts as having it, and what is not to be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import ACCOUNT, KEY, REGION, VPC, A, B, C, endpoint, standard, subnet, vpc, vpc_seen
from commands import commands_of, problems_of
from warden.code_changes import AddEndpoint, AddTables, Beside, OfEndpoint, SetPrivateDns
from warden.creating import POLICY
from warden.demands import Demand, Tag
from warden.errors import BadStandard
from warden.managed import TERRAFORM
from warden.model import Breach, Endpoint, EndpointKey, NotApplicable, Pass, Unknown
from warden.neighbours import Route, RouteTable
from warden.rules.required_endpoints import RequiredEndpoints, required_endpoints
from warden.rules.rule import Answer
from warden.subjects import VpcSeen

HUB = "vpc-0aaaaaaaaaaaaaaa1"
OTHER = "444455556666"


def demands(*services: str, more: str = "") -> str:
    """A standard with one demand of these services."""
    named = ", ".join(f'"{one}"' for one in services)
    return f"[rules.required-endpoints]\ndemands = [{{ services = [{named}]{more} }}]\n"


def judge(seen: VpcSeen, toml: str) -> Answer:
    return required_endpoints.judge(seen, standard(toml))


def to(service: str, **facts: Any) -> Endpoint:
    """A working interface endpoint to the service, by its short name."""
    return endpoint(**{"service_name": f"com.amazonaws.{REGION}.{service}", "private_dns": True} | facts)


def gateway(service: str = "s3", *tables: str, **facts: Any) -> Endpoint:
    """A gateway endpoint on these route tables."""
    made = {"type_name": "Gateway", "subnet_ids": (), "private_dns": False, "route_table_ids": tables or ("rtb-main",)}
    return to(service, **made | facts)


def breach(seen: VpcSeen, toml: str) -> Breach:
    found = judge(seen, toml)
    assert isinstance(found, Breach), found
    return found


def missing(seen: VpcSeen, *services: str, more: str = "") -> object:
    return breach(seen, demands(*services, more=more)).evidence["missing"]


@pytest.mark.parametrize(
    ("service", "name"),
    [
        pytest.param("ssm", "com.amazonaws.us-east-1.ssm", id="plain"),
        pytest.param("ecr.api", "com.amazonaws.us-east-1.ecr.api", id="of two parts"),
        pytest.param("kms", "com.amazonaws.us-east-1.kms-fips", id="FIPS counts"),
        pytest.param("kms-fips", "com.amazonaws.us-east-1.kms-fips", id="FIPS by its own name"),
        pytest.param("s3express", "com.amazonaws.us-east-1.s3express", id="directory buckets"),
        pytest.param("notebook", "aws.sagemaker.us-east-1.notebook", id="SageMaker"),
        pytest.param("ecr.api", "cn.com.amazonaws.us-east-1.ecr.api", id="China's beginning"),
        pytest.param("com.amazonaws.s3-global.accesspoint", "com.amazonaws.s3-global.accesspoint", id="whole"),
        pytest.param("s3-global.accesspoint", "com.amazonaws.s3-global.accesspoint", id="short, of no region"),
        pytest.param("route53", "com.amazonaws.route53", id="another of no region"),
        pytest.param("vpce-svc-0123456789abcdef0", "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0", id="own"),
    ],
)
def test_names_are_found(service: str, name: str) -> None:
    """The short name of a service, or its whole one."""
    assert judge(vpc_seen(to("x", service_name=name)), demands(service)) == Pass()


@pytest.mark.parametrize(
    ("service", "other"),
    [
        pytest.param("ec2", "ec2messages", id="ec2 is not ec2messages"),
        pytest.param("ssm", "ssmmessages", id="ssm is not ssmmessages"),
        pytest.param("ssm-contacts", "ssm", id="ssm-contacts is not ssm"),
        pytest.param("ssm-incidents", "ssm", id="ssm-incidents is not ssm"),
        pytest.param("s3", "s3express", id="s3 is not s3express"),
        pytest.param("ecr.api", "ecr.dkr", id="two of one service"),
        pytest.param("bedrock", "bedrock-runtime", id="bedrock is not bedrock-runtime"),
        pytest.param("api", "ecr.api", id="no end of a name"),
        pytest.param("kms-fips", "kms", id="the plain one is not FIPS"),
        pytest.param("s3", "s3-outposts", id="no beginning of a name"),
    ],
)
def test_ec2_is_not_ec2messages(service: str, other: str) -> None:
    """Names are compared whole."""
    assert missing(vpc_seen(to(other)), service) == [service]
    assert judge(vpc_seen(to(service)), demands(service)) == Pass()


@pytest.mark.parametrize(
    "identifier",
    [
        pytest.param("0123456789abc0ec2", id="at its end"),
        pytest.param("0ec2456789abcdef0", id="within"),
    ],
)
def test_an_id_with_ec2_in_it_is_not_ec2(identifier: str) -> None:
    """The ids of endpoint services are hexadecimal, and some spell a service's name."""
    there = to("x", service_name=f"com.amazonaws.vpce.{REGION}.vpce-svc-{identifier}")
    assert missing(vpc_seen(there), "ec2") == ["ec2"]


def test_one_good_endpoint_does_not_make_the_vpc_compliant() -> None:
    """Not for another service, and not for another VPC."""
    good = to("ssm")
    found = breach(vpc_seen(good), demands("ssm", "ssmmessages", "ec2messages"))
    assert found.evidence["missing"] == ["ssmmessages", "ec2messages"]
    assert found.message == "the VPC has no working endpoint for ssmmessages and ec2messages"
    other = vpc_seen(vpc=vpc(id=HUB))
    both = {VPC: vpc_seen(good), HUB: other}
    assert missing(replace(other, hubs=both), "ssm") == ["ssm"]
    assert judge(replace(both[VPC], hubs=both), demands("ssm")) == Pass()


def test_another_list_of_missing_services_is_news() -> None:
    """The code is the same and the parts are not."""
    one, two = (breach(vpc_seen(*some), demands("ssm", "kms")) for some in ((to("ssm"),), ()))
    assert one.code == two.code
    assert (one.parts, two.parts) == (("kms missing-endpoints",), ("kms missing-endpoints", "ssm missing-endpoints"))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param({"Env": "prod"}, Breach, id="chosen"),
        pytest.param({"Env": "Prod"}, NotApplicable, id="values are exact"),
        pytest.param({"env": "prod"}, NotApplicable, id="keys are exact"),
        pytest.param({}, NotApplicable, id="no tag"),
    ],
)
def test_vpcs_are_chosen_by_tag(tags: dict[str, str], expected: type[Answer]) -> None:
    """Only those with the tag are asked for it."""
    assert isinstance(judge(vpc_seen(vpc=vpc(tags=tags)), demands("ssm", more=', tag = "Env=prod"')), expected)


def test_demands_add_up() -> None:
    """A VPC must have what each demand that chooses it lists."""
    toml = (
        "[rules.required-endpoints]\n"
        'demands = [{ services = ["kms"] }, { services = ["ssm", "kms"], tag = "Env=prod" }]\n'
    )
    assert breach(vpc_seen(vpc=vpc(tags={"Env": "prod"})), toml).evidence["missing"] == ["kms", "ssm"]
    assert breach(vpc_seen(), toml).evidence["missing"] == ["kms"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        pytest.param({"state": "rejected"}, f"ssm: {KEY.id} is rejected", id="rejected"),
        pytest.param({"state": "failed"}, f"ssm: {KEY.id} is failed", id="failed"),
        pytest.param({"state": "deleting"}, "ssm: ", id="on its way out"),
        pytest.param({"subnet_ids": ()}, f"ssm: {KEY.id} stands in no subnet", id="in no subnet"),
        pytest.param({"private_dns": False}, f"the private DNS of {KEY.id} for ssm is off", id="private DNS off"),
        pytest.param({"inbound_only": True}, "serves the Resolver's inbound endpoints alone", id="inbound only"),
        pytest.param(
            {"service_region": "eu-west-1", "service_name": "com.amazonaws.eu-west-1.ssm"}, "for ssm", id="elsewhere"
        ),
        pytest.param({"type_name": "Resource", "service_name": ""}, "for ssm", id="a resource"),
    ],
)
def test_what_does_not_count(facts: dict[str, Any], words: str) -> None:
    """An endpoint that serves nobody, or that nobody finds, and why."""
    found = breach(vpc_seen(to("ssm", **facts)), demands("ssm"))
    assert found.evidence["missing"] == ["ssm"]
    assert words in found.message


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"requester_managed": True}, id="an AWS service's own, if clients find it"),
        pytest.param({"ip_address_type": "dualstack"}, id="dual-stack"),
        pytest.param({"ip_address_type": "ipv6"}, id="IPv6 alone"),
    ],
)
def test_what_counts(facts: dict[str, Any]) -> None:
    """Whatever is available and found by the service's name."""
    assert judge(vpc_seen(to("ssm", **facts)), demands("ssm")) == Pass()


def test_a_dead_one_beside_a_good_one_is_no_matter() -> None:
    """What works counts."""
    dead = to("ssm", key=replace(KEY, id="vpce-0000000000000dead"), state="failed")
    assert judge(vpc_seen(dead, to("ssm")), demands("ssm")) == Pass()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"state": "pending"}, f"{KEY.id} is pending", id="pending"),
        pytest.param({"state": "pendingacceptance"}, f"{KEY.id} is pendingacceptance", id="not accepted yet"),
        pytest.param({"state": "partial"}, f"{KEY.id} is partial", id="in part"),
        pytest.param({"type_name": "Tunnel"}, "is of type Tunnel", id="a type that is not known"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, "is of type GatewayLoadBalancer", id="by routes"),
    ],
)
def test_what_may_count_is_unknown(facts: dict[str, Any], why: str) -> None:
    """Neither missing nor there."""
    found = judge(vpc_seen(to("ssm", **facts)), demands("ssm"))
    assert isinstance(found, Unknown)
    assert found.why.startswith("of ssm it cannot be told: ")
    assert why in found.why


def test_doubts_do_not_hide_what_is_missing() -> None:
    """One service is pending, another is not there: a breach, and the doubt is told with it."""
    found = breach(vpc_seen(to("ssm", state="pending")), demands("ssm", "kms"))
    assert found.evidence["missing"] == ["kms"]
    assert found.evidence["not_known"] == ["ssm"]
    assert "of ssm it cannot be told" in found.message


PUBLIC = RouteTable("rtb-public", VPC, (Route("0.0.0.0/0", "igw-1"),), (C.id,))
MAIN = RouteTable("rtb-main", VPC, main=True)


@pytest.mark.parametrize(
    ("endpoints", "uncovered"),
    [
        pytest.param((gateway("s3", "rtb-main", "rtb-public"),), [], id="all"),
        pytest.param((gateway("s3", route_table_ids=()),), [A.id, B.id, C.id], id="on no table"),
        pytest.param((gateway("s3", "rtb-main"),), [C.id], id="not the table of one subnet"),
        pytest.param((gateway("s3", "rtb-public"),), [A.id, B.id], id="not the main table"),
        pytest.param((gateway("s3", "rtb-main"), gateway("s3", "rtb-public")), [], id="two together"),
        pytest.param((gateway("s3", "rtb-main"), to("s3")), [], id="an interface endpoint serves the rest"),
        pytest.param((gateway("s3", "rtb-main"), to("s3", inbound_only=True)), [C.id], id="but not an inbound one"),
    ],
)
def test_a_gateway_endpoint_covers_subnets(endpoints: tuple[Endpoint, ...], uncovered: list[str]) -> None:
    """By their route tables; which ones it leaves out is named."""
    seen = vpc_seen(*endpoints, route_tables=(MAIN, PUBLIC))
    if not uncovered:
        assert judge(seen, demands("s3")) == Pass()
        return
    found = breach(seen, demands("s3"))
    assert (found.code, found.evidence["uncovered_subnets"]) == ("subnets-uncovered", sorted(uncovered))
    assert all(one in found.message for one in uncovered)


def test_a_gateway_endpoint_is_put_on_the_missing_tables() -> None:
    """The command names the endpoint and the tables."""
    found = breach(vpc_seen(gateway(), route_tables=(MAIN, PUBLIC)), demands("s3"))
    assert found.advice == (
        f"for s3: `aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id} "
        "--add-route-table-ids rtb-public`"
    )


def test_a_route_table_that_is_not_seen_is_unknown() -> None:
    """Whether the endpoint covers its subnets cannot be told."""
    tables = (RouteTable("rtb-a", VPC, subnet_ids=(A.id, B.id)),)
    found = judge(vpc_seen(gateway("s3", "rtb-a"), route_tables=tables), demands("s3"))
    assert found == Unknown(f"of s3 it cannot be told: the route table of {C.id} is not to be seen")


@pytest.mark.parametrize(
    ("services", "own_name"),
    [
        pytest.param("transfer.server", 'by_own_name = ["transfer.server"]\n', id="as the standard says"),
        pytest.param("vpce-svc-0123456789abcdef0", "", id="another account's service"),
    ],
)
def test_where_clients_name_the_endpoint_private_dns_may_be_off(services: str, own_name: str) -> None:
    """They find it otherwise."""
    there = to("x", service_name=f"com.amazonaws.{REGION}.{services}", private_dns=False)
    assert judge(vpc_seen(there), demands(services) + own_name) == Pass()


def hub(*endpoints: Endpoint, **facts: Any) -> VpcSeen:
    """A hub VPC with these endpoints."""
    return vpc_seen(*endpoints, vpc=vpc(id=HUB, tags={"Role": "hub"}, **facts))


def beside(*others: VpcSeen, endpoints: tuple[Endpoint, ...] = ()) -> VpcSeen:
    """The VPC with these beside it."""
    here = vpc_seen(*endpoints)
    return replace(here, hubs={one.key.id: one for one in (here, *others)})


BY_HUB = "by way of the hub {}: ssm, if the names lead clients there, which is not read"
BY_ID, BY_TAG = f', hub = "{HUB}"', ', hub = "Role=hub"'


@pytest.mark.parametrize("more", [pytest.param(BY_ID, id="by id"), pytest.param(BY_TAG, id="by tag")])
@pytest.mark.parametrize("private_dns", [True, False])
def test_the_hubs_endpoints_count(more: str, *, private_dns: bool) -> None:
    """For the VPCs that the standard says, with private DNS off as with a private hosted zone of one's own."""
    there = to("ssm", private_dns=private_dns, vpc_id=HUB)
    name = HUB if more == BY_ID else "with the tag Role=hub"
    assert judge(beside(hub(there)), demands("ssm", more=more)) == Pass(BY_HUB.format(name))
    assert judge(hub(there), demands("ssm", more=more)) == Pass()
    assert missing(beside(hub(there)), "ssm") == ["ssm"], "no hub was named"


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param(to("kms"), Breach, id="another service"),
        pytest.param(gateway("ssm"), Breach, id="a gateway endpoint serves its own VPC alone"),
        pytest.param(to("ssm", state="failed"), Breach, id="dead"),
        pytest.param(to("ssm", subnet_ids=()), Breach, id="in no subnet"),
        pytest.param(to("ssm", state="pending"), Unknown, id="pending"),
    ],
)
def test_not_everything_in_the_hub_counts(there: Endpoint, expected: type[Answer]) -> None:
    """It must work, for other VPCs too."""
    assert isinstance(judge(beside(hub(there)), demands("ssm", more=BY_ID)), expected)


@pytest.mark.parametrize(
    ("seen", "more", "why"),
    [
        pytest.param(beside(), BY_ID, f"the hub {HUB} is not to be seen", id="in another account"),
        pytest.param(beside(), BY_TAG, "the hub with the tag Role=hub is not to be seen", id="none with the tag"),
        pytest.param(beside(hub(owner=OTHER)), BY_ID, f"the hub {HUB} is shared by account {OTHER}", id="shared"),
    ],
)
def test_a_hub_that_is_not_seen_makes_it_unknown(seen: VpcSeen, more: str, why: str) -> None:
    """Its endpoints may be there; those of the VPC itself count all the same."""
    found = judge(seen, demands("ssm", more=more))
    assert isinstance(found, Unknown)
    assert why in found.why
    assert judge(replace(seen, endpoints=(to("ssm"),)), demands("ssm", more=more)) == Pass()


HUBS = "222233334444"
"""The account that has the hub."""
TRUSTED_ID, TRUSTED_TAG = (f'{more}, hub_account = "{HUBS}"' for more in (BY_ID, BY_TAG))
WORD = (
    "{}: not seen here, and taken on the standard's word (hub_account) that the hub {} of account 222233334444 has {}, "
    "which only that account can judge"
)


@pytest.mark.parametrize(
    ("seen", "more", "name"),
    [
        pytest.param(beside(), TRUSTED_ID, HUB, id="not to be seen, by id"),
        pytest.param(beside(), TRUSTED_TAG, "with the tag Role=hub", id="not to be seen, by tag"),
        pytest.param(beside(hub(owner=HUBS)), TRUSTED_ID, HUB, id="shared with us"),
        pytest.param(beside(hub()), TRUSTED_TAG, "with the tag Role=hub", id="one of ours with its tag is none"),
        pytest.param(hub(), TRUSTED_TAG, "with the tag Role=hub", id="nor is the VPC itself"),
        pytest.param(beside(endpoints=(to("ssm", private_dns=False),)), TRUSTED_ID, HUB, id="one without a name here"),
        pytest.param(beside(endpoints=(to("ssm", state="failed"),)), TRUSTED_ID, HUB, id="a dead one here"),
        pytest.param(beside(endpoints=(to("ssm", state="pending"),)), TRUSTED_ID, HUB, id="one on its way here"),
    ],
)
def test_the_standards_word_is_taken_for_a_hub_of_another_account(seen: VpcSeen, more: str, name: str) -> None:
    """Without it, the VPC would be UNKNOWN for ever; and whose word it is, is said."""
    assert judge(seen, demands("ssm", more=more)) == NotApplicable(WORD.format("ssm", name, "it"))
    both = judge(seen, demands("ssm", "kms", more=more))
    assert both == NotApplicable(WORD.format("ssm and kms", name, "them"))


@pytest.mark.parametrize(
    ("endpoints", "found"),
    [
        pytest.param((), NotApplicable(WORD.format("ssm and kms", HUB, "them")), id="nothing is seen"),
        pytest.param((to("ssm"),), Pass(WORD.format("kms", HUB, "it")), id="one is seen"),
        pytest.param((to("ssm"), to("kms")), Pass(), id="all are seen"),
    ],
)
def test_what_is_found_here_needs_nobodys_word(endpoints: tuple[Endpoint, ...], found: Answer) -> None:
    """PASS speaks of what was seen, and says what was not."""
    assert judge(beside(endpoints=endpoints), demands("ssm", "kms", more=TRUSTED_ID)) == found


def demand(*services: str, more: str = "") -> str:
    """A further demand, to follow those of `demands`."""
    return demands(*services, more=more).partition("demands = [")[2].removesuffix("]\n")


def test_the_word_covers_its_own_demand_alone() -> None:
    """What another demand wants is to be seen: people hear of it, and of its end."""
    toml = demands("ssm", more=TRUSTED_ID).replace("}]", f"}}, {demand('s3')}]")
    found = breach(beside(), toml)
    assert (found.evidence["missing"], found.evidence["on_word"]) == (["s3"], ["ssm"])
    assert found.message == "the VPC has no working endpoint for s3"
    assert judge(beside(endpoints=(gateway(),)), toml) == Pass(WORD.format("ssm", HUB, "it"))
    assert judge(beside(endpoints=(gateway(state="pending"),)), toml) == Unknown(
        f"of s3 it cannot be told: {KEY.id} is pending"
    )


@pytest.mark.parametrize(
    ("seen", "more", "why"),
    [
        pytest.param(
            beside(hub()),
            TRUSTED_ID,
            f"the hub {HUB} is account {ACCOUNT}'s, and by the standard account {HUBS}'s",
            id="ours",
        ),
        pytest.param(
            beside(hub(owner=OTHER)),
            TRUSTED_ID,
            f"the hub {HUB} is account {OTHER}'s, and by the standard account {HUBS}'s",
            id="another's",
        ),
        pytest.param(
            beside(),
            f'{BY_ID}, hub_account = "{ACCOUNT}"',
            f"the hub {HUB} is not to be seen from this account and region",
            id="said to be here, and is not",
        ),
    ],
)
def test_a_word_that_is_belied_is_not_taken(seen: VpcSeen, more: str, why: str) -> None:
    """Something is wrong with the standard; endpoints that are seen in the hub count all the same."""
    assert judge(seen, demands("ssm", more=more)) == Unknown(f"of ssm it cannot be told: {why}")
    there = {name: replace(one, endpoints=(to("ssm", vpc_id=HUB),)) for name, one in seen.hubs.items() if name == HUB}
    if there:
        found = judge(replace(seen, hubs={**seen.hubs, **there}), demands("ssm", more=more))
        assert found == Pass(BY_HUB.format(HUB))


OURS = f', tag = "Env=prod"{BY_ID}, hub_account = "{ACCOUNT}"'
"""What the standard says of the hub, as the hub's own account reads it."""


@pytest.mark.parametrize(
    ("endpoints", "missing"),
    [
        pytest.param((to("s3", private_dns=False),), [], id="it has them"),
        pytest.param((), ["s3"], id="it lacks one"),
        pytest.param((gateway(),), ["s3"], id="a gateway endpoint serves the hub alone"),
    ],
)
@pytest.mark.parametrize("subnets", [(A, B, C), ()], ids=["subnets", "no subnets"])
def test_the_hub_is_held_to_the_word_in_its_own_account(
    endpoints: tuple[Endpoint, ...], missing: list[str], subnets: tuple[Any, ...]
) -> None:
    """Whatever its tags, and with or without clients of its own: else nobody would judge what all rely on."""
    seen = replace(hub(*endpoints), subnets=subnets)
    if not missing:
        assert judge(seen, demands("s3", more=OURS)) == Pass()
        return
    found = breach(seen, demands("s3", more=OURS))
    assert (found.code, found.evidence["missing"]) == ("missing-endpoints", missing)
    assert "--vpc-endpoint-type Interface" in found.advice
    if endpoints:
        assert f"s3: {KEY.id} is a gateway endpoint and serves its own VPC alone" in found.message


def test_without_the_word_a_hub_is_as_any_other_vpc() -> None:
    """Its tags say what is demanded of it, and its own gateway endpoint serves it."""
    assert isinstance(judge(hub(), demands("s3", more=f', tag = "Env=prod"{BY_ID}')), NotApplicable)
    assert judge(hub(gateway()), demands("s3", more=BY_ID)) == Pass()
    assert isinstance(judge(replace(hub(), subnets=()), demands("s3", more=BY_ID)), NotApplicable)


def test_vpcs_of_the_hubs_own_account_see_it() -> None:
    """There the word is not needed: what is missing in the hub is missing for them."""
    assert missing(beside(hub()), "ssm", more=f'{BY_ID}, hub_account = "{ACCOUNT}"') == ["ssm"]
    found = judge(beside(hub(to("ssm"))), demands("ssm", more=f'{BY_ID}, hub_account = "{ACCOUNT}"'))
    assert found == Pass(BY_HUB.format(HUB))


@pytest.mark.parametrize("endpoints", [(), (to("ssm"),)], ids=["none", "one of ours"])
def test_a_vpc_of_another_account_is_never_missing_anything(endpoints: tuple[Endpoint, ...]) -> None:
    """Its owner's endpoints and tags are not to be seen here."""
    found = judge(vpc_seen(*endpoints, vpc=vpc(owner=OTHER)), demands("ssm"))
    assert isinstance(found, Unknown)
    assert OTHER in found.why


def test_a_vpc_without_subnets_needs_nothing() -> None:
    """Nobody is in it."""
    assert isinstance(judge(vpc_seen(subnets=()), demands("ssm")), NotApplicable)


def test_nothing_demanded() -> None:
    """Without demands the rule has nothing to say, of a shared VPC too."""
    assert isinstance(judge(vpc_seen(vpc=vpc(owner=OTHER)), ""), NotApplicable)


def command(seen: VpcSeen, service: str, more: str = "") -> str:
    """The command that the breach advises; beside one that makes an endpoint stands what its policy is."""
    said = breach(seen, demands(service, more=more)).advice
    found = said.removeprefix(f"for {service}: ").removesuffix(f"; {POLICY}").strip("`")
    assert said.endswith(POLICY) is ("create-vpc-endpoint" in found)
    return found


CREATE = f"aws ec2 create-vpc-endpoint --region {REGION} --vpc-id"
FULL = replace(A, id="subnet-0f", free_addresses=0)
OPEN = replace(B, id="subnet-0e", free_addresses=4_000, private=False)


def test_advice_makes_an_interface_endpoint_in_two_zones() -> None:
    """In private subnets with room; who may come in is to be filled in."""
    assert command(vpc_seen(subnets=(FULL, A, OPEN, B)), "ssm") == (
        f"{CREATE} {VPC} --vpc-endpoint-type Interface --service-name com.amazonaws.{REGION}.ssm "
        f"--subnet-ids {A.id} {B.id} --security-group-ids SECURITY_GROUP --private-dns-enabled"
    )


@pytest.mark.parametrize(
    ("subnets", "words"),
    [
        pytest.param((A,), f"--subnet-ids {A.id} --security", id="one zone is all there is"),
        pytest.param((replace(A, ipv4=False, ipv6=True), B), f"--subnet-ids {B.id} --security", id="one has no IPv4"),
        pytest.param(
            (replace(A, ipv4=False, ipv6=True), replace(B, ipv4=False, ipv6=True)),
            f"--subnet-ids {A.id} {B.id} --security-group-ids SECURITY_GROUP --ip-address-type ipv6 --private",
            id="IPv6 alone",
        ),
    ],
)
def test_advice_takes_the_subnets_that_there_are(subnets: tuple[Any, ...], words: str) -> None:
    """No more than can be had."""
    assert words in command(vpc_seen(subnets=subnets), "ssm")


@pytest.mark.parametrize(
    ("service", "more"),
    [
        ("com.amazonaws.eu-west-1.kms", "--service-region eu-west-1 "),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", "--service-region eu-west-1 "),
        (f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0", ""),
        ("com.amazonaws.route53", ""),
    ],
)
def test_advice_names_the_region_of_a_service_abroad(service: str, more: str) -> None:
    """EC2 knows it by its name there, and by no name here."""
    made = command(vpc_seen(subnets=(A,)), service)
    assert f"--service-name {service} {more}--subnet-ids" in made


def test_advice_makes_a_gateway_endpoint_where_there_is_one() -> None:
    """S3 costs nothing by a gateway endpoint on every subnet's route table."""
    off = to("s3", private_dns=False)
    for seen in (vpc_seen(route_tables=(MAIN, PUBLIC)), vpc_seen(off, route_tables=(MAIN, PUBLIC))):
        assert command(seen, "s3") == (
            f"{CREATE} {VPC} --vpc-endpoint-type Gateway --service-name com.amazonaws.{REGION}.s3 "
            "--route-table-ids rtb-main rtb-public"
        )


def test_advice_turns_private_dns_on() -> None:
    """Where that is all."""
    assert command(vpc_seen(to("ssm", private_dns=False)), "ssm") == (
        f"aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id} --private-dns-enabled"
    )


def test_advice_makes_it_in_the_hub() -> None:
    """With private DNS off, since the hub's hosted zone has the name."""
    found = command(beside(replace(hub(), subnets=(subnet(2, vpc_id=HUB),))), "ssm", BY_ID)
    assert found.startswith(f"{CREATE} {HUB} --vpc-endpoint-type Interface")
    assert found.endswith("--no-private-dns-enabled")
    assert "--vpc-endpoint-type Gateway" in command(beside(hub()), "s3", BY_ID), "what costs nothing is made here"


@pytest.mark.parametrize(
    ("region", "service", "name"),
    [
        pytest.param("cn-north-1", "ssm", "cn.com.amazonaws.cn-north-1.ssm", id="China"),
        pytest.param("cn-north-1", "s3", "com.amazonaws.cn-north-1.s3", id="China's gateways"),
        pytest.param("us-gov-west-1", "ssm", "com.amazonaws.us-gov-west-1.ssm", id="GovCloud"),
        pytest.param("eu-west-1", "aws.sagemaker.eu-west-1.studio", "aws.sagemaker.eu-west-1.studio", id="whole"),
        pytest.param("eu-west-1", "vpce-svc-01234567", "com.amazonaws.vpce.eu-west-1.vpce-svc-01234567", id="own"),
    ],
)
def test_advice_names_the_service_whole(region: str, service: str, name: str) -> None:
    """As EC2 wants it."""
    seen = vpc_seen(key=EndpointKey(ACCOUNT, region, VPC))
    assert f"--service-name {name} " in command(seen, service)


def test_gravest_code_comes_first() -> None:
    """One breach for the VPC, with each service in it."""
    seen = vpc_seen(gateway("s3", "rtb-main"), to("kms", private_dns=False), route_tables=(MAIN, PUBLIC))
    assert breach(seen, demands("s3", "kms", "ssm")).code == "missing-endpoints"
    assert breach(seen, demands("s3", "kms")).code == "private-dns-off"
    assert breach(seen, demands("s3", "kms")).parts == ("kms private-dns-off", "s3 subnets-uncovered")


def test_reads_its_settings() -> None:
    """Tags and hubs of both kinds."""
    toml = demands("ssm", "ecr.api", more=', tag = "Env=prod", hub = "Role=hub"')
    assert standard(toml).of(RequiredEndpoints).demands == (
        Demand(("ssm", "ecr.api"), Tag("Env", "prod"), Tag("Role", "hub")),
    )
    (trusted,) = standard(demands("ssm", more=TRUSTED_ID)).of(RequiredEndpoints).demands
    assert (trusted.hub, trusted.hub_account) == (HUB, HUBS)


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        pytest.param('"ssm"', "tables such as", id="no table"),
        pytest.param('{ tag = "a=b" }', "tables such as", id="no services"),
        pytest.param('{ services = ["ssm"], tags = [] }', "tables such as", id="another key"),
        pytest.param("{ services = [] }", "at least one service", id="none"),
        pytest.param('{ services = "ssm" }', 'a list (entry 1, services is "ssm")', id="no list"),
        pytest.param(
            '{ services = ["s3", "SSM"] }', 'ssm, s3 or ecr.api (entry 1, services, entry 2 is "SSM")', id="spelling"
        ),
        pytest.param(
            '{ services = ["ssm"], tag = "Env" }', 'tags written as "key=value" (entry 1, tag is "Env")', id="tag"
        ),
        pytest.param('{ services = ["ssm"], hub = "vpc-1" }', 'a tag "key=value" (entry 1, hub is "vpc-1")', id="hub"),
        pytest.param(
            '{ services = ["ssm"], hub_account = "222233334444" }', "beside the hub that is in it", id="account alone"
        ),
        pytest.param(
            '{ services = ["ssm"], hub = "a=b", hub_account = 222233334444 }',
            "12 digits, in quotes (entry 1, hub_account is 222233334444)",
            id="account",
        ),
    ],
)
def test_wrong_demands_are_errors_of_the_standard(value: str, allowed: str) -> None:
    """Each says what is allowed."""
    with pytest.raises(BadStandard) as caught:
        standard(f"[rules.required-endpoints]\ndemands = [{value}]\n")
    assert allowed in str(caught.value)


@pytest.mark.parametrize(
    ("service", "kind", "name"),
    [
        pytest.param("ssm", "Interface", "com.amazonaws.us-east-1.ssm", id="most"),
        pytest.param("s3", "Gateway", "com.amazonaws.us-east-1.s3", id="S3"),
        pytest.param("s3express", "Gateway", "com.amazonaws.us-east-1.s3express", id="directory buckets"),
        pytest.param("dynamodb-streams", "Interface", "com.amazonaws.us-east-1.dynamodb-streams", id="streams"),
        pytest.param("notebook", "Interface", "aws.sagemaker.us-east-1.notebook", id="SageMaker"),
        pytest.param("qbusiness", "Interface", "aws.api.us-east-1.qbusiness", id="another beginning"),
        pytest.param("s3-global.accesspoint", "Interface", "com.amazonaws.s3-global.accesspoint", id="no region"),
    ],
)
def test_the_command_makes_an_endpoint_that_there_is(service: str, kind: str, name: str) -> None:
    """By the kind that the service has, and the name that AWS knows it by."""
    (words,) = commands_of(breach(vpc_seen(), demands(service)).advice)
    assert (words[words.index("--vpc-endpoint-type") + 1], words[words.index("--service-name") + 1]) == (kind, name)
    assert list(problems_of(words)) == []


def test_the_command_says_what_is_to_be_filled_in() -> None:
    """An interface endpoint to S3 with private DNS is refused without a gateway endpoint: none is made in its place."""
    found = breach(vpc_seen(route_tables=()), demands("s3"))
    assert "--vpc-endpoint-type Gateway" in found.advice
    assert "--route-table-ids ROUTE_TABLE`" in found.advice


STACK = {"aws:cloudformation:stack-name": "network"}
TERRAFORMED = '[managed]\ntags = ["ManagedBy=terraform"]\n'


def test_an_endpoint_in_code_is_changed_there() -> None:
    """By its own tags: whoever turns it on by hand finds it off after the next deployment."""
    tags = {"ManagedBy": "terraform"}
    off, gate = to("ssm", private_dns=False, tags=tags), gateway(tags=tags)
    found = breach(vpc_seen(off, gate, route_tables=(MAIN, PUBLIC)), f"{demands('ssm', 's3')}{TERRAFORMED}")
    assert found.advice == (
        f"for ssm: turn the private DNS of {off.key.id} on in the code that manages it; "
        f"for s3: put {gate.key.id} on rtb-public in the code that manages it"
    )
    assert found.beside == (
        OfEndpoint(off, TERRAFORM, SetPrivateDns(on=True)),
        OfEndpoint(gate, TERRAFORM, AddTables(("rtb-public",))),
    )


def test_what_an_aws_service_made_is_no_code_of_yours() -> None:
    """Whatever its tags say."""
    off = to("ssm", private_dns=False, tags=STACK, requester_managed=True)
    assert breach(vpc_seen(off), demands("ssm")).beside == ()


def test_a_new_endpoint_is_shown_as_code_of_its_vpc() -> None:
    """Beside the command; of the hub, where it is to be made there."""
    found = breach(vpc_seen(vpc=vpc()._replace(tags=STACK)), demands("ssm"))
    assert found.advice.endswith(f"`, or add the same to the code that manages {VPC}; {POLICY}")
    (beside,) = found.beside
    assert isinstance(beside, Beside)
    assert isinstance(beside.change, AddEndpoint)
    assert (beside.id, beside.change.vpc.id, beside.change.private_dns) == (VPC, VPC, True)
    assert breach(vpc_seen(), demands("ssm")).beside == ()
