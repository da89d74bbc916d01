"""What to change in code that manages an endpoint, or what stands beside it: to be copied as it is; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from .actions import Action, ServiceAction
from .beside_patch import beside_patch
from .code_changes import CodeChange, OfEndpoint
from .managed import CLOUDFORMATION, TERRAFORM
from .model import Endpoint, Finding
from .template_patch import template_patch
from .terraform_patch import OPENTOFU, terraform_patch

_NAME: Final = re.compile(r"^(?: {6}(\w+):|(\w+)(?: =| \{))", re.MULTILINE)
"""A property of a template's resource, or an argument of a configuration's, where a patch begins to show it."""


def patch_of(endpoint: Endpoint, finding: Finding, tool: str) -> str:
    """The lines of code by which the finding is mended: by its fix, or by what only people may do.

    What is to be changed beside the endpoint comes first: the endpoint's own change may count on it.
    """
    in_code = finding.in_code.change if finding.in_code else None
    return _joined((patch_beside(finding), patch_for(endpoint, finding.fix or in_code, tool)))


def patch_beside(finding: Finding) -> str:
    """The lines of code of what stands beside what is judged, or in it."""
    return _joined(
        patch_for(one.endpoint, one.change, one.tool) if isinstance(one, OfEndpoint) else beside_patch(one)
        for one in finding.beside
    )


def _joined(patches: Iterable[str]) -> str:
    return "\n\n".join(filter(None, patches))


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
