"""From findings to a plan: every gate that can hold a fix back, and the order in which they speak."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import (
    ACCOUNT,
    FULL_ACCESS,
    KEY,
    NOW,
    OFF,
    VPC,
    A,
    B,
    C,
    endpoint,
    gates,
    owned,
    snapshot,
    standard,
    subnet,
)
from warden.actions import AddSubnets, ReplacePolicy, in_one
from warden.decide import Gates, decide, findings_of, judge, seen_hash
from warden.model import Breach, Finding, Mode, Need, Outcome, Plan, Severity, Subnet, Unknown, Verdict
from warden.neighbours import Interface, Vpc
from warden.rules import RULES, SERVICE_RULES
from warden.standard import Standard
from warden.subjects import Principal

ONE_ZONE: dict[str, object] = {}
FULL: dict[str, object] = {"subnet_ids": (A.id, B.id), "policy": FULL_ACCESS}
STUCK = {"pending": "pending", "pendingacceptance": "awaiting-acceptance"}
UNPROVED = '[organisation]\nid = "o-a1b2c3d4e5"\n[rules.endpoint-policy]\nmode = "enforce"\n[baseline.kms]\n'


ZONES = """
[rules.multi-az]
mode = "{}"
min_zones = {}
[rules.zone-coverage]
mode = "{}"
"""
IN_C: dict[str, object] = {
    "interfaces": (Interface("eni-1", C.id, C.zone_name),),
    "vpc": Vpc(VPC, ("10.0.0.0/16",), ACCOUNT),
}


def plan(facts: dict[str, object], through: Gates | None = None, toml: str | None = None) -> Plan:
    demanded: Standard = standard() if toml is None else standard(toml)
    seen = snapshot(**facts)
    findings = judge(seen, RULES, demanded)
    assert isinstance(findings, tuple)
    return decide(seen, findings, demanded, through or gates())


def test_both_fixes_go_out_in_one_plan() -> None:
    """One zone and full access: one plan, so one call."""
    actions = plan({"policy": FULL_ACCESS}).actions
    assert [type(action) for action in actions] == [AddSubnets, ReplacePolicy]


def test_a_compliant_endpoint_has_nothing_in_its_plan() -> None:
    """Neither actions nor anything to tell."""
    made = plan({"subnet_ids": (A.id, B.id)})
    assert (made.actions, made.results) == ((), ())


@pytest.mark.parametrize(
    ("ceiling", "rule_mode", "outcome", "why"),
    [
        ("notify", "enforce", Outcome.WOULD_FIX, "the mode is notify (the stack)"),
        (
            "enforce",
            "notify",
            Outcome.WOULD_FIX,
            "the mode is notify (the rule multi-az in the deployed standard.toml)",
        ),
        ("notify", "notify", Outcome.WOULD_FIX, "the mode is notify (the stack)"),
        ("off", "enforce", Outcome.WOULD_FIX, "the mode is off (the stack)"),
    ],
)
def test_the_lowest_mode_counts(ceiling: str, rule_mode: str, outcome: Outcome, why: str) -> None:
    """Below enforce nothing is planned, and it is told what would be."""
    made = plan(ONE_ZONE, gates(ceiling=Mode(ceiling)), f'[rules.multi-az]\nmode = "{rule_mode}"')
    (result,) = made.results
    assert (made.actions, result.outcome, result.why) == ((), outcome, why)


@pytest.mark.parametrize(
    ("facts", "through", "why"),
    [
        pytest.param({"requester_managed": True}, {}, "an AWS service made the endpoint", id="requester-managed"),
        pytest.param({"tags": {"warden:hands-off": ""}}, {}, "warden:hands-off", id="hands-off"),
        pytest.param({"tags": {"aws:cloudformation:stack-name": "net"}}, {}, "(stack net)", id="CloudFormation's tag"),
        pytest.param({"tags": {"made-by": "us"}}, {}, "made-by=us", id="the standard's tag"),
        pytest.param({"tags": {"tool": "tf"}}, {}, "tool=tf", id="the standard's tag with value"),
        pytest.param({}, {"managed_by": "Terraform"}, "Terraform manages", id="creator's user agent"),
        pytest.param({}, {"own": True}, "our own last change", id="our own change is only verified"),
        pytest.param({}, {"creator_known": False}, "who made it is not known", id="creator unknown"),
        pytest.param({}, {"writes": (NOW, NOW, NOW)}, "written 3 times within 24 hours", id="fourth write"),
    ],
)
def test_what_holds_a_fix_back(facts: dict[str, object], through: dict[str, object], why: str) -> None:
    """The finding stays, nothing is written, and the reason is told."""
    toml = '[rules.multi-az]\nmode = "enforce"\n[managed]\ntags = ["made-by", "tool=tf"]\n'
    made = plan(facts, gates(**through), toml)
    (result,) = made.results
    assert (made.actions, result.outcome) == ((), Outcome.HELD)
    assert why in result.why


@pytest.mark.parametrize(
    ("facts", "through", "toml"),
    [
        pytest.param({"tags": {"tool": "other"}}, {}, "", id="the standard's tag with another value"),
        pytest.param({}, {"writes": (NOW, NOW, NOW - timedelta(hours=25))}, "", id="third write in 24 hours"),
        pytest.param({}, {"creator_known": False}, 'unknown_creator = "write"', id="creator unknown, and allowed"),
    ],
)
def test_what_does_not_hold_a_fix_back(facts: dict[str, object], through: dict[str, object], toml: str) -> None:
    """Gates shut for what they name and for nothing else."""
    text = f'[rules.multi-az]\nmode = "enforce"\n[managed]\ntags = ["tool=tf"]\n{toml}'
    assert plan(facts, gates(**through), text).actions == (AddSubnets((B.id,), (B.zone_id,)),)


def test_a_policy_is_replaced_only_where_that_was_accepted() -> None:
    """Until it is proved what a policy breaks, the standard must say for each service that it may."""
    (result,) = plan(FULL, toml=UNPROVED).results
    assert (result.outcome, "accept_unproved" in result.why) == (Outcome.HELD, True)
    assert plan(FULL).actions


def test_a_policy_of_an_endpoint_across_regions_is_replaced_as_others_are() -> None:
    """By the baseline of the service's own name, which has another region in it than the endpoint's."""
    facts = FULL | {"service_name": "com.amazonaws.eu-west-1.kms", "service_region": "eu-west-1"}
    (result,) = (one for one in plan(facts, toml=UNPROVED).results if one.finding.rule == "endpoint-policy")
    assert (result.outcome, "baseline.kms.accept_unproved" in result.why) == (Outcome.HELD, True)
    assert [type(action) for action in plan(facts).actions] == [ReplacePolicy]


def test_would_fix_tells_what_else_stands_in_the_way() -> None:
    """Raising the mode alone would not do: all of it is said now, not one gate after each deployment."""
    through = gates(ceiling=Mode.NOTIFY, creator_known=False, writes=(NOW,) * 3)
    (result,) = plan(FULL, through, UNPROVED).results
    assert result.outcome is Outcome.WOULD_FIX
    mode, written, maker, proof = result.why.split("; besides, ")
    assert mode == "the mode is notify (the stack)"
    assert written.startswith("it was written 3 times")
    assert maker.startswith("who made it is not known")
    assert proof.startswith("a policy is only replaced with baseline.kms.accept_unproved")


def test_held_tells_all_that_stands_in_the_way() -> None:
    """Whoever clears one gate does not meet another one that was there before."""
    (result,) = plan(FULL, gates(creator_known=False), UNPROVED).results
    assert result.outcome is Outcome.HELD
    assert result.why.startswith("who made it is not known")
    assert "; besides, a policy is only replaced with" in result.why


def test_what_is_never_written_is_told_as_held_in_any_mode() -> None:
    """A promise to fix in another mode would be a lie."""
    (result,) = plan({"requester_managed": True}, gates(ceiling=Mode.NOTIFY)).results
    assert result.outcome is Outcome.HELD


def test_a_rule_that_is_off_is_not_judged() -> None:
    """No finding at all."""
    assert judge(snapshot(), RULES, standard(OFF)) == ()


def test_an_unknown_type_is_unsupported_and_nothing_else() -> None:
    """Never PASS."""
    findings = judge(snapshot(type_name="Tunnel"), RULES, standard())
    assert isinstance(findings, tuple)
    assert [finding.verdict for finding in findings] == [Verdict.UNSUPPORTED]
    assert "'Tunnel'" in findings[0].message


@pytest.mark.parametrize("state", ["pending", "pendingacceptance"])
def test_a_pending_endpoint_is_unknown_to_all_rules_but_one(state: str) -> None:
    """It is looked at again; until then nobody says PASS, nor asks for more, but who judges the waiting itself."""
    findings = judge(snapshot(state=state, subnets=None), RULES, standard())
    assert isinstance(findings, tuple)
    assert {finding.rule: finding.code for finding in findings if not finding.waits} == {"stuck": STUCK[state]}
    assert {finding.verdict for finding in findings if finding.waits} == {Verdict.UNKNOWN}
    assert len(findings) > 1


def test_no_rule_waits_for_an_endpoint_that_is_ready() -> None:
    """To wait is not a code that a rule gives."""
    findings = judge(snapshot(), RULES, standard())
    assert isinstance(findings, tuple)
    assert not any(finding.waits for finding in findings)


def test_a_rule_that_needs_more_is_heard() -> None:
    """Judging waits until it is read."""
    assert judge(snapshot(subnets=None), RULES, standard()) == frozenset({Need.SUBNETS})


@pytest.mark.parametrize(
    "facts",
    [
        {"subnet_ids": (A.id, B.id)},
        {"policy": FULL_ACCESS},
        {"state": "partial"},
        {"tags": {"a": "b"}},
        {"security_group_ids": ("sg-1",)},
        {"private_dns": True},
        {"route_table_ids": ("rtb-1",)},
    ],
)
def test_a_plan_is_bound_to_what_was_seen(facts: dict[str, object]) -> None:
    """Any fact that a plan may depend on changes the hash; the order of lists does not."""
    assert seen_hash(endpoint()) != seen_hash(endpoint(**facts))
    assert seen_hash(endpoint(subnet_ids=(A.id, B.id))) == seen_hash(endpoint(subnet_ids=(B.id, A.id)))
    assert plan({}).key == KEY


# --- Two rules that want subnets ---


@pytest.mark.parametrize(
    ("modes", "added", "fixed"),
    [
        pytest.param(("enforce", 2, "enforce"), (C,), ["multi-az", "zone-coverage"], id="one zone does for both"),
        pytest.param(("enforce", 3, "enforce"), (C, B), ["multi-az", "zone-coverage"], id="one of them wants more"),
        pytest.param(("notify", 3, "enforce"), (C,), ["zone-coverage"], id="only what is enforced"),
        pytest.param(("enforce", 2, "notify"), (C,), ["multi-az"], id="only what is enforced, the other one"),
        pytest.param(("enforce", 1, "enforce"), (C,), ["zone-coverage"], id="one is content"),
    ],
)
def test_two_rules_that_add_subnets_make_one_action(
    modes: tuple[str, int, str], added: tuple[Subnet, ...], fixed: list[str]
) -> None:
    """One action with each zone once, and every finding that it mends."""
    made = plan(IN_C, toml=ZONES.format(*modes))
    assert made.actions == (AddSubnets(tuple(one.id for one in added), tuple(one.zone_id for one in added)),)
    assert [finding.rule for finding in made.fixes] == fixed
    assert not {result.finding.rule for result in made.results} & set(fixed)


def test_two_subnets_of_a_zone_are_never_added_together() -> None:
    """The first that was chosen counts, for both; each finding says what is done for it and no more."""
    other = subnet(5)
    first, second, policy = (
        Finding("a", Verdict.BREACH, Severity.LOW, fix=fix, mode=Mode.ENFORCE)
        for fix in (
            AddSubnets((B.id,), (B.zone_id,)),
            AddSubnets((C.id, other.id), (C.zone_id, other.zone_id)),
            ReplacePolicy("{}", "{}"),
        )
    )
    toml = f"{UNPROVED}accept_unproved = true\n"
    made = decide(snapshot(), (policy, first, second), standard(toml), gates())
    assert made.actions == (AddSubnets((B.id, C.id), (B.zone_id, C.zone_id)), policy.fix)
    assert [finding.fix for finding in made.fixes] == [
        policy.fix,
        first.fix,
        AddSubnets((C.id, B.id), (C.zone_id, B.zone_id)),
    ]


def test_changes_of_other_kinds_stay_as_they_are() -> None:
    """Nothing is added where nothing was to be; the same change twice is one."""
    policy = ReplacePolicy("{}", "[]")
    assert in_one(()) == ()
    assert in_one((policy, policy)) == (policy,)


def test_the_parts_of_what_is_unknown_reach_its_finding() -> None:
    """By them people hear of another one; without them the first would hide all that follow."""
    seen = owned(principals=(Principal("arn:aws:iam::999988887777:root"),))
    text = '[organisation]\nid = "o-a1b2c3d4e5"\n[rules.service-principals]\nmode = "notify"\n'
    found = {one.rule: one for one in findings_of(SERVICE_RULES, seen, standard(text))}["service-principals"]
    assert (found.verdict, found.parts) == (Verdict.UNKNOWN, ("arn:aws:iam::999988887777:root unknown",))


@pytest.mark.parametrize("besides", [Breach("other", "b", advice="do"), Unknown("why", ("part",))])
def test_what_a_rule_says_besides_is_a_finding_of_its_own(besides: Breach | Unknown) -> None:
    """With the rule's name, severity and mode, of a service as of an endpoint."""
    twofold = Breach("one", "a", besides=besides)
    alone = replace(SERVICE_RULES[0], judge=lambda _seen, _standard: besides)
    both = replace(SERVICE_RULES[0], judge=lambda _seen, _standard: twofold)
    first, second = findings_of((both,), owned(), standard(""))
    assert (first.code, (second,)) == ("one", findings_of((alone,), owned(), standard("")))
    of_endpoints = replace(RULES[0], judge_applicable=lambda _seen, _standard: twofold)
    found = judge(snapshot(), (of_endpoints,), standard(""))
    assert isinstance(found, tuple)
    assert [one.rule for one in found] == [RULES[0].id] * 2
