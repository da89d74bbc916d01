"""`python -m proof.mutants`: small faults put into the policy engine, which the tests of tests/policy must find.

Those that they do not find stand in survivors.toml, each with the reason: it makes no difference, or none that matters.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Final, NamedTuple

from proof import ROOT, trial
from proof.faults import Fault, faults, with_fault

ENGINE: Final = ROOT / "functions" / "warden" / "policy"
MODULES: Final = (
    "evaluate", "reach", "search", "principals", "conditions", "plainly_closed", "plainly_open",
)  # fmt: skip
TESTS: Final = ("tests/policy",)
LISTED: Final = ROOT / "proof" / "survivors.toml"
LEAST: Final = 0.9
"""The share of all faults that must be found."""
Key = tuple[str, str, str, str]


class Reason(NamedTuple):
    """Why faults are not found: in a word, and in a sentence."""

    word: str
    why: str


def main(arguments: Sequence[str]) -> int:
    """Put in every fault, or some, and compare what is not found with the list."""
    parser = argparse.ArgumentParser(prog="python -m proof.mutants")
    parser.add_argument("--some", type=int, default=0, metavar="N", help="only N faults, spread over all modules")
    parser.add_argument("--only", choices=MODULES, action="append", help="only the faults of this module")
    parser.add_argument("--verbose", action="store_true", help="how each one is found, and how long it takes")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), metavar="N")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    made = [one for module in options.only or MODULES for one in faults(module, _source(module))]
    if options.some:
        made = made[:: max(1, len(made) // options.some)][: options.some]
    left = survivors(made, options.workers, verbose=options.verbose)
    minutes = (time.monotonic() - began) / 60
    print(f"{minutes:.0f} minutes with {options.workers} at a time")
    return report(made, left, listed(LISTED.read_text(encoding="utf-8")), whole=not (options.some or options.only))


class _Running(NamedTuple):
    """A fault that is being looked for: when that began, and what the tests say."""

    fault: Fault
    began: float
    said: Path


def survivors(made: Sequence[Fault], workers: int, *, verbose: bool = False) -> list[Fault]:
    """Those that the tests do not find."""
    left: list[Fault] = []
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        if trial.found(os.waitpid(trial.start("", None, TESTS, said), 0)[1]):
            sys.exit(f"the tests fail without a fault:\n{said.read_text(encoding='utf-8')}")
        running: dict[int, _Running] = {}
        for number, fault in enumerate(made, 1):
            if len(running) >= workers:
                left += _ended(running, verbose=verbose)
            said = Path(folder) / str(number)
            child = trial.start(*_changed(fault), TESTS, said)
            running[child] = _Running(fault, time.monotonic(), said)
            if number % 100 == 0:
                print(f"{number} of {len(made)}: {len(left)} not found so far", flush=True)
        while running:
            left += _ended(running, verbose=verbose)
    return sorted(left, key=lambda one: (one.module, one.line, one.change))


def _ended(running: dict[int, _Running], *, verbose: bool) -> Iterator[Fault]:
    """Wait for one; its fault, if it was not found."""
    child, status = os.wait()
    one = running.pop(child)
    if verbose:
        last = one.said.read_text(encoding="utf-8").strip().splitlines()[-3:]
        by = next((line for line in last if line.startswith(("FAILED", "ERROR"))), str(status))
        print(
            f"{time.monotonic() - one.began:.1f} s  {one.fault.module}:{one.fault.line} {one.fault.change} | {by}",
            flush=True,
        )
    one.said.unlink(missing_ok=True)
    if not trial.found(status):
        yield one.fault


def _changed(fault: Fault) -> tuple[str, CodeType]:
    code = compile(with_fault(_source(fault.module), fault), f"{fault.module}.py", "exec")
    return f"warden.policy.{fault.module}", code


def _source(module: str) -> str:
    return (ENGINE / f"{module}.py").read_text(encoding="utf-8")


def listed(text: str) -> dict[Key, Reason]:
    """What stands in the list, by key."""
    return {
        (one["module"], one["where"], one["source"], change): Reason(group["reason"], group["why"])
        for group in tomllib.loads(text).get("group", [])
        for one in group["fault"]
        for change in one["changes"]
    }


def report(made: Sequence[Fault], left: Sequence[Fault], reasons: Mapping[Key, Reason], *, whole: bool) -> int:
    """Print the figures, and what is wrong; 1 if anything is."""
    found = len(made) - len(left)
    print(f"{len(made)} faults, {found} found by the tests ({found / len(made):.1%})")
    for word, count in sorted(Counter(reasons[one.key].word for one in left if one.key in reasons).items()):
        print(f"  {count} not found: {word}")
    new = [one for one in left if one.key not in reasons]
    for one in new:
        print(f"not found, not in the list: {one.module}.py:{one.line} {one.where}\n    {one.source}\n    {one.change}")
    keys, kept = {one.key for one in made}, {one.key for one in left}
    stale = [key for key in reasons if key not in kept and (whole or key in keys)]
    for key in stale:
        print(f"in the list, but {'found' if key in keys else 'no fault'} now: {' | '.join(key)}")
    few = whole and found < LEAST * len(made)
    if few:
        print(f"fewer than {LEAST:.0%} are found")
    return int(bool(new or stale or few))


if __name__ == "__main__":
    if "PYTHONHASHSEED" not in os.environ:  # the order of sets must be the same in every run
        os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S606  ourselves
    sys.exit(main(sys.argv[1:]))
