"""The whole product on the local cloud: the built template deployed, somebody listening on each channel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts import CONSUMER
from local.cloud import LocalCloud
from local.deploy import with_standard
from local.network import Network
from local.receiver import Receiver
from local.waiting import wait_for
from spoil import revoke, spoil

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".aws-sam" / "build"
BIN = Path(sys.executable).parent
EMAIL = "network@example.com"
ENFORCING = f"""
[organisation]
id = "o-a1b2c3d4e5"
[rules.multi-az]
mode = "enforce"
[rules.endpoint-policy]
mode = "enforce"
[rules.service-connections]
mode = "enforce"
hours = 0
[rules.service-principals]
registry = [{{ principal = "{CONSUMER}", purpose = "billing", contact = "ann@example.com" }}]
[managed]
unknown_creator = "write"
[baseline.dynamodb]
accept_unproved = true
[baseline.kms]
accept_unproved = true
[baseline.sqs]
accept_unproved = true
"""
Told = dict[str, str]


@dataclass(frozen=True, slots=True)
class Stand:
    """A running cloud with the stack in it."""

    cloud: LocalCloud
    receiver: Receiver
    """The http subscriber."""
    slack: Receiver
    """What stands in for Slack."""
    outputs: dict[str, str]

    def aws(self, *words: str) -> dict[str, Any]:
        """Run the AWS CLI, a client that nobody here wrote."""
        done = subprocess.run(
            [str(BIN / "aws"), *words, "--output", "json"],
            env=os.environ | self.cloud.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(json.loads(done.stdout or "{}"))

    def network(self, zones: str = "abc") -> Network:
        """A VPC with a subnet per letter; the events of its making are lost, so that those of endpoints stand alone."""
        self.cloud.stage.lose_event("CreateSubnet", times=len(zones))
        return Network.make(self.cloud.client("ec2"), zones)

    def notices(self, endpoint_id: str) -> list[dict[str, Any]]:
        """What the http subscriber was told of the endpoint."""
        told = [post.message() for post in self.receiver.posts("/sns") if "Message" in post.json()]
        return [notice for notice in told if notice["endpoint"]["id"] == endpoint_id]

    def outcomes(self, endpoint_id: str) -> list[Told]:
        """The same as rule to outcome."""
        return [
            {result["rule"]: result["outcome"] for result in notice["results"]} for notice in self.notices(endpoint_id)
        ]

    def told(self, endpoint_id: str, *outcomes: Told) -> None:
        """Wait until exactly these were told of the endpoint, and nothing that could tell more is left."""
        wait_for(lambda: self.outcomes(endpoint_id) == list(outcomes), what=f"{outcomes} told of {endpoint_id}")
        self.idle()
        assert self.outcomes(endpoint_id) == list(outcomes)

    def heard(self, endpoint_id: str) -> dict[str, int]:
        """How many messages about the endpoint came on each channel; refused ones do not count."""
        slack = [post for post in self.slack.posts() if endpoint_id in post.body and post.status == 200]
        mail = [mail for mail in self.cloud.mail() if endpoint_id in mail["subject"] and mail["to"] == EMAIL]
        return {"http": len(self.notices(endpoint_id)), "e-mail": len(mail), "Slack": len(slack)}

    def idle(self) -> None:
        """Wait until the queues hold nothing but delayed messages: every event so far was dealt with.

        An event is in the queue before the call that made it is answered, and leaves it when its batch has returned.
        """

        def done() -> bool:
            return all(
                (count["visible"], count["in flight"]) == (0, 0)
                for count in (self.queue("ChangeQueueUrl"), self.queue("NoticeQueueUrl"))
            )

        wait_for(done, what="every message dealt with")

    def forget_messages(self) -> None:
        """Drop what waits in the queue, so that it comes up in no other test."""
        self.cloud.client("sqs").purge_queue(QueueUrl=self.outputs["ChangeQueueUrl"])

    def dealt_with(self, endpoint_id: str) -> None:
        """Wait until the function is done with a batch that came after the newest event of the endpoint.

        Unlike `idle` it holds where the message must come again.
        """

        def done() -> bool:
            last = {hop["hop"]: int(hop["n"]) for hop in self.cloud.hops() if endpoint_id in hop["endpoints"]}
            return 0 < last.get("matched", 0) < last.get("received", 0) < last.get("returned", 0)

        wait_for(done, what=f"the newest event of {endpoint_id} dealt with")

    def postponed(self, endpoint_id: str) -> None:
        """Wait until the function found the endpoint not ready, and see the message that it left for later."""

        def said() -> bool:
            lines = [log["line"] for log in self.cloud.logs() if endpoint_id in log["line"]]
            return any('"endpoint not ready"' in line for line in lines)

        wait_for(said, what=f"{endpoint_id} put off")
        assert self.queue()["delayed"] >= 1

    def ours(self, action: str, endpoint_id: str = "", after: int = 0) -> list[dict[str, Any]]:
        """The calls of this action, or that begin so, that the function made, of all endpoints or of one.

        Without the first `after` calls of all.
        """
        return [
            call
            for call in self.cloud.calls(after)
            if call["action"].startswith(action)
            and "OnChangeRole" in str(call["principal"])
            and (not endpoint_id or endpoint_id in call["resources"])
        ]

    def journal(self, endpoint_id: str) -> list[dict[str, Any]]:
        """The journal's entries of the endpoint, oldest first."""
        partition = f"journal#{self.cloud.account}#{self.cloud.region}#{endpoint_id}"
        found = self.cloud.client("dynamodb").query(
            TableName=self.outputs["LedgerName"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return [{name: value.get("S") for name, value in item.items()} for item in found["Items"]]

    def queue(self, output: str = "ChangeQueueUrl") -> dict[str, int]:
        """How many messages of the queue are visible, in flight and delayed."""
        found = self.cloud.client("sqs").get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=["All"])
        names = {"": "visible", "NotVisible": "in flight", "Delayed": "delayed"}
        return {word: int(found["Attributes"][f"ApproximateNumberOfMessages{name}"]) for name, word in names.items()}

    def send(self, *messages: str) -> None:
        """Put messages into the queue in one call, so that one batch has them all."""
        entries = [{"Id": str(place), "MessageBody": body} for place, body in enumerate(messages)]
        self.cloud.client("sqs").send_message_batch(QueueUrl=self.outputs["ChangeQueueUrl"], Entries=entries)

    def dead_letters(self) -> dict[str, str]:
        """What was put aside, with the reason; each can be read once only."""
        found = self.cloud.client("sqs").receive_message(
            QueueUrl=self.outputs["DeadLettersUrl"], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return {
            letter["Body"]: letter["MessageAttributes"]["reason"]["StringValue"] for letter in found.get("Messages", [])
        }

    def sweep(self) -> None:
        """Let the daily schedule of the stack fire now."""
        schedules = self.cloud.client("scheduler").list_schedules()["Schedules"]
        (name,) = (one["Name"] for one in schedules if "Sweep" in one["Name"])
        self.cloud.stage.fire(name)

    @contextmanager
    def without(self, action: str) -> Iterator[None]:
        """A block in which the function's role lacks this permission; its failed messages are dropped afterwards."""
        iam = self.cloud.client("iam")
        where = {"RoleName": self.outputs["OnChangeRoleArn"].rsplit("/", 1)[1], "PolicyName": "on-change"}
        before = iam.get_role_policy(**where)["PolicyDocument"]
        after = deepcopy(before)
        revoke(after, action)
        iam.put_role_policy(**where, PolicyDocument=json.dumps(after))
        try:
            yield
        finally:
            iam.put_role_policy(**where, PolicyDocument=json.dumps(before))
            self.forget_messages()

    def look(self, endpoint_id: str, **facts: object) -> None:
        """Ask for a look at an endpoint, as the sweep does; `facts` are what else its message says."""
        self.send(self.look_message(endpoint_id, **facts))

    def look_message(self, endpoint_id: str, **facts: object) -> str:
        """The message that asks for it."""
        place = {"account": self.cloud.account, "region": self.cloud.region}
        look = {"warden": "look", "endpoint_id": endpoint_id, "since": "2026-01-01T00:00:00Z", **place, **facts}
        return json.dumps(look)


@contextmanager
def standing(
    folder: Path, mode: str, standard: str = ENFORCING, mend: Callable[[dict[str, Any]], None] = lambda _template: None
) -> Iterator[Stand]:
    """Start a cloud and deploy the build in this mode, with a standard of the test's; `mend` may spoil the template."""
    build = with_standard(BUILT, folder / "build", standard)
    spoil(build, mend)
    with LocalCloud() as cloud, Receiver() as receiver, Receiver() as slack:
        secret = cloud.client("secretsmanager").create_secret(Name="slack", SecretString=slack.url("/slack"))
        parameters = {"Mode": mode, "NoticeEmail": EMAIL, "SlackWebhookSecretArn": secret["ARN"]}
        outputs = cloud.deploy(build, parameters)
        sns = cloud.client("sns")
        sns.subscribe(TopicArn=outputs["NoticeTopicArn"], Protocol="http", Endpoint=receiver.url("/sns"))
        cloud.stage.confirm_subscriptions()
        yield Stand(cloud, receiver, slack, outputs)
