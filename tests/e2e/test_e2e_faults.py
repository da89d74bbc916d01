"""What goes wrong on the way, end to end: nothing is lost, nothing is written twice or that must not be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.network import Network
from local.waiting import wait_for
from stand import Stand

BOTH = ("multi-az", "endpoint-policy")
FIXED = dict.fromkeys(BOTH, "fixed")
HELD = dict.fromkeys(BOTH, "held")


def test_an_answer_that_is_lost_is_no_second_write(enforcing: Stand, network: Network) -> None:
    """The change was made and the answer lost: it is found made, and told as fixed."""
    enforcing.cloud.stage.lose_response("ModifyVpcEndpoint")
    endpoint_id = network.endpoint()
    enforcing.told(endpoint_id, FIXED)
    assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 1


@pytest.mark.parametrize("fault", ["throttle", "busy"])
def test_a_write_that_may_pass_later_is_put_off(enforcing: Stand, network: Network, fault: str) -> None:
    """One new message with a delay, no failed one; nothing is told, and the try counts for nothing."""
    stage = enforcing.cloud.stage
    {"throttle": stage.throttle, "busy": stage.busy}[fault]("ModifyVpcEndpoint")
    before = enforcing.queue()["delayed"]
    endpoint_id = network.endpoint()
    wait_for(lambda: enforcing.queue()["delayed"] > before, what="a delayed message")
    enforcing.dealt_with(endpoint_id)
    assert enforcing.outcomes(endpoint_id) == []
    assert [str(entry["outcome"]).split(":")[0] for entry in enforcing.journal(endpoint_id)] == ["failed"]
    enforcing.look(endpoint_id)
    wait_for(lambda: enforcing.outcomes(endpoint_id) == [FIXED])


def test_a_refused_write_is_told_with_awss_answer(enforcing: Stand, network: Network) -> None:
    """AccessDenied is not tried again; people get AWS's own words."""
    enforcing.cloud.stage.deny("ModifyVpcEndpoint")
    endpoint_id = network.endpoint()
    enforcing.told(endpoint_id, dict.fromkeys(BOTH, "refused"))
    assert "UnauthorizedOperation" in enforcing.notices(endpoint_id)[0]["results"][0]["why"]


def test_an_endpoint_that_is_pending_is_looked_at_again(enforcing: Stand, network: Network) -> None:
    """A delayed message while it is pending; once available, it is fixed."""
    enforcing.cloud.stage.settle(None)
    before = enforcing.queue()["delayed"]
    endpoint_id = network.endpoint()
    wait_for(lambda: enforcing.queue()["delayed"] > before, what="a delayed message")
    assert enforcing.outcomes(endpoint_id) == []
    enforcing.cloud.stage.available(endpoint_id)
    enforcing.look(endpoint_id)
    wait_for(lambda: enforcing.outcomes(endpoint_id) == [FIXED])


def test_an_endpoint_not_visible_yet_is_looked_at_again(enforcing: Stand, network: Network) -> None:
    """EC2's describe lags behind its create: that is not "gone"."""
    enforcing.cloud.stage.stale(times=1)
    before = enforcing.queue()["delayed"]
    endpoint_id = network.endpoint()
    wait_for(lambda: enforcing.queue()["delayed"] > before, what="a delayed message")
    enforcing.look(endpoint_id)
    wait_for(lambda: enforcing.outcomes(endpoint_id) == [FIXED])


def test_an_endpoint_gone_before_we_look_is_silent(enforcing: Stand, network: Network) -> None:
    """A look at something that is not there tells nobody and fails nothing."""
    endpoint_id = "vpce-0feedfeedfeedfeed"
    enforcing.look(endpoint_id)
    wait_for(
        lambda: any(hop["hop"] == "returned" and endpoint_id in hop["endpoints"] for hop in enforcing.cloud.hops())
    )
    assert enforcing.outcomes(endpoint_id) == []
    assert network.vpc_id


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
    wait_for(lambda: enforcing.outcomes(endpoint_id) == [HELD])
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
    """Each lands in the dead letters with its reason; the good one between them is handled."""
    enforcing.cloud.stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint()
    place = {"account": enforcing.cloud.account, "region": enforcing.cloud.region}
    enforcing.send("{")
    enforcing.send({"warden": "look", "endpoint_id": "vpce-1; rm -rf", **place})
    enforcing.look(endpoint_id)
    wait_for(lambda: enforcing.outcomes(endpoint_id) == [FIXED])
    wait_for(lambda: enforcing.queue("DeadLettersUrl")["visible"] >= 2, what="two dead letters")
    letters = enforcing.cloud.client("sqs").receive_message(
        QueueUrl=enforcing.outputs["DeadLettersUrl"], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )["Messages"]
    reasons = [letter["MessageAttributes"]["reason"]["StringValue"] for letter in letters]
    assert any("not JSON" in reason for reason in reasons)
    assert any("vpce-1; rm -rf" in reason for reason in reasons)


def test_slack_that_is_busy_gets_the_notice_later_and_once(enforcing: Stand, network: Network) -> None:
    """429 with Retry-After, then taken: nothing is lost."""
    enforcing.slack.refuse(times=1, status=429, retry_after=1)
    endpoint_id = network.endpoint()

    def taken() -> list[int]:
        return [post.status for post in enforcing.slack.posts() if endpoint_id in post.body]

    wait_for(lambda: 200 in taken(), what="Slack took the notice")
    assert taken() == [429, 200]
