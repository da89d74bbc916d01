"""All rules but those of the policy engine, on drawn endpoints: how many judgements a second, and how that grows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from .figures import Figure
from .processes import SCRIPTS, Measured, said

GROUP: Final = "rules"
COUNT: Final = 10_000
MOST: Final = 50
"""Microseconds of CPU for a judgement: 20,000 a second."""
LARGE: Final = {"VPCs"}
"""What has many endpoints, so that judging one is as much work as judging some of these."""
GROWTH: Final = 12.5
"""What ten times as many endpoints may cost: 10 is linear, the rest is what memory costs when there is more of it."""


def measure(measured: Measured, count: int = COUNT, *, timed: bool = True) -> list[Figure]:
    """That every rule had something to judge, then times, unless only what is the same everywhere is wanted."""
    told = _told(measured.code, count)
    every = list(told.values())
    figures = [
        Figure(GROUP, "rules that ask for more though all is there", _with(every, "Need"), exactly=0),
        Figure(GROUP, "rules that pass nothing", _without(every, "Pass"), exactly=0),
        Figure(GROUP, "rules that find nothing in breach", _without(every, "Breach"), exactly=0),
    ]
    return figures + ([figure for what, one in told.items() for figure in times(what, one)] if timed else [])


def _with(every: list[Any], answer: str) -> int:
    """How many rules gave this answer at least once."""
    return sum(bool(answers.get(answer)) for told in every for answers in told["found"].values())


def _without(every: list[Any], answer: str) -> int:
    return sum(int(told["rules"]) for told in every) - _with(every, answer)


def times(what: str, told: Any) -> list[Figure]:  # noqa: ANN401  JSON
    """How long a judgement took, and what ten times as many of these things cost."""
    (few, before), (count, seconds) = ((int(number), seconds) for number, seconds in told["seconds"].items())
    judgements = told["rules"] * count
    why = f"{judgements / seconds:,.0f} a second; {told['rules']} rules on {count:,}, in one process"
    most = None if what in LARGE else MOST
    return [
        Figure(GROUP, f"a judgement of {what}", seconds / judgements * 1e6, "us", most=most, why=why),
        Figure(GROUP, f"ten times as many {what} cost", seconds / before * 10 * few / count, "x", most=GROWTH),
    ]


def _told(code: Path, count: int) -> Any:  # noqa: ANN401  JSON
    with TemporaryDirectory() as folder:
        spec, report = Path(folder) / "spec.json", Path(folder) / "report.json"
        counts, fewer = [count // 10, count], [max(count // 100, 10), max(count // 10, 100)]
        spec.write_text(json.dumps({"counts": counts, "fewer": fewer, "report": str(report)}), encoding="utf-8")
        said(sys.executable, "-P", SCRIPTS / "ruling.py", spec, PYTHONPATH=str(code))
        return json.loads(report.read_text(encoding="utf-8"))
