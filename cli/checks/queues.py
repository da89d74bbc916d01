"""The queues: what waits, and what could not be handled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from .answer import Answer, ok, problem
from .patient import Patient

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

DEPTH: Final[tuple[QueueAttributeNameType, ...]] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
MANY: Final = 1_000
"""Messages above which a queue is called long: some minutes' work."""
SHOWN: Final = 10
REASONS: Final = ("reason", "ERROR_CODE", "ERROR_MESSAGE")
"""Attributes that say why: ours, and EventBridge's.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""


def waiting(patient: Patient) -> Iterator[Answer]:
    """Queue of things to look at."""
    ready, in_flight, delayed = _depth(patient, patient.stack.settings.queue_url)
    what = f"the queue has {ready} messages waiting, {in_flight} being handled, {delayed} for later"
    if ready > MANY:
        yield problem(what, "See the alarm on the age of messages, and the function's log for what it waits for.")
    else:
        yield ok(what)


def dead_letters(patient: Patient) -> Iterator[Answer]:
    """Dead letters."""
    queues = {"DeadLetters": patient.stack.settings.dead_letters_url}
    notices = patient.part("NoticeDeadLetters")
    if notices:
        queues["NoticeDeadLetters"] = notices.id
    for name, url in queues.items():
        count = sum(_depth(patient, url))
        if not count:
            yield ok(f"{name} is empty")
            continue
        reasons = "; ".join(_reasons(patient, url)) or "no reason is written on them: their tries ran out"
        do = (
            "Mend the cause, then send back what SQS moved there (`aws sqs start-message-move-task` with "
            "--destination-arn) or purge them. The sweep looks at every endpoint in any case."
        )
        yield problem(f"{name} has {count} message{'' if count == 1 else 's'}: {reasons}", do)


def _depth(patient: Patient, url: str) -> list[int]:
    client = patient.session.client("sqs", **patient.how)
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=list(DEPTH))["Attributes"]
    return [int(found.get(name, 0)) for name in DEPTH]


def _reasons(patient: Patient, url: str) -> list[str]:
    """Why some of the messages are there; they are read and left, and stay visible to others."""
    client = patient.session.client("sqs", **patient.how)
    answer = client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=SHOWN, VisibilityTimeout=0, MessageAttributeNames=["All"]
    )
    reasons = [_reason(message.get("MessageAttributes", {})) for message in answer.get("Messages", ())]
    return [reason for reason in dict.fromkeys(reasons) if reason]


def _reason(attributes: Mapping[str, Any]) -> str:
    return " ".join(str(attributes[name].get("StringValue", "")) for name in REASONS if name in attributes)
