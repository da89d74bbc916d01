"""Examples for the rule `service-notification`."""

from __future__ import annotations

from .beside import SERVICE
from .made import SubjectExample

EXAMPLES = (SubjectExample("Nobody hears who asks to connect to an endpoint service.", SERVICE),)
