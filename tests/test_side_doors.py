"""Changes beside endpoints: what their events name, which endpoints they concern, and what they cost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
NAMED_VPC = "vpc-0f1e2d3c4b5a69788"
AT = datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC)
"""What the samples name, and when."""
ROUTES_READ = OFF.replace('[rules.multi-az]\nmode = "off"', '[rules.multi-az]\nmode = "notify"')


def sample(name: str) -> dict[str, Any]:
    """A file of events/, moved to the account and region of these tests."""
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return event | {"account": ACCOUNT, "region": REGION}


def read(event: dict[str, Any]) -> object:
    return parse(json.dumps(event), HERE, NOW)


@pytest.mark.parametrize(
    ("name", "ids", "need", "of_vpc"),
    [
        ("beside-authorize-ingress", (GROUP,), Need.GROUPS, False),
        ("beside-modify-rules", (GROUP,), Need.GROUPS, False),
        ("beside-modify-interface", (INTERFACE,), Need.GROUPS, False),
        ("beside-create-route", (TABLE,), Need.ROUTES, True),
        ("beside-replace-association", (TABLE,), Need.ROUTES, True),
        ("beside-create-subnet", (NAMED_VPC,), Need.SUBNETS, True),
        ("beside-create-default-vpc", (NAMED_VPC,), Need.SUBNETS, True),
        ("beside-modify-vpc", (NAMED_VPC,), Need.DNS, False),
        ("tags-vpc", (NAMED_VPC,), Need.VPC, True),
    ],
)
def test_names_what_changed(name: str, ids: tuple[str, ...], need: Need, of_vpc: bool) -> None:  # noqa: FBT001
    """The ids of its own kind, what a rule would have to read again, and whether rules of VPCs would have to, too."""
    assert read(sample(name)) == (Beside(ids, AT, need, of_vpc),)


BY_GROUP, BY_TABLE = Beside((GROUP,), AT, Need.GROUPS), Beside((TABLE,), AT, Need.ROUTES, of_vpc=True)
RANGES = Beside((NAMED_VPC,), AT, Need.VPC)
LIKE_SAMPLES: dict[str, tuple[str, dict[str, object] | None, dict[str, object] | None, Beside]] = {
    "RevokeSecurityGroupIngress": ("authorize-ingress", {"groupId": GROUP}, {"_return": True}, BY_GROUP),
    "ReplaceRoute": ("create-route", {"routeTableId": TABLE, "natGatewayId": "nat-0a1b2c3d4e5f60718"}, None, BY_TABLE),
    "DeleteRoute": ("create-route", {"routeTableId": TABLE, "destinationCidrBlock": "0.0.0.0/0"}, None, BY_TABLE),
    "AssociateRouteTable": (
        "replace-association",
        {"routeTableId": TABLE, "subnetId": "subnet-0a1b2c3d4e5f60718"},
        {"associationId": "rtbassoc-0a1b2c3d4e5f60718"},
        BY_TABLE,
    ),
    "CreateDefaultSubnet": (
        "create-subnet",
        {"CreateDefaultSubnetRequest": {"AvailabilityZone": "eu-central-1a"}},
        {"CreateDefaultSubnetResponse": {"subnet": {"vpcId": NAMED_VPC}}},
        Beside((NAMED_VPC,), AT, Need.SUBNETS, of_vpc=True),
    ),
    "AssociateVpcCidrBlock": ("modify-vpc", {"AssociateVpcCidrBlockRequest": {"VpcId": NAMED_VPC}}, None, RANGES),
    "DisassociateVpcCidrBlock": (
        "modify-vpc",
        {"DisassociateVpcCidrBlockRequest": {"AssociationId": "vpc-cidr-assoc-0a1b2c3d4e5f60718"}},
        {"DisassociateVpcCidrBlockResponse": {"vpcId": NAMED_VPC}},
        RANGES,
    ),
}
"""Calls without a sample: the sample that they are like, what is asked and answered, and what that names.

CloudTrail documents the shape of none: these are by analogy, and no more is read in them than ids.
"""


@pytest.mark.parametrize("name", LIKE_SAMPLES)
def test_calls_without_a_sample_name_what_changed(name: str) -> None:
    """As those do that they are like."""
    like, asked_for, answer, found = LIKE_SAMPLES[name]
    event = sample(f"beside-{like}")
    event["detail"] |= {"eventName": name, "requestParameters": asked_for, "responseElements": answer}
    assert read(event) == (found,)


def test_a_tag_that_is_taken_away_counts_as_one_that_is_set() -> None:
    """On an endpoint, an endpoint service and a VPC."""
    for name in ("tags-endpoint", "service-tags", "tags-vpc"):
        event, taken = sample(name), sample(name)
        taken["detail"]["eventName"] = "DeleteTags"
        assert read(taken) == read(event)


def test_every_side_door_is_tried() -> None:
    """By a sample, or by a record like one."""
    samples = {json.loads(path.read_text(encoding="utf-8"))["detail"]["eventName"] for path in SAMPLES.glob("beside-*")}
    assert samples | set(LIKE_SAMPLES) | {"CreateTags", "DeleteTags"} == set(SIDE_DOORS)


TAGGED = Look(EndpointKey(ACCOUNT, REGION, "vpce-0a1b2c3d4e5f60718"), AT, named=True)


def test_a_tagged_endpoint_is_looked_at_itself() -> None:
    """Only the endpoint of those that were tagged, and not as one that was just made."""
    assert read(sample("tags-endpoint")) == (TAGGED,)


def test_an_endpoint_and_a_vpc_that_are_tagged_together_are_told_apart() -> None:
    """One call can name many things, and one prefix begins with the other."""
    event = sample("tags-endpoint")
    event["detail"]["requestParameters"]["resourcesSet"]["items"].append({"resourceId": NAMED_VPC})
    assert read(event) == (TAGGED, Beside((NAMED_VPC,), AT, Need.VPC, of_vpc=True))


def test_a_tagged_service_is_looked_at_itself() -> None:
    """Its id begins as an endpoint's does; nothing stands beside it that would be looked at too."""
    key = EndpointKey(ACCOUNT, REGION, "vpce-svc-0a1b2c3d4e5f60718")
    assert read(sample("service-tags")) == (Look(key, AT),)


def test_a_tag_on_anything_else_is_nothing() -> None:
    """What the pattern lets through by its prefix, and is no id of ours."""
    event = sample("service-tags")
    event["detail"]["requestParameters"]["resourcesSet"]["items"] = [{"resourceId": "vpce-new"}]
    assert read(event) == Nothing(
        "CreateTags names nothing of vpce- or vpce-svc- or vpc-: the sweep sees what it changed"
    )


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
    assert cloud.calls == ["DescribeRouteTables", "DescribeVpcEndpoints"]


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


def test_changes_of_two_vpcs_are_not_mixed_up() -> None:
    """A route of one VPC and a security group in another: of that one only the endpoints that have the group."""
    third = replace(OTHER, id="vpce-00000000000000008")
    cloud = FakeCloud.of(
        endpoint(),
        endpoint(key=OTHER, vpc_id="vpc-other", security_group_ids=(GROUP,)),
        endpoint(key=third, vpc_id="vpc-other"),
        known_tables=(RouteTable(TABLE, VPC),),
    )
    _, looks = asked(cloud, change(TABLE), change(GROUP))
    assert [one.key for one in looks] == [OTHER, KEY]


def test_an_endpoint_that_goes_is_not_looked_at() -> None:
    """Nothing of it matters any more."""
    cloud = FakeCloud.of(endpoint(state="deleting"))
    assert asked(cloud, change(VPC))[1] == []


@pytest.mark.parametrize(
    "toml", [pytest.param(OFF, id="every rule off"), pytest.param(ROUTES_READ, id="none reads it")]
)
def test_what_matters_to_no_rule_costs_no_call(toml: str) -> None:
    """A rule that is switched off must not be paid for, one of VPCs as little as one of endpoints."""
    cloud = FakeCloud.of(endpoint())
    changes = change(VPC, need=Need.DNS), Beside((TABLE,), NOW, Need.VPC, of_vpc=True)
    found, looks = asked(cloud, *changes, toml=toml)
    assert (found, looks, cloud.calls) == (Asked(looks=0, idle=2), [], [])


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
    watched = {door.need for doors in SIDE_DOORS.values() for door in doors if door.need}
    assert {Need.SUBNETS, Need.ROUTES} & readable <= watched <= readable
