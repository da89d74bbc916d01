"""Examples for the rule `private-dns`."""

from __future__ import annotations

from dataclasses import replace

from warden.neighbours import Dns, HostedZone, HostedZones

from .made import ACCOUNT, ENDPOINT, OWN_VPC, REGION, Example, seen, service_of

NAMED = replace(service_of(ENDPOINT), private_dns_names=(f"kms.{REGION}.amazonaws.com",), private_dns_state="verified")
ZONE = HostedZone("Z0123456789ABCDEFGHIJ", f"kms.{REGION}.amazonaws.com.", ACCOUNT)

EXAMPLES = (
    Example(
        "An endpoint of KMS has private DNS off, and nothing else in the VPC has its name.",
        seen(service=NAMED, siblings=(), dns=Dns(support=True, hostnames=True), hosted_zones=HostedZones(())),
    ),
    Example(
        "The same, in a VPC with which a private hosted zone of that name is associated.",
        seen(service=NAMED, siblings=(), dns=Dns(support=True, hostnames=True), hosted_zones=HostedZones((ZONE,))),
    ),
    Example(
        "A hub VPC, known by its tag, has private DNS on, where a private hosted zone should be.",
        seen(service=NAMED, private_dns=True, vpc=OWN_VPC._replace(tags={"Network": "hub"})),
        '[rules.private-dns]\nvpcs = [{ tag = "Network=hub", want = "hub" }]\n',
    ),
    Example(
        "Private DNS is on, in a VPC that a CloudFormation stack made and that answers no private names.",
        seen(
            service=NAMED,
            private_dns=True,
            dns=Dns(support=True, hostnames=False),
            vpc=OWN_VPC._replace(
                tags={"aws:cloudformation:stack-name": "network", "aws:cloudformation:logical-id": "Vpc"}
            ),
        ),
    ),
)
