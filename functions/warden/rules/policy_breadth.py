"""The rule `policy-breadth`: the policy names actions, and no wildcard for all of them."""

from __future__ import annotations

from ..model import Breach, Judgement, Kind, Mode, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..policy.baseline import perimeter_of
from ..policy.breadth import wildcard_statements
from ..policy.compare import same
from ..policy.document import parse
from ..policy.mending import mended, policy_command
from ..policy.perimeter import inside
from ..policy.subject import NOT_FOR, readable
from ..policy.tighten import compact
from ..settings import Settings, telling
from ..standard import Standard
from .rule import rule


class PolicyBreadth(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "policy-breadth"
    mode = telling(Mode.OFF)


@rule(
    PolicyBreadth,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY}),
    not_for=NOT_FOR,
)
def policy_breadth(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of statements that allow every action of a service by a wildcard. Off, unless the standard says otherwise.

    Why: an endpoint that serves one application needs few actions, and what is not allowed cannot be abused.
    Fix: none: which actions are needed, only its owner knows; `warden policy replay` tells which were used. The finding
        has the commands.
    Risk: none, nothing is changed. The statements of the baseline, which demand your identities and your resources,
        are not told of.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
    """
    found = readable(seen, standard)
    if isinstance(found, NotApplicable | Unknown):
        return found
    if standard.mode_of("endpoint-policy") is not Mode.OFF and found.is_full_access:
        return NotApplicable("the policy is full access, which the rule endpoint-policy tells")
    baseline = parse(compact(inside(perimeter_of(standard))))
    wide = [one for one in wildcard_statements(found.document) if not same(one, baseline)]
    if not wide:
        return Pass()
    names = ", ".join(statement.name for statement in wide)
    evidence = {"statements": [statement.name for statement in wide]}
    replay = policy_command(seen.endpoint, found.context, "replay", "RECORDS")
    tried = (
        f", so that `{replay}` (RECORDS: files or folders that CloudTrail wrote) shows none DENIED that is needed"
        if replay
        else ""
    )
    change = f"in the place of its wildcard ({names}) name the actions that are needed{tried}"
    breach = Breach("every-action", f"all actions are allowed by a wildcard ({names})", evidence)
    return mended(breach, seen.endpoint, change)
