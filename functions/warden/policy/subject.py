"""The policy of one endpoint as it is judged: read, with where it stands and what the standard approves; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from ..model import DEAD_STATES, Endpoint, Kind, Mode, NotApplicable, Service, Snapshot, Unknown
from ..standard import Baseline, Standard
from .baseline import exceptions_of, perimeter_of
from .breadth import is_full_access, lets_nothing_through
from .context import Context
from .document import Document, Malformed, parse
from .lint import remarks
from .perimeter import Json
from .proof import objections, without
from .reach import Answer, reach_identities, reach_resources
from .remark import Remark
from .service import Service as Table
from .service import unknown
from .services import prefixes, short_name

NOT_FOR: Final[Mapping[Kind, str]] = {
    Kind.GATEWAY_LOAD_BALANCER: "Gateway Load Balancer endpoints take no endpoint policy",
    Kind.RESOURCE: "policies of resource endpoints are not judged yet",
    Kind.SERVICE_NETWORK: "policies of service-network endpoints are not judged yet",
}
"""The kinds of endpoint of which no policy is judged, and why."""
NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
KEPT: Final = 1024
"""Policies of which the answers are kept: most of an organisation's endpoints share a few."""
_OWN: Final = ("sourcevpc", "vpce", "currenttime", "epochtime", "\\u")
"""Words of conditions by which two endpoints with the same policy can differ, or an escape that may hide one."""


class Subject:
    """A policy, its context, and the statements that the standard approves for its service."""

    def __init__(self, document: Document, context: Context, approved: tuple[Json, ...]) -> None:
        """Find out nothing yet: each rule asks for what it needs, once for all endpoints that are alike."""
        self.document = document
        self.context = context
        self.approved = approved
        self._objections: dict[str, tuple[str, ...]] = {}

    @property
    def knows_who_is_ours(self) -> bool:
        """Whether the standard says so."""
        return bool(self.context.organisation or self.context.accounts)

    @cached_property
    def is_full_access(self) -> bool:
        """Whether the policy means the same as the default one."""
        return is_full_access(self.document, self.context)

    @cached_property
    def lets_nothing_through(self) -> bool:
        """Whether it is proved to be an outage."""
        return lets_nothing_through(self.document, self.context)

    @cached_property
    def identities(self) -> Answer:
        """Whether outsiders get through, but for what is approved."""
        return reach_identities(without(self.document, self.approved), self.context)

    @cached_property
    def resources(self) -> Answer:
        """Whether what is outside can be reached, but for what is approved."""
        return reach_resources(without(self.document, self.approved), self.context)

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """What is to be remarked, but for an outage."""
        return remarks(self.document, self.context)

    def objections_to(self, text: str) -> tuple[str, ...]:
        """What stands in the way of putting this policy in the place of the present one."""
        if text not in self._objections:
            self._objections[text] = objections(self.document, text, self.context, self.approved)
        return self._objections[text]


def readable(seen: Snapshot, standard: Standard) -> Subject | NotApplicable | Unknown:
    """The endpoint's policy for a rule beside endpoint-policy, which tells alone that a policy cannot be read."""
    found = subject(seen, standard)
    if isinstance(found, Unknown) and standard.mode_of("endpoint-policy") is not Mode.OFF:
        return NotApplicable(f"{found.why} (told by the rule endpoint-policy)")
    return found


def subject(seen: Snapshot, standard: Standard) -> Subject | NotApplicable | Unknown:
    """The endpoint's policy, or why there is none that could be judged."""
    unjudged = _no_policy_of_its_own(seen.endpoint, seen.service)
    if unjudged:
        return unjudged
    if seen.endpoint.policy is None:
        return Unknown("EC2 returned no policy for the endpoint")
    baseline = standard.baselines.get(short_name(seen.endpoint.service_name, seen.endpoint.home), Baseline())
    key = _alike(seen, seen.endpoint.policy, baseline)
    kept = _kept.get(key)
    if kept and kept[0] is standard and kept[1] is seen.table:
        return kept[2]
    try:
        document = parse(seen.endpoint.policy)
    except Malformed as error:
        return Unknown(f"the policy cannot be read: {error}")
    if len(_kept) >= KEPT:
        del _kept[next(iter(_kept))]
    approved = tuple(exceptions_of(seen, baseline, perimeter_of(standard)))
    found = Subject(document, _context(seen, standard), approved)
    _kept[key] = (standard, seen.table, found)
    return found


_kept: dict[object, tuple[Standard, Table | None, Subject]] = {}


def _alike(seen: Snapshot, policy: str, baseline: Baseline) -> object:
    """What two endpoints must have in common for their policies to mean the same, by one standard and one table."""
    endpoint, lower = seen.endpoint, policy.lower()
    differ = baseline.statements or any(word in lower for word in _OWN)
    own = (endpoint.vpc_id, endpoint.key.id, seen.at) if differ else ()
    place = (endpoint.key.account, endpoint.key.region, endpoint.service_region)
    return (policy, place, endpoint.service_name, endpoint.type_name, own)


def _no_policy_of_its_own(endpoint: Endpoint, service: Service | None) -> NotApplicable | Unknown | None:
    """Why the endpoint has no policy that could be judged; None where it has one."""
    if endpoint.state in DEAD_STATES:
        return NotApplicable(f"the endpoint is {endpoint.state} and serves nobody")
    if endpoint.service_name.startswith("com.amazonaws.vpce."):
        return NotApplicable("endpoint services other than AWS's own take no endpoint policy")
    if service is None:
        where = f"the service is in {endpoint.service_region}: " if endpoint.crosses_regions else ""
        return Unknown(f"{where}AWS does not tell whether the service takes an endpoint policy")
    if service.owner != "amazon":
        return NotApplicable(f"the service belongs to {service.owner}: such services take no endpoint policy")
    if not service.policy_supported:
        return NotApplicable("the service takes no endpoint policy: restrict it by security groups")
    return None


def _context(seen: Snapshot, standard: Standard) -> Context:
    endpoint = seen.endpoint
    return Context(
        account=endpoint.key.account,
        region=endpoint.home,
        vpc_region=endpoint.key.region,
        service=seen.table or unknown(prefixes(endpoint.service_name, endpoint.home)[0]),
        now=seen.at or NO_TIME,
        organisation=standard.organisation or "",
        accounts=frozenset(standard.accounts),
        complete=bool(standard.accounts and not standard.organisation),
        gateway=endpoint.kind is Kind.GATEWAY,
        vpc_id=endpoint.vpc_id,
        endpoint_id=endpoint.key.id,
    )
