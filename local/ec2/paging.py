"""Filters and pages as EC2 documents them.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
"""

import base64
import binascii
import fnmatch
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from moto.ec2.exceptions import EC2ClientError

MOST: Final = 1000
"""DescribeVpcEndpoints: "If the value is greater than 1,000, we return only 1,000 items" (botocore's model)."""

Facts: TypeAlias = dict[str, Any]
Read: TypeAlias = Callable[[Facts], list[str]]
Item = TypeVar("Item")


def tags_of(facts: Facts) -> dict[str, str]:
    """Return the tags of a described resource."""
    return {tag["Key"]: tag["Value"] for tag in facts.get("Tags", [])}


def _values(name: str, facts: Facts, known: Mapping[str, Read]) -> list[str]:
    """Return what the filter `name` looks at; raise InvalidParameterValue for a filter that the API has not."""
    if name.startswith("tag:"):
        return [value for key, value in tags_of(facts).items() if key == name.removeprefix("tag:")]
    if name == "tag-key":
        return list(tags_of(facts))
    if name not in known:
        message = f"The filter '{name}' is invalid"
        raise EC2ClientError("InvalidParameterValue", message)
    return known[name](facts)


def matches(facts: Facts, filters: Mapping[str, Sequence[str]], known: Mapping[str, Read]) -> bool:
    """Tell whether every filter has a value that matches; `*` and `?` are wildcards, case counts."""
    return all(
        any(fnmatch.fnmatchcase(have, wanted) for have in _values(name, facts, known) for wanted in values)
        for name, values in filters.items()
    )


def check(filters: Mapping[str, Sequence[str]], known: Mapping[str, Read]) -> None:
    """Refuse an unknown filter even when there is nothing to filter."""
    for name in filters:
        _values(name, {}, {**dict.fromkeys(known, lambda _facts: [])})


def page(items: Sequence[Item], size: int | None, token: str | None) -> tuple[list[Item], str | None]:
    """Return one page and the token of the next; raise InvalidNextToken."""
    try:
        start = int(base64.b64decode(token, validate=True)) if token else 0
    except (binascii.Error, ValueError) as error:
        message = f"The token '{token}' is invalid"
        raise EC2ClientError("InvalidNextToken", message) from error
    stop = start + min(size or MOST, MOST)
    rest = base64.b64encode(str(stop).encode()).decode() if stop < len(items) else None
    return list(items[start:stop]), rest
