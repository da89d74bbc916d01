"""What the commands of all that is judged besides endpoints have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from typer.testing import Result

from cli.exits import Code
from cli.subject_commands import COMMANDS
from warden.watches import WATCHES

Run: TypeAlias = Callable[..., Result]


def test_whatever_is_watched_has_its_command(warden: Run) -> None:
    """What nobody can judge by hand, nobody can check."""
    assert [command.watch for command in COMMANDS] == list(WATCHES)
    for watch in WATCHES:
        assert warden(watch.many, "--help").exit_code == Code.OK
