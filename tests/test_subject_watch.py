"""VPCs as a whole: what is read, what people are told and when, and that nothing is ever written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import ACCOUNT, KEY, LONG_AGO, NOW, OFF, REGION, VPC, A, B, endpoint, look, standard, subnet, vpc
from fakes import FakeCloud, FakeLedger, FakePost, FakeTopic, Stage
from warden.errors import RetryLater
from warden.events import Look
from warden.ledger import Memory
from warden.model import Endpoint, EndpointKey, Mode, Verdict
from warden.neighbours import Vpc
from warden.reconcile import reconcile
from warden.vpc_watch import VPCS

TOML = '[rules.required-endpoints]\nmode = "notify"\ndemands = [{ services = ["ssm", "kms"] }]\n'
HUBBED = (
    '[rules.required-endpoints]\nmode = "notify"\n'
    'demands = [{ services = ["ssm"], hub = "Role=hub", tag = "Env=prod" }]\n'
)
OTHER = "vpc-00000000000000002"
HUB = "vpc-00000000000000003"
VPC_KEY = EndpointKey(ACCOUNT, REGION, VPC)
ALL_READS = ["DescribeVpcs", "DescribeVpcEndpoints", "DescribeRouteTables", "DescribeSubnets"]


def to(service: str, number: int = 1, **facts: Any) -> Endpoint:
    """A working interface endpoint to the service."""
    key = replace(KEY, id=f"vpce-{number:017x}")
    made = {"key": key, "service_name": f"com.amazonaws.{REGION}.{service}", "private_dns": True}
    return endpoint(**made | facts)


def stage(*endpoints: Endpoint, vpcs: tuple[Vpc, ...] = (vpc(),), toml: str = TOML, **facts: Any) -> Stage:
    """A world with these VPCs and endpoints, in mode enforce: so that nothing but the rules keeps writes away."""
    return Stage(cloud=FakeCloud.of(*endpoints, known_vpcs=vpcs), toml=toml, **facts)


def looked(on: Stage, **facts: Any) -> list[dict[str, str]]:
    """Look at the VPC as the sweep asks for it; every notice so far."""
    reconcile(on.world, [Look(VPC_KEY, LONG_AGO, swept=True, **facts)])
    return on.outcomes


def test_every_vpc_is_read_in_few_calls() -> None:
    """One call of each kind, however many VPCs there are."""
    subnets = (A, B, subnet(3, vpc_id=OTHER))
    cloud = FakeCloud.of(to("ssm"), known_vpcs=(vpc(id=OTHER), vpc()), known_subnets=subnets)
    found = VPCS.observe(cloud, standard(TOML), NOW)
    assert cloud.calls == ALL_READS
    assert [one.subject.key.id for one in found] == sorted([VPC, OTHER])
    lacks = {one.subject.key.id: one.findings[0].evidence["missing"] for one in found}
    assert lacks == {VPC: ["kms"], OTHER: ["ssm", "kms"]}


@pytest.mark.parametrize("toml", [pytest.param("", id="by default"), pytest.param(OFF, id="switched off")])
def test_nothing_is_read_where_every_rule_of_vpcs_is_off(toml: str) -> None:
    """Who asks nothing pays nothing."""
    cloud = FakeCloud(known_vpcs=(vpc(),))
    assert VPCS.observe(cloud, standard(toml), NOW) == []
    assert cloud.calls == []


def test_a_rule_that_is_off_says_nothing() -> None:
    """Only what is on is judged."""
    (one,) = VPCS.observe(FakeCloud(known_vpcs=(vpc(),)), standard(TOML), NOW)
    assert [finding.rule for finding in one.findings] == ["required-endpoints"]


def test_only_the_vpcs_asked_for_are_judged() -> None:
    """And read, with the hubs that the standard names, which alone each VPC is given; an unknown id is none."""
    vpcs = (vpc(tags={"Env": "prod"}), vpc(id=OTHER, tags={"Env": "prod"}), vpc(id=HUB, tags={"Role": "hub"}))
    cloud = FakeCloud.of(to("ssm", vpc_id=HUB, private_dns=False), known_vpcs=vpcs)
    (one,) = VPCS.observe(cloud, standard(HUBBED), NOW, {VPC, "vpc-00000000000000009"})
    assert [finding.verdict for finding in one.findings] == [Verdict.PASS]
    assert set(one.seen.hubs) == {HUB}
    assert VPCS.observe(cloud, standard(HUBBED), NOW, {"vpc-00000000000000009"}) == []


def test_a_vpc_is_told_apart_by_name_ranges_and_owner() -> None:
    """What people know it by; who owns it only where that is another."""
    made = vpc(tags={"Name": "payments"}), vpc(id=OTHER, owner="444455556666")
    subjects = {
        one.subject.key.id: one.subject for one in VPCS.observe(FakeCloud(known_vpcs=made), standard(TOML), NOW)
    }
    assert (subjects[VPC].what, subjects[VPC].name) == ("VPC", "payments")
    assert subjects[VPC].facts == (("Ranges", "10.0.0.0/16"), ("Endpoints", "0"))
    assert subjects[OTHER].facts[-1] == ("Owner", "account 444455556666")


def test_a_breach_is_told_once() -> None:
    """However often it is looked at; and never is anything written."""
    on = stage(to("ssm"))
    assert looked(on) == [{"required-endpoints": "told"}]
    assert looked(on) == [{"required-endpoints": "told"}]
    assert on.cloud.writes == 0
    assert on.topic.sent[0].payload["about"]["what"] == "VPC"


def test_what_to_change_in_its_code_is_told_with_it() -> None:
    """Where the VPC's own tags say that code manages it."""
    on = stage(to("ssm"), vpcs=(vpc(tags={"aws:cloudformation:stack-name": "network"}),))
    looked(on)
    (notice,) = on.topic.sent
    (result,) = notice.payload["results"]
    assert result["patch"].startswith("# template of stack network: add\nResources:\n  KmsEndpoint:\n")
    assert f"    {result['patch'].splitlines()[2]}\n" in notice.text


def test_another_missing_service_is_told_anew() -> None:
    """The rule and its code are the same, and the VPC is worse."""
    on = stage(to("ssm"))
    looked(on)
    on.cloud.put(to("ssm", state="failed"))
    assert len(looked(on)) == 2
    assert on.topic.sent[0].id != on.topic.sent[1].id


def test_what_passes_is_resolved_and_what_comes_back_is_news() -> None:
    """One notice for each change of state."""
    on = stage(to("ssm"))
    looked(on)
    on.cloud.put(to("kms", 2))
    assert looked(on)[1:] == [{"required-endpoints": "resolved"}]
    assert "The VPC is at the standard again." in on.topic.sent[1].text
    on.cloud.put(to("kms", 2, state="deleting"))
    assert looked(on)[2:] == [{"required-endpoints": "told"}]


def test_what_is_not_known_is_told_as_such() -> None:
    """A shared VPC is neither good news nor bad."""
    on = stage(vpcs=(vpc(owner="444455556666"),))
    looked(on)
    (result,) = on.topic.sent[0].payload["results"]
    assert (result["verdict"], result["state"]) == ("UNKNOWN", "cannot tell")


def test_a_hub_taken_on_trust_is_no_news() -> None:
    """Nothing is told of what only its own account can judge, and the end of what is told is."""
    here, there = '{ services = ["kms"] }', f'{{ services = ["ssm"], hub = "{HUB}", hub_account = "444455556666" }}'
    on = stage(toml=f'[rules.required-endpoints]\nmode = "notify"\ndemands = [{here}, {there}]\n')
    assert looked(on) == [{"required-endpoints": "told"}]
    on.cloud.put(to("kms"))
    assert looked(on)[1:] == [{"required-endpoints": "resolved"}]
    assert looked(stage(toml=f'[rules.required-endpoints]\nmode = "notify"\ndemands = [{there}]\n')) == []


def test_a_vpc_that_is_not_there_is_gone_at_the_second_look() -> None:
    """One answer of EC2 can lag behind; then people hear of it once, and it is forgotten."""
    on = stage()
    looked(on)
    on.cloud.known_vpcs = ()
    assert len(looked(on)) == 1
    assert [one.tries for one in on.post.later] == [1]
    assert looked(on, tries=1)[1:] == [{"required-endpoints": "gone"}]
    assert on.ledger.memories == {}
    assert len(looked(on, tries=1)) == 2


def test_a_vpc_is_forgotten_without_a_word_where_no_rule_looks() -> None:
    """To say that it is gone, or that all is well, would be wrong; nothing is read for it."""
    on = stage(toml="", ledger=FakeLedger({VPC_KEY: Memory(told={"required-endpoints": "MEDIUM BREACH told x"})}))
    assert looked(on) == []
    assert on.ledger.memories == {}
    assert on.cloud.calls == []


def test_a_rule_that_was_switched_off_is_dropped_without_a_word() -> None:
    """Another rule still looks at the VPC."""
    told = {"gateway-missing": "LOW BREACH told through-nat"}
    on = stage(to("ssm"), to("kms", 2), ledger=FakeLedger({VPC_KEY: Memory(told=told, tellings=1)}))
    assert looked(on) == []
    assert on.ledger.memories[VPC_KEY].told == {}


def test_a_stack_that_is_off_looks_at_nothing() -> None:
    """Not even a read."""
    on = stage(ceiling=Mode.OFF)
    assert looked(on) == []
    assert on.cloud.calls == []


def test_endpoints_and_vpcs_of_one_batch_are_each_looked_at() -> None:
    """Each by its own rules."""
    on = stage(endpoint(), toml=TOML, ceiling=Mode.NOTIFY)
    done = reconcile(on.world, [look(), Look(VPC_KEY, LONG_AGO)])
    assert {report.about.key for report in done.reports} == {KEY, VPC_KEY}


class Blind(FakeCloud):
    """EC2 that lists no VPCs."""

    def every_vpc(self) -> tuple[Vpc, ...]:
        """Refuse."""
        raise RetryLater("UnauthorizedOperation")


def test_vpcs_that_cannot_be_read_come_again_and_hold_up_no_endpoint() -> None:
    """Their messages fail alone."""
    on = Stage(cloud=Blind.of(endpoint()), toml=TOML, ceiling=Mode.NOTIFY)
    done = reconcile(on.world, [look(), Look(VPC_KEY, LONG_AGO)])
    assert set(done.failed) == {VPC_KEY}
    assert [report.about.key for report in done.reports] == [KEY]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"topic": FakeTopic(down=True)}, id="SNS is away"),
        pytest.param({"ledger": FakeLedger(fails={"tell"})}, id="the ledger cannot be written"),
    ],
)
def test_what_could_not_be_told_comes_again(facts: dict[str, Any]) -> None:
    """Nothing counts as told before it was."""
    on = stage(**facts)
    done = reconcile(on.world, [Look(VPC_KEY, LONG_AGO)])
    assert set(done.failed) == {VPC_KEY}
    assert on.ledger.memories == {}


def test_a_telling_by_another_puts_the_look_off() -> None:
    """Two functions at one VPC: the second looks again."""
    on = stage(ledger=FakeLedger({VPC_KEY: Memory(tellings=1)}))
    on.ledger.recall = lambda keys: {key: Memory() for key in keys}  # type: ignore[method-assign]
    done = reconcile(on.world, [Look(VPC_KEY, LONG_AGO)])
    assert [one.look.key for one in done.postponed] == [VPC_KEY]


def test_looks_that_have_no_time_left_come_again() -> None:
    """They fail, and SQS brings them again."""
    on = stage()
    done = reconcile(on.world, [Look(VPC_KEY, LONG_AGO)], lambda: False)
    assert set(done.failed) == {VPC_KEY}
    assert on.topic.sent == []


def test_a_look_that_cannot_be_put_off_fails() -> None:
    """The queue is away."""
    on = stage(vpcs=(), post=FakePost(down=True))
    assert set(reconcile(on.world, [Look(VPC_KEY, LONG_AGO)]).failed) == {VPC_KEY}


@pytest.mark.parametrize("state", ["pending", "pendingacceptance"])
def test_what_is_new_is_told_once_no_endpoint_is_on_its_way(state: str) -> None:
    """Someone is at it: half made it would be told as not known, and a minute later as good."""
    on = stage(to("ssm"), to("kms", 2, state=state))
    for tries in range(6):
        assert looked(on, tries=tries) == []
    assert [one.tries for one in on.post.later] == [1, 2, 3, 4, 5, 6]
    on.cloud.put(to("kms", 2))
    assert looked(on, tries=6) == []


def test_an_endpoint_that_stays_on_its_way_is_told_at_the_last_look() -> None:
    """Then nobody knows, and people hear that."""
    on = stage(to("ssm"), to("kms", 2, state="pendingacceptance"))
    assert looked(on, tries=6) == [{"required-endpoints": "told"}]
    assert looked(on) == [{"required-endpoints": "told"}]
    assert on.post.later == []


def test_an_endpoint_on_its_way_in_a_hub_is_waited_for() -> None:
    """And one in another VPC that is looked at beside it is not."""
    vpcs = (vpc(tags={"Env": "prod"}), vpc(id=OTHER, tags={"Env": "prod"}), vpc(id=HUB, tags={"Role": "hub"}))
    on = stage(to("s3", vpc_id=HUB, state="pending"), vpcs=vpcs, toml=HUBBED)
    assert looked(on) == []
    on.cloud.held = {}
    on.cloud.put(to("s3", vpc_id=OTHER, state="pending"))
    done = reconcile(on.world, [Look(replace(KEY, id=name), LONG_AGO) for name in (VPC, OTHER)])
    assert [report.about.key.id for report in done.reports] == [VPC]
    assert [one.look.key.id for one in done.postponed] == []
