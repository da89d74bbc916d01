"""What to change in the configuration of Terraform or OpenTofu that manages an endpoint; pure.

Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint_subnet_association,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint_security_group_association,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint_route_table_association,
https://developer.hashicorp.com/terraform/cli/commands/state/list, https://opentofu.org/docs/cli/commands/state/list/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Final, assert_never

from .actions import AddSubnets, RemoveSubnets, ReplacePolicy
from .code_changes import (
    NEW,
    AddTables,
    LeaveSubnets,
    SetPrivateDns,
    SetTags,
    SwapGroups,
    TakeOut,
    TakePolicy,
    Wanted,
    groups_then,
    subnets_then,
    tables_then,
    tag_then,
)
from .model import Endpoint
from .plain import one_line

OPENTOFU: Final = "OpenTofu"
EACH_ITS_OWN: Final = "# or, where each of its {} has a resource of its own:"
OR_POLICY: Final = "# (or in its aws_vpc_endpoint_policy)"
INBOUND: Final = "private_dns_only_for_inbound_resolver_endpoint"


def terraform_patch(endpoint: Endpoint, wanted: Wanted, tool: str) -> str:
    """The argument of the configuration's resource, and what stands in its place where it has a resource of its own."""
    name = one_line(endpoint.key.id)
    if isinstance(wanted, TakeOut):
        program = "tofu" if tool == OPENTOFU else "terraform"
        out = f"# {tool}: take out the aws_vpc_endpoint with the id {name}, and what refers to it"
        return f"{out}\n# its address: {program} state list -id={name}"
    return "\n".join((f"# {tool}: in the aws_vpc_endpoint with the id {name}", *_lines(endpoint, wanted)))


def _lines(endpoint: Endpoint, wanted: Wanted) -> Iterator[str]:
    match wanted:
        case AddSubnets(added):
            yield from _longer(endpoint, "subnet", subnets_then(endpoint, wanted), added)
        case AddTables(added):
            yield from _longer(endpoint, "route_table", tables_then(endpoint, wanted), added)
        case RemoveSubnets() | LeaveSubnets():
            yield from _list("subnet_ids", subnets_then(endpoint, wanted))
            yield f"{EACH_ITS_OWN.format('subnets')} take out that of {', '.join(map(one_line, wanted.subnet_ids))}"
        case ReplacePolicy() | TakePolicy():
            yield from _policy(wanted)
        case SetTags(tags):
            yield from ("tags = { # besides the others that it has", *map(_tag, tags), "}")
        case SetPrivateDns(on, all_resolvers):
            yield from _private_dns(endpoint, on=on, all_resolvers=all_resolvers)
        case SwapGroups():
            yield from _list("security_group_ids", groups_then(endpoint, wanted))
            yield EACH_ITS_OWN.format("groups")
            yield from _association(endpoint, "security_group", NEW, replace_default_association="true")
        case TakeOut():
            raise ValueError("what is taken out has no arguments")
        case _:
            assert_never(wanted)


def _longer(endpoint: Endpoint, what: str, then: Iterable[str], added: Iterable[str]) -> Iterator[str]:
    yield from _list(f"{what}_ids", then)
    yield EACH_ITS_OWN.format(f"{what.replace('_', ' ')}s")
    for one in added:
        yield from _association(endpoint, what, one)


def _policy(wanted: ReplacePolicy | TakePolicy) -> Iterator[str]:
    yield OR_POLICY
    if isinstance(wanted, TakePolicy):
        beside = f"${{path.module}}/{quoted(wanted.file)[1:-1]}"
        yield f'policy = file("{beside}") # {one_line(wanted.file)}, laid beside the configuration'
    else:
        pretty = json.dumps(json.loads(wanted.document), indent=2, ensure_ascii=False)
        yield from ("policy = <<-POLICY", indent(_literal(pretty), "  "), "POLICY")


def _private_dns(endpoint: Endpoint, *, on: bool, all_resolvers: bool) -> Iterator[str]:
    yield f"private_dns_enabled = {str(on).lower()}"
    if all_resolvers:
        yield from ("dns_options {", f"  {INBOUND} = false", "}")
    if endpoint.inbound_only and not on:
        yield f"# and without {INBOUND}, which needs private DNS"


def _list(name: str, ids: Iterable[str]) -> list[str]:
    return [f"{name} = [", *(f"  {json.dumps(one)}," for one in ids), "]"]


def _tag(wanted: tuple[str, tuple[str, ...]]) -> str:
    key, values = wanted
    choice = f" # {one_line(' or '.join(values))}" if len(values) > 1 else ""
    return "  {} = {}".format(*(quoted(one) for one in (key, tag_then(values)))) + choice


def _association(endpoint: Endpoint, what: str, member: str, **more: str) -> list[str]:
    name = re.sub(r"\W", "_", member, flags=re.ASCII)
    arguments = {"vpc_endpoint_id": json.dumps(endpoint.key.id), f"{what}_id": json.dumps(member), **more}
    return block(f'resource "aws_vpc_endpoint_{what}_association" "{name}"', arguments)


def block(head: str, arguments: Mapping[str, str]) -> list[str]:
    """A block of a configuration with these arguments, lined up."""
    return [f"{head} {{", *(f"  {line}" for line in aligned(arguments)), "}"]


def aligned(arguments: Mapping[str, str]) -> list[str]:
    """Arguments with their values below each other, as `terraform fmt` would write them."""
    width = max(map(len, arguments))
    return [f"{name:<{width}} = {value}" for name, value in arguments.items()]


def quoted(text: str) -> str:
    """The text as a string in which nothing is filled in."""
    return _literal(json.dumps(text, ensure_ascii=False))


def _literal(text: str) -> str:
    """The text with nothing in it that would be filled in: variables of IAM look like Terraform's own."""
    return re.sub(r"([$%])\{", r"\1\1{", text)
