"""What is shown: nothing from outside steers the terminal, and a pipe gets plain text."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

from cli.exits import Code
from cli.screen import Screen, clean

Run: TypeAlias = Callable[..., Result]


def test_control_characters_are_not_shown() -> None:
    """Escape sequences, line ends and marks that turn the writing round become spaces."""
    assert clean("a\x1b[31mb\r\nc\u202ed") == "a [31mb  c d"


def test_row_holds_no_tab_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """A field with a tab or a line end cannot make another field or line."""
    Screen().row("a\tb", "", "c\nd")
    assert capsys.readouterr().out == "a b\t-\tc d\n"


def test_pipe_gets_long_lines_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """No wrapping where a program reads."""
    Screen().say("word " * 100)
    assert capsys.readouterr().out.count("\n") == 1


def test_terminal_wraps_words_and_never_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command is one line, so that it can be copied."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    screen = Screen()
    screen.say("word " * 100)
    assert capsys.readouterr().out.count("\n") > 4
    screen.command("aws " * 100)
    assert capsys.readouterr().out.count("\n") == 1


def test_what_belongs_to_a_line_is_indented_below_it_on_a_terminal_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line of it, as in a pipe."""
    Screen().say("    what a setting means", indent=4)
    assert capsys.readouterr().out == f"{' ' * 8}what a setting means\n"
    monkeypatch.setenv("FORCE_COLOR", "1")
    Screen().say(f"    {'word ' * 100}", indent=4)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 4
    assert all(line.startswith(f"{' ' * 8}word") for line in lines)


def test_help_and_standard_check_do_without_boto3(tmp_path: Path) -> None:
    """The build asks `standard check` each time: boto3, which takes 0.2 s to load, is not loaded for it."""
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom cli.main import app\n"
        "done = CliRunner().invoke(app, ['standard', 'check'])\n"
        "sys.exit(done.exit_code or 'boto3' in sys.modules or 'botocore' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=tmp_path, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert done.returncode == 0


GROUPS = [(), ("standard",), ("policy",)]


def listed(warden: Run, group: tuple[str, ...]) -> dict[str, str]:
    """The commands that a help lists, and what it says of each."""
    _, _, commands = warden(*group, "--help").stdout.partition("Commands:\n")
    lines = (line.split(maxsplit=1) for line in commands.splitlines() if line.strip())
    return {line[0]: line[1] for line in lines}


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_every_command_says_what_it_does_in_the_list_of_commands(warden: Run, group: tuple[str, ...]) -> None:
    """Within its width, and in a whole sentence."""
    found = listed(warden, group)
    assert len(found) >= 2
    assert {name: words for name, words in found.items() if words.endswith("...") or words[-1:] != "."} == {}


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_every_command_has_help(warden: Run, group: tuple[str, ...]) -> None:
    """With its exit codes, its arguments in one pair of brackets, and results for programs asked for alike."""
    for name in listed(warden, group):
        done = warden(*group, name, "--help")
        words = " ".join(done.stdout.split())
        assert done.exit_code == Code.OK
        assert "Commands: " in words or "Exit codes: 0 " in words, name
        assert "[[" not in words, name
        assert ("--format <table|json>" in words) is ((*group, name) in FOR_PROGRAMS)
        assert ("--json For programs." in words) is (group == ("policy",))


FOR_PROGRAMS = {(name,) for name in ("scan", "review", "vpcs", "services", "plan")}
"""The commands with results that a program may want."""


def test_version_is_told(warden: Run) -> None:
    """The installed version."""
    assert warden("--version").stdout.startswith("warden ")


@pytest.mark.parametrize("value", ["foo", "ftp://host", "http://"])
def test_endpoint_url_must_be_one(warden: Run, value: str) -> None:
    """A wrong option is a wrong call: exit code 2, the value named."""
    done = warden("scan", "--endpoint-url", value)
    assert done.exit_code == Code.NOT_LOOKED
    assert f"{value!r} is no URL" in done.stderr
