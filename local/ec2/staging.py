"""What is staged on this cloud's EC2: settling times, faults, stale answers, the service catalogue."""

import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Where: TypeAlias = tuple[str, str]
"""Account and region."""


class Effect(StrEnum):
    """What a staged fault does to a call."""

    REFUSE = "refuse"
    """Answer with an error; nothing is applied."""
    LOSE = "lose"
    """Apply the call, then drop the connection without an answer."""
    STALE = "stale"
    """Answer a describe of endpoints from before the last change."""
    NO_EVENT = "no-event"
    """Apply the call; its event never arrives (delivery is best effort)."""
    TWO_EVENTS = "two-events"
    """Apply the call; its event arrives twice."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with the next calls of an action."""

    action: str
    effect: Effect
    code: str = "InternalError"
    message: str = "staged"
    status: int = 400
    times: int | None = None
    """How many calls it still meets; None: until cleared."""
    resource: str | None = None
    """Only calls that name this id."""

    def meets(self, action: str, named: tuple[str, ...]) -> bool:
        """Tell whether a call is one of those that this fault is for."""
        return self.action in {action, "*"} and self.times != 0 and (self.resource is None or self.resource in named)


@dataclass
class Staging:
    """The stage of one cloud, shared by the threads that answer its calls."""

    settle: float = 0.0
    """Seconds that a new endpoint is `pending`; `inf`: until told."""
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Members of ServiceDetail that replace the catalogue's, by service name; an unknown name is a new service."""
    faults: list[Fault] = field(default_factory=list)
    _before: dict[Where, list[dict[str, Any]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, action: str, named: tuple[str, ...]) -> Fault | None:
        """Return the first fault for this call, and count it."""
        with self._lock:
            fault = next((fault for fault in self.faults if fault.meets(action, named)), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
            return fault

    def reset(self) -> None:
        """Clear faults and settling times; what was changed on resources stays."""
        with self._lock:
            self.faults.clear()
            self.settle = 0.0

    def ready_at(self) -> float:
        """Return the moment (time.monotonic) at which an endpoint made now is available."""
        return time.monotonic() + self.settle

    def remember(self, where: Where, endpoints: list[dict[str, Any]]) -> None:
        """Keep what a stale describe answers: the endpoints as they were before the change that comes now."""
        self._before[where] = endpoints

    def before(self, where: Where) -> list[dict[str, Any]]:
        """Return the endpoints as they were before the last change."""
        return self._before.get(where, [])
