"""The rule `resource-perimeter`: what is outside the organisation cannot be reached through the endpoint."""

from __future__ import annotations

from ..model import Breach, Judgement, Kind, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..policy.linked import linked_statement, with_statement
from ..policy.mending import first, tightened
from ..policy.perimeters import perimetered, undecided, witnessed
from ..policy.reach import Verdict
from ..policy.services import short_name
from ..policy.subject import NOT_FOR
from ..settings import Settings
from ..standard import Standard
from .rule import rule


class ResourcePerimeter(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "resource-perimeter"
    linked_statement = linked_statement(shown=True)


@rule(
    ResourcePerimeter,
    severity=Severity.HIGH,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY}),
    not_for=NOT_FOR,
)
def resource_perimeter(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of a policy that lets calls through to resources outside the organisation.

    Why: a role of yours that was taken over, or a slip of the pen, can carry data to an attacker's own account.
    Fix: none: which resources of others are needed, only the endpoint's owner knows. The finding has the commands that
        compute a policy which is proved to be closed, tell what it takes away, and put it in place.
    Risk: none, nothing is changed. PASS is a proof: there is no such request, but for what the standard's baseline
        for the service approves. A breach shows a request that gets through; where all that can be reached is AWS's
        own, it says so and is of low severity. A bucket's name does not say whose it is: then it is UNKNOWN. Full
        access is told by endpoint-policy.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    found = perimetered(seen, standard)
    if isinstance(found, NotApplicable | Unknown):
        return found
    answer = found.resources
    if answer.verdict is Verdict.CLOSED:
        return Pass()
    if answer.verdict is Verdict.UNKNOWN or answer.witness is None:
        return undecided(found, answer, "whether resources of others can be reached")
    words, evidence = witnessed(answer, found.context)
    if answer.only_awss:
        breach = Breach("only-aws-owned", words, evidence, severity=Severity.LOW)
        name = short_name(seen.endpoint.service_name, seen.endpoint.home)
        approve = f"approve it by a statement of baseline.{name} in standard.toml; or"
        return first(approve, tightened(breach, seen, found, standard))
    breach = tightened(Breach("outside-resources", words, evidence), seen, found, standard)
    return with_statement(breach, seen, shown=standard.of(ResourcePerimeter).linked_statement)
