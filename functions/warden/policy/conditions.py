"""Condition operators: what each says of a key's values; pure.

Three answers: True, False, and None where it cannot be told (an operator or a value that is not modelled).
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from .glob import arn_glob
from .template import Lookup, Template

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Truth = bool | None
Values = tuple[str, ...]


class Quantifier(Enum):
    """How many of a key's values must satisfy the operator.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """

    ALL = "ForAllValues"
    ANY = "ForAnyValue"


class Family(Enum):
    """What an operator compares."""

    STRING = "string"
    STRING_IGNORE_CASE = "string, upper and lower case alike"
    LIKE = "string with wildcards"
    ARN = "ARN with wildcards"
    NUMBER = "number"
    DATE = "date"
    BOOL = "boolean"
    ADDRESS = "IP address"
    BINARY = "binary"
    NULL = "presence"


class Operator(NamedTuple):
    """One condition operator; `order` is how a number or date is to stand to the policy's."""

    name: str
    family: Family
    negated: bool = False
    order: str = "=="


_ORDERS: Final[Mapping[str, str]] = {
    "Equals": "==",
    "LessThan": "<",
    "LessThanEquals": "<=",
    "GreaterThan": ">",
    "GreaterThanEquals": ">=",
}
OPERATORS: Final[Mapping[str, Operator]] = {
    operator.name: operator
    for operator in (
        Operator("StringEquals", Family.STRING),
        Operator("StringNotEquals", Family.STRING, negated=True),
        Operator("StringEqualsIgnoreCase", Family.STRING_IGNORE_CASE),
        Operator("StringNotEqualsIgnoreCase", Family.STRING_IGNORE_CASE, negated=True),
        Operator("StringLike", Family.LIKE),
        Operator("StringNotLike", Family.LIKE, negated=True),
        Operator("ArnEquals", Family.ARN),
        Operator("ArnNotEquals", Family.ARN, negated=True),
        Operator("ArnLike", Family.ARN),
        Operator("ArnNotLike", Family.ARN, negated=True),
        *(Operator(f"Numeric{name}", Family.NUMBER, order=order) for name, order in _ORDERS.items()),
        Operator("NumericNotEquals", Family.NUMBER, negated=True),
        *(Operator(f"Date{name}", Family.DATE, order=order) for name, order in _ORDERS.items()),
        Operator("DateNotEquals", Family.DATE, negated=True),
        Operator("Bool", Family.BOOL),
        Operator("IpAddress", Family.ADDRESS),
        Operator("NotIpAddress", Family.ADDRESS, negated=True),
        Operator("BinaryEquals", Family.BINARY),
        Operator("Null", Family.NULL),
    )
}
WITH_VARIABLES: Final = frozenset({Family.STRING, Family.STRING_IGNORE_CASE, Family.LIKE, Family.ARN})
"""Elsewhere `${...}` is text, which is no number, date or address."""
EXACT: Final = frozenset({Family.STRING, Family.STRING_IGNORE_CASE})
"""Operators to which `*` and `?` are characters like any other."""

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": lambda one, other: one == other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


class Condition(NamedTuple):
    """One operator on one key; `key` in lower case, since names are compared so, `name` as written."""

    operator: Operator
    quantifier: Quantifier | None
    if_exists: bool
    key: str
    name: str
    values: tuple[Template, ...]
    sound: bool = True
    """False where what AWS makes of it is not documented: the answer is then never more than "cannot tell"."""

    def holds(self, found: Values | None, lookup: Lookup) -> Truth:
        """Whether it holds for these values of its key, None for a key that the request does not have."""
        if not self.sound:
            return None
        if self.operator.family is Family.NULL:
            return any_true(_absence(value, absent=not found) for value in self.values)
        if not found:
            return self._without()
        if self.quantifier is Quantifier.ALL:
            return all_true(self._satisfied(value, lookup) for value in found)
        if self.quantifier is Quantifier.ANY:
            return any_true(self._satisfied(value, lookup) for value in found)
        return self._satisfied(found[0], lookup) if len(found) == 1 else None

    def _without(self) -> Truth:
        """What a missing key means. AWS says of IfExists that it holds then, and of ForAnyValue that it does not.

        Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
        """
        if self.quantifier is Quantifier.ANY:
            return None if self.if_exists else False
        return self.if_exists or self.quantifier is Quantifier.ALL or self.operator.negated

    def _satisfied(self, value: str, lookup: Lookup) -> Truth:
        """Whether one value of the key satisfies: one of the policy's values for it, or, negated, none of them."""
        truth = any_true(
            _may_match(self.operator, wanted, value) if wanted.vague else matches(self.operator, wanted, value, lookup)
            for wanted in self.values
        )
        return truth if truth is None or not self.operator.negated else not truth


def _may_match(operator: Operator, wanted: Template, value: str) -> Truth:
    """Whether the value fits for all that is known of the variables in what is wanted."""
    pattern = wanted.fixed
    if pattern is not None and operator.family is Family.STRING_IGNORE_CASE:
        pattern, value = pattern.lowered(), value.lower()
    return None if pattern is not None and pattern.matches(value) else False


def matches(operator: Operator, wanted: Template, value: str, lookup: Lookup) -> Truth:  # noqa: PLR0911  a table
    """Whether the key's value fits one value of the policy, negation left out."""
    match operator.family:
        case Family.STRING:
            return wanted.text(lookup) == value
        case Family.STRING_IGNORE_CASE:
            text = wanted.text(lookup)
            return text is not None and text.lower() == value.lower()
        case Family.LIKE:
            pattern = wanted.glob(lookup)
            return pattern is not None and pattern.matches(value)
        case Family.ARN:
            return _arn(wanted, value, lookup)
        case Family.BOOL:
            return wanted.written.lower() == value.lower()
        case Family.NUMBER:
            return _ordered(operator, number(wanted.written), number(value))
        case Family.DATE:
            return _ordered(operator, moment(wanted.written), moment(value))
        case Family.ADDRESS:
            return _within(wanted.written, value)
        case Family.BINARY | Family.NULL:
            return None


def any_true(truths: Iterable[Truth]) -> Truth:
    """Whether one of them holds."""
    answer: Truth = False
    for truth in truths:
        if truth:
            return True
        if truth is None:
            answer = None
    return answer


def all_true(truths: Iterable[Truth]) -> Truth:
    """Whether all of them hold."""
    answer: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer


def number(text: str) -> float | None:
    """The number that a text is, None where it is none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None  # "nan" and "inf" are words that IAM does not know


def moment(text: str) -> float | None:
    """Seconds since 1970 of a date in ISO 8601, or of such a number; None where it is neither."""
    seconds = number(text)
    if seconds is not None:
        return seconds
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=4096)
def network(text: str) -> IPv4Network | IPv6Network | None:
    """The range of addresses that a text names, None where it names none."""
    from ipaddress import ip_network  # noqa: PLC0415  few policies need it, and it costs a cold start 3 ms

    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is, None where it is none."""
    from ipaddress import ip_address  # noqa: PLC0415  the same

    try:
        return ip_address(text)
    except ValueError:
        return None


def _arn(wanted: Template, value: str, lookup: Lookup) -> Truth:
    """ArnEquals is ArnLike; a pattern of fewer than six parts is an error that AWS says nothing more of."""
    pattern = wanted.glob(lookup)
    if pattern is None:
        return False
    arn = arn_glob(pattern)
    return None if arn is None else arn.matches(value)


def _ordered(operator: Operator, wanted: float | None, value: float | None) -> Truth:
    return None if wanted is None or value is None else _COMPARE[operator.order](value, wanted)


def _within(wanted: str, value: str) -> Truth:
    range_, one = network(wanted), address(value)
    if range_ is None or one is None:
        return None
    return range_.version == one.version and one in range_


def _absence(wanted: Template, *, absent: bool) -> Truth:
    word = wanted.written.lower()
    return None if word not in {"true", "false"} else (word == "true") is absent
