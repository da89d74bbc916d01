"""CloudWatch's edge: exactly the metrics of each endpoint, many in a call; what is not told is not taken for idle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import ACCOUNT, KEY, NOW, REGION, VPC, A, B, endpoint
from stubs import Said, client, emulated, recorded, saying
from warden.errors import RetryLater
from warden.metrics import MAX_QUERIES, Metrics
from warden.model import Endpoint, EndpointKey
from warden.use import Use

SINCE = datetime(2026, 1, 30, tzinfo=UTC)
ONE = endpoint(subnet_ids=(A.id, B.id))
TWO = endpoint(key=EndpointKey(ACCOUNT, REGION, "vpce-2"))
BALANCED = endpoint(
    key=EndpointKey(ACCOUNT, REGION, "vpce-3"),
    type_name="GatewayLoadBalancer",
    service_name=f"com.amazonaws.vpce.{REGION}.vpce-svc-1",
)


def dimensions(of: Endpoint, subnet: str = "") -> list[dict[str, str]]:
    """As AWS spells them, with spaces; the type as EC2 does."""
    found = [{"Name": "Endpoint Type", "Value": of.type_name}, {"Name": "Service Name", "Value": of.service_name}]
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


QUERIES = (query(0, ONE), query(1, TWO))


@pytest.mark.parametrize(
    ("days", "moved"),
    [
        pytest.param([], 0, id="no data points at all, which is what idle is"),
        pytest.param([0.0], 0, id="data points of zero"),
        pytest.param([1.0, 2.0], 3, id="the days are summed"),
    ],
)
def test_reads_what_endpoints_moved(days: list[float], moved: int) -> None:
    """Each by its exact set of dimensions, from midnight, so that no part of a day is left out."""
    said = Said("get_metric_data", asked(*QUERIES), told(result(1, 9.0), result(0, *days)))
    with saying("cloudwatch", said) as cloudwatch:
        found = Metrics(lambda: cloudwatch).use([ONE, TWO], 30, NOW)
    assert found == {ONE.key: Use(SINCE, NOW, moved), TWO.key: Use(SINCE, NOW, 9)}


def test_a_balancers_endpoint_is_asked_for_as_aws_itself_asks_for_it() -> None:
    """By what its own dashboard of firewall endpoints has: by another spelling each would look idle."""
    of = {
        "VPC Id": VPC,
        "VPC Endpoint Id": "vpce-3",
        "Endpoint Type": "GatewayLoadBalancer",
        "Service Name": f"com.amazonaws.vpce.{REGION}.vpce-svc-1",
    }
    assert {one["Name"]: one["Value"] for one in dimensions(BALANCED)} == of
    said = Said("get_metric_data", asked(query(0, BALANCED)), told(result(0, 9.0)))
    with saying("cloudwatch", said) as cloudwatch:
        assert Metrics(lambda: cloudwatch).use([BALANCED], 30, NOW) == {BALANCED.key: Use(SINCE, NOW, 9)}


def test_reads_what_went_through_each_subnet() -> None:
    """By the dimensions with the subnet's id; an endpoint without subnets is asked nothing."""
    none = endpoint(key=EndpointKey(ACCOUNT, REGION, "vpce-3"), subnet_ids=())
    asking = asked(query(0, ONE, A.id), query(1, ONE, B.id), query(2, TWO, A.id))
    said = Said("get_metric_data", asking, told(result(0, 5.0), result(1), result(2, 7.0)))
    with saying("cloudwatch", said) as cloudwatch:
        found = Metrics(lambda: cloudwatch).use_by_subnet([ONE, none, TWO], 30, NOW)
    assert found == {ONE.key: {A.id: 5, B.id: 0}, none.key: {}, TWO.key: {A.id: 7}}


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
        found = Metrics(lambda: cloudwatch).use([ONE, TWO], 30, NOW)
    assert [use.moved for use in found.values()] == [12, 1]


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
        Metrics(lambda: cloudwatch).use([ONE, TWO], 30, NOW)


def test_aws_away_is_told_as_such() -> None:
    """Throttled, or not allowed: the look comes again."""
    said = Said("get_metric_data", asked(*QUERIES), error="Throttling")
    with saying("cloudwatch", said) as cloudwatch, pytest.raises(RetryLater, match="Throttling"):
        Metrics(lambda: cloudwatch).use([ONE, TWO], 30, NOW)


def test_asks_for_five_hundred_at_once() -> None:
    """As many as one call takes; of the 501st it asks by a second call, and mixes none up with another."""
    many = [endpoint(key=EndpointKey(KEY.account, REGION, f"vpce-{number:017x}")) for number in range(501)]
    queries = [query(place, one) for place, one in enumerate(many[:MAX_QUERIES])]
    script = (
        Said("get_metric_data", asked(*queries), told(*(result(place, float(place)) for place in range(500)))),
        Said("get_metric_data", asked(query(0, many[500])), told(result(0, 7.0))),
    )
    with saying("cloudwatch", *script) as cloudwatch:
        found = Metrics(lambda: cloudwatch).use(many, 30, NOW)
    assert [use.moved for use in found.values()] == [*range(500), 7]
    assert list(found) == [one.key for one in many]


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
        assert metrics.use_by_subnet([], 30, NOW) == {}
        assert made == []
        metrics.use([ONE, TWO], 30, NOW)
        metrics.use([ONE, TWO], 30, NOW)
    assert made == [cloudwatch]


def test_against_moto() -> None:
    """Sums by exact dimensions and by time, as CloudWatch's.

    moto 5.2.5 tells all as complete and on one page, knows neither the limit of 500 nor any retention, and heeds no
    namespace where dimensions are given; so those are held above.
    """
    now = datetime.now(UTC)
    with emulated(), recorded() as calls:
        cloudwatch = client("cloudwatch")
        for of, where, value, age in (
            *((ONE, "", 100.0, 1), (ONE, "", 50.0, 29), (ONE, "", 1000.0, 40), (BALANCED, "", 7.0, 1)),
            *((ONE, A.id, 150.0, 1), (ONE, A.id, 9.0, 40)),
        ):
            point = {"MetricName": "BytesProcessed", "Value": value, "Timestamp": now - timedelta(days=age)}
            cloudwatch.put_metric_data(
                Namespace="AWS/PrivateLinkEndpoints", MetricData=[point | {"Dimensions": dimensions(of, where)}]
            )
        metrics = Metrics(lambda: cloudwatch)
        used = metrics.use([ONE, BALANCED, TWO], 30, now).values()
        (parts,) = metrics.use_by_subnet([ONE], 30, now).values()
    assert [use.moved for use in used] == [150, 7, 0]
    assert parts == {A.id: 150, B.id: 0}
    assert calls.count("cloudwatch:GetMetricData") == 2


def test_no_hour_counts_before_the_endpoint_was_made() -> None:
    """The first day is a whole one for CloudWatch; nobody was billed for its hours before."""
    made = NOW - timedelta(days=30, minutes=5)
    young = endpoint(key=ONE.key, created=made)
    said = Said("get_metric_data", asked(query(0, young)), told(result(0, 7.0)))
    with saying("cloudwatch", said) as cloudwatch:
        assert Metrics(lambda: cloudwatch).use([young], 30, NOW) == {ONE.key: Use(made, NOW, 7)}
