"""The processes of a measurement: the replay server, and what is measured against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Final, Self

from .staged import environment

ROOT: Final = Path(__file__).parent.parent
SCRIPTS: Final = Path(__file__).parent / "measured"
DEADLINE: Final = 300
"""Seconds after which a measured process is given up."""


class Broken(Exception):
    """A measured process did not end well; the message has what it said."""


class Replay:
    """The replay server, while in a `with` block; `options` as `python -m bench.replay` takes them."""

    def __init__(self, *options: str, tls: bool = False) -> None:
        """Name the server's options."""
        self._options = options
        self._scheme = "https://localhost" if tls else "http://127.0.0.1"
        self.url = ""
        self.counts = 0

    def __enter__(self) -> Self:
        """Start it, and learn its ports."""
        self._server = subprocess.Popen(
            (sys.executable, "-m", "bench.replay", *self._options),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._server.stdout is not None  # noqa: S101  a pipe, as asked for
        line = self._server.stdout.readline()
        if not line:
            raise Broken(f"the replay server ended with {self._server.wait(DEADLINE)}")
        ports = json.loads(line)
        self.url, self.counts = f"{self._scheme}:{ports['aws']}", ports["counts"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its standard input, at which it ends."""
        self._server.communicate(timeout=DEADLINE)

    def counted(self, method: str = "GET") -> Any:  # noqa: ANN401  JSON
        """What was counted: `calls`, `throttled` and `sent`; with "DELETE" it is counted from nothing again."""
        connection = HTTPConnection("127.0.0.1", self.counts, timeout=DEADLINE)
        connection.request(method, "/")
        answer = json.load(connection.getresponse())
        connection.close()
        return answer


@dataclass(frozen=True, slots=True)
class Measured:
    """A script of measured/ with the code under measurement on its path."""

    code: Path
    bundle: Path | None = None
    """Certificates to trust, where the server speaks TLS."""

    def run(
        self, script: str, spec: Mapping[str, Any], replay: Replay, mode: str = "enforce", under: Sequence[str] = ()
    ) -> str:
        """Run it to its end, `under` another program if one is named; returns what that said on standard error."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "spec.json"
            path.write_text(json.dumps(spec), encoding="utf-8")
            variables = environment(self.code, replay.url, mode, self.bundle)
            if "report" in spec:
                variables["PYTHONPATH"] += f":{ROOT}"
            done = subprocess.run(
                (*under, sys.executable, "-P", str(SCRIPTS / script), str(path)),
                env=variables,
                cwd=folder,
                check=False,
                capture_output=True,
                text=True,
                timeout=DEADLINE,
            )
        if done.returncode:
            raise Broken(f"{script} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stderr

    def told(self, script: str, spec: Mapping[str, Any], replay: Replay, mode: str = "enforce") -> Any:  # noqa: ANN401  JSON
        """Run it, and read its report."""
        with TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            self.run(script, {**spec, "counts": replay.counts, "report": str(report)}, replay, mode)
            return json.loads(report.read_text(encoding="utf-8"))


def said(*words: object, **variables: str) -> str:
    """What a process says; raise Broken if it did not end well."""
    command: Sequence[str] = [str(word) for word in words]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", **variables}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=DEADLINE)
    if done.returncode:
        raise Broken(f"{command[-2]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout
