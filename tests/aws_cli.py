"""The AWS CLI's commands as botocore's models have them, to hold against them those that people are told to run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

import botocore.session
import pytest
from botocore import xform_name

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

with pytest.MonkeyPatch.context() as patch:
    # Importing it sets the variable for the whole process, where botocore would then look for a profile's files.
    patch.setenv("AWS_DATA_PATH", "")
    from awscli.shorthand import ShorthandParser

GLOBAL: Final = frozenset({"--region", "--query", "--output", "--no-cli-pager"})


def commands(advice: str) -> Iterator[list[str]]:
    """The commands of the AWS CLI that stand in backticks, in words."""
    for part in re.findall(r"`(aws [^`]*)`", advice):
        yield shlex.split(part)


@cache
def operations(service: str) -> Mapping[str, OperationModel]:
    """The operations of a service, by their names in the AWS CLI."""
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


def options(shape: Shape | None) -> Iterator[str]:
    """The AWS CLI's options for these parameters, with those that turn something off."""
    for name, member in getattr(shape, "members", {}).items():
        yield f"--{xform_name(name, '-')}"
        if member.type_name == "boolean":
            yield f"--no-{xform_name(name, '-')}"


def assert_known(words: list[str]) -> None:
    """That the AWS CLI has the operation and each of the options, and gets all that it demands."""
    _, service, operation, *rest = words
    assert operation in operations(service), words
    model = operations(service)[operation]
    given = {word for word in rest if word.startswith("--")}
    assert given <= GLOBAL | set(options(model.input_shape)), (given, words)
    demanded = {f"--{xform_name(name, '-')}" for name in getattr(model.input_shape, "required_members", ())}
    assert demanded <= given, (demanded, words)


def shorthand(text: str) -> dict[str, object]:
    """What the AWS CLI makes of an argument in its shorthand, by its own parser."""
    parsed: dict[str, object] = ShorthandParser().parse(text)
    return parsed
