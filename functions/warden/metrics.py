"""CloudWatch: how many bytes endpoints moved, read for many at once.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .errors import RetryLater
from .model import Endpoint, EndpointKey
from .surroundings import guarded
from .use import Use

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricTypeDef

NEEDS: Final = frozenset({"cloudwatch:GetMetricData"})
MAX_QUERIES: Final = 500
"""Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
DAY: Final = 24 * 60 * 60
"""Seconds. A sum for each day is few data points, and every day that CloudWatch keeps can be asked for by it."""

Of = tuple[EndpointKey, str]
"""An endpoint, and one of its subnets or "" for all of it."""


class Metrics:
    """CloudWatch of one account and region; the client is made when it is first needed, which an event never does."""

    def __init__(self, make_client: Callable[[], CloudWatchClient]) -> None:
        """Take what makes the client."""
        self._make_client = make_client
        self._client: CloudWatchClient | None = None

    def use(self, endpoints: Iterable[Endpoint], days: int, now: datetime) -> dict[EndpointKey, Use]:
        """The bytes that these moved from the midnight so many days ago, or since they were made, until now.

        Raise RetryLater where not all is told: what is not told must not pass for idle.
        """
        wanted, since = list(endpoints), _midnight(now, days)
        moved = self._moved([(one, "") for one in wanted], since, now)
        return {one.key: Use(max(since, one.created or since), now, moved[one.key, ""]) for one in wanted}

    def use_by_subnet(
        self, endpoints: Iterable[Endpoint], days: int, now: datetime
    ) -> dict[EndpointKey, dict[str, int]]:
        """Of them, the bytes that went through each present subnet; more may have gone through others that it had."""
        wanted = list(endpoints)
        moved = self._moved([(one, subnet) for one in wanted for subnet in one.subnet_ids], _midnight(now, days), now)
        return {one.key: {subnet: moved[one.key, subnet] for subnet in one.subnet_ids} for one in wanted}

    def _moved(self, wanted: Iterable[tuple[Endpoint, str]], since: datetime, until: datetime) -> dict[Of, int]:
        moved: dict[Of, int] = {}
        queries = (((one.key, subnet), _metric(one, subnet)) for one, subnet in wanted)
        while some := list(islice(queries, MAX_QUERIES)):
            moved |= self._sums(some, since, until)
        return moved

    def _sums(self, some: Sequence[tuple[Of, MetricTypeDef]], since: datetime, until: datetime) -> dict[Of, int]:
        """The sum of each metric, which is 0 where CloudWatch has told all that it has and that is nothing."""
        self._client = self._client or self._make_client()
        pages = self._client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[_query(place, metric) for place, (_, metric) in enumerate(some)],
            StartTime=since,
            EndTime=until,
        )
        sums, states = dict.fromkeys(range(len(some)), 0.0), dict.fromkeys(range(len(some)), "no answer")
        for place, values, state in _results(guarded(iter(pages))):
            sums[place] += sum(values)
            states[place] = state
        lacking = sorted({state for state in states.values() if state != "Complete"})
        if lacking:
            raise RetryLater(f"GetMetricData does not tell all of {len(some)} metrics: {', '.join(lacking)}")
        return {of: round(sums[place]) for place, (of, _) in enumerate(some)}


def _midnight(now: datetime, days: int) -> datetime:
    """The midnight so many days ago: CloudWatch sums by whole days of UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)


def _results(pages: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, Sequence[float], str]]:
    """The place of each query, some of its values, and how far they are told; the last page says of each the last."""
    for page in pages:
        for result in page["MetricDataResults"]:
            yield int(result["Id"][1:]), result["Values"], result["StatusCode"]


def _query(place: int, metric: MetricTypeDef) -> MetricDataQueryTypeDef:
    return {"Id": f"m{place}", "MetricStat": {"Metric": metric, "Period": DAY, "Stat": "Sum"}}


def _metric(endpoint: Endpoint, subnet_id: str) -> MetricTypeDef:
    """The metric of the endpoint, or of its part in a subnet: CloudWatch knows it by exactly these dimensions.

    One that is asked for by another spelling looks like an idle one. "Endpoint Type" is spelled as EC2 spells it, which
    AWS's documentation does not say: "Interface" as many ask for it, "GatewayLoadBalancer" as AWS's own dashboard of
    firewall endpoints does.
    Source: https://github.com/aws-solutions-library-samples/guidance-for-automating-network-monitoring-and-alerting-on-aws/blob/4113b1bd631fefd5a4f131bf6ca3e105adf10ffa/lib/services/servicewidgetsets/networkfirewall.ts
    """
    dimensions = {
        "Endpoint Type": endpoint.type_name,
        "Service Name": endpoint.service_name,
        **({"Subnet Id": subnet_id} if subnet_id else {}),
        "VPC Endpoint Id": endpoint.key.id,
        "VPC Id": endpoint.vpc_id,
    }
    return {
        "Namespace": "AWS/PrivateLinkEndpoints",
        "MetricName": "BytesProcessed",
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
