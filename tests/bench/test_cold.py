"""The cold start is measured, or it is said that it was not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench import cold
from bench.figures import exit_code
from bench.processes import Measured

if TYPE_CHECKING:
    import pytest


def test_without_valgrind_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Both limits stand in the table as not measured, with what to install, and that is no success."""
    monkeypatch.setenv("PATH", str(tmp_path))
    figures = cold.measure(Measured(tmp_path))
    assert [(figure.name, figure.value, figure.why) for figure in figures] == [
        (name, None, cold.NO_VALGRIND) for name in cold.LIMITED
    ]
    assert exit_code(figures) == 2
