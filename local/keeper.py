"""The keeper: starts the server, and clears up after it whoever dies first.

A server that is killed cannot remove its folder, and a parent that is killed cannot stop its server. So three
processes watch one another through pipes, which the kernel closes however a process ends:

parent --(keeper's stdin)--> keeper --(server's stdin)--> server and, in its process group, the functions

Parent gone: the keeper ends the group and removes the folder. Server gone: likewise. Keeper gone: the server does it.
Runs with the standard library only, so that it starts in a few milliseconds.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Final

GRACE: Final = 3.0
"""Seconds that the server has to end by itself."""
NO_PARENT: Final = "--no-parent"
"""The cloud was detached: only a signal or the server's own end stops it."""


class _Stop(Exception):
    """SIGTERM or SIGINT arrived."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stop


def _wait(server: subprocess.Popen[bytes], *, has_parent: bool) -> None:
    """Return when the server has ended, or when the parent has closed our standard input."""
    ended = os.pidfd_open(server.pid) if hasattr(os, "pidfd_open") else None
    watched = [descriptor for descriptor in (ended, 0 if has_parent else None) if descriptor is not None]
    every = None if ended is not None else 0.1  # no pidfd on macOS: look now and then
    while server.poll() is None and not select.select(watched, [], [], every)[0]:
        pass


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server kindly, then everything that is left in its process group."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(GRACE)
        except subprocess.TimeoutExpired:
            server.kill()
    with contextlib.suppress(ProcessLookupError):  # nobody is left, which is what we want
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _tell_why(folder: Path) -> None:
    """Print the end of the server's log: the parent shows it when no address came."""
    log = folder / "server.log"
    if log.exists():
        print(log.read_text(errors="replace")[-4000:], flush=True)


def main(folder: str, *arguments: str) -> int:
    """Keep one server, whose command line is `arguments`, and its folder."""
    has_parent = NO_PARENT not in arguments
    command = [argument for argument in arguments if argument != NO_PARENT]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    server = subprocess.Popen(command, stdin=subprocess.PIPE, process_group=0)
    try:
        _wait(server, has_parent=has_parent)
        if server.poll():
            _tell_why(Path(folder))
    except _Stop:
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _end(server)
        shutil.rmtree(folder, ignore_errors=True)
    return server.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
