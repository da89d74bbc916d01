"""Where we look into MiniStack while events pass: rules that match, queues, topics, e-mails.

MiniStack has no hooks; each tap wraps one module function, which callers find by its global name. The version is
pinned exactly, and a test per tap fails when a new one calls it otherwise.
"""

# ruff: noqa: SLF001 -- MiniStack has no hooks: each tap wraps a function of one of its modules

import json
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import eventbridge, lambda_svc, sns

from local.record import Record


def install(record: Record) -> None:
    """Put every tap in place, once in a process."""
    _secured()
    _batches_authorised()
    _matched(record)
    _received(record)
    _mailed(record)


def _secured() -> None:
    """Let `aws:SecureTransport` be true: what comes over plain HTTP here goes over TLS in AWS.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """

    def context(_self: object) -> bool:
        return True

    iam_evaluator.EvalContext.secure_transport = property(context, lambda _self, _value: None)


def _batches_authorised() -> None:
    """Authorise SQS's batch calls by the actions that IAM has for them: `sqs:SendMessage` covers SendMessageBatch.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
    """
    original = iam_actions.extract_iam_action

    def tapped(service: str, *rest: Any) -> str | None:  # noqa: ANN401 -- passed on as it came
        action: str | None = original(service, *rest)
        return action.removesuffix("Batch") if action and service == "sqs" else action

    iam_actions.extract_iam_action = tapped


def _matched(record: Record) -> None:
    """Note each target that a rule of EventBridge sends an event to."""
    original = eventbridge._invoke_target

    def tapped(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: object = None) -> None:
        record.hop("matched", rule.get("Name", ""), event.get("Detail", ""), target=target.get("Arn", ""))
        original(target, event, rule, view)

    eventbridge._invoke_target = tapped


def _received(record: Record) -> None:
    """Note each batch that an event source mapping takes from a queue."""
    original = lambda_svc._run_sqs_batch

    def tapped(esm: dict[str, Any], func: object, event: dict[str, Any], batch: list[Any], url: str, name: str) -> None:
        record.hop("received", name, json.dumps(event), messages=len(batch))
        original(esm, func, event, batch, url, name)

    lambda_svc._run_sqs_batch = tapped


def _mailed(record: Record) -> None:
    """Deliver to `email` subscriptions: MiniStack only logs that it would."""
    original = sns._fanout

    def tapped(topic_arn: str, msg_id: str, message: str, subject: str, *rest: Any, **more: Any) -> None:  # noqa: ANN401
        record.hop("told", topic_arn, message, message_id=msg_id)
        original(topic_arn, msg_id, message, subject, *rest, **more)
        structure, attributes = [*rest, more.get("message_structure", ""), more.get("message_attributes")][:2]
        record.published(topic_arn, subject, str(sns._resolve_message_for_protocol(message, structure, "http")))
        topic = sns._topic_by_arn_any_scope(topic_arn)
        for subscription in topic["subscriptions"] if topic else []:
            text = _mail_text(subscription, message, structure, attributes or {})
            if text is not None:
                record.mailed(subscription["endpoint"], subject, text, topic_arn)

    sns._fanout = tapped


def _mail_text(subscription: dict[str, Any], message: str, structure: str, attributes: dict[str, Any]) -> str | None:
    """Return what an e-mail subscription gets: the key `email` of a JSON message; None if it gets nothing."""
    if subscription.get("protocol") not in {"email", "email-json"} or not subscription.get("confirmed"):
        return None
    text = str(sns._resolve_message_for_protocol(message, structure, subscription["protocol"]))
    return text if sns._matches_filter_policy(subscription, attributes, text) else None
