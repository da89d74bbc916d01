"""The tests run against one fault: in a process of its own, forked from one that has read everything but the engine."""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

import pytest
from hypothesis import Phase, settings

from proof import ROOT

SECONDS: Final = 10.0
"""How long one test may compute: ten times what the slowest needs. A fault that makes it endless is found by that."""
MEMORY: Final = 2 << 30
"""Bytes that the tests may take: some faults make lists that never end."""
FIRST: Final = ("test_evaluate.py", "test_reach.py", "test_plainly.py", "test_hidden.py")
"""Most faults are found by one of these."""
LAST: Final = "random"
"""What is in the name of a test that takes long; test_proof.py is all of this kind."""
LEFT_OUT: Final = "test_random_requests_find_what_is_open"
"""It is about the random requests, and takes longest."""
POLICIES: Final = "10"
"""Random policies of each service."""
FOUND: Final = frozenset({pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR})


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Has a module run this code instead of its file's."""

    def __init__(self, name: str, code: CodeType) -> None:
        """Take the module's full name, and the code."""
        self._name, self._code = name, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module, if it is this one."""
        del path, target
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the code as the module's."""
        exec(self._code, module.__dict__)  # noqa: S102  the engine's own source, but for one place


class Order:
    """What finds most comes first; each test has its time."""

    @pytest.hookimpl
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort them, and take one away."""
        items[:] = sorted((one for one in items if LEFT_OUT not in one.name), key=self._place)

    @pytest.hookimpl
    def pytest_runtest_setup(self) -> None:
        """Start the clock, which ends the process: it counts what is computed, not what is waited for."""
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)

    def _place(self, item: pytest.Item) -> tuple[bool, int]:
        name = item.path.name
        return LAST in item.name or name == "test_proof.py", FIRST.index(name) if name in FIRST else len(FIRST)


def start(name: str, code: CodeType | None, tests: Sequence[str], said: Path) -> int:
    """Start the tests with this code for the module, or with the engine as it is; the process's id."""
    loaded = [one for one in sys.modules if one.partition(".")[0] == "warden"]
    if loaded:
        raise RuntimeError(f"{loaded[0]} is there already: a fault in it would not be seen by all")
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        status = _run(name, code, tests, said)
    finally:
        os._exit(status)


def _run(name: str, code: CodeType | None, tests: Sequence[str], said: Path) -> int:
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number in (1, 2):
        os.dup2(out, number)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    os.environ |= {"WARDEN_PROOF_POLICIES": POLICIES, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.chdir(ROOT)
    phases = (Phase.explicit, Phase.generate)  # a simpler example would be of no use here
    settings.register_profile("proof", database=None, derandomize=True, deadline=None, phases=phases)
    settings.load_profile("proof")
    if code is not None:
        sys.meta_path.insert(0, Changed(name, code))
    how = ("-x", "-q", "-p", "no:cacheprovider", "--assert=plain", "--tb=no", "--no-header")
    return int(pytest.main([*how, *tests], plugins=[Order()]))


def found(status: int) -> bool:
    """Whether the tests found the fault, from how their process ended: a test failed, or it ran out of time."""
    if os.WIFSIGNALED(status):
        return True
    code = os.WEXITSTATUS(status)
    if code not in {pytest.ExitCode.OK, *FOUND}:
        raise RuntimeError(f"the tests did not run: they ended with {code}")
    return code != pytest.ExitCode.OK
