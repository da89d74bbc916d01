"""Lambda: notices from their queue to Slack; what Slack does not take stays there, and ends with the dead letters.

The environment is read once, when the function starts: WARDEN_SLACK_SECRET_ARN, WARDEN_NOTICE_QUEUE_URL.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from warden import webhook
from warden.errors import BadEvent, RetryLater, WardenError
from warden.failures import FAILURES
from warden.payload import SCHEMA, NoticeJson, read
from warden.review import payload as review
from warden.review.slack import message_of as review_message_of
from warden.slack import SlackMessage, message_of
from warden.webhook import LONGEST_WAIT, BadSecret, Limited, NotTaken, Webhook

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sqs import SQSClient

NEEDS: Final = webhook.NEEDS | {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
}
MARGIN_MS: Final = 2_000 + 2 * 1_000 * webhook.TIMEOUT
"""Milliseconds that sending one notice may take; with less left, the rest waits for the next turn."""

Record = Mapping[str, Any]

logger = Logger()


class Courier:
    """Carries the notices of one batch, in their order."""

    def __init__(self, hook: Webhook, queue: SQSClient, queue_url: str) -> None:
        """Post to this webhook; let notices wait in this queue."""
        self._hook = hook
        self._queue = queue
        self._queue_url = queue_url

    def carry(self, records: list[Record], context: LambdaContext) -> list[Record]:
        """Send what can be sent, and give what must be tried again.

        Errors are logged without their traceback, which says no more and could show the secret.
        """
        failed: list[Record] = []
        for place, record in enumerate(records):
            if context.get_remaining_time_in_millis() < MARGIN_MS:
                logger.warning("no time left for the rest of the batch", left=len(records) - place)
                return [*failed, *records[place:]]
            try:
                self._deliver(record)
            except Limited as limited:
                logger.warning("Slack asks to wait", seconds=limited.wait, left=len(records) - place)
                self._postpone(records[place:], limited.wait)
                return [*failed, *records[place:]]
            except (BadSecret, RetryLater) as error:
                logger.error("the address of Slack is not to be had", reason=str(error), left=len(records) - place)  # noqa: TRY400
                return [*failed, *records[place:]]
            except (BadEvent, NotTaken) as error:
                logger.error("notice not sent to Slack", message_id=record["messageId"], reason=str(error))  # noqa: TRY400
                failed.append(record)
        return failed

    def _deliver(self, record: Record) -> None:
        told = read(unwrapped(record["body"]), {SCHEMA: NoticeJson, review.SCHEMA: review.ReviewJson})
        self._hook.send(written(told))
        logger.info("notice sent to Slack", notice_id=told["id"], subject=told["subject"])

    def _postpone(self, records: list[Record], wait: int) -> None:
        """Let the notices wait as long as Slack asks, one second apart, which is the pace that Slack allows.

        Where that fails they come back when their visibility timeout ends, so nothing is lost by going on.
        Source: https://docs.slack.dev/apis/web-api/rate-limits
        """
        for place, record in enumerate(records):
            try:
                self._queue.change_message_visibility(
                    QueueUrl=self._queue_url,
                    ReceiptHandle=record["receiptHandle"],
                    VisibilityTimeout=min(wait + place, LONGEST_WAIT),
                )
            except FAILURES as error:
                logger.warning("notice not postponed", message_id=record["messageId"], reason=str(error))


def written(told: Mapping[str, object]) -> SlackMessage:
    """Write the message of a notice or of a review."""
    if told["schema"] == review.SCHEMA:
        return review_message_of(cast("review.ReviewJson", told))
    return message_of(cast("NoticeJson", told))


def unwrapped(body: str) -> str:
    """Give the notice's own text, also where the subscription does not deliver it raw but in SNS's envelope.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
    """
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return body  # what is wrong with it is for `read` to say
    if isinstance(envelope, dict) and envelope.get("Type") == "Notification":
        return str(envelope.get("Message"))
    return body


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise WardenError(f"the environment variable {name} must be set, as template.yaml does")
    return value


_config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
courier: Final = Courier(
    Webhook(boto3.client("secretsmanager", config=_config), _setting("WARDEN_SLACK_SECRET_ARN"), time.monotonic),
    boto3.client("sqs", config=_config),
    _setting("WARDEN_NOTICE_QUEUE_URL"),
)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Send a batch of notices; answer with those that SQS must keep.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    failed = courier.carry(event["Records"], context)
    if failed:
        # The metric filter of the alarm on what keeps failing counts these.
        logger.warning("messages come again", comes_again=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}
