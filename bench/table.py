"""One DynamoDB table: as much of its expressions as the ledger writes, and a refusal of all else.

Items stay in the wire's typed form. Source:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Item = dict[str, Any]
Key = tuple[str, str]
PAGE_BYTES: Final = 1_048_576
"""What one page of a query holds at most.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""


class Denied(Exception):
    """DynamoDB refuses the call, with this code."""


class Table:
    """The items by partition and sort key."""

    def __init__(self) -> None:
        """Begin empty."""
        self.items: dict[Key, Item] = {}
        self._actions: Mapping[str, Callable[[Item], Item]] = {
            "BatchGetItem": self._batch_get,
            "Query": self._query,
            "TransactWriteItems": self._transact,
            "UpdateItem": self._update_item,
            "DeleteItem": self._delete,
        }

    def answer(self, action: str, request: Item) -> Item:
        """The answer as JSON; raise Denied."""
        if action not in self._actions:
            raise Denied("UnknownOperationException")
        return self._actions[action](request)

    def _batch_get(self, request: Item) -> Item:
        return {
            "Responses": {
                name: [self.items[_key(key)] for key in wanted["Keys"] if _key(key) in self.items]
                for name, wanted in request["RequestItems"].items()
            },
            "UnprocessedKeys": {},
        }

    def _query(self, request: Item) -> Item:
        if request["KeyConditionExpression"] != "pk = :pk":
            raise Denied("ValidationException")
        partition = request["ExpressionAttributeValues"][":pk"]["S"]
        start = _key(request["ExclusiveStartKey"]) if "ExclusiveStartKey" in request else ("", "")
        found: list[Item] = []
        room = PAGE_BYTES
        for key in sorted(key for key in self.items if key[0] == partition and key > start):
            found.append(self.items[key])
            room -= len(json.dumps(self.items[key]))
            if room < 0:
                return {"Items": found, "Count": len(found), "LastEvaluatedKey": _as_key(key)}
        return {"Items": found, "Count": len(found)}

    def _transact(self, request: Item) -> Item:
        """All or nothing: every condition is asked before anything is written."""
        writes = [(kind, write) for item in request["TransactItems"] for kind, write in item.items()]
        for kind, write in writes:
            item = self.items.get(_key(write["Item" if kind == "Put" else "Key"]), {})
            if not holds(write.get("ConditionExpression", ""), item, write):
                raise Denied("TransactionCanceledException")
        for kind, write in writes:
            if kind == "Put":
                self.items[_key(write["Item"])] = write["Item"]
            else:
                self._update(write)
        return {}

    def _update_item(self, request: Item) -> Item:
        if not holds(request.get("ConditionExpression", ""), self.items.get(_key(request["Key"]), {}), request):
            raise Denied("ConditionalCheckFailedException")
        self._update(request)
        return {}

    def _update(self, write: Item) -> None:
        item = self.items.setdefault(_key(write["Key"]), dict(write["Key"]))
        values = write.get("ExpressionAttributeValues", {})
        clauses = re.split(r"\b(SET|REMOVE|ADD)\b", write["UpdateExpression"])
        for verb, rest in zip(clauses[1::2], clauses[2::2], strict=True):
            for words in (clause.split() for clause in rest.split(",")):
                match verb, words:
                    case "SET", [name, "=", value] if value in values:
                        item[name] = values[value]
                    case "REMOVE", [name]:
                        item.pop(name, None)
                    case "ADD", [name, value] if value in values:
                        item[name] = {"N": str(int(item.get(name, {"N": "0"})["N"]) + int(values[value]["N"]))}
                    case _:
                        raise Denied("ValidationException")

    def _delete(self, request: Item) -> Item:
        self.items.pop(_key(request["Key"]), None)
        return {}


def holds(condition: str, item: Item, request: Item) -> bool:
    """Whether a condition of one of the three forms that the ledger uses is true of the item."""
    match condition.replace("(", " ").replace(")", "").split():
        case []:
            return True
        case ["attribute_not_exists", name]:
            return name not in item
        case [path, "=", value]:
            return bool(_at(item, path.split(".")) == request["ExpressionAttributeValues"][value])
        case _:
            raise Denied("ValidationException")


def _at(item: Item, path: list[str]) -> object:
    first, *rest = path
    found = item.get(first)
    return _at(found["M"], rest) if rest and found else found


def _key(item: Item) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def _as_key(key: Key) -> Item:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
