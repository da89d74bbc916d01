"""`make demo` ends with 0 only if all that it tells happened, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from local.demo.voice import Voice
from local.waiting import wait_for
from spoil import spoil, without_statement
from stand import BUILT, ROOT


def demo(folder: Path, build: Path = BUILT, patience: int = 20) -> list[str]:
    """The command; its temporary files go to a folder of the test's own."""
    folder.mkdir(exist_ok=True)
    return [sys.executable, "-m", "local.demo", "--build", str(build), "--patience", str(patience)]


def run(folder: Path, build: Path = BUILT, patience: int = 20) -> subprocess.CompletedProcess[str]:
    command = demo(folder, build, patience)
    environment = os.environ | {"TMPDIR": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_tells_the_story_in_plain_lines(tmp_path: Path) -> None:
    """Exit code 0, no escape sequences where there is no terminal, no file left."""
    done = run(tmp_path / "tmp")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    for word in ("would fix", "What changed", "API calls of the function", "How long each hop took", "it is put back"):
        assert word in done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []
    assert len(done.stdout.splitlines()) < 130, "two screens"
    assert done.stdout.count("lines more; the whole: .venv/bin/python -m local.demo --whole") == 2


def test_messages_are_shown_whole_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    """Shortened, with how many lines are left and how to see them; or whole."""
    text = "\n".join(f"line {number}" for number in range(40))
    Voice(1).quote("title", text)
    short = capsys.readouterr().out
    Voice(1, whole=True).quote("title", text)
    whole = capsys.readouterr().out
    assert "line 5\n" in short
    assert "line 6" not in short
    assert "... and 34 lines more; the whole: .venv/bin/python -m local.demo --whole" in short
    assert "line 39" in whole
    assert "lines more" not in whole


def _no_target(template: dict[str, Any]) -> None:
    del template["Resources"]["ChangeRule"]["Properties"]["Targets"]


def _no_email(template: dict[str, Any]) -> None:
    subscriptions = [
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::SNS::Subscription" and resource["Properties"]["Protocol"] == "email"
    ]
    assert subscriptions
    for name in subscriptions:
        del template["Resources"][name]


@pytest.mark.parametrize(
    ("mend", "says"),
    [
        pytest.param(_no_target, "the http subscriber got the notice", id="the rule has no target"),
        pytest.param(without_statement("ec2:ModifyVpcEndpoint"), "stands in two zones", id="a permission is missing"),
        pytest.param(_no_email, "the e-mail to", id="nobody subscribed by e-mail"),
    ],
)
def test_fails_where_a_part_is_missing(tmp_path: Path, mend: Callable[[dict[str, Any]], None], says: str) -> None:
    """Exit code 1, and which step did not happen."""
    build = tmp_path / "build"
    shutil.copytree(BUILT, build)
    spoil(build, mend)
    done = run(tmp_path / "tmp", build, patience=6)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "did not happen within 6 s" in done.stderr
    assert says in done.stderr


def test_without_a_build_it_says_what_to_do(tmp_path: Path) -> None:
    """No traceback."""
    done = run(tmp_path / "tmp", tmp_path)
    assert done.returncode == 1
    assert "run `make build` first" in done.stderr


@pytest.mark.parametrize("after", ["1. A local cloud", "EC2 made vpce-"], ids=["while it starts", "in the middle"])
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, after: str) -> None:
    """Exit code 130; the cloud's processes and folders are gone."""
    folder = tmp_path / "tmp"
    command = demo(folder)
    environment = os.environ | {"TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert any(after in line for line in process.stdout)
        wait_for(lambda: processes(folder), what="the cloud's process")
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=30)[1]
        assert process.returncode == 130, said
    assert "Traceback" not in said
    wait_for(lambda: not processes(folder), what="no process left")
    wait_for(lambda: not list(folder.iterdir()), what="nothing left in the folder")


def test_kill_leaves_nothing_behind(tmp_path: Path) -> None:
    """A demo that is killed cannot clear up: the keeper of its cloud does, the copy of the build included."""
    folder = tmp_path / "tmp"
    environment = os.environ | {"TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        demo(folder), cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert any("EC2 made vpce-" in line for line in process.stdout)
        assert list(folder.glob("*/build"))
        process.kill()
    wait_for(lambda: not processes(folder), what="no process left")
    wait_for(lambda: not list(folder.iterdir()), what="nothing left in the folder")


def processes(folder: Path) -> list[int]:
    """The cloud's processes, beside the demo's own: their arguments or their working folder name the cloud's folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended in between
            if str(folder) in f"{(process / 'cmdline').read_text()} {(process / 'cwd').readlink()}":
                found.append(int(process.name))
    return found
