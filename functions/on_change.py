"""Lambda: a batch of messages from the queue -> look at the endpoints that they name, or at all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import runtime
from warden import aws, hosted_zones, ledger, mailbox, metrics, notify, provider, switch, trails
from warden.batch import Batch, Changed
from warden.concerned import ask
from warden.errors import BadEvent, BadStandard, NotYet, RetryLater
from warden.events import Beside, Look, Nothing, Review, Sweep, parse
from warden.reconcile import reconcile
from warden.sweep import sweep

POLLER: Final = frozenset({"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "kms:Decrypt"})
LOGS: Final = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})
NEEDS: Final = (
    aws.NEEDS
    | hosted_zones.NEEDS
    | ledger.NEEDS
    | mailbox.NEEDS
    | metrics.NEEDS
    | notify.NEEDS
    | provider.NEEDS
    | switch.NEEDS
    | trails.NEEDS
    | POLLER
    | LOGS
)

LEAST_MILLISECONDS: Final = 45_000
"""What a look may take whose write gets no answer: none is begun with less time left, no sweep and no review.

Should more go wrong at once and Lambda end the function in mid-look, the journal's lease tells the next one.
"""

Record = Mapping[str, Any]


class Context(Protocol):
    """What the handler asks of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


@dataclass(slots=True)
class Sorted:
    """The messages of a batch by what they ask for."""

    looks: list[tuple[str, Look]] = field(default_factory=list)
    """With the id of the message; one message can name several endpoints."""
    beside: list[tuple[str, Beside]] = field(default_factory=list)
    """Changes beside endpoints."""
    changed: list[Changed] = field(default_factory=list)
    """Endpoints that events named, once they were looked at."""
    sweeps: list[tuple[str, Sweep]] = field(default_factory=list)
    reviews: list[tuple[str, Review]] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    """Ids of messages that must come again."""


@runtime.logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], context: Context) -> dict[str, list[dict[str, str]]]:
    """Handle one batch; the answer names the messages that must come again.

    A wholly failed batch is no error of the function: SQS brings the messages again, and an alarm watches their age.
    Only a wrong standard is: nothing is looked at until it is mended, and the alarm on errors rings at once.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    _check_standard()
    batch = _sort(event["Records"])

    def time_left() -> bool:
        return context.get_remaining_time_in_millis() > LEAST_MILLISECONDS

    _look(batch, time_left)
    _look_beside(batch)
    for message_id, wanted in batch.sweeps:
        if time_left():
            _sweep(batch, message_id, wanted)
        else:
            batch.failed.add(message_id)
    for message_id, asked in batch.reviews:
        if time_left():
            _review(batch, message_id, asked)
        else:
            batch.failed.add(message_id)
    if batch.failed:
        # The metric filter of the alarm on what keeps failing counts these.
        runtime.logger.warning("messages come again", comes_again=len(batch.failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in sorted(batch.failed)]}


def _check_standard() -> None:
    try:
        runtime.standard()
    except BadStandard as error:
        runtime.logger.error("the standard is wrong: nothing is written", problems=error.problems)
        raise


def _sort(records: Iterable[Record]) -> Sorted:
    batch = Sorted()
    for record in records:
        message_id = record["messageId"]
        try:
            match parse(record["body"], runtime.place(), datetime.now(UTC)):
                case Sweep() as swept:
                    batch.sweeps.append((message_id, swept))
                case Review() as review:
                    batch.reviews.append((message_id, review))
                case Nothing(why):
                    runtime.logger.info("message needs no look", why=why, message_id=message_id)
                case wanted:
                    looks = [one for one in wanted if isinstance(one, Look)]
                    runtime.logger.debug(
                        "message asks for looks", looks=[look.key.id for look in looks], body=record["body"]
                    )
                    batch.looks.extend((message_id, look) for look in looks)
                    batch.beside.extend((message_id, one) for one in wanted if isinstance(one, Beside))
        except BadEvent as error:
            _put_aside(batch, record, str(error))
    return batch


def _put_aside(batch: Sorted, record: Record, reason: str) -> None:
    """Move a message that can never be understood to the dead letters; if that fails, it comes again."""
    runtime.logger.warning("message put aside", reason=reason, message_id=record["messageId"])
    try:
        runtime.mailbox().put_aside(record["body"], reason)
    except RetryLater as error:
        runtime.logger.error("message could not be put aside", why=str(error), message_id=record["messageId"])
        batch.failed.add(record["messageId"])


def _look(batch: Sorted, time_left: Callable[[], bool]) -> None:
    if not batch.looks:
        return
    try:
        done = reconcile(runtime.world(), (look for _, look in batch.looks), time_left)
    except RetryLater as error:
        runtime.logger.warning("endpoints could not be looked at", why=str(error), endpoints=len(batch.looks))
        batch.failed.update(message_id for message_id, _ in batch.looks)
        return
    _log(done)
    batch.failed.update(message_id for message_id, look in batch.looks if look.key in done.failed)
    batch.changed = done.changed


def _log(done: Batch) -> None:
    for report in done.reports:
        runtime.logger.info("endpoint reported", endpoint_id=report.about.key.id, outcomes=report.outcomes)
    for put_off in done.postponed:
        look = put_off.look
        runtime.logger.info("endpoint not ready", endpoint_id=look.key.id, tries=look.tries + 1, why=put_off.why)
    for put_off in done.left_to_sweep:
        look = put_off.look
        runtime.logger.warning("endpoint left to the sweep", endpoint_id=look.key.id, tries=look.tries, why=put_off.why)
    for key, error in done.failed.items():
        runtime.logger.warning("endpoint could not be settled", endpoint_id=key.id, why=str(error))
    runtime.logger.info("batch looked at", reported=len(done.reports), nothing_new=done.compliant)


def _look_beside(batch: Sorted) -> None:
    """Ask for looks at what else the changes concern; where that cannot be done, their messages come again."""
    if not batch.beside and not batch.changed:
        return
    try:
        asked = ask(runtime.world(), (change for _, change in batch.beside), batch.changed)
    except RetryLater as error:
        changes = len(batch.beside) + len(batch.changed)
        runtime.logger.warning("what changes concern could not be found", why=str(error), changes=changes)
        changed = {one.look.key for one in batch.changed}
        batch.failed.update(message_id for message_id, _ in batch.beside)
        batch.failed.update(message_id for message_id, look in batch.looks if look.key in changed)
        return
    if batch.beside or asked.looks:
        runtime.logger.info(
            "changes beside endpoints",
            changes=len(batch.beside),  # 0 where the looks are at what an endpoint's own change concerns
            of_no_concern=asked.idle,
            looks_asked_for=asked.looks,
        )


def _sweep(batch: Sorted, message_id: str, wanted: Sweep) -> None:
    try:
        swept = sweep(runtime.world(), wanted)
    except RetryLater as error:
        runtime.logger.warning("sweep could not be finished", why=str(error))
        batch.failed.add(message_id)
    else:
        runtime.logger.info("sweep finished", extra=swept.others, endpoints=swept.seen, looks_asked_for=swept.asked)


def _review(batch: Sorted, message_id: str, wanted: Review) -> None:
    from warden.reviewing import review  # noqa: PLC0415  once a month: no event pays for it

    try:
        done = review(runtime.world(), wanted)
    except (NotYet, RetryLater) as error:
        runtime.logger.warning("review could not be finished", why=str(error))
        batch.failed.add(message_id)
    else:
        runtime.logger.info("review finished", endpoints=done.endpoints, untold=done.untold)
