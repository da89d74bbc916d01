"""An endpoint policy's JSON text as statements, and whether it lets everybody do everything; pure.

Strict: what AWS would refuse is Malformed and never read as anything else.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_CHARACTERS: Final = 20_480
"""Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"""

_DOCUMENT_KEYS: Final = {"Version", "Id", "Statement"}
_STATEMENT_KEYS: Final = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip
_ONE_OF: Final = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_VERSIONS: Final = {"2012-10-17", "2008-10-17"}


class Malformed(ValueError):
    """The text is not a policy; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; each list as written, None where the element is absent."""

    allows: bool
    principals: tuple[str, ...] | None
    """`*`, or "AWS:*", "Service:..." and so on; None for NotPrincipal."""
    actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    conditional: bool

    @property
    def covers_everything(self) -> bool:
        """Whether it speaks of everybody, every action and every resource, without a condition."""
        return (
            not self.conditional
            and _any(self.principals, {"*", "AWS:*"})
            and _any_wildcard(self.actions)
            and _any_wildcard(self.resources)
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A whole policy."""

    statements: tuple[Statement, ...]

    @property
    def is_full_access(self) -> bool:
        """Whether it means the same as the default policy, however it is written; any Deny takes something away."""
        allows = [statement for statement in self.statements if statement.allows]
        return len(allows) == len(self.statements) and any(statement.covers_everything for statement in allows)

    @property
    def denies_everything(self) -> bool:
        """Whether nothing can pass, plainly: no statement allows, or one denies all of it."""
        return not any(statement.allows for statement in self.statements) or any(
            statement.covers_everything and not statement.allows and "AWS:*" not in (statement.principals or ())
            for statement in self.statements
        )


def parse(text: str) -> Document:
    """Read a policy; raise Malformed with the place of what is wrong."""
    try:
        tree = json.loads(text, object_pairs_hook=_object_without_twins)
    except RecursionError:
        raise Malformed("the document is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"line {error.lineno} column {error.colno}: {error.msg}") from error
    if not isinstance(tree, dict):
        raise Malformed("the document is not a JSON object")
    _no_other_keys(tree, _DOCUMENT_KEYS, "the document")
    if tree.get("Version", "2008-10-17") not in _VERSIONS:
        raise Malformed(f"Version is {tree['Version']!r}; allowed: 2012-10-17, 2008-10-17")
    statements = tree.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    if not listed or statements is None:
        raise Malformed("the document has no Statement")
    return Document(tuple(_statement(item, f"Statement[{place}]") for place, item in enumerate(listed)))


def _object_without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"the key {twin!r} stands twice in one object")
    return found


def check_statement(item: Mapping[str, object], where: str) -> None:
    """Raise Malformed unless it is one whole statement; `where` names it in the message."""
    _statement(item, where)


def _statement(item: object, where: str) -> Statement:
    if not isinstance(item, Mapping):
        raise Malformed(f"{where} is not an object")
    _no_other_keys(item, _STATEMENT_KEYS, where)
    if item.get("Effect") not in {"Allow", "Deny"}:
        raise Malformed(f"{where}.Effect is {item.get('Effect')!r}; allowed: Allow, Deny")
    for either, other in _ONE_OF:
        if (either in item) == (other in item):
            raise Malformed(f"{where} must have one of {either} and {other}")
    condition = item.get("Condition", {})
    if not isinstance(condition, Mapping):
        raise Malformed(f"{where}.Condition is not an object")
    lists = {name: _READERS[name](item[name], f"{where}.{name}") for name in _READERS if name in item}
    return Statement(
        allows=item["Effect"] == "Allow",
        principals=lists.get("Principal"),
        actions=lists.get("Action"),
        resources=lists.get("Resource"),
        conditional=bool(condition),
    )


def _principals(value: object, where: str) -> tuple[str, ...]:
    """`*` as it is, anything else with its type before it: "AWS:*", "Service:s3.amazonaws.com"."""
    if value == "*":
        return ("*",)
    if not isinstance(value, dict) or not value:
        raise Malformed(f"{where} is {value!r}; allowed: '*' or an object such as {{'AWS': ...}}")
    named = tuple((kind, name) for kind, names in value.items() for name in _strings(names, f"{where}.{kind}"))
    for kind, name in named:
        if kind == "AWS" and "*" in name and name != "*":
            raise Malformed(f"{where}.AWS is {name!r}; a wildcard stands for everybody, alone, or not at all")
    return tuple(f"{kind}:{name}" for kind, name in named)


def _strings(value: object, where: str) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, str) and item for item in listed):
        raise Malformed(f"{where} is {value!r}; allowed: a string, or a list of at least one")
    return tuple(listed)


def _no_other_keys(found: Mapping[str, object], allowed: set[str], where: str) -> None:
    strange = sorted(set(found) - allowed)
    if strange:
        raise Malformed(f"{where} has the unknown key {strange[0]!r}")


def _any(found: tuple[str, ...] | None, wanted: set[str]) -> bool:
    return found is not None and any(item in wanted for item in found)


def _any_wildcard(found: tuple[str, ...] | None) -> bool:
    """Whether one of them is `*` alone, in whatever length, or `*:*` (all services, all actions)."""
    return found is not None and any(set(item) == {"*"} or item == "*:*" for item in found)


_READERS: Final = {
    "Principal": _principals, "NotPrincipal": _principals,
    "Action": _strings, "NotAction": _strings,
    "Resource": _strings, "NotResource": _strings,
}  # fmt: skip
