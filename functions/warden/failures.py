"""What boto3 raises when AWS refuses, or does not answer as AWS does."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

FAILURES: Final = (ClientError, BotoCoreError, ResponseParserError)
"""ResponseParserError is neither of the others: it is what a proxy's HTML page in place of an answer gives.

Source: https://github.com/boto/botocore/blob/develop/botocore/parsers.py
"""


def code_of(error: BaseException | None) -> str:
    """AWS's code of a refusal; "" of anything else."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""
