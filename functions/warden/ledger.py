"""DynamoDB: what is remembered of each endpoint, and the journal of every write, its before-image stored first.

One table. The state of an endpoint is one item (pk "endpoint#account#region", sk its id), so that a sweep reads all of
them with one query; each write is an item of its own (pk "journal#account#region#id", sk its id, which sorts by time).
The last review is in as many items as it needs (pk "review#account#region", sk "000", "001"...).
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from .errors import NotYet, RetryLater
from .failures import FAILURES
from .model import EndpointKey, Finding, Json, Severity, Verdict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .review.last import Last

NEEDS: Final = frozenset(
    {
        "dynamodb:BatchGetItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "kms:Decrypt",
    }
)
LEASE: Final = timedelta(minutes=5)
"""How long a write that was begun keeps others away; twice as long as a function may live."""
KEPT: Final = timedelta(days=400)
"""How long the journal keeps an entry: a year's audit and a month."""
MAX_KEYS: Final = 100
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""

PART: Final = 300_000
"""Bytes of a review in one item; DynamoDB takes 400 KB an item, and 4 MB and 100 items a transaction.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class Pending:
    """A write that was begun and not finished: either somebody is at it, or they died on the way."""

    journal_id: str
    at: datetime
    before: Json
    request: Json
    """The parameters of the call that was to go out."""
    findings: tuple[Finding, ...] = ()
    """What it was to fix."""

    def held(self, now: datetime) -> bool:
        """Whether its writer may still be alive."""
        return now - self.at < LEASE


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one endpoint, or of something else that is judged; all empty where nothing is."""

    version: int = 0
    told: Mapping[str, str] = field(default_factory=dict)
    """What people were last told: rule id to a digest of the finding."""
    tellings: int = 0
    """How often people were told."""
    creator_known: bool = False
    managed_by: str = ""
    writes: tuple[datetime, ...] = ()
    fixed: Mapping[str, datetime] = field(default_factory=dict)
    """When each rule's breach was last fixed by us, or a consumer's endpoint accepted."""
    pending: Pending | None = None


class Ledger:
    """The table; every method raises RetryLater where the table cannot be reached, and nothing is written then."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Take a client and the table's name."""
        self._client = client
        self._table = table

    def recall(self, keys: Iterable[EndpointKey]) -> dict[EndpointKey, Memory]:
        """What is remembered of these endpoints, read consistently; each key has an entry."""
        wanted = list(dict.fromkeys(keys))
        found = {key: Memory() for key in wanted}
        rest = iter(wanted)
        while some := list(islice(rest, MAX_KEYS)):
            for item in self._batch([_state_key(key) for key in some]):
                found[_endpoint_key(item)] = _memory(item)
        return found

    def recall_all(self, account: str, region: str) -> dict[EndpointKey, Memory]:
        """What is remembered of every endpoint of an account and region."""
        return {_endpoint_key(item): _memory(item) for item in self._all(_partition(account, region))}

    def last_review(self, account: str, region: str) -> Last | None:
        """The last review that was told; None where none was, or none for so long that it was dropped."""
        from .review.last import unpacked  # noqa: PLC0415  no event needs it

        items = self._all(_review_partition(account, region))
        if not items:
            return None
        whole = [item for item in items if item["at"] == items[0]["at"]][: int(items[0]["parts"])]
        if len(whole) < int(items[0]["parts"]):
            raise RetryLater("the ledger cannot be read: a review is being written")
        return unpacked(b"".join(bytes(item["part"]) for item in whole))

    def keep_review(self, account: str, region: str, review: Last, last: Last | None) -> None:
        """Remember a review in place of `last`; raise NotYet where another was told since that was read."""
        from .review.last import packed  # noqa: PLC0415  no event needs it

        text = packed(review)
        parts = [text[start : start + PART] for start in range(0, len(text), PART)]
        facts = {"at": review.at.isoformat(), "parts": len(parts), "expires": int((review.at + KEPT).timestamp())}
        puts: list[dict[str, Any]] = [
            {"TableName": self._table, "Item": _wire({**_review_key(account, region, place), **facts, "part": part})}
            for place, part in enumerate(parts)
        ]
        puts[0]["ConditionExpression"] = "attribute_not_exists(pk)"
        if last:
            puts[0]["ConditionExpression"] = "#at = :at"
            puts[0]["ExpressionAttributeNames"] = {"#at": "at"}  # a reserved word of DynamoDB
            puts[0]["ExpressionAttributeValues"] = _wire({":at": last.at.isoformat()})
        self._transact(*({"Put": put} for put in puts))

    def begin(
        self, key: EndpointKey, memory: Memory, before: Json, request: Json, findings: Sequence[Finding], now: datetime
    ) -> str:
        """Store the before-image and take the lease; raise NotYet where somebody else wrote since `memory` was read.

        Returns the journal's id of the write. Nothing may be written to EC2 before this returns.
        """
        journal_id = now.strftime("%Y%m%dT%H%M%S.%fZ")
        pending = {
            "journal_id": journal_id,
            "at": now.timestamp(),
            "before": _text(before),
            "request": _text(request),
            "findings": [_brief(finding) for finding in findings],
        }
        writes = [*(moment.timestamp() for moment in memory.writes[-9:]), now.timestamp()]
        entry = {
            "pk": _journal_partition(key),
            "sk": journal_id,
            "before": _text(before),
            "request": _text(request),
            "outcome": "begun",
            "expires": int((now + KEPT).timestamp()),
        }
        values: dict[str, object] = {":pending": pending, ":writes": writes, ":next": memory.version + 1}
        unchanged = "attribute_not_exists(version)"
        if memory.version:
            unchanged, values[":version"] = "version = :version", memory.version
        change = "SET pending = :pending, writes = :writes, version = :next"
        self._transact(
            {
                "Put": {
                    "TableName": self._table,
                    "Item": _wire(entry),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
            self._state_update(key, change, unchanged, values),
        )
        return journal_id

    def finish(
        self, key: EndpointKey, journal_id: str, after: Json, told: Mapping[str, str], fixed: Mapping[str, datetime]
    ) -> None:
        """Store the after-image, what people were told and which rules were fixed when, and give the lease back."""
        values = {":told": dict(told), ":fixes": {rule: moment.timestamp() for rule, moment in fixed.items()}}
        self._close(key, journal_id, "applied", after, "SET told = :told, fixes = :fixes", values, told=True)

    def fail(self, key: EndpointKey, journal_id: str, writes: Sequence[datetime], why: str) -> None:
        """Note that the change is not there, and give the lease back; `writes` are those that count from now on."""
        values = {":writes": [moment.timestamp() for moment in writes]}
        self._close(key, journal_id, f"failed: {why}", {}, "SET writes = :writes", values, told=False)

    def tell(self, key: EndpointKey, told: Mapping[str, str], tellings: int) -> None:
        """Remember what people were told; raise NotYet where somebody else told them since `tellings` was read."""
        values: dict[str, object] = {":told": dict(told), ":one": 1}
        unchanged = "attribute_not_exists(tellings)"
        if tellings:
            unchanged, values[":tellings"] = "tellings = :tellings", tellings
        self._update(self._state_update(key, "SET told = :told ADD tellings :one", unchanged, values))

    def note_creator(self, key: EndpointKey, managed_by: str) -> None:
        """Remember that the endpoint's making was seen, and which tool manages it, if one does."""
        values: dict[str, object] = {":known": True}
        change = "SET creator_known = :known"
        if managed_by:
            values[":tool"] = managed_by
            change += ", managed_by = :tool"
        self._update(self._state_update(key, change, "", values))

    def forget(self, key: EndpointKey, version: int) -> None:
        """Drop the state of an endpoint that is gone; its journal stays. Raise NotYet where it was written since."""
        request: Any = {
            "TableName": self._table,
            "Key": _wire(_state_key(key)),
            "ConditionExpression": "attribute_not_exists(pending) AND attribute_not_exists(version)",
        }
        if version:
            request["ConditionExpression"] = "attribute_not_exists(pending) AND version = :version"
            request["ExpressionAttributeValues"] = _wire({":version": version})
        with _translated("the ledger cannot be written"):
            self._client.delete_item(**request)

    def _all(self, partition: str) -> list[dict[str, Any]]:
        """All items of a partition, in their order."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        )
        with _translated("the ledger cannot be read"):
            return [_plain(item) for page in pages for item in page["Items"]]

    def _batch(self, keys: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
        """The items of these keys; DynamoDB may leave some for a second call, and is asked as long as it moves on."""
        request: Any = {self._table: {"Keys": [_wire(key) for key in keys], "ConsistentRead": True}}
        while request:
            with _translated("the ledger cannot be read"):
                answer = self._client.batch_get_item(RequestItems=request)
            yield from (_plain(item) for item in answer["Responses"].get(self._table, []))
            asked, request = request, answer.get("UnprocessedKeys")
            if request and len(request[self._table]["Keys"]) >= len(asked[self._table]["Keys"]):
                raise RetryLater("the ledger cannot be read: DynamoDB is throttled")

    def _close(  # noqa: PLR0913  the parts of one transaction
        self,
        key: EndpointKey,
        journal_id: str,
        outcome: str,
        after: Json,
        change: str,
        values: Mapping[str, object],
        *,
        told: bool,
    ) -> None:
        # A write that told nobody leaves the count alone: adding 0 would make one, and `tell` asks for one.
        counts = "version :one, tellings :one" if told else "version :one"
        self._transact(
            self._state_update(
                key,
                f"{change} REMOVE pending ADD {counts}",
                "pending.journal_id = :journal",
                {**values, ":one": 1, ":journal": journal_id},
            ),
            {
                "Update": {
                    "TableName": self._table,
                    "Key": _wire({"pk": _journal_partition(key), "sk": journal_id}),
                    "UpdateExpression": "SET outcome = :outcome, #after = :after",
                    "ExpressionAttributeNames": {"#after": "after"},  # a reserved word of DynamoDB
                    "ExpressionAttributeValues": _wire({":outcome": outcome, ":after": _text(after)}),
                }
            },
        )

    def _state_update(self, key: EndpointKey, change: str, condition: str, values: Mapping[str, object]) -> Any:  # noqa: ANN401  a request
        update: dict[str, object] = {
            "TableName": self._table,
            "Key": _wire(_state_key(key)),
            "UpdateExpression": change,
            "ExpressionAttributeValues": _wire(values),
        }
        if condition:
            update["ConditionExpression"] = condition
        return {"Update": update}

    def _update(self, update: Any) -> None:  # noqa: ANN401  as made by _state_update
        with _translated("the ledger cannot be written"):
            self._client.update_item(**update["Update"])

    def _transact(self, *items: Any) -> None:  # noqa: ANN401  the API's own items
        with _translated("the ledger cannot be written"):
            self._client.transact_write_items(TransactItems=list(items))


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """A block in which DynamoDB's errors become ours."""
    try:
        yield
    except FAILURES as error:
        if isinstance(error, ClientError) and _condition_failed(error):
            raise NotYet("somebody else wrote since") from error
        raise RetryLater(f"{what}: {error}") from error


def _condition_failed(error: ClientError) -> bool:
    """Whether the answer means that another worker was first, and not that DynamoDB is in trouble."""
    if error.response.get("Error", {}).get("Code") in {
        "ConditionalCheckFailedException",
        "TransactionConflictException",
    }:
        return True
    reasons = error.response.get("CancellationReasons", [])
    return any(reason.get("Code") in {"ConditionalCheckFailed", "TransactionConflict"} for reason in reasons)


def _partition(account: str, region: str) -> str:
    return f"endpoint#{account}#{region}"


def _journal_partition(key: EndpointKey) -> str:
    return f"journal#{key.account}#{key.region}#{key.id}"


def _review_partition(account: str, region: str) -> str:
    return f"review#{account}#{region}"


def _review_key(account: str, region: str, place: int) -> dict[str, str]:
    return {"pk": _review_partition(account, region), "sk": f"{place:03}"}


def _state_key(key: EndpointKey) -> dict[str, str]:
    return {"pk": _partition(key.account, key.region), "sk": key.id}


def _endpoint_key(item: Mapping[str, Any]) -> EndpointKey:
    _, account, region = item["pk"].split("#")
    return EndpointKey(account, region, item["sk"])


def _memory(item: Mapping[str, Any]) -> Memory:
    pending = item.get("pending")
    return Memory(
        version=int(item.get("version", 0)),
        told=item.get("told", {}),
        tellings=int(item.get("tellings", 0)),
        creator_known=item.get("creator_known", False),
        managed_by=item.get("managed_by", ""),
        writes=tuple(_moment(stamp) for stamp in item.get("writes", ())),
        fixed={rule: _moment(stamp) for rule, stamp in item.get("fixes", {}).items()},
        pending=pending and _pending(pending),
    )


def _pending(item: Mapping[str, Any]) -> Pending:
    return Pending(
        item["journal_id"],
        _moment(item["at"]),
        json.loads(item["before"]),
        json.loads(item["request"]),
        tuple(_finding(brief) for brief in item.get("findings", ())),
    )


def _brief(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.name,
        "code": finding.code,
        "message": finding.message,
    }


def _finding(brief: Mapping[str, str]) -> Finding:
    return Finding(brief["rule"], Verdict.BREACH, Severity[brief["severity"]], brief["code"], brief["message"])


def _moment(stamp: object) -> datetime:
    return datetime.fromtimestamp(float(str(stamp)), UTC)


def _text(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def _wire(item: Mapping[str, object]) -> dict[str, Any]:
    """DynamoDB's typed form; times become exact decimals by way of their text, since floats are refused."""
    return {name: _serialize(_decimal(value)) for name, value in item.items()}


def _decimal(value: object) -> object:
    from decimal import Decimal  # noqa: PLC0415  boto3's serializer has loaded it already

    match value:
        case float():
            return Decimal(str(value))
        case dict():
            return {name: _decimal(item) for name, item in value.items()}
        case list():
            return [_decimal(item) for item in value]
        case _:
            return value


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _deserialize(value) for name, value in item.items()}
