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
GROWTH: Final = 12.5
"""What ten times as many endpoints may cost: 10 is linear, the rest is what memory costs when there is more of it."""


def measure(measured: Measured, count: int = COUNT, *, timed: bool = True) -> list[Figure]:
    """That every rule had something to judge, then times, unless only what is the same everywhere is wanted."""
    told = _told(measured.code, [count // 10, count])
    figures = [
        Figure(GROUP, "rules that ask for more though all is there", _with(told, "Need"), exactly=0),
        Figure(GROUP, "rules that pass none of the endpoints", told["rules"] - _with(told, "Pass"), exactly=0),
        Figure(GROUP, "rules that find none in breach", told["rules"] - _with(told, "Breach"), exactly=0),
    ]
    return figures + (times(told, count) if timed else [])


def _with(told: Any, answer: str) -> int:  # noqa: ANN401  JSON
    """How many rules gave this answer at least once."""
    return sum(bool(answers.get(answer)) for answers in told["found"].values())


def times(told: Any, count: int) -> list[Figure]:  # noqa: ANN401  JSON
    """How long a judgement took, and what ten times as many endpoints cost."""
    few, many = (told["seconds"][str(number)] for number in (count // 10, count))
    judgements = told["rules"] * count
    why = f"{judgements / many:,.0f} a second; {told['rules']} rules on {count:,} endpoints, in one process"
    return [
        Figure(GROUP, "a judgement", many / judgements * 1e6, "us", most=MOST, why=why),
        Figure(GROUP, "ten times as many endpoints cost", many / few, "x", most=GROWTH, why="10 is linear"),
    ]


def _told(code: Path, counts: list[int]) -> Any:  # noqa: ANN401  JSON
    with TemporaryDirectory() as folder:
        spec, report = Path(folder) / "spec.json", Path(folder) / "report.json"
        spec.write_text(json.dumps({"counts": counts, "report": str(report)}), encoding="utf-8")
        said(sys.executable, "-P", SCRIPTS / "ruling.py", spec, PYTHONPATH=str(code))
        return json.loads(report.read_text(encoding="utf-8"))
