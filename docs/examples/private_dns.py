"""Examples for the rule `private-dns`."""

from __future__ import annotations

from dataclasses import replace

from warden.neighbours import Dns

from .made import ENDPOINT, OWN_VPC, REGION, Example, seen, service_of

NAMED = replace(service_of(ENDPOINT), private_dns_names=(f"kms.{REGION}.amazonaws.com",), private_dns_state="verified")

EXAMPLES = (
    Example(
        "An endpoint of KMS has private DNS off, and no other endpoint of the VPC has its name.",
        seen(service=NAMED, siblings=(), dns=Dns(support=True, hostnames=True)),
    ),
    Example(
        "A hub VPC, known by its tag, has private DNS on, where a private hosted zone should be.",
        seen(service=NAMED, private_dns=True, vpc=OWN_VPC._replace(tags={"Network": "hub"})),
        '[rules.private-dns]\nvpcs = [{ tag = "Network=hub", want = "hub" }]\n',
    ),
)
