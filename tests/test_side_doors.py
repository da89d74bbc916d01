"""Changes beside endpoints: what their events name, which endpoints they concern, and what they cost."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import ACCOUNT, KEY, NOW, OFF, REGION, ROLE, VPC, endpoint
from fakes import FakeCloud, FakePost, Stage
from warden.concerned import Asked, ask
from warden.errors import RetryLater
from warden.events import Beside, Look, Nothing, Place, parse
from warden.model import EndpointKey, Mode, Need
from warden.neighbours import RouteTable
from warden.rules import RULES
from warden.side_doors import SIDE_DOORS

HERE = Place(ACCOUNT, REGION, ROLE)
SAMPLES = Path(__file__).parents[1] / "events"
GROUP, TABLE, INTERFACE = "sg-0a1b2c3d4e5f60718", "rtb-0a1b2c3d4e5f60718", "eni-0a1b2c3d4e5f60718"
OTHER = EndpointKey(ACCOUNT, REGION, "vpce-00000000000000009")
ROUTES_READ = OFF.replace('[rules.multi-az]\nmode = "off"', '[rules.multi-az]\nmode = "notify"')


def sample(name: str) -> dict[str, Any]:
    """A file of events/, moved to the account and region of these tests."""
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return event | {"account": ACCOUNT, "region": REGION}


def read(event: dict[str, Any]) -> object:
    return parse(json.dumps(event), HERE, NOW)


@pytest.mark.parametrize(
    ("name", "ids", "need"),
    [
        ("beside-authorize-ingress", (GROUP,), Need.GROUPS),
        ("beside-modify-rules", (GROUP,), Need.GROUPS),
        ("beside-modify-interface", (INTERFACE,), Need.GROUPS),
        ("beside-create-route", (TABLE,), Need.ROUTES),
        ("beside-replace-association", (TABLE,), Need.ROUTES),
        ("beside-create-subnet", ("vpc-0f1e2d3c4b5a69788",), Need.SUBNETS),
        ("beside-modify-vpc", ("vpc-0f1e2d3c4b5a69788",), Need.DNS),
    ],
)
def test_names_what_changed(name: str, ids: tuple[str, ...], need: Need) -> None:
    """The ids of its own kind, and what a rule would have to read again."""
    found = read(sample(name))
    assert isinstance(found, Beside)
    assert (found.ids, found.need) == (ids, need)


def test_a_tagged_endpoint_is_looked_at_itself() -> None:
    """Only the endpoint of those that were tagged, and not as one that was just made."""
    found = read(sample("tags-endpoint"))
    assert isinstance(found, tuple)
    assert [one.key for one in found] == [EndpointKey(ACCOUNT, REGION, "vpce-0a1b2c3d4e5f60718")]
    assert not found[0].created


def test_a_change_that_names_nothing_is_left_to_the_sweep() -> None:
    """CloudTrail's records differ from call to call; this is no dead letter."""
    event = sample("beside-create-route")
    event["detail"]["requestParameters"] = None
    event["detail"]["responseElements"] = None
    found = read(event)
    assert isinstance(found, Nothing)
    assert "the sweep sees" in found.why


def test_a_failed_call_beside_is_nothing() -> None:
    """It changed nothing."""
    event = sample("beside-authorize-ingress")
    event["detail"]["errorCode"] = "Client.InvalidPermission.Duplicate"
    assert isinstance(read(event), Nothing)


def change(*ids: str, need: Need = Need.ROUTES) -> Beside:
    return Beside(ids, NOW, need)


def asked(cloud: FakeCloud, *changes: Beside, toml: str = ROUTES_READ, **facts: Any) -> tuple[Asked, list[Look]]:
    stage = Stage(cloud, toml=toml, **facts)
    found = ask(stage.world, changes)
    return found, stage.post.at_once


def test_routes_concern_the_endpoints_of_their_vpc() -> None:
    """And of no other: two calls, whatever the number of changes."""
    cloud = FakeCloud.of(endpoint(), endpoint(key=OTHER, vpc_id="vpc-other"), known_tables=(RouteTable(TABLE, VPC),))
    found, looks = asked(cloud, change(TABLE), change(TABLE, "rtb-00000000"))
    assert found == Asked(looks=1, idle=0)
    assert [(one.key, one.created, one.swept) for one in looks] == [(KEY, False, False)]
    assert cloud.calls == ["DescribeNetworkInterfaces", "DescribeVpcEndpoints"]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        pytest.param(GROUP, {"security_group_ids": (GROUP,)}, id="a security group"),
        pytest.param(INTERFACE, {"network_interface_ids": (INTERFACE,)}, id="a network interface"),
    ],
)
def test_groups_and_interfaces_concern_their_own_endpoints(name: str, facts: dict[str, Any]) -> None:
    """Not every endpoint of the VPC."""
    cloud = FakeCloud.of(endpoint(**facts), endpoint(key=OTHER))
    _, looks = asked(cloud, change(name, need=Need.SUBNETS))
    assert [one.key for one in looks] == [KEY]


def test_an_endpoint_that_goes_is_not_looked_at() -> None:
    """Nothing of it matters any more."""
    cloud = FakeCloud.of(endpoint(state="deleting"))
    assert asked(cloud, change(VPC))[1] == []


@pytest.mark.parametrize(
    "toml", [pytest.param(OFF, id="every rule off"), pytest.param(ROUTES_READ, id="none reads it")]
)
def test_what_matters_to_no_rule_costs_no_call(toml: str) -> None:
    """A rule that is switched off must not be paid for."""
    cloud = FakeCloud.of(endpoint())
    found, looks = asked(cloud, change(VPC, need=Need.DNS), toml=toml)
    assert (found, looks, cloud.calls) == (Asked(looks=0, idle=1), [], [])


def test_a_stack_that_is_off_reads_nothing() -> None:
    """Its ceiling is above all rules."""
    cloud = FakeCloud.of(endpoint())
    assert asked(cloud, change(VPC), ceiling=Mode.OFF)[1] == []
    assert cloud.calls == []


def test_a_queue_that_is_away_fails_the_message() -> None:
    """It comes again."""
    with pytest.raises(RetryLater):
        asked(FakeCloud.of(endpoint()), change(VPC), post=FakePost(down=True))


def test_a_later_change_counts() -> None:
    """The looks are for the newest of the changes."""
    cloud = FakeCloud.of(endpoint())
    later = NOW + timedelta(seconds=5)
    _, looks = asked(cloud, change(VPC), Beside((VPC,), later, Need.ROUTES))
    assert [one.since for one in looks] == [later]


def test_each_side_door_matters_to_what_rules_can_read() -> None:
    """A need that no rule declares would be watched for nothing."""
    readable = {need for rule in RULES for need in rule.needs}
    assert {door.need for door in SIDE_DOORS.values() if door.need} >= {Need.SUBNETS, Need.ROUTES} & readable
