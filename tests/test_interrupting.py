"""What tests start can be interrupted, wherever they run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

IGNORED = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
RUNS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {IGNORED!r}], check=True)"


def run(code: str) -> str:
    """Run it in the background of a shell without job control; what it starts says whether it ignores SIGINT."""
    script = '"$0" -c "$1" & wait'
    told = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable, code],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parent,
    )
    return told.stdout.strip()


def test_an_interrupt_reaches_what_is_started_in_the_background() -> None:
    """Without the plugin it does not."""
    assert run(RUNS) == "True"
    assert run(f"import interrupting; {RUNS}") == "False"
