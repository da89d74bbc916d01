"""The HTTP side of the Lambda Runtime API: hands work to one process, and takes its answers.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import queue
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Invocation:
    """One piece of work, and where its answer is awaited: (`response` or `error`, body)."""

    request_id: str
    payload: bytes
    deadline_ms: int
    answer: "queue.Queue[tuple[str, bytes]]" = field(default_factory=queue.Queue)


class Api(ThreadingHTTPServer):
    """The HTTP side: hands invocations to the one process of a sandbox, and takes its answers."""

    daemon_threads = True

    def __init__(self, arn: str) -> None:
        """Take a free port on loopback and serve the function of this ARN."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arn = arn
        self.waiting: queue.Queue[Invocation | None] = queue.Queue()
        self.running: dict[str, Invocation] = {}
        self.ready = threading.Event()
        self.init_error: bytes | None = None
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Let a poll go, and give the port back."""
        self.waiting.put(None)
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: the function's process was ended in the middle of a poll."""


class _Handler(BaseHTTPRequestHandler):
    server: Api
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each call waits some 40 ms, twice, for a delayed ACK
    wbufsize = -1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Stay silent: the function's log is what matters."""

    def do_GET(self) -> None:
        """`/invocation/next`: the process is ready; hold it until there is work."""
        self.server.ready.set()
        work = self.server.waiting.get()
        if work is None:
            self._send(410, b"")
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": work.request_id,
            "Lambda-Runtime-Deadline-Ms": str(work.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.server.arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
            "Content-Type": "application/json",
        }
        self._send(200, work.payload, headers)

    def do_POST(self) -> None:
        """`/invocation/<id>/response`, `/invocation/<id>/error` or `/init/error`."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        about, kind = self.path.split("/")[-2:]
        if about == "init":
            self.server.init_error = body
            self.server.ready.set()
        elif work := self.server.running.pop(about, None):
            work.answer.put((kind, body))
        self._send(202, b'{"status":"OK"}')

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
