"""What an event concerns besides the endpoint that it names: its VPC as a whole, and the endpoints of the same way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import ACCOUNT, KEY, NOW, OFF, REGION, VPC, A, endpoint, look, vpc
from fakes import FakeCloud, FakeLedger, FakePost, Stage
from warden.batch import Batch
from warden.concerned import Asked, ask
from warden.errors import RetryLater
from warden.events import Beside, Look, message_of
from warden.model import Endpoint, EndpointKey, Mode, Need
from warden.neighbours import Route, RouteTable
from warden.reconcile import merged, reconcile

OTHER_VPC, HUB = "vpc-00000000000000002", "vpc-00000000000000003"
VPC_KEY, OTHER_VPC_KEY = EndpointKey(ACCOUNT, REGION, VPC), EndpointKey(ACCOUNT, REGION, OTHER_VPC)
SECOND, THIRD = replace(KEY, id="vpce-00000000000000002"), replace(KEY, id="vpce-00000000000000003")
TABLE, GROUP = "rtb-0a1b2c3d4e5f60718", "sg-0a1b2c3d4e5f60718"
S3 = f"com.amazonaws.{REGION}.s3"


def on(rule: str, toml: str = OFF) -> str:
    """A standard in which one more rule is on."""
    return toml.replace(f'[rules.{rule}]\nmode = "off"', f'[rules.{rule}]\nmode = "notify"')


SSM_WANTED = on("required-endpoints").replace(
    '[rules.required-endpoints]\nmode = "notify"\n',
    '[rules.required-endpoints]\nmode = "notify"\ndemands = [{ services = ["ssm"] }]\n',
)
BY_HUB = SSM_WANTED.replace('["ssm"] }', '["ssm"], hub = "Role=hub", tag = "Env=prod" }')


def at(*endpoints: Endpoint, toml: str, vpcs: tuple[str, ...] = (VPC,), **facts: Any) -> Stage:
    """A stage with these VPCs and endpoints."""
    known = tuple(vpc(id=name) for name in vpcs)
    return Stage(cloud=FakeCloud.of(*endpoints, known_vpcs=known), toml=toml, **facts)


def event(key: EndpointKey = KEY, **facts: Any) -> Look:
    """A look as an event that names the endpoint gives it."""
    return look(**{"key": key, "created": False, "named": True} | facts)


def handle(stage: Stage, *looks: Look, beside: tuple[Beside, ...] = ()) -> tuple[Batch, list[Look]]:
    """What the function does with a batch: what became of it, and which looks it asked for at once."""
    done = reconcile(stage.world, looks)
    ask(stage.world, beside, done.changed)
    return done, stage.post.at_once


def asked(stage: Stage, *looks: Look, beside: tuple[Beside, ...] = ()) -> list[EndpointKey]:
    """At what the function asks for looks."""
    return [one.key for one in handle(stage, *looks, beside=beside)[1]]


def ssm(key: EndpointKey = SECOND, **facts: Any) -> Endpoint:
    """A working endpoint of the service that the standard demands."""
    return endpoint(key=key, **{"service_name": f"com.amazonaws.{REGION}.ssm", "private_dns": True} | facts)


# --- VPCs as a whole -----------------------------------------------------------------------------------------------


def test_a_change_of_an_endpoint_leads_to_a_look_at_its_vpc() -> None:
    """Where a rule of VPCs has news of it, and of no other VPC."""
    stage = at(ssm(state="failed"), toml=SSM_WANTED, vpcs=(VPC, OTHER_VPC))
    assert asked(stage, event(SECOND)) == [VPC_KEY]
    assert not stage.post.at_once[0].named


def test_a_vpc_without_news_is_not_looked_at() -> None:
    """It was judged, and no message is left."""
    stage = at(ssm(), toml=SSM_WANTED)
    assert asked(stage, event(SECOND)) == []
    assert "DescribeVpcs" in stage.cloud.calls


def test_what_is_mended_is_news() -> None:
    """People who heard of it hear of its end by the event, and not a day later."""
    told = {"required-endpoints": "MEDIUM BREACH told missing-endpoints x"}
    stage = at(ssm(), toml=SSM_WANTED, ledger=FakeLedger({VPC_KEY: replace(_memory(), told=told, tellings=1)}))
    (wanted,) = handle(stage, event(SECOND))[1]
    reconcile(stage.world, [wanted])
    assert stage.outcomes == [{"required-endpoints": "resolved"}]


def _memory() -> Any:
    return next(iter(FakeLedger().recall([KEY]).values()))


@pytest.mark.parametrize("toml", [pytest.param("", id="by default"), pytest.param(OFF, id="switched off")])
@pytest.mark.parametrize("state", ["available", "deleting"])
def test_rules_that_are_off_cost_no_call(toml: str, state: str) -> None:
    """An event of an endpoint is as cheap as it was."""
    present = endpoint(state=state)
    stage, alone = at(present, toml=toml), at(present, toml=toml)
    assert asked(stage, event(deleted=state == "deleting")) == []
    reconcile(alone.world, [look(created=False, deleted=state == "deleting")])
    assert stage.cloud.calls == alone.cloud.calls


def test_the_vpc_of_a_deleted_endpoint_is_known_while_ec2_shows_it() -> None:
    """It is on its way out, and no longer counts."""
    stage = at(ssm(state="deleting"), toml=SSM_WANTED, vpcs=(VPC, OTHER_VPC))
    assert asked(stage, event(SECOND, deleted=True)) == [VPC_KEY]


def test_every_vpc_is_judged_where_nobody_tells_whose_endpoint_was_deleted() -> None:
    """In as many calls as one; looks are asked for only where there is news."""
    stage = at(ssm(THIRD, vpc_id=OTHER_VPC), toml=SSM_WANTED, vpcs=(VPC, OTHER_VPC))
    subnets = stage.cloud.known_subnets
    stage.cloud.known_subnets = (*subnets, replace(A, id="subnet-00000000000000009", vpc_id=OTHER_VPC))
    assert asked(stage, event(SECOND, deleted=True)) == [VPC_KEY]
    judged = ["DescribeVpcs", "DescribeVpcEndpoints", "DescribeRouteTables", "DescribeSubnets"]
    assert stage.cloud.calls == ["DescribeVpcEndpoints", *judged]


def test_an_endpoint_that_was_never_there_concerns_no_vpc() -> None:
    """An old event of what is long gone: only a deletion is a reason to judge all of them."""
    stage = at(toml=SSM_WANTED)
    assert asked(stage, event(SECOND)) == []
    assert stage.cloud.calls == ["DescribeVpcEndpoints"]


def test_a_change_in_a_hub_concerns_the_vpcs_that_use_it() -> None:
    """Their names lead there; a VPC without the tag is left alone, and so is the hub itself."""
    known = (
        vpc(tags={"Env": "prod"}),
        vpc(id=OTHER_VPC),
        vpc(id=HUB, tags={"Role": "hub"}),
    )
    stage = at(ssm(vpc_id=HUB, state="failed"), toml=BY_HUB)
    stage.cloud.known_vpcs = known
    assert asked(stage, event(SECOND)) == [VPC_KEY]


def test_a_change_in_a_vpc_that_is_no_hub_concerns_it_alone() -> None:
    """However many hubs the standard names."""
    stage = at(ssm(vpc_id=OTHER_VPC), toml=BY_HUB)
    stage.cloud.known_vpcs = (vpc(tags={"Env": "prod"}), vpc(id=OTHER_VPC))
    assert asked(stage, event(SECOND)) == []


NATTED = RouteTable(TABLE, VPC, (Route("0.0.0.0/0", "nat-0a1b2c3d4e5f60718"),), main=True)


@pytest.mark.parametrize(
    ("ids", "need", "of_vpc", "wanted"),
    [
        pytest.param((TABLE,), Need.ROUTES, True, [VPC_KEY], id="a route"),
        pytest.param((VPC,), Need.SUBNETS, True, [VPC_KEY], id="a subnet"),
        pytest.param((VPC,), Need.VPC, True, [VPC_KEY], id="a tag of the VPC"),
        pytest.param((VPC,), Need.VPC, False, [], id="a range of the VPC"),
        pytest.param((OTHER_VPC,), Need.SUBNETS, True, [], id="another VPC"),
        pytest.param((GROUP,), Need.GROUPS, False, [], id="a security group"),
    ],
)
def test_side_doors_lead_to_a_look_at_the_vpc(
    ids: tuple[str, ...],
    need: Need,
    of_vpc: bool,  # noqa: FBT001
    wanted: list[EndpointKey],
) -> None:
    """Of its endpoints none is looked at, as no rule of theirs is on."""
    stage = at(endpoint(security_group_ids=(GROUP,)), toml=on("gateway-missing"), vpcs=(VPC, OTHER_VPC))
    stage.cloud.known_tables = (NATTED,)
    assert asked(stage, beside=(Beside(ids, NOW, need, of_vpc),)) == wanted


def test_a_side_door_leads_to_looks_at_endpoints_and_vpc_alike() -> None:
    """Where rules of both are on, in one batch of messages."""
    stage = at(endpoint(), toml=on("multi-az", on("gateway-missing")))
    stage.cloud.known_tables = (NATTED,)
    assert asked(stage, beside=(Beside((TABLE,), NOW, Need.ROUTES, of_vpc=True),)) == [KEY, VPC_KEY]


def test_a_vpc_that_several_changes_name_is_judged_once() -> None:
    """One terraform apply changes many things at once."""
    stage = at(ssm(state="failed"), ssm(THIRD, state="failed"), toml=SSM_WANTED)
    beside = Beside((VPC,), NOW + timedelta(seconds=3), Need.SUBNETS, of_vpc=True)
    _, looks = handle(stage, event(SECOND), event(THIRD), beside=(beside, beside))
    assert [(one.key, one.since) for one in looks] == [(VPC_KEY, beside.since)]
    assert stage.cloud.calls.count("DescribeVpcs") == 1


def test_changes_that_matter_to_no_rule_are_counted() -> None:
    """For the log: the one is of routes, which a rule of VPCs reads."""
    stage = at(toml=SSM_WANTED)
    changes = (Beside((VPC,), NOW, Need.DNS), Beside((VPC,), NOW, Need.ROUTES, of_vpc=True))
    assert ask(stage.world, changes) == Asked(looks=1, idle=1)


# --- Endpoints of the same way -------------------------------------------------------------------------------------

GATEWAY = {"type_name": "Gateway", "service_name": S3, "subnet_ids": ()}
RESOURCE = {"type_name": "Resource", "service_name": ""}


@pytest.mark.parametrize(
    ("changed", "beside", "rule", "seen"),
    [
        pytest.param({}, {}, "duplicate", True, id="same service"),
        pytest.param({"state": "deleting"}, {}, "duplicate", True, id="one that goes"),
        pytest.param({"state": "failed"}, {}, "duplicate", True, id="one that failed"),
        pytest.param({}, {"service_name": S3}, "duplicate", False, id="another service"),
        pytest.param({}, {"vpc_id": OTHER_VPC}, "duplicate", False, id="another VPC"),
        pytest.param({}, {"state": "deleting"}, "duplicate", False, id="a sibling that goes"),
        pytest.param({}, {"state": "pending"}, "duplicate", False, id="a sibling with looks of its own on the way"),
        pytest.param({}, {"state": "failed"}, "duplicate", False, id="a sibling that serves nobody"),
        pytest.param({}, {}, "gwlb-zone-set", False, id="a rule of another kind"),
        pytest.param({}, {}, "security-group", False, id="a rule that asks for no siblings"),
        pytest.param(GATEWAY, {"service_name": S3}, "gateway-instead", True, id="gateway and interface"),
        pytest.param(
            RESOURCE | {"leads_to": "arn:one"}, RESOURCE | {"leads_to": "arn:one"}, "duplicate", True, id="resource"
        ),
        pytest.param(
            RESOURCE | {"leads_to": "arn:one"}, RESOURCE | {"leads_to": "arn:two"}, "duplicate", False, id="another one"
        ),
    ],
)
def test_siblings_of_the_same_way_are_looked_at(
    changed: dict[str, Any],
    beside: dict[str, Any],
    rule: str,
    seen: bool,  # noqa: FBT001
) -> None:
    """Where a rule that is on compares them with the endpoint that an event named."""
    first, second = endpoint(**changed), endpoint(key=SECOND, **beside)
    stage = at(first, second, toml=on(rule))
    assert asked(stage, event(deleted=first.state == "deleting")) == ([SECOND] if seen else [])


def test_the_younger_of_two_is_told_resolved_when_the_elder_goes() -> None:
    """By the event of the elder, and not a day later."""
    elder, younger = endpoint(created=NOW - timedelta(days=2)), endpoint(key=SECOND, created=NOW)
    stage = at(elder, younger, toml=on("duplicate"))
    reconcile(stage.world, [look(key=SECOND)])
    stage.cloud.put(replace(elder, state="deleting"))
    (wanted,) = handle(stage, event(deleted=True))[1]
    reconcile(stage.world, [wanted])
    assert stage.outcomes == [{"duplicate": "told"}, {"duplicate": "resolved"}]


def test_a_look_breeds_no_look() -> None:
    """Two of one way would have each other looked at for ever."""
    stage = at(endpoint(), endpoint(key=SECOND), toml=on("duplicate"))
    (wanted,) = handle(stage, event())[1]
    stage.post.at_once.clear()
    assert '"named": false' in message_of(wanted)
    assert asked(stage, wanted, Look(KEY, NOW, swept=True)) == []


def test_endpoints_that_were_just_looked_at_are_not_asked_for() -> None:
    """Twenty of one way in a batch: each was judged beside the others, by one more read."""
    keys = [replace(KEY, id=f"vpce-{number:017x}") for number in range(20)]
    stage = at(*(endpoint(key=key) for key in keys), toml=on("duplicate"))
    assert asked(stage, *(event(key) for key in keys)) == []
    assert stage.cloud.calls == ["DescribeVpcEndpoints"] * 3


def test_what_is_beside_waits_until_the_endpoint_is_ready() -> None:
    """Half made it changes nothing for the others; the look that comes later knows that an event named it."""
    stage = at(endpoint(state="pending"), endpoint(key=SECOND), toml=on("duplicate"))
    assert asked(stage, event()) == []
    (later,) = stage.post.later
    stage.cloud.put(endpoint())
    assert asked(stage, later) == [SECOND]


def test_what_is_beside_waits_until_the_endpoint_could_be_settled() -> None:
    """Its message comes again, and asks then."""
    down = FakeLedger(fails={"tell"})
    stage = at(endpoint(), endpoint(key=SECOND, created=NOW), toml=on("duplicate"), ledger=down)
    done, looks = handle(stage, event(SECOND))
    assert (set(done.failed), done.changed, looks) == ({SECOND}, [], [])


def test_an_event_counts_however_many_messages_there_are() -> None:
    """One look of the sweep beside it takes nothing away."""
    assert merged([Look(KEY, NOW, swept=True), event()])[KEY].named


def test_a_stack_that_is_off_asks_for_nothing() -> None:
    """Its ceiling is above all rules."""
    stage = at(endpoint(), endpoint(key=SECOND), toml=on("duplicate", SSM_WANTED), ceiling=Mode.OFF)
    assert asked(stage, event()) == []
    assert stage.cloud.calls == []


def test_a_queue_that_is_away_fails_the_message() -> None:
    """It comes again."""
    stage = at(endpoint(), endpoint(key=SECOND), toml=on("duplicate"), post=FakePost(down=True))
    with pytest.raises(RetryLater):
        handle(stage, event())
