"""SQS: ask for another look later, and put aside what can never be understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .errors import RetryLater
from .events import Look, message_of
from .failures import FAILURES

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NEEDS: Final = frozenset({"sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"})
DELAYS: Final = (30, 60, 120, 300, 600, 900)
"""Seconds before each further look; 900 is SQS's most. After the last one the endpoint is left to the sweep.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""
MAX_REASON: Final = 500
MAX_BODY: Final = 1_048_576 - 1_024
"""Bytes of a body that leave room for the reason: the limit holds for the body and its attributes together.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""
BATCH: Final = 10


class Mailbox:
    """The queue of things to look at, and its dead letters; every method raises RetryLater if nothing was sent."""

    def __init__(self, client: SQSClient, queue_url: str, dead_letters_url: str) -> None:
        """Take a client and the two queues' URLs."""
        self._client = client
        self._queue_url = queue_url
        self._dead_letters_url = dead_letters_url

    def look_again(self, look: Look) -> bool:
        """Ask for another look after a delay that grows; False where it was looked at often enough."""
        if look.tries >= len(DELAYS):
            return False
        self._send(
            self._queue_url,
            MessageBody=message_of(replace(look, tries=look.tries + 1)),
            DelaySeconds=DELAYS[look.tries],
        )
        return True

    def look_at(self, looks: Iterable[Look]) -> int:
        """Ask for a look at each, at once; returns how many."""
        sent, rest = 0, iter(looks)
        while some := list(islice(rest, BATCH)):
            self._send_batch([{"Id": str(place), "MessageBody": message_of(look)} for place, look in enumerate(some)])
            sent += len(some)
        return sent

    def put_aside(self, body: str, reason: str) -> None:
        """Move a message to the dead letters, with why; one that fills SQS's limit loses its end."""
        shown = reason.encode("ascii", "backslashreplace").decode()[:MAX_REASON]
        kept = body.encode(errors="replace")[:MAX_BODY].decode(errors="ignore")
        self._send(
            self._dead_letters_url,
            MessageBody=kept or "(empty)",
            MessageAttributes={"reason": {"DataType": "String", "StringValue": shown}},
        )

    def _send(self, queue_url: str, **message: Any) -> None:  # noqa: ANN401  the API's own parameters
        try:
            self._client.send_message(QueueUrl=queue_url, **message)
        except FAILURES as error:
            raise RetryLater(f"SQS: {error}") from error

    def _send_batch(self, entries: list[Any]) -> None:
        try:
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        except FAILURES as error:
            raise RetryLater(f"SQS: {error}") from error
        if answer.get("Failed"):
            raise RetryLater(f"SQS took {len(answer.get('Successful', []))} of {len(entries)} messages")
