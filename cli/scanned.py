"""What a scan saw; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from warden.model import Finding, Verdict
from warden.observe import Judged

COMPLIANT = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


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

    @property
    def compliant(self) -> bool:
        """Whether every rule that is on was able to judge it, and none has anything against it."""
        return all(finding.verdict in COMPLIANT for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Blind:
    """A region that could not be looked at: what AWS answered, and what to do."""

    region: str
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Scan:
    """All that was seen of an account; `standard` says in words by what it was judged."""

    account: str
    regions: tuple[str, ...]
    standard: str
    at: datetime
    seen: tuple[Seen, ...]
    blind: tuple[Blind, ...] = ()

    @property
    def compliant(self) -> int:
        """How many endpoints are compliant."""
        return sum(one.compliant for one in self.seen)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How often each verdict was given."""
        return Counter(finding.verdict for one in self.seen for finding in one.findings)
