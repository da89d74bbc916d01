"""`python -m local up` and `down`, `cloud.deploy`, and the AWS CLI as a client."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.cloud import LocalCloud
from local.errors import LocalCloudError

ROOT = Path(__file__).parents[2]
STACK = Path(__file__).parent / "stack"
BAD = """
Resources:
  Switch:
    Type: AWS::SSM::Parameter
    Properties: {Type: NoSuchType, Value: run}
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which only clouds of this test are found."""
    return {**os.environ, "TMPDIR": str(tmp_path)}


def _local(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "local", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, text=True, capture_output=True, timeout=60)
    return done.stdout


def _exports(printed: str) -> dict[str, str]:
    lines = [line.removeprefix("export ") for line in printed.splitlines() if line.startswith("export ")]
    return dict(line.split("=", 1) for line in lines)


def test_detached_up_aws_cli_and_down(environment: dict[str, str], tmp_path: Path) -> None:
    """`up --detach` deploys and returns; any client works with what it prints; `down` leaves nothing."""
    words = ["--template", str(STACK / "template.yaml"), "--parameter", "Address=cli@example.com"]
    printed = _local(environment, "up", "--detach", *words)
    exports = _exports(printed)
    assert "# TopicArn = arn:aws:sns:eu-central-1:123456789012:" in printed
    aws = [str(Path(sys.executable).with_name("aws")), "ec2", "describe-vpcs", "--query", "length(Vpcs)"]
    answer = subprocess.run(aws, env={**environment, **exports}, check=True, text=True, capture_output=True, timeout=60)
    assert answer.stdout.strip() == "1"
    assert "stopped" in _local(environment, "down")
    assert list(tmp_path.iterdir()) == []
    assert "nothing is running" in _local(environment, "down")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_up_in_front_ends_by_signal(environment: dict[str, str], tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end `up` and all of its cloud."""
    command = [sys.executable, "-m", "local", "up"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE) as up:
        assert up.stdout is not None
        for line in up.stdout:
            if line.startswith("# Ctrl-C"):
                break
        up.send_signal(how)
        assert up.wait(10) == 0
    assert list(tmp_path.iterdir()) == []


def test_failed_stack_shows_its_events(cloud: LocalCloud, tmp_path: Path) -> None:
    """The error tells which resource failed, and why."""
    (tmp_path / "template.yaml").write_text(BAD)
    with pytest.raises(LocalCloudError, match=r"Stack bad is .*_COMPLETE|_FAILED") as failed:
        cloud.deploy(tmp_path, stack="bad")
    assert "CREATE_FAILED Switch" in str(failed.value)
    assert "NoSuchType" in str(failed.value)


def test_deploying_again_updates(cloud: LocalCloud, stack: dict[str, str]) -> None:
    """The same stack with another parameter is updated; its resources stay."""
    again = cloud.deploy(STACK, {"Address": "ops@example.com", "Sweep": "rate(2 days)"}, stack="probe")
    assert again == stack
    (schedule,) = cloud.client("scheduler").list_schedules()["Schedules"]
    asked = cloud.client("scheduler").get_schedule(Name=schedule["Name"])
    assert asked["ScheduleExpression"] == "rate(2 days)"
