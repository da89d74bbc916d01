"""The counting replay server: `python -m bench.replay` answers as AWS on loopback, in a process of its own.

It prints its two ports as a line of JSON: one for AWS's calls, one to ask what was counted (GET), or to begin anew
(DELETE). It ends when its standard input does, so that it never outlives who started it.
"""

from __future__ import annotations

import argparse
import json
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from . import draw
from .cloud import Bucket, Cloud


class Front(BaseHTTPRequestHandler):
    """AWS's side: connections are kept, as AWS keeps them."""

    protocol_version = "HTTP/1.1"
    cloud: ClassVar[Cloud]
    lock: ClassVar[threading.Lock]
    round_trip: ClassVar[float] = 0.0
    """Seconds added to each answer."""

    def setup(self) -> None:
        """Count the connection, and send answers at once."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            self.cloud.calls["connections"] += 1

    def do_POST(self) -> None:
        """Answer one call."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with self.lock:
            answer = self.cloud.answer(self.headers.get("X-Amz-Target", ""), body)
        if self.round_trip:
            time.sleep(self.round_trip)
        _send(self, answer.body.encode(), answer.status, answer.kind)

    def log_message(self, *_: object) -> None:
        """Say nothing: counts are what is asked for."""


class Back(BaseHTTPRequestHandler):
    """The measurer's side."""

    def do_GET(self) -> None:
        """Tell what was counted, and the messages that were sent."""
        cloud = Front.cloud
        with Front.lock:
            counted = {"calls": dict(cloud.calls), "throttled": dict(cloud.throttled), "sent": list(cloud.sent)}
        _send(self, json.dumps(counted).encode(), 200, "application/json")

    def do_DELETE(self) -> None:
        """Count from nothing again; what was changed stays."""
        with Front.lock:
            for counted in (Front.cloud.calls, Front.cloud.throttled, Front.cloud.sent):
                counted.clear()
        _send(self, b"{}", 200, "application/json")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _send(handler: BaseHTTPRequestHandler, body: bytes, status: int, kind: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class Server(ThreadingHTTPServer):
    """A server whose threads end with it."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  socketserver's own signature
        """Pass over a client that hung up, which a measured process does when it ends; tell of all else."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve until standard input ends."""
    options = _options()
    estate = draw.big(options.endpoints, options.seed) if options.endpoints else draw.cast()
    Front.cloud = Cloud(estate, buckets=dict(options.bucket))
    Front.lock, Front.round_trip = threading.Lock(), options.round_trip / 1000
    front, back = Server(("127.0.0.1", 0), Front), Server(("127.0.0.1", 0), Back)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls)
        front.socket = context.wrap_socket(front.socket, server_side=True, do_handshake_on_connect=False)
    for server in (front, back):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"aws": front.server_port, "counts": back.server_port}), flush=True)
    sys.stdin.read()


def _bucket(text: str) -> tuple[str, Bucket]:
    action, _, sizes = text.partition("=")
    capacity, _, rate = sizes.partition(",")
    return action, Bucket(float(capacity), float(rate))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=int, default=0, help="draw so many; 0: the small cast")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tls", type=Path, metavar="PEM", help="serve TLS with this key and certificate")
    parser.add_argument("--round-trip", type=float, default=0.0, metavar="MS", help="added to each answer")
    parser.add_argument("--bucket", type=_bucket, action="append", default=[], metavar="ACTION=SIZE,PER_SECOND")
    return parser.parse_args()


if __name__ == "__main__":
    main()
