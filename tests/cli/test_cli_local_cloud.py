"""`warden` against the built template in the local cloud: real roles, a real queue, a function that runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import Result

from cli.exits import Code
from local.cloud import LocalCloud
from local.deploy import with_standard
from local.network import Network
from local.waiting import wait_for

Run: TypeAlias = Callable[..., Result]

BUILD = Path(__file__).parents[2] / ".aws-sam/build"
ADDRESSES = {"NoticeEmail": "network@example.com", "OperationsEmail": "on-call@example.com"}
STACK = "warden"
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
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A cloud with the stack, deployed with a standard that enforces, and a trail that makes its events."""
    build = with_standard(BUILD, tmp_path_factory.mktemp("build") / "build", ENFORCING)
    with LocalCloud() as running:
        running.deploy(build, {"Mode": "enforce", **ADDRESSES}, STACK)
        trails = running.client("cloudtrail")
        trails.create_trail(Name="audit", S3BucketName="trails", IsMultiRegionTrail=True)
        trails.start_logging(Name="audit")
        yield running


@pytest.fixture(autouse=True)
def there(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every command of the test talks to that cloud; what was staged ends with the test."""
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    yield
    cloud.stage.reset()


@pytest.fixture
def endpoint(cloud: LocalCloud) -> str:
    """An interface endpoint in one of two zones, with full access, of which the function does not hear."""
    cloud.stage.lose_event("CreateVpcEndpoint")
    cloud.stage.lose_event("CreateSubnet", times=2)  # which would lead it to the endpoint
    return Network.make(cloud.client("ec2"), "ab").endpoint("kms")


def described(cloud: LocalCloud, endpoint_id: str) -> dict[str, Any]:
    """The endpoint as EC2 has it now."""
    answer = cloud.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    return dict(answer["VpcEndpoints"][0])


def test_doctor_finds_a_sound_stack_sound(warden: Run) -> None:
    """Every check is OK, the test event through queue and function too: exit code 0."""
    done = warden("doctor", "--stack", STACK, "--wait", "60")
    assert [line for line in done.stdout.splitlines() if not line.startswith("OK")] == []
    assert "a test event went through queue and function" in done.stdout
    assert "the deployed standard says enforce multi-az, endpoint-policy;" in done.stdout
    assert done.exit_code == Code.OK


def test_doctor_names_a_permission_that_was_taken_away(cloud: LocalCloud, warden: Run) -> None:
    """One statement less in the role: exit code 1, and the action is named."""
    iam = cloud.client("iam")
    role = cloud.client("lambda").list_functions()["Functions"][0]["Role"].rsplit("/", 1)[-1]
    policy = iam.get_role_policy(RoleName=role, PolicyName="on-change")["PolicyDocument"]
    fewer = {**policy, "Statement": [one for one in policy["Statement"] if one["Sid"] != "FixEndpoint"]}
    iam.put_role_policy(RoleName=role, PolicyName="on-change", PolicyDocument=json.dumps(fewer))
    try:
        done = warden("doctor", "--stack", STACK, "--no-event")
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="on-change", PolicyDocument=json.dumps(policy))
    assert done.exit_code == Code.OPEN
    assert "may not do ec2:ModifyVpcEndpoint on arn:aws:ec2:" in done.stdout


def test_plan_takes_the_standard_that_was_deployed(endpoint: str, warden: Run) -> None:
    """Without --standard, what the deployed function judges by is read out of its code."""
    done = warden("plan", endpoint, "--stack", STACK)
    assert done.exit_code == Code.OPEN
    assert f"Judged by the standard that stack {STACK} was deployed with." in done.stderr
    assert "TO DO  multi-az" in done.stdout


def test_apply_without_a_terminal_is_refused(cloud: LocalCloud, endpoint: str, warden: Run) -> None:
    """Nobody can answer: the plan is shown, and nothing is done."""
    done = warden("apply", endpoint, "--stack", STACK)
    assert done.exit_code == Code.NOT_LOOKED
    assert "TO DO  multi-az" in done.stdout
    assert "stdin is no terminal" in done.stderr
    assert len(described(cloud, endpoint)["SubnetIds"]) == 1


def test_ctrl_c_at_the_question_says_that_nothing_was_changed(cloud: LocalCloud, endpoint: str, tmp_path: Path) -> None:
    """Whoever stops the command at its question is not left to guess."""
    person, terminal = os.openpty()
    asked = tmp_path / "asked"
    command = [str(Path(sys.executable).with_name("warden")), "apply", endpoint, "--stack", STACK]
    with asked.open("w") as err, subprocess.Popen(command, stdin=terminal, stdout=err, stderr=err) as process:
        try:
            wait_for(lambda: "Change 1 endpoint in account" in asked.read_text(), 30, "the question")
        finally:
            process.send_signal(signal.SIGINT)
    os.close(person)
    os.close(terminal)
    assert asked.read_text().endswith("\nNothing was changed.\n")
    assert process.returncode == Code.OPEN
    assert len(described(cloud, endpoint)["SubnetIds"]) == 1


def test_apply_takes_no_standard_but_the_deployed_one(endpoint: str, warden: Run, enforcing: str) -> None:
    """A file that lies about could allow what the stack does not."""
    done = warden("apply", endpoint, "--stack", STACK, "--standard", enforcing, "--yes")
    assert done.exit_code == Code.NOT_LOOKED
    assert "No such option: --standard" in done.stderr


def test_saved_plan_is_carried_out_once(cloud: LocalCloud, endpoint: str, warden: Run, tmp_path: Path) -> None:
    """Planned, saved, applied: the endpoint is as the plan said; the same plan a second time is void."""
    plan = str(tmp_path / "plan.json")
    words = ("--stack", STACK)
    warden("plan", endpoint, *words, "--out", plan)
    done = warden("apply", *words, "--plan", plan, "--yes")
    assert done.exit_code == Code.OK, done.output
    assert f"CHANGED  {endpoint}" in done.stdout
    now = described(cloud, endpoint)
    assert len(now["SubnetIds"]) == 2
    assert "aws:PrincipalOrgID" in now["PolicyDocument"]
    again = warden("apply", *words, "--plan", plan, "--yes")
    assert again.exit_code == Code.NOT_LOOKED
    assert f"{endpoint}: the endpoint changed since the plan was made" in again.stderr


def test_kill_switch_stops_a_person_too(cloud: LocalCloud, endpoint: str, warden: Run) -> None:
    """`apply` passes the same gates as the functions: at stop nothing is written."""
    ssm, name = cloud.client("ssm"), f"/endpoint-warden/{STACK}/kill-switch/stop"
    ssm.put_parameter(Name=name, Value="incident 4711", Type="String")
    try:
        done = warden("apply", endpoint, "--stack", STACK, "--yes")
    finally:
        ssm.delete_parameter(Name=name)
    assert done.exit_code == Code.OPEN
    assert "the mode is notify (the kill switch: incident 4711" in done.stdout
    assert len(described(cloud, endpoint)["SubnetIds"]) == 1


def test_busy_endpoint_is_for_later(cloud: LocalCloud, endpoint: str, warden: Run) -> None:
    """EC2 is still at another change: exit code 2, its answer, and nothing is changed."""
    cloud.stage.busy("ModifyVpcEndpoint", resource=endpoint)
    done = warden("apply", endpoint, "--stack", STACK, "--yes")
    assert done.exit_code == Code.NOT_LOOKED
    assert "OperationInProgress" in done.stdout
    assert "Try again later" in done.stdout
    assert len(described(cloud, endpoint)["SubnetIds"]) == 1


def test_pending_endpoint_is_unknown(cloud: LocalCloud, warden: Run) -> None:
    """An endpoint that is not ready is neither good nor bad: exit code 1."""
    cloud.stage.settle(None)
    made = Network.make(cloud.client("ec2"), "ab").endpoint("kms", (0, 1))
    done = warden("scan")
    assert done.exit_code == Code.OPEN
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    verdicts = {row[5]: row[6] for row in rows if row[1] == made}
    assert verdicts["multi-az"] == "UNKNOWN"
    assert set(verdicts.values()) == {"UNKNOWN"}


def test_throttled_by_ec2_gives_2(cloud: LocalCloud, warden: Run) -> None:
    """Where EC2 refuses every try, nothing is shown as seen."""
    cloud.stage.throttle("DescribeVpcEndpoints", times=None)
    done = warden("scan")
    assert done.exit_code == Code.NOT_LOOKED
    assert "RequestLimitExceeded" in done.stderr
    assert "AWS is asked too much just now" in done.stderr
