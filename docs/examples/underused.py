"""Examples for the rule `underused`."""

from __future__ import annotations

from .made import Example, seen, used

EXAMPLES = (Example("A tenth of a GB went through an endpoint in two zones.", seen(use=used(107_374_182))),)
