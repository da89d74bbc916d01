"""The rule `identity-perimeter`: nobody from outside the organisation can use the endpoint."""

from __future__ import annotations

from ..model import Breach, Judgement, Kind, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..policy.linked import linked_statement, with_statement
from ..policy.mending import tightened
from ..policy.perimeters import perimetered, undecided, witnessed
from ..policy.reach import Verdict
from ..policy.subject import NOT_FOR
from ..settings import Settings
from ..standard import Standard
from .rule import rule


class IdentityPerimeter(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "identity-perimeter"
    linked_statement = linked_statement(shown=False)


@rule(
    IdentityPerimeter,
    severity=Severity.HIGH,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY}),
    not_for=NOT_FOR,
)
def identity_perimeter(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of a policy that lets callers from outside the organisation through, anonymous ones included.

    Why: with credentials of an attacker's account, or with none, data can be carried out of the VPC by the endpoint.
    Fix: none: who else is to get through, only its owner knows. The finding has the commands that compute a policy
        which is proved to be closed, tell what it takes away, and put it in place.
    Risk: none, nothing is changed. PASS is a proof: there is no such request, but for what the standard's baseline
        for the service approves. A breach shows a request that gets through. Full access is told by endpoint-policy.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    found = perimetered(seen, standard)
    if isinstance(found, NotApplicable | Unknown):
        return found
    answer = found.identities
    if answer.verdict is Verdict.CLOSED:
        return Pass()
    if answer.verdict is Verdict.UNKNOWN or answer.witness is None:
        return undecided(found, answer, "whether outsiders get through")
    words, evidence = witnessed(answer, found.context)
    breach = tightened(Breach("outsiders", words, evidence), seen, found, standard)
    return with_statement(breach, seen, shown=standard.of(IdentityPerimeter).linked_statement)
