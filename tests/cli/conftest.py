"""`warden`, run in this process against an account in moto, with an environment that is nobody's.

What moto does not have stays untested here (a filter by endpoint id, simulated policies, functions that run): that is
for the tests with fakes, and for the one with the local cloud.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from builders import FULL_ACCESS, NARROW
from cli.main import app
from template import load

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

Run: TypeAlias = Callable[..., Result]

REGION = "us-east-1"
STACK = "warden"
ORGANISED = """
[organisation]
id = "o-a1b2c3d4e5"
[rules.multi-az]
mode = "{mode}"
[rules.endpoint-policy]
mode = "{mode}"
[managed]
unknown_creator = "write"
[baseline.kms]
accept_unproved = true
[baseline.sqs]
"""
RULES = {"ChangeRule": "changes", "BesideRule": "beside", "TagRule": "tags"}
"""Names of the EventBridge rules."""
PATTERNS = {logical_id: rule["EventPattern"] for logical_id, rule in load().of_type("AWS::Events::Rule").items()}
"""What template.yaml has them take."""
STRANGE = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "NO_COLOR", "FORCE_COLOR")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials that open nothing, a region, and no configuration of whoever runs the tests."""
    for name in STRANGE:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def account() -> Iterator[None]:
    """An empty account."""
    with mock_aws():
        yield


@pytest.fixture
def warden() -> Run:
    """Run the command line with these words; `terminal` pretends that stdout and stderr are one."""

    def run(*words: str, terminal: bool = False) -> Result:
        return CliRunner().invoke(app, words, env={"FORCE_COLOR": "1"} if terminal else {}, catch_exceptions=False)

    return run


@pytest.fixture
def enforcing(tmp_path: Path) -> str:
    """The path of a standard that lets both rules fix."""
    path = tmp_path / "enforcing.toml"
    path.write_text(ORGANISED.format(mode="enforce"), encoding="utf-8")
    return str(path)


@pytest.fixture
def telling(tmp_path: Path) -> str:
    """The path of a standard that lets no rule fix."""
    path = tmp_path / "telling.toml"
    path.write_text(ORGANISED.format(mode="notify"), encoding="utf-8")
    return str(path)


@pytest.fixture
def ec2(account: None) -> EC2Client:  # noqa: ARG001  the account must be there first
    """EC2 of the account."""
    return boto3.client("ec2", region_name=REGION)


@pytest.fixture
def vpc(ec2: EC2Client) -> str:
    """The id of a VPC."""
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnets(ec2: EC2Client, vpc: str) -> tuple[str, ...]:
    """The ids of a subnet in zone a and one in zone b."""
    made = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"{REGION}{letter}")
        for place, letter in enumerate("ab")
    )
    return tuple(one["Subnet"]["SubnetId"] for one in made)


@pytest.fixture
def interface(ec2: EC2Client, vpc: str, subnets: tuple[str, ...]) -> Callable[..., str]:
    """Make an interface endpoint of KMS in so many zones, with these tags; `narrow=False` for full access."""

    def make(*, zones: int = 1, narrow: bool = True, **tags: str) -> str:
        answer = ec2.create_vpc_endpoint(
            VpcId=vpc,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{REGION}.kms",
            SubnetIds=list(subnets[:zones]),
            PolicyDocument=NARROW if narrow else FULL_ACCESS,
        )
        made = answer["VpcEndpoint"]["VpcEndpointId"]
        for name, value in tags.items():
            ec2.create_tags(Resources=[made], Tags=[{"Key": name, "Value": value}])
        return made

    return make


@pytest.fixture
def gateway(ec2: EC2Client, vpc: str) -> str:
    """A gateway endpoint of S3 with a narrow policy."""
    answer = ec2.create_vpc_endpoint(
        VpcId=vpc, VpcEndpointType="Gateway", ServiceName=f"com.amazonaws.{REGION}.s3", PolicyDocument=NARROW
    )
    return answer["VpcEndpoint"]["VpcEndpointId"]


@pytest.fixture
def deploy(account: None) -> Callable[..., None]:  # noqa: ARG001  the account must be there first
    """Make the parts of a stack that `warden` asks for, by a template as small as can be."""

    def make(mode: str = "enforce", kill_switch: str = "run") -> None:
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket="code")
        s3.put_object(Bucket="code", Key="code.zip", Body=_code())
        body = json.dumps(template(mode, kill_switch))
        boto3.client("cloudformation", region_name=REGION).create_stack(
            StackName=STACK, TemplateBody=body, Capabilities=["CAPABILITY_IAM"]
        )

    return make


def _code() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("on_change.py", "")
    return buffer.getvalue()


def template(mode: str, kill_switch: str) -> dict[str, Any]:
    """The stack's parts under the names that template.yaml gives them."""
    environment = {
        "WARDEN_ACCOUNT": {"Ref": "AWS::AccountId"},
        "WARDEN_STACK": STACK,
        "WARDEN_MODE": mode,
        "WARDEN_TABLE": {"Ref": "Ledger"},
        "WARDEN_QUEUE_URL": {"Ref": "ChangeQueue"},
        "WARDEN_DEAD_LETTERS_URL": {"Ref": "DeadLetters"},
        "WARDEN_TOPIC_ARN": {"Ref": "NoticeTopic"},
        "WARDEN_KILL_SWITCH": {"Ref": "KillSwitch"},
        "WARDEN_ROLE_ARN": {"Fn::GetAtt": ["OnChangeRole", "Arn"]},
    }
    return {
        "Resources": {
            "Key": _resource("KMS::Key", KeyPolicy={}),
            "ChangeQueue": _resource("SQS::Queue", QueueName="changes"),
            "DeadLetters": _resource("SQS::Queue", QueueName="dead"),
            "NoticeTopic": _resource("SNS::Topic", TopicName="notices"),
            "OperationsTopic": _resource("SNS::Topic", TopicName="operations"),
            "KillSwitch": _resource("SSM::Parameter", Name="/warden/kill-switch", Type="String", Value=kill_switch),
            "Ledger": _resource(
                "DynamoDB::Table",
                TableName="ledger",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            ),
            **{
                logical_id: _resource(
                    "Events::Rule",
                    Name=name,
                    EventPattern=PATTERNS[logical_id],
                    State="ENABLED",
                    Targets=[{"Id": "queue", "Arn": {"Fn::GetAtt": ["ChangeQueue", "Arn"]}}],
                )
                for logical_id, name in RULES.items()
            },
            "OnChangeRole": _resource("IAM::Role", RoleName="on-change", AssumeRolePolicyDocument={"Statement": []}),
            "OnChange": _resource(
                "Lambda::Function",
                FunctionName="on-change",
                Runtime="python3.13",
                Handler="on_change.handler",
                Role={"Fn::GetAtt": ["OnChangeRole", "Arn"]},
                Code={"S3Bucket": "code", "S3Key": "code.zip"},
                Environment={"Variables": environment},
            ),
        }
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}
