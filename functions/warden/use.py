"""How much endpoints are used, as CloudWatch tells it: which endpoints it measures, for how long; pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from .checked import boolean, whole
from .model import Endpoint, Kind, Mode, NotApplicable, Unknown
from .settings import Setting, Settings, telling

MEASURED: Final = frozenset({Kind.INTERFACE, Kind.GATEWAY_LOAD_BALANCER})
"""The kinds of endpoint of which CloudWatch has metrics.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
"""


class Unused(Settings):
    """Settings of the rule `unused`; its days are those of the other rules on use, so that all is read once."""

    __slots__ = ()
    rule = "unused"
    mode = telling(Mode.OFF)
    days = Setting(30, whole(1, 400), "so many days back, here and in the rules underused and zones-beyond-need")
    each_zone: Setting[bool] = Setting(
        False,  # noqa: FBT003  a default
        boolean,
        "tell, too, of idle zones of endpoints that others use, down to multi-az's min_zones",
    )


class Use(NamedTuple):
    """The bytes that an endpoint moved, in both directions, from `since` to `until`.

    0 is none and nothing else: CloudWatch writes data points only in minutes with traffic, so an idle endpoint has
    none at all.
    """

    since: datetime
    until: datetime
    moved: int

    @property
    def hours(self) -> float:
        """How long was looked at."""
        return (self.until - self.since) / timedelta(hours=1)


def not_measured(endpoint: Endpoint, now: datetime | None, days: int) -> NotApplicable | Unknown | None:
    """Why CloudWatch cannot tell how much the endpoint was used in so many days; None where it can."""
    if endpoint.kind not in MEASURED:
        return Unknown(f"CloudWatch has no metrics of {endpoint.kind.value} endpoints")
    if endpoint.crosses_regions:
        return Unknown(f"the service is in {endpoint.service_region}: CloudWatch measures no cross-region endpoints")
    if "-iso" in endpoint.key.region:
        return Unknown(f"whether CloudWatch measures endpoints in {endpoint.key.region} is not documented")
    if endpoint.created is None or now is None:
        return Unknown("AWS does not tell when the endpoint was made, so it may be too young to have been used")
    if now - endpoint.created < timedelta(days=days):
        return NotApplicable(f"the endpoint is younger than {days} days")
    return None
