"""Examples for the rule `service-zones`."""

from __future__ import annotations

from dataclasses import replace

from .beside import BALANCER, CONNECTED, SERVICE
from .made import REGION, A, SubjectExample

OWN = CONNECTED._replace(owner=SERVICE.key.account, zone_names=frozenset({f"{REGION}a", f"{REGION}c"}))
EXAMPLES = (
    SubjectExample(
        "The load balancer of an endpoint service stands in one zone.",
        replace(SERVICE, balancers=(BALANCER._replace(zone_names=frozenset({f"{REGION}a"}), subnet_ids=(A.id,)),)),
    ),
    SubjectExample(
        "An endpoint of the same account stands in a zone in which the load balancer does not.",
        replace(SERVICE, connections=(OWN,)),
    ),
)
