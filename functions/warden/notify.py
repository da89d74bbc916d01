"""Publish notices to the topic in SNS. I/O."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .errors import RetryLater
from .failures import FAILURES

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

    from .message import Attribute, Message

NEEDS: Final = frozenset({"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"})
"""The topic is encrypted, and to publish to it takes the key's permissions too.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""


class Topic:
    """The topic to which people and machines subscribe."""

    def __init__(self, client: SNSClient, arn: str) -> None:
        """Publish with this client to the topic of this ARN."""
        self._client = client
        self._arn = arn

    def send(self, notice: Message[Any]) -> None:
        """Publish the notice once; raise RetryLater where SNS did not take it.

        Every failure is worth another try: what does not fit was left out of the notice, a permission or a key that
        is missing is given by a person, and until then the message that caused the notice waits in its queue.
        Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
        """
        try:
            self._client.publish(
                TopicArn=self._arn,
                Subject=notice.subject,
                Message=notice.message(),
                MessageStructure="json",
                MessageAttributes={name: _attribute(value) for name, value in notice.attributes.items()},
            )
        except FAILURES as error:
            raise RetryLater(f"SNS did not take the notice {notice.id}: {error}") from error


def _attribute(value: Attribute) -> MessageAttributeValueTypeDef:
    """Write an attribute in one of the types that filter policies can compare.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
    """
    if isinstance(value, tuple):
        return {"DataType": "String.Array", "StringValue": json.dumps(value)}
    return {"DataType": "String" if isinstance(value, str) else "Number", "StringValue": str(value)}
