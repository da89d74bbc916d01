"""What an endpoint is, and how it stands, end to end: each kind and state has its own truth."""

from __future__ import annotations

import json

import pytest

from local.network import Network
from stand import Stand

BOTH = ("multi-az", "endpoint-policy")
FIXED = dict.fromkeys(BOTH, "fixed")
HELD = dict.fromkeys(BOTH, "held")


def gateway(network: Network, service: str) -> str:
    """Make a gateway endpoint; its id."""
    return network.endpoint(service, subnets=(), VpcEndpointType="Gateway")


def test_a_gateway_endpoint_is_never_given_subnets(enforcing: Stand, network: Network) -> None:
    """Its policy is judged, and fixed where the standard accepts the baseline."""
    endpoint_id = gateway(network, "dynamodb")
    enforcing.told(endpoint_id, {"endpoint-policy": "fixed"})
    (write,) = enforcing.ours("ModifyVpcEndpoint", endpoint_id)
    assert write["resources"] == [endpoint_id], "no subnet is named"
    first = json.loads(network.facts(endpoint_id)["PolicyDocument"])["Statement"][0]
    assert first["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
    }


def test_a_service_without_a_reviewed_baseline_is_only_told(enforcing: Stand, network: Network) -> None:
    """The standard of this stack has no baseline for S3: no policy is guessed."""
    endpoint_id = gateway(network, "s3")
    enforcing.told(endpoint_id, {"endpoint-policy": "told"})
    assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []


def test_a_gateway_load_balancer_endpoint_is_left_alone(enforcing: Stand, network: Network) -> None:
    """In one subnet and without a policy, by design: nothing is found, nothing is written, nobody is told."""
    kind, service = "GatewayLoadBalancer", f"com.amazonaws.vpce.{enforcing.cloud.region}.vpce-svc-0a1b2c3d4e5f60718"
    types = [{"ServiceType": kind}]
    enforcing.cloud.stage.service(service, ServiceType=types, VpcEndpointPolicySupported=False, Owner="111122223333")
    endpoint_id = network.endpoint(VpcEndpointType=kind, ServiceName=service)
    enforcing.told(endpoint_id)
    assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        pytest.param({"VpcEndpointType": "Tunnel"}, {"endpoint-type": "told"}, id="a type that nobody knows"),
        pytest.param({"RequesterManaged": True}, HELD, id="requester-managed"),
    ],
)
def test_what_is_never_written_is_told_once(
    enforcing: Stand, network: Network, facts: dict[str, object], told: dict[str, str]
) -> None:
    """Nobody can make these, so they are staged; a second look has nothing new to tell."""
    enforcing.cloud.stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint("kms")
    enforcing.cloud.stage.endpoint(endpoint_id, **facts)
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, told)
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, told)
    assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []


def test_a_pending_endpoint_is_looked_at_again(enforcing: Stand, network: Network) -> None:
    """A delayed message and nothing else while it waits; once available, it is fixed."""
    enforcing.cloud.stage.settle(None)
    endpoint_id = network.endpoint()
    assert network.facts(endpoint_id)["State"] == "pending"
    _fixed_once_available(enforcing, endpoint_id, FIXED)


def test_an_endpoint_that_waits_for_acceptance_is_looked_at_again(enforcing: Stand, network: Network) -> None:
    """The same for a service of another account, which takes no policy."""
    service = f"com.amazonaws.vpce.{enforcing.cloud.region}.vpce-svc-0fedcba9876543210"
    stage = enforcing.cloud.stage
    stage.service(service, AcceptanceRequired=True, VpcEndpointPolicySupported=False, Owner="111122223333")
    endpoint_id = network.endpoint(ServiceName=service)
    assert network.facts(endpoint_id)["State"] == "pendingAcceptance"
    _fixed_once_available(enforcing, endpoint_id, {"multi-az": "fixed"})


def _fixed_once_available(stand: Stand, endpoint_id: str, fixed: dict[str, str]) -> None:
    stand.postponed(endpoint_id)
    stand.told(endpoint_id)
    assert stand.ours("ModifyVpcEndpoint", endpoint_id) == []
    stand.cloud.stage.available(endpoint_id)
    stand.look(endpoint_id)
    stand.told(endpoint_id, fixed)


def test_an_endpoint_gone_before_it_was_ready_is_silent(enforcing: Stand, network: Network) -> None:
    """Deleted while we waited for it: nobody is told, and the look that was put off finds nothing to fail on."""
    enforcing.cloud.stage.settle(None)
    endpoint_id = network.endpoint()
    enforcing.postponed(endpoint_id)
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    enforcing.told(endpoint_id)
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id)
    assert enforcing.journal(endpoint_id) == []


def test_an_endpoint_that_never_was_is_silent(enforcing: Stand, network: Network) -> None:
    """A look at something that is not there tells nobody and fails nothing."""
    assert network.vpc_id
    enforcing.look("vpce-0feedfeedfeedfeed")
    enforcing.told("vpce-0feedfeedfeedfeed")
