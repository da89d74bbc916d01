"""What `python -m local up` refuses before it starts anything, and what it shows while it runs."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from local.cloud import LocalCloud
from local.errors import LocalCloudError
from local.network import Network
from local.news import of_log, of_mail, of_notice
from local.waiting import wait_for

ROOT = Path(__file__).parents[2]
STACK = Path(__file__).parent / "stack"
BUILT = ROOT / ".aws-sam" / "build"
NO_DEFAULT = """
Parameters:
  Colour: {Type: String}
Resources:
  Switch: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Colour}}
"""
NO_CODE = """
Resources:
  See: {Type: AWS::Serverless::Function, Metadata: {SamResourceId: See}, Properties: {CodeUri: See, Handler: a.b}}
"""


@pytest.fixture
def up(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run `up` with these words; its temporary files go to a folder of the test's own."""

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "tmp").mkdir()
        command = [sys.executable, "-m", "local", "up", *words]
        environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
        return subprocess.run(
            command, cwd=ROOT, env=environment, check=False, text=True, capture_output=True, timeout=60
        )

    return run


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param("--template nope.yaml", "there is no template nope.yaml. Run `make build`", id="no file"),
        pytest.param("--template template.yaml", "template.yaml is not built", id="not built"),
        pytest.param("--template README.md", "README.md is no template", id="no YAML"),
        pytest.param("--template samconfig.toml", "samconfig.toml is no template", id="another format"),
        pytest.param("--template .cfnlintrc.yaml", "is no template of CloudFormation", id="another YAML"),
        pytest.param(
            "--template {stack} --parameter Moode=enforce", "has no parameter Moode; it has Addr", id="unknown"
        ),
        pytest.param("--template {built} --parameter Mode=fix", "cannot be 'fix'; allowed: off, notify", id="value"),
        pytest.param("--template {files}/no-default.yaml", "give it, --parameter Colour=VALUE", id="without a value"),
        pytest.param("--template {files}/no-code.yaml", "names code of See that is not there: See", id="no code"),
        pytest.param("--template {built} --standard nope.toml", "nope.toml cannot be read: No such", id="no standard"),
        pytest.param("--template {built} --standard README.md", "is wrong:\n  it is not TOML", id="wrong one"),
        pytest.param("--standard functions/standard.toml", "--standard is of no use without --template", id="for what"),
    ],
)
def test_wrong_input_is_named_before_anything_starts(
    up: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path, words: str, says: str
) -> None:
    """Exit code 1 and a sentence that names the input; no traceback, no address printed, nothing left."""
    (tmp_path / "no-default.yaml").write_text(NO_DEFAULT)
    (tmp_path / "no-code.yaml").write_text(NO_CODE)
    done = up(*words.format(stack=STACK, built=BUILT, files=tmp_path).split())
    assert done.returncode == 1
    assert done.stderr.startswith("local: ")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_cloudformation_refuses_is_a_sentence(
    up: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path
) -> None:
    """A pattern that a value breaks is seen by the running cloud alone: it is stopped again, detached or not."""
    done = up("--detach", "--template", str(BUILT), "--parameter", "NoticeEmail=nobody")
    assert done.returncode == 1
    assert "CloudFormation refuses the stack warden of" in done.stderr
    assert "Parameter 'NoticeEmail' must be one e-mail address" in done.stderr
    assert list((tmp_path / "tmp").iterdir()) == []


def test_region_that_is_none_is_refused(up: Callable[..., "subprocess.CompletedProcess[str]"]) -> None:
    """A wrong option: the regions that there are are named."""
    done = up("--region", "nowhere-1")
    assert done.returncode == 2
    assert "'nowhere-1' is no region of AWS" in done.stderr


def test_unknown_parameter_is_refused_by_deploy_too(cloud: LocalCloud) -> None:
    """CloudFormation takes no parameter that the template has not."""
    with pytest.raises(LocalCloudError, match="has no parameter Moode"):
        cloud.deploy(STACK, {"Moode": "enforce"}, stack="never")


def test_up_plays_with_a_standard_and_shows_what_happens(tmp_path: Path) -> None:
    """With a standard that enforces, an endpoint is fixed; log lines, notice and e-mail are shown, each in short."""
    words = ["--template", str(BUILT), "--standard", "local/demo/standard.toml"]
    words += ["--parameter", "Mode=enforce", "--parameter", "NoticeEmail=cli@example.com"]
    shown, folder = tmp_path / "shown", tmp_path / "tmp"
    folder.mkdir()
    with shown.open("w") as out, subprocess.Popen(
        [sys.executable, "-m", "local", "up", *words],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, stdout=out, stderr=subprocess.STDOUT,
    ) as running:  # fmt: skip
        try:
            wait_for(lambda: "# Ctrl-C" in shown.read_text(), 30, "the cloud with its stack")
            endpoint = Network.make(_ec2(shown.read_text()), "ab").endpoint("sqs")
            wait_for(lambda: "OnChange  endpoint reported" in shown.read_text(), 30, "the function's log line")
            wait_for(lambda: "e-mail    to cli@example.com: " in shown.read_text(), 30, "the e-mail")
            letters = _letters(shown.read_text())
        finally:
            running.send_signal(signal.SIGINT)
    text = shown.read_text()
    assert f"  notice    [HIGH] fixed: {endpoint} multi-az, endpoint-policy" in text
    assert "endpoint-policy: The policy lets anybody do anything to anybody's resources in sqs." in text
    assert f"  OnChange  endpoint reported  endpoint_id: {endpoint}  outcomes: multi-az fixed, endpoint-pol" in text
    assert f"[HIGH] fixed: {endpoint}" in letters
    assert "\nWHAT\n  multi-az:\n" in letters
    assert list(folder.iterdir()) == []


def _letters(printed: str) -> str:
    """What the printed command shows of the e-mails, in a shell that did what is to be exported."""
    exports = "\n".join(line for line in printed.splitlines() if line.startswith("export "))
    command = next(line.removeprefix("# ") for line in printed.splitlines() if line.startswith("# curl "))
    shell = ["bash", "-c", f"{exports}\n{command}"]
    return subprocess.run(shell, check=True, capture_output=True, text=True).stdout


def _ec2(printed: str) -> object:
    exports = dict(
        line.removeprefix("export ").split("=", 1) for line in printed.splitlines() if line.startswith("export ")
    )
    session = boto3.Session(exports["AWS_ACCESS_KEY_ID"], exports["AWS_SECRET_ACCESS_KEY"])
    return session.client("ec2", region_name=exports["AWS_REGION"], endpoint_url=exports["AWS_ENDPOINT_URL"])


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param("plain words", "OnChange  plain words", id="no JSON"),
        pytest.param("[1]", "OnChange  [1]", id="no object"),
        pytest.param(json.dumps({"level": "INFO", "message": "m", "service": "s"}), "OnChange  m", id="no facts"),
        pytest.param(
            json.dumps({"level": "ERROR", "message": "m", "a": [1]}), "OnChange  ERROR  m  a: [1]", id="level"
        ),
        pytest.param(
            json.dumps(
                {"level": "ERROR", "message": "m", "exception": "Traceback (most recent)\n  File x\nKeyError: k"}
            ),
            "OnChange  ERROR  m  exception: KeyError: k",
            id="exception",
        ),
        pytest.param(json.dumps({"message": "m", "a": "x" * 200}), f"OnChange  m  a: {'x' * 120}...", id="long"),
    ],
)
def test_log_lines_are_short(line: str, shown: str) -> None:
    """Function, message and facts, without what each line of the logger has."""
    assert of_log({"function": "warden-OnChange-9CD4C44D9E08D", "line": line}) == [shown]


def test_other_messages_are_told_by_their_subject() -> None:
    """An alarm is no notice, and whoever publishes something else breaks nothing."""
    assert of_notice({"subject": "ALARM", "message": "{}"}) == ["notice    ALARM"]
    assert of_notice({"subject": "hello", "message": "no JSON"}) == ["notice    hello"]
    assert of_mail({"to": "a@b.example", "subject": "s", "text": "1\n2"}) == ["e-mail    to a@b.example: s (2 lines)"]
