"""What boto3 raises when AWS refuses, or does not answer as AWS does."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

FAILURES: Final = (ClientError, BotoCoreError, ResponseParserError)
"""ResponseParserError is neither of the others: it is what a proxy's HTML page in place of an answer gives.

Source: https://github.com/boto/botocore/blob/develop/botocore/parsers.py
"""


EXPIRED: Final = frozenset({"RequestExpired", "ExpiredToken", "ExpiredTokenException"})
"""Answers that say of the credentials, or of the time that a request took, that they were too old."""


def code_of(error: BaseException | None) -> str:
    """AWS's code of a refusal; "" of anything else."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def status_of(error: BaseException) -> int:
    """The HTTP status of AWS's answer; 0 where there is none."""
    told = error.response.get("ResponseMetadata", {}) if isinstance(error, ClientError) else {}
    return int(told.get("HTTPStatusCode", 0))


def refuses(error: BaseException, passing: frozenset[str]) -> bool:
    """Whether AWS says that it will not answer this question, now or at the next try: a client's error, but for these.

    What is no answer of AWS's own, with a code and a status, is never taken for one.
    """
    code = code_of(error)
    return bool(code) and code not in passing and 0 < status_of(error) < HTTPStatus.INTERNAL_SERVER_ERROR
