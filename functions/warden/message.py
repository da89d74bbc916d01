"""What is published: one message to people, as JSON for machines and a letter, and never too big for SNS. Pure."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypedDict, TypeVar

LARGEST: Final = 250_000
"""Bytes of message and attributes; SNS takes 262,144, and an envelope needs some room besides.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""
SHORTENING: Final = (1_000, 200)
"""To what length strings are held, in turn, until a message fits."""

Attribute = str | int | tuple[str, ...]


class PublishedJson(TypedDict):
    """What the payload of every message has."""

    id: str
    subject: str


Payload = TypeVar("Payload", bound=PublishedJson)


@dataclass(frozen=True, slots=True)
class Message(ABC, Generic[Payload]):
    """One message to people: `payload` is its JSON, `text` the letter. Each kind has its own attributes."""

    payload: Payload
    text: str

    @property
    def id(self) -> str:
        """The same each time that the same is told."""
        return self.payload["id"]

    @property
    def subject(self) -> str:
        """One line of at most 99 printable ASCII characters."""
        return self.payload["subject"]

    @property
    @abstractmethod
    def attributes(self) -> dict[str, Attribute]:
        """What subscriptions can filter by: strings, a number, lists of strings; none of them empty."""

    def to_json(self) -> str:
        """Write the payload in ASCII, since SQS refuses some characters that JSON can hold.

        Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
        """
        return json.dumps(self.payload, separators=(",", ":"))

    def message(self) -> str:
        """Write what is published with MessageStructure "json": each protocol takes its own key.

        Source: https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
        """
        return json.dumps({"default": self.to_json(), "email": self.text}, ensure_ascii=False)

    @property
    def size(self) -> int:
        """Bytes of all that is published."""
        return len(self.message().encode()) + len(self.subject) + len(json.dumps(self.attributes))


Written = TypeVar("Written", bound=Message[Any])


def fitting(
    payload: Payload, write: Callable[[Payload], Written], shortened: Callable[[Payload, int], Payload]
) -> Written:
    """Write the message; where that would be too big for SNS, of a payload in which strings are held to a length."""
    message = write(payload)
    for limit in SHORTENING:
        if message.size <= LARGEST:
            break
        payload = shortened(payload, limit)
        message = write(payload)
    return message


def cut(value: object, limit: int) -> object:
    """Leave out strings that are longer."""
    match value:
        case str() if len(value) > limit:
            return f"(left out: {len(value)} characters)"
        case dict():
            return {name: cut(one, limit) for name, one in value.items()}
        case list():
            return [cut(one, limit) for one in value]
        case _:
            return value
