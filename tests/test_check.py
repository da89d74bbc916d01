"""The check that `sam build` makes of standard.toml before it builds anything."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import check

if TYPE_CHECKING:
    import pytest


def test_the_shipped_standard_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a newcomer builds unchanged passes."""
    monkeypatch.setattr(sys, "argv", ["check.py", str(Path(check.__file__).with_name("standard.toml"))])
    assert check.main() == 0


def test_every_problem_of_a_wrong_one_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is built."""
    wrong = tmp_path / "standard.toml"
    wrong.write_text('[rules.multi-az]\nmode = "fix"\nmin_zone = 2\n', encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["check.py", str(wrong)])
    assert check.main() == 1
    said = capsys.readouterr().err
    assert "is wrong, and nothing is built" in said
    assert 'rules.multi-az.mode is "fix"' in said
    assert "rules.multi-az.min_zone is not a known key" in said


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It has no tomllib: the reason is said, and no traceback."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert check.main() == 2
    assert "needs 3.11 or later" in capsys.readouterr().err
