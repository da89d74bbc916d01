"""What to change in the code of what stands beside an endpoint: as AWS's schemas have it, or to the letter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest
import yaml
from cfnlint import lint

from builders import ACCOUNT, REGION, VPC
from warden.beside_patch import beside_patch
from warden.code_changes import AddEndpoint, Beside, SetIngress, TurnOnDns
from warden.managed import CLOUDFORMATION, TERRAFORM
from warden.model import EndpointKey
from warden.neighbours import Permission
from warden.template_patch import LOGICAL_ID, STACK_TAGS
from warden.terraform_patch import OPENTOFU

STACK: Final = {STACK_TAGS[0]: "network", LOGICAL_ID: "Thing"}
OTHERS: Final = "444455556666"
WEB: Final = Permission(
    "tcp",
    443,
    443,
    ("10.0.0.0/16", "10.1.0.0/16", "2001:db8::/56"),
    ("pl-0123456789abcdef0",),
    ("sg-0aaaaaaaaaaaaaaa1", "sg-0aaaaaaaaaaaaaaa2", "sg-0aaaaaaaaaaaaaaa3"),
    (("sg-0aaaaaaaaaaaaaaa3", OTHERS),),
    (("10.1.0.0/16", 'the "lab", ${x}'),),
)
PING: Final = Permission("icmp", -1, -1, ("10.0.0.0/16",))
ALL: Final = Permission("-1", None, None, ("10.0.0.0/16",))
OWN: Final = "sg-0aaaaaaaaaaaaaaa1"
HERE: Final = EndpointKey(ACCOUNT, REGION, VPC)
GATEWAY: Final = AddEndpoint(HERE, "Gateway", f"com.amazonaws.{REGION}.s3", route_table_ids=("rtb-1", "rtb-2"))
INTERFACE: Final = AddEndpoint(
    HERE,
    "Interface",
    f"com.amazonaws.{REGION}.ecr.api",
    subnet_ids=("subnet-1",),
    security_group_ids=("SECURITY_GROUP",),
    ip_address_type="ipv6",
    private_dns=True,
)


def beside(change: SetIngress | TurnOnDns | AddEndpoint, tool: str, name: str = OWN, **tags: str) -> str:
    """What is to be changed in its code."""
    return beside_patch(Beside(name, REGION, STACK | tags, tool, change))


def properties(patch: str) -> Any:
    """What a template is to say of the resource then."""
    return yaml.safe_load(patch)["Resources"]["Thing"]["Properties"]


def problems(patch: str, kind: str, **needed: str) -> list[Any]:
    """What CloudFormation would not take of a resource of this type."""
    template = yaml.safe_load(patch)
    template["Resources"]["Thing"]["Type"] = kind
    template["Resources"]["Thing"]["Properties"] |= needed
    return list(lint(yaml.safe_dump(template)))


def test_a_template_lists_every_source_by_itself() -> None:
    """With the description that it has, and the account of a group of another one."""
    patch = beside(SetIngress((WEB, PING, ALL)), CLOUDFORMATION)
    at = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    assert properties(patch) == {
        "SecurityGroupIngress": [
            {**at, "CidrIp": "10.0.0.0/16"},
            {**at, "CidrIp": "10.1.0.0/16", "Description": 'the "lab", ${x}'},
            {**at, "CidrIpv6": "2001:db8::/56"},
            {**at, "SourcePrefixListId": "pl-0123456789abcdef0"},
            {**at, "SourceSecurityGroupId": OWN},
            {**at, "SourceSecurityGroupId": "sg-0aaaaaaaaaaaaaaa2"},
            {**at, "SourceSecurityGroupId": "sg-0aaaaaaaaaaaaaaa3", "SourceSecurityGroupOwnerId": OTHERS},
            {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "CidrIp": "10.0.0.0/16"},
            {"IpProtocol": "-1", "CidrIp": "10.0.0.0/16"},
        ]
    }
    assert patch.splitlines()[:4] == [
        "# template of stack network",
        f"# the resource that made {OWN}",
        "# as far as this endpoint needs it: see first what else bears the group, and leave in what that needs",
        "# all that it should let in; what has a resource of its own (AWS::EC2::SecurityGroupIngress) is changed there",
    ]


def test_templates_are_what_cloudformation_takes() -> None:
    """By AWS's own schemas of the resources; and the test sees what they refuse."""
    groups = beside(SetIngress((WEB, PING, ALL)), CLOUDFORMATION)
    assert problems(groups, "AWS::EC2::SecurityGroup", GroupDescription="x") == []
    assert problems(beside(SetIngress(()), CLOUDFORMATION), "AWS::EC2::SecurityGroup", GroupDescription="x") == []
    vpc = beside(TurnOnDns(("enableDnsSupport", "enableDnsHostnames")), CLOUDFORMATION)
    assert problems(vpc, "AWS::EC2::VPC", CidrBlock="10.0.0.0/16") == []
    assert problems(groups.replace("CidrIp:", "Cidr:"), "AWS::EC2::SecurityGroup", GroupDescription="x")


def test_a_configuration_has_a_block_for_each_description() -> None:
    """The group itself is `self`, and a group of another account has that before it."""
    assert beside(SetIngress((WEB, PING, ALL)), TERRAFORM).splitlines() == [
        f"# Terraform: in the aws_security_group with the id {OWN}",
        "# as far as this endpoint needs it: see first what else bears the group, and leave in what that needs",
        "# all that it should let in; what has a resource of its own (aws_vpc_security_group_ingress_rule or",
        "# aws_security_group_rule) is changed there: then the group's own has no ingress",
        "ingress {",
        '  protocol         = "tcp"',
        "  from_port        = 443",
        "  to_port          = 443",
        '  cidr_blocks      = ["10.0.0.0/16"]',
        '  ipv6_cidr_blocks = ["2001:db8::/56"]',
        '  prefix_list_ids  = ["pl-0123456789abcdef0"]',
        f'  security_groups  = ["sg-0aaaaaaaaaaaaaaa2", "{OTHERS}/sg-0aaaaaaaaaaaaaaa3"]',
        "  self             = true",
        "}",
        "ingress {",
        '  protocol    = "tcp"',
        "  from_port   = 443",
        "  to_port     = 443",
        '  cidr_blocks = ["10.1.0.0/16"]',
        '  description = "the \\"lab\\", $${x}"',
        "}",
        "ingress {",
        '  protocol    = "icmp"',
        "  from_port   = -1",
        "  to_port     = -1",
        '  cidr_blocks = ["10.0.0.0/16"]',
        "}",
        "ingress {",
        '  protocol    = "-1"',
        "  from_port   = 0",
        "  to_port     = 0",
        '  cidr_blocks = ["10.0.0.0/16"]',
        "}",
    ]


def test_nothing_is_let_in_by_an_empty_list() -> None:
    """A list that is left out would leave things as they are."""
    assert properties(beside(SetIngress(()), CLOUDFORMATION)) == {"SecurityGroupIngress": []}
    assert beside(SetIngress(()), TERRAFORM).splitlines()[-1] == "ingress = []"


@pytest.mark.parametrize(
    ("off", "in_template", "in_configuration"),
    [
        pytest.param(
            ("enableDnsSupport", "enableDnsHostnames"),
            {"EnableDnsSupport": True, "EnableDnsHostnames": True},
            ["enable_dns_support   = true", "enable_dns_hostnames = true"],
            id="both",
        ),
        pytest.param(("enableDnsSupport",), {"EnableDnsSupport": True}, ["enable_dns_support = true"], id="one"),
    ],
)
def test_attributes_of_a_vpc_are_turned_on(
    off: tuple[str, ...], in_template: dict[str, bool], in_configuration: list[str]
) -> None:
    """Those that are off, and no other."""
    assert properties(beside(TurnOnDns(off), CLOUDFORMATION, "vpc-1")) == in_template
    first, *lines = beside(TurnOnDns(off), OPENTOFU, "vpc-1").splitlines()
    assert first == "# OpenTofu: in the aws_vpc with the id vpc-1"
    assert lines == in_configuration


def test_without_a_tool_whose_code_is_known_there_is_no_patch() -> None:
    """Nothing is made up."""
    assert beside(TurnOnDns(("enableDnsSupport",)), "") == ""


def test_a_tag_adds_no_line() -> None:
    """Whatever somebody wrote into it."""
    patch = beside(SetIngress((PING,)), CLOUDFORMATION, **{STACK_TAGS[0]: "a\nOutputs: {}", LOGICAL_ID: "X:\n  Y"})
    assert list(yaml.safe_load(patch)) == ["Resources"]
    assert f"--physical-resource-id {OWN}" in patch


def test_an_endpoint_is_added_to_a_template() -> None:
    """Whole, under a name of its service, and as CloudFormation takes it."""
    patch = beside(INTERFACE, CLOUDFORMATION, VPC)
    assert patch.startswith("# template of stack network: add\n")
    assert yaml.safe_load(patch) == {
        "Resources": {
            "EcrApiEndpoint": {
                "Type": "AWS::EC2::VPCEndpoint",
                "Properties": {
                    "VpcEndpointType": "Interface",
                    "VpcId": VPC,
                    "ServiceName": f"com.amazonaws.{REGION}.ecr.api",
                    "SubnetIds": ["subnet-1"],
                    "SecurityGroupIds": ["SECURITY_GROUP"],
                    "IpAddressType": "ipv6",
                    "PrivateDnsEnabled": True,
                },
            }
        }
    }
    known = {"subnet-1": "subnet-0aaaaaaaaaaaaaaa1", "SECURITY_GROUP": OWN, "rtb-1": "rtb-0aaaaaaaaaaaaaaa1"}
    abroad = replace(INTERFACE, service_name="com.amazonaws.eu-west-1.kms", service_region="eu-west-1")
    for text in (patch, *(beside(one, CLOUDFORMATION, VPC) for one in (GATEWAY, abroad))):
        whole = text.replace("rtb-2", "rtb-0aaaaaaaaaaaaaaa2")
        for word, name in known.items():
            whole = whole.replace(f'"{word}"', f'"{name}"')
        assert list(lint(whole)) == []


def test_an_endpoint_is_added_to_a_configuration() -> None:
    """The same in the words of Terraform's provider."""
    assert beside(INTERFACE, TERRAFORM, VPC).splitlines() == [
        "# Terraform: add",
        'resource "aws_vpc_endpoint" "ecr_api" {',
        '  vpc_endpoint_type   = "Interface"',
        f'  vpc_id              = "{VPC}"',
        f'  service_name        = "com.amazonaws.{REGION}.ecr.api"',
        '  subnet_ids          = ["subnet-1"]',
        '  security_group_ids  = ["SECURITY_GROUP"]',
        '  ip_address_type     = "ipv6"',
        "  private_dns_enabled = true",
        "}",
    ]
    abroad = replace(INTERFACE, service_region="eu-west-1")
    assert '  service_region      = "eu-west-1"' in beside(abroad, TERRAFORM, VPC).splitlines()
    assert '  route_table_ids   = ["rtb-1", "rtb-2"]' in beside(GATEWAY, TERRAFORM, VPC).splitlines()
