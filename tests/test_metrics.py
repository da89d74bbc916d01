"""CloudWatch's edge: exactly the metrics of each endpoint, many in a call; what is not told is not taken for idle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import KEY, NOW, REGION, VPC, A, B, endpoint
from stubs import Said, client, emulated, recorded, saying
from warden.errors import RetryLater
from warden.metrics import MAX_QUERIES, Metrics
from warden.model import Endpoint, EndpointKey

SINCE = datetime(2026, 1, 30, tzinfo=UTC)
ONE = endpoint(subnet_ids=(A.id,))
KMS = f"com.amazonaws.{REGION}.kms"


def dimensions(of: Endpoint, subnet: str = "") -> list[dict[str, str]]:
    """As AWS spells them, with spaces."""
    found = [{"Name": "Endpoint Type", "Value": "Interface"}, {"Name": "Service Name", "Value": KMS}]
    found += [{"Name": "Subnet Id", "Value": subnet}] if subnet else []
    return [*found, {"Name": "VPC Endpoint Id", "Value": of.key.id}, {"Name": "VPC Id", "Value": VPC}]


def query(place: int, of: Endpoint, subnet: str = "") -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/PrivateLinkEndpoints",
        "MetricName": "BytesProcessed",
        "Dimensions": dimensions(of, subnet),
    }
    return {"Id": f"m{place}", "MetricStat": {"Metric": metric, "Period": 86_400, "Stat": "Sum"}}


def asked(*queries: dict[str, Any], **more: str) -> dict[str, Any]:
    """The parameters of a call for thirty days, from midnight."""
    return {"MetricDataQueries": list(queries), "StartTime": SINCE, "EndTime": NOW, **more}


def result(place: int, *values: float, state: str = "Complete") -> dict[str, Any]:
    return {"Id": f"m{place}", "Values": list(values), "StatusCode": state}


def told(*results: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"MetricDataResults": list(results), **more}


QUERIES = (query(0, ONE), query(1, ONE, A.id))


@pytest.mark.parametrize(
    ("whole", "part", "moved"),
    [
        pytest.param([], [], (0, 0), id="no data points at all, which is what idle is"),
        pytest.param([0.0], [0.0], (0, 0), id="data points of zero"),
        pytest.param([1.0, 2.0], [2.0], (3, 2), id="a subnet that it had before moved the rest"),
    ],
)
def test_reads_what_an_endpoint_moved(whole: list[float], part: list[float], moved: tuple[int, int]) -> None:
    """The endpoint and its subnet, each by its exact set of dimensions; the days are summed."""
    said = Said("get_metric_data", asked(*QUERIES), told(result(0, *whole), result(1, *part)))
    with saying("cloudwatch", said) as cloudwatch:
        (use,) = Metrics(lambda: cloudwatch).use([ONE], 30, NOW).values()
    assert (use.moved, use.by_subnet) == (moved[0], {A.id: moved[1]})
    assert (use.since, use.until) == (SINCE, NOW)


def test_reads_page_by_page() -> None:
    """What is told in parts is added up; an error that the next page mends is none."""
    script = (
        Said(
            "get_metric_data",
            asked(*QUERIES),
            told(result(0, 5.0, state="PartialData"), result(1, state="InternalError"), NextToken="more"),
        ),
        Said("get_metric_data", asked(*QUERIES, NextToken="more"), told(result(0, 7.0), result(1, 1.0))),
    )
    with saying("cloudwatch", *script) as cloudwatch:
        (use,) = Metrics(lambda: cloudwatch).use([ONE], 30, NOW).values()
    assert (use.moved, use.by_subnet) == (12, {A.id: 1})


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(told(result(0), result(1, state="InternalError")), "InternalError", id="broke down"),
        pytest.param(told(result(0), result(1, state="PartialData")), "PartialData", id="no more pages, not all told"),
        pytest.param(told(result(0), result(1, state="Forbidden")), "Forbidden", id="not allowed"),
        pytest.param(told(result(0)), "no answer", id="one is left out"),
    ],
)
def test_what_is_not_told_is_not_taken_for_idle(answer: dict[str, Any], why: str) -> None:
    """Empty values count as none only where CloudWatch says that they are complete."""
    with (
        saying("cloudwatch", Said("get_metric_data", asked(*QUERIES), answer)) as cloudwatch,
        pytest.raises(RetryLater, match=why),
    ):
        Metrics(lambda: cloudwatch).use([ONE], 30, NOW)


def test_aws_away_is_told_as_such() -> None:
    """Throttled, or not allowed: the look comes again."""
    said = Said("get_metric_data", asked(*QUERIES), error="Throttling")
    with saying("cloudwatch", said) as cloudwatch, pytest.raises(RetryLater, match="Throttling"):
        Metrics(lambda: cloudwatch).use([ONE], 30, NOW)


def test_asks_for_five_hundred_at_once() -> None:
    """As many as one call takes: 251 endpoints with a subnet each are two calls, and none is mixed up with another."""
    many = [endpoint(key=EndpointKey(KEY.account, REGION, f"vpce-{number:017x}")) for number in range(251)]
    every = [query(place % MAX_QUERIES, many[place // 2], A.id if place % 2 else "") for place in range(502)]
    script = (
        Said(
            "get_metric_data",
            asked(*every[:500]),
            told(*(result(place, float(place)) for place in range(500))),
        ),
        Said("get_metric_data", asked(*every[500:]), told(result(0, 7.0), result(1, 8.0))),
    )
    with saying("cloudwatch", *script) as cloudwatch:
        found = Metrics(lambda: cloudwatch).use(many, 30, NOW)
    assert [(use.moved, use.by_subnet[A.id]) for use in found.values()] == [
        *((place, place + 1) for place in range(0, 500, 2)),
        (7, 8),
    ]


def test_the_client_is_made_for_the_first_question() -> None:
    """One for all, and none where nothing is asked: no event asks."""
    made: list[Any] = []
    said = Said("get_metric_data", asked(*QUERIES), told(result(0), result(1)))
    with saying("cloudwatch", said, said) as cloudwatch:

        def make() -> Any:
            made.append(cloudwatch)
            return cloudwatch

        metrics = Metrics(make)
        assert metrics.use([], 30, NOW) == {}
        assert made == []
        metrics.use([ONE], 30, NOW)
        metrics.use([ONE], 30, NOW)
    assert made == [cloudwatch]


def test_against_moto() -> None:
    """Sums by exact dimensions and by time, as CloudWatch's.

    moto 5.2.5 tells all as complete and on one page, knows neither the limit of 500 nor any retention, and heeds no
    namespace where dimensions are given; so those are held above.
    """
    two = endpoint(subnet_ids=(A.id, B.id))
    now = datetime.now(UTC)
    with emulated(), recorded() as calls:
        cloudwatch = client("cloudwatch")
        for where, value, age in (("", 100.0, 1), ("", 50.0, 29), ("", 1000.0, 40), (A.id, 150.0, 1), (A.id, 9.0, 40)):
            point = {"MetricName": "BytesProcessed", "Value": value, "Timestamp": now - timedelta(days=age)}
            cloudwatch.put_metric_data(
                Namespace="AWS/PrivateLinkEndpoints", MetricData=[point | {"Dimensions": dimensions(two, where)}]
            )
        (use,) = Metrics(lambda: cloudwatch).use([two], 30, now).values()
    assert (use.moved, use.by_subnet) == (150, {A.id: 150, B.id: 0})
    assert use.idle_subnets == (B.id,)
    assert calls.count("cloudwatch:GetMetricData") == 1
