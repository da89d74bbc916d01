"""What `make build` says: a line of what it does, sam's own words only if it fails, and where the result is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parents[1]
SYNCED = (".venv/.made", ".venv/.synced", ".venvs/sam/.synced")
SAM = """#!/bin/sh
echo noise of sam; echo more noise >&2
{act}
"""
WORKS = "mkdir -p .aws-sam/build && echo built > .aws-sam/build/template.yaml"
FAILS = "echo standard.toml is wrong >&2; exit 1"
Make: TypeAlias = Callable[[], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Run `make build` in a checkout in which everything is installed, and sam is a script."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements/uv.txt", "requirements/dev.txt", "requirements/sam.txt", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "standard.toml").write_text("a = 1")
    (tmp_path / "template.yaml").touch()
    for name in SYNCED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    _sam(tmp_path, WORKS)

    def run() -> subprocess.CompletedProcess[str]:
        program = shutil.which("make")
        assert program is not None
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        return subprocess.run(
            [program, "build"], cwd=tmp_path, env=environment, check=False, text=True, capture_output=True
        )

    return run


def _sam(folder: Path, act: str) -> None:
    sam = folder / ".venvs" / "sam" / "bin" / "sam"
    sam.parent.mkdir(parents=True, exist_ok=True)
    sam.write_text(SAM.format(act=act))
    sam.chmod(0o755)


def test_build_says_what_it_does_and_where_the_result_is(make: Make) -> None:
    """Two lines; neither the recipe nor sam's own words."""
    done = make()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Building the functions (sam build)...\nBuilt: .aws-sam/build/template.yaml\n"
    assert done.stderr == ""


def test_second_build_says_that_nothing_changed(make: Make, tmp_path: Path) -> None:
    """Where the result is, all the same; what changed is built again."""
    make()
    assert make().stdout == "Nothing changed since the last build: .aws-sam/build/template.yaml\n"
    (tmp_path / "functions" / "standard.toml").write_text("a = 2")
    assert make().stdout.startswith("Building the functions")


def test_failed_build_shows_what_sam_said(make: Make, tmp_path: Path) -> None:
    """All of it, on stderr, and the next run tries again."""
    _sam(tmp_path, FAILS)
    for _ in range(2):
        done = make()
        assert done.returncode != 0
        assert "noise of sam\nmore noise\nstandard.toml is wrong\n" in done.stderr
    _sam(tmp_path, WORKS)
    assert make().returncode == 0
