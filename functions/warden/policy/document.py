"""An endpoint policy's JSON text as statements; pure.

Strict: what AWS would refuse is Malformed, with its place, and never read as anything else. What AWS takes and says
nothing more of is read, and marked as unsound, so that nobody concludes anything from it.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from .conditions import OPERATORS, WITH_VARIABLES, Condition, Family, Operator, Quantifier
from .keys import SEVERAL
from .place import Path, located, named
from .template import Template, template

MAX_CHARACTERS: Final = 20_480
"""Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"""
MAX_DEPTH: Final = 20
"""Levels of JSON; a policy has six."""

_HALF: Final = r"\\u[dD][89a-fA-F]"
_HALF_READ: Final = "[\ud800-\udfff]"
_DOCUMENT_KEYS: Final = ("Version", "Id", "Statement")
_STATEMENT_KEYS: Final = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
)  # fmt: skip
_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_PRINCIPALS: Final = ("AWS", "Service", "Federated", "CanonicalUser")
_QUANTIFIERS: Final = {f"{one.value}:": one for one in Quantifier}
_OPERATORS_LOWER: Final = {name.lower(): name for name in OPERATORS}


class Malformed(ValueError):
    """The text is not a policy; the message says where and why."""

    def __init__(self, why: str, path: Path = (), line: int = 0, column: int = 0) -> None:
        """Keep the place beside the sentence: the path of JSON keys, and line and column from 1, 0 where unknown."""
        where = named(path)
        at = f"line {line} column {column}: " if line else ""
        super().__init__(f"{at}{where} {why}" if where else f"{at}{why}")
        self.why = why
        self.path = path
        self.line = line
        self.column = column


class Principal(NamedTuple):
    """One principal as named: its type ("AWS", "Service"...) and its name."""

    type: str
    name: str


EVERYBODY: Final = Principal("AWS", "*")
"""Everybody but callers whom an identity provider signed for."""


class Principals(NamedTuple):
    """The Principal element, or NotPrincipal where `negated`; `anybody` for the bare `*`."""

    named: tuple[Principal, ...]
    anybody: bool = False
    negated: bool = False


class Patterns(NamedTuple):
    """An Action or Resource element, or its Not form where `negated`."""

    values: tuple[Template, ...]
    negated: bool = False


class Statement(NamedTuple):
    """One statement; `place` counts from 0."""

    place: int
    sid: str
    allows: bool
    principals: Principals
    actions: Patterns
    resources: Patterns
    conditions: tuple[Condition, ...]

    @property
    def name(self) -> str:
        """Its Sid, or its place for people, who count from 1."""
        return self.sid or f"statement {self.place + 1}"

    @property
    def covers_everything(self) -> bool:
        """Whether it plainly speaks of everybody, every action and every resource, without a condition."""
        return (
            not self.conditions
            and not (self.principals.negated or self.actions.negated or self.resources.negated)
            and (self.principals.anybody or EVERYBODY in self.principals.named)
            and any(_is_all(value.written) for value in self.actions.values)
            and any(_is_all(value.written) for value in self.resources.values)
        )


class Document(NamedTuple):
    """A whole policy; `text` is as it was given."""

    version: str
    statements: tuple[Statement, ...]
    text: str

    @property
    def allows(self) -> tuple[Statement, ...]:
        """The statements that allow."""
        return tuple(statement for statement in self.statements if statement.allows)


def parse(text: str) -> Document:
    """Read a policy; raise Malformed with the place of what is wrong."""
    if len(text) > MAX_CHARACTERS:
        raise Malformed(f"the document has {len(text)} characters; a policy has at most {MAX_CHARACTERS:,}")
    if "\0" in text or "\\u0000" in text:
        raise Malformed("the document has a NUL character")
    try:
        return _document(_json(text), text)
    except Malformed as error:
        if error.line or not error.path:
            raise
        raise Malformed(error.why, error.path, *located(text, error.path)) from None


def check_statement(item: Mapping[str, object], where: str) -> Statement:
    """Read one whole statement, or raise Malformed; `where` names it in the message."""
    return _statement(item, 0, (where,), with_variables=True)


def _json(text: str) -> Mapping[str, object]:
    try:
        tree = json.loads(text, object_pairs_hook=_object_without_twins, parse_constant=_no_constant)
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("the document is nested too deeply") from None
    except json.JSONDecodeError as error:
        why = "it begins with a byte order mark" if text.startswith("\ufeff") else error.msg
        raise Malformed(f"the document is not JSON: {why}", (), error.lineno, error.colno) from None
    except ValueError:  # a number of thousands of digits
        raise Malformed("the document has a number that is too long") from None
    if not isinstance(tree, dict):
        raise Malformed("the document is not a JSON object")
    if _depth(tree) > MAX_DEPTH:
        raise Malformed("the document is nested too deeply")
    if re.search(_HALF, text) and re.search(_HALF_READ, json.dumps(tree, ensure_ascii=False)):
        raise Malformed("the document has half of a surrogate pair")
    return tree


def _object_without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"the key {twin!r} stands twice in one object")
    return found


def _no_constant(word: str) -> object:
    raise Malformed(f"the document has {word}, which is not JSON")


def _depth(tree: object) -> int:
    """How many levels of objects and lists there are, without recursion."""
    level, depth = [tree], 0
    while level:
        depth += 1
        level = [inner for item in level for inner in _inner(item)]
    return depth


def _inner(item: object) -> Iterator[object]:
    if isinstance(item, dict):
        yield from item.values()
    elif isinstance(item, list):
        yield from item


def _document(tree: Mapping[str, object], text: str) -> Document:
    _no_other_keys(tree, _DOCUMENT_KEYS, ())
    version = tree.get("Version", "2008-10-17")
    if version not in _VERSIONS:
        raise Malformed(f"is {_shown(version)}; allowed: {', '.join(_VERSIONS)}", ("Version",))
    if not isinstance(tree.get("Id", ""), str):
        raise Malformed(f"is {_shown(tree['Id'])}; allowed: a string", ("Id",))
    if tree.get("Statement") in (None, []):
        if "Statement" in tree:
            raise Malformed("is empty; allowed: at least one statement", ("Statement",))
        raise Malformed("the document has no Statement")
    listed = tree["Statement"] if isinstance(tree["Statement"], list) else [tree["Statement"]]
    single = not isinstance(tree["Statement"], list)
    with_variables = version == "2012-10-17"
    statements = tuple(
        _statement(item, place, ("Statement",) if single else ("Statement", place), with_variables=with_variables)
        for place, item in enumerate(listed)
    )
    return Document(str(version), statements, text)


def _statement(item: object, place: int, path: Path, *, with_variables: bool) -> Statement:
    if not isinstance(item, Mapping):
        raise Malformed(f"is {_shown(item)}; allowed: an object", path)
    _no_other_keys(item, _STATEMENT_KEYS, path)
    if item.get("Effect") not in {"Allow", "Deny"} if isinstance(item.get("Effect"), str) else True:
        raise Malformed(f"is {_shown(item.get('Effect'))}; allowed: Allow, Deny", (*path, "Effect"))
    if not isinstance(item.get("Sid", ""), str):
        raise Malformed(f"is {_shown(item['Sid'])}; allowed: a string", (*path, "Sid"))
    conditions = item.get("Condition", {})
    if not isinstance(conditions, Mapping):
        raise Malformed(f"is {_shown(conditions)}; allowed: an object", (*path, "Condition"))
    return Statement(
        place=place,
        sid=str(item.get("Sid", "")),
        allows=item["Effect"] == "Allow",
        principals=_principals(item, path),
        actions=_patterns(item, "Action", path, with_variables=False),
        resources=_patterns(item, "Resource", path, with_variables=with_variables),
        conditions=tuple(_conditions(conditions, (*path, "Condition"), with_variables=with_variables)),
    )


def _either(item: Mapping[str, object], name: str, path: Path) -> tuple[object, bool, Path]:
    """The element or its Not form, whichever is there: its value, whether it is negated, and its path."""
    other = f"Not{name}"
    if (name in item) == (other in item):
        raise Malformed(f"must have one of {name} and {other}", path)
    found = other if other in item else name
    return item[found], found == other, (*path, found)


def _principals(item: Mapping[str, object], path: Path) -> Principals:
    value, negated, where = _either(item, "Principal", path)
    if value == "*":
        return Principals((), anybody=True, negated=negated)
    if not isinstance(value, Mapping) or not value:
        raise Malformed(f'is {_shown(value)}; allowed: "*" or an object such as {{"AWS": ...}}', where)
    _no_other_keys(value, _PRINCIPALS, where)
    found = [Principal(kind, name) for kind, names in value.items() for name in _strings(names, (*where, kind))]
    for principal in found:
        if "*" in principal.name and not (principal.name == "*" and principal.type == "AWS"):
            why = f"is {_shown(principal.name)}; a wildcard stands for everybody, alone and under AWS, or not at all"
            raise Malformed(why, (*where, principal.type))
    return Principals(tuple(found), negated=negated)


def _patterns(item: Mapping[str, object], name: str, path: Path, *, with_variables: bool) -> Patterns:
    value, negated, where = _either(item, name, path)
    texts = _strings(value, where)
    return Patterns(tuple(template(text, with_variables=with_variables) for text in texts), negated)


def _conditions(block: Mapping[str, object], path: Path, *, with_variables: bool) -> Iterator[Condition]:
    for name, keys in block.items():
        operator, quantifier, if_exists, sound = _operator(name, (*path, name))
        if not isinstance(keys, Mapping):
            raise Malformed(f"is {_shown(keys)}; allowed: an object of keys and values", (*path, name))
        twins = len({key.lower() for key in keys}) < len(keys)
        for key, values in keys.items():
            texts = _values(values, (*path, name, key))
            variables = with_variables and operator.family in WITH_VARIABLES
            found = tuple(template(text, with_variables=variables) for text in texts)
            vague = quantifier is None and key.lower() in SEVERAL and operator.family is not Family.NULL
            told = sound and not twins and bool(found) and not vague
            yield Condition(operator, quantifier, if_exists, key.lower(), key, found, sound=told)


def _operator(name: str, path: Path) -> tuple[Operator, Quantifier | None, bool, bool]:
    """The operator, its quantifier, whether it is an IfExists, and whether AWS says what it means so written.

    Operators in another case than the documented one are taken by AWS for all that is known, with an unknown effect.
    """
    lower = name.lower()
    quantifier = next((one for word, one in _QUANTIFIERS.items() if lower.startswith(word.lower())), None)
    bare = name[len(quantifier.value) + 1 :] if quantifier else name
    if_exists = bare.lower().endswith("ifexists")
    bare = bare[: -len("IfExists")] if if_exists else bare
    known = _OPERATORS_LOWER.get(bare.lower())
    if known is None or (if_exists and known == "Null"):
        raise Malformed("is no condition operator", path)
    written = (f"{quantifier.value}:" if quantifier else "") + known + ("IfExists" if if_exists else "")
    sound = name == written and not (quantifier and known == "Null")
    return OPERATORS[known], quantifier, if_exists, sound


def _values(value: object, path: Path) -> tuple[str, ...]:
    """The values of a condition: strings, and numbers and booleans as their JSON text."""
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str | int | float) for item in listed):
        raise Malformed(f"is {_shown(value)}; allowed: strings, numbers, true, false, or a list of these", path)
    return tuple(item if isinstance(item, str) else json.dumps(item) for item in listed)


def _strings(value: object, path: Path) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, str) and item for item in listed):
        raise Malformed(f"is {_shown(value)}; allowed: a string, or a list of at least one", path)
    return tuple(listed)


def _no_other_keys(found: Mapping[str, object], allowed: tuple[str, ...], path: Path) -> None:
    strange = next((key for key in found if key not in allowed), None)
    if strange is not None:
        raise Malformed(f"is no key here; known: {', '.join(allowed)}", (*path, strange))


def _is_all(text: str) -> bool:
    """Whether it is `*` alone, in whatever length, or `*:*` (all services, all actions)."""
    return set(text) == {"*"} or text == "*:*"


def _shown(value: object) -> str:
    shown = json.dumps(value, default=str)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."  # noqa: PLR2004  a line of a terminal
