"""A local cloud from the outside: start it, use it, stop it."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import boto3

from local import deploy
from local.errors import LocalCloudError
from local.keeper import NO_PARENT
from local.settings import CODE, CONTROL, ROOT_KEY_ID, ROOT_SECRET, Settings
from local.stage import Stage

PREFIX: Final = "endpoint-warden-local-"
"""How the folder of a running cloud is called."""


class Connection:
    """A running local cloud, wherever it was started."""

    def __init__(self, endpoint_url: str, region: str, account: str) -> None:
        """Talk to the cloud at this address."""
        self.endpoint_url = endpoint_url
        self.region = region
        self.account = account
        self._session: Any = boto3.session.Session()  # one: it reads EC2's model of 4 MB once
        self._one_at_a_time = threading.Lock()  # a session is not made for threads, its clients are

    def environment(self) -> dict[str, str]:
        """Return the variables with which any AWS client talks to this cloud, as the root of its account."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": ROOT_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, **more: Any) -> Any:  # noqa: ANN401 -- boto3's clients have no types
        """Return a boto3 client; `more` overrides its arguments, for example the credentials of a role."""
        arguments = {
            "endpoint_url": self.endpoint_url,
            "region_name": self.region,
            "aws_access_key_id": ROOT_KEY_ID,
            "aws_secret_access_key": ROOT_SECRET,
        }
        with self._one_at_a_time:
            return self._session.client(service, **{**arguments, **more})

    def control(self, name: str, document: dict[str, Any] | None = None, query: str = "") -> Any:  # noqa: ANN401 -- JSON
        """Call the control API; raise LocalCloudError with its reason."""
        data = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.endpoint_url}{CONTROL}/{name}{query}", data)  # noqa: S310 -- http, loopback
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- http, loopback
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise LocalCloudError(json.load(error)["error"]) from error
        except OSError as error:
            raise LocalCloudError(f"the cloud at {self.endpoint_url} does not answer: {error}") from error

    @cached_property
    def stage(self) -> Stage:
        """What can be staged: states, faults, services."""
        return Stage(self.control)

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the API calls so far (`local.record.ApiCall`), without the first `after`."""
        return list(self.control("calls", query=f"?after={after}"))

    def hops(self, after: int = 0) -> list[dict[str, Any]]:
        """Return what passed where: `published`, `matched`, `received`, `invoked`, `returned`, `told`."""
        return list(self.control("hops", query=f"?after={after}"))

    def logs(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the lines that functions printed."""
        return list(self.control("logs", query=f"?after={after}"))

    def notices(self, after: int = 0) -> list[dict[str, Any]]:
        """Return what was published to topics: `topic`, `subject`, and the `message` that machines get."""
        return list(self.control("notices", query=f"?after={after}"))

    def mail(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the e-mails that SNS would have sent: `to`, `subject`, `text`."""
        return list(self.control("mail", query=f"?after={after}"))

    def deploy(
        self, build: Path | str, parameters: dict[str, str] | None = None, stack: str = "warden", seconds: float = 60
    ) -> dict[str, str]:
        """Deploy what `sam build` made, a folder or its template; return the outputs; raise LocalCloudError."""
        return deploy.deploy(self, Path(build), parameters or {}, stack, seconds)


class LocalCloud(Connection):
    """A local cloud of one's own, as a context manager."""

    def __init__(self, region: str = "eu-central-1", account: str = "123456789012") -> None:
        """Describe the cloud; entering the context starts it."""
        super().__init__("", region, account)
        self.pid = 0
        self.folder = Path()
        self._keeper: subprocess.Popen[str] | None = None
        self._detached = False

    def __enter__(self) -> Self:
        """Start the cloud."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it; nothing of it stays."""
        self.stop()

    def start(self, *, detached: bool = False) -> None:
        """Start keeper and server, wait until it answers; `detached`: it outlives this process."""
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._detached = detached
        settings = Settings(str(self.folder), self.region, self.account)
        keeper = [sys.executable, "-I", "-S", str(CODE / "local" / "keeper.py"), str(self.folder)]
        keeper += [NO_PARENT] if detached else []
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
        self._keeper = subprocess.Popen(
            [*keeper, sys.executable, "-m", "local.server", settings.to_json()],
            cwd=CODE,
            env=environment,
            stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if detached else None,  # a pipe of ours would stay open as long as the cloud
            text=True,
            start_new_session=True,
        )
        self.pid = self._keeper.pid
        try:
            self.endpoint_url = _address(self._keeper)
        except LocalCloudError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the cloud and wait until nothing of it is left."""
        if self._keeper is None:
            return
        if self._detached:
            self._keeper.terminate()  # the others end with the pipe that is closed now
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe is not None:
                pipe.close()
        self._keeper.wait()
        self._keeper = None


def _address(keeper: "subprocess.Popen[str]") -> str:
    """Return the address that the server prints first; raise LocalCloudError with the end of its log."""
    first, rest = "", ""
    if keeper.stdout is not None:
        first = keeper.stdout.readline()
        rest = "" if first.startswith("{") else keeper.stdout.read()
    if not first.startswith("{"):
        message = f"The local cloud did not start:\n{first}{rest}"
        raise LocalCloudError(message)
    return str(json.loads(first)["endpoint_url"])
