"""What the mutation run says, and when it fails."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from proof.faults import Fault, faults
from proof.mutants import ENGINE, LISTED, MODULES, Key, Reason, listed, report

if TYPE_CHECKING:
    import pytest

MADE = [Fault("m", "f", line, f"line {line}", "a -> b", (), ast.Pass()) for line in range(100)]
REASONS: dict[Key, Reason] = {MADE[0].key: Reason("speed", "It only saves work.")}


def test_all_is_well_if_the_list_is_what_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    """The share, and each reason with how many there are."""
    assert report(MADE, MADE[:1], REASONS, whole=True) == 0
    assert capsys.readouterr().out == "100 faults, 99 found by the tests (99.0%)\n  1 not found: speed\n"


def test_what_is_not_found_must_be_in_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """With its place, for whoever writes the test."""
    assert report(MADE, MADE[:2], REASONS, whole=True) == 1
    assert "not found, not in the list: m.py:1 f\n    line 1\n    a -> b" in capsys.readouterr().out


def test_what_is_in_the_list_must_not_be_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor be gone."""
    assert report(MADE, [], REASONS, whole=True) == 1
    assert "in the list, but found now: m | f | line 0 | a -> b" in capsys.readouterr().out
    assert report(MADE[1:], [], REASONS, whole=True) == 1
    assert "in the list, but no fault now: m | f | line 0 | a -> b" in capsys.readouterr().out
    assert report(MADE[1:], [], REASONS, whole=False) == 0


def test_nine_of_ten_must_be_found(capsys: pytest.CaptureFixture[str]) -> None:
    """However good the reasons are."""
    reasons: dict[Key, Reason] = {one.key: Reason("speed", "It only saves work.") for one in MADE[:11]}
    assert report(MADE, MADE[:11], reasons, whole=True) == 1
    assert "fewer than 90% are found" in capsys.readouterr().out
    assert report(MADE, MADE[:11], reasons, whole=False) == 0


def test_the_list_names_faults_that_there_are_and_says_why() -> None:
    """Once each, in a sentence."""
    made = [one for module in MODULES for one in faults(module, (ENGINE / f"{module}.py").read_text(encoding="utf-8"))]
    reasons = listed(LISTED.read_text(encoding="utf-8"))
    assert set(reasons) <= {one.key for one in made}
    assert len(made) > 1_000
    assert len(reasons) <= 0.1 * len(made)
    assert all(one.why.endswith(".") and " " in one.why for one in reasons.values())
