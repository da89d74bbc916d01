"""Publishing to SNS, against moto's SNS and SQS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from golden.cases import CASES, STACK
from test_review_notice import written as review_notice
from warden.errors import RetryLater
from warden.message import Message
from warden.notice import notice_of
from warden.notify import NEEDS, Topic

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

NOTICE = notice_of(CASES["held-unproved"], STACK)


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> Iterator[SNSClient]:
    """A client of moto's SNS."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("sns", region_name="us-east-1")


def delivered(sns: SNSClient, filter_policy: dict[str, Any], notice: Message[Any] = NOTICE) -> list[dict[str, Any]]:
    """Publish the notice, and give what a queue with this filter policy gets."""
    sqs = boto3.client("sqs", region_name="us-east-1")
    topic = sns.create_topic(Name="notices")["TopicArn"]
    queue = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {"FilterPolicy": json.dumps(filter_policy)}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    Topic(sns, topic).send(notice)
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_queue_gets_the_json(sns: SNSClient) -> None:
    """Machines get the key `default`, with subject and attributes."""
    (envelope,) = delivered(sns, {"severity": ["high"]})
    assert json.loads(envelope["Message"]) == NOTICE.payload
    assert envelope["Subject"] == NOTICE.subject
    assert envelope["MessageAttributes"]["rule"] == {"Type": "String.Array", "Value": '["multi-az", "endpoint-policy"]'}
    assert envelope["MessageAttributes"]["severity_rank"] == {"Type": "Number", "Value": "3"}


@pytest.mark.parametrize(
    ("filter_policy", "count"),
    [
        pytest.param({"severity_rank": [{"numeric": [">=", 3]}]}, 1, id="as bad as that"),
        pytest.param({"severity_rank": [{"numeric": [">=", 4]}]}, 0, id="not so bad"),
        pytest.param({"outcome": ["held", "refused"]}, 1, id="one of the outcomes"),
        pytest.param({"outcome": ["gone"]}, 0, id="none of the outcomes"),
        pytest.param({"rule": ["endpoint-policy"], "account": ["111122223333"]}, 1, id="rule and account"),
        pytest.param({"region": ["eu-west-1"]}, 0, id="another region"),
        pytest.param({"mode": ["enforce"]}, 1, id="mode"),
    ],
)
def test_subscriptions_can_filter(sns: SNSClient, filter_policy: dict[str, Any], count: int) -> None:
    """Each attribute that docs/notices.md names can be filtered by."""
    assert len(delivered(sns, filter_policy)) == count


def test_reviews_can_be_had_alone_or_left_out(sns: SNSClient) -> None:
    """By what they are about, or by how bad the news is."""
    assert len(delivered(sns, {"about": ["review"]}, review_notice("first"))) == 1
    assert delivered(sns, {"severity_rank": [{"numeric": [">=", 1]}]}, review_notice("first")) == []


def test_refusal_is_tried_again(sns: SNSClient) -> None:
    """SNS's answer becomes RetryLater, with the cause and the notice's id."""
    with pytest.raises(RetryLater, match=NOTICE.id) as caught:
        Topic(sns, "arn:aws:sns:us-east-1:123456789012:none").send(NOTICE)
    assert caught.value.__cause__ is not None


def test_unreachable_sns_is_tried_again() -> None:
    """So does a network that fails: nothing listens at this port."""
    client = boto3.client(
        "sns",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2),
    )
    with pytest.raises(RetryLater, match="SNS did not take"):
        Topic(client, "arn:aws:sns:us-east-1:123456789012:none").send(NOTICE)


def test_needs_are_what_the_contract_grants() -> None:
    """Publishing to an encrypted topic takes the key too."""
    assert frozenset({"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"}) == NEEDS
