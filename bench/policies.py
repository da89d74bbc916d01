"""The policy engine: right about the labelled policies, how long it takes, parliament's linting beside it."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from .figures import Figure
from .processes import ROOT, SCRIPTS, Measured, said

CASES: Final = ROOT / "tests" / "labelled-policies.json"
PARLIAMENT: Final = ROOT / ".venvs" / "parliament" / "bin" / "python"
GROUP: Final = "policies"
MEDIAN, TAIL, WORST = 1, 25, 250
"""Milliseconds that both questions about a policy may take: at the median, in 99 of 100, ever."""
HARD: Final = 2_000
"""Milliseconds after which a policy that is made to be hard has an answer, or is called unknown."""
IMPORT: Final = 1.6
"""What importing the engine may cost, against importing the modules of the standard library that it uses.

The aim is 15 ms of CPU; on a machine whose speed changes by the minute, only the ratio tells.
"""
IMPORTS: Final = 15
"""Times that it is imported, each time in a new process."""
STANDARD: Final = "json, re, enum, typing, functools, itertools, types, datetime, math, collections.abc"
"""What the engine imports of the standard library; the functions have loaded it before."""


def measure(measured: Measured, *, timed: bool = True) -> list[Figure]:
    """Verdicts first; then times, unless only what is the same on every machine is wanted."""
    told = _told(measured.code)
    figures = [
        Figure(GROUP, f"of {len(told['cases'])} labelled, judged otherwise than labelled", _wrong(told), exactly=0),
    ]
    return figures + (_times(told) + _imports(measured.code) if timed else [])


def _told(code: Path) -> Any:  # noqa: ANN401  JSON
    with TemporaryDirectory() as folder:
        spec, report = Path(folder) / "spec.json", Path(folder) / "report.json"
        spec.write_text(json.dumps({"cases": str(CASES), "report": str(report)}), encoding="utf-8")
        said(sys.executable, "-P", SCRIPTS / "judging.py", spec, PYTHONPATH=f"{code}:{ROOT}")
        return json.loads(report.read_text(encoding="utf-8"))


def _wrong(told: Mapping[str, Any]) -> int:
    """How many policies have another answer than their label; what is undecidable must be unknown."""
    labelled = {case["id"]: case["expected"] for case in json.loads(CASES.read_text(encoding="utf-8"))}
    return sum(_differs(case, labelled[case["id"]]) for case in told["cases"]) + abs(len(labelled) - len(told["cases"]))


def _differs(case: Mapping[str, Any], label: Mapping[str, Any]) -> bool:
    answers = ("external_principals", "external_resources")
    valid = label["valid"] in {case["valid"], None}  # None: AWS does not say
    return not valid or any(case[name] != (label[name] or "unknown") for name in answers)


def _times(told: Mapping[str, Any]) -> list[Figure]:
    times = sorted(case["ms"] for case in told["cases"])
    whole = statistics.median(case["with_table"] for case in told["cases"])
    median = statistics.median(times)
    return [
        Figure(GROUP, "both questions, median", median, "ms", most=MEDIAN, why=f"{whole:.2f} with the service's table"),
        Figure(GROUP, "99th percentile", times[-(-len(times) * 99 // 100) - 1], "ms", most=TAIL),
        Figure(GROUP, "worst", times[-1], "ms", most=WORST),
        against_parliament(median),
        *(hard(one) for one in told["hard"]),
    ]


def hard(one: Mapping[str, Any]) -> Figure:
    """How long a policy that is made to be hard took."""
    name = f"a hard one, {one['characters']:,} characters: {one['name']}"
    why = f"callers {one['external_principals']}, resources {one['external_resources']}"
    return Figure(GROUP, name, one["seconds"] * 1e3, "ms", most=HARD, why=why)


def against_parliament(median: float) -> Figure:
    """Parliament only lints, and says nothing of who gets through."""
    name = "median, against parliament's linting"
    if not PARLIAMENT.exists():
        return Figure(GROUP, name, None, "x", most=1, why="`make bench` installs it")
    theirs = statistics.median(json.loads(said(PARLIAMENT, SCRIPTS / "linting.py", CASES)))
    return Figure(GROUP, name, median / theirs, "x", most=1, why=f"{median:.3f} to {theirs:.3f} ms")


def _imports(code: Path) -> list[Figure]:
    """CPU of importing what answers, in new processes by turns."""
    names = {"all": "import warden.policy.reach", "standard": f"import {STANDARD}"}
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(IMPORTS):
        for name, line in names.items():
            script = f"import time; start = time.process_time(); {line}; print(time.process_time() - start)"
            found[name].append(1e3 * float(said(sys.executable, "-P", "-c", script, PYTHONPATH=str(code))))
    bare, standard = (min(found[name]) for name in names)  # a busy machine only adds
    own = bare - standard
    why = f"{own:.1f} to {standard:.1f} ms of CPU; the aim is 15 ms"
    return [
        Figure(GROUP, "import, against the standard library's part of it", own / standard, "x", most=IMPORT, why=why)
    ]
