"""`python -m bench`: measure and print the figures.

It ends with 0 if every limit was measured and is kept, 1 if one is broken, 2 if one could not be measured.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from . import calls, cold, policies, rules, sweeping
from .figures import Figure, Mark, exit_code
from .processes import ROOT, Measured, Replay
from .staged import stage

STYLES = {Mark.KEPT: "green", Mark.BROKEN: "bold red", Mark.NOT_MEASURED: "yellow", Mark.NO_LIMIT: ""}


def main() -> int:
    """Measure what is asked for; returns the exit code."""
    options = _options()
    progress = Console(stderr=True)
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        measured = Measured(stage(options.code, Path(folder) / "code"))
        conditions = _conditions(measured)
        figures: list[Figure] = []
        with progress.status("cold start: instructions"):
            figures += [] if options.exact else cold.measure(measured)
        with progress.status("requests of each case"):
            figures += calls.measure(measured)
        with progress.status("policies"):
            figures += policies.measure(measured, timed=not options.exact)
        with progress.status("rules"):
            figures += rules.measure(measured, timed=not options.exact)
        with progress.status("sweep"):
            figures += sweeping.measure(measured, pairs=0 if options.exact else options.pairs)
    conditions["seconds"] = str(round(time.monotonic() - began))
    _print(figures, conditions, as_json=options.json)
    return exit_code(figures)


def _conditions(measured: Measured) -> dict[str, str]:
    """What the figures depend on; the run that finds it out warms the file system up too."""
    with Replay() as replay:
        spec = {"until": "events", "batches": [case.batch for case in calls.sequences()[0]]}
        measured.told("handler.py", spec, replay)
        compiled, modules = measured.told("handler.py", spec, replay)["compiled"]
    return {
        "Python": platform.python_version(),
        "boto3": version("boto3"),
        "botocore": version("botocore"),
        "machine": platform.machine(),
        "compiled files": f"{compiled} of {modules} modules",
    }


def _print(figures: Iterable[Figure], conditions: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"group": one.group, "name": one.name, "value": one.value, "unit": one.unit, "limit": one.limit,
             "mark": one.mark.value, "why": one.why}
            for one in figures
        ]  # fmt: skip
        print(json.dumps({"conditions": conditions, "figures": rows}, indent=2))
        return
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table("", "figure", "value", "limit", "", "besides", box=None, pad_edge=False)
    group = ""
    for one in figures:
        title, group = ("" if one.group == group else one.group), one.group
        mark = one.mark
        table.add_row(title, one.name, one.shown, one.limit, mark.value, one.why, style=STYLES[mark])
    console.print(table)
    console.print(", ".join(f"{name}: {value}" for name, value in conditions.items()), highlight=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--code", type=Path, default=ROOT / "functions", help="the function's code, or its artefact")
    parser.add_argument("--pairs", type=int, default=sweeping.PAIRS, help="pairs of sweeps whose CPU is compared")
    parser.add_argument("--exact", action="store_true", help="only what is the same on every machine")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
