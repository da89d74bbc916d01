"""The functions of deployed stacks, each run by MiniStack's pool under the real Lambda runtime."""

import hashlib
import io
import threading
import zipfile
from pathlib import Path
from typing import Any, Final

from ministack.core import lambda_runtime

from local.record import Record
from local.runtime_api import Answer, Function, Sandbox

RESERVED: Final = frozenset(
    {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
)
"""What a function's own settings cannot override.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""


class Environments:
    """Makes an execution environment for MiniStack's pool: `Environments(...).worker_for(name, config, code)`."""

    def __init__(self, folder: Path, endpoint_url: str, record: Record) -> None:
        """Unpack code under `folder`; functions call `endpoint_url`; lines and times go to `record`."""
        self._folder = folder
        self._endpoint_url = endpoint_url
        self._record = record
        self._lock = threading.Lock()

    def install(self) -> None:
        """Have MiniStack's pool use our environments."""
        lambda_runtime._worker_class_for = lambda _config: self.worker_for  # noqa: SLF001 -- it has no setting for this

    def worker_for(self, name: str, config: dict[str, Any], code: bytes) -> "RealWorker":
        """Return an environment, not started, for a function as MiniStack's store describes it."""
        account, region = lambda_runtime._account_region_from_function_config(config)  # noqa: SLF001 -- the only reader
        own = config.get("Environment", {}).get("Variables", {})
        environment = {key: value for key, value in own.items() if key not in RESERVED}
        environment |= lambda_runtime.execution_credentials(config)
        environment |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_ENDPOINT_URL": self._endpoint_url}
        function = Function(
            name=name,
            folder=self._unpacked(code),
            handler=config.get("Handler", ""),
            environment=environment,
            timeout=float(config.get("Timeout", 3)),
            memory=int(config.get("MemorySize", 128)),
            arn=config.get("FunctionArn", f"arn:aws:lambda:{region}:{account}:function:{name}"),
        )
        return RealWorker(name, config, code, function, self._record)

    def _unpacked(self, code: bytes) -> Path:
        """Return the folder of this artefact; one for all environments, so that compiled files are kept too."""
        folder = self._folder / hashlib.sha256(code).hexdigest()[:16]
        with self._lock:
            if not folder.exists():
                part = folder.with_suffix(".part")
                with zipfile.ZipFile(io.BytesIO(code)) as archive:
                    archive.extractall(part)
                part.replace(folder)
        return folder


class RealWorker(lambda_runtime.Worker):  # type: ignore[misc]  # MiniStack is untyped
    """MiniStack's worker with our sandbox in place of its own script."""

    def __init__(self, name: str, config: dict[str, Any], code: bytes, function: Function, record: Record) -> None:
        """Prepare the sandbox of one execution environment."""
        super().__init__(name, config, code)
        self._record = record
        self._lines: list[str] = []
        self._sandbox = Sandbox(function, self._line)

    def _line(self, line: str) -> None:
        self._lines.append(line)
        self._record.log(self.func_name, line)

    def invoke(self, event: object, request_id: str, **_: object) -> dict[str, Any]:
        """Run one invocation and answer in the form that MiniStack's pool reads."""
        self._record.hop("invoked", self.func_name, str(event), request_id=request_id)
        answer = self._sandbox.invoke(event)
        self._proc = self._sandbox.process
        times = {"init_ms": answer.init_ms, "duration_ms": answer.duration_ms, "error": answer.error}
        self._record.hop("returned", self.func_name, str(event), request_id=request_id, **times)
        return self._answer(answer)

    def _answer(self, answer: Answer) -> dict[str, Any]:
        log = "\n".join(self._lines)
        self._lines.clear()
        if answer.error is None:
            return {"status": "ok", "result": answer.result, "log": log, "cold_start": answer.init_ms is not None}
        trace = "\n".join(str(line) for line in answer.error.get("stackTrace", []))
        return {"status": "error", "error": answer.error.get("errorMessage", ""), "log": log, "trace": trace}

    def kill(self) -> None:
        """End the process."""
        self._sandbox.close()

    def _discard_tmpdir(self) -> None:
        """Nothing is ours alone: code is shared, and goes with the cloud's folder."""
        self._sandbox.close()
