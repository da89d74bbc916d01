"""What to change in the code that manages an endpoint, where nothing is done for that: to be copied as it is; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from .actions import Action, ServiceAction
from .code_changes import CodeChange
from .model import Endpoint, Finding
from .template_patch import STACK_TAGS, template_patch
from .terraform_patch import OPENTOFU, terraform_patch

CLOUDFORMATION: Final = "CloudFormation"
TERRAFORM: Final = "Terraform"
_NAME: Final = re.compile(r"^(?: {6}(\w+):|(\w+)(?: =| \{))", re.MULTILINE)
"""A property of a template's resource, or an argument of a configuration's, where a patch begins to show it."""


def tool_of(endpoint: Endpoint, said: str) -> str:
    """The tool that manages the endpoint, by its tags or by what is `said` of it; "" where that is none known here."""
    if any(tag in endpoint.tags for tag in STACK_TAGS):
        return CLOUDFORMATION
    if re.search("tofu", said, re.IGNORECASE):
        return OPENTOFU
    return TERRAFORM if re.search("terraform", said, re.IGNORECASE) else ""


def patch_of(endpoint: Endpoint, finding: Finding, tool: str) -> str:
    """The lines of the tool's code by which the finding is mended: by its fix, or by what only people may do."""
    in_code = finding.in_code.change if finding.in_code else None
    return patch_for(endpoint, finding.fix or in_code, tool)


def patch_for(endpoint: Endpoint, wanted: Action | CodeChange | None, tool: str) -> str:
    """The lines to be changed in the tool's code; "" where there is no change, or no tool whose code is known here."""
    if wanted is None or isinstance(wanted, ServiceAction) or endpoint.requester_managed:
        return ""
    if tool == CLOUDFORMATION:
        return template_patch(endpoint, wanted)
    return terraform_patch(endpoint, wanted, tool) if tool in {TERRAFORM, OPENTOFU} else ""


def overlap(patches: Iterable[str]) -> bool:
    """Whether two of these patches show the same property, so that the second as it is would undo the first."""
    names = Counter(name for patch in patches for name in set(_NAME.findall(patch)))
    return any(count > 1 for count in names.values())
