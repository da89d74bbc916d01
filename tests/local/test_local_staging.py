"""States and faults that can be staged."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local.cloud import LocalCloud
from local.errors import LocalCloudError
from local.network import Network
from local.waiting import wait_for


def test_pending_until_told(cloud: LocalCloud, network: Network) -> None:
    """An endpoint stays pending until it is made available."""
    cloud.stage.settle(None)
    endpoint = network.endpoint()
    assert network.facts(endpoint)["State"] == "pending"
    cloud.stage.available(endpoint)
    assert network.facts(endpoint)["State"] == "available"


def test_pending_for_a_while(cloud: LocalCloud, network: Network) -> None:
    """An endpoint becomes available by itself."""
    cloud.stage.settle(0.2)
    endpoint = network.endpoint()
    assert network.facts(endpoint)["State"] == "pending"
    wait_for(lambda: network.facts(endpoint)["State"] == "available", 5, "an available endpoint")


def test_members_can_be_staged_and_unstaged(cloud: LocalCloud, network: Network) -> None:
    """RequesterManaged, an unknown type, another state: whatever describe can say."""
    endpoint = network.endpoint()
    staged = {"RequesterManaged": True, "VpcEndpointType": "Tunnel", "State": "failed"}
    before = network.facts(endpoint)
    cloud.stage.endpoint(endpoint, **staged)
    assert network.facts(endpoint) == {**before, **staged}
    cloud.stage.endpoint(endpoint, **dict.fromkeys(staged))
    assert network.facts(endpoint) == before


@pytest.mark.parametrize(
    ("fault", "code"),
    [("throttle", "RequestLimitExceeded"), ("deny", "UnauthorizedOperation"), ("busy", "OperationInProgress")],
)
def test_refused_n_times(cloud: LocalCloud, network: Network, fault: str, code: str) -> None:
    """The fault meets as many calls as were staged, changes nothing, and is over."""
    endpoint = network.endpoint()
    getattr(cloud.stage, fault)("ModifyVpcEndpoint", times=2)
    for _ in range(2):
        with pytest.raises(ClientError, match=code):
            network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])
    assert len(network.facts(endpoint)["SubnetIds"]) == 1
    network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])


def test_refused_until_cleared_and_for_one_resource(cloud: LocalCloud, network: Network) -> None:
    """`times=None` lasts until `reset`; `resource` leaves other resources alone."""
    endpoint, other = network.endpoint(), network.endpoint("sns")
    cloud.stage.error("ModifyVpcEndpoint", "InternalError", status=500, times=None, resource=endpoint)
    network.modify(other, AddSubnetIds=[network.subnet_ids[2]])
    for _ in range(3):
        with pytest.raises(ClientError, match="InternalError"):
            network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])
    cloud.stage.reset()
    network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])


def test_lost_response(cloud: LocalCloud, network: Network) -> None:
    """The change is applied; the client sees the connection break."""
    endpoint = network.endpoint()
    cloud.stage.lose_response("ModifyVpcEndpoint")
    with pytest.raises(ConnectionClosedError):
        network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])
    assert len(network.facts(endpoint)["SubnetIds"]) == len((0, 2))
    assert [call["lost"] for call in cloud.calls() if endpoint in call["resources"]] == [True, False]


def test_stale_describe(cloud: LocalCloud, network: Network) -> None:
    """A stale answer lacks the last change; a new endpoint is not visible yet."""
    endpoint = network.endpoint()
    cloud.stage.stale(times=2)
    assert _seen(network) == []
    with pytest.raises(ClientError, match="NotFound"):
        network.facts(endpoint)
    assert _seen(network) == [endpoint]
    network.modify(endpoint, AddSubnetIds=[network.subnet_ids[2]])
    cloud.stage.stale()
    assert [len(network.facts(endpoint)["SubnetIds"]) for _ in range(2)] == [1, 2]


def _seen(network: Network) -> list[str]:
    filters = [{"Name": "vpc-id", "Values": [network.vpc_id]}]
    found = network.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
    return [facts["VpcEndpointId"] for facts in found]


def test_calls_are_recorded(cloud: LocalCloud, network: Network) -> None:
    """Each call has action, principal, time, duration and error code; other services' calls too."""
    after = len(cloud.calls())
    with pytest.raises(ClientError):
        network.facts("vpce-0123456789abcdef0")
    cloud.client("sqs").list_queues()
    # Functions that other tests deployed may still be at work.
    described, listed = (call for call in cloud.calls(after) if call["principal"].endswith(":root"))
    assert (described["service"], described["action"]) == ("ec2", "DescribeVpcEndpoints")
    assert described["error_code"] == "InvalidVpcEndpointId.NotFound"
    assert described["principal"] == "arn:aws:iam::123456789012:root"
    assert 0 < described["duration_ms"] < 5000
    assert (listed["service"], listed["action"], listed["status"]) == ("sqs", "ListQueues", 200)


@pytest.mark.parametrize(
    ("name", "document"),
    [("nosuch", {}), ("endpoint", {"endpoint_id": "vpce-0", "members": {}}), ("fault", {"effect": "explode"})],
)
def test_a_wrong_control_request_says_why(cloud: LocalCloud, name: str, document: dict[str, Any]) -> None:
    """The client gets the reason, not a stack trace."""
    with pytest.raises(LocalCloudError, match=r"vpce-0|explode|there are"):
        cloud.control(name, document)
