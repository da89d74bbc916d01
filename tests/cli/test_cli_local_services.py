"""`warden services` against the local cloud: real load balancers, a consumer of another account, and its own advice."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

from accounts import CONSUMER, account_of
from aws_cli import commands
from cli.exits import Code
from local.cloud import LocalCloud
from local.network import Network
from local.provider import Provider

Run: TypeAlias = Callable[..., Result]

REGISTERED = f"""
[rules.service-principals]
mode = "notify"
registry = [{{ principal = "{CONSUMER}", purpose = "billing", contact = "ann@example.com" }}]
[rules.service-connections]
mode = "enforce"
hours = 0
[rules.service-notification]
mode = "notify"
"""


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A cloud in which nothing is deployed: the command needs no stack."""
    with LocalCloud() as running:
        yield running


@pytest.fixture
def provider(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """Whoever provides services there; every command of the test talks to that cloud."""
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    return Provider(Network.make(cloud.client("ec2"), "ab"), cloud.client("elbv2"))


@pytest.fixture
def standard(tmp_path: Path) -> str:
    """A standard by which requests of a known consumer are accepted."""
    path = tmp_path / "standard.toml"
    path.write_text(REGISTERED)
    return str(path)


def run(words: list[str]) -> None:
    """Run a command of the AWS CLI as it was told."""
    command = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
    subprocess.run(command, env=dict(os.environ), stdout=subprocess.DEVNULL, check=True)


def test_a_request_is_shown_and_its_command_accepts_it(
    cloud: LocalCloud, provider: Provider, warden: Run, standard: str
) -> None:
    """What is told of a service is true of it, and what is advised ends it: exit code 1, then 0."""
    service = provider.service(f"arn:aws:iam::{CONSUMER}:root", subnets=(0, 1))
    topic = cloud.client("sns").create_topic(Name="connections")["TopicArn"]
    asked = ("services", "--standard", standard, "--format", "json")
    consumer = account_of(cloud, CONSUMER)
    endpoint_id = consumer.endpoint(ServiceName=service["ServiceName"])

    done = warden(*asked)
    assert done.exit_code == Code.OPEN
    (told,) = json.loads(done.stdout)["services"]
    assert told["service"]["id"] == service["ServiceId"]
    assert told["service"]["zones"] == ["eu-central-1a", "eu-central-1b"]
    (connection,) = told["service"]["connections"]
    assert (connection["owner"], connection["state"]) == (CONSUMER, "pendingacceptance")
    found = {one["rule"]: one for one in told["findings"]}
    verdicts = {rule: one["verdict"] for rule, one in found.items()}
    assert verdicts == {
        "service-acceptance": "PASS",
        "service-principals": "PASS",
        "service-connections": "BREACH",
        "service-zones": "PASS",
        "service-dns": "NOT_APPLICABLE",
        "service-notification": "BREACH",
        "service-tags": "NOT_APPLICABLE",
    }

    run(shlex.split(found["service-connections"]["fix"]["command"]))
    assert consumer.facts(endpoint_id)["State"] == "available"
    (advised,) = commands(found["service-notification"]["advice"])
    run([topic if word == "TOPIC_ARN" else word for word in advised])
    assert warden(*asked).exit_code == Code.OK
