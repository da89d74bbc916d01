"""The main job end to end: a client makes, changes or deletes an endpoint; what follows is the stack's doing."""

from __future__ import annotations

import json

import pytest

from local.network import Network
from local.waiting import wait_for
from stand import EMAIL, Stand

BOTH = ("multi-az", "endpoint-policy")
FIXED = dict.fromkeys(BOTH, "fixed")
WOULD = dict.fromkeys(BOTH, "would-fix")
HELD = dict.fromkeys(BOTH, "held")


def create(stand: Stand, network: Network, service: str = "kms", *more: str) -> str:
    """Make an interface endpoint in one zone with the AWS CLI; its id."""
    name = f"com.amazonaws.{stand.cloud.region}.{service}"
    made = stand.aws(
        "ec2", "create-vpc-endpoint", "--vpc-endpoint-type", "Interface", "--vpc-id", network.vpc_id,
        "--service-name", name, "--subnet-ids", network.subnet_ids[0], *more,
    )  # fmt: skip
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def test_notify_tells_on_every_channel_and_changes_nothing(notifying: Stand, quiet: Network) -> None:
    """The default: http, e-mail and Slack say what would be done; the endpoint stays as it was."""
    endpoint_id = create(notifying, quiet)
    before = quiet.facts(endpoint_id)
    notifying.told(endpoint_id, WOULD)
    wait_for(lambda: [post for post in notifying.slack.posts() if endpoint_id in post.body])
    (mail,) = [mail for mail in notifying.cloud.mail() if endpoint_id in mail["subject"]]
    assert mail["to"] == EMAIL
    assert "Would do: add subnet-" in " ".join(mail["text"].split())
    assert quiet.facts(endpoint_id) == before
    assert notifying.ours("ModifyVpcEndpoint") == []


def test_enforce_fixes_both_in_one_write(enforcing: Stand, network: Network) -> None:
    """One ModifyVpcEndpoint; the journal has the before-image; our own event is only verified."""
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, FIXED)
    after = network.facts(endpoint_id)
    assert len(after["SubnetIds"]) == 2
    sids = [statement["Sid"] for statement in json.loads(after["PolicyDocument"])["Statement"]]
    assert sids == ["OurIdentitiesToOurResources", "AwsServices"]
    assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 1
    (entry,) = enforcing.journal(endpoint_id)
    assert entry["outcome"] == "applied"
    assert json.loads(str(entry["before"]))["subnet_ids"] == [network.subnet_ids[0]]
    assert json.loads(str(entry["after"]))["subnet_ids"] == sorted(after["SubnetIds"])
    wait_for(lambda: [post for post in enforcing.slack.posts() if endpoint_id in post.body])


def test_a_subnet_taken_away_is_put_back(enforcing: Stand, network: Network) -> None:
    """Somebody modifies the endpoint: it is fixed again, and told again."""
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, FIXED)
    second = network.facts(endpoint_id)["SubnetIds"][-1]
    network.modify(endpoint_id, RemoveSubnetIds=[second])
    enforcing.told(endpoint_id, FIXED, {"multi-az": "fixed"})
    assert len(network.facts(endpoint_id)["SubnetIds"]) == 2


def test_a_failed_call_concerns_nobody(enforcing: Stand, network: Network) -> None:
    """Its event has an errorCode: the rule does not match it."""
    missing = "vpce-0123456789abcdef0"
    with pytest.raises(network.ec2.exceptions.ClientError):
        network.modify(missing, AddSubnetIds=[network.subnet_ids[1]])
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, FIXED)
    hops = [hop["hop"] for hop in enforcing.cloud.hops() if missing in hop["endpoints"]]
    assert hops == ["published"]


def test_a_deleted_endpoint_that_was_told_of_is_told_gone(notifying: Stand, quiet: Network) -> None:
    """Once, and it is forgotten."""
    endpoint_id = create(notifying, quiet)
    notifying.told(endpoint_id, WOULD)
    quiet.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    notifying.told(endpoint_id, WOULD, dict.fromkeys(BOTH, "gone"))


def test_a_deleted_endpoint_that_nobody_was_told_of_is_silent(enforcing: Stand, network: Network) -> None:
    """It was fixed, so nothing stands open."""
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, FIXED)
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    enforcing.told(endpoint_id, FIXED)


def test_a_burst_is_fixed_one_write_and_one_notice_each(enforcing: Stand, network: Network) -> None:
    """Twenty endpoints at once: few reads, no double write."""
    reads = len(enforcing.ours("DescribeVpcEndpoints"))
    endpoints = [network.endpoint("kms") for _ in range(20)]
    for endpoint_id in endpoints:
        enforcing.told(endpoint_id, FIXED)
    assert [len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) for endpoint_id in endpoints] == [1] * 20
    assert len(enforcing.ours("DescribeVpcEndpoints")) - reads <= 20, "fewer reads than endpoints"


def test_a_gateway_endpoint_is_never_given_subnets(enforcing: Stand, network: Network) -> None:
    """Its policy is judged; S3 has no accepted baseline in this standard."""
    endpoint_id = str(
        network.ec2.create_vpc_endpoint(
            VpcId=network.vpc_id, ServiceName=f"com.amazonaws.{enforcing.cloud.region}.s3", VpcEndpointType="Gateway"
        )["VpcEndpoint"]["VpcEndpointId"]
    )
    enforcing.told(endpoint_id, {"endpoint-policy": "told"})
    assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        pytest.param(
            {"VpcEndpointType": "GatewayLoadBalancer"}, [], id="Gateway Load Balancer: by design in one subnet"
        ),
        pytest.param({"VpcEndpointType": "Tunnel"}, [{"endpoint-type": "told"}], id="a type that nobody knows"),
        pytest.param({"RequesterManaged": True}, [HELD], id="requester-managed"),
    ],
)
def test_what_is_never_written(
    enforcing: Stand, network: Network, facts: dict[str, object], told: list[dict[str, str]]
) -> None:
    """Each kind has its own truth; an unknown one is UNSUPPORTED, never PASS."""
    enforcing.cloud.stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint("kms")
    enforcing.cloud.stage.endpoint(endpoint_id, **facts)
    enforcing.look(endpoint_id)
    wait_for(
        lambda: any(hop["hop"] == "returned" and endpoint_id in hop["endpoints"] for hop in enforcing.cloud.hops())
    )
    wait_for(lambda: enforcing.outcomes(endpoint_id) == told)
    assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []


def test_an_event_that_was_lost_is_found_by_the_sweep(enforcing: Stand, network: Network) -> None:
    """The schedule's own message goes through the queue; the endpoint is fixed through the same door."""
    enforcing.cloud.stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint("kms")
    (schedule,) = enforcing.cloud.client("scheduler").list_schedules()["Schedules"]
    enforcing.cloud.stage.fire(schedule["Name"])
    wait_for(lambda: enforcing.outcomes(endpoint_id) == [FIXED])
    assert len(network.facts(endpoint_id)["SubnetIds"]) == 2


def test_an_event_that_comes_twice_is_one_write(enforcing: Stand, network: Network) -> None:
    """Delivery is at least once."""
    enforcing.cloud.stage.repeat_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint("kms")
    enforcing.told(endpoint_id, FIXED)
    assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 1
