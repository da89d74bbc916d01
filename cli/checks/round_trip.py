"""One event through queue and function: the proof that the parts work together.

AWS takes no event of source aws.ec2 from anybody, so the message is put into the queue itself. It tells of a call that
failed, which changed nothing: the function logs the id of such a message and puts it away, and looks at no endpoint.
Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from .answer import Answer, ok, problem
from .patient import Patient

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

EVERY: Final = 2.0
"""Seconds between two looks at the log."""
EARLIER: Final = 60_000
"""Milliseconds by which this machine's clock may be ahead."""


def round_trip(patient: Patient) -> Iterator[Answer]:
    """Test event through queue and function."""
    queue = patient.session.client("sqs", **patient.how)
    logs = patient.session.client("logs", **patient.how)
    group = log_group(patient)
    since = int(datetime.now(UTC).timestamp() * 1000) - EARLIER
    begun = patient.clock()
    message_id = queue.send_message(QueueUrl=patient.stack.settings.queue_url, MessageBody=message(patient))[
        "MessageId"
    ]
    while not _seen(logs, group, message_id, since):
        if patient.clock() - begun >= patient.wait:
            do = f"See the log group {group}, and whether OnChange reads its queue. Logs can be late: try --wait 300."
            yield problem(f"the test event {message_id} was not seen in the log within {patient.wait:g} s", do)
            return
        patient.sleep(EVERY)
    yield ok(
        f"a test event went through queue and function, and was seen in the log after {patient.clock() - begun:.0f} s"
    )


def message(patient: Patient) -> str:
    """An event that the function reads, logs and puts away."""
    return json.dumps(
        {
            "account": patient.stack.account.id,
            "region": patient.region,
            "source": "aws.ec2",
            "detail-type": "AWS API Call via CloudTrail",
            "detail": {
                "eventSource": "ec2.amazonaws.com",
                "eventName": "CreateVpcEndpoint",
                "eventTime": datetime.now(UTC).isoformat(),
                "errorCode": "WardenDoctor",
                "errorMessage": "sent by `warden doctor` to see that events arrive",
            },
        }
    )


def log_group(patient: Patient) -> str:
    """Where the function logs.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    function = patient.stack.function
    return function.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function['FunctionName']}"


def _seen(logs: CloudWatchLogsClient, group: str, message_id: str, since: int) -> bool:
    """Whether a line of the log names the message; every page is read, since pages can be empty."""
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=since, filterPattern=f'"{message_id}"'
    )
    return any(page["events"] for page in pages)
