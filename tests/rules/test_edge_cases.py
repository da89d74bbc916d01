"""The edge cases that other tools get wrong, asked of every rule: what each says of its own example of a breach then.

A new rule needs a line. What else hangs on such a case is in the rule's own table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from docs.examples import made
from warden.decide import judge
from warden.model import Finding, Snapshot, Verdict
from warden.neighbours import Vpc
from warden.rules import RULES
from warden.rules.rule import Rule

SHARER: Final = "444455556666"
ELSEWHERE: Final = "eu-west-1"

Case = Callable[[Snapshot], Snapshot]


def changed(seen: Snapshot, **facts: Any) -> Snapshot:
    """The same with another endpoint."""
    return replace(seen, endpoint=replace(seen.endpoint, **facts))


def requester_managed(seen: Snapshot) -> Snapshot:
    """An AWS service made the endpoint."""
    return changed(seen, requester_managed=True)


def cross_region(seen: Snapshot) -> Snapshot:
    """The service stands in another region, which its name says, and EC2 tells everything of it but its zones."""
    name = seen.endpoint.service_name.replace(f".{seen.endpoint.key.region}.", f".{ELSEWHERE}.")
    nowhere = frozenset[str]()
    told = seen.service and replace(seen.service, name=name, zone_names=nowhere, zone_ids=nowhere)
    return replace(changed(seen, service_region=ELSEWHERE, service_name=name), service=told)


def untold_region(seen: Snapshot) -> Snapshot:
    """It stands in another region, of whose services EC2 tells nothing here."""
    return replace(cross_region(seen), service=None, table=None, needs=())


def of_both_families(seen: Snapshot) -> Snapshot:
    """Endpoint and subnets have IPv4 and IPv6."""
    subnets = seen.subnets and tuple(replace(one, ipv6=True) for one in seen.subnets)
    return replace(changed(seen, ip_address_type="dualstack"), subnets=subnets)


def of_ipv6_alone(seen: Snapshot) -> Snapshot:
    """Endpoint and subnets have IPv6 and nothing else."""
    subnets = seen.subnets and tuple(replace(one, ipv4=False, ipv6=True, free_addresses=0) for one in seen.subnets)
    return replace(changed(seen, ip_address_type="ipv6"), subnets=subnets)


def in_a_shared_vpc(seen: Snapshot) -> Snapshot:
    """Another account owns the VPC, and its tags are not to be seen."""
    return replace(seen, vpc=Vpc(seen.endpoint.vpc_id, ("10.0.0.0/16",), SHARER))


CASES: Final[tuple[Case, ...]] = (
    requester_managed,
    cross_region,
    untold_region,
    of_both_families,
    of_ipv6_alone,
    in_a_shared_vpc,
)
BREACH, UNKNOWN, BESIDE, PASS = Verdict.BREACH, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.PASS
VERDICTS: Final = {
    #                          requester cross    untold  dual    IPv6    shared
    "multi-az":                (BREACH, UNKNOWN, UNKNOWN, BREACH, BREACH, BREACH),
    "zone-coverage":           (BESIDE, UNKNOWN, UNKNOWN, BREACH, BREACH, BREACH),
    "gwlb-zone-set":           (BESIDE, UNKNOWN, UNKNOWN, BREACH, BREACH, BREACH),
    "gwlb-route-locality":     (BREACH, BREACH, BREACH, BREACH, BREACH, BREACH),
    "address-headroom":        (BESIDE, BREACH, BREACH, BREACH, BESIDE, BREACH),
    "stuck":                   (BREACH, BREACH, BREACH, BREACH, BREACH, BREACH),
    "endpoint-policy":         (BREACH, BREACH, UNKNOWN, BREACH, BREACH, BREACH),
    "identity-perimeter":      (BREACH, BREACH, BESIDE, BREACH, BREACH, BREACH),
    "resource-perimeter":      (BREACH, BREACH, BESIDE, BREACH, BREACH, BREACH),
    "policy-lint":             (BREACH, BREACH, BESIDE, BREACH, BREACH, BREACH),
    "policy-breadth":          (BREACH, BREACH, BESIDE, BREACH, BREACH, BREACH),
    "security-group":          (BESIDE, BREACH, BREACH, BREACH, BREACH, BREACH),
    "private-dns":             (BESIDE, BREACH, UNKNOWN, BREACH, BREACH, BREACH),
    "approved-service":        (BESIDE, BREACH, BREACH, BREACH, BREACH, UNKNOWN),
    "approved-owner":          (BESIDE, BREACH, UNKNOWN, BREACH, BREACH, BREACH),
    "required-tags":           (BESIDE, BREACH, BREACH, BREACH, BREACH, BREACH),
    "network-activity-logged": (BESIDE, UNKNOWN, UNKNOWN, BREACH, BREACH, BREACH),
    "unused":                  (BESIDE, UNKNOWN, UNKNOWN, BREACH, BREACH, BREACH),
    "underused":               (BESIDE, UNKNOWN, UNKNOWN, BREACH, BREACH, BREACH),
    "duplicate":               (BESIDE, PASS, PASS, BESIDE, BESIDE, BREACH),
    "gateway-instead":         (BESIDE, BESIDE, BESIDE, BREACH, BREACH, UNKNOWN),
    "zones-beyond-need":       (BESIDE, UNKNOWN, UNKNOWN, BREACH, BREACH, UNKNOWN),
}  # fmt: skip
"""By rule, what it says in each of these cases."""


def said(rule: Rule, case: Case) -> Finding:
    """What the rule says of its first example in this case: all that it reads is there."""
    example = made.of(rule)[0]
    found = judge(case(example.seen), [rule], example.standard(rule))
    assert isinstance(found, tuple), f"{rule.id} asks for {', '.join(need.value for need in found)}"
    return found[0]


@pytest.mark.parametrize("place", [pytest.param(place, id=case.__name__) for place, case in enumerate(CASES)])
@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_every_rule_knows_the_edge_cases(rule: Rule, place: int) -> None:
    """In each it says what is certain, or why it does not speak or cannot tell."""
    found = said(rule, CASES[place])
    assert found.verdict is VERDICTS[rule.id][place]
    assert found.message or found.verdict is PASS


COMMAND: Final = re.compile(r"aws (?:ec2|cloudtrail|route53) ([\w-]+)(?: --vpc-id \S+)? --(?:vpc-)?region ([\w-]+)")
IN_THE_SERVICES: Final = {"accept-vpc-endpoint-connections"}
"""Commands that the service's provider gives."""


def test_commands_across_regions_go_where_their_subject_is() -> None:
    """To the endpoint's region, as all that stands around it; only what is done to the service, to the service's."""
    found = [one for rule in RULES for one in COMMAND.findall(said(rule, cross_region).advice)]
    home = made.REGION
    assert {(verb, ELSEWHERE if verb in IN_THE_SERVICES else home) for verb, _ in found} == set(found)
    assert {"accept-vpc-endpoint-connections", "modify-vpc-endpoint"} <= {verb for verb, _ in found}


def test_every_rule_of_endpoints_has_its_line() -> None:
    """One for each case, and none of a rule that is no more."""
    assert set(VERDICTS) == {rule.id for rule in RULES}
    assert {len(line) for line in VERDICTS.values()} == {len(CASES)}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_every_example_is_a_breach_without_them(rule: Rule) -> None:
    """So that another verdict comes from the case alone."""
    assert said(rule, lambda seen: seen).verdict is BREACH
