"""Post messages to a Slack webhook, whose address is a secret. I/O; only for the function that talks to Slack."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from slack_sdk.webhook import WebhookClient

from .errors import RetryLater, WardenError
from .failures import FAILURES

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from slack_sdk.webhook import WebhookResponse

    from .slack import SlackMessage

NEEDS: Final = frozenset({"secretsmanager:GetSecretValue", "kms:Decrypt"})
TIMEOUT: Final = 10
"""Seconds that each step of one HTTP call may take."""
REMEMBERED: Final = 300.0
"""Seconds for which the address is not read again."""
DEFAULT_WAIT: Final = 60
"""Seconds to wait where Slack asks for a rest and does not say for how long."""
LONGEST_WAIT: Final = 43_200
"""Seconds, 12 hours: the most that SQS hides a message.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
"""
LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}

_silent = logging.getLogger("warden.webhook")
_silent.setLevel(logging.CRITICAL)  # at DEBUG slack_sdk logs the address, which is the secret


class BadSecret(WardenError):
    """The secret is no address to post to: a person must mend it."""


class NotTaken(WardenError):
    """Slack did not take the message."""


class Limited(NotTaken):
    """Slack asks for a rest of `wait` seconds; whatever else is sent before will be refused too."""

    def __init__(self, wait: int) -> None:
        """Keep the seconds to wait."""
        super().__init__(f"Slack asks to wait for {wait} s")
        self.wait = wait


class Webhook:
    """One incoming webhook of Slack, or of whoever answers as Slack does."""

    def __init__(self, client: SecretsManagerClient, secret_arn: str, clock: Callable[[], float]) -> None:
        """Find the address in this secret; the clock counts seconds from any start, and never backwards."""
        self._client = client
        self._secret_arn = secret_arn
        self._clock = clock
        self._address = ""
        self._until = 0.0

    def send(self, message: SlackMessage) -> None:
        """Post the message once; raise NotTaken, Limited, or what `address` raises.

        Where Slack does not know the address, it may have been exchanged since it was read: it is read again, and
        used if it is another one.
        Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
        """
        address = self.address()
        answer = _post(address, message)
        if answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            self._until = 0.0
            newer = self.address()
            answer = _post(newer, message) if newer != address else answer
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Limited(seconds_of(answer.headers.get("Retry-After", "")))
        if answer.status_code != HTTPStatus.OK or answer.body.strip() != "ok":
            raise NotTaken(f"Slack answered {answer.status_code} {answer.body[:100]!r}")

    def address(self) -> str:
        """Give the address; raise RetryLater where the secret cannot be read, BadSecret where it is none."""
        if self._clock() >= self._until:
            self._address = checked(self._read())
            self._until = self._clock() + REMEMBERED
        return self._address

    def _read(self) -> str:
        try:
            return self._client.get_secret_value(SecretId=self._secret_arn).get("SecretString", "")
        except FAILURES as error:
            raise RetryLater(f"the secret of the Slack webhook cannot be read: {error}") from error


def _post(address: str, message: SlackMessage) -> WebhookResponse:
    """Post once, without slack_sdk's own retries: the queue tries again.

    What slack_sdk raises beyond HTTP's own errors are answers that cannot be read as text.
    """
    client = WebhookClient(address, timeout=TIMEOUT, logger=_silent, retry_handlers=[])
    try:
        return client.send(text=message["text"], blocks=[dict(block) for block in message["blocks"]])
    except (OSError, HTTPException, ValueError, LookupError) as error:
        raise NotTaken(f"Slack could not be reached: {type(error).__name__}: {error}") from error


def checked(secret: str) -> str:
    """Give the address that the secret holds; raise BadSecret, which never repeats the secret."""
    address = secret.strip()
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadSecret(
            "the secret of the Slack webhook must be a web address, and nothing else"
        ) from None  # the cause repeats a part of the secret
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not host or not safe or port == 0 or not re.fullmatch(r"[!-~]+", address):
        raise BadSecret(
            "the secret of the Slack webhook must be an address that begins with https://, and nothing else"
        )
    return address


def seconds_of(retry_after: str) -> int:
    """Read Slack's Retry-After, in seconds; what cannot be read counts as a minute."""
    text = retry_after.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LONGEST_WAIT)) + 1):
        return DEFAULT_WAIT
    return max(1, min(int(text), LONGEST_WAIT))
