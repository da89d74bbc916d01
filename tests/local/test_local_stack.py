"""A deployed stack works as the product needs it: events, queues, functions, topics, mail, schedule, table, secrets."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.network import Network
from local.receiver import Receiver
from local.waiting import wait_for


@pytest.fixture
def sqs(cloud: LocalCloud) -> Any:
    """An SQS client."""
    return cloud.client("sqs")


def _lines(cloud: LocalCloud, text: str, after: int = 0) -> list[dict[str, Any]]:
    """Return what the function said about messages with this text, without the first `after`."""
    return [json.loads(entry["line"]) for entry in cloud.logs() if text in entry["line"]][after:]


def _send(sqs: Any, url: str, **body: Any) -> None:
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


def _empty(sqs: Any, url: str) -> bool:
    """Whether no message of the queue waits or is being dealt with."""
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return all(int(count) == 0 for name, count in counts.items() if name.startswith("ApproximateNumberOfMessages"))


def test_endpoint_to_mail_and_subscriber(cloud: LocalCloud, stack: dict[str, str], network: Network) -> None:
    """CreateVpcEndpoint -> rule -> queue -> function -> topic -> mail and http; every hop is noted."""
    after, mailed = len(cloud.hops()), len(cloud.mail())
    with Receiver() as receiver:
        cloud.client("sns").subscribe(
            TopicArn=stack["TopicArn"], Protocol="http", Endpoint=receiver.url("/sns"), ReturnSubscriptionArn=True
        )
        endpoint = network.endpoint()
        # Late events of other tests' endpoints may come in between.
        post, *_ = wait_for(lambda: [post for post in receiver.posts("/sns") if endpoint in post.body], 20, "a post")
    assert post.message()["detail"]["responseElements"]["CreateVpcEndpointResponse"]["vpcEndpoint"]
    told = {(mail["to"], mail["subject"], mail["text"]) for mail in cloud.mail(mailed)}
    assert ("ops@example.com", "seen", "A mail that reads well at 3 a.m.") in told

    def hops_of_it() -> list[dict[str, Any]]:
        return [hop for hop in cloud.hops(after) if endpoint in hop["endpoints"]]

    wait_for(lambda: hops_of_it()[-1]["hop"] == "returned", 5, "the function's return")
    hops = hops_of_it()
    assert [hop["hop"] for hop in hops] == ["published", "matched", "received", "invoked", "told", "returned"]
    assert [hop["time"] for hop in hops] == sorted(hop["time"] for hop in hops)


def test_function_has_the_credentials_of_its_role(cloud: LocalCloud, stack: dict[str, str], sqs: Any) -> None:
    """The session is one of the role's, named after the function."""
    _send(sqs, stack["QueueUrl"], ask="who")
    (said,) = wait_for(lambda: _lines(cloud, "who"), 20, "the function's line")
    assert said["identity"] == f"arn:aws:sts::123456789012:assumed-role/{stack['RoleName']}/{stack['FunctionName']}"


def test_role_is_enforced(cloud: LocalCloud, stack: dict[str, str], sqs: Any, network: Network) -> None:
    """A statement that is dropped refuses the call inside the function; put back, it is allowed."""
    iam = cloud.client("iam")
    asked = {"RoleName": stack["RoleName"], "PolicyName": "see"}
    whole = iam.get_role_policy(**asked)["PolicyDocument"]
    less = [statement for statement in whole["Statement"] if "subnet" not in str(statement["Resource"])]
    endpoint = network.endpoint()
    change = {"VpcEndpointId": endpoint, "AddSubnetIds": [network.subnet_ids[2]]}
    for statements, error in ((less, "UnauthorizedOperation"), (whole["Statement"], None)):
        document = json.dumps({**whole, "Statement": statements})
        iam.put_role_policy(**asked, PolicyDocument=document)
        before = len(_lines(cloud, '"modify_vpc_endpoint", "error"'))
        _send(sqs, stack["QueueUrl"], call="modify_vpc_endpoint", parameters=change)
        said = wait_for(partial(_lines, cloud, '"modify_vpc_endpoint", "error"', before), 20, "the call")
        assert [line["error"] for line in said] == [error]


def test_twenty_at_once_are_one_batch(cloud: LocalCloud, stack: dict[str, str], sqs: Any) -> None:
    """BatchSize 50, window 1 s: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html .

    What another test left must be done first: the window opens with the oldest message.
    """
    wait_for(partial(_empty, sqs, stack["QueueUrl"]), 20, "the queue empty")
    for start in (0, 10):
        entries = [{"Id": str(n), "MessageBody": json.dumps({"burst": n})} for n in range(start, start + 10)]
        sqs.send_message_batch(QueueUrl=stack["QueueUrl"], Entries=entries)
    said = wait_for(lambda: len(lines := _lines(cloud, "burst")) == 20 and lines, 20, "twenty messages")
    assert {line["messages"] for line in said or []} == {20}


def test_a_failed_item_comes_again_alone_and_ends_in_the_dead_letter_queue(
    cloud: LocalCloud, stack: dict[str, str], sqs: Any
) -> None:
    """ReportBatchItemFailures and maxReceiveCount 2; the batch mate is done after the first time."""
    attribute = {"reason": {"DataType": "String", "StringValue": "test"}}
    sqs.send_message(QueueUrl=stack["QueueUrl"], MessageBody='{"fail": "twice"}', MessageAttributes=attribute)
    _send(sqs, stack["QueueUrl"], mate="fine")
    asked = {"QueueUrl": stack["DeadUrl"], "MessageAttributeNames": ["All"], "WaitTimeSeconds": 1}
    (dead,) = wait_for(lambda: sqs.receive_message(**asked).get("Messages"), 20, "the dead letter")
    assert json.loads(dead["Body"]) == {"fail": "twice"}
    assert dead["MessageAttributes"]["reason"]["StringValue"] == "test"
    assert len(_lines(cloud, "twice")) == 2
    assert len(_lines(cloud, "fine")) == 1


def test_delay_and_visibility(sqs: Any) -> None:
    """DelaySeconds holds a message back; ChangeMessageVisibility gives it back at once."""
    url = sqs.create_queue(QueueName="delay")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    (message,) = wait_for(lambda: sqs.receive_message(QueueUrl=url).get("Messages"), 5, "the message")
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    (again,) = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


def test_schedule_sends_its_input(cloud: LocalCloud, stack: dict[str, str]) -> None:
    """EventBridge Scheduler puts its static input into the queue, here when told."""
    assert stack
    (schedule,) = cloud.client("scheduler").list_schedules()["Schedules"]
    cloud.stage.fire(schedule["Name"])
    (said,) = wait_for(lambda: _lines(cloud, "sweep"), 20, "the sweep")
    assert said["saw"] == {"warden": "sweep", "account": "123456789012", "region": "eu-central-1"}


def test_table(cloud: LocalCloud, stack: dict[str, str]) -> None:
    """Conditions, a transaction that is all or nothing, BatchGetItem and Query, on a table with a customer key."""
    table, ledger = stack["TableName"], cloud.client("dynamodb")
    one = {"pk": {"S": "endpoint"}, "sk": {"S": "write#1"}}
    ledger.put_item(TableName=table, Item=one, ConditionExpression="attribute_not_exists(pk)")
    with pytest.raises(ClientError, match="ConditionalCheckFailedException"):
        ledger.put_item(TableName=table, Item=one, ConditionExpression="attribute_not_exists(pk)")
    two = {**one, "sk": {"S": "write#2"}}
    check = {"TableName": table, "Key": one, "ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        ledger.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": two}}, {"ConditionCheck": check}]
        )
    found = ledger.batch_get_item(RequestItems={table: {"Keys": [one, two]}})["Responses"][table]
    assert found == [one]
    values = {":pk": one["pk"], ":sk": {"S": "write#"}}
    query = "pk = :pk AND begins_with(sk, :sk)"
    assert ledger.query(TableName=table, KeyConditionExpression=query, ExpressionAttributeValues=values)["Count"] == 1


def test_switch_and_secret(cloud: LocalCloud, stack: dict[str, str]) -> None:
    """SSM parameter and Secrets Manager secret."""
    ssm, secrets = cloud.client("ssm"), cloud.client("secretsmanager")
    assert ssm.get_parameter(Name=stack["SwitchName"])["Parameter"]["Value"] == "run"
    ssm.put_parameter(Name=stack["SwitchName"], Value="stop", Overwrite=True)
    assert ssm.get_parameter(Name=stack["SwitchName"])["Parameter"]["Value"] == "stop"
    arn = secrets.create_secret(Name="webhook", SecretString="http://127.0.0.1/hook")["ARN"]
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "http://127.0.0.1/hook"


def test_logs_reach_the_log_group(cloud: LocalCloud, stack: dict[str, str], sqs: Any) -> None:
    """What a function prints can be read in CloudWatch Logs, between Lambda's own lines."""
    _send(sqs, stack["QueueUrl"], ask="logs")
    group = {"logGroupName": f"/aws/lambda/{stack['FunctionName']}"}
    logs = cloud.client("logs")
    wait_for(lambda: "logs" in str(logs.filter_log_events(**group)["events"]), 20, "the log event")
    assert any(event["message"].startswith("REPORT") for event in logs.filter_log_events(**group)["events"])


def test_filter_policy_of_a_mail_subscription(cloud: LocalCloud) -> None:
    """A mail subscription gets only what its filter policy lets through."""
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="filtered")["TopicArn"]
    only = {"FilterPolicy": json.dumps({"severity": ["high"]})}
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com", Attributes=only)
    after = len(cloud.mail())
    for severity in ("low", "high"):
        attributes = {"severity": {"DataType": "String", "StringValue": severity}}
        sns.publish(TopicArn=topic, Message=severity, Subject=severity, MessageAttributes=attributes)
    assert [mail["text"] for mail in cloud.mail(after)] == ["high"]


def test_a_declared_http_subscription_waits_until_it_is_confirmed(cloud: LocalCloud, tmp_path: Path) -> None:
    """MiniStack sends no confirmation for one that a template declares; `confirm_subscriptions` stands in for it."""
    with Receiver() as receiver:
        hook = {"Protocol": "http", "Endpoint": receiver.url("/hook")}
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [hook]}}
        template = {"Resources": {"Topic": topic}, "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}}}
        (tmp_path / "template.yaml").write_text(json.dumps(template))
        arn = cloud.deploy(tmp_path, stack="hook")["Topic"]
        cloud.stage.confirm_subscriptions()
        cloud.client("sns").publish(TopicArn=arn, Message="confirmed")
        (post,) = wait_for(lambda: receiver.posts("/hook"), 10, "the post")
    assert post.json()["Message"] == "confirmed"


def test_own_calls_are_recognised(cloud: LocalCloud, stack: dict[str, str], network: Network) -> None:
    """The event of a call that the function makes names its role as the issuer of the session."""
    endpoint = network.endpoint()
    change = {"VpcEndpointId": endpoint, "AddSubnetIds": [network.subnet_ids[2]]}
    _send(cloud.client("sqs"), stack["QueueUrl"], call="modify_vpc_endpoint", parameters=change)
    with Receiver() as receiver:
        sns = cloud.client("sns")
        sns.subscribe(TopicArn=stack["TopicArn"], Protocol="http", Endpoint=receiver.url("/own"))
        told = wait_for(partial(_own, receiver, endpoint), 20, "the event of the function's own call")
    assert told["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == stack["RoleArn"]
    assert told["userAgent"].startswith("Boto3")


def _own(receiver: Receiver, endpoint: str) -> dict[str, Any]:
    """Return the record of the function's own ModifyVpcEndpoint, once it was told."""
    details: list[dict[str, Any]] = [post.message().get("detail", {}) for post in receiver.posts("/own")]
    own = [detail for detail in details if detail.get("eventName") == "ModifyVpcEndpoint" and endpoint in str(detail)]
    return own[0] if own else {}
