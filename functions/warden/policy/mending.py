"""How people mend an endpoint's policy: the commands that save it, look at it, and put it in its place; pure."""

from __future__ import annotations

import json
import shlex
from typing import Final

from ..model import Endpoint, InCode
from ..recipe import policy_file, policy_to_file, replacing_policy
from .context import Context

MOST_ACCOUNTS: Final = 20
"""So many accounts stand in a command; more than these would hide it."""


def mending(endpoint: Endpoint, change: str) -> str:
    """What to do, from the policy that is there to the one that is meant."""
    made_by = "then change it by the AWS service that made the endpoint for itself"
    last = made_by if endpoint.requester_managed else f"then put it in place by `{replacing_policy(endpoint)}`"
    return f"{_saving(endpoint)}; {change}; {last}"


def mending_in_code(endpoint: Endpoint, change: str) -> InCode:
    """The same where code manages the endpoint: what is meant, only people know, so that there is no patch."""
    return InCode(f"{_saving(endpoint)}; {change}; then put it into the code that manages the endpoint")


def policy_command(endpoint: Endpoint, context: Context, verb: str, *more: str) -> str:
    """A command of `warden policy` for that file, as the policy of this endpoint; "" where the service is not known."""
    if not context.service.known:
        return ""
    here = json.dumps(_here(endpoint, context), separators=(",", ":"))
    words = ("warden", "policy", verb, policy_file(endpoint), *more, "--context", "-")
    return f"echo {shlex.quote(here)} | {shlex.join(words)}"


def _saving(endpoint: Endpoint) -> str:
    return f"save the policy by `{policy_to_file(endpoint)}`"


def _here(endpoint: Endpoint, context: Context) -> dict[str, object]:
    """Where the policy stands, as `warden policy` reads it; the context is that of all endpoints that are alike."""
    here: dict[str, object] = {
        "account_id": context.account,
        "region": context.region,
        "vpc_id": endpoint.vpc_id,
        "vpce_id": endpoint.key.id,
        "service_prefix": context.service.prefix,
        "endpoint_type": "Gateway" if context.gateway else "Interface",
    }
    if context.organisation:
        return here | {"org_id": context.organisation}
    accounts = sorted(context.accounts)
    return here | ({"org_account_ids": accounts} if 0 < len(accounts) <= MOST_ACCOUNTS else {})
