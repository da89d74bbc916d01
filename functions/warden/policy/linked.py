"""The statement by which a linked resource's own policy can name the endpoint: the second layer, shown as advice; pure.

Only what reads and writes is denied, never what changes the policy itself, so that nobody locks the door from outside.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html,
https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-creating-custom-policies-access-policy-examples.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from ..checked import boolean
from ..model import Breach, Endpoint, Snapshot
from ..settings import Setting
from .services import partition


class Linked(NamedTuple):
    """What of a service bears a policy of its own: its name for people, what is denied, and which resources."""

    noun: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """With {partition}, {region} and {account}; words in capitals are to be filled in."""


_ITEMS: Final = (
    "GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem",
)  # fmt: skip
LINKED: Final[Mapping[str, Linked]] = {
    "dynamodb": Linked(
        "table",
        tuple(f"dynamodb:{name}" for name in _ITEMS),
        (
            "arn:{partition}:dynamodb:{region}:{account}:table/TABLE",
            "arn:{partition}:dynamodb:{region}:{account}:table/TABLE/index/*",
        ),
    ),
    "execute-api": Linked("private API", ("execute-api:Invoke",), ("execute-api:/*",)),
    "kms": Linked("key", ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"), ("*",)),
    "s3": Linked(
        "bucket",
        ("s3:ListBucket", "s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*"),
        ("arn:{partition}:s3:::BUCKET", "arn:{partition}:s3:::BUCKET/*"),
    ),
    "secretsmanager": Linked("secret", ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"), ("*",)),
    "sns": Linked("topic", ("sns:Publish",), ("arn:{partition}:sns:{region}:{account}:TOPIC",)),
    "sqs": Linked(
        "queue",
        ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"),
        ("arn:{partition}:sqs:{region}:{account}:QUEUE",),
    ),
}
"""By the prefix of the service's actions."""
CAUTION: Final = (
    "it denies the console, other networks and other endpoints too (name them all in aws:SourceVpce), and spares AWS's "
    "services only where they call as such or on behalf; try it on one that nobody needs first"
)


def linked_statement(*, shown: bool) -> Setting[bool]:
    """The setting by which a rule shows the statement; `shown` is its default."""
    return Setting(
        shown, boolean, "whether the advice shows how the policy of a bucket, key, queue... can name the endpoint"
    )


def with_statement(breach: Breach, seen: Snapshot, *, shown: bool) -> Breach:
    """The breach with the statement in its advice, by hand and in code, where that is wanted and something can bear it.

    Whoever manages the endpoint, the policies of resources are no part of its code.
    """
    linked = LINKED.get(seen.table.prefix) if seen.table else None
    if not (shown and linked):
        return breach
    said = statement_for(linked, seen.endpoint)
    words = f"on the other side, the policy of a {linked.noun} for this endpoint alone can say `{said}`: {CAUTION}"
    coded = breach.in_code and replace(breach.in_code, advice=_joined(breach.in_code.advice, words))
    return replace(breach, advice=_joined(breach.advice, words), in_code=coded)


def _joined(advice: str, words: str) -> str:
    return f"{advice}; {words}" if advice else words


def statement_for(linked: Linked, endpoint: Endpoint) -> str:
    """The statement, as compact JSON; what the resource's policy allows, it must allow by another one."""
    region = endpoint.home
    place = {"partition": partition(region), "region": region, "account": endpoint.key.account}
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(linked.actions),
        "Resource": [one.format(**place) for one in linked.resources],
        "Condition": {
            "StringNotEquals": {"aws:SourceVpce": endpoint.key.id},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
        },
    }
    return json.dumps(statement, separators=(",", ":"))
