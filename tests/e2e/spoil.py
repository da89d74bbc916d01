"""Spoil a copy of the built template, to see that what it held was needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class Loader(yaml.SafeLoader):
    """Keeps CloudFormation's short forms (`!Ref`) through reading and writing."""


class Dumper(yaml.SafeDumper):
    """Writes them as they were read."""


@dataclass(frozen=True, slots=True)
class Short:
    """A short form and its node."""

    tag: str
    node: yaml.Node


Loader.add_multi_constructor("!", lambda _loader, suffix, node: Short(f"!{suffix}", node))
Dumper.add_representer(Short, lambda _dumper, short: short.node)


def spoil(build: Path, mend: Callable[[dict[str, Any]], None]) -> None:
    """Change the built template in place."""
    path = build / "template.yaml"
    template = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506  a SafeLoader
    mend(template)
    path.write_text(yaml.dump(template, Dumper=Dumper, sort_keys=False), encoding="utf-8")


def revoke(policy: dict[str, Any], action: str) -> None:
    """Take every permission for this action out of a policy's document, in place."""
    for statement in policy["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [other for other in actions if other != action] or ["ec2:DescribeRegions"]


def without_statement(action: str) -> Callable[[dict[str, Any]], None]:
    """Take every permission for this action out of OnChange's role."""

    def mend(template: dict[str, Any]) -> None:
        (policy,) = template["Resources"]["OnChangeRole"]["Properties"]["Policies"]
        revoke(policy["PolicyDocument"], action)

    return mend
