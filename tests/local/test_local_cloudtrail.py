"""The event of each EC2 call that changes something, as it reaches a rule of the default bus."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.network import Network
from local.waiting import wait_for


@pytest.fixture(scope="module")
def queue(cloud: LocalCloud) -> Iterator[str]:
    """A queue that gets every EC2 event."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    url = sqs.create_queue(QueueName="every-ec2-event")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="every-ec2-event", EventPattern='{"source": ["aws.ec2"]}')
    events.put_targets(Rule="every-ec2-event", Targets=[{"Id": "queue", "Arn": arn}])
    yield str(url)
    events.remove_targets(Rule="every-ec2-event", Ids=["queue"])
    events.delete_rule(Name="every-ec2-event")


@pytest.fixture
def events(cloud: LocalCloud, queue: str) -> Callable[[str, str], list[dict[str, Any]]]:
    """Return a function that waits for the events with this name in which a text stands."""
    sqs = cloud.client("sqs")
    seen: list[dict[str, Any]] = []

    def find(name: str, text: str) -> list[dict[str, Any]]:
        def look() -> list[dict[str, Any]]:
            received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
            seen.extend(json.loads(message["Body"]) for message in received)
            return [event for event in seen if event["detail"]["eventName"] == name and text in json.dumps(event)]

        return wait_for(look, 10, f"{name} with {text}")

    return find


Events = Callable[[str, str], list[dict[str, Any]]]


def test_create(network: Network, events: Events) -> None:
    """Envelope and record have the documented members, and the shapes seen in real records."""
    endpoint = network.endpoint()
    (event,) = events("CreateVpcEndpoint", endpoint)
    assert (event["source"], event["detail-type"]) == ("aws.ec2", "AWS API Call via CloudTrail")
    assert (event["account"], event["region"]) == ("123456789012", "eu-central-1")
    assert {"id", "time", "version", "resources"} <= set(event)
    detail = event["detail"]
    assert (detail["eventSource"], detail["readOnly"]) == ("ec2.amazonaws.com", False)
    assert "errorCode" not in detail
    asked = detail["requestParameters"]["CreateVpcEndpointRequest"]
    assert asked["VpcId"] == network.vpc_id
    assert asked["SubnetId"] == {"tag": 1, "content": network.subnet_ids[0]}
    answered = detail["responseElements"]["CreateVpcEndpointResponse"]
    assert answered["vpcEndpoint"]["vpcEndpointId"] == endpoint
    assert detail["userIdentity"]["type"] == "Root"
    assert "Boto3" in detail["userAgent"]


def test_a_failed_call_has_its_error_code(network: Network, events: Events) -> None:
    """What failed changed nothing, and its record says so."""
    endpoint = network.endpoint()
    with pytest.raises(ClientError):
        network.modify(endpoint, AddSubnetIds=[network.subnet_ids[1]])
    (event,) = events("ModifyVpcEndpoint", endpoint)
    assert event["detail"]["errorCode"] == "Client.DuplicateSubnetsInSameZone"
    assert event["detail"]["responseElements"] is None


def test_delete_names_its_ids(network: Network, events: Events) -> None:
    """`requestParameters.DeleteVpcEndpointsRequest.VpcEndpointId.content`, seen in real records."""
    endpoint = network.endpoint()
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    (event,) = events("DeleteVpcEndpoints", endpoint)
    asked = event["detail"]["requestParameters"]["DeleteVpcEndpointsRequest"]
    assert asked["VpcEndpointId"] == {"tag": 1, "content": endpoint}


def test_a_role_is_the_issuer_of_its_session(network: Network, events: Events, as_role: Callable[..., Any]) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html ."""
    endpoint = network.endpoint()
    client = as_role({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"})
    client.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[network.subnet_ids[2]])
    (event,) = events("ModifyVpcEndpoint", endpoint)
    identity = event["detail"]["userIdentity"]
    assert identity["type"] == "AssumedRole"
    assert identity["arn"].endswith("/someone")
    issuer = identity["sessionContext"]["sessionIssuer"]
    assert issuer["arn"] == f"arn:aws:iam::123456789012:role/{issuer['userName']}"


def test_lost_and_repeated_events(cloud: LocalCloud, network: Network, events: Events) -> None:
    """Delivery is best effort: an event can be missing, or come twice."""
    cloud.stage.lose_event("CreateVpcEndpoint")
    cloud.stage.repeat_event("CreateVpcEndpoint")
    lost, twice = network.endpoint(), network.endpoint("sns")
    wait_for(lambda: len(events("CreateVpcEndpoint", twice)) == len("ab"), 10, "two events")
    with pytest.raises(Exception, match="not there after"):
        wait_for(lambda: [hop for hop in cloud.hops() if hop["hop"] == "published" and lost in hop["endpoints"]], 0)


def test_a_request_for_connection_is_an_event_of_the_consumer_alone(
    cloud: LocalCloud, ours: dict[str, Any], consumer: Network, network: Network, events: Events
) -> None:
    """A management event is of the account that called; the provider's own decision comes to the provider."""
    endpoint = consumer.endpoint(ServiceName=ours["ServiceName"])
    network.ec2.accept_vpc_endpoint_connections(ServiceId=ours["ServiceId"], VpcEndpointIds=[endpoint])
    (event,) = events("AcceptVpcEndpointConnections", endpoint)
    asked = event["detail"]["requestParameters"]["AcceptVpcEndpointConnectionsRequest"]
    assert asked == {"ServiceId": ours["ServiceId"], "VpcEndpointId": {"tag": 1, "content": endpoint}}
    published = [
        hop["hop"] for hop in cloud.hops() if hop["where"] == "CreateVpcEndpoint" and endpoint in hop["endpoints"]
    ]
    matched = [hop for hop in cloud.hops() if hop["hop"] == "matched" and endpoint in hop["endpoints"]]
    assert (published, len(matched)) == (["published"], 1)


def test_the_providers_calls_have_the_shapes_of_the_samples(
    ours: dict[str, Any], network: Network, events: Events
) -> None:
    """The members that the product reads stand where they do in events/*.json."""
    service_id = ours["ServiceId"]
    (made,) = events("CreateVpcEndpointServiceConfiguration", service_id)
    answered = made["detail"]["responseElements"]["CreateVpcEndpointServiceConfigurationResponse"]
    assert answered["serviceConfiguration"]["serviceId"] == service_id
    assert answered["serviceConfiguration"]["networkLoadBalancerArnSet"] == {"item": ours["NetworkLoadBalancerArns"][0]}
    (opened,) = events("ModifyVpcEndpointServicePermissions", service_id)
    asked = opened["detail"]["requestParameters"]["ModifyVpcEndpointServicePermissionsRequest"]
    assert asked == {"ServiceId": service_id, "AddAllowedPrincipals": {"tag": 1, "content": "*"}}
    network.ec2.modify_vpc_endpoint_service_configuration(ServiceId=service_id, AcceptanceRequired=False)
    (changed,) = events("ModifyVpcEndpointServiceConfiguration", service_id)
    asked = changed["detail"]["requestParameters"]["ModifyVpcEndpointServiceConfigurationRequest"]
    assert asked == {"ServiceId": service_id, "AcceptanceRequired": False}
