"""What a rule is: a pure function with an id, a severity, its page and settings, and what it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..model import (
    DEAD_STATES,
    NOT_READY,
    Breach,
    Endpoint,
    Judgement,
    Kind,
    Need,
    NotApplicable,
    Pass,
    Severity,
    Snapshot,
    Unknown,
)
from ..settings import Settings
from ..standard import Standard
from ..subjects import ServicePart

Judge = Callable[[Snapshot, Standard], Judgement]
Seen = TypeVar("Seen")
Answer = Pass | Breach | NotApplicable | Unknown


@dataclass(frozen=True, slots=True)
class AnyRule:
    """What every rule has, whatever it speaks of."""

    id: str
    severity: Severity
    page: str
    """The docstring of the function: Why, Fix, Risk and Source."""
    settings: type[Settings]
    """What standard.toml can say of it."""

    def severity_of(self, breach: Breach) -> Severity:
        """The severity of this breach: its own, else the rule's."""
        return self.severity if breach.severity is None else breach.severity


@dataclass(frozen=True, slots=True)
class SubjectRule(AnyRule, Generic[Seen]):
    """A rule of something other than an endpoint: all that it needs is read before it is asked."""

    judge: Callable[[Seen, Standard], Answer]
    needs: frozenset[ServicePart] = frozenset()
    """The parts that it looks at, where a kind is read in parts."""


@dataclass(frozen=True, slots=True)
class Rule(AnyRule):
    """A rule of endpoints; `not_for` says of each kind that it does not speak of, why."""

    applies_to: frozenset[Kind]
    not_for: Mapping[Kind, str]
    judge_applicable: Judge
    needs: frozenset[Need] = frozenset()
    """All that it may ask for besides the endpoint and its service."""
    judges_unready: bool = False
    """Whether it speaks of endpoints that are not ready yet; the other rules wait for them."""
    reads_service: bool = True
    """Whether what it says hangs on what AWS tells of the endpoint's service: else that is not read for it."""
    reads_abroad: bool = True
    """Whether that is so of services in other regions too, of which AWS tells no zones."""

    @property
    def only_swept(self) -> bool:
        """Whether only the sweep and people ask it: how much an endpoint is used changes without any event."""
        return Need.USE in self.needs

    def waits_for(self, endpoint: Endpoint) -> bool:
        """Whether it has nothing to say of the endpoint yet."""
        return endpoint.state in NOT_READY and not self.judges_unready

    def asks_of_service(self, endpoint: Endpoint) -> bool:
        """Whether it cannot judge the endpoint before it knows what AWS tells of its service."""
        reads = self.reads_service and (self.reads_abroad or not endpoint.crosses_regions)
        return reads and endpoint.kind in self.applies_to and not self.waits_for(endpoint)

    def judge(self, seen: Snapshot, standard: Standard) -> Judgement:
        """Judge one endpoint of a kind that is known."""
        kind = seen.endpoint.kind
        if kind in self.applies_to:
            judged = self.judge_applicable(seen, standard)
            if isinstance(judged, Need) and judged not in self.needs:
                raise AssertionError(f"the rule {self.id} asks for {judged.value}, which it does not declare")
            return judged
        return NotApplicable(self.not_for.get(kind, f"the rule does not speak of {kind.value} endpoints"))


def rule(  # noqa: PLR0913  each is a fact of a rule
    settings: type[Settings],
    *,
    severity: Severity,
    applies_to: frozenset[Kind],
    not_for: Mapping[Kind, str],
    needs: frozenset[Need] = frozenset(),
    judges_unready: bool = False,
    reads_service: bool = True,
    reads_abroad: bool = True,
) -> Callable[[Judge], Rule]:
    """Make a Rule of a judging function; its docstring becomes the rule's page, its settings bear its id."""

    def make(judge: Judge) -> Rule:
        page = (judge.__doc__ or "").strip()
        kinds, service = (applies_to, not_for), (reads_service, reads_abroad)
        return Rule(settings.rule, severity, page, settings, *kinds, judge, needs, judges_unready, *service)

    return make


def subject_rule(
    settings: type[Settings], *, severity: Severity, needs: frozenset[ServicePart] = frozenset()
) -> Callable[[Callable[[Seen, Standard], Answer]], SubjectRule[Seen]]:
    """Make a SubjectRule of a judging function, as `rule` makes a Rule."""

    def make(judge: Callable[[Seen, Standard], Answer]) -> SubjectRule[Seen]:
        return SubjectRule(settings.rule, severity, (judge.__doc__ or "").strip(), settings, judge, needs)

    return make


def beside_the_point(endpoint: Endpoint) -> NotApplicable | None:
    """Why nobody could do anything about the endpoint: it is dead, or an AWS service's own; None where somebody can."""
    if endpoint.state in DEAD_STATES:
        return NotApplicable(f"the endpoint is {endpoint.state} and serves nobody")
    if endpoint.requester_managed:
        return NotApplicable("an AWS service made the endpoint for itself, and keeps it")
    return None


def out_of_sight(seen: Snapshot) -> Unknown | Need | None:
    """Why something in the VPC may not be to be seen, so that nobody can say that nothing is wrong; None if all is.

    Only the owner of a VPC sees all of its subnets, routes and network interfaces; others see what is theirs or shared.
    Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
    """
    key, vpc = seen.endpoint.key, seen.vpc
    if vpc is None:
        return Need.VPC
    if not vpc.owner:
        return Unknown(f"whose {seen.endpoint.vpc_id} is, is not to be seen, nor whether something in it is hidden")
    if vpc.owner != key.account:
        return Unknown(f"account {vpc.owner} shares {vpc.id}: what else is in it is not to be seen")
    return None


def zones_untold(seen: Snapshot) -> Unknown | None:
    """Why AWS does not tell in which zones the endpoint could stand; None where it does."""
    endpoint, service = seen.endpoint, seen.service
    if endpoint.crosses_regions:
        return Unknown(f"the service is in {endpoint.service_region}: AWS does not tell which zones it supports here")
    if service is None or not (service.zone_ids or service.zone_names):
        return Unknown("AWS does not tell which zones the service supports")
    return None
