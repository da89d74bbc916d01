"""All the AWS services that on_change calls, as functions from a request to an answer; every call is counted."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from .ec2 import Ec2Api, Refused
from .estate import Estate
from .table import Denied, Table

SERVICES: Final = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AmazonSSM": "ssm"}
"""By the prefix of the header X-Amz-Target; EC2 and SNS are called by their query protocols instead."""


@dataclass(slots=True)
class Answer:
    """What goes back over HTTP."""

    body: str
    status: int = 200
    kind: str = "text/xml"


@dataclass(slots=True)
class Bucket:
    """A token bucket, as EC2 throttles each action of an account and region; `rate` is tokens a second.

    Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    """

    capacity: float
    rate: float
    clock: Callable[[], float] = time.monotonic
    _tokens: float = -1.0
    _at: float = 0.0

    def take(self) -> bool:
        """Take one token; False where there is none."""
        now = self.clock()
        grown = self.capacity if self._tokens < 0 else self._tokens + (now - self._at) * self.rate
        self._tokens, self._at = min(self.capacity, grown), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(slots=True)
class Cloud:
    """One made-up account; `calls` counts what was asked, `throttled` what of it was refused for its rate."""

    estate: Estate
    table: Table = field(default_factory=Table)
    buckets: Mapping[str, Bucket] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    throttled: Counter[str] = field(default_factory=Counter)
    sent: list[str] = field(default_factory=list)
    """The bodies of the messages that were sent to queues."""
    ec2: Ec2Api = field(init=False)

    def __post_init__(self) -> None:
        """Make EC2 of the estate."""
        self.ec2 = Ec2Api(self.estate)

    def answer(self, target: str, body: str) -> Answer:
        """Answer one call; `target` is the header X-Amz-Target, "" in the query protocols."""
        if not target:
            return self._query(dict(parse_qsl(body, keep_blank_values=True)))
        prefix, _, action = target.partition(".")
        self.calls[f"{SERVICES[prefix]}:{action}"] += 1
        return self._json(SERVICES[prefix], action, json.loads(body))

    def _query(self, parameters: dict[str, str]) -> Answer:
        action = parameters["Action"]
        if action == "Publish":
            self.calls["sns:Publish"] += 1
            return Answer(
                "<PublishResponse xmlns='http://sns.amazonaws.com/doc/2010-03-31/'><PublishResult>"
                "<MessageId>bench</MessageId></PublishResult></PublishResponse>"
            )
        self.calls[f"ec2:{action}"] += 1
        if action in self.buckets and not self.buckets[action].take():
            self.throttled[f"ec2:{action}"] += 1
            return _refusal("RequestLimitExceeded", 503)
        try:
            return Answer(self.ec2.answer(action, parameters))
        except Refused as refused:
            return _refusal(str(refused), 400)

    def _json(self, service: str, action: str, request: dict[str, Any]) -> Answer:
        try:
            answer = self._of(service, action, request)
        except Denied as denied:
            reasons = {"CancellationReasons": [{"Code": "ConditionalCheckFailed"}]}
            return Answer(json.dumps({"__type": str(denied), **reasons}), 400, "application/x-amz-json-1.0")
        return Answer(json.dumps(answer), 200, "application/x-amz-json-1.0")

    def _of(self, service: str, action: str, request: dict[str, Any]) -> dict[str, Any]:
        match service, action:
            case "dynamodb", _:
                return self.table.answer(action, request)
            case "sqs", "SendMessage":
                return self._sent(request["MessageBody"])
            case "sqs", "SendMessageBatch":
                entries = [{"Id": entry["Id"], **self._sent(entry["MessageBody"])} for entry in request["Entries"]]
                return {"Successful": entries, "Failed": []}
            case "ssm", "GetParameter" if request["Name"].endswith("/stop"):
                raise Denied("ParameterNotFound")
            case "ssm", "GetParameter":
                return {"Parameter": {"Name": request["Name"], "Type": "String", "Value": "run"}}
            case _:
                raise Denied("UnknownOperationException")

    def _sent(self, body: str) -> dict[str, str]:
        self.sent.append(body)
        return {
            "MessageId": str(len(self.sent)),
            "MD5OfMessageBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        }


def _refusal(code: str, status: int) -> Answer:
    return Answer(
        f"<Response><Errors><Error><Code>{code}</Code><Message>{code}</Message></Error></Errors>"
        "<RequestID>bench</RequestID></Response>",
        status,
    )
