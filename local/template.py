"""A template that `sam build` made: read, and checked as far as that can be done before anything runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from local.errors import LocalCloudError

BUILD: Final = "Run `make build`, and name .aws-sam/build/template.yaml."
FUNCTION: Final = "AWS::Serverless::Function"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`, `!Sub`...) as the long ones."""


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # the third kind of node
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


@dataclass(frozen=True, slots=True)
class Template:
    """A template, and where it stands: its functions' code is told relative to that."""

    path: Path
    document: dict[str, Any]

    @classmethod
    def read(cls, place: Path) -> "Template":
        """Read a template, or the one in a build's folder; raise LocalCloudError for what cannot be deployed."""
        path = place / "template.yaml" if place.is_dir() else place
        if not path.is_file():
            raise LocalCloudError(f"there is no template {path}. {BUILD}")
        template = cls(path, _document(path))
        for name, properties in template.functions().items():
            if _unbuilt(template.document["Resources"][name], properties):
                raise LocalCloudError(f"{path} is not built: the code of {name} is still its source. {BUILD}")
            if not template.code(properties).is_dir():
                raise LocalCloudError(
                    f"{path} names code of {name} that is not there: {properties['CodeUri']}. {BUILD}"
                )
        return template

    def functions(self) -> dict[str, dict[str, Any]]:
        """Return the properties of each function whose code is a folder of ours, by logical id."""
        functions = {
            name: resource.get("Properties", {})
            for name, resource in self.document["Resources"].items()
            if resource["Type"] == FUNCTION
        }
        return {
            name: own
            for name, own in functions.items()
            if isinstance(own.get("CodeUri", ""), str) and "InlineCode" not in own
        }

    def code(self, properties: Mapping[str, Any]) -> Path:
        """Return the folder of a function's code."""
        return (self.path.parent / str(properties["CodeUri"])).resolve()

    def check(self, given: Mapping[str, str]) -> None:
        """Refuse what CloudFormation refuses: a parameter that is unknown, not allowed, or missing."""
        known = self.document.get("Parameters", {})
        for name, value in given.items():
            if name not in known:
                raise LocalCloudError(f"{self.path} has no parameter {name}; it has {', '.join(known) or 'none'}")
            allowed = [str(one) for one in known[name].get("AllowedValues", [value])]
            if value not in allowed:
                raise LocalCloudError(f"the parameter {name} cannot be {value!r}; allowed: {', '.join(allowed)}")
        missing = [name for name, facts in known.items() if "Default" not in facts and name not in given]
        if missing:
            raise LocalCloudError(f"the parameter {missing[0]} has no default: give it, --parameter {missing[0]}=VALUE")


def _document(path: Path) -> dict[str, Any]:
    """Return what the file says; raise LocalCloudError where that is no template."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 -- a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LocalCloudError(f"{path} is no template: {_why(error)}. {BUILD}") from error
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict) or not all(
        isinstance(one, dict) and "Type" in one for one in resources.values()
    ):
        raise LocalCloudError(f"{path} is no template of CloudFormation: it has no Resources with a Type. {BUILD}")
    return dict(document)


def _why(error: Exception) -> str:
    """Return in a few words what is wrong: YAML's own errors quote the file over several lines."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    return " ".join(str(error).split())


def _unbuilt(resource: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
    """Tell whether `sam build` has still to make the code; it leaves the mark SamResourceId on what it made."""
    metadata = resource.get("Metadata", {})
    return "SamResourceId" not in metadata and ("BuildMethod" in metadata or "CodeUri" not in properties)
