"""What puts messages into the queue: the EventBridge rule, and the schedules of the sweep and the review."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cli.stack import Part

from .answer import Answer, ok, problem
from .patient import REVIEW, RULE, SWEEP, Patient


def rule(patient: Patient) -> Iterator[Answer]:
    """EventBridge rule for changes of endpoints."""
    part = patient.part(RULE)
    if part is None:
        yield problem("the stack has no EventBridge rule", "Deploy the stack again.")
        return
    name = part.id.rsplit("/", 1)[-1]
    client = patient.session.client("events", **patient.how)
    found = client.describe_rule(Name=name)
    if found.get("State") == "DISABLED":
        yield problem(f"the rule {name} is disabled: no change is seen", f"`aws events enable-rule --name {name}`.")
        return
    matched = client.test_event_pattern(EventPattern=found.get("EventPattern", "{}"), Event=_sample(patient))
    if matched.get("Result") is False:
        do = "Deploy the stack again: its pattern was changed."
        yield problem(f"the rule {name} does not match CreateVpcEndpoint", do)
        return
    targets = [target["Arn"] for target in client.list_targets_by_rule(Rule=name)["Targets"]]
    queue = queue_arn(patient, patient.stack.settings.queue_url)
    if queue in targets:
        yield ok(f"the rule {name} is enabled, matches changes of endpoints, and sends them to the queue")
    else:
        yield problem(f"the rule {name} does not send to {queue}", "Deploy the stack again: its target was taken away.")


def sweep(patient: Patient) -> Iterator[Answer]:
    """Schedule of the sweep."""
    part = patient.part(SWEEP)
    if part is None:
        yield problem("the stack has no schedule: what events miss is never found", "Deploy the stack again.")
    else:
        yield _scheduled(patient, part, "sweep", "Switch it on: it finds what events miss.")


def review(patient: Patient) -> Iterator[Answer]:
    """Schedule of the review, which a stack need not have."""
    part = patient.part(REVIEW)
    if part is None:
        yield ok("no review is sent: the stack's parameter ReviewSchedule is empty, or the stack is older than it")
    else:
        yield _scheduled(patient, part, "review", "Switch it on, or empty the stack's parameter ReviewSchedule.")


def _scheduled(patient: Patient, part: Part, what: str, do: str) -> Answer:
    """Whether a schedule is on."""
    client = patient.session.client("scheduler", **patient.how)
    group, _, name = part.id.rpartition("/") if "/" in part.id else ("default", "", part.id)
    found = client.get_schedule(Name=name, GroupName=group.rsplit("/", 1)[-1])
    if found.get("State", "ENABLED") == "ENABLED":
        return ok(f"the {what} runs by {found['ScheduleExpression']}")
    return problem(f"the schedule {name} is switched off", do)


def queue_arn(patient: Patient, url: str) -> str:
    """The ARN of a queue."""
    client = patient.session.client("sqs", **patient.how)
    return client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def _sample(patient: Patient) -> str:
    """An event as EC2's changes make it.

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
            "detail": {"eventSource": "ec2.amazonaws.com", "eventName": "CreateVpcEndpoint"},
        }
    )
