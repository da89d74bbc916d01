"""The cold start is measured, or it is said that it was not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench import cold
from bench.cachegrind import Counted
from bench.figures import Mark, exit_code
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


def test_a_call_that_only_one_makes_is_told() -> None:
    """A ratio means something only where both sides did the same: one call more on either side breaks the figure."""
    alike = {f"{who} {count}": Counted(1.0, {"a:Read": count}) for who in ("warden", "boto3") for count in (1, 3, 13)}
    more = {**alike, "boto3 1": Counted(1.0, {"a:Read": 1, "a:Write": 1})}
    assert cold.partner(alike).mark is Mark.KEPT
    assert cold.partner(more).mark is Mark.BROKEN
    assert cold.partner(more).why == "1 event: a:Write"
