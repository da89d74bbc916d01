"""Exit codes, and the error that ends a command that could not do its work."""

from __future__ import annotations

from enum import IntEnum

from warden.errors import WardenError


class Code(IntEnum):
    """What a command tells the shell; the same for every command."""

    OK = 0
    """All that was looked at is as it should be."""
    OPEN = 1
    """Something is not as it should be, or nobody can tell: that is never called good."""
    NOT_LOOKED = 2
    """What was asked for could not be looked at or done, or was asked for wrongly."""


class CouldNotLook(WardenError):
    """A command cannot go on; `what` names the input that is wrong, `do` says how to go on."""

    def __init__(self, what: str, do: str = "") -> None:
        """Take one sentence each; `what` may have several lines."""
        super().__init__(what)
        self.what = what
        self.do = do
