"""Whether two policies say the same, whatever their spelling: EC2 may store one in another; pure."""

from __future__ import annotations

import json
from typing import Final

OLD: Final = "2008-10-17"
"""What a policy without a Version is.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
"""


def same_policy(one: str, other: str) -> bool:
    """Whether both say the same: a list of one is its item, lists have no order, no Version is the old one."""
    try:
        return _sense(one) == _sense(other)
    except (ValueError, RecursionError):  # no JSON, or nested beyond what can be read: only the text tells
        return one == other


def _sense(text: str) -> object:
    document = json.loads(text)
    return _plain({"Version": OLD, **document} if isinstance(document, dict) else document)


def _plain(item: object) -> object:
    """The same with each list in order, and a list of one as its item."""
    if isinstance(item, dict):
        return {key: _plain(item[key]) for key in sorted(item)}  # or lists of objects would not come to one order
    if isinstance(item, list):
        items = sorted((_plain(value) for value in item), key=repr)
        return items[0] if len(items) == 1 else items
    return item
