"""The EventBridge rules that put messages into the queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from warden.events import CHANGES, SERVICE_CHANGES
from warden.side_doors import SIDE_DOORS

from .answer import Answer, ok, problem
from .patient import Patient

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

TAGGING: Final = frozenset({"CreateTags", "DeleteTags"})


class Watch(NamedTuple):
    """What one of the rules is for: these calls, told in words, of any of these things where a call names things."""

    calls: frozenset[str]
    what: str
    things: tuple[str, ...] = ("",)


WATCHES: Final[Mapping[str, Watch]] = {
    "ChangeRule": Watch(CHANGES | SERVICE_CHANGES, "changes of endpoints and of endpoint services"),
    "BesideRule": Watch(
        frozenset(SIDE_DOORS) - TAGGING, "changes of security groups, routes, subnets and VPCs beside endpoints"
    ),
    "TagRule": Watch(
        TAGGING,
        "changes of the tags of endpoints, endpoint services and VPCs",
        ("vpce-0123456789abcdef0", "vpce-svc-0123456789abcdef0", "vpc-0123456789abcdef0"),
    ),
}
"""By the name that template.yaml gives the rule."""
AGAIN: Final = "Deploy the stack again"


def event_rules(patient: Patient) -> Iterator[Answer]:
    """EventBridge rules for changes."""
    client = patient.session.client("events", **patient.how)
    queue = queue_arn(patient, patient.stack.settings.queue_url)
    for logical_id, watch in WATCHES.items():
        part = patient.part(logical_id)
        if part is None:
            yield problem(f"the stack has no {logical_id}: {watch.what} are not seen before the sweep", f"{AGAIN}.")
        else:
            yield _rule(patient, client, part.id.rsplit("/", 1)[-1], watch, queue)


def _rule(patient: Patient, client: EventBridgeClient, name: str, watch: Watch, queue: str) -> Answer:
    found = client.describe_rule(Name=name)
    if found.get("State") == "DISABLED":
        what = f"the rule {name} is disabled: {watch.what} are not seen before the sweep"
        return problem(what, f"`aws events enable-rule --region {patient.region} --name {name}`.")
    missed = _missed(patient, client, found.get("EventPattern", "{}"), watch)
    if missed:
        return problem(f"the rule {name} does not match {', '.join(missed)}", f"{AGAIN}: its pattern was changed.")
    targets = [target["Arn"] for target in client.list_targets_by_rule(Rule=name)["Targets"]]
    if queue not in targets:
        return problem(f"the rule {name} does not send to {queue}", f"{AGAIN}: its target was taken away.")
    return ok(f"the rule {name} is enabled, matches {watch.what}, and sends them to the queue")


def _missed(patient: Patient, client: EventBridgeClient, pattern: str, watch: Watch) -> list[str]:
    """The calls that the pattern does not take, as EventBridge itself says: each is asked of everything it can name."""
    return [
        f"{call} of {thing.split('-')[0]}-..." if thing else call
        for call in sorted(watch.calls)
        for thing in watch.things
        if client.test_event_pattern(EventPattern=pattern, Event=_sample(patient, call, thing)).get("Result") is False
    ]


def queue_arn(patient: Patient, url: str) -> str:
    """The ARN of a queue."""
    client = patient.session.client("sqs", **patient.how)
    return client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def _sample(patient: Patient, call: str, thing: str) -> str:
    """An event as EC2's changes make it, of a call that names the thing, if one.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    """
    return json.dumps(
        {
            "version": "0",
            "id": "00000000-0000-0000-0000-000000000000",
            "detail-type": "AWS API Call via CloudTrail",
            "source": "aws.ec2",
            "account": patient.stack.account.id,
            "time": "2026-01-31T12:00:00Z",
            "region": patient.region,
            "resources": [],
            "detail": {
                "eventSource": "ec2.amazonaws.com",
                "eventName": call,
                "requestParameters": {"resourcesSet": {"items": [{"resourceId": thing}]}} if thing else {},
            },
        }
    )
