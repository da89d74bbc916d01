"""Whether code manages something, and by which tool, as far as its tags tell; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .standard import Standard
from .template_patch import STACK_TAGS
from .terraform_patch import OPENTOFU

CLOUDFORMATION: Final = "CloudFormation"
TERRAFORM: Final = "Terraform"

Tags = Mapping[str, str]


def by_tags(tags: Tags, standard: Standard) -> bool:
    """Whether code manages what has these tags, of whatever tool."""
    return any(tag in tags for tag in STACK_TAGS) or bool(marking_tag(tags, standard))


def tool_by_tags(tags: Tags, standard: Standard) -> str:
    """The tool by whose code it is to be changed; "" where none is known that does."""
    return tool_of(tags, marking_tag(tags, standard))


def tool_of(tags: Tags, said: str) -> str:
    """The same by its tags or by what is `said` of it."""
    if any(tag in tags for tag in STACK_TAGS):
        return CLOUDFORMATION
    if re.search("tofu", said, re.IGNORECASE):
        return OPENTOFU
    return TERRAFORM if re.search("terraform", said, re.IGNORECASE) else ""


def marking_tag(tags: Tags, standard: Standard) -> str:
    """The first of these tags that mark, by the standard, what code manages; "" where there is none."""
    marks = (key for key, value in standard.managed.tags if value in {None, tags.get(key)})
    return next((f"{key}={tags[key]}" for key in marks if key in tags), "")
