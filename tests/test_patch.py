"""What to change in the code that manages an endpoint: read back by YAML, or held to the letter for Terraform."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from builders import KEY, A, B, C, endpoint, gates, snapshot, standard
from warden.actions import Action, AddSubnets, RemoveSubnets, ReplacePolicy
from warden.code_changes import (
    AddTables,
    CodeChange,
    LeaveSubnets,
    SetPrivateDns,
    SetTags,
    SwapGroups,
    TakeOut,
    TakePolicy,
)
from warden.decide import HANDS_OFF, decide, managing_tool
from warden.managed import CLOUDFORMATION, TERRAFORM
from warden.model import Finding, Mode, Outcome, Result, Severity, Verdict
from warden.patch import overlap, patch_for
from warden.template_patch import LOGICAL_ID, STACK_TAGS
from warden.terraform_patch import OPENTOFU

NAME, ID = STACK_TAGS
STACK = {NAME: "network", LOGICAL_ID: "KmsEndpoint"}
TERRAFORMED = {"ManagedBy": "terraform"}
OWNER = ("Owner", ())
ENV = ("Env", ("prod", "test"))
TEAM = ("Team: #1", ('${a} "b"',))
POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}-%{x}/é"}]})
ADD = AddSubnets((B.id, C.id), (B.zone_id, C.zone_id))
REPLACE = ReplacePolicy(POLICY, "{}")
COMMAND = "aws cloudformation describe-stack-resources --region us-east-1 --physical-resource-id"
MANAGED = '[managed]\ntags = ["ManagedBy=terraform", "tofu", "iac=pulumi"]\n'


@pytest.mark.parametrize(
    ("fix", "properties"),
    [
        pytest.param(ADD, {"SubnetIds": [A.id, B.id, C.id]}, id="the whole new list"),
        pytest.param(AddSubnets((A.id, B.id), ()), {"SubnetIds": [A.id, B.id]}, id="none twice"),
        pytest.param(RemoveSubnets((A.id,)), {"SubnetIds": None}, id="the whole list, without"),
        pytest.param(REPLACE, {"PolicyDocument": json.loads(POLICY)}, id="the new document"),
        pytest.param(TakePolicy("x.json"), {"PolicyDocument": None}, id="the document of a file, by its name"),
        pytest.param(LeaveSubnets((A.id,)), {"SubnetIds": None}, id="the whole list, without, for people"),
        pytest.param(
            SetTags((OWNER, ENV, TEAM)),
            {
                "Tags": [
                    {"Key": "Owner", "Value": "VALUE"},
                    {"Key": "Env", "Value": "VALUE"},
                    {"Key": "Team: #1", "Value": '${a} "b"'},
                ]
            },
            id="tags, whatever is in them",
        ),
        pytest.param(SetPrivateDns(on=True), {"PrivateDnsEnabled": True}, id="private DNS on"),
        pytest.param(SetPrivateDns(on=False), {"PrivateDnsEnabled": False}, id="private DNS off"),
        pytest.param(
            SetPrivateDns(on=True, all_resolvers=True),
            {
                "PrivateDnsEnabled": True,
                "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": "AllResolvers"},
            },
            id="private DNS on, for all: the option is a word, and no boolean",
        ),
        pytest.param(SwapGroups(("sg-1",)), {"SecurityGroupIds": ["sg-2", "NEW"]}, id="another group"),
        pytest.param(
            AddTables(("rtb-2", "rtb-1")), {"RouteTableIds": ["rtb-1", "rtb-2"]}, id="the whole new list of tables"
        ),
    ],
)
def test_a_template_is_changed_in_its_resource(fix: Action | CodeChange, properties: dict[str, Any]) -> None:
    """The property of the logical id's resource, as YAML reads it."""
    patch = patch_for(
        endpoint(tags=STACK, security_group_ids=("sg-1", "sg-2"), route_table_ids=("rtb-1",)), fix, CLOUDFORMATION
    )
    assert yaml.safe_load(patch) == {"Resources": {"KmsEndpoint": {"Properties": properties}}}
    assert patch.startswith("# template of stack network\n")


def test_a_resource_is_taken_out_of_a_template() -> None:
    """It is named with its type, and what goes with it, and what would keep the endpoint."""
    patch = patch_for(endpoint(tags=STACK), TakeOut(), CLOUDFORMATION)
    assert yaml.safe_load(patch) == {"Resources": {"KmsEndpoint": {"Type": "AWS::EC2::VPCEndpoint"}}}
    assert patch.splitlines()[1] == (
        "# take out this resource, and what refers to it; with DeletionPolicy: Retain its endpoint would stay"
    )


def test_the_choice_of_a_value_stands_beside_it() -> None:
    """In a comment, of one line whatever somebody wrote."""
    change = SetTags((("Env", ("prod", "a\nb: c")),))
    assert patch_for(endpoint(tags=STACK), change, CLOUDFORMATION).endswith('Value: "VALUE"  # prod or a b: c')
    assert patch_for(endpoint(), change, TERRAFORM).endswith('  "Env" = "VALUE" # prod or a b: c\n}')


def test_a_resource_without_a_name_is_to_be_looked_up() -> None:
    """By the command that tells it; the stack is named by its ARN where nothing else does."""
    patch = patch_for(endpoint(tags={ID: "arn:aws:cloudformation:us-east-1:1:stack/a/b"}), ADD, CLOUDFORMATION)
    assert patch.splitlines()[:4] == [
        "# template of stack arn:aws:cloudformation:us-east-1:1:stack/a/b",
        f"# its resource's name: {COMMAND} {KEY.id}",
        "Resources:",
        "  RESOURCE:",
    ]


def test_a_tag_adds_no_line() -> None:
    """Whatever somebody wrote into it."""
    patch = patch_for(endpoint(tags={NAME: "a\nOutputs: {}", LOGICAL_ID: "X:\n  Y"}), ADD, CLOUDFORMATION)
    assert list(yaml.safe_load(patch)) == ["Resources"]
    assert list(yaml.safe_load(patch)["Resources"]) == ["RESOURCE"]


def test_a_configuration_has_two_ways_to_name_subnets() -> None:
    """The whole list in the endpoint's resource, or one more resource for each that is added."""
    assert patch_for(endpoint(), AddSubnets((B.id,), ()), TERRAFORM).splitlines() == [
        f"# Terraform: in the aws_vpc_endpoint with the id {KEY.id}",
        "subnet_ids = [",
        f'  "{A.id}",',
        f'  "{B.id}",',
        "]",
        "# or, where each of its subnets has a resource of its own:",
        f'resource "aws_vpc_endpoint_subnet_association" "{B.id.replace("-", "_")}" {{',
        f'  vpc_endpoint_id = "{KEY.id}"',
        f'  subnet_id       = "{B.id}"',
        "}",
    ]


def test_subnets_are_taken_out_of_a_configuration() -> None:
    """Of what has a resource of its own, nothing can be said but by its name."""
    patch = patch_for(endpoint(subnet_ids=(A.id, B.id)), RemoveSubnets((B.id,)), OPENTOFU)
    assert patch.splitlines()[1:] == [
        "subnet_ids = [",
        f'  "{A.id}",',
        "]",
        f"# or, where each of its subnets has a resource of its own: take out that of {B.id}",
    ]
    assert patch.startswith("# OpenTofu: ")


@pytest.mark.parametrize(
    ("facts", "change", "lines"),
    [
        pytest.param(
            {},
            SetTags((OWNER, TEAM)),
            [
                "tags = { # besides the others that it has",
                '  "Owner" = "VALUE"',
                '  "Team: #1" = "$${a} \\"b\\""',
                "}",
            ],
            id="tags, in which nothing is filled in",
        ),
        pytest.param(
            {},
            TakePolicy("x.json"),
            [
                "# (or in its aws_vpc_endpoint_policy)",
                'policy = file("${path.module}/x.json") # x.json, laid beside the configuration',
            ],
            id="the policy of a file, in which nothing is filled in",
        ),
        pytest.param({}, SetPrivateDns(on=True), ["private_dns_enabled = true"], id="private DNS on"),
        pytest.param(
            {},
            SetPrivateDns(on=True, all_resolvers=True),
            [
                "private_dns_enabled = true",
                "dns_options {",
                "  private_dns_only_for_inbound_resolver_endpoint = false",
                "}",
            ],
            id="private DNS on, for all",
        ),
        pytest.param({}, SetPrivateDns(on=False), ["private_dns_enabled = false"], id="private DNS off"),
        pytest.param(
            {"inbound_only": True},
            SetPrivateDns(on=False),
            [
                "private_dns_enabled = false",
                "# and without private_dns_only_for_inbound_resolver_endpoint, which needs private DNS",
            ],
            id="private DNS off, with what hangs on it",
        ),
        pytest.param(
            {"route_table_ids": ("rtb-1",)},
            AddTables(("rtb-2",)),
            [
                "route_table_ids = [",
                '  "rtb-1",',
                '  "rtb-2",',
                "]",
                "# or, where each of its route tables has a resource of its own:",
                'resource "aws_vpc_endpoint_route_table_association" "rtb_2" {',
                f'  vpc_endpoint_id = "{KEY.id}"',
                '  route_table_id  = "rtb-2"',
                "}",
            ],
            id="route tables, two ways",
        ),
        pytest.param(
            {"security_group_ids": ("sg-1", "sg-2")},
            SwapGroups(("sg-1",)),
            [
                "security_group_ids = [",
                '  "sg-2",',
                '  "NEW",',
                "]",
                "# or, where each of its groups has a resource of its own:",
                'resource "aws_vpc_endpoint_security_group_association" "NEW" {',
                f'  vpc_endpoint_id             = "{KEY.id}"',
                '  security_group_id           = "NEW"',
                "  replace_default_association = true",
                "}",
            ],
            id="another group",
        ),
    ],
)
def test_a_configuration_is_changed_in_its_arguments(
    facts: dict[str, Any], change: CodeChange, lines: list[str]
) -> None:
    """Each as Terraform's and OpenTofu's provider names it."""
    assert patch_for(endpoint(**facts), change, TERRAFORM).splitlines()[1:] == lines


@pytest.mark.parametrize(("tool", "program"), [(TERRAFORM, "terraform"), (OPENTOFU, "tofu")])
def test_a_resource_is_taken_out_of_a_configuration(tool: str, program: str) -> None:
    """Where it stands, the tool itself tells."""
    assert patch_for(endpoint(), TakeOut(), tool).splitlines() == [
        f"# {tool}: take out the aws_vpc_endpoint with the id {KEY.id}, and what refers to it",
        f"# its address: {program} state list -id={KEY.id}",
    ]


@pytest.mark.parametrize("tool", [CLOUDFORMATION, TERRAFORM])
@pytest.mark.parametrize(
    ("changes", "same"),
    [
        pytest.param((ADD, LeaveSubnets((A.id,))), True, id="one list, twice"),
        pytest.param((ADD, REPLACE, SetTags((OWNER,)), SetPrivateDns(on=True)), False, id="each its own"),
        pytest.param((REPLACE, TakePolicy("x.json")), True, id="one policy, twice"),
        pytest.param((ADD, TakeOut()), False, id="a list of what goes"),
        pytest.param((ADD,), False, id="one"),
    ],
)
def test_two_patches_of_one_list_are_known(tool: str, changes: tuple[Action | CodeChange, ...], *, same: bool) -> None:
    """The second as it is would undo the first."""
    assert overlap([patch_for(endpoint(tags=STACK), one, tool) for one in changes]) is same


def test_nothing_of_a_policy_is_filled_in_by_a_configuration() -> None:
    """Variables of IAM look like Terraform's own, so they are escaped; all else stands as it is."""
    patch = patch_for(endpoint(), REPLACE, TERRAFORM)
    head, _, rest = patch.partition("policy = <<-POLICY\n")
    body, end, _ = rest.rpartition("\nPOLICY")
    assert "aws_vpc_endpoint_policy" in head
    assert end
    assert "$${aws:PrincipalTag/team}-%%{x}/é" in body
    assert json.loads(body.replace("$${", "${").replace("%%{", "%{")) == json.loads(POLICY)


@pytest.mark.parametrize(
    ("facts", "managed_by", "tool"),
    [
        pytest.param({"tags": STACK}, "", CLOUDFORMATION, id="CloudFormation"),
        pytest.param({"tags": STACK | TERRAFORMED}, "Terraform", CLOUDFORMATION, id="its tags nobody else can set"),
        pytest.param({"tags": TERRAFORMED}, "", TERRAFORM, id="a tag of the standard"),
        pytest.param({"tags": {"tofu": "yes"}}, "", OPENTOFU, id="a tag's key"),
        pytest.param({"tags": {"iac": "pulumi"}}, "", "", id="another tool"),
        pytest.param({"tags": {"ManagedBy": "hand"}}, "", "", id="a tag with another value"),
        pytest.param({}, "Terraform", TERRAFORM, id="who made it"),
        pytest.param({}, "Pulumi", "", id="who made it, another tool"),
        pytest.param({}, "", "", id="nobody"),
    ],
)
def test_the_tool_is_told_by_tags_or_by_who_made_it(facts: dict[str, Any], managed_by: str, tool: str) -> None:
    """And where it is none of these, nothing is made up."""
    assert managing_tool(endpoint(**facts), standard(MANAGED), managed_by) == tool
    assert bool(patch_for(endpoint(**facts), ADD, tool)) is bool(tool)


def held(**facts: Any) -> Result:
    """What becomes of a fix of this endpoint."""
    finding = Finding("multi-az", Verdict.BREACH, Severity.HIGH, "too-few-zones", fix=ADD, mode=Mode.ENFORCE)
    (result,) = decide(snapshot(**facts), (finding,), standard(MANAGED), gates(creator_known=False)).results
    return result


@pytest.mark.parametrize(
    ("facts", "patched"),
    [
        pytest.param({"tags": STACK}, True, id="CloudFormation"),
        pytest.param({"tags": TERRAFORMED}, True, id="Terraform"),
        pytest.param({"tags": STACK | {HANDS_OFF: "x"}}, True, id="hands off, and CloudFormation"),
        pytest.param({"tags": {HANDS_OFF: "x"}}, False, id="hands off"),
        pytest.param({"tags": STACK, "requester_managed": True}, False, id="an AWS service's own"),
        pytest.param({}, False, id="held for now"),
    ],
)
def test_what_code_keeps_from_being_fixed_carries_the_patch(facts: dict[str, Any], *, patched: bool) -> None:
    """And nothing else does: where no code is known, a person changes the endpoint."""
    result = held(**facts)
    assert (result.outcome, bool(result.patch)) == (Outcome.HELD, patched)


@pytest.mark.parametrize("tool", [CLOUDFORMATION, TERRAFORM])
def test_without_a_change_there_is_no_patch(tool: str) -> None:
    """Nor of an endpoint that no code of yours manages."""
    assert patch_for(endpoint(tags=STACK), None, tool) == ""
    assert patch_for(endpoint(tags=STACK, requester_managed=True), TakeOut(), tool) == ""
