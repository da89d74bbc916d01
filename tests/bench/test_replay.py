"""The replay server answers as AWS does: boto3 reads it, it pages, filters, throttles and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bench import draw
from bench.cloud import Bucket, Cloud
from bench.estate import Endpoint, Estate, endpoint_id
from bench.processes import Replay
from bench.table import Denied, Table, holds


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    """A server with 2,500 endpoints that lets two calls of DescribeSubnets through, ever."""
    with Replay("--endpoints", "2500", "--bucket", "DescribeSubnets=2,0") as server:
        yield server


@pytest.fixture
def ec2(replay: Replay) -> Any:
    """A client that tries once."""
    return boto3.client(
        "ec2",
        region_name="us-east-1",
        endpoint_url=replay.url,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_pages_hold_a_thousand(ec2: Any, replay: Replay) -> None:
    """All endpoints come, each once, in three pages, and three calls are counted."""
    replay.counted("DELETE")
    pages = list(ec2.get_paginator("describe_vpc_endpoints").paginate(PaginationConfig={"PageSize": 1000}))
    ids = [item["VpcEndpointId"] for page in pages for item in page["VpcEndpoints"]]
    assert [len(page["VpcEndpoints"]) for page in pages] == [1000, 1000, 500]
    assert len(set(ids)) == 2500
    assert replay.counted()["calls"]["ec2:DescribeVpcEndpoints"] == 3


def test_facts_come_through(ec2: Any) -> None:
    """What stands in the estate is what boto3 reads, for every type of endpoint."""
    estate = draw.big(2500)
    for item in ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        endpoint = estate.endpoints[item["VpcEndpointId"]]
        assert item["VpcEndpointType"] == endpoint.type_name
        assert item["State"] == endpoint.state
        assert tuple(item["SubnetIds"]) == endpoint.subnet_ids
        assert item.get("PolicyDocument") == endpoint.policy
        assert item["RequesterManaged"] is endpoint.requester_managed
        assert {tag["Key"]: tag["Value"] for tag in item["Tags"]} == dict(endpoint.tags)


def test_a_filter_passes_over_unknown_ids(ec2: Any) -> None:
    """An id that is gone does not fail the others."""
    wanted = [endpoint_id(3), endpoint_id(999_999)]
    found = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-endpoint-id", "Values": wanted}])["VpcEndpoints"]
    assert [item["VpcEndpointId"] for item in found] == wanted[:1]


def test_an_unknown_service_fails_the_call(ec2: Any) -> None:
    """One wrong name fails the others, as in EC2."""
    with pytest.raises(ClientError, match="InvalidServiceName"):
        ec2.describe_vpc_endpoint_services(ServiceNames=["com.amazonaws.us-east-1.kms", "nonsense"])


def test_another_region_has_none_of_these_services(ec2: Any) -> None:
    """All stand in the account's own region, whose name in the question changes nothing."""
    names = ["com.amazonaws.us-east-1.kms"]
    found = ec2.describe_vpc_endpoint_services(ServiceNames=names, ServiceRegions=["us-east-1"])
    assert found["ServiceNames"] == names
    with pytest.raises(ClientError, match="InvalidServiceName"):
        ec2.describe_vpc_endpoint_services(ServiceNames=names, ServiceRegions=["eu-west-1"])


def test_the_account_provides_no_service(ec2: Any) -> None:
    """Whatever services its endpoints lead to."""
    assert ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"] == []


def test_an_empty_bucket_throttles(ec2: Any, replay: Replay) -> None:
    """The third call is refused, counted as a call, and counted as refused."""
    replay.counted("DELETE")
    for _ in range(2):
        ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": ["vpc-1"]}])
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        ec2.describe_subnets()
    counted = replay.counted()
    assert counted["calls"]["ec2:DescribeSubnets"] == 3
    assert counted["throttled"] == {"ec2:DescribeSubnets": 1}


def test_a_bucket_fills_up_again() -> None:
    """Tokens come back at the rate, and never above the capacity."""
    now = [0.0]
    bucket = Bucket(2, 0.5, clock=lambda: now[0])
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now[0] = 2.0
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 1000.0
    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_a_modified_endpoint_is_seen_so() -> None:
    """What was written is what the next read tells."""
    cloud = Cloud(Estate({"vpce-1": Endpoint("vpce-1", "vpc-1", "s", subnet_ids=("subnet-a",))}))
    cloud.answer("", "Action=ModifyVpcEndpoint&VpcEndpointId=vpce-1&AddSubnetId.1=subnet-b&PolicyDocument=%7B%7D")
    seen = cloud.answer("", "Action=DescribeVpcEndpoints").body
    assert "<subnetIdSet><item>subnet-a</item><item>subnet-b</item></subnetIdSet>" in seen
    assert "<policyDocument>{}</policyDocument>" in seen


def test_the_estate_is_the_same_each_time() -> None:
    """A seed is all that the figures depend on."""
    assert draw.big(300) == draw.big(300)
    assert draw.big(300, seed=8) != draw.big(300)


def test_a_transaction_is_all_or_nothing() -> None:
    """Where one condition fails, nothing is written."""
    table = Table()
    fresh = {"Put": {"Item": _item("new"), "ConditionExpression": "attribute_not_exists(pk)"}}
    stale = {
        "Update": {
            "Key": _item("old"),
            "UpdateExpression": "SET told = :told ADD version :one",
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": {"N": "4"}, ":told": {"S": "x"}, ":one": {"N": "1"}},
        }
    }
    with pytest.raises(Denied, match="TransactionCanceledException"):
        table.answer("TransactWriteItems", {"TransactItems": [fresh, stale]})
    assert table.items == {}


def test_an_unknown_expression_is_refused() -> None:
    """What the table does not understand it must not pass over."""
    with pytest.raises(Denied):
        holds("size(a) > :b", {}, {"ExpressionAttributeValues": {":b": {"N": "1"}}})
    with pytest.raises(Denied):
        Table().answer("UpdateItem", {"Key": _item("a"), "UpdateExpression": "SET a = if_not_exists(a, :b)"})


def test_a_query_pages_at_a_megabyte() -> None:
    """Every item of the partition comes, each once, over several pages."""
    table = Table()
    table.items = {("p", f"{number:05}"): {**_item(f"{number:05}"), "x": {"S": "y" * 500}} for number in range(4000)}
    request: dict[str, Any] = {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "p"}},
    }
    found: list[str] = []
    pages = 0
    while True:
        answer = table.answer("Query", request)
        found += [item["sk"]["S"] for item in answer["Items"]]
        pages += 1
        if "LastEvaluatedKey" not in answer:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    assert found == [f"{number:05}" for number in range(4000)]
    assert pages == 3


def _item(sort_key: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": "p"}, "sk": {"S": sort_key}}
