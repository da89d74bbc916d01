"""What changed between two reviews, and what only looks like a change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import NOW
from test_review_last import one, said
from warden.model import WAITS, Finding, Verdict
from warden.review.changes import Changes, changes_between
from warden.review.last import to_keep
from warden.review.reviewed import Reviewed, dearest_first

BREACH, UNKNOWN, PASS, BESIDE = Verdict.BREACH, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE


def costing(number: int, hours: float | None, data: float | None = None, *findings: Finding) -> Reviewed:
    """An endpoint of this number, at this price."""
    return replace(one(number, *findings), hours=hours, data=data)


def between(before: list[Reviewed], after: list[Reviewed]) -> Changes:
    """What changed, as the notice would be told it."""
    return changes_between(to_keep(before, None, NOW), dearest_first(after))


def ids(found: Any) -> list[str]:
    """The last digits of the endpoints' ids."""
    return [one.seen.endpoint.key.id[-1] for one in found]


def test_nothing_changed() -> None:
    """The same twice, be it of none."""
    nothing = Changes((), (), (), {}, {})
    same = [costing(1, 7.3, 1.0, said("multi-az", BREACH)), costing(2, None)]
    assert between(same, same) == between([], []) == nothing


def test_new_and_gone() -> None:
    """The dearest first; what is open at a new one is no change of a verdict."""
    found = between(
        [costing(1, 7.3), costing(2, None), costing(3, 21.9), costing(4, 14.6)],
        [costing(1, 7.3), costing(5, 7.3, None, said("multi-az", BREACH)), costing(6, 14.6)],
    )
    assert ids(found.new) == ["6", "5"]
    assert [(gone.id[-1], gone.kept.cost) for gone in found.gone] == [("3", 21.9), ("4", 14.6), ("2", None)]
    assert (found.costs, found.opened, found.resolved) == ((), {}, {})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param((7.3, 1.0), (14.6, 1.0), (8.3, 15.6), id="a zone more"),
        pytest.param((14.6, 1.0), (7.3, 1.0), (15.6, 8.3), id="a zone less"),
        pytest.param((7.3, 5_000.0), (14.6, 5_000.0), (5_007.3, 5_014.6), id="a zone more, beside much data"),
        pytest.param((7.3, 2.0), (7.3, 4.0), (9.3, 11.3), id="twice the data"),
        pytest.param((7.3, 100.0), (7.3, 108.0), None, id="as much data as months differ by"),
        pytest.param((7.3, 0.1), (7.3, 1.0), None, id="cents"),
        pytest.param((7.3, None), (7.3, 90.0), None, id="its data was not known then"),
        pytest.param((7.3, 90.0), (7.3, None), None, id="its data is not known now"),
        pytest.param((7.3, None), (14.6, 90.0), (7.3, 14.6), id="its data was not known, and a zone came"),
        pytest.param((None, None), (7.3, 1.0), None, id="its price was not known"),
        pytest.param((7.3, 1.0), (None, None), None, id="its price is not known"),
    ],
)
def test_other_costs(
    before: tuple[float | None, float | None],
    after: tuple[float | None, float | None],
    told: tuple[float, float] | None,
) -> None:
    """What is known of both times is compared, and nothing else."""
    found = between([costing(1, *before)], [costing(1, *after)]).costs
    assert [(one.before, one.after) for one in found] == ([pytest.approx(told)] if told else [])


def test_the_greatest_change_stands_first() -> None:
    """Up or down."""
    found = between([costing(1, 7.3), costing(2, 21.9)], [costing(1, 14.6), costing(2, 7.3)])
    assert [one.one.seen.endpoint.key.id[-1] for one in found.costs] == ["2", "1"]


@pytest.mark.parametrize(
    ("before", "after", "opened", "resolved"),
    [
        pytest.param(said("r", PASS), said("r", BREACH), [("r", "BREACH")], [], id="opened"),
        pytest.param(None, said("r", BREACH), [("r", "BREACH")], [], id="by a rule that is new"),
        pytest.param(said("r", BREACH), said("r", PASS), [], ["r"], id="resolved"),
        pytest.param(said("r", UNKNOWN), said("r", PASS), [], ["r"], id="known at last, and good"),
        pytest.param(said("r", UNKNOWN), said("r", BREACH), [("r", "BREACH")], [], id="known at last, and bad"),
        pytest.param(said("r", BREACH), said("r", UNKNOWN), [("r", "UNKNOWN")], [], id="no longer known"),
        pytest.param(said("r", BREACH), said("r", BESIDE), [], [], id="no longer spoken of is not resolved"),
        pytest.param(said("r", BREACH), None, [], [], id="a rule switched off has resolved nothing"),
        pytest.param(said("r", BREACH), said("r", UNKNOWN, WAITS), [], [], id="a rule that waits has not looked"),
        pytest.param(said("r", PASS), said("r", UNKNOWN, WAITS), [], [], id="and finds nothing"),
    ],
)
def test_other_verdicts(
    before: Finding | None, after: Finding | None, opened: list[tuple[str, str]], resolved: list[str]
) -> None:
    """Only what a rule said both times, or says now."""
    found = between([one(1, *([before] if before else []))], [one(1, *([after] if after else []))])
    assert list(found.opened) == opened
    assert list(found.resolved) == resolved


def test_verdicts_are_grouped_by_rule() -> None:
    """Each endpoint under every rule that changed its mind."""
    before = [one(number, said("a", PASS), said("b", BREACH)) for number in (1, 2, 3)]
    after = [one(number, said("a", BREACH), said("b", PASS)) for number in (1, 2)]
    found = between(before, [*after, before[2]])
    assert {name: ids(ones) for name, ones in found.opened.items()} == {("a", "BREACH"): ["1", "2"]}
    assert {name: ids(ones) for name, ones in found.resolved.items()} == {"b": ["1", "2"]}
