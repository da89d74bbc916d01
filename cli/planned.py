"""What would be done about endpoints; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from warden.model import Endpoint, Plan

DEPLOY: Final = "Deploy that standard (`sam build && sam deploy`), then plan again without --standard."
"""What to do about a plan that was made by another standard than the stack's."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One endpoint and its plan; `busy` says that a write of before is not closed yet."""

    endpoint: Endpoint
    plan: Plan
    busy: str = ""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to do and nothing to tell."""
        return not (self.plan.actions or self.plan.results or self.busy)


@dataclass(frozen=True, slots=True)
class Planning:
    """The plans of some endpoints of an account and region, and what they were made by, in words."""

    account: str
    region: str
    stack: str | None
    mode: str
    """The mode of the stack, in words: with the kill switch, if that was read."""
    standard: str
    """In words, by which standard."""
    at: datetime
    planned: tuple[Planned, ...]
    file: str = ""
    """The path of the standard; "" where it is the one that the stack was deployed with."""

    @property
    def cannot_apply(self) -> str:
        """Why `warden apply` would never carry it out as it is; "" where it may.

        A plan without a stack may: where the stack would do the same, it is no matter by what it was made.
        """
        if not (self.stack and self.file):
            return ""
        return f"it was made by {self.file}, and apply counts no standard but the one that stack {self.stack} has"
