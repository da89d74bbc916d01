"""A scan as a review: what each endpoint costs, how much it is used, and what could be saved; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warden.model import EndpointKey
from warden.review.reviewed import Reviewed, Total, dearest_first, reviewed, total_of

from .scanned import Scan, Seen


@dataclass(frozen=True, slots=True)
class Review:
    """All endpoints, the dearest first; those whose price is not known last."""

    scan: Scan[Seen]
    days: int
    """How far back use was looked at."""
    endpoints: tuple[Reviewed, ...]

    @property
    def total(self) -> Total:
        """The sums."""
        return total_of(self.endpoints)

    @property
    def seen(self) -> Mapping[EndpointKey, Seen]:
        """What the scan saw of each endpoint besides."""
        return {one.judged.seen.endpoint.key: one for one in self.scan.seen}


def review_of(scan: Scan[Seen], days: int) -> Review:
    """Put the money beside each endpoint of a scan."""
    found = (reviewed(one.judged.seen, one.findings) for one in scan.seen)
    return Review(scan, days, dearest_first(found))
