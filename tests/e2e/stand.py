"""The whole product on the local cloud: the built template deployed, somebody listening on each channel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.cloud import LocalCloud
from local.deploy import with_standard
from local.receiver import Receiver
from local.waiting import wait_for

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".aws-sam" / "build"
BIN = Path(sys.executable).parent
EMAIL = "network@example.com"
ENFORCING = """
[organisation]
id = "o-a1b2c3d4e5"
[rules.multi-az]
mode = "enforce"
[rules.endpoint-policy]
mode = "enforce"
[managed]
unknown_creator = "write"
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
        """Wait until exactly these were told of the endpoint, and every event of it was dealt with."""
        wait_for(lambda: self.outcomes(endpoint_id) == list(outcomes), what=f"{outcomes} told of {endpoint_id}")
        self.dealt_with(endpoint_id)
        assert self.outcomes(endpoint_id) == list(outcomes)

    def dealt_with(self, endpoint_id: str) -> None:
        """Wait until the function is done with a batch that came after the newest event of the endpoint."""

        def done() -> bool:
            last = {hop["hop"]: int(hop["n"]) for hop in self.cloud.hops() if endpoint_id in hop["endpoints"]}
            return 0 < last.get("matched", 0) < last.get("received", 0) < last.get("returned", 0)

        wait_for(done, what=f"the newest event of {endpoint_id} dealt with")

    def ours(self, action: str, endpoint_id: str = "") -> list[dict[str, Any]]:
        """The calls of this action that the function made under its role, of all endpoints or of one."""
        return [
            call
            for call in self.cloud.calls()
            if call["action"] == action
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

    def send(self, message: object) -> None:
        """Put a message into the queue, as it is or as JSON."""
        body = message if isinstance(message, str) else json.dumps(message)
        self.cloud.client("sqs").send_message(QueueUrl=self.outputs["ChangeQueueUrl"], MessageBody=body)

    def look(self, endpoint_id: str) -> None:
        """Ask for a look at an endpoint, as the sweep does."""
        self.send(
            {
                "warden": "look",
                "account": self.cloud.account,
                "region": self.cloud.region,
                "endpoint_id": endpoint_id,
                "since": "2026-01-01T00:00:00Z",
            }
        )


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


class Loader(yaml.SafeLoader):
    """Keeps CloudFormation's short forms (`!Ref`) through reading and writing."""


class Dumper(yaml.SafeDumper):
    """Writes them as they were read."""


@dataclass(frozen=True, slots=True)
class Short:
    """A short form and its node."""

    tag: str
    node: yaml.Node


Loader.add_multi_constructor("!", lambda _loader, suffix, node: Short(f"!{suffix}", node))
Dumper.add_representer(Short, lambda _dumper, short: short.node)


def spoil(build: Path, mend: Callable[[dict[str, Any]], None]) -> None:
    """Change the built template in place."""
    path = build / "template.yaml"
    template = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506  a SafeLoader
    mend(template)
    path.write_text(yaml.dump(template, Dumper=Dumper, sort_keys=False), encoding="utf-8")


def without_statement(action: str) -> Callable[[dict[str, Any]], None]:
    """Take every permission for this action out of OnChange's role."""

    def mend(template: dict[str, Any]) -> None:
        (policy,) = template["Resources"]["OnChangeRole"]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            statement["Action"] = [other for other in actions if other != action] or ["ec2:DescribeRegions"]

    return mend
