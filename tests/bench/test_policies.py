"""The bench's figures of the policy engine: it sees a wrong verdict, and its hard policies are hard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import policies
from bench.figures import Figure, Mark
from bench.measured.judging import hard
from bench.processes import Measured
from warden.policy.document import MAX_CHARACTERS, parse


def test_every_labelled_policy_is_judged_as_labelled(measured: Measured) -> None:
    """By the code under measurement, in a process of its own."""
    (figure,) = policies.measure(measured, timed=False)
    assert (figure.mark, figure.value) == (Mark.KEPT, 0)


def test_a_wrong_label_is_counted(measured: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure that cannot be broken measures nothing."""
    labelled: list[dict[str, Any]] = json.loads(policies.CASES.read_text(encoding="utf-8"))
    wrong = next(case for case in labelled if case["expected"]["external_principals"] == "closed")
    wrong["expected"]["external_principals"] = "open"
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([wrong, *labelled[:3]]), encoding="utf-8")
    monkeypatch.setattr(policies, "CASES", file)
    (figure,) = policies.measure(measured, timed=False)
    assert (figure.mark, figure.value) == (Mark.BROKEN, 1)


def test_without_parliament_the_comparison_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is no success: the exit code says so."""
    monkeypatch.setattr(policies, "PARLIAMENT", tmp_path / "python")
    assert policies.against_parliament(0.1).mark is Mark.NOT_MEASURED


def test_hard_policies_are_as_long_as_they_may_be() -> None:
    """Nearly; and each is a policy."""
    texts = dict(hard())
    assert all(MAX_CHARACTERS - 300 < len(text) <= MAX_CHARACTERS for text in texts.values())
    assert all(parse(text).statements for text in texts.values())


@pytest.mark.parametrize(("seconds", "mark"), [(1.99, Mark.KEPT), (2.01, Mark.BROKEN)])
def test_a_hard_policy_has_two_seconds(seconds: float, mark: Mark) -> None:
    """To end with an answer, or with unknown."""
    one = {"name": "", "characters": 1, "seconds": seconds, "external_principals": "", "external_resources": ""}
    figure: Figure = policies.hard(one)
    assert figure.mark is mark
