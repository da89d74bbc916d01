"""Elastic Load Balancing: where the load balancers stand that are behind endpoint services.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from botocore.exceptions import ClientError

from .errors import RetryLater
from .failures import FAILURES
from .subjects import LoadBalancer

NEEDS: Final = frozenset({"elasticloadbalancing:DescribeLoadBalancers"})
MAX_ARNS: Final = 20
"""Of one call: more are refused."""
NOT_FOUND: Final = frozenset({"LoadBalancerNotFound", "LoadBalancerNotFoundException"})


class Client(Protocol):
    """The one call that is made of boto3's client "elbv2"."""

    def describe_load_balancers(self, *, LoadBalancerArns: Sequence[str]) -> Mapping[str, Any]:  # noqa: N803  boto3's
        """Describe these."""


class Balancers:
    """Load balancers of one account and region; the client is made only where there is something to ask."""

    def __init__(self, make_client: Callable[[], Client]) -> None:
        """Take what makes a client of "elbv2"."""
        self._make_client = make_client
        self._made: Client | None = None

    def named(self, arns: Iterable[str]) -> dict[str, LoadBalancer]:
        """These load balancers by ARN, those not to be seen left out; raise RetryLater where AWS does not answer."""
        wanted = sorted(set(arns))
        if not wanted:
            return {}
        chunks = (wanted[start : start + MAX_ARNS] for start in range(0, len(wanted), MAX_ARNS))
        return {found.arn: found for some in chunks for found in self._ask(some)}

    @property
    def _client(self) -> Client:
        self._made = self._made or self._make_client()
        return self._made

    def _ask(self, arns: Sequence[str]) -> list[LoadBalancer]:
        """Describe these; one that is gone fails them all, and AWS does not say which: the rest is asked by halves."""
        try:
            answer = self._client.describe_load_balancers(LoadBalancerArns=list(arns))
        except FAILURES as error:
            if not (isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in NOT_FOUND):
                raise RetryLater(f"DescribeLoadBalancers: {error}") from error
            middle = len(arns) // 2
            return [*self._ask(arns[:middle]), *self._ask(arns[middle:])] if middle else []
        return [_balancer(item) for item in answer["LoadBalancers"]]


def _balancer(item: Mapping[str, Any]) -> LoadBalancer:
    zones = item.get("AvailabilityZones", ())
    return LoadBalancer(
        arn=item["LoadBalancerArn"],
        zone_names=frozenset(zone["ZoneName"] for zone in zones),
        state=item.get("State", {}).get("Code", ""),
        subnet_ids=tuple(sorted(zone["SubnetId"] for zone in zones if "SubnetId" in zone)),
    )
