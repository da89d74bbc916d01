"""One thing that is to be remarked of a policy; pure."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from .place import Path


class Kind(Enum):
    """What is wrong with it."""

    REFUSED = "refused"
    """EC2 refuses a new policy with this; an older one may have it."""
    DEAD = "dead"
    """It can never do anything."""
    TAUTOLOGY = "tautology"
    """It holds for every request, and so restricts nothing."""
    OUTAGE = "outage"
    """It denies everything."""
    LEAK = "leak"
    """It lets more through than it seems to."""
    UNCERTAIN = "uncertain"
    """AWS does not say what it means."""


class Remark(NamedTuple):
    """One thing to mend: a stable code, where it stands, and a sentence."""

    kind: Kind
    code: str
    path: Path
    message: str
