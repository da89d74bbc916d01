"""Runs a built function under the real `awslambdaric`, in a process of its own.

    with Sandbox(Function("on-change", folder, "on_change.handler", environment)) as sandbox:
        answer = sandbox.invoke({"Records": []})
        answer.result, answer.error, answer.init_ms, answer.duration_ms

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from local.runtime_server import Api, Invocation

INIT_TIMEOUT: Final = 10.0
"""Seconds that Lambda gives a function to initialise.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""
PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
"""What a function's process may see of our own environment."""


@dataclass(frozen=True, slots=True)
class Function:
    """What Lambda knows of a function: code, handler, settings."""

    name: str
    folder: Path
    handler: str
    environment: dict[str, str] = field(default_factory=dict)
    timeout: float = 3.0
    memory: int = 128
    arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:local"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one invocation gave: a result, or Lambda's error document; times in milliseconds."""

    request_id: str
    result: Any
    error: dict[str, Any] | None
    init_ms: float | None
    """None when the environment was warm."""
    duration_ms: float


def _environment(function: Function, api: str) -> dict[str, str]:
    """Return the process's whole environment: Lambda's reserved variables, the function's own, and no other."""
    log_stream = f"{time.strftime('%Y/%m/%d')}/[$LATEST]{uuid.uuid4().hex}"
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_EC2_METADATA_DISABLED": "true",
        **function.environment,
        "AWS_LAMBDA_RUNTIME_API": api,
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(function.folder),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "PYTHONUNBUFFERED": "1",
    }


class Sandbox:
    """One execution environment: one process, one invocation at a time, kept warm in between."""

    def __init__(self, function: Function, on_line: Callable[[str], None] | None = None) -> None:
        """Prepare the environment; the process starts with the first invocation. `on_line` gets each line logged."""
        self.function = function
        self.process: subprocess.Popen[str] | None = None
        self._on_line = on_line or (lambda line: print(line, file=sys.stderr))
        self._api: Api | None = None  # one for each process: a poll of an ended one must not take work
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Return the sandbox itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind."""
        self.close()

    def invoke(self, event: object) -> Answer:
        """Run the handler once on this event; start the process first if it is not there."""
        with self._lock:
            init_ms = None
            if self._api is None or not self._alive():
                self._api, init_ms = self._start()
            if self._api.init_error is not None or not self._api.ready.is_set():
                return self._not_initialised(self._api, init_ms or 0.0)
            return self._run(self._api, json.dumps(event).encode(), init_ms)

    def close(self) -> None:
        """End the process and give the port back."""
        self._end()

    def _alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _start(self) -> tuple[Api, float]:
        """Start the process; return its API and the milliseconds until it asked for work, failed or was given up."""
        self._end()
        api = Api(self.function.arn)
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", self.function.handler],
            cwd=self.function.folder,
            env=_environment(self.function, f"127.0.0.1:{api.server_port}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()
        while not api.ready.wait(0.02) and self._alive() and time.perf_counter() - started < INIT_TIMEOUT:
            pass
        return api, (time.perf_counter() - started) * 1000

    def _read(self, process: "subprocess.Popen[str]") -> None:
        """Pass on what the function prints until it ends."""
        if process.stdout is not None:
            for line in process.stdout:
                self._on_line(line.rstrip("\n"))

    def _not_initialised(self, api: Api, init_ms: float) -> Answer:
        """Return the error of the initialisation: the process's own, or that it ended, or that it took too long."""
        ended = not self._alive()
        self._end()
        if api.init_error:
            error = json.loads(api.init_error)
        elif ended:
            error = {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited during initialisation"}
        else:
            error = {"errorType": "Sandbox.Timedout", "errorMessage": f"Init timed out after {INIT_TIMEOUT} seconds"}
        return Answer(str(uuid.uuid4()), None, error, init_ms, 0.0)

    def _run(self, api: Api, payload: bytes, init_ms: float | None) -> Answer:
        """Hand the payload over and wait for its answer, at most the function's timeout."""
        deadline = int((time.time() + self.function.timeout) * 1000)
        work = Invocation(str(uuid.uuid4()), payload, deadline)
        api.running[work.request_id] = work
        started = time.perf_counter()
        api.waiting.put(work)
        kind, body = self._wait(work, started)
        duration = (time.perf_counter() - started) * 1000
        document = json.loads(body or b"null")
        if kind == "response":
            return Answer(work.request_id, document, None, init_ms, duration)
        return Answer(work.request_id, None, document, init_ms, duration)

    def _wait(self, work: Invocation, started: float) -> tuple[str, bytes]:
        """Return the answer; end the process that is too late, and notice one that died in the middle."""
        while (left := started + self.function.timeout - time.perf_counter()) > 0:
            try:
                return work.answer.get(timeout=min(left, 0.1))
            except queue.Empty:
                if not self._alive():
                    return "error", self._error("Runtime.ExitError", work, "Runtime exited before an answer")
        self._end()
        return "error", self._error(
            "Sandbox.Timedout", work, f"Task timed out after {self.function.timeout:.2f} seconds"
        )

    @staticmethod
    def _error(kind: str, work: Invocation, why: str) -> bytes:
        return json.dumps({"errorType": kind, "errorMessage": f"RequestId: {work.request_id} Error: {why}"}).encode()

    def _end(self) -> None:
        if self._api is not None:
            self._api.close()
            self._api = None
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        if self._reader is not None:
            self._reader.join(1.0)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
