"""Labelled policies, and the context that each stands in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warden.policy import tables
from warden.policy.context import Context

LABELLED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "labelled-policies.json").read_text(encoding="utf-8")
)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
OURS, OURS_TOO, STRANGER = "111122223333", "444455556666", "999988887777"
OUR_ORG, OTHER_ORG = "o-a1b2c3d4e5", "o-z9y8x7w6v5"


def text_of(case: dict[str, Any]) -> str:
    """The policy as text."""
    policy: object = case["policy"]
    return policy if isinstance(policy, str) else json.dumps(policy)


def context_of(case: dict[str, Any]) -> Context:
    """The context of a labelled policy."""
    facts = case["context"]
    return Context(
        account=facts["account_id"],
        region=facts["region"],
        service=tables.service(facts["service_prefix"]),
        now=NOW,
        organisation=facts["org_id"] or "",
        accounts=frozenset(facts["org_account_ids"]),
        gateway=facts["endpoint_type"] == "Gateway",
        vpc_id=facts["vpc_id"],
        endpoint_id=facts["vpce_id"],
        owned_buckets=frozenset(facts["owned_buckets"]),
    )


def context(service: str = "s3", **facts: Any) -> Context:
    """An endpoint of ours."""
    made: dict[str, Any] = {
        "account": OURS,
        "region": "us-east-1",
        "service": tables.service(service),
        "now": NOW,
        "organisation": OUR_ORG,
        "accounts": frozenset({OURS, OURS_TOO}),
        "gateway": service in {"s3", "dynamodb"},
        "vpc_id": "vpc-0a1b2c3d4e5f60718",
        "endpoint_id": "vpce-0123456789abcdef0",
        "owned_buckets": frozenset({"corp-data", "corp-logs"}),
    }
    return Context(**made | facts)


def policy(*statements: dict[str, Any], version: str | None = "2012-10-17") -> str:
    """A policy of these statements; each is an Allow of everything to everybody but for what it says."""
    whole = [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | one for one in statements]
    for one in whole:
        for name in ("Principal", "Action", "Resource"):
            if f"Not{name}" in one:
                del one[name]
    return json.dumps({"Statement": whole} | ({"Version": version} if version else {}))
