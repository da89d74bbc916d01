"""What is done about the findings of an endpoint service: only requests of its consumers are ever accepted; pure.

No service is held back for being managed by code: neither CloudFormation's AWS::EC2::VPCEndpointService nor Terraform's
aws_vpc_endpoint_service says who was accepted, so the next deployment takes nothing of it back. Nor does it matter who
made the service, or what caused the look: no endpoint is accepted twice within 30 days.
Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpointservice.html,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint_service
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from .actions import AcceptConnections, Action, in_one, parted
from .decide import FIX_STANDS, HANDS_OFF, MAX_WRITES, WRITES_WITHIN, Gates, digest, gated
from .model import Finding, Outcome, Plan, Result
from .subjects import ServiceSeen

SETTLED: Final = timedelta(hours=1)
"""How long AWS may take to show that a request was accepted; until then nothing is said of it."""
AGAIN: Final = f"it was accepted in the last {FIX_STANDS.days} days, and waits again: a person must look"


def decide_service(seen: ServiceSeen, findings: tuple[Finding, ...], gates: Gates) -> Plan:
    """Sort the findings into requests to be accepted now and results that stand as they are."""
    opened = [one for finding in findings if finding.open for one in _sorted(seen, finding, gates)]
    mended = tuple(one for one in opened if isinstance(one, Finding))
    results = tuple(one for one in opened if isinstance(one, Result))
    actions = in_one(finding.fix for finding in mended if finding.fix)
    return Plan(seen.key, service_hash(seen), gates.ceiling, findings, mended, actions, results)


def service_hash(seen: ServiceSeen) -> str:
    """A digest of all that a plan depends on: a plan made for another digest is void."""
    return digest(
        str(seen.key),
        seen.state,
        seen.manages_endpoints,
        sorted(one.name for one in seen.principals),
        sorted((one.endpoint_id, one.owner, one.state) for one in seen.connections),
        sorted(seen.tags.items()),
    )


def shared_out(finding: Finding, some: Collection[str]) -> tuple[Finding | None, Finding | None]:
    """The finding as it stands of all but some of the endpoints that its fix names, and of these; None of none."""
    most, rest = parted(finding.fix, some) if finding.fix else (None, None)
    return _with(finding, most), _with(finding, rest)


def accepted_in(actions: Iterable[Action]) -> AcceptConnections | None:
    """The requests that were accepted, of which each is remembered; None where none was."""
    return next((action for action in actions if isinstance(action, AcceptConnections)), None)


def _with(finding: Finding, fix: Action | None) -> Finding | None:
    if isinstance(fix, AcceptConnections):
        return replace(finding, fix=fix, parts=fix.endpoint_ids)
    return finding if fix else None


def _sorted(seen: ServiceSeen, finding: Finding, gates: Gates) -> Iterator[Finding | Result]:
    """The part of a finding that is mended now, as it is, and what becomes of the rest."""
    if not isinstance(finding.fix, AcceptConnections):
        yield Result(finding, Outcome.TOLD, finding.advice)
        return
    why_never = _never(seen)
    if why_never:
        yield Result(finding, Outcome.HELD, why_never)
        return
    rest, _ = shared_out(finding, _accepted_within(SETTLED, gates))
    first, again = shared_out(rest, _accepted_within(FIX_STANDS, gates)) if rest else (None, None)
    for part, reasons in ((first, tuple(_not_now(gates))), (again, (AGAIN,))):
        if part:
            yield gated(part, gates, reasons) or part


def _accepted_within(span: timedelta, gates: Gates) -> frozenset[str]:
    return frozenset(name for name, moment in gates.fixed.items() if gates.now - moment < span)


def _never(seen: ServiceSeen) -> str:
    """Why nobody is accepted at this service by us, whatever the mode; "" where nothing stands in the way."""
    if seen.manages_endpoints:
        return "the service manages its endpoints, and EC2 restricts what else may be done to them"
    return f"the tag {HANDS_OFF} holds back every fix" if HANDS_OFF in seen.tags else ""


def _not_now(gates: Gates) -> Iterator[str]:
    recent = [moment for moment in gates.writes if gates.now - moment < WRITES_WITHIN]
    if len(recent) >= MAX_WRITES:
        yield f"requests were accepted {len(recent)} times within 24 hours, and no more often: a later sweep goes on"
