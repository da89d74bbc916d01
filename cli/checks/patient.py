"""The stack under examination, with clients for its parts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.stack import Deployed, Part

if TYPE_CHECKING:
    import boto3

KEY = "Key"
SWEEP = "Sweep"
REVIEW = "Review"


@dataclass(frozen=True, slots=True)
class Patient:
    """A deployed stack; `wait` is how many seconds the round trip may take, `clock` and `sleep` are of seconds."""

    stack: Deployed
    wait: float = 90
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @property
    def session(self) -> boto3.Session:
        """Makes clients; each is made with `how`."""
        return self.stack.account.session

    @property
    def how(self) -> dict[str, Any]:
        """How each client is made."""
        return self.stack.account.how

    @property
    def region(self) -> str:
        """Where the stack is."""
        return self.stack.account.region

    def part(self, logical_id: str) -> Part | None:
        """One resource of the stack, None where the stack has none of that name."""
        return self.stack.parts.get(logical_id)

    def in_region(self, region: str) -> dict[str, Any]:
        """How a client of another region is made."""
        return {**self.how, "region_name": region}
