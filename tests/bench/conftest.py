"""The code under measurement, staged once for all tests of the figures."""

from __future__ import annotations

import pytest

from bench.processes import ROOT, Measured
from bench.staged import stage


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Processes with a copy of functions/ on their path."""
    return Measured(stage(ROOT / "functions", tmp_path_factory.mktemp("bench") / "code"))
