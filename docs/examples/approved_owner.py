"""Examples for the rule `approved-owner`."""

from __future__ import annotations

from warden.model import Service

from .made import REGION, Example, seen

OTHERS = f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b2c3d4e5f60718"

EXAMPLES = (
    Example(
        "An endpoint leads to a service of another account, which is not in the registry.",
        seen(
            service_name=OTHERS,
            service=Service(OTHERS, "Interface", "444455556666", frozenset(), frozenset(), policy_supported=False),
        ),
    ),
)
