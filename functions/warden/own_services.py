"""What the rules of our own endpoint services have in common; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .ec2_commands import ec2
from .model import DEAD_STATES, NotApplicable
from .subjects import ServiceSeen

GATEWAY_LOAD_BALANCER: Final = "GatewayLoadBalancer"
MOST: Final = 10
"""Of one kind, what a message names: a service can have hundreds of consumers, and the evidence names them all."""


def serves_nobody(service: ServiceSeen) -> NotApplicable | None:
    """Why nothing is to be said of the service: it is on its way out, or never came to be; None where it serves."""
    if service.state in DEAD_STATES:
        return NotApplicable(f"the endpoint service is {service.state} and serves nobody")
    return None


def command(service: ServiceSeen, operation: str, *words: str) -> str:
    """Write a call about the service as the AWS CLI command, quoted for a POSIX shell."""
    return f"`{ec2(operation, service.key.region, '--service-id', service.key.id, *words)}`"


def few(words: Sequence[str], between: str = "; ") -> str:
    """The first of these in words, and how many more there are."""
    more = len(words) - MOST
    return between.join((*words[:MOST], *((f"and {more} more",) if more > 0 else ())))
