"""What goes wrong on the way, end to end: nothing is lost, nothing is written twice or that must not be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.network import Network
from stand import Stand

BOTH = ("multi-az", "endpoint-policy")
FIXED = dict.fromkeys(BOTH, "fixed")
HELD = dict.fromkeys(BOTH, "held")


def test_an_answer_that_is_lost_is_no_second_write(enforcing: Stand, network: Network) -> None:
    """The change was made and the answer lost: it is found made, and told as fixed."""
    enforcing.cloud.stage.lose_response("ModifyVpcEndpoint")
    endpoint_id = network.endpoint()
    enforcing.told(endpoint_id, FIXED)
    (write,) = enforcing.ours("ModifyVpcEndpoint", endpoint_id)
    assert write["lost"]
    assert len(network.facts(endpoint_id)["SubnetIds"]) == 2


@pytest.mark.parametrize("fault", ["throttle", "busy"])
def test_a_write_that_may_pass_later_is_put_off(enforcing: Stand, network: Network, fault: str) -> None:
    """One new message with a delay, no failed one; nothing is told, and the try counts for nothing."""
    stage = enforcing.cloud.stage
    {"throttle": stage.throttle, "busy": stage.busy}[fault]("ModifyVpcEndpoint")
    endpoint_id = network.endpoint()
    enforcing.postponed(endpoint_id)
    enforcing.told(endpoint_id)
    assert [str(entry["outcome"]).split(":")[0] for entry in enforcing.journal(endpoint_id)] == ["failed"]
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, FIXED)
    assert [call["status"] == 200 for call in enforcing.ours("ModifyVpcEndpoint", endpoint_id)] == [False, True]


def test_a_refused_write_is_told_with_awss_answer(enforcing: Stand, network: Network) -> None:
    """AccessDenied is not tried again; people get AWS's own words."""
    enforcing.cloud.stage.deny("ModifyVpcEndpoint")
    endpoint_id = network.endpoint()
    enforcing.told(endpoint_id, dict.fromkeys(BOTH, "refused"))
    assert "UnauthorizedOperation" in enforcing.notices(endpoint_id)[0]["results"][0]["why"]


def test_an_endpoint_not_visible_yet_is_looked_at_again(enforcing: Stand, network: Network) -> None:
    """EC2's describe lags behind its create: that is not "gone"."""
    enforcing.cloud.stage.stale(times=1)
    endpoint_id = network.endpoint()
    enforcing.postponed(endpoint_id)
    enforcing.told(endpoint_id)
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, FIXED)


def test_what_terraform_makes_is_held(enforcing: Stand, network: Network) -> None:
    """The creating call's user agent tells; it is remembered."""
    agent = Config(user_agent_extra="APN/1.0 HashiCorp/1.0 Terraform/1.9.5 terraform-provider-aws/5.60")
    terraform = Network(enforcing.cloud.client("ec2", config=agent), network.vpc_id, network.subnet_ids)
    endpoint_id = terraform.endpoint()
    enforcing.told(endpoint_id, HELD)
    assert "Terraform manages" in enforcing.notices(endpoint_id)[0]["results"][0]["why"]
    assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []


def test_what_cloudformation_makes_is_held(enforcing: Stand, network: Network) -> None:
    """Its tags tell; people cannot set them, so they are staged."""
    stage = enforcing.cloud.stage
    stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint()
    stage.endpoint(endpoint_id, Tags=[{"Key": "aws:cloudformation:stack-name", "Value": "network"}])
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, HELD)
    assert (
        "CloudFormation manages the endpoint (stack network)" in enforcing.notices(endpoint_id)[0]["results"][0]["why"]
    )
    assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []


def test_the_hands_off_tag_holds_here_and_in_iam(enforcing: Stand, network: Network) -> None:
    """The code does not try; and under the function's own role, IAM refuses the tagged endpoint, and only that."""
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "warden:hands-off", "Value": "yes"}]}]
    tagged = network.endpoint(TagSpecifications=tags)
    enforcing.told(tagged, HELD)
    assert enforcing.ours("ModifyVpcEndpoint", tagged) == []
    untagged = network.endpoint()
    enforcing.told(untagged, FIXED)

    ours = _as_the_function(enforcing)
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        ours.modify_vpc_endpoint(VpcEndpointId=tagged, AddSubnetIds=[network.subnet_ids[1]])
    free = next(subnet for subnet in network.subnet_ids if subnet not in network.facts(untagged)["SubnetIds"])
    assert ours.modify_vpc_endpoint(VpcEndpointId=untagged, AddSubnetIds=[free])["Return"]


def _as_the_function(stand: Stand) -> Any:
    """An EC2 client under OnChange's role, whose trust is opened to the test for the moment."""
    role = stand.outputs["OnChangeRoleArn"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{stand.cloud.account}:root"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    name = role.rsplit("/", 1)[1]
    iam = stand.cloud.client("iam")
    before = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(document))
    given = stand.cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(before))
    keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
    return stand.cloud.client("ec2", aws_session_token=given["SessionToken"], **keys)


def test_bad_messages_are_put_aside_and_their_mates_unharmed(enforcing: Stand, network: Network) -> None:
    """Each lands in the dead letters as it came, with its reason; the good one of the same batch is handled."""
    enforcing.cloud.stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint()
    place = {"account": enforcing.cloud.account, "region": enforcing.cloud.region}
    bad = {
        "{": "not JSON",
        json.dumps({"warden": "look", "endpoint_id": "vpce-1; rm -rf", **place}): "vpce-1; rm -rf",
        json.dumps({"warden": "sweep", **place, "account": "999999999999"}): "account '999999999999'",
        json.dumps({"source": "aws.s3", "detail": {}, **place}): "source is 'aws.s3'",
        json.dumps({"source": "aws.ec2", "detail": {"pad": "x" * 256_000}, **place}): "characters; at most",
    }
    start = len(enforcing.cloud.hops())
    enforcing.send(*bad, enforcing.look_message(endpoint_id))
    enforcing.told(endpoint_id, FIXED)
    assert next(hop["messages"] for hop in enforcing.cloud.hops(start) if hop["hop"] == "received") == 6
    letters = enforcing.dead_letters()
    assert letters.keys() >= bad.keys()
    for body, reason in bad.items():
        assert reason in letters[body]


def test_slack_that_is_busy_gets_the_notice_later_and_once(enforcing: Stand, network: Network) -> None:
    """429 with Retry-After, then taken: nothing is lost."""
    enforcing.slack.refuse(times=1, status=429, retry_after=1)
    endpoint_id = network.endpoint()
    enforcing.told(endpoint_id, FIXED)
    assert [post.status for post in enforcing.slack.posts() if endpoint_id in post.body] == [429, 200]
