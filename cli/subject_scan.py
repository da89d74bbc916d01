"""What a scan of VPCs, or of our own endpoint services, saw; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from warden.model import Verdict
from warden.subject_watch import JudgedSubject

from .exits import Code
from .scanned import COMPLIANT, Blind

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class SubjectScan(Generic[Seen]):
    """All of one kind in an account, judged; `standard` says in words by what."""

    account: str
    regions: tuple[str, ...]
    standard: str
    at: datetime
    seen: tuple[JudgedSubject[Seen], ...]
    blind: tuple[Blind, ...] = ()

    @property
    def compliant(self) -> int:
        """How many of them are compliant."""
        return sum(is_compliant(one) for one in self.seen)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How often each verdict was given."""
        return Counter(finding.verdict for one in self.seen for finding in one.findings)

    @property
    def code(self) -> Code:
        """0 only where everything was seen and judged, and is compliant."""
        if self.blind:
            return Code.NOT_LOOKED
        return Code.OK if self.compliant == len(self.seen) else Code.OPEN


def is_compliant(one: JudgedSubject[Any]) -> bool:
    """Whether every rule that is on was able to judge it, and none has anything against it."""
    return all(finding.verdict in COMPLIANT for finding in one.findings)
