"""What a standard may say, and hardly anybody means; pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from warden.model import Mode
from warden.policy.tables import is_endpoint_service
from warden.rules import EVERY_RULE
from warden.rules.approved_service import ApprovedService
from warden.rules.network_activity_logged import NetworkActivity
from warden.rules.required_endpoints import RequiredEndpoints
from warden.rules.security_group import SecurityGroups
from warden.standard import Standard

from .standards import NOBODY

WHOLE: Final = ("com.amazonaws.", "cn.com.amazonaws.", "aws.", "vpce-svc-")
"""How whole names begin, and those of other accounts' services."""


def remarks(standard: Standard) -> Iterator[str]:
    """Each in a sentence or two."""
    if all(standard.mode_of(rule.id) is Mode.OFF for rule in EVERY_RULE):
        yield "Every rule is off: nothing will be judged."
    if not (standard.organisation or standard.accounts):
        yield NOBODY
    demanding = standard.of(RequiredEndpoints)
    if standard.mode_of(RequiredEndpoints.rule) is not Mode.OFF and not demanding.demands:
        yield "required-endpoints is on, and its demands are empty: it judges nothing."
    for place, name in _services(standard):
        if not (name.startswith(WHOLE) or "*" in name or is_endpoint_service(name.lower())):
            yield f'{place} names "{name}", which is no service that is known here: see that it is spelled as AWS does.'


def _services(standard: Standard) -> Iterator[tuple[str, str]]:
    """Every name of a service in the rules' settings, once for each place."""
    approved, demanding = standard.of(ApprovedService), standard.of(RequiredEndpoints)
    lists = ((approved.allowed, approved.refused), *((one.allowed, one.refused) for one in approved.vpcs))
    lists += tuple((one.allowed, one.refused) for one in approved.accounts)
    named = {
        "rules.approved-service": [*chain.from_iterable(chain.from_iterable(lists))],
        "rules.required-endpoints": [
            *chain.from_iterable(one.services for one in demanding.demands),
            *demanding.by_own_name,
        ],
        "rules.security-group.ports": [one.service for one in standard.of(SecurityGroups).ports],
        "rules.network-activity-logged.sources": [one.service for one in standard.of(NetworkActivity).sources],
    }
    for place, names in named.items():
        yield from ((place, name) for name in dict.fromkeys(names))
