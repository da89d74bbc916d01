"""Nothing of a local cloud stays, whoever ends first and however."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.cloud import LocalCloud
from local.errors import LocalCloudError
from local.waiting import wait_for

ROOT = Path(__file__).parents[2]
PARENT = """
import io, json, threading, zipfile
from local.cloud import LocalCloud
cloud = LocalCloud().__enter__()
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("f.py", "def handler(event, context): return 'warm'")
trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}
role = cloud.client("iam").create_role(RoleName="f", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
functions = cloud.client("lambda")
functions.create_function(
    FunctionName="f", Runtime="python3.13", Role=role, Handler="f.handler", Code={"ZipFile": code.getvalue()}
)
assert json.load(functions.invoke(FunctionName="f")["Payload"]) == "warm"
print(json.dumps({"folder": str(cloud.folder), "keeper": cloud.pid, "endpoint_url": cloud.endpoint_url}), flush=True)
threading.Event().wait()
"""


class Running:
    """A cloud with a warm function, and the process that started it."""

    def __init__(self, parent: "subprocess.Popen[str]") -> None:
        """Read what the parent says of its cloud."""
        assert parent.stdout is not None
        said = json.loads(parent.stdout.readline())
        self.parent = parent
        self.folder = Path(said["folder"])
        self.keeper = int(said["keeper"])
        self.port = urlsplit(said["endpoint_url"]).port or 0
        self.server = next(pid for pid in _pids() if _parent_of(pid) == self.keeper)
        self.functions = [pid for pid in _pids() if _parent_of(pid) == self.server]

    def left(self) -> list[str]:
        """Return what is still there."""
        processes = [str(pid) for pid in (self.keeper, self.server, *self.functions) if _parent_of(pid) is not None]
        with socket.socket() as probe:
            port = [f"port {self.port}"] if probe.connect_ex(("127.0.0.1", self.port)) == 0 else []
        return processes + port + [str(self.folder)] * self.folder.exists()


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _parent_of(pid: int) -> int | None:
    """Return the parent's id, None when the process has ended (a zombie has)."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(parent)


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")


@pytest.fixture
def running() -> Iterator[Running]:
    """A cloud that another process started, with a warm function."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    cloud = Running(parent)
    assert cloud.functions
    assert cloud.left()
    yield cloud
    parent.kill()
    parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()


@pytest.mark.parametrize(
    ("who", "how"),
    [
        pytest.param("parent", signal.SIGKILL, id="parent killed"),
        pytest.param("parent", signal.SIGINT, id="parent interrupted"),
        pytest.param("keeper", signal.SIGTERM, id="keeper stopped"),
        pytest.param("keeper", signal.SIGKILL, id="keeper killed"),
        pytest.param("server", signal.SIGKILL, id="server killed"),
    ],
)
def test_nothing_stays(running: Running, who: str, how: signal.Signals) -> None:
    """No process, port or folder is left."""
    os.kill({"parent": running.parent.pid, "keeper": running.keeper, "server": running.server}[who], how)
    wait_for(lambda: not running.left(), 10, "the end of everything")


def test_a_cloud_that_cannot_start_says_why_and_leaves_nothing() -> None:
    """A region that EC2 does not have."""
    cloud = LocalCloud(region="nowhere-1")
    with pytest.raises(LocalCloudError, match="nowhere-1"):
        cloud.start()
    assert not cloud.folder.exists()
