"""What was seen of the endpoint services that an account provides; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from warden.model import Finding, Verdict
from warden.subjects import ServiceSeen

from .scanned import COMPLIANT, Blind


@dataclass(frozen=True, slots=True)
class Offered:
    """One endpoint service, judged."""

    service: ServiceSeen
    findings: tuple[Finding, ...]
    """What each rule that is on says of it."""

    @property
    def compliant(self) -> bool:
        """Whether every rule that is on was able to judge it, and none has anything against it."""
        return all(finding.verdict in COMPLIANT for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Offer:
    """All the services of an account; `standard` says in words by what they were judged."""

    account: str
    regions: tuple[str, ...]
    standard: str
    at: datetime
    services: tuple[Offered, ...]
    blind: tuple[Blind, ...] = ()

    @property
    def compliant(self) -> int:
        """How many services are compliant."""
        return sum(one.compliant for one in self.services)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How often each verdict was given."""
        return Counter(finding.verdict for one in self.services for finding in one.findings)
