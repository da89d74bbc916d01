"""Who is told: an SNS subscription that nobody confirmed tells nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .answer import Answer, ok, problem
from .patient import Patient

TOPICS: Final = {
    "NoticeTopic": ("nobody is told of findings and fixes", "NoticeEmail or SlackWebhookSecretArn"),
    "OperationsTopic": ("nobody hears when Endpoint Warden itself is in trouble", "OperationsEmail"),
}
"""What it means that nobody listens, and the stack's parameters by which somebody does."""
PENDING: Final = "PendingConfirmation"


def subscriptions(patient: Patient) -> Iterator[Answer]:
    """Subscriptions of the topics."""
    for logical_id in TOPICS:
        part = patient.part(logical_id)
        if part is not None:
            yield from _of_topic(patient, logical_id, part.id)


def _of_topic(patient: Patient, logical_id: str, arn: str) -> Iterator[Answer]:
    client = patient.session.client("sns", **patient.how)
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    found = [one for page in pages for one in page["Subscriptions"]]
    confirmed = [one for one in found if one.get("SubscriptionArn") not in {PENDING, "Deleted", ""}]
    for one in found:
        if one.get("SubscriptionArn") == PENDING:
            do = "Open the link in the message that AWS sent there (it holds for two days), or subscribe anew."
            yield problem(f"{logical_id}: {one.get('Protocol')} to {one.get('Endpoint')} is not confirmed", do)
    if confirmed:
        names = ", ".join(f"{one.get('Protocol')} to {_short(one.get('Endpoint', '?'))}" for one in confirmed)
        yield ok(f"{logical_id} tells {names}")
    elif not found:
        otherwise, parameters = TOPICS[logical_id]
        do = f"Deploy the stack with the parameter {parameters}, or subscribe to {arn}."
        yield problem(f"{logical_id} has no subscription: {otherwise}", do)


def _short(endpoint: str) -> str:
    """An address without what may be secret in it: a webhook's path often is."""
    return endpoint.split("?", 1)[0] if "://" not in endpoint else "/".join(endpoint.split("/")[:3])
