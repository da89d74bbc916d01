"""Policy variables: what one request tells of all those that differ from it in a variable's value only; pure.

A request stands for all that a policy sees alike. A text with a variable in it is a pattern that differs from one such
request to the next: `home/${aws:username}/*` of a caller who stands for many. So a search goes twice over a policy that
has such texts: once with the values as they are, for a request to show; and once with any text at all in place of a
variable, where nothing but "may match" comes of it, for a proof that there is none.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from .atoms import BUCKET, Tokens, literal, of_arn_glob, of_glob, times
from .conditions import EXACT, Condition, Family, Values
from .document import Patterns, Statement
from .evaluate import variables_allowed
from .glob import arn_glob
from .keys import KEYS, TIME
from .seen import CALLER_ACCOUNTS, RESOURCE_ACCOUNTS, Seen
from .template import Lookup, Plain, Template

Keys = Mapping[str, Values | None]
"""Values by key; None for a key that the request does not have."""
BROUGHT: Final = ("aws:principaltag/", "saml:")
"""Families of keys that hang on the caller alone, beside those of keys.KEYS."""
ALIKE: Final = (
    frozenset({*CALLER_ACCOUNTS, *RESOURCE_ACCOUNTS}),
    frozenset({"aws:principalorgid", "aws:resourceorgid"}),
    frozenset({"aws:principalorgpaths", "aws:resourceorgpaths"}),
)
"""Keys whose values are of the same shape: what one can be, the other can."""
ORGANISATIONS: Final = ALIKE[1]
FEW: Final = frozenset({"aws:principaltype", "aws:principalisawsservice"})
"""Keys of so few values that each has a request of its own."""


def brought(seen: Seen, is_other: Callable[[str], bool]) -> frozenset[str]:
    """Keys that are put into a Resource and hang on the caller alone: callers are made with values of these."""
    keys = (key for key in seen.in_resources if is_other(key) and key not in TIME)
    return frozenset(key for key in keys if key in KEYS or key.startswith(BROUGHT))


class Variables:
    """The variables of a case; `loose` to say nothing that hangs on a value for which the request merely stands."""

    def __init__(
        self, seen: Seen, given: Keys, organisation: str, is_free: Callable[[str], bool], *, loose: bool
    ) -> None:
        """Take what is seen, what endpoint and caller bring (None: it varies), and which keys can be any text."""
        self.loose = loose
        self._seen = seen
        self._given = given
        self._organisation = organisation
        self._is_free = is_free

    @property
    def hide(self) -> bool:
        """Whether a request with other values of the variables can be seen otherwise, though it meets the same."""
        return bool(self._seen.in_resources) or not all(self._is_link(*one) for one in self._seen.templates)

    def condition(self, condition: Condition, keys: Keys, lookup: Lookup) -> Condition:
        """The condition as far as it can be told of all requests that this one stands for."""
        if not self.loose or not any(value.variables for value in condition.values):
            return condition
        exact = condition.operator.family in EXACT
        return condition._replace(
            values=tuple(
                value
                if not value.variables or self._is_link(condition, value)
                else value.widened(lambda key: self._is_pinned(key, keys.get(key)), lookup, exact=exact)
                for value in condition.values
                if not _outgrows(value, condition.key)
            )
        )

    def resources(self, statement: Statement, keys: Keys, lookup: Lookup) -> Patterns:
        """The statement's Resource element, the same way; what neither caller nor endpoint give may be anything."""
        patterns = statement.resources
        if not any(value.variables for value in patterns.values):
            return patterns

        def known(key: str) -> bool:
            return key in self._given and (not self.loose or self._is_pinned(key, keys.get(key)))

        return patterns._replace(
            values=tuple(
                value.widened(known, lookup) if variables_allowed(value) else value for value in patterns.values
            )
        )

    def equals(self, given: Keys, *keys: str) -> list[Tokens]:
        """What these keys are compared with, as far as it comes of the values of others."""

        def lookup(key: str) -> str | None:
            found = given.get(key)
            return found[0] if found is not None and len(found) == 1 else None

        linked = self._seen.linked(*keys)
        found = [literal(text) for key in linked if key not in keys for text in given.get(key) or ()]
        for condition, value in self._seen.templates:
            if condition.key in linked:
                found += _filled(condition, value, lookup)
            text = lookup(condition.key)
            residual = value.residual(text) if text and any(one.key in keys for one in value.variables) else None
            found += [literal(residual)] if residual else []
        if self._seen.in_resources.intersection(keys):
            found.append(times(BUCKET, 3, more=True))  # what can be a bucket's name can be more than "x"
        return list(dict.fromkeys(found))

    def _is_link(self, condition: Condition, value: Template) -> bool:
        """Whether the value is a variable and nothing else, so that its key is equal to it or not: told exactly.

        One of the two has to take whatever value the other has.
        """
        if len(value.parts) != 1 or condition.operator.family is Family.STRING_IGNORE_CASE:
            return False
        one, other = condition.key, value.variables[0].key
        return self._is_free(one) or self._is_free(other) or any({one, other} <= some for some in ALIKE)

    def _is_pinned(self, key: str, found: Values | None) -> bool:
        """Whether all requests that this one stands for have the same value of the key, or all have none."""
        if found is None or self._given.get(key) is not None or key in FEW:
            return True
        if len(found) != 1:
            return False
        named = (text.pattern.literal for text in self._seen.texts_of(key) if text.family is Family.STRING)
        return found[0] in {*named, "anonymous"} or (key in ORGANISATIONS and found[0] == self._organisation)


def _outgrows(value: Template, key: str) -> bool:
    """Whether it holds the key's own value and more beside: the key is never equal to that, and never fits it."""
    beside = "".join(
        part.text if isinstance(part, Plain) else part for part in value.parts if isinstance(part, str | Plain)
    )
    return any(one.key == key for one in value.variables) and bool(beside.strip("*"))


def _filled(condition: Condition, value: Template, lookup: Lookup) -> Iterator[Tokens]:
    """The shape of a condition's value with the variables put in."""
    pattern, text = value.glob(lookup), value.text(lookup)
    match condition.operator.family:
        case Family.LIKE if pattern:
            yield of_glob(pattern)
        case Family.ARN if pattern and (arn := arn_glob(pattern)):
            yield of_arn_glob(arn)
        case _ if text is not None:
            yield literal(text)
