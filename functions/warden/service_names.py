"""The whole names of services to which endpoints are made, as far as they follow from the short ones; pure.

policy/services.py goes the other way.
Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from __future__ import annotations

from functools import cache
from typing import Final

from .policy.services import partition

STARTS: Final = {
    **dict.fromkeys(("experiments", "notebook", "partner-app", "studio"), "aws.sagemaker.{}."),
    **dict.fromkeys(("bcm-data-exports", "freetier", "kafka-api", "kendra-ranking", "qbusiness"), "aws.api.{}."),
    **dict.fromkeys(("route53", "s3-global.accesspoint", "savingsplans"), "com.amazonaws."),
    "cassandra-streams": "api.aws.{}.",
}
"""How names begin that do not begin as most do; some have no region."""
WHOLE: Final = ("com.amazonaws.", "cn.com.amazonaws.", "aws.", "api.aws.")
"""How the whole name of a service begins; whatever begins otherwise is a short one."""


@cache
def whole_name(service: str, region: str, *, gateway: bool = False) -> str:
    """The name by which an endpoint to the service is made, as far as it follows from the short one.

    In China most names of interface endpoints begin with "cn.", and some do not.
    """
    if service.startswith(WHOLE):
        return service
    if service.startswith("vpce-svc-"):
        return f"com.amazonaws.vpce.{region}.{service}"
    if service in STARTS:
        return f"{STARTS[service].format(region)}{service}"
    start = "cn." if partition(region) == "aws-cn" and not gateway else ""
    return f"{start}com.amazonaws.{region}.{service}"
