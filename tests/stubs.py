"""Clients for the tests of the edges, and what stands in for AWS where moto does not do as AWS does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core.responses import ActionResult
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response

import runtime
from builders import ACCOUNT, REGION, ROLE

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel

_SESSION: Final = botocore.session.Session()
_SESSION.set_config_variable("ignore_configured_endpoint_urls", True)  # noqa: FBT003  whatever the shell says
SESSION: Final = boto3.Session("testing", "testing", region_name=REGION, botocore_session=_SESSION)
"""One for all tests: a session reads the description of each service once, which is most of what a client costs.

It is made after moto was imported, which lays its hooks into each session from then on.
"""
ENVIRONMENT: Final = {
    "AWS_REGION": REGION,
    "WARDEN_ACCOUNT": ACCOUNT,
    "WARDEN_STACK": "warden",
    "WARDEN_MODE": "enforce",
    "WARDEN_TABLE": "warden-Ledger",
    "WARDEN_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/warden-ChangeQueue",
    "WARDEN_DEAD_LETTERS_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/warden-DeadLetters",
    "WARDEN_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:warden-NoticeTopic",
    "WARDEN_KILL_SWITCH": "/warden/kill-switch",
    "WARDEN_ROLE_ARN": ROLE,
}
"""What template.yaml gives the function."""
ONE_TRY: Final = Config(retries={"mode": "standard", "total_max_attempts": 1})
Params = Mapping[str, Any]


def client(service: str, config: Config = ONE_TRY) -> Any:
    """A client that tries once, so that no test waits for a second try."""
    return SESSION.client(service, config=config)  # type: ignore[call-overload]


@cache
def shared(service: str) -> Any:
    """The same, made once, for tests that do not listen at it: a client costs 20 ms."""
    return client(service)


@contextmanager
def emulated() -> Iterator[None]:
    """AWS by moto in this process, for this session and for clients made by `boto3.client`.

    Every look asks EC2 by the filter vpc-endpoint-id. moto 5.2.5 has none, because it looks for an endpoint's attribute
    of that name; so it gets one. It has no connections to endpoint services either, and no call for them.
    """
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # images that nobody here starts, 0.2 s each time
        with_consumers(patch)
        patch.setattr(VPCEndPoint, "vpc_endpoint_id", property(attrgetter("id")), raising=False)
        patch.setattr(boto3, "DEFAULT_SESSION", SESSION)
        yield


def with_consumers(patch: pytest.MonkeyPatch, *connections: Params) -> None:
    """Let moto say that these are connected to endpoint services, and who hears of it, in place of not knowing."""
    for call, member, items in (
        ("describe_vpc_endpoint_connections", "VpcEndpointConnections", connections),
        ("describe_vpc_endpoint_connection_notifications", "ConnectionNotificationSet", ()),
    ):
        answer = ActionResult({member: list(items)})
        patch.setattr(EC2Response, call, lambda _, answer=answer: answer, raising=False)


@contextmanager
def started(**env: str) -> Iterator[pytest.MonkeyPatch]:
    """An execution environment of on_change, fresh, with this environment besides what template.yaml sets."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (ENVIRONMENT | env).items():
            patch.setenv(name, value)
        forget()
        try:
            yield patch
        finally:
            forget()


def forget() -> None:
    """Start afresh, as a new execution environment does."""
    for made in (runtime.standard, runtime.mailbox, runtime.world):
        made.cache_clear()


@contextmanager
def recorded(events: BaseEventHooks = SESSION.events) -> Iterator[list[str]]:
    """The calls, as "ec2:DescribeSubnets", of all clients that are made meanwhile; "made:ec2" for the client itself.

    Or those of one client, where its events are given.
    """
    calls: list[str] = []

    def note_client(event_name: str, **_: object) -> None:
        calls.append(f"made:{event_name.rpartition('.')[2]}")

    def note_call(model: OperationModel, **_: object) -> None:
        calls.append(f"{model.service_model.service_name}:{model.name}")

    events.register("creating-client-class", note_client)
    events.register("before-parameter-build", note_call)
    try:
        yield calls
    finally:
        events.unregister("creating-client-class", note_client)
        events.unregister("before-parameter-build", note_call)


@dataclass(frozen=True)
class Said:
    """One call that is expected, and AWS's answer to it or its error."""

    operation: str
    params: Params
    answer: Params = field(default_factory=dict)
    error: str = ""
    status: int = 400
    message: str = ""
    """What AWS says of the error."""


@contextmanager
def saying(service: str, *script: Said) -> Iterator[Any]:
    """A client that gets these answers to exactly these calls; both are checked against AWS's model of the service."""
    made = shared(service)
    with Stubber(made) as stubber:
        for said in script:
            if said.error:
                stubber.add_client_error(
                    said.operation, said.error, said.message, said.status, expected_params=dict(said.params)
                )
            else:
                stubber.add_response(said.operation, dict(said.answer), dict(said.params))
        yield made
        stubber.assert_no_pending_responses()


@dataclass
class Wire:
    """The network under a client: each request sent gets the next answer, a status and a body, or breaks down.

    Over moto, an answer replaces moto's, which has done what it was asked: that is how an answer gets lost. Where the
    network breaks down, the request never reaches it.
    """

    answers: list[tuple[int, str] | BotoCoreError]
    sent: int = 0

    @classmethod
    @contextmanager
    def under(cls, made: Any, *answers: tuple[int, str] | BotoCoreError) -> Iterator[Wire]:
        """Cut the client off from any other network meanwhile."""
        wire = cls(list(answers))
        made.meta.events.register_first("before-send", wire.answer)
        try:
            yield wire
        finally:
            made.meta.events.unregister("before-send", wire.answer)

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Answer one request."""
        self.sent += 1
        said = self.answers.pop(0)
        if isinstance(said, BotoCoreError):
            raise said
        status, body = said
        return AWSResponse(request.url, status, HTTPHeaders(), _Body(body.encode()))


class _Body(BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        """All of it at once."""
        yield self.read()


@dataclass
class Seconds:
    """A clock of seconds that stands still until it is moved."""

    now: float = 1_000.0

    def __call__(self) -> float:
        """The time now."""
        return self.now
