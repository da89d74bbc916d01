"""Tests run against a fault: what is changed is what runs, whoever has imported it, and an endless fault is found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import os, sys
from pathlib import Path
from proof import trial
from proof.faults import faults, with_fault

trial.SECONDS = 1
test, *changes = sys.argv[1:]
source = Path("functions/warden/policy/evaluate.py").read_text()
for change in changes:
    made = [one for one in faults("evaluate", source) if one.change == change]
    code = compile(with_fault(source, made[0]), "evaluate.py", "exec") if change else None
    child = trial.start("warden.policy.evaluate", code, [test], Path(test).with_suffix(".said"))
    print(trial.found(os.waitpid(child, 0)[1]))
"""
TEST = """
from warden.policy.reach import evaluate
from warden.policy.evaluate import NO_RESOURCE, NOT_KNOWN, action_matches, speaks_of
from warden.policy.document import Patterns
from warden.policy.template import template

EVERY = Patterns((template("s3:*", with_variables=False),))

def test_it():
    assert NO_RESOURCE == "*"
    assert action_matches(EVERY, "S3:GetObject")
    assert evaluate.__globals__["NO_RESOURCE"] == NO_RESOURCE
"""
Try = Callable[..., list[str]]
FAULTS = {
    "": False,
    "'*' -> '*x'": True,
    "lower = action.lower() -> pass": True,
    "named is not patterns.negated -> named is patterns.negated": True,
    "named is not patterns.negated -> None": True,
    # None of the tests is about this one
    "'' -> 'x'": False,
    # This one never makes a difference
    "value.fixed is not None and value.fixed.lowered().matches(lower) -> value.fixed.lowered().matches(lower)": False,
}


@pytest.fixture
def find(tmp_path: Path) -> Try:
    """Whether the tests of a text find faults of evaluate.py that make these changes; "" for no fault."""

    def run(test: str, *changes: str) -> list[str]:
        path = tmp_path / "test_one.py"
        path.write_text(test, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(path), *changes], cwd=ROOT, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_a_fault_is_found_by_a_test_that_fails(find: Try) -> None:
    """And by nothing else."""
    assert find(TEST, *FAULTS) == [str(wanted) for wanted in FAULTS.values()]


def test_a_fault_that_makes_a_test_endless_is_found(find: Try) -> None:
    """By the time that it takes."""
    assert find("def test_it():\n    while True:\n        pass\n", "") == ["True"]


def test_tests_that_do_not_run_prove_nothing(find: Try) -> None:
    """It is said, and ends the run."""
    with pytest.raises(AssertionError, match="the tests did not run"):
        find("", "")
