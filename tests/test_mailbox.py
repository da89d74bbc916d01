"""The queue: looks that are asked for again, and messages that are put aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from builders import ACCOUNT, NOW, REGION, ROLE, look
from stubs import Said, Wire, emulated, recorded, saying, shared
from warden.errors import RetryLater
from warden.events import Look, Place, message_of, parse
from warden.mailbox import BATCH, DELAYS, MAX_BODY, MAX_REASON, Mailbox
from warden.model import EndpointKey

HERE = Place(ACCOUNT, REGION, ROLE)
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/changes"
ASIDE = "https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters"
LIMIT = 1_048_576
"""Bytes that SQS takes by default, attributes included."""


@dataclass
class Post:
    """Two queues in moto, and the mailbox over them."""

    sqs: Any
    queue: str
    dead_letters: str

    @property
    def mailbox(self) -> Mailbox:
        """What is tested."""
        return Mailbox(self.sqs, self.queue, self.dead_letters)

    def looks(self) -> list[Look]:
        """What is in the queue, as the function would read it."""
        found = [parse(message["Body"], HERE, NOW) for message in self._messages(self.queue)]
        return [one for looks in found if isinstance(looks, tuple) for one in looks if isinstance(one, Look)]

    def aside(self) -> tuple[str, str]:
        """The one dead letter, and its reason."""
        (message,) = self._messages(self.dead_letters)
        return message["Body"], message["MessageAttributes"]["reason"]["StringValue"]

    def _messages(self, url: str) -> Iterator[dict[str, Any]]:
        how = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        while found := self.sqs.receive_message(**how).get("Messages"):
            yield from found


@pytest.fixture
def post() -> Iterator[Post]:
    """Empty queues."""
    with emulated():
        sqs = shared("sqs")
        urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("changes", "dead-letters")]
        yield Post(sqs, *urls)


def numbered(count: int) -> list[Look]:
    return [look(key=EndpointKey(ACCOUNT, REGION, f"vpce-{number:017x}")) for number in range(count)]


# --- Looks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tries", "delay"), [(0, 30), (1, 60), (2, 120), (3, 300), (4, 600), (5, 900)])
def test_the_delay_grows_with_each_try(tries: int, delay: int) -> None:
    """The message carries the count; no delay is longer than SQS allows."""
    message = {"MessageBody": message_of(look(tries=tries + 1)), "DelaySeconds": delay}
    said = Said("send_message", {"QueueUrl": QUEUE, **message}, {"MessageId": "m"})
    with saying("sqs", said) as sqs:
        assert Mailbox(sqs, QUEUE, ASIDE).look_again(look(tries=tries))
    assert len(DELAYS) == 6


@pytest.mark.parametrize("tries", [6, 7, 10**20])
def test_after_six_tries_it_is_left_to_the_sweep(tries: int) -> None:
    """No message is sent, and the caller hears of it."""
    with saying("sqs") as sqs:
        assert not Mailbox(sqs, QUEUE, ASIDE).look_again(look(tries=tries))


def test_a_delayed_look_is_not_there_at_once(post: Post) -> None:
    """SQS holds it back."""
    assert post.mailbox.look_again(look())
    assert post.looks() == []
    attributes = post.sqs.get_queue_attributes(QueueUrl=post.queue, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


@pytest.mark.parametrize("count", [0, 1, BATCH, 2 * BATCH + 1])
def test_looks_go_out_ten_at_a_time(post: Post, count: int) -> None:
    """All of them arrive, as they were meant, in as few calls as SQS allows."""
    looks = [replace(one, created=False, managed_by="Pulumi") for one in numbered(count)]
    with recorded(post.sqs.meta.events) as calls:
        assert post.mailbox.look_at(iter(looks)) == count
    assert calls == ["sqs:SendMessageBatch"] * -(-count // BATCH)
    assert sorted(post.looks(), key=lambda one: one.key) == looks


def test_looks_are_sent_as_they_come(post: Post) -> None:
    """A sweep of thousands is never held in memory: ten are drawn, then sent."""
    drawn: list[int] = []

    def source() -> Iterator[Look]:
        for place, one in enumerate(numbered(BATCH + 1)):
            drawn.append(len(post.looks()))
            assert drawn[-1] == (BATCH if place == BATCH else 0)
            yield one

    assert post.mailbox.look_at(source()) == BATCH + 1
    assert len(drawn) == BATCH + 1


def test_a_batch_taken_in_part_is_not_sent() -> None:
    """SQS answers 200 with a list of what it refused."""
    looks = numbered(2)
    entries = [{"Id": str(place), "MessageBody": message_of(one)} for place, one in enumerate(looks)]
    taken = {"Id": "0", "MessageId": "m", "MD5OfMessageBody": "d"}
    answer = {"Successful": [taken], "Failed": [{"Id": "1", "SenderFault": False, "Code": "InternalError"}]}
    said = Said("send_message_batch", {"QueueUrl": QUEUE, "Entries": entries}, answer)
    with saying("sqs", said) as sqs, pytest.raises(RetryLater, match="SQS took 1 of 2 messages"):
        Mailbox(sqs, QUEUE, ASIDE).look_at(looks)


# --- Dead letters --------------------------------------------------------------------------------------------------


def test_a_message_is_put_aside_with_its_reason(post: Post) -> None:
    """Whoever looks into the dead letters sees the message as it came, and why it is there."""
    post.mailbox.put_aside('{"détail": "日本"}', "the message is not JSON")
    assert post.aside() == ('{"détail": "日本"}', "the message is not JSON")


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        pytest.param("the account is 'é日'", r"the account is '\xe9\u65e5'", id="letters beyond ASCII"),
        pytest.param("the kind is '\ud800'", r"the kind is '\ud800'", id="half a letter"),
        pytest.param("x" * 10_000, "x" * MAX_REASON, id="long"),
        pytest.param("日" * 10_000, (r"\u65e5" * MAX_REASON)[:MAX_REASON], id="long once it is spelled out"),
    ],
)
def test_a_reason_is_short_and_plain(post: Post, reason: str, shown: str) -> None:
    """It is made from what was sent: SQS must take it, whatever that was."""
    post.mailbox.put_aside("{}", reason)
    assert post.aside() == ("{}", shown)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        pytest.param("", "(empty)", id="empty: SQS takes no message without a body"),
        pytest.param("x" * 262_144, "x" * 262_144, id="256 KB are kept whole"),
        pytest.param("x" * LIMIT, "x" * MAX_BODY, id="SQS's limit leaves no room for a reason: the end is cut off"),
        pytest.param("日" * (LIMIT // 3), "日" * (MAX_BODY // 3), id="bytes count, and no letter is cut in two"),
        pytest.param('"\ud800"', '"?"', id="half a letter"),
    ],
)
def test_a_body_always_fits(post: Post, body: str, kept: str) -> None:
    """A message that cannot be put aside would come again and again."""
    post.mailbox.put_aside(body, "r" * MAX_REASON)
    assert post.aside() == (kept, "r" * MAX_REASON)
    assert len(kept.encode()) + len("reason" + "String") + MAX_REASON <= LIMIT


# --- SQS away ------------------------------------------------------------------------------------------------------

CALLS: dict[str, Callable[[Mailbox], object]] = {
    "look_again": lambda mailbox: mailbox.look_again(look()),
    "look_at": lambda mailbox: mailbox.look_at([look()]),
    "put_aside": lambda mailbox: mailbox.put_aside("{}", "no"),
}
ERROR = {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no"}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((400, json.dumps(ERROR)), id="no such queue"),
        pytest.param((403, json.dumps({"__type": "AccessDenied"})), id="denied"),
        pytest.param((503, "{}"), id="503"),
        pytest.param(ReadTimeoutError(endpoint_url=QUEUE), id="timeout"),
    ],
)
def test_what_was_not_sent_is_told(call: Callable[[Mailbox], object], answer: Any) -> None:
    """The message that wanted it sent comes again."""
    sqs = shared("sqs")
    with Wire.under(sqs, answer), pytest.raises(RetryLater, match="SQS"):
        call(Mailbox(sqs, QUEUE, ASIDE))
