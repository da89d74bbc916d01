"""Tags that the standard demands of something, and what of them it lacks; pure.

Keys and values are compared exactly, as AWS does; a tag with an empty value counts as missing.
Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .checked import NotAllowed, listed, tag_parts
from .code_changes import tag_then
from .ec2_commands import ec2
from .model import EndpointKey
from .settings import Setting


class Demand(NamedTuple):
    """A tag that must be there; `values` empty for any value but an empty one."""

    key: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as it stands in the standard."""
        return f"{self.key}={'|'.join(self.values)}" if self.values else self.key


class Lacking(NamedTuple):
    """What something lacks: tags that are missing, and tags whose value is none that would do."""

    missing: tuple[Demand, ...]
    wrong: tuple[Demand, ...]

    @property
    def demands(self) -> tuple[Demand, ...]:
        """All of them, what is missing first."""
        return (*self.missing, *self.wrong)

    @property
    def code(self) -> str:
        """The code of the breach."""
        return "missing-tags" if self.missing else "wrong-tags"

    @property
    def evidence(self) -> dict[str, object]:
        """Which, as they stand in the standard."""
        return {"missing": [str(one) for one in self.missing], "wrong": [str(one) for one in self.wrong]}

    def words(self, tags: Mapping[str, str]) -> str:
        """What is the matter, for people."""
        keys = ", ".join(one.key for one in self.missing)
        are = "the tags {} are missing" if len(self.missing) > 1 else "the tag {} is missing"
        others = [f"{one.key} is {tags[one.key]!r}, not {' or '.join(one.values)}" for one in self.wrong]
        return "; ".join([*([are.format(keys)] if keys else []), *others])

    def command(self, key: EndpointKey) -> str:
        """The command that sets them, with a value to be filled in where any will do."""
        tags = [f"Key={_shorthand(one.key)},Value={_shorthand(tag_then(one.values))}" for one in self.demands]
        return ec2("create-tags", key.region, "--resources", key.id, "--tags", *tags)


def demanded() -> Setting[tuple[Demand, ...]]:
    """The setting by which a rule is told which tags are demanded."""
    return Setting((), listed(demand), 'each with any value, or one of some: ["Owner", "Env=prod|test"]')


def demand(value: object) -> Demand:
    """Read "Key" or "Key=value|other"."""
    allowed = 'tags written as "key" or "key=value|other"'
    key, words = tag_parts(value, allowed)
    values = () if words is None else tuple(words.split("|"))
    if not all(values):
        raise NotAllowed(allowed)
    for one in values:
        tag_parts(f"{key}={one}", allowed)  # no spaces around | either
    return Demand(key, values)


def lacking(tags: Mapping[str, str], demands: Sequence[Demand]) -> Lacking | None:
    """What of these demands the tags do not meet; None where they meet all."""
    missing = tuple(one for one in demands if not tags.get(one.key))
    wrong = tuple(one for one in demands if tags.get(one.key) and one.values and tags[one.key] not in one.values)
    return Lacking(missing, wrong) if missing or wrong else None


def _shorthand(text: str) -> str:
    """The text as a value of the AWS CLI's shorthand, to which commas, quotes, brackets and braces mean something.

    Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
    """
    return text if re.fullmatch(r"[\w .:/+=@-]*", text) else json.dumps(text, ensure_ascii=False)
