"""What a region and a service's name say: held against botocore's own list of partitions."""

from __future__ import annotations

import botocore.session
import pytest

from warden.policy.services import partition, short_name

SESSION = botocore.session.get_session()
REGIONS = [
    (region, found["id"])
    for found in SESSION.get_component("data_loader").load_data("partitions")["partitions"]
    for region in found["regions"]
    if not region.endswith("-global")
]


@pytest.mark.parametrize(("region", "expected"), REGIONS)
def test_a_region_lies_in_its_partition(region: str, expected: str) -> None:
    """ARNs of another partition are nobody's here, so that a wrong one makes nonsense of every policy."""
    assert partition(region) == expected


@pytest.mark.parametrize(
    ("name", "region", "expected"),
    [
        ("com.amazonaws.us-east-1.ecr.api", "us-east-1", "ecr.api"),
        ("cn.com.amazonaws.cn-north-1.ecs", "cn-north-1", "ecs"),
        ("com.amazonaws.us-gov-west-1.kms-fips", "us-gov-west-1", "kms"),
        ("com.amazonaws.s3-global.accesspoint", "us-east-1", "com.amazonaws.s3-global.accesspoint"),
    ],
)
def test_a_service_has_its_own_name(name: str, region: str, expected: str) -> None:
    """Whatever stands before it, and in whatever region."""
    assert short_name(name, region) == expected
