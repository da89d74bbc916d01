"""How Lambda takes messages from a queue: up to BatchSize at once, after the batching window.

MiniStack takes at most ten, at once. "Lambda ... polls ... until the batching window expires, the payload is full, or
the batch size is reached". Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

# ruff: noqa: SLF001 -- MiniStack has no setting for this: its poller's own functions are used and replaced

import threading
import time
from typing import Any

from ministack.services import lambda_svc, sqs

_sqs_esm_concurrency = lambda_svc._sqs_esm_concurrency


def _mapping(queue_url: str) -> dict[str, Any]:
    """Return the event source mapping of this queue."""
    name = queue_url.rsplit("/", 1)[-1]
    mappings = (mapping for _, _, mapping in lambda_svc._iter_all_esms())
    return next((mapping for mapping in mappings if mapping["EventSourceArn"].endswith(f":{name}")), {})


def _wait(messages: list[dict[str, Any]], size: int, window: float, now: float) -> float:
    """Return how many seconds the batch must still be gathered, 0 when it can go."""
    since = sorted(message["visible_at"] for message in messages if message["visible_at"] <= now)
    if not since or len(since) >= size:
        return 0.0
    left: float = since[0] + window - now
    return max(0.0, left)


def _receive(queue_url: str, size: int) -> list[dict[str, Any]]:
    """Return the next batch of a mapped queue; in place of MiniStack's own."""
    window = float(_mapping(queue_url).get("MaximumBatchingWindowInSeconds") or 0)
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        left = _wait(queue["messages"], size, window, time.time())
        if left > 0:
            timer = threading.Timer(left, lambda_svc._esm_wake.set)
            timer.daemon = True
            timer.start()
            return []
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        visibility = int(queue["attributes"].get("VisibilityTimeout", "30"))
        batch: list[dict[str, Any]] = sqs._collect_msgs(queue, size, visibility)
        return batch


def _concurrency(esm: dict[str, Any], *rest: Any) -> int:  # noqa: ANN401 -- passed on as it came
    """Return how many batches may run at once; a number that a template's parameter gave came as text.

    CloudFormation turns it into a number by the resource's schema, MiniStack does not.
    """
    scaling = esm.get("ScalingConfig")
    if scaling and "MaximumConcurrency" in scaling:
        scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])
    allowed: int = _sqs_esm_concurrency(esm, *rest)
    return allowed


def install() -> None:
    """Have MiniStack's poller take its batches here."""
    lambda_svc._sqs_esm_concurrency = _concurrency
    sqs._receive_messages_for_esm = _receive
