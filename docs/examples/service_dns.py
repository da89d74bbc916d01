"""Examples for the rule `service-dns`."""

from __future__ import annotations

from dataclasses import replace

from warden.subjects import PrivateDns

from .beside import SERVICE
from .made import SubjectExample

NAME = PrivateDns("billing.example.com", "failed", "TXT", "_6e86v84tqgqubxbwii1m", "vpce:l6p0ERxlTt45jevFwOCp")

EXAMPLES = (
    SubjectExample(
        "The record that proves whose the domain of an endpoint service's private DNS name is was taken away.",
        replace(SERVICE, private_dns=NAME),
    ),
)
