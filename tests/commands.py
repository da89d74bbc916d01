"""The AWS CLI's commands that people are told to run, held against AWS's own descriptions of its APIs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore import xform_name

if TYPE_CHECKING:
    from botocore.model import OperationModel

EVERYWHERE: Final = {"--region", "--query", "--output"}
"""Options of the CLI itself."""


def commands_of(text: str) -> list[list[str]]:
    """The commands that a text has between backticks, as a shell reads them, without what it does with their output."""
    found = (shlex.split(words) for words in re.findall(r"`(aws [^`]*)`", text))
    return [words[: words.index(">")] if ">" in words else words for words in found]


def problems_of(words: list[str]) -> Iterator[str]:
    """What AWS, or its CLI, would refuse in a command without looking at the world."""
    model = _models(words[1]).get(words[2])
    if model is None or model.input_shape is None:
        yield f"{words[1]} has no operation {words[2]}"
        return
    given = _options(words[3:])
    shapes = {xform_name(name, "-"): shape for name, shape in model.input_shape.members.items()}
    required = {xform_name(name, "-") for name in model.input_shape.required_members}
    yield from (f"{name} is missing" for name in sorted(required - {option.removeprefix("--") for option in given}))
    if not given.get("--region"):
        yield "no region"
    for option, values in given.items():
        if option not in EVERYWHERE:
            yield from _problem(option, values, shapes)


def _problem(option: str, values: list[str], shapes: dict[str, Any]) -> Iterator[str]:
    name = option.removeprefix("--")
    shape: Any = shapes.get(name) or shapes.get(name.removeprefix("no-"))
    if shape is None:
        yield f"no option {option}"
    elif (shape.type_name == "boolean") is not (not values):
        yield f"{option} has the values {values}"
    elif shape.type_name == "string" and len(values) != 1:
        yield f"{option} takes one value, and not {values}"
    elif shape.type_name == "string" and shape.enum and values[0] not in shape.enum:
        yield f"{option} takes {shape.enum}, and not {values[0]}"
    elif not all(values):
        yield f"{option} has an empty value"


def _options(words: list[str]) -> dict[str, list[str]]:
    """Each option with its values."""
    found: dict[str, list[str]] = {}
    values: list[str] = []
    for word in words:
        if word.startswith("--"):
            values = found.setdefault(word, [])
        else:
            values.append(word)
    return found


@cache
def _models(service: str) -> dict[str, OperationModel]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}
