"""CloudTrail's edge: which trails cover the region, where each is asked, and what is not for us to see."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from builders import ACCOUNT, REGION
from stubs import Said, Seconds, Wire, emulated, saying, shared
from stubs import client as moto
from warden.errors import RetryLater
from warden.recording import Condition, Trail
from warden.trails import SECONDS, Trails

ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit"
AUDIT = {"Name": "audit", "TrailARN": ARN, "HomeRegion": REGION, "IsMultiRegionTrail": False}
LIST = {"includeShadowTrails": True}
FIELDS = [{"Field": "eventCategory", "Equals": ["NetworkActivity"]}]
SELECTORS = {"AdvancedEventSelectors": [{"Name": "denied", "FieldSelectors": FIELDS}]}
READ = ((Condition("eventCategory", ("NetworkActivity",)),),)


def listed(*trails: dict[str, Any]) -> Said:
    return Said("describe_trails", LIST, {"trailList": list(trails)})


def shown(arn: str = ARN, *, logging: bool = True, selectors: dict[str, Any] | None = None) -> tuple[Said, Said]:
    """What CloudTrail says of one trail."""
    return (
        Said("get_trail_status", {"Name": arn}, {"IsLogging": logging}),
        Said("get_event_selectors", {"TrailName": arn}, SELECTORS if selectors is None else selectors),
    )


def over(client: Any, asked: list[str] | None = None) -> Trails:
    """The edge over one client for all regions; `asked` notes for which one was made."""

    def make(region: str) -> Any:
        if asked is not None:
            asked.append(region)
        return client

    return Trails(REGION, make, Seconds())


def test_reads_a_trail() -> None:
    """Whether it is on, and its advanced selectors."""
    with saying("cloudtrail", listed(AUDIT), *shown()) as client:
        assert over(client).read() == (Trail("audit", REGION, logging=True, selectors=READ),)


def test_basic_selectors_are_none_of_these() -> None:
    """They know no network activity events."""
    basic = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
    with saying("cloudtrail", listed(AUDIT), *shown(logging=False, selectors=basic)) as client:
        assert over(client).read() == (Trail("audit", REGION, logging=False, selectors=()),)


def test_a_trail_of_all_regions_is_asked_where_it_was_made() -> None:
    """Here is but its shadow."""
    arn = ARN.replace(REGION, "eu-west-1")
    shadow = {**AUDIT, "TrailARN": arn, "HomeRegion": "eu-west-1", "IsMultiRegionTrail": True}
    asked: list[str] = []
    with saying("cloudtrail", listed(shadow), *shown(arn)) as client:
        found = over(client, asked).read()
    assert asked == [REGION, "eu-west-1"]
    assert found == (Trail("audit", "eu-west-1", logging=True, selectors=READ),)


def test_a_trail_of_another_region_alone_does_not_count() -> None:
    """It records nothing of this one."""
    with saying("cloudtrail", listed({**AUDIT, "HomeRegion": "eu-west-1"})) as client:
        assert over(client).read() == ()


@pytest.mark.parametrize("code", ["AccessDeniedException", "TrailNotFoundException", "UnsupportedOperationException"])
def test_what_is_refused_is_not_to_be_seen(code: str) -> None:
    """A trail of the organisation, in a member account: it is there, and that is all that is known."""
    refused = tuple(Said(one.operation, one.params, error=code) for one in shown())
    with saying("cloudtrail", listed({**AUDIT, "IsOrganizationTrail": True}), *refused) as client:
        assert over(client).read() == (Trail("audit", REGION, logging=None, selectors=None, organisation=True),)


def test_other_failures_are_tried_again() -> None:
    """Nothing is concluded from what was not seen."""
    throttled = Said("get_trail_status", {"Name": ARN}, error="ThrottlingException")
    with saying("cloudtrail", listed(AUDIT), throttled) as client, pytest.raises(RetryLater):
        over(client).read()


def test_a_list_that_fails_is_tried_again() -> None:
    """Refused or lost: without it nothing is known."""
    denied = Said("describe_trails", LIST, error="AccessDeniedException")
    with saying("cloudtrail", denied) as client, pytest.raises(RetryLater, match="DescribeTrails"):
        over(client).read()
    lost = EndpointConnectionError(endpoint_url="https://cloudtrail")
    reader = shared("cloudtrail")
    with Wire.under(reader, lost), pytest.raises(RetryLater):
        over(reader).read()


def test_is_read_again_after_a_while() -> None:
    """Not for each batch of a sweep; and a failure is not kept."""
    seconds = Seconds()
    off = shown(logging=False)
    with saying("cloudtrail", listed(AUDIT), *shown(), listed(AUDIT), *off) as client:
        trails = Trails(REGION, lambda _: client, seconds)
        first = trails.read()
        seconds.now += SECONDS
        assert trails.read() is first
        seconds.now += 1
        assert [one.logging for one in trails.read()] == [False]


def test_against_an_emulated_cloudtrail() -> None:
    """The same words as moto's."""
    with emulated():
        moto("s3").create_bucket(Bucket="trails")
        moto("cloudtrail").create_trail(Name="audit", S3BucketName="trails", IsMultiRegionTrail=True)
        moto("cloudtrail").start_logging(Name="audit")
        moto("cloudtrail").put_event_selectors(TrailName="audit", **SELECTORS)
        (found,) = Trails(REGION, lambda _: moto("cloudtrail")).read()
    assert (found.name, found.home, found.logging, found.selectors) == ("audit", REGION, True, READ)
