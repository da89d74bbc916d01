"""template.yaml as CloudFormation reads it, for its tests: short forms spelled out, references found."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[1]
ACCOUNT: Final = "123456789012"
REGION: Final = "eu-central-1"
STACK: Final = "network-warden"
PSEUDO: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
_PLACEHOLDER: Final = re.compile(r"\$\{([^}!]+)\}")


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref Key`) as the long ones (`{"Ref": "Key"}`)."""


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    value = str(loader.construct_scalar(node)) if isinstance(node, yaml.ScalarNode) else ""
    return {name: value.split(".", 1) if suffix == "GetAtt" else value}


_Loader.add_multi_constructor("!", _long_form)


@dataclass(frozen=True, slots=True)
class Template:
    """A template; its resources by logical id."""

    document: Mapping[str, Any]

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """All resources."""
        found: Mapping[str, Mapping[str, Any]] = self.document["Resources"]
        return found

    def of_type(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """The properties of each resource of this type."""
        return {name: it.get("Properties", {}) for name, it in self.resources.items() if it["Type"] == kind}

    def properties(self, logical_id: str) -> Mapping[str, Any]:
        """The properties of one resource."""
        found: Mapping[str, Any] = self.resources[logical_id]["Properties"]
        return found

    def without_statement(self, logical_id: str, sid: str) -> Template:
        """The same template, less one statement of a policy: to see that a test would notice."""
        document = copy.deepcopy(dict(self.document))
        for statements in _statement_lists(document["Resources"][logical_id]):
            statements[:] = [statement for statement in statements if statement.get("Sid") != sid]
        return Template(document)


def load() -> Template:
    """The product's template."""
    return Template(yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), _Loader))  # noqa: S506  a SafeLoader


def names_in(value: object) -> frozenset[str]:
    """The logical ids that a value refers to."""
    return frozenset(name for name in _references(value) if not name.startswith("AWS::"))


def _references(value: object) -> Iterator[str]:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (found.split(".")[0] for found in _PLACEHOLDER.findall(text))
        case Mapping():
            yield from (name for item in value.values() for name in _references(item))
        case list():
            yield from (name for item in value for name in _references(item))
        case _:
            return


def text_of(value: object) -> str:
    """A value as AWS would see it; a resource of the template stands as its logical id."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return PSEUDO.get(name, name)
        case {"Fn::Sub": str(text)}:
            return _PLACEHOLDER.sub(lambda found: PSEUDO.get(found[1], found[1]), text)
        case _:
            return str(value)


def as_list(value: object) -> list[Any]:
    """A list, of which IAM lets one of a single thing stand bare."""
    return value if isinstance(value, list) else [value]


def statements(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The statements of a policy document."""
    return as_list(policy["Statement"])


def role_statements(role: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The statements of all inline policies of a role."""
    return [statement for policy in role["Policies"] for statement in statements(policy["PolicyDocument"])]


def _statement_lists(value: object) -> Iterator[list[dict[str, Any]]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "Statement":
                yield item
            else:
                yield from _statement_lists(item)
    elif isinstance(value, list):
        for item in value:
            yield from _statement_lists(item)
