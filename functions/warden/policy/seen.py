"""What a policy mentions: each pattern, threshold and link by which its statements tell requests apart; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from .atoms import ANY, DIGIT, NO_COLON, Many, Tokens, either_case, of_arn_glob, of_glob
from .conditions import Condition, Family, moment, number
from .document import Principal, Statement
from .glob import Glob, arn_glob
from .principals import account_of
from .template import Template

CALLER_ACCOUNTS: Final = ("aws:principalaccount", "kms:calleraccount")
RESOURCE_ACCOUNTS: Final = ("aws:resourceaccount", "s3:resourceaccount")


class Text(NamedTuple):
    """One text that a key is compared with, and how."""

    family: Family
    pattern: Glob

    @property
    def tokens(self) -> Tokens:
        """Its shape; empty where it is no ARN, though compared as one."""
        if self.family is Family.STRING_IGNORE_CASE:
            first, *rest = map(either_case, self.pattern.runs)
            return (*first, *(token for run in rest for token in (Many(ANY), *run)))
        if self.family is Family.ARN:
            arn = arn_glob(self.pattern)
            return () if arn is None else of_arn_glob(arn)
        return of_glob(self.pattern)


class Seen:
    """All that the statements mention, by condition key or by what it is of."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.texts: dict[str, list[Text]] = {}
        self.thresholds: dict[str, set[float]] = {}
        self.ranges: dict[str, set[str]] = {}
        self.families: dict[str, set[Family]] = {}
        self.conditions: dict[str, int] = {}
        """How many conditions there are on each key."""
        self.links: dict[str, set[str]] = {}
        """Keys that are compared with each other's values, both ways."""
        self.principals: list[Principal] = []
        self.written: list[str] = []
        """Every value of a condition and every principal, as written."""
        self.variables: set[str] = set()
        """Keys whose value is put in anywhere."""
        self.in_resources: set[str] = set()
        """Those whose value is put into a Resource."""
        self.templates: list[tuple[Condition, Template]] = []
        """Values of conditions with a variable in them."""

    def linked(self, *keys: str) -> list[str]:
        """These keys and all that are compared with them, directly or not."""
        todo, found = list(keys), dict.fromkeys(keys)
        while todo:
            for other in sorted(self.links.get(todo.pop(), ())):
                if other not in found:
                    found[other] = None
                    todo.append(other)
        return list(found)

    def texts_of(self, *keys: str) -> list[Text]:
        """What these keys, and all that are linked with them, are compared with."""
        return list(dict.fromkeys(text for key in self.linked(*keys) for text in self.texts.get(key, ())))

    def patterns(self, *keys: str) -> list[Tokens]:
        """The same as shapes."""
        return [tokens for text in self.texts_of(*keys) if (tokens := text.tokens)]

    def accounts(self, *keys: str) -> list[Glob]:
        """The patterns that an account is compared with by these keys."""
        return [text.pattern for text in self.texts_of(*keys)]

    def mentions(self, word: str) -> bool:
        """Whether the word is part of anything that is written."""
        return any(word in text for text in self.written)


def seen_in(statements: Iterable[Statement]) -> Seen:
    """All that these statements mention."""
    seen = Seen()
    for statement in statements:
        seen.principals += statement.principals.named
        seen.written += [principal.name for principal in statement.principals.named]
        for value in statement.resources.values:
            seen.in_resources |= {variable.key for variable in value.variables}
        for condition in statement.conditions:
            _note(seen, condition)
    seen.variables |= seen.in_resources
    return seen


def caller_accounts(seen: Seen) -> list[Glob]:
    """The patterns that callers' accounts are compared with, those that are named as principals included."""
    named = [Glob((account,)) for principal in seen.principals if (account := account_of(principal))]
    return list(dict.fromkeys([*seen.accounts(*CALLER_ACCOUNTS), *named]))


def lifted(account: Tokens) -> Tokens:
    """What a pattern of an account says of an ARN: the pattern in its fifth part."""
    return (*(Many(NO_COLON), ":") * 4, *account, ":", Many(ANY))


def account_shape(pattern: Glob) -> Tokens:
    """The shape of the accounts that a pattern matches."""
    return of_glob(pattern, DIGIT)


def _note(seen: Seen, condition: Condition) -> None:
    key, family = condition.key, condition.operator.family
    seen.families.setdefault(key, set()).add(family)
    seen.conditions[key] = seen.conditions.get(key, 0) + 1
    for value in condition.values:
        seen.written.append(value.written)
        if value.variables:
            seen.templates.append((condition, value))
        for variable in value.variables:
            seen.variables.add(variable.key)
            seen.links.setdefault(key, set()).add(variable.key)
            seen.links.setdefault(variable.key, set()).add(key)
        if family is Family.ADDRESS:
            seen.ranges.setdefault(key, set()).add(value.written)
        elif family in {Family.NUMBER, Family.DATE}:
            threshold = (number if family is Family.NUMBER else moment)(value.written)
            if threshold is not None:
                seen.thresholds.setdefault(key, set()).add(threshold)
            if key in (*CALLER_ACCOUNTS, *RESOURCE_ACCOUNTS):
                seen.texts.setdefault(key, []).append(Text(Family.STRING, Glob((value.written,))))
        elif family is not Family.NULL:
            seen.texts.setdefault(key, []).extend(_texts(family, value))


def _texts(family: Family, value: Template) -> Iterator[Text]:
    """What is known of a value before any variable is put in: all of it, the variable's default, or what is around."""
    wild = family in {Family.LIKE, Family.ARN}
    if value.fixed is not None:
        text = value.text(lambda _: None) or ""
        yield Text(family, value.fixed if wild else Glob((text,)))
        return
    without = value.text(lambda _: None)
    pattern = value.glob(lambda _: None)
    if without is not None and pattern is not None:
        yield Text(family, pattern if wild else Glob((without,)))
    around = value.widened(lambda _: False, lambda _: None, exact=not wild).fixed
    if around is not None and not around.matches_all:
        yield Text(Family.STRING_IGNORE_CASE if family is Family.STRING_IGNORE_CASE else Family.LIKE, around)
