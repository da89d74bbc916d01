"""Event sources of endpoints: known by table only, and never by the likeness of a name."""

import pytest

from warden.network_events import OTHERWISE, SOURCES, event_source


@pytest.mark.parametrize(
    ("service", "region", "source"),
    [
        pytest.param("com.amazonaws.us-east-1.kms", "us-east-1", "kms", id="by its name"),
        pytest.param("com.amazonaws.us-east-1.kms-fips", "us-east-1", "kms", id="FIPS"),
        pytest.param("com.amazonaws.us-east-1.kinesis-firehose", "us-east-1", "firehose", id="by another name"),
        pytest.param("aws.sagemaker.us-east-1.notebook", "us-east-1", None, id="a part of a service"),
        pytest.param("com.amazonaws.us-east-1.ec2messages", "us-east-1", None, id="ec2messages is not ec2"),
        pytest.param(
            "com.amazonaws.us-east-1.s3-global.accesspoint", "us-east-1", None, id="multi-region access points"
        ),
        pytest.param("com.amazonaws.us-east-1.logs", "us-east-1", None, id="none"),
        pytest.param("cn.com.amazonaws.cn-north-1.kms", "cn-north-1", "kms", id="China"),
        pytest.param("com.amazonaws.cn-north-1.s3", "cn-north-1", None, id="China has fewer"),
        pytest.param("com.amazonaws.us-gov-west-1.kms", "us-gov-west-1", None, id="GovCloud is not documented"),
    ],
)
def test_event_sources(service: str, region: str, source: str | None) -> None:
    """The value that a selector must name; None is not known."""
    assert event_source(service, region) == (source and f"{source}.amazonaws.com")


def test_other_names_lead_to_known_sources() -> None:
    """A wrong entry would never match."""
    assert set(OTHERWISE.values()) <= SOURCES
    assert not set(OTHERWISE) & SOURCES
