"""Examples for the rule `duplicate`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from .made import AT, ENDPOINT, Example, seen

ELDER = replace(ENDPOINT, key=replace(ENDPOINT.key, id="vpce-0fedcba9876543210"), created=AT - timedelta(days=400))

EXAMPLES = (Example("A VPC has got a second endpoint of KMS, made like the first.", seen(siblings=(ELDER,))),)
