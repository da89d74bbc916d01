"""CloudTrail: what the trails that cover this region record; raise RetryLater where AWS does not answer.

A trail of all regions is asked in the region that it was made in, since the others hold but its shadow. A trail of the
organisation is listed in its member accounts, and may refuse them all else: that is then told as not to be seen.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import ClientError

from .errors import RetryLater
from .failures import FAILURES
from .recording import Condition, Selector, Trail

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

T = TypeVar("T")
LISTING: Final = frozenset({"cloudtrail:DescribeTrails"})
READING: Final = frozenset({"cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"})
"""Needed besides, on the trails themselves."""
NEEDS: Final = LISTING | READING
SECONDS: Final = 15 * 60
"""How old what was read may be: it changes rarely, and a sweep has many batches."""
REFUSED: Final = frozenset(
    {
        "AccessDenied", "AccessDeniedException", "OperationNotPermittedException", "TrailNotFoundException",
        "UnsupportedOperationException",
    }
)  # fmt: skip
"""Answers of a trail that is another account's, or that IAM keeps from us.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
"""

Item = Mapping[str, Any]


class Trails:
    """The trails of one account that cover one region; `make` gives a client for a region, when first needed."""

    def __init__(
        self, region: str, make: Callable[[str], CloudTrailClient], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take what makes clients; `clock` gives seconds, for the age of what was read."""
        self._region = region
        self._make = make
        self._clock = clock
        self._homes: dict[str, _CloudTrail] = {}
        self._read: tuple[float, tuple[Trail, ...]] | None = None

    def read(self) -> tuple[Trail, ...]:
        """Each of them, in CloudTrail's order."""
        now = self._clock()
        if self._read is None or now - self._read[0] > SECONDS:
            items = self._in(self._region).describe()
            self._read = now, tuple(self._trail(item) for item in items if self._covers(item))
        return self._read[1]

    def _covers(self, item: Item) -> bool:
        return item.get("IsMultiRegionTrail", False) or item.get("HomeRegion") == self._region

    def _trail(self, item: Item) -> Trail:
        home = item.get("HomeRegion", self._region)
        there, arn = self._in(home), item["TrailARN"]
        return Trail(
            name=item.get("Name", arn),
            home=home,
            logging=_seen(lambda: there.logging(arn)),
            selectors=_seen(lambda: there.selectors(arn)),
            organisation=item.get("IsOrganizationTrail", False),
        )

    def _in(self, region: str) -> _CloudTrail:
        if region not in self._homes:
            self._homes[region] = _CloudTrail(self._make(region))
        return self._homes[region]


class _CloudTrail:
    """CloudTrail of one region."""

    def __init__(self, client: CloudTrailClient) -> None:
        self._client = client

    def describe(self) -> list[Any]:
        try:
            return list(self._client.describe_trails(includeShadowTrails=True)["trailList"])
        except FAILURES as error:
            raise RetryLater(f"DescribeTrails: {error}") from error

    def logging(self, arn: str) -> bool:
        return self._client.get_trail_status(Name=arn)["IsLogging"]

    def selectors(self, arn: str) -> tuple[Selector, ...]:
        answer = self._client.get_event_selectors(TrailName=arn)
        return tuple(
            tuple(Condition.read(item) for item in selector["FieldSelectors"])
            for selector in answer.get("AdvancedEventSelectors", ())
        )


def _seen(ask: Callable[[], T]) -> T | None:
    """What a trail answers; None where it is not for us to see."""
    try:
        return ask()
    except FAILURES as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in REFUSED:
            return None
        raise RetryLater(str(error)) from error
