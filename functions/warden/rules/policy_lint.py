"""The rule `policy-lint`: the policy holds nothing that EC2 would refuse, or that can only be a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..model import Breach, Judgement, Kind, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..policy.mending import mended, policy_command
from ..policy.place import named
from ..policy.remark import Kind as Sort
from ..policy.remark import Remark
from ..policy.subject import NOT_FOR, readable
from ..settings import Settings
from ..standard import Standard
from .rule import rule

SEVERITIES: Final[Mapping[Sort, Severity]] = {
    Sort.OUTAGE: Severity.HIGH,
    Sort.LEAK: Severity.MEDIUM,
    Sort.REFUSED: Severity.LOW,
    Sort.DEAD: Severity.LOW,
    Sort.TAUTOLOGY: Severity.LOW,
    Sort.UNCERTAIN: Severity.LOW,
}


class PolicyLint(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "policy-lint"


@rule(
    PolicyLint,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY}),
    not_for=NOT_FOR,
)
def policy_lint(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of what EC2 would refuse in a policy today, and of what can only be a mistake.

    Why: a condition on aws:SourceIp never holds through an endpoint, one on the endpoint's own VPC always does; a Deny
        without IfExists spares anonymous callers; and a policy that EC2 refuses today cannot be changed any more
        without mending that first.
    Fix: none: what was meant, only its owner knows. The finding names each place, by the policy's keys,
        and has the commands that show them in a file and put it in place.
    Risk: none, nothing is changed.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    found = readable(seen, standard)
    if isinstance(found, NotApplicable | Unknown):
        return found
    remarks = found.remarks
    if not remarks:
        return Pass()
    worst = max(remarks, key=lambda one: SEVERITIES[one.kind])
    more = f" (and {len(remarks) - 1} more)" if len(remarks) > 1 else ""
    evidence = {"remarks": [_as_json(one) for one in remarks]}
    check = policy_command(seen.endpoint, found.context, "check")
    change = f"correct what `{check}` calls REMARK or REFUSED" if check else "correct what is said here"
    breach = Breach("mistakes", f"{worst.message}{more}", evidence, severity=SEVERITIES[worst.kind])
    return mended(breach, seen.endpoint, change)


def _as_json(remark: Remark) -> Mapping[str, object]:
    return {
        "kind": remark.kind.value,
        "code": remark.code,
        "path": named(remark.path),
        "message": remark.message,
    }
