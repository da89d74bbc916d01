"""The stage of the demo: a cloud with the stack in it, a VPC of three zones, and the three who listen."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.cloud import LocalCloud
from local.demo.voice import DemoFailed, Voice
from local.deploy import with_standard
from local.receiver import Receiver

STANDARD: Final = Path(__file__).with_name("standard.toml")
AWS: Final = Path(sys.executable).with_name("aws")
EMAIL: Final = "network-team@example.com"
STACK: Final = "endpoint-warden"
ZONES: Final = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the story needs."""

    cloud: LocalCloud
    receiver: Receiver
    outputs: dict[str, str]
    build: Path
    secret_arn: str
    vpc_id: str
    subnet_ids: tuple[str, ...]
    """One for each zone."""

    def deploy(self, mode: str) -> None:
        """Deploy the stack again with another mode."""
        self.cloud.deploy(self.build, parameters(mode, self.secret_arn), STACK)

    def aws(self, *words: str) -> dict[str, Any]:
        """Run the AWS CLI, a client that nobody here wrote; raise DemoFailed with its words where it fails."""
        done = subprocess.run(
            [str(AWS), *words, "--output", "json"],
            env=os.environ | self.cloud.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoFailed(f"aws {' '.join(words[:2])} failed: {done.stderr.strip()}")
        return dict(json.loads(done.stdout or "{}"))

    def endpoint(self, endpoint_id: str) -> dict[str, Any]:
        """The endpoint as EC2 describes it now."""
        found = self.cloud.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])
        return dict(found["VpcEndpoints"][0])

    def notices(self, endpoint_id: str) -> list[dict[str, Any]]:
        """What the http subscriber was sent about this endpoint."""
        told = [post.message() for post in self.receiver.posts("/sns") if "Message" in post.json()]
        return [notice for notice in told if notice["endpoint"]["id"] == endpoint_id]

    def journal(self, endpoint_id: str) -> list[str]:
        """How each write to this endpoint ended, as the ledger has it."""
        partition = f"journal#{self.cloud.account}#{self.cloud.region}#{endpoint_id}"
        found = self.cloud.client("dynamodb").query(
            TableName=self.outputs["LedgerName"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return [item["outcome"]["S"] for item in found["Items"]]

    def mail(self, endpoint_id: str) -> list[dict[str, Any]]:
        """The e-mails about this endpoint."""
        return [mail for mail in self.cloud.mail() if endpoint_id in mail["subject"]]

    def slack(self, endpoint_id: str) -> list[dict[str, Any]]:
        """What Slack took about this endpoint."""
        posts = [post for post in self.receiver.posts("/slack") if endpoint_id in post.body]
        return [post.json() for post in posts if post.status == 200]  # noqa: PLR2004  OK


def parameters(mode: str, secret_arn: str) -> dict[str, str]:
    """The stack's parameters, which are all that is particular to the demo."""
    return {"Mode": mode, "NoticeEmail": EMAIL, "SlackWebhookSecretArn": secret_arn}


@contextmanager
def scene(voice: Voice, built: Path) -> Iterator[Scene]:
    """Set the stage; nothing of it stays: the cloud's keeper outlives even a kill, and removes its folder."""
    with LocalCloud() as cloud, Receiver() as receiver:
        vpc_id, subnet_ids = _vpc(cloud)  # before the stack, which would look at the VPC for every subnet made in it
        build = with_standard(built, cloud.folder / "build", STANDARD.read_text(encoding="utf-8"))
        secret = cloud.client("secretsmanager").create_secret(Name="slack-webhook", SecretString=receiver.url("/slack"))
        outputs = voice.do(
            "stack deployed from the built template.yaml, in mode notify",
            lambda: cloud.deploy(build, parameters("notify", secret["ARN"]), STACK),
        )
        cloud.client("sns").subscribe(
            TopicArn=outputs["NoticeTopicArn"], Protocol="http", Endpoint=receiver.url("/sns")
        )
        cloud.stage.confirm_subscriptions()
        voice.say(f"A VPC {vpc_id} with one subnet in each of {len(subnet_ids)} zones is there.")
        voice.say("Listening: an http subscriber of the topic, a mailbox, and a stand-in for Slack's webhook.")
        yield Scene(cloud, receiver, outputs, build, secret["ARN"], vpc_id, subnet_ids)


def _vpc(cloud: LocalCloud) -> tuple[str, tuple[str, ...]]:
    ec2 = cloud.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    tags = [{"ResourceType": "subnet", "Tags": [{"Key": "Tier", "Value": "endpoints"}]}]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=f"10.20.{number}.0/24",
            AvailabilityZone=f"{cloud.region}{zone}",
            TagSpecifications=tags,
        )
        for number, zone in enumerate(ZONES)
    ]
    return vpc_id, tuple(made["Subnet"]["SubnetId"] for made in subnets)
