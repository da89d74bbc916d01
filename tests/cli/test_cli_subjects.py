"""What the commands that judge all of one kind have in common, of endpoints or whatever else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

from builders import OFF
from cli.exits import Code
from cli.subject_commands import COMMANDS
from warden.rules import RULES
from warden.watches import WATCHES

Run: TypeAlias = Callable[..., Result]


def test_whatever_is_watched_has_its_command(warden: Run) -> None:
    """What nobody can judge by hand, nobody can check."""
    assert [command.watch for command in COMMANDS] == list(WATCHES)
    for watch in WATCHES:
        assert warden(watch.many, "--help").exit_code == Code.OK


@pytest.mark.parametrize(
    ("command", "kind"),
    [("scan", "endpoints"), ("plan", "endpoints"), ("vpcs", "VPCs"), ("services", "endpoint services")],
)
def test_where_no_rule_of_the_kind_is_on_is_2_as_the_help_says(
    warden: Run, tmp_path: Path, command: str, kind: str
) -> None:
    """Nothing was judged then, which a script must not take for compliance; the rules are named that could be on."""
    path = tmp_path / "off.toml"
    path.write_text(OFF, encoding="utf-8")
    done = warden(command, "--standard", str(path))
    assert done.exit_code == Code.NOT_LOOKED
    words = " ".join(done.stderr.split())
    assert f"every rule of {kind} is off in {path}: nothing can be judged" in words
    rules = next((command.watch.rules for command in COMMANDS if command.view.noun + "s" == kind), RULES)
    assert f'Set mode = "notify" for one of them: {", ".join(rule.id for rule in rules)}.' in words
    words = " ".join(warden(command, "--help").stdout.split())
    assert re.search(rf"2 [^;]*\bno rule of {kind} is on\b", words)
