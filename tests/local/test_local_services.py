"""The service catalogue: what moto lists otherwise, and what can be staged. "Model" is botocore's ec2 model."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.network import Network

CLOUD = "eu-central-1"
REGION = f"com.amazonaws.{CLOUD}"


def _services(ec2: Any, *names: str, **filters: str) -> list[dict[str, Any]]:
    wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    found = ec2.describe_vpc_endpoint_services(ServiceNames=list(names), Filters=wanted)
    return list(found["ServiceDetails"])


def test_zones_have_names_and_ids(ec2: Any) -> None:
    """Model, ServiceDetail: AvailabilityZones and AvailabilityZoneIds."""
    (sqs,) = _services(ec2, f"{REGION}.sqs")
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    names = dict(zip(sqs["AvailabilityZones"], sqs["AvailabilityZoneIds"], strict=True))
    assert names == {zone["ZoneName"]: zone["ZoneId"] for zone in zones}
    assert (sqs["Owner"], sqs["VpcEndpointPolicySupported"]) == ("amazon", True)


def test_unknown_name_is_an_error(ec2: Any) -> None:
    """InvalidServiceName: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html ."""
    with pytest.raises(ClientError, match=r"\(InvalidServiceName\)"):
        _services(ec2, f"{REGION}.nosuch")
    with pytest.raises(ClientError, match=r"\(InvalidServiceName\)"):
        Network.make(ec2, "a").endpoint("nosuch")


def test_filters(ec2: Any) -> None:
    """Model, Filters: owner, service-name, service-region, service-type..."""
    assert {service["ServiceName"] for service in _services(ec2, service_type="Gateway")} == {
        f"{REGION}.s3",
        f"{REGION}.dynamodb",
    }
    assert len(_services(ec2, service_name=f"{REGION}.s3")) == len(("Gateway", "Interface"))
    assert _services(ec2, owner="nobody") == []
    with pytest.raises(ClientError, match=r"\(InvalidParameterValue\)"):
        _services(ec2, colour="red")


def test_services_of_another_region_are_asked_for_by_it(cloud: LocalCloud, ec2: Any) -> None:
    """Model, ServiceRegions; without it EC2 knows only the region's own, and it tells no zones of another's.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
    """
    name = "com.amazonaws.eu-west-1.kms"
    cloud.stage.service(name, ServiceRegion="eu-west-1")
    (found,) = ec2.describe_vpc_endpoint_services(ServiceNames=[name], ServiceRegions=["eu-west-1"])["ServiceDetails"]
    assert (found["ServiceRegion"], found["Owner"]) == ("eu-west-1", "amazon")
    assert (found["AvailabilityZones"], found["AvailabilityZoneIds"]) == ([], [])
    for names, regions in (([name], []), ([f"{REGION}.kms"], ["eu-west-1"]), ([name], ["eu-west-2"])):
        with pytest.raises(ClientError, match=r"\(InvalidServiceName\)"):
            ec2.describe_vpc_endpoint_services(ServiceNames=names, ServiceRegions=regions)
    assert len(_services(ec2)) == len(ec2.describe_vpc_endpoint_services(ServiceRegions=[CLOUD])["ServiceDetails"])


def test_a_service_without_some_zones_and_without_policy(cloud: LocalCloud, ec2: Any) -> None:
    """A subnet in a zone that the service lacks is refused, at create and at modify."""
    name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
    facts = {"AvailabilityZoneIds": ["euc1-az1"], "VpcEndpointPolicySupported": False, "Owner": "999999999999"}
    cloud.stage.service(name, **facts)
    (service,) = _services(ec2, name)
    assert facts.items() <= service.items()
    assert len(service["AvailabilityZones"]) == 1
    network = Network.make(ec2, "ab")
    endpoint = network.endpoint(ServiceName=name)
    with pytest.raises(ClientError, match=r"\(InvalidParameter\)"):
        network.modify(endpoint, AddSubnetIds=[network.subnet_ids[1]])


def test_a_service_that_accepts_by_hand(cloud: LocalCloud, ec2: Any) -> None:
    """Model, AcceptanceRequired: "whether ... endpoint connection requests to the service must be accepted"."""
    name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef1"
    cloud.stage.service(name, AcceptanceRequired=True)
    network = Network.make(ec2, "a")
    endpoint = network.endpoint(ServiceName=name)
    assert network.facts(endpoint)["State"] == "pendingAcceptance"
    cloud.stage.available(endpoint)
    assert network.facts(endpoint)["State"] == "available"


def test_the_account_provides_none(cloud: LocalCloud, ec2: Any) -> None:
    """Staged services are other accounts': a sweep, which lists the account's own a page at a time, finds none."""
    cloud.stage.service("com.amazonaws.vpce.eu-central-1.vpce-svc-0fedcba9876543210")
    pages = ec2.get_paginator("describe_vpc_endpoint_service_configurations").paginate(
        PaginationConfig={"PageSize": 1000}
    )
    assert [page["ServiceConfigurations"] for page in pages] == [[]]
