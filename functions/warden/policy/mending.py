"""How people mend an endpoint's policy: the commands that save it, look at it, and put it in its place; pure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ..code_changes import TakePolicy
from ..model import Breach, Endpoint, InCode, Snapshot
from ..recipe import policy_file, policy_to_file, replacing_policy
from ..standard import Standard
from .context import Context
from .services import short_name
from .subject import Subject

MOST_ACCOUNTS: Final = 20
"""So many accounts stand in a command; more than these would hide it."""
NAME_OURS: Final = (
    "name your organisation or your accounts in standard.toml: `warden policy tighten` proposes a policy without that "
    "once it knows who is yours"
)


def mended(breach: Breach, endpoint: Endpoint, change: str, file: str = "") -> Breach:
    """The breach with what to do, from the policy that is there to the one that is meant, by hand and in code.

    `file` is what holds the one that is meant, where `change` does not write it over the one that is saved.
    """
    file = file or policy_file(endpoint)
    start = f"save the policy by `{policy_to_file(endpoint)}`; {change}"
    made_by = "then change it by the AWS service that made the endpoint for itself"
    last = made_by if endpoint.requester_managed else f"then put it in place by `{replacing_policy(endpoint, file)}`"
    coded = InCode(f"{start}; then put {file} into the code that manages the endpoint", TakePolicy(file))
    return replace(breach, advice=f"{start}; {last}", in_code=coded)


def tightened(breach: Breach, seen: Snapshot, found: Subject, standard: Standard) -> Breach:
    """The breach with the commands that compute a policy which is proved closed, and put it in place."""
    if not found.knows_who_is_ours:
        return replace(breach, advice=NAME_OURS)
    endpoint, file = seen.endpoint, f"{seen.endpoint.key.id}-tight.json"
    tighten = policy_command(endpoint, found.context, "tighten")
    if not tighten:
        return mended(breach, endpoint, "narrow it to your identities and your resources")
    unknown = " and ".join(_not_known_to_it(endpoint, standard))
    but = f", and put back what it does not know of ({unknown})" if unknown else ""
    change = f"narrow it by `{tighten} > {file}`, which says what it takes away: see that nobody needs that{but}"
    return mended(breach, endpoint, change, file)


def first(words: str, breach: Breach) -> Breach:
    """The breach with these words before what it advises."""
    in_code = breach.in_code and replace(breach.in_code, advice=f"{words} {breach.in_code.advice}")
    return replace(breach, advice=f"{words} {breach.advice}", in_code=in_code)


def policy_command(endpoint: Endpoint, context: Context, verb: str, *more: str) -> str:
    """A command of `warden policy` for that file, as the policy of this endpoint; "" where the service is not known."""
    if not context.service.known:
        return ""
    here = json.dumps(_here(endpoint, context), separators=(",", ":"))
    words = ("warden", "policy", verb, policy_file(endpoint), *more, "--context", "-")
    return f"echo {shlex.quote(here)} | {shlex.join(words)}"


def _not_known_to_it(endpoint: Endpoint, standard: Standard) -> Iterator[str]:
    """What of standard.toml a context does not tell."""
    name = short_name(endpoint.service_name, endpoint.home)
    baseline = standard.baselines.get(name)
    if baseline and baseline.statements:
        yield f"the statements of baseline.{name}"
    if standard.organisation and standard.accounts:
        yield "organisation.accounts"


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
