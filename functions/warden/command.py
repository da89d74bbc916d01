"""Write a change as the AWS CLI command that makes it, for people to read, copy and run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, assert_never

from .actions import AcceptConnections, Action, AddSubnets, RejectConnections, RemoveSubnets, ReplacePolicy
from .decide import HANDS_OFF
from .ec2_commands import ec2
from .model import EndpointKey

SERVICE: Final = "--service-id"
CUTS_OFF: Final = "A consumer who is rejected is cut off at once."
"""Source: https://docs.aws.amazon.com/vpc/latest/privatelink/accept-reject-endpoint-requests.html"""


def as_command(key: EndpointKey, actions: Sequence[Action]) -> str:
    """Write the one call that makes all these changes, quoted for a POSIX shell; empty where there is no change.

    One call, because EC2 answers OperationInProgress to a second one that comes too soon; and each option once,
    because of an option given twice the AWS CLI takes only the last.
    Source: https://docs.aws.amazon.com/cli/latest/reference/ec2/modify-vpc-endpoint.html
    """
    options: dict[str, list[str]] = {}
    call = ("modify-vpc-endpoint", "--vpc-endpoint-id")
    for action in actions:
        match action:
            case AddSubnets(subnet_ids):
                options.setdefault("--add-subnet-ids", []).extend(subnet_ids)
            case RemoveSubnets(subnet_ids):
                options.setdefault("--remove-subnet-ids", []).extend(subnet_ids)
            case ReplacePolicy(document):
                options["--policy-document"] = [_compact(document)]
            case AcceptConnections(_, endpoint_ids):
                call, options["--vpc-endpoint-ids"] = ("accept-vpc-endpoint-connections", SERVICE), [*endpoint_ids]
            case RejectConnections(_, endpoint_ids):
                call, options["--vpc-endpoint-ids"] = ("reject-vpc-endpoint-connections", SERVICE), [*endpoint_ids]
            case _:
                assert_never(action)
    words = [word for option, values in options.items() for word in (option, *values)]
    return _call(key, *call, *words) if words else ""


def undoing(actions: Sequence[Action]) -> tuple[Action, ...]:
    """Give what takes these changes back, the last one first; for a rejection AWS names no way back."""
    return tuple(
        AddSubnets(action.subnet_ids, ("",) * len(action.subnet_ids))
        if isinstance(action, RemoveSubnets)
        else action.inverse()
        for action in reversed(actions)
        if not isinstance(action, RejectConnections)
    )


def undo_warning(actions: Sequence[Action]) -> str:
    """Say what taking these changes back does to others, where it is more than the way things were before."""
    return CUTS_OFF if any(isinstance(action, AcceptConnections) for action in actions) else ""


def hands_off_command(key: EndpointKey) -> str:
    """Write the call that sets the tag by which the endpoint is left alone from then on."""
    return _call(key, "create-tags", "--resources", "--tags", f"Key={HANDS_OFF},Value=true")


def _compact(document: str) -> str:
    """Write a policy on one line, so that the command can be copied; what is no JSON object stays as it is."""
    try:
        value = json.loads(document)
    except json.JSONDecodeError:
        return document
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, dict) else document


def _call(key: EndpointKey, operation: str, target: str, *words: str) -> str:
    return ec2(operation, key.region, target, key.id, *words)
