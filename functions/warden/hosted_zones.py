"""Route 53: which private hosted zones are associated with a VPC; raise RetryLater where AWS does not answer.

Whose they are does not matter: those of other accounts and of AWS services are told too. Those that a Route 53 Profile
associates are not.
Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html

An account has some requests a second for all of Route 53 and all who ask it, in whatever region. So what was read of a
VPC is kept, also where the next one is refused for that: the next try goes on from there. Nothing is written by it, and
people who clear a zone away turn private DNS on, which is read afresh.
Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

from .errors import RetryLater
from .failures import EXPIRED, FAILURES, refuses
from .neighbours import HostedZone, HostedZones

NEEDS: Final = frozenset({"route53:ListHostedZonesByVPC"})
SECONDS: Final = 15 * 60
"""How old what was read of a VPC may be: it changes rarely, and a sweep has many pages and, where refused, tries."""
PASSING: Final = EXPIRED | {"Throttling", "ThrottlingException", "RequestLimitExceeded", "RequestTimeout"}
"""Refusals that say nothing of the VPC: the same question is worth another try.

Source: https://docs.aws.amazon.com/Route53/latest/APIReference/CommonErrors.html
"""

Item = Mapping[str, Any]


class Client(Protocol):
    """What is used of boto3's client of Route 53."""

    def list_hosted_zones_by_vpc(self, **how: str) -> Item:
        """One page of the zones of a VPC."""


class Route53:
    """Route 53, which is one for all regions, asked of VPCs of one; the client is made when it is first needed."""

    def __init__(
        self, region: str, make_client: Callable[[], Client], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the VPCs' region, and what makes the client; `clock` gives seconds, for the age of what was read."""
        self._region = region
        self._make_client = make_client
        self._clock = clock
        self._client: Client | None = None
        self._read: dict[str, tuple[float, HostedZones]] = {}

    def of_vpcs(self, vpc_ids: Iterable[str]) -> dict[str, HostedZones]:
        """The private hosted zones of each of these VPCs; one call for each, for Route 53 takes no more."""
        oldest = self._clock() - SECONDS
        self._read = {vpc_id: known for vpc_id, known in self._read.items() if known[0] >= oldest}
        wanted = sorted(vpc_ids)
        for vpc_id in wanted:
            if vpc_id not in self._read:
                self._read[vpc_id] = self._clock(), self._of(vpc_id)
        return {vpc_id: self._read[vpc_id][1] for vpc_id in wanted}

    def _of(self, vpc_id: str) -> HostedZones:
        try:
            return HostedZones(tuple(_zone(item) for page in self._pages(vpc_id) for item in page))
        except FAILURES as error:
            if refuses(error, PASSING):  # at the next try, too: of another's VPC, or for want of IAM
                return HostedZones(None)
            raise RetryLater(f"ListHostedZonesByVPC: {error}") from error

    def _pages(self, vpc_id: str) -> Iterator[list[Item]]:
        """Page by page: botocore has no paginator for it."""
        self._client = self._client or self._make_client()
        how = {"VPCId": vpc_id, "VPCRegion": self._region}
        while True:
            page = self._client.list_hosted_zones_by_vpc(**how)
            yield page["HostedZoneSummaries"]
            token = page.get("NextToken")
            if not token:
                return
            if token == how.get("NextToken"):
                raise RetryLater("ListHostedZonesByVPC: the same page came twice")
            how["NextToken"] = token


def _zone(item: Item) -> HostedZone:
    owner = item["Owner"]
    return HostedZone(
        item["HostedZoneId"], item["Name"], owner.get("OwningAccount", ""), owner.get("OwningService", "")
    )
