"""Instructions, counted by valgrind: the same to some thousandth on each run, on a busy machine too."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from .processes import Broken, Measured, Replay

VALGRIND: Final = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
AT_ONCE: Final = 2
"""Processes side by side: what they count does not depend on it."""
Run = tuple[str, Mapping[str, Any]]


def available() -> bool:
    """Whether valgrind is installed."""
    return shutil.which("valgrind") is not None


@dataclass(frozen=True, slots=True)
class Counted:
    """What one run cost, in millions of instructions, and how often it called each API."""

    million: float
    calls: Mapping[str, int]


def instructions(measured: Measured, runs: Mapping[str, Run], *options: str, tls: bool = False) -> dict[str, Counted]:
    """What each run costs, by its name; everything that they load must have been compiled before.

    Each has a replay server of its own, with these options: what one writes must not spare another a call.
    """

    def count(run: Run) -> Counted:
        script, spec = run
        with Replay(*options, tls=tls) as replay:
            million = _million(measured.run(script, spec, replay, under=VALGRIND))
            return Counted(million, replay.counted()["calls"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(runs, pool.map(count, runs.values()), strict=True))


def _million(said: str) -> float:
    found = re.search(r"I\s+refs:\s+([\d,]+)", said)
    if not found:
        raise Broken(f"valgrind said nothing of instructions:\n{said[-2000:]}")
    return int(found[1].replace(",", "")) / 1e6
