"""Examples for the rule `service-acceptance`."""

from __future__ import annotations

from dataclasses import replace

from warden.subjects import Principal

from .beside import SERVICE
from .made import SubjectExample

EXAMPLES = (
    SubjectExample(
        "An endpoint service allows everybody, and takes whoever connects.",
        replace(SERVICE, acceptance_required=False, principals=(Principal("*", "All"),)),
    ),
)
