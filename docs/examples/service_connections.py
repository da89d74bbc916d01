"""Examples for the rule `service-connections`."""

from __future__ import annotations

from dataclasses import replace

from .beside import CONNECTED, SERVICE
from .made import SubjectExample

EXAMPLES = (
    SubjectExample(
        "The request of an account that is in the registry waits for three months.",
        replace(SERVICE, connections=(CONNECTED._replace(state="pendingacceptance"),)),
        '[organisation]\naccounts = ["111122223333"]\n'
        "[rules.service-principals]\n"
        'registry = [{ principal = "444455556666", purpose = "billing", contact = "ann@example.com" }]\n',
    ),
)
