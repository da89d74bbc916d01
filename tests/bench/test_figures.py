"""A figure knows its limit, and the exit code knows all figures."""

from __future__ import annotations

import pytest

from bench.figures import Figure, Mark, exit_code

KEPT = Figure("", "kept", 2, most=2)
BROKEN = Figure("", "broken", 3, most=2)
MISSING = Figure("", "missing", None, most=2)
FREE = Figure("", "free", 7)


@pytest.mark.parametrize(
    ("figure", "mark"),
    [
        (KEPT, Mark.KEPT),
        (BROKEN, Mark.BROKEN),
        (MISSING, Mark.NOT_MEASURED),
        (FREE, Mark.NO_LIMIT),
        (Figure("", "exact", 20, exactly=20), Mark.KEPT),
        (Figure("", "too few", 19, exactly=20), Mark.BROKEN),
    ],
)
def test_mark(figure: Figure, mark: Mark) -> None:
    """At most means at most, exactly means exactly."""
    assert figure.mark is mark


@pytest.mark.parametrize(
    ("figures", "code"),
    [([KEPT, FREE], 0), ([KEPT, MISSING], 2), ([MISSING, BROKEN], 1)],
)
def test_exit_code(figures: list[Figure], code: int) -> None:
    """A broken limit counts more than one that was not measured, and that is no success either."""
    assert exit_code(figures) == code


def test_shown() -> None:
    """Ratios have three places, few milliseconds two, counts none."""
    assert Figure("", "", 0.1604, "ms").shown == "0.16 ms"
    assert Figure("", "", 1250.4, "ms").shown == "1,250 ms"
    assert Figure("", "", 1.1516, "x").shown == "1.152 x"
    assert Figure("", "", 10_000, "MB", most=200).limit == "<= 200"
    assert Figure("", "", 10_000).shown == "10,000"
    assert MISSING.shown == ""
