"""A sweep of a small account, as the big one is measured: verdicts, requests, and silence once all is told."""

from __future__ import annotations

from bench import sweeping
from bench.figures import Mark
from bench.processes import Measured


def test_a_sweep_keeps_its_limits(measured: Measured) -> None:
    """Every verdict is the oracle's, pages are as few as can be, and what was told is not told again."""
    figures = sweeping.measure(measured, count=1_001, pairs=0)
    assert [figure for figure in figures if figure.mark is not Mark.KEPT] == []
    assert [figure.value for figure in figures if figure.name.endswith("DescribeVpcEndpoints")] == [2, 2]


def test_the_interval_holds_the_median() -> None:
    """The bootstrap's interval lies around the median, and is the same each time."""
    low, high = sweeping.interval([1.0, 1.1, 1.2, 1.3, 9.0])
    assert 1.0 <= low <= 1.2 <= high
    assert sweeping.interval([1.0, 1.1, 1.2, 1.3, 9.0]) == (low, high)
