"""What people are told of endpoints that code manages: the patch of each rule's example, or where else to change what.

And nothing of it is ever done by us: no action is made of it, and nothing that acts knows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple, get_args

import pytest
import yaml

from aws_cli import commands
from builders import gates, snapshot, standard
from docs.examples import made, shown
from docs.examples.made import A, B, C, Example
from test_house import EDGES, PURE, SHELL, WARDEN, imports
from test_rules_never_crash import changes
from warden.actions import Action
from warden.code_changes import CodeChange, LeaveSubnets, TakeOut
from warden.decide import HANDS_OFF, decide, in_code, judge
from warden.managed import TERRAFORM
from warden.model import Finding, InCode, Mode, Outcome, Plan, Result, Severity, Snapshot, Verdict
from warden.rules import EVERY_RULE, RULES
from warden.rules.rule import AnyRule, Rule
from warden.standard import Standard
from warden.standard_file import load
from warden.template_patch import LOGICAL_ID, STACK_TAGS

STACK: Final = {STACK_TAGS[0]: "network", LOGICAL_ID: "Endpoint"}
TERRAFORMED: Final = {"ManagedBy": "terraform"}
MANAGED: Final = load('[managed]\ntags = ["ManagedBy", "iac=pulumi"]\n').managed


class Patched(NamedTuple):
    """The resource as the template is to have it, and a line of the configuration."""

    resource: dict[str, Any]
    line: str


class Without(NamedTuple):
    """The words that say what else is to be changed, or who is to decide: there is no patch."""

    says: str


class Beside(NamedTuple):
    """What the template of something else is to have, which its own tags tell, whoever manages the endpoint."""

    name: str
    properties: dict[str, Any]


def subnets(*ids: str) -> Patched:
    """A list of subnets."""
    return Patched({"Properties": {"SubnetIds": list(ids)}}, "subnet_ids = [")


def of_file(name: str) -> Patched:
    """A policy that people have in a file by then."""
    line = f'policy = file("${{path.module}}/{made.ENDPOINT.key.id}-{name}.json")'
    return Patched({"Properties": {"PolicyDocument": None}}, line)


TAKEN_OUT: Final = Patched(
    {"Type": "AWS::EC2::VPCEndpoint"}, f"# Terraform: take out the aws_vpc_endpoint with the id {made.ENDPOINT.key.id}"
)
TOLD: Final[dict[tuple[str, int], Patched | Without | Beside]] = {
    ("multi-az", 0): subnets(A.id, B.id),
    ("multi-az", 1): subnets(A.id, B.id),
    ("zone-coverage", 0): subnets(A.id, B.id, C.id),
    ("zone-coverage", 1): subnets(A.id, B.id, C.id),
    ("gwlb-zone-set", 0): Without("make an endpoint in use1-az2"),
    ("gwlb-route-locality", 0): Without("`aws ec2 replace-route "),
    ("address-headroom", 0): Without("`aws ec2 associate-vpc-cidr-block "),
    ("stuck", 0): Without("accepts it: `aws ec2 accept-vpc-endpoint-connections "),
    ("endpoint-policy", 0): Patched({"Properties": {"PolicyDocument": None}}, "policy = <<-POLICY"),
    ("identity-perimeter", 0): of_file("tight"),
    ("resource-perimeter", 0): of_file("tight"),
    ("policy-lint", 0): of_file("policy"),
    ("policy-breadth", 0): of_file("policy"),
    ("security-group", 0): Without("what a group lets in is changed in the group's own code, if it has any"),
    ("security-group", 3): Beside(
        "EndpointGroup",
        {"SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"}]},
    ),
    ("private-dns", 0): Patched({"Properties": {"PrivateDnsEnabled": True}}, "private_dns_enabled = true"),
    ("private-dns", 1): Without("see where the zone's records lead clients"),
    ("private-dns", 2): Patched({"Properties": {"PrivateDnsEnabled": False}}, "private_dns_enabled = false"),
    ("private-dns", 3): Beside("Vpc", {"EnableDnsHostnames": True}),
    ("approved-service", 0): Without("ask whoever made it"),
    ("approved-owner", 0): Without("find out what it is for"),
    ("required-tags", 0): Patched(
        {"Properties": {"Tags": [{"Key": "Owner", "Value": "VALUE"}]}}, '  "Owner" = "VALUE"'
    ),
    ("network-activity-logged", 0): Without("add `{"),
    ("unused", 0): TAKEN_OUT,
    ("unused", 1): subnets(A.id, B.id),
    ("underused", 0): Without("cheaper ways: "),
    ("duplicate", 0): TAKEN_OUT,
    ("gateway-instead", 0): TAKEN_OUT,
    ("zones-beyond-need", 0): subnets(A.id, B.id),
}
"""Of each example that is a breach, by rule and place."""


def examples() -> Iterator[tuple[Rule, int, Example]]:
    """Each that is a breach."""
    for rule in RULES:
        for place, example in enumerate(made.of(rule)):
            if any(one.verdict is Verdict.BREACH for one in judged(rule, example, {})[1]):
                yield rule, place, example


def judged(rule: Rule, example: Example, tags: dict[str, str]) -> tuple[Snapshot, tuple[Finding, ...], Standard]:
    """The example as the rule judges it of an endpoint with these tags besides its own."""
    here = example.seen.endpoint
    seen = replace(example.seen, endpoint=replace(here, tags={**here.tags, **tags}))
    demanded = replace(example.standard(rule), managed=MANAGED)
    found = judge(seen, [rule], demanded)
    assert isinstance(found, tuple)
    return seen, found, demanded


def planned(rule: Rule, example: Example, tags: dict[str, str]) -> Plan:
    """What becomes of the example where everything is allowed."""
    seen, found, demanded = judged(rule, example, tags)
    return decide(seen, tuple(replace(one, mode=Mode.ENFORCE) for one in found), demanded, gates())


def told(rule: Rule, example: Example, tags: dict[str, str]) -> Result:
    """What people are told of it."""
    return planned(rule, example, tags).results[0]


EACH = pytest.mark.parametrize(
    ("rule", "place", "example"), [pytest.param(*one, id=f"{one[0].id}-{one[1]}") for one in examples()]
)


def test_the_table_has_every_example() -> None:
    """In the order of the rules."""
    assert list(TOLD) == [(rule.id, place) for rule, place, _ in examples()]


@EACH
def test_a_template_is_patched(rule: Rule, place: int, example: Example) -> None:
    """In the endpoint's own resource, or it is said what else is to be changed."""
    result, wanted = told(rule, example, STACK), TOLD[rule.id, place]
    if isinstance(wanted, Without):
        assert (result.patch, result.outcome) == ("", Outcome.TOLD)
        assert wanted.says in result.finding.advice
        return
    resources = yaml.safe_load(result.patch)["Resources"]
    if isinstance(wanted, Beside):
        assert resources == {wanted.name: {"Properties": wanted.properties}}
        return
    found = resources["Endpoint"]
    if "PolicyDocument" in found.get("Properties", {}):  # what it holds is the rule's matter
        found["Properties"]["PolicyDocument"] = None
    assert found == wanted.resource


@EACH
def test_a_configuration_is_patched(rule: Rule, place: int, example: Example) -> None:
    """The same for Terraform."""
    result, wanted = told(rule, example, TERRAFORMED), TOLD[rule.id, place]
    if isinstance(wanted, Without):
        assert result.patch == ""
        assert wanted.says in result.finding.advice
    elif isinstance(wanted, Beside):
        assert result.patch == told(rule, example, STACK).patch
    else:
        assert result.patch.startswith(f"# {TERRAFORM}: ")
        assert any(line.startswith(wanted.line) for line in result.patch.splitlines())


@EACH
@pytest.mark.parametrize("tags", [STACK, TERRAFORMED, {"iac": "pulumi"}], ids=["CloudFormation", "Terraform", "Pulumi"])
def test_no_command_changes_what_code_manages(rule: Rule, place: int, example: Example, tags: dict[str, str]) -> None:
    """Of a tool whose code is not known here, too: there the words have to do."""
    result, wanted = told(rule, example, tags), TOLD[rule.id, place]
    assert not [one for one in commands(result.finding.advice) if changes(one, made.ENDPOINT.key.id)]
    assert bool(result.patch) is ((isinstance(wanted, Patched) and "iac" not in tags) or isinstance(wanted, Beside))
    assert result.finding.fix or result.finding.advice


@EACH
def test_what_nobody_s_code_manages_is_told_by_command(rule: Rule, place: int, example: Example) -> None:
    """Hands-off does not make code of it: a person's hands may."""
    for tags in ({}, {HANDS_OFF: "x"}):
        _, found, _ = judged(rule, example, tags)
        patched = bool([one.patch for one in planned(rule, example, tags).results if one.patch])
        assert patched is isinstance(TOLD[rule.id, place], Beside)
        for one in (one for one in found if one.in_code and one.in_code.change):
            assert one.advice != in_code(one).advice
            assert [command for command in commands(one.advice) if changes(command, made.ENDPOINT.key.id)]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in EVERY_RULE])
def test_what_has_no_fix_has_advice(rule: AnyRule) -> None:
    """Nobody is told of a breach and left alone with it."""
    found = [shown.finding_of(rule, example) for example in made.of(rule)]
    assert all(one.fix or one.advice for one in found if one.verdict is Verdict.BREACH)


def coded(change: CodeChange | None) -> Finding:
    """A finding that only people can mend, by hand or in code."""
    return Finding(
        "unused",
        Verdict.BREACH,
        Severity.LOW,
        "unused",
        advice="by hand",
        mode=Mode.ENFORCE,
        in_code=InCode("in code", change),
    )


@pytest.mark.parametrize(
    ("facts", "managed_by", "advice", "patched"),
    [
        pytest.param({"tags": STACK}, "", "in code", True, id="by a stack's tags"),
        pytest.param({"tags": TERRAFORMED}, "", "in code", True, id="by a tag of the standard"),
        pytest.param({}, "Terraform", "in code", True, id="by what is remembered"),
        pytest.param({}, "Pulumi", "in code", False, id="by a tool whose code is not known here"),
        pytest.param({"tags": {HANDS_OFF: "x"}}, "", "by hand", False, id="by nobody, and left alone"),
        pytest.param({}, "", "by hand", False, id="by nobody"),
        pytest.param({"tags": STACK, "requester_managed": True}, "", "by hand", False, id="by an AWS service"),
    ],
)
def test_who_manages_it_chooses_the_advice(
    facts: dict[str, Any], managed_by: str, advice: str, *, patched: bool
) -> None:
    """As the endpoint shows it, or as the ledger remembers who made it."""
    demanded = replace(standard(), managed=MANAGED)
    plan = decide(snapshot(**facts), (coded(TakeOut()),), demanded, gates(managed_by=managed_by))
    (result,) = plan.results
    assert (result.outcome, result.why, result.finding.advice) == (Outcome.TOLD, advice, advice)
    assert bool(result.patch) is patched


def test_without_a_change_there_are_words_alone() -> None:
    """Where what is to be changed is not exactly known."""
    (result,) = decide(snapshot(tags=STACK), (coded(None),), standard(), gates()).results
    assert (result.why, result.patch) == ("in code", "")


@EACH
def test_nothing_of_it_is_ever_done(rule: Rule, place: int, example: Example) -> None:
    """However much is allowed: an action is only made of a fix, and no rule has both."""
    for tags in ({}, STACK, TERRAFORMED):
        plan = planned(rule, example, tags)
        assert [one for one in plan.fixes if one.in_code] == [], place
        assert all(isinstance(one, get_args(Action)) for one in plan.actions)
    assert decide(snapshot(), (coded(LeaveSubnets((A.id,))),), standard(), gates()).actions == ()


def test_nothing_that_acts_knows_it() -> None:
    """No change of code is an action, and neither what acts nor what talks to AWS imports one."""
    assert not set(get_args(CodeChange)) & set(get_args(Action))
    acting = [path for path in WARDEN.glob("*.py") if path.name in EDGES | SHELL | {"actions.py", "command.py"}]
    assert WARDEN / "act.py" in acting
    assert [path.name for path in acting if ".code_changes" in set(imports(path))] == []
    assert any(".code_changes" in set(imports(path)) for path in PURE)
