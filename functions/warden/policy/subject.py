"""The policy of one endpoint as it is judged: read, with where it stands and what the standard approves; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from ..model import DEAD_STATES, Endpoint, Kind, NotApplicable, Service, Snapshot, Unknown
from ..standard import Baseline, Standard
from .baseline import exceptions_of, perimeter_of
from .context import Context
from .document import Document, Malformed, parse
from .perimeter import Json
from .service import unknown
from .services import prefixes, short_name

NOT_FOR: Final[Mapping[Kind, str]] = {
    Kind.GATEWAY_LOAD_BALANCER: "Gateway Load Balancer endpoints take no endpoint policy",
    Kind.RESOURCE: "policies of resource endpoints are not judged yet",
    Kind.SERVICE_NETWORK: "policies of service-network endpoints are not judged yet",
}
"""The kinds of endpoint of which no policy is judged, and why."""
NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Subject(NamedTuple):
    """A policy, its context, and the statements that the standard approves for its service."""

    document: Document
    context: Context
    approved: tuple[Json, ...]

    @property
    def knows_who_is_ours(self) -> bool:
        """Whether the standard says so."""
        return bool(self.context.organisation or self.context.accounts)


def subject(seen: Snapshot, standard: Standard) -> Subject | NotApplicable | Unknown:
    """The endpoint's policy, or why there is none that could be judged."""
    unjudged = _no_policy_of_its_own(seen.endpoint, seen.service)
    if unjudged:
        return unjudged
    if seen.endpoint.policy is None:
        return Unknown("EC2 returned no policy for the endpoint")
    try:
        document = _read(seen.endpoint.policy)
    except Malformed as error:
        return Unknown(f"the policy cannot be read: {error}")
    return Subject(document, _context(seen, standard), _approved(seen, standard))


@lru_cache(maxsize=64)
def _read(text: str) -> Document:
    """Read once for all rules, and for all endpoints that have the same."""
    return parse(text)


def _no_policy_of_its_own(endpoint: Endpoint, service: Service | None) -> NotApplicable | Unknown | None:
    """Why the endpoint has no policy that could be judged; None where it has one."""
    if endpoint.state in DEAD_STATES:
        return NotApplicable(f"the endpoint is {endpoint.state} and serves nobody")
    if endpoint.service_name.startswith("com.amazonaws.vpce."):
        return NotApplicable("endpoint services of other accounts take no endpoint policy")
    if service is None:
        return Unknown("AWS does not tell whether the service takes an endpoint policy")
    if service.owner != "amazon":
        return NotApplicable(f"the service belongs to {service.owner}: such services take no endpoint policy")
    if not service.policy_supported:
        return NotApplicable("the service takes no endpoint policy: restrict it by security groups")
    return None


def _context(seen: Snapshot, standard: Standard) -> Context:
    endpoint = seen.endpoint
    region = endpoint.service_region or endpoint.key.region
    return Context(
        account=endpoint.key.account,
        region=region,
        service=seen.table or unknown(prefixes(endpoint.service_name, region)[0]),
        now=seen.at or NO_TIME,
        organisation=standard.organisation or "",
        accounts=frozenset(standard.accounts),
        complete=not standard.organisation,
        gateway=endpoint.kind is Kind.GATEWAY,
        vpc_id=endpoint.vpc_id,
        endpoint_id=endpoint.key.id,
    )


def _approved(seen: Snapshot, standard: Standard) -> tuple[Json, ...]:
    name = short_name(seen.endpoint.service_name, seen.endpoint.key.region)
    baseline = standard.baselines.get(name, Baseline())
    return tuple(exceptions_of(seen, baseline, perimeter_of(standard)))
