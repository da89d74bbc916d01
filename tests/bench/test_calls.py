"""How often on_change calls EC2, and what it loads: exact, so a change of one is a failure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench import calls, events
from bench.figures import Figure, Mark
from bench.processes import ROOT, Measured
from bench.staged import stage

SEQUENCES = [pytest.param(cases, id=cases[0].name) for cases in calls.sequences()]


@pytest.mark.parametrize("cases", SEQUENCES)
def test_requests_keep_their_limits(measured: Measured, cases: tuple[calls.Case, ...]) -> None:
    """Each case reads and writes EC2, and tells people, as often as it may; a cold start loads nothing unwanted."""
    figures = calls.measure(measured, [cases])
    assert [figure for figure in figures if figure.mark is Mark.BROKEN] == []


def test_a_tie_of_subnets_costs_one_read_more(measured: Measured) -> None:
    """Which of two subnets is private is asked only where the answer makes a difference."""
    tied = [cases for cases in calls.sequences() if not cases[0].limited]
    assert _value(calls.measure(measured, tied), "EC2 reads") == 4


def test_an_unwanted_module_is_seen(tmp_path: Path) -> None:
    """A cold start that loads what it should not is named in the table."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "functions", source, ignore=shutil.ignore_patterns("__pycache__"))
    (source / "yaml.py").write_text('"""Stands for PyYAML."""\n', encoding="utf-8")
    with (source / "on_change.py").open("a", encoding="utf-8") as file:
        file.write("\nimport yaml\n")
    code = stage(source, tmp_path / "code")
    compliant = [cases for cases in calls.sequences() if cases[0].name == "compliant endpoint, cold"]
    broken = [figure for figure in calls.measure(Measured(code), compliant) if figure.mark is Mark.BROKEN]
    assert [(figure.group, figure.why) for figure in broken] == [("loaded", "yaml")]


def test_one_read_too_many_breaks_the_limit(measured: Measured) -> None:
    """A case that may read once less than it does is broken."""
    strict = calls.Case("compliant", calls.sequences()[1][0].batch, reads=1)
    figures = calls.measure(measured, [(strict,)])
    assert [figure.name for figure in figures if figure.mark is Mark.BROKEN] == ["compliant: EC2 reads"]


def test_an_unknown_message_costs_no_read(measured: Measured) -> None:
    """What cannot be understood is put aside without a look at EC2."""
    case = calls.Case("garbage", events.batch("{", "[]"), reads=0)
    assert all(figure.mark is Mark.KEPT for figure in calls.measure(measured, [(case,)]))


def _value(figures: list[Figure], name: str) -> float | None:
    return next(figure.value for figure in figures if figure.name.endswith(name))
