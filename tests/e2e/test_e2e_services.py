"""Endpoint services of our own end to end: accounts ask to be connected, and what follows is the stack's doing.

A consumer's CreateVpcEndpoint is an event of the consumer's account alone, so that a request is seen by the next look
at the service: the sweep's, or that of an event of our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from accounts import CONSUMER, account_of, root
from local.network import Network
from local.provider import Provider
from stand import Stand

RULE: Final = "service-connections"
STRANGER: Final = "444455556666"
ONCE: Final = {"http": 1, "e-mail": 1, "Slack": 1}


@contextmanager
def offering(stand: Stand) -> Iterator[Provider]:
    """A VPC in two zones of the stack's own account; what is provided in it is gone afterwards, as other tests need."""
    here = Provider(stand.network("ab"), stand.cloud.client("elbv2"))
    yield here
    assert here.clear() == []
    stand.cloud.stage.reset()
    stand.idle()
    stand.forget_messages()


@pytest.fixture
def provider(enforcing: Stand) -> Iterator[Provider]:
    """Whoever provides services in the account of the enforcing stack."""
    with offering(enforcing) as here:
        yield here


@pytest.fixture
def quiet_provider(notifying: Stand) -> Iterator[Provider]:
    """The same in that of the stack that only tells."""
    with offering(notifying) as here:
        yield here


def made(stand: Stand, provider: Provider, *principals: str, **more: Any) -> dict[str, Any]:
    """Make a service in both zones, of which there is nothing to tell; its description."""
    one = provider.service(*principals, subnets=(0, 1), **more)
    stand.dealt_with(one["ServiceId"])
    stand.told(one["ServiceId"])
    return one


def asks(stand: Stand, account: str, service: dict[str, Any]) -> tuple[Network, str]:
    """Let an account ask to be connected; its VPC and its endpoint."""
    network = account_of(stand.cloud, account)
    return network, network.endpoint(ServiceName=service["ServiceName"])


def accepted(stand: Stand, service_id: str) -> list[list[str]]:
    """What each acceptance named, of those that the function made at the service."""
    return [call["resources"] for call in stand.ours("AcceptVpcEndpointConnections", service_id)]


def test_notify_tells_of_a_request_and_accepts_nobody(notifying: Stand, quiet_provider: Provider) -> None:
    """Seen when the service changes; told on each channel with what would be done, and the request waits on."""
    service = made(notifying, quiet_provider, root(CONSUMER))
    service_id = service["ServiceId"]
    network, endpoint_id = asks(notifying, CONSUMER, service)
    quiet_provider.ec2.modify_vpc_endpoint_service_configuration(ServiceId=service_id, AcceptanceRequired=True)
    notifying.told(service_id, {RULE: "would-fix"})
    assert notifying.heard(service_id) == ONCE
    (mail,) = [mail for mail in notifying.cloud.mail() if service_id in mail["subject"]]
    assert f"Would do: accept the requests of {endpoint_id}" in " ".join(mail["text"].split())
    notifying.sweep()
    notifying.told(service_id, {RULE: "would-fix"})
    assert accepted(notifying, service_id) == []
    assert network.facts(endpoint_id)["State"] == "pendingAcceptance"


def test_enforce_lets_in_whom_the_registry_names_once(enforcing: Stand, provider: Provider) -> None:
    """One call under the function's role, journalled, told; its own event and the next sweep lead to nothing more."""
    service = made(enforcing, provider, root(CONSUMER))
    service_id = service["ServiceId"]
    network, endpoint_id = asks(enforcing, CONSUMER, service)
    enforcing.sweep()
    enforcing.told(service_id, {RULE: "fixed"})
    assert network.facts(endpoint_id)["State"] == "available"
    (write,) = enforcing.ours("AcceptVpcEndpointConnections", service_id)
    assert write["resources"] == [service_id, endpoint_id]
    assert (write["status"], write["error_code"]) == (200, None)
    hops = [(hop["hop"], hop["time"]) for hop in enforcing.cloud.hops() if service_id in hop["endpoints"]]
    assert any(name == "received" and moment > write["time"] for name, moment in hops), "our own event came back"
    (entry,) = enforcing.journal(service_id)
    assert entry["outcome"] == "applied"
    assert json.loads(str(entry["before"])) == {endpoint_id: f"pendingacceptance (account {CONSUMER})"}
    assert json.loads(str(entry["after"])) == {endpoint_id: f"accepted (account {CONSUMER})"}
    enforcing.sweep()
    enforcing.told(service_id, {RULE: "fixed"})
    assert enforcing.heard(service_id) == ONCE
    assert accepted(enforcing, service_id) == [[service_id, endpoint_id]]


def test_a_stranger_is_told_of_and_left_waiting(enforcing: Stand, provider: Provider) -> None:
    """Allowed at the service, and named in no registry: neither accepted nor rejected."""
    service = made(enforcing, provider, root(STRANGER))
    service_id = service["ServiceId"]
    network, endpoint_id = asks(enforcing, STRANGER, service)
    enforcing.sweep()
    enforcing.told(service_id, {RULE: "told"})
    assert accepted(enforcing, service_id) == []
    assert enforcing.ours("RejectVpcEndpointConnections") == []
    assert network.facts(endpoint_id)["State"] == "pendingAcceptance"


def test_a_service_opened_to_everybody_is_critical(notifying: Stand, quiet_provider: Provider) -> None:
    """By the event of the call that opened it."""
    service_id = made(notifying, quiet_provider, root(CONSUMER), AcceptanceRequired=False)["ServiceId"]
    quiet_provider.allow(service_id, "*")
    notifying.told(service_id, {"service-acceptance": "told"})
    (notice,) = notifying.notices(service_id)
    (result,) = notice["results"]
    assert (result["severity"], result["code"]) == ("critical", "open-to-everybody")
    assert notifying.heard(service_id) == ONCE


def test_an_acceptance_whose_answer_is_lost_is_not_made_again(enforcing: Stand, provider: Provider) -> None:
    """Whoever asked is found let in, and told as fixed."""
    service = made(enforcing, provider, root(CONSUMER))
    service_id = service["ServiceId"]
    network, endpoint_id = asks(enforcing, CONSUMER, service)
    enforcing.cloud.stage.lose_response("AcceptVpcEndpointConnections")
    enforcing.sweep()
    enforcing.told(service_id, {RULE: "fixed"})
    (write,) = enforcing.ours("AcceptVpcEndpointConnections", service_id)
    assert write["lost"]
    assert [entry["outcome"] for entry in enforcing.journal(service_id)] == ["applied"]
    assert network.facts(endpoint_id)["State"] == "available"
