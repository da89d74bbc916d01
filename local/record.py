"""What happened on this cloud: API calls, hops of events, log lines, notices, mail. Tests and the demo read it."""

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

ENDPOINT: Final = re.compile(r"vpce-(?:svc-)?[0-9a-f]{8,17}")


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One API call that reached the endpoint; calls that MiniStack's services make of one another do not."""

    service: str
    action: str
    principal: str
    time: float
    """Seconds since the epoch."""
    duration_ms: float
    status: int
    error_code: str | None
    request_id: str


@dataclass
class Record:
    """Everything that is recorded, in order; each entry has a serial number `n`, from 1."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    hops: list[dict[str, Any]] = field(default_factory=list)
    logs: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    mail: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def _add(self, entries: list[dict[str, Any]], entry: dict[str, Any]) -> None:
        with self._lock:
            entries.append({"n": len(entries) + 1, **entry})

    def call(self, call: ApiCall, *, lost: bool = False, named: Sequence[str] = ()) -> None:
        """Note an API call; `lost`: its answer never reached the client."""
        self._add(self.calls, {**asdict(call), "lost": lost, "resources": list(named)})

    def hop(self, hop: str, where: str, about: str = "", **more: object) -> None:
        """Note that something passed a place: `published`, `matched`, `invoked`, `returned`, `mailed`...

        `about` is any text that may name endpoints, or endpoint services: their ids are kept.
        """
        endpoints = sorted(set(ENDPOINT.findall(about)))
        self._add(self.hops, {"hop": hop, "where": where, "time": time.time(), "endpoints": endpoints, **more})

    def log(self, function: str, line: str) -> None:
        """Note a line that a function printed."""
        self._add(self.logs, {"function": function, "time": time.time(), "line": line})

    def published(self, topic: str, subject: str, message: str) -> None:
        """Note what was published to a topic, as all subscriptions but those by e-mail get it."""
        self._add(self.notices, {"subject": subject, "message": message, "topic": topic, "time": time.time()})

    def mailed(self, to: str, subject: str, text: str, topic: str) -> None:
        """Note an e-mail that SNS would have sent."""
        self._add(self.mail, {"to": to, "subject": subject, "text": text, "topic": topic, "time": time.time()})
