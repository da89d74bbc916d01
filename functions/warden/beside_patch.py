"""What to change in the code of what stands beside an endpoint: its security groups, its VPC; pure.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc
"""

from __future__ import annotations

from typing import Final

from .adding_patch import added_to_configuration, added_to_template
from .code_changes import DNS_IN_CONFIGURATION, DNS_IN_TEMPLATE, AddEndpoint, Beside, SetIngress, TurnOnDns
from .ingress_patch import APART_IN_CONFIGURATION, APART_IN_TEMPLATE, ingress_arguments, ingress_property
from .managed import CLOUDFORMATION
from .plain import one_line
from .template_patch import in_template, properties
from .terraform_patch import aligned

MADE: Final = "# the resource that made {}"


def beside_patch(one: Beside) -> str:
    """The lines to be changed in the tool's code; "" where there is no tool whose code is known here."""
    if not one.tool:
        return ""
    templated = one.tool == CLOUDFORMATION
    if isinstance(one.change, AddEndpoint):
        return added_to_template(one.tags, one.change) if templated else added_to_configuration(one.tool, one.change)
    return _in_template(one, one.change) if templated else _in_configuration(one, one.change)


def _in_template(one: Beside, change: SetIngress | TurnOnDns) -> str:
    if isinstance(change, SetIngress):
        part = properties(ingress_property(change.permissions))
        return in_template(one.id, one.region, one.tags, part, MADE.format(one_line(one.id)), APART_IN_TEMPLATE)
    part = "\n".join(f"{DNS_IN_TEMPLATE[name]}: true" for name in change.attributes)
    return in_template(one.id, one.region, one.tags, properties(part), MADE.format(one_line(one.id)))


def _in_configuration(one: Beside, change: SetIngress | TurnOnDns) -> str:
    if isinstance(change, SetIngress):
        kind, lines = "aws_security_group", [APART_IN_CONFIGURATION, *ingress_arguments(one.id, change.permissions)]
    else:
        kind, lines = "aws_vpc", aligned({DNS_IN_CONFIGURATION[name]: "true" for name in change.attributes})
    return "\n".join((f"# {one.tool}: in the {kind} with the id {one_line(one.id)}", *lines))
