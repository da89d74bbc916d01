"""The rule `required-tags`: endpoints carry the tags that the organisation demands."""

from __future__ import annotations

import shlex
from typing import NamedTuple

from ..checked import NotAllowed, listed, tag_parts
from ..code_changes import VALUE, SetTags, tag_then
from ..model import Breach, Endpoint, InCode, Judgement, Kind, NotApplicable, Pass, Severity, Snapshot
from ..plain import listed as in_words
from ..settings import Setting, Settings
from ..standard import Standard
from .rule import beside_the_point, rule


class Demand(NamedTuple):
    """A tag that must be there; `values` empty for any value but an empty one."""

    key: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as it stands in the standard."""
        return f"{self.key}={'|'.join(self.values)}" if self.values else self.key


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


class RequiredTags(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "required-tags"
    tags: Setting[tuple[Demand, ...]] = Setting(
        (), listed(demand), 'each with any value, or one of some: ["Owner", "Env=prod|test"]'
    )


@rule(
    RequiredTags,
    severity=Severity.LOW,
    applies_to=frozenset(Kind) - {Kind.UNSUPPORTED},
    not_for={},
    reads_service=False,
)
def required_tags(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints without the tags that the standard demands.

    Why: an endpoint that nobody owns is never mended and never deleted; what it costs is on nobody's bill.
    Fix: none: the value of a tag, only its owner knows. The finding has the command that sets it.
    Risk: none, nothing is changed. Keys and values are compared exactly, as AWS does; a tag with an empty value counts
        as missing. Endpoints that an AWS service made for itself are left out.
    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
    """
    endpoint, demands = seen.endpoint, standard.of(RequiredTags).tags
    left_out = beside_the_point(endpoint)
    if left_out:
        return left_out
    if not demands:
        return NotApplicable("the standard demands no tags")
    missing = [one for one in demands if not endpoint.tags.get(one.key)]
    wrong = [one for one in demands if one not in missing and one.values and endpoint.tags[one.key] not in one.values]
    if not (missing or wrong):
        return Pass()
    return _breach(endpoint, missing, wrong)


def _breach(endpoint: Endpoint, missing: list[Demand], wrong: list[Demand]) -> Breach:
    keys = ", ".join(one.key for one in missing)
    absent = "" if not keys else f"the tags {keys} are missing" if len(missing) > 1 else f"the tag {keys} is missing"
    others = [f"{one.key} is {endpoint.tags[one.key]!r}, not {' or '.join(one.values)}" for one in wrong]
    words = "; ".join(part for part in (absent, *others) if part)
    evidence = {"missing": [str(one) for one in missing], "wrong": [str(one) for one in wrong]}
    demands = missing + wrong
    return Breach(
        "missing-tags" if missing else "wrong-tags",
        words,
        evidence,
        advice=_advice(endpoint, demands),
        in_code=InCode(_advice_in_code(demands), SetTags(tuple(demands))),
    )


def _advice(endpoint: Endpoint, demands: list[Demand]) -> str:
    """The command that sets the tags, with a value to be filled in where any will do."""
    tags = [f"Key={one.key},Value={tag_then(one.values)}" for one in demands]
    words = ("aws", "ec2", "create-tags", "--region", endpoint.key.region, "--resources", endpoint.key.id, "--tags")
    return f"`{shlex.join((*words, *tags))}`, or the same in the template that makes the endpoint"


def _advice_in_code(demands: list[Demand]) -> str:
    """The tags, to be set where code would else take them away again."""
    unknown = any(tag_then(one.values) == VALUE for one in demands)
    filled = f", where {VALUE} stands for what only its owner knows" if unknown else ""
    keys = in_words(one.key for one in demands)
    return f"set the tag{'s' if len(demands) > 1 else ''} {keys} in the code that manages the endpoint{filled}"
