"""The rule `endpoint-policy`: an endpoint's policy is not the full-access default, nor an outage."""

from __future__ import annotations

from ..actions import ReplacePolicy
from ..model import Breach, Judgement, Kind, NotApplicable, Pass, Severity, Snapshot, Unknown
from ..policy.baseline import document_for
from ..policy.linked import linked_statement, with_statement
from ..policy.mending import first, mended, tightened
from ..policy.services import NO_RESOURCE_KEYS, short_name
from ..policy.subject import NOT_FOR, Subject, subject
from ..settings import Settings, fixing
from ..standard import Standard
from .rule import rule


class EndpointPolicy(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "endpoint-policy"
    mode = fixing()
    linked_statement = linked_statement(shown=True)


@rule(
    EndpointPolicy,
    severity=Severity.HIGH,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY}),
    not_for=NOT_FOR,
)
def endpoint_policy(seen: Snapshot, standard: Standard) -> Judgement:
    """Replace the default policy, which lets anybody do anything to anybody's resources through the endpoint.

    Why: with full access, stolen data can leave to an attacker's own bucket by the private road that you built.
    Fix: only where the present policy means full access, in any of its spellings: the standard's baseline for the
        service (identities of the organisation to resources of the organisation, AWS's own service calls, and what
        the service needs beyond), and only if it is proved closed but for what you approved, no wider than the policy
        that is there, and within EC2's limits. A service without a reviewed baseline gets no fix.
    Risk: calls to buckets, images or accounts outside the organisation are denied from then on, some minutes after
        the change. So it needs `accept_unproved = true` for the service besides the mode `enforce`: that nobody makes
        such calls is not proved.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    found = subject(seen, standard)
    if isinstance(found, NotApplicable | Unknown):
        return found
    if found.lets_nothing_through:
        words = "the policy denies everything: every call through the endpoint fails"
        outage = Breach("denies-everything", words, severity=Severity.CRITICAL)
        either = "allow what the VPC's clients need, or take the endpoint away:"
        return first(either, mended(outage, seen.endpoint, "allow that in it"))
    if not found.is_full_access:
        return Pass()
    shown = standard.of(EndpointPolicy).linked_statement
    return with_statement(_full_access(seen, found, standard), seen, shown=shown)


def _full_access(seen: Snapshot, found: Subject, standard: Standard) -> Breach:
    name = short_name(seen.endpoint.service_name, seen.endpoint.home)
    message = f"the policy lets anybody do anything to anybody's resources in {name}"
    baseline, breach = standard.baselines.get(name), Breach("full-access", message)
    if name in NO_RESOURCE_KEYS:
        change = (
            f"name in it who may call: {NO_RESOURCE_KEYS[name]} requests carry no aws:ResourceOrgID to say whose it is"
        )
        return mended(breach, seen.endpoint, change)
    if baseline is None:
        write = f"no baseline was reviewed for {name}: write one as [baseline.{name}] in standard.toml; or"
        return first(write, tightened(breach, seen, found, standard))
    document = document_for(seen, baseline, standard)
    if document is None:
        return Breach("full-access", message, advice="name your organisation or your accounts in standard.toml")
    unproved = found.objections_to(document)
    if unproved:
        return first(
            f"the baseline for {name} does not do ({'; '.join(unproved)}):", tightened(breach, seen, found, standard)
        )
    return Breach("full-access", message, fix=ReplacePolicy(document, found.document.text))
