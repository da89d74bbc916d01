"""The composition root: what on_change needs of its environment, and which clients it makes, when, and how."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

import runtime
from builders import ACCOUNT, REGION, ROLE
from stubs import ENVIRONMENT, client, emulated, recorded, started
from warden.aws import Ec2
from warden.errors import BadStandard, RetryLater
from warden.events import Place
from warden.ledger import Ledger
from warden.model import Mode
from warden.provider import Provider
from warden.switch import KillSwitch


@pytest.fixture
def env() -> Iterator[pytest.MonkeyPatch]:
    """What the template sets, in moto."""
    with emulated(), started() as patch:
        yield patch


def client_of(part: object) -> Any:
    """The client that a part of the world was given."""
    return getattr(part, "_client")  # noqa: B009  the parts are protocols, and have no such name


def test_stands_where_it_is_told(env: pytest.MonkeyPatch) -> None:
    """Account, region and role, from the environment or from a caller's own."""
    assert runtime.place() == Place(ACCOUNT, REGION, ROLE)
    env.setenv("AWS_REGION", "eu-west-1")
    assert runtime.place().region == "eu-west-1"
    assert runtime.place(ENVIRONMENT) == Place(ACCOUNT, REGION, ROLE)


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_variable_is_named(env: pytest.MonkeyPatch, name: str) -> None:
    """An error of the template: nothing is guessed, and the error says which variable."""
    env.delenv(name)
    with pytest.raises(KeyError, match=f"^'{name}'$"):
        runtime.world()


def test_a_strange_mode_is_an_error(env: pytest.MonkeyPatch) -> None:
    """Nobody knows what "on" would allow."""
    env.setenv("WARDEN_MODE", "on")
    with pytest.raises(ValueError, match="'on' is not a valid Mode"):
        runtime.world()


@pytest.mark.parametrize("mode", list(Mode))
def test_knows_the_stack(env: pytest.MonkeyPatch, mode: Mode) -> None:
    """The stack's mode is the ceiling; its name goes into the notices; the clock gives aware times."""
    env.setenv("WARDEN_MODE", mode.value)
    world = runtime.world()
    assert (world.ceiling, world.stack) == (mode, "warden")
    assert abs(world.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert world.standard is runtime.standard()


@pytest.mark.usefixtures("env")
def test_the_shipped_standard_is_good() -> None:
    """What a newcomer deploys unchanged starts, and enforces nothing."""
    standard = runtime.standard()
    assert {standard.mode_of(rule) for rule in ("multi-az", "endpoint-policy")} == {Mode.NOTIFY}
    assert runtime.STANDARD.parent == Path(runtime.__file__).parent


def test_a_bad_standard_is_refused_each_time(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An error is not kept in the place of a standard."""
    bad = tmp_path / "standard.toml"
    bad.write_text("[rules.multi_az]\n", encoding="utf-8")
    env.setattr(runtime, "STANDARD", bad)
    for _ in range(2):
        with pytest.raises(BadStandard, match="multi-az"):
            runtime.world()


@pytest.mark.usefixtures("env")
def test_clients_are_made_once_and_a_writes_own_not_before_it() -> None:
    """A look that writes nothing pays for four clients; SSM and the writing EC2 come with the first write."""
    with recorded() as calls:
        world = runtime.world()
        assert runtime.world() is world
        assert runtime.mailbox() is world.post
    assert sorted(calls) == ["made:dynamodb", "made:ec2", "made:sns", "made:sqs"]


@pytest.mark.usefixtures("env")
def test_the_mailbox_needs_no_world() -> None:
    """Where the rest cannot be made, a bad message can still be put aside."""
    with recorded() as calls:
        runtime.mailbox()
    assert calls == ["made:sqs"]


@pytest.mark.usefixtures("env")
def test_the_switch_is_read_by_a_client_of_its_own() -> None:
    """Made when it is first asked."""
    for name, value in ((ENVIRONMENT["WARDEN_KILL_SWITCH"], "run"), (f"{ENVIRONMENT['WARDEN_KILL_SWITCH']}/stop", "x")):
        client("ssm").put_parameter(Name=name, Value=value, Type="String")
    switch = runtime.world().switch
    assert isinstance(switch, KillSwitch)
    with recorded() as calls:
        assert switch.mode() is Mode.NOTIFY
    assert calls == ["made:ssm", "ssm:GetParameter", "ssm:GetParameter"]


@pytest.mark.usefixtures("env")
def test_cloudtrail_is_asked_by_a_client_of_each_region() -> None:
    """Made when a rule first asks for trails: here, and where a trail of all regions was made."""
    there = boto3.client("cloudtrail", region_name="eu-west-1")
    client("s3").create_bucket(Bucket="trails")
    there.create_trail(Name="audit", S3BucketName="trails", IsMultiRegionTrail=True)
    cloud = runtime.world().cloud
    with recorded() as calls:
        (trail,) = cloud.trails()
    assert (trail.name, trail.home, trail.logging) == ("audit", "eu-west-1", False)
    assert calls == [
        "made:cloudtrail",
        "cloudtrail:DescribeTrails",
        "made:cloudtrail",
        "cloudtrail:GetTrailStatus",
        "cloudtrail:GetEventSelectors",
    ]


@pytest.mark.usefixtures("env")
def test_route_53_is_asked_by_a_client_of_its_own() -> None:
    """Made when a rule first asks for hosted zones, of this region's VPCs."""
    vpc_id = client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    how = {"VPCRegion": REGION, "VPCId": vpc_id}
    client("route53").create_hosted_zone(
        Name="kms.example.com", CallerReference="a", VPC=how, HostedZoneConfig={"PrivateZone": True}
    )
    cloud = runtime.world().cloud
    with recorded() as calls:
        (zone,) = cloud.hosted_zones([vpc_id])[vpc_id].known or ()
    assert zone.has_name("kms.example.com")
    assert calls == ["made:route-53", "route53:ListHostedZonesByVPC"]


@pytest.mark.usefixtures("env")
def test_reads_are_tried_three_times_and_writes_once() -> None:
    """A read may be sent again; neither call that writes has a client token, so a second one would be blind.

    Both give up well within the two minutes that the function has.
    """
    cloud, kept, ours = runtime.world().cloud, runtime.world().ledger, runtime.world().services
    assert isinstance(cloud, Ec2)
    assert isinstance(kept, Ledger)
    assert isinstance(ours, Provider)
    writer: Any = cloud._make_writer()
    accepter: Any = ours._make_writer()
    configs = [made.meta.config for made in (client_of(cloud), client_of(kept), writer, accepter)]
    assert [config.retries["total_max_attempts"] for config in configs] == [3, 3, 1, 1]
    assert {config.retries["mode"] for config in configs} == {"standard"}
    assert [(config.connect_timeout, config.read_timeout) for config in configs] == [
        (3, 20), (2, 5), (3, 20), (3, 20),
    ]  # fmt: skip
    assert {made.meta.service_model.service_name for made in (client_of(cloud), writer, accepter)} == {"ec2"}


@pytest.mark.usefixtures("env")
def test_the_world_is_wired_to_this_stacks_things() -> None:
    """Each part is where the environment says, which a call to a thing of another name would not find."""
    client("sqs").create_queue(QueueName="warden-DeadLetters")
    runtime.mailbox().put_aside("{}", "no")
    with pytest.raises(RetryLater, match="ResourceNotFoundException"):
        runtime.world().ledger.recall_all(ACCOUNT, REGION)
