"""Hypothesis draws the same each time, unless `make prove` asks for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest


def test_draws_are_the_same_each_time(request: pytest.FixtureRequest) -> None:
    """The profile is in force for every test, in whatever order and process they run."""
    wanted = request.config.getoption("--hypothesis-profile") or "same"
    assert settings().derandomize is (wanted == "same")
    assert settings().deadline is None
