"""The main job end to end: a client makes, changes or deletes an endpoint; what follows is the stack's doing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builders import OFF
from local.network import Network
from stand import Stand, standing

BOTH = ("multi-az", "endpoint-policy")
FIXED = dict.fromkeys(BOTH, "fixed")
WOULD = dict.fromkeys(BOTH, "would-fix")
HELD = dict.fromkeys(BOTH, "held")
GROUPS_ALONE = OFF.replace('[rules.security-group]\nmode = "off"', '[rules.security-group]\nmode = "notify"')
ONCE = {"http": 1, "e-mail": 1, "Slack": 1}


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
    assert notifying.heard(endpoint_id) == ONCE
    (mail,) = [mail for mail in notifying.cloud.mail() if endpoint_id in mail["subject"]]
    assert "Would do: add subnet-" in " ".join(mail["text"].split())
    assert quiet.facts(endpoint_id) == before
    assert notifying.ours("ModifyVpcEndpoint") == []


def test_enforce_fixes_both_in_one_write(enforcing: Stand, network: Network) -> None:
    """One ModifyVpcEndpoint, told once on each channel; our own event is looked at and leads to nothing more."""
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, FIXED)
    after = network.facts(endpoint_id)
    assert len(after["SubnetIds"]) == 2
    sids = [statement["Sid"] for statement in json.loads(after["PolicyDocument"])["Statement"]]
    assert sids == ["OurIdentitiesToOurResources", "AwsServices"]
    (write,) = enforcing.ours("ModifyVpcEndpoint", endpoint_id)
    hops = [(hop["hop"], hop["time"]) for hop in enforcing.cloud.hops() if endpoint_id in hop["endpoints"]]
    assert any(name == "received" and moment > write["time"] for name, moment in hops), "our own event came back"
    assert enforcing.heard(endpoint_id) == ONCE


def test_the_journal_has_the_before_image_before_the_write(enforcing: Stand, network: Network) -> None:
    """One transaction of the ledger before the write, one after people were told; both images are kept."""
    start = len(enforcing.cloud.calls())
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, FIXED)
    after = network.facts(endpoint_id)
    steps = ("TransactWriteItems", "ModifyVpcEndpoint", "Publish")
    calls = [call for call in enforcing.ours("", after=start) if call["action"] in steps]
    assert [call["action"] for call in calls] == [*steps, "TransactWriteItems"]
    (entry,) = enforcing.journal(endpoint_id)
    assert entry["outcome"] == "applied"
    assert json.loads(str(entry["before"]))["subnet_ids"] == [network.subnet_ids[0]]
    assert json.loads(str(entry["after"]))["subnet_ids"] == sorted(after["SubnetIds"])


def test_a_subnet_taken_away_is_put_back(enforcing: Stand, network: Network) -> None:
    """Somebody modifies the endpoint: it is fixed again, and told again."""
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, FIXED)
    second = network.facts(endpoint_id)["SubnetIds"][-1]
    network.modify(endpoint_id, RemoveSubnetIds=[second])
    enforcing.told(endpoint_id, FIXED, {"multi-az": "fixed"})
    assert len(network.facts(endpoint_id)["SubnetIds"]) == 2


def test_a_failed_call_concerns_nobody(enforcing: Stand, network: Network) -> None:
    """Its event has an errorCode: the rule does not match it, and the function is not even started."""
    start = len(enforcing.cloud.hops())
    with pytest.raises(network.ec2.exceptions.ClientError, match="InvalidServiceName"):
        network.endpoint("no-such-service")
    with pytest.raises(network.ec2.exceptions.ClientError, match="NotFound"):
        network.modify("vpce-0123456789abcdef0", AddSubnetIds=[network.subnet_ids[1]])
    assert [hop["hop"] for hop in enforcing.cloud.hops(start)] == ["published", "published"]


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
    """Twenty endpoints at once: at most six reads a batch, no double write."""
    calls, hops = len(enforcing.cloud.calls()), len(enforcing.cloud.hops())
    endpoints = [network.endpoint("kms") for _ in range(20)]
    for endpoint_id in endpoints:
        enforcing.told(endpoint_id, FIXED)
    assert [len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) for endpoint_id in endpoints] == [1] * 20
    assert [enforcing.heard(endpoint_id) for endpoint_id in endpoints] == [ONCE] * 20
    batches = sum(hop["hop"] == "received" and bool(hop["endpoints"]) for hop in enforcing.cloud.hops(hops))
    assert len(enforcing.ours("Describe", after=calls)) <= 6 * batches


def test_an_event_that_was_lost_is_found_by_the_sweep(enforcing: Stand, network: Network) -> None:
    """The schedule's own message goes through the queue; the endpoint is fixed through the same door."""
    enforcing.cloud.stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint("kms")
    enforcing.sweep()
    enforcing.told(endpoint_id, FIXED)
    assert len(network.facts(endpoint_id)["SubnetIds"]) == 2


def test_a_deletion_whose_event_was_lost_is_found_by_the_sweep(enforcing: Stand, network: Network) -> None:
    """What people were told of, and is no more, is told gone."""
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "warden:hands-off", "Value": "yes"}]}]
    endpoint_id = network.endpoint("kms", TagSpecifications=tags)
    enforcing.told(endpoint_id, HELD)
    enforcing.cloud.stage.lose_event("DeleteVpcEndpoints")
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    enforcing.sweep()
    enforcing.told(endpoint_id, HELD, dict.fromkeys(BOTH, "gone"))


def test_an_event_that_comes_twice_is_one_write(enforcing: Stand, network: Network) -> None:
    """Delivery is at least once."""
    enforcing.cloud.stage.repeat_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint("kms")
    enforcing.told(endpoint_id, FIXED)
    assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 1


def test_a_subnet_made_where_none_was_lets_the_endpoint_be_mended(enforcing: Stand) -> None:
    """A side door: the call names no endpoint, and the rule that asked for the VPC's subnets looks again."""
    network = enforcing.network("a")
    endpoint_id = create(enforcing, network)
    enforcing.told(endpoint_id, {"multi-az": "told", "endpoint-policy": "fixed"})
    zone = f"{enforcing.cloud.region}b"
    made = network.ec2.create_subnet(VpcId=network.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=zone)
    enforcing.told(endpoint_id, {"multi-az": "told", "endpoint-policy": "fixed"}, {"multi-az": "fixed"})
    assert made["Subnet"]["SubnetId"] in network.facts(endpoint_id)["SubnetIds"]


def https_from(block: str) -> list[dict[str, Any]]:
    """The permission that lets these addresses in."""
    return [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": block}]}]


def test_a_security_group_that_is_opened_is_told_of(tmp_path: Path) -> None:
    """A side door again: the call names the group alone, and of its endpoint people hear; of another's they do not."""
    with standing(tmp_path, "notify", GROUPS_ALONE) as stand:
        network = stand.network()
        made = [
            network.ec2.create_security_group(GroupName=name, Description=name, VpcId=network.vpc_id)["GroupId"]
            for name in ("opened", "kept")
        ]
        for group in made:
            network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=https_from("10.0.0.0/16"))
        opened, kept = (network.endpoint("kms", SecurityGroupIds=[group]) for group in made)
        stand.dealt_with(kept)
        stand.told(opened)
        network.ec2.authorize_security_group_ingress(GroupId=made[0], IpPermissions=https_from("0.0.0.0/0"))
        stand.told(opened, {"security-group": "told"})
        (notice,) = stand.notices(opened)
        assert "0.0.0.0/0" in json.dumps(notice)
        assert stand.notices(kept) == []
        assert stand.ours("ModifyVpcEndpoint") == []
