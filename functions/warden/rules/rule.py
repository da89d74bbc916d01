"""What a rule is: a pure function with an id, a severity, the kinds of endpoint that it speaks of, and its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..model import DEAD_STATES, Breach, Endpoint, Judgement, Kind, Need, NotApplicable, Severity, Snapshot
from ..settings import Settings
from ..standard import Standard

Judge = Callable[[Snapshot, Standard], Judgement]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `not_for` says of each kind that it does not speak of, why."""

    id: str
    severity: Severity
    applies_to: frozenset[Kind]
    not_for: Mapping[Kind, str]
    page: str
    """The docstring of the function: Why, Fix, Risk and Source."""
    judge_applicable: Judge
    settings: type[Settings]
    """What standard.toml can say of it."""
    needs: frozenset[Need] = frozenset()
    """All that it may ask for besides the endpoint and its service."""
    only_swept: bool = False
    """Whether only the sweep and people ask it: what it judges by changes without any event."""

    def judge(self, seen: Snapshot, standard: Standard) -> Judgement:
        """Judge one endpoint of a kind that is known."""
        kind = seen.endpoint.kind
        if kind in self.applies_to:
            judged = self.judge_applicable(seen, standard)
            if isinstance(judged, Need) and judged not in self.needs:
                raise AssertionError(f"the rule {self.id} asks for {judged.value}, which it does not declare")
            return judged
        return NotApplicable(self.not_for.get(kind, f"the rule does not speak of {kind.value} endpoints"))

    def severity_of(self, breach: Breach) -> Severity:
        """The severity of this breach: its own, else the rule's."""
        return self.severity if breach.severity is None else breach.severity


def rule(
    settings: type[Settings],
    *,
    severity: Severity,
    applies_to: frozenset[Kind],
    not_for: Mapping[Kind, str],
    needs: frozenset[Need] = frozenset(),
    only_swept: bool = False,
) -> Callable[[Judge], Rule]:
    """Make a Rule of a judging function; its docstring becomes the rule's page, its settings bear its id."""

    def make(judge: Judge) -> Rule:
        page = (judge.__doc__ or "").strip()
        return Rule(settings.rule, severity, applies_to, not_for, page, judge, settings, needs, only_swept)

    return make


def beside_the_point(endpoint: Endpoint) -> NotApplicable | None:
    """Why nobody could do anything about the endpoint: it is dead, or an AWS service's own; None where somebody can."""
    if endpoint.state in DEAD_STATES:
        return NotApplicable(f"the endpoint is {endpoint.state} and serves nobody")
    if endpoint.requester_managed:
        return NotApplicable("an AWS service made the endpoint for itself, and keeps it")
    return None
