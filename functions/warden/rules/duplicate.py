"""The rule `duplicate`: a VPC has one endpoint to each place, or a reason for another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from ..checked import listed, text
from ..code_changes import TakeOut
from ..ec2_commands import modifying
from ..model import (
    Breach,
    Endpoint,
    InCode,
    Judgement,
    Kind,
    Mode,
    Need,
    NotApplicable,
    Pass,
    Severity,
    Snapshot,
    Unknown,
)
from ..policy.same import same_policy
from ..prices import and_cost
from ..recipe import OR_IN_CODE, deleting
from ..settings import Setting, Settings, telling
from ..standard import Standard
from .rule import beside_the_point, rule

EVER: Final = datetime.min.replace(tzinfo=UTC)


class Duplicate(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "duplicate"
    mode = telling(Mode.OFF)
    tags: Setting[tuple[str, ...]] = Setting(
        (), listed(text(str.strip, "keys of tags")), 'keys of tags whose different values are a reason: ["Team"]'
    )


@rule(
    Duplicate,
    severity=Severity.LOW,
    applies_to=frozenset({Kind.INTERFACE, Kind.RESOURCE, Kind.SERVICE_NETWORK}),
    not_for={
        Kind.GATEWAY: (
            "a gateway endpoint is free, and two of one service serve different route tables: no table can have both"
        ),
        Kind.GATEWAY_LOAD_BALANCER: (
            "a Gateway Load Balancer endpoint has one zone by design; several of one service are a set"
        ),
    },
    needs=frozenset({Need.SIBLINGS}),
    reads_service=False,
)
def duplicate(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of a second endpoint to the same place in a VPC without a reason. Off, unless the standard says otherwise.

    Why: each but service-network endpoints is billed by the hour in each zone, and which of them a client takes is an
        accident.
    Fix: none: which of them clients use cannot be seen from here. The finding has the commands.
    Risk: none, nothing is changed. It is said once, of the younger one. Reasons to have both, which the answer names:
        another policy, other security groups, private DNS on one only (so that some clients take it by its own names),
        another type of address, no subnet in common, other values of the tags in `tags`. A FIPS variant is another
        service, and so is the same one in another region; resource and service-network endpoints are compared by the
        ARN that they lead to. Endpoints that are dead, not ready yet or kept by an AWS service do not count, nor do
        those of other accounts in a shared VPC, which are not to be seen.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    endpoint = seen.endpoint
    left_out = beside_the_point(endpoint)
    if left_out:
        return left_out
    if not _place(endpoint):
        return Unknown("EC2 does not tell where the endpoint leads")
    if seen.siblings is None:
        return Need.SIBLINGS
    others = [one for one in seen.siblings if _counts(one) and _where(one) == _where(endpoint)]
    elder = sorted((one for one in others if _age(one) < _age(endpoint)), key=_age)
    if elder:
        return _judged(endpoint, elder, standard.of(Duplicate).tags)
    if others:
        names = ", ".join(sorted(one.key.id for one in others))
        return NotApplicable(f"{names}, which is younger, leads there too: what there is to say is said there")
    return Pass()


def _judged(endpoint: Endpoint, elder: Sequence[Endpoint], tags: Sequence[str]) -> Judgement:
    reasons = {one.key.id: tuple(_reasons(one, endpoint, tags)) for one in elder}
    without = [one for one in elder if not reasons[one.key.id]]
    if without:
        return _breach(endpoint, without)
    words = "; ".join(f"{name}, which leads there too, has {', '.join(why)}" for name, why in reasons.items())
    return NotApplicable(words)


def _place(endpoint: Endpoint) -> str:
    return endpoint.service_name if endpoint.kind is Kind.INTERFACE else endpoint.leads_to


def _where(endpoint: Endpoint) -> tuple[Kind, str, str]:
    """What tells two endpoints' places apart; a service can stand in several regions under one name."""
    return endpoint.kind, _place(endpoint), endpoint.home


def _counts(endpoint: Endpoint) -> bool:
    return endpoint.serves and not endpoint.requester_managed


def _age(endpoint: Endpoint) -> tuple[datetime, str]:
    """The same order for both of a pair, so that one of them speaks; the id where it does not tell its time."""
    return endpoint.created or EVER, endpoint.key.id


def _reasons(one: Endpoint, other: Endpoint, tags: Sequence[str]) -> Iterator[str]:
    """What the first has that is a reason for the second to be there."""
    if not same_policy(one.policy or "null", other.policy or "null"):
        yield "another policy"
    if set(one.security_group_ids) != set(other.security_group_ids):
        yield "other security groups"
    if one.private_dns != other.private_dns:
        yield f"private DNS {'on' if one.private_dns else 'off'}"
    if one.ip_address_type != other.ip_address_type:
        yield f"addresses of type {one.ip_address_type}"
    if one.subnet_ids and other.subnet_ids and not set(one.subnet_ids) & set(other.subnet_ids):
        yield "other subnets"
    yield from (f"another value of the tag {key}" for key in tags if one.tags.get(key) != other.tags.get(key))


def _breach(endpoint: Endpoint, same: Sequence[Endpoint]) -> Breach:
    names, place = " and ".join(one.key.id for one in same), _place(endpoint)
    shared = sorted({name for one in same for name in one.subnet_ids} & set(endpoint.subnet_ids))
    words = (
        f"the endpoint leads to {place}, as {names} of its VPC {'does' if len(same) == 1 else 'do'}, with the same "
        f"policy, security groups, private DNS and type of address{_in(shared)}{and_cost(endpoint)}"
    )
    evidence = {"leads_to": place, "others": [one.key.id for one in same], "shared_subnets": shared}
    return Breach(
        "same-place-twice",
        words,
        evidence,
        advice=_advice(endpoint, same[0], coded=False),
        in_code=InCode(_advice(endpoint, same[0], coded=True), TakeOut()),
    )


def _in(shared: Sequence[str]) -> str:
    return f", in the same subnets ({', '.join(shared)})" if shared else ""


def _advice(endpoint: Endpoint, kept: Endpoint, *, coded: bool) -> str:
    """How to do with one of them; a zone that only this one covers comes first."""
    more = sorted(set(endpoint.subnet_ids) - set(kept.subnet_ids))
    added = f"`{modifying(kept.key, '--add-subnet-ids', *more)}`{OR_IN_CODE if coded else ''}"
    extend = f"{added} (but for zones in which it stands already); "
    taken = f"take the resource of {endpoint.key.id} out of the code that manages it"
    deleted = taken if coded else f"`{deleting(endpoint)}`"
    return (
        f"if {kept.key.id} can do for both: {extend if more else ''}lead the clients that use the names of "
        f"{endpoint.key.id} to it, see that no policy names {endpoint.key.id} (aws:SourceVpce), then {deleted}; if "
        "both are meant, tag each with what tells them apart, and name the tag in rules.duplicate.tags"
    )
