"""The bench's figures of all rules: each rule has something to judge, and a rule that asks for more is seen."""

from __future__ import annotations

from bench import rules
from bench.figures import Mark
from bench.measured.ruling import ENGINES, all_on, drawn
from bench.processes import Measured
from warden.model import Mode
from warden.rules import RULES


def test_every_rule_judges_the_drawn_endpoints(measured: Measured) -> None:
    """Some pass and some break each of them, and none asks for more: else what is measured is not judging."""
    figures = rules.measure(measured, count=1_000, timed=False)
    assert [figure.name for figure in figures if figure.mark is not Mark.KEPT] == []


def test_a_judgement_that_takes_too_long_is_seen() -> None:
    """A figure that cannot be broken measures nothing."""
    told = {"rules": 10, "seconds": {"100": 0.001, "1000": 1.0}}
    assert [figure.mark for figure in rules.times("endpoints", told)] == [Mark.BROKEN, Mark.BROKEN]


def test_only_the_policy_engines_rules_are_left_out() -> None:
    """Which have figures of their own."""
    assert {rule.id for rule in RULES} > ENGINES
    on = all_on(RULES)
    assert all(on.mode_of(rule.id) is not Mode.OFF for rule in RULES)


def test_the_draw_is_the_same_each_time() -> None:
    """So that figures of two runs can be compared."""
    assert list(drawn(50)) == list(drawn(50))
