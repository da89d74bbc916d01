"""A small http server on loopback that collects what is sent to it: an SNS subscriber, Slack's stand-in.

with Receiver() as receiver:
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url("/sns"))   # confirmed at once
    receiver.refuse(times=2, status=429, retry_after=1)     # the next two posts
    receiver.posts("/sns")
"""

import json
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Post:
    """One request that came, and how it was answered."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: str
    status: int
    time: float = field(default_factory=time.time)

    def json(self) -> Any:  # noqa: ANN401 -- JSON
        """Return the body as JSON."""
        return json.loads(self.body)

    def message(self) -> Any:  # noqa: ANN401 -- JSON
        """Return the `Message` of an SNS notification as JSON."""
        return json.loads(self.json()["Message"])


@dataclass(slots=True)
class _Refusal:
    times: int
    status: int
    retry_after: int | None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[Post] = []
        self.refusals: list[_Refusal] = []
        self.lock = threading.Lock()

    def refusal(self) -> _Refusal | None:
        """Return how the next post is refused, if it is, and count it."""
        with self.lock:
            refusal = next((refusal for refusal in self.refusals if refusal.times > 0), None)
            if refusal is not None:
                refusal.times -= 1
            return refusal


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Stay silent."""

    def do_POST(self) -> None:
        """Take a post; answer `ok` as Slack does, or the refusal that was asked for."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        confirmation = headers.get("x-amz-sns-message-type") == "SubscriptionConfirmation"
        refusal = None if confirmation else self.server.refusal()
        status = refusal.status if refusal else 200
        # Kept before it is answered: whoever sent it may look at once.
        self.server.received.append(Post(self.path, headers, body, status))
        self.send_response(status)
        if refusal and refusal.retry_after is not None:
            self.send_header("Retry-After", str(refusal.retry_after))
        answer = b"ok" if status < 300 else b"refused"  # noqa: PLR2004 -- HTTP
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        if confirmation:
            urllib.request.urlopen(json.loads(body)["SubscribeURL"], timeout=10).close()  # noqa: S310 -- loopback


class Receiver:
    """Collects posts; confirms SNS subscriptions by itself."""

    def __init__(self) -> None:
        """Take a free port on loopback."""
        self._server = _Server()

    def __enter__(self) -> Self:
        """Start to listen."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the port back."""
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "/") -> str:
        """Return the address to send to."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def refuse(self, times: int = 1, status: int = 429, retry_after: int | None = None) -> None:
        """Refuse the next posts with this status; `retry_after` in seconds goes into the header of that name."""
        self._server.refusals.append(_Refusal(times, status, retry_after))

    def posts(self, path: str | None = None) -> list[Post]:
        """Return what came, refused posts too, subscription confirmations not."""
        return [
            post
            for post in list(self._server.received)
            if path in {None, post.path} and post.headers.get("x-amz-sns-message-type") != "SubscriptionConfirmation"
        ]
