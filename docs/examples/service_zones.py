"""Examples for the rule `service-zones`."""

from __future__ import annotations

from dataclasses import replace

from .beside import BALANCER, SERVICE
from .made import REGION, A, SubjectExample

EXAMPLES = (
    SubjectExample(
        "The load balancer of an endpoint service stands in one zone.",
        replace(SERVICE, balancers=(BALANCER._replace(zone_names=frozenset({f"{REGION}a"}), subnet_ids=(A.id,)),)),
    ),
)
