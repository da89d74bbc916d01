"""What came of carrying out a plan; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from warden.model import Outcome, Report

from .exits import Code
from .planned import Planned


@dataclass(frozen=True, slots=True)
class Applied:
    """One endpoint, and what came of its plan.

    `report` is there where people were told; `later` says why it is to be tried again; `left` why nothing was changed.
    """

    shown: Planned
    report: Report | None = None
    later: str = ""
    left: str = ""

    @property
    def done(self) -> bool:
        """Whether all that was planned is made, and nothing of the endpoint stays open."""
        fine = {Outcome.FIXED, Outcome.RESOLVED, Outcome.GONE}
        return self.report is not None and all(result.outcome in fine for result in self.report.results)


def code_of(applied: Iterable[Applied], others: Iterable[Planned], left: Collection[str] = ()) -> Code:
    """How it stands; `others` are the endpoints of which nothing was to be done, `left` those that a saved plan left.

    Whether a plan was saved or is made just now, what stays open counts the same.
    """
    attempted = list(applied)
    if any(one.later for one in attempted):
        return Code.NOT_LOOKED
    all_done = all(one.done for one in attempted) and all(one.quiet for one in others) and not left
    return Code.OK if all_done else Code.OPEN
