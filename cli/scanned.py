"""What a scan saw, of endpoints or of whatever else is judged; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from warden.model import Finding, Verdict
from warden.observe import Judged

from .exits import Code

COMPLIANT = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
LISTED: Final = 4
"""So many regions still stand in a line by name."""


class HasFindings(Protocol):
    """What was judged: an endpoint as `Seen`, or a `JudgedSubject`."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each rule that is on says of it."""


One = TypeVar("One", bound=HasFindings)


@dataclass(frozen=True, slots=True)
class Seen:
    """One endpoint, judged; `zones` are the ids of the zones that it stands in (a subnet's id where not known)."""

    judged: Judged
    zones: tuple[str, ...] = ()
    held: str = ""
    """Why nothing of the endpoint would be written in any mode, as far as the endpoint itself shows it."""
    tool: str = ""
    """The tool by whose code the endpoint is to be changed, as far as the endpoint itself shows it."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each rule that is on says of it."""
        return self.judged.findings


@dataclass(frozen=True, slots=True)
class Blind:
    """A region that could not be looked at: what AWS answered, and what to do."""

    region: str
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Scan(Generic[One]):
    """All of one kind that was seen of an account; `standard` says in words by what it was judged."""

    account: str
    regions: tuple[str, ...]
    standard: str
    at: datetime
    seen: tuple[One, ...]
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
    def where(self) -> str:
        """The regions for people: by name where there are few."""
        return ", ".join(self.regions) if len(self.regions) <= LISTED else f"{len(self.regions)} regions"

    @property
    def code(self) -> Code:
        """0 only where everything was seen and judged, and is compliant."""
        if self.blind:
            return Code.NOT_LOOKED
        return Code.OK if self.compliant == len(self.seen) else Code.OPEN


def is_compliant(one: HasFindings) -> bool:
    """Whether every rule that is on was able to judge it, and none has anything against it."""
    return all(finding.verdict in COMPLIANT for finding in one.findings)


def told(one: HasFindings, *, everything: bool) -> Iterator[Finding]:
    """The findings that people are shown: those that stand open, or all."""
    return (finding for finding in one.findings if everything or finding.verdict not in COMPLIANT)
