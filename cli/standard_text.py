"""The text of a standard.toml with every setting at its default, and what each means: written from the rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from enum import Enum
from typing import Final

from warden.model import Mode
from warden.rules import EVERY_RULE
from warden.rules.rule import AnyRule
from warden.settings import Setting
from warden.standard_file import load

WIDTH: Final = 120
UNBROKEN: Final = "\N{NO-BREAK SPACE}"
"""Stands for a space at which no line is broken."""
HEAD: Final = """\
# What your organisation demands of its VPC endpoints. This is the one file that you edit.
# `warden standard check` names every error in it; a file with an error is never deployed, and never acted upon.

[organisation]
# Whose identities and whose resources are yours. Without an organisation, list accounts; both may be given.
# id = "o-a1b2c3d4e5"
# accounts = ["111122223333", "444455556666"]

# The mode of a rule: "off" (not judged), "notify" (told, never changed) or "enforce" (fixed, then told).
# The lowest of this, the stack's parameter Mode and the kill switch is what counts. `warden explain RULE` tells more.
"""
MANAGED: Final = """\
[managed]
# Endpoints that code manages are never written: those of CloudFormation (by its tags), those whose maker's user agent
# was Terraform, OpenTofu or Pulumi, and those with one of these tags ("key" or "key=value").
tags = ["terraform", "ManagedBy=terraform"]
# An endpoint that was there before this service was, or whose making it missed: "hold" (told, not changed) or "write".
unknown_creator = "hold"

# --- Baselines -------------------------------------------------------------------------------------------------------
# A policy of full access is replaced by: your identities to your resources; AWS's own service calls; what the service
# needs besides (packages of Amazon Linux in S3, public parameters of SSM...: warden/policy/needs.toml lists it with its
# sources; `needs = false` leaves it out); and the statements that you add here as [[baseline.SERVICE.statements]].
# Only the services named here have one, because each was reviewed for what it needs.
# `accept_unproved = true` says that you have read the statements and accept that calls beyond them are denied.
# {region}, {account}, {partition} and {organisation} are filled in; ${...} is left to IAM.
"""
REVIEWED: Final = (
    "dynamodb", "ecr.api", "kms", "lambda", "logs", "secretsmanager", "sns", "sqs", "ssm", "s3",
)  # fmt: skip
"""Services whose needs were reviewed."""
OTHERS_IMAGES: Final = (
    "     # images of other accounts' registries (EKS add-ons, for example) need a statement of their own"
)


def text() -> str:
    """The whole file."""
    baselines = (_baseline(name) for name in REVIEWED)
    return "\n".join((HEAD, *(_section(rule) for rule in EVERY_RULE), MANAGED, *baselines))


def _section(rule: AnyRule) -> str:
    demand, _, _ = rule.page.partition("\n")
    said = textwrap.wrap(demand, WIDTH - 2)
    lines = [*(f"# {line}" for line in said), f"[rules.{rule.id}]"]
    for key in rule.settings.known():
        lines += _lines(key)
    return "\n".join((*lines, ""))


def _lines(key: Setting[object]) -> Iterator[str]:
    """The key with its default and what it means: behind it where there is room, else above."""
    setting = f"{key.name} = {toml(key.default)}"
    words = key.words
    line = f"{setting}  # {words}" if words else setting
    if len(line) <= WIDTH:
        yield line
        return
    yield from (f"# {part}" for part in _wrapped(words))
    yield setting


def _wrapped(words: str) -> Iterator[str]:
    """Break words into lines, never within an example: in an inline table TOML takes no break, once it is uncommented.

    Nor around an equals sign, which an example without brackets has.
    """
    depth, held = 0, ""
    for character in words.replace(" = ", f"{UNBROKEN}={UNBROKEN}"):
        depth += (character in "[{") - (character in "]}")
        held += UNBROKEN if character == " " and depth else character
    for line in textwrap.wrap(held, WIDTH - 2, break_long_words=False, break_on_hyphens=False):
        yield line.replace(UNBROKEN, " ")


def _baseline(name: str) -> str:
    key = f'"{name}"' if "." in name else name
    note = OTHERS_IMAGES if name == "ecr.api" else ""
    return f"[baseline.{key}]{note}\naccept_unproved = false\n"


def toml(value: object) -> str:
    """Write a setting as it stands in standard.toml: what has named parts is a table, or as its rule writes it."""
    match value:
        case Enum():
            return f'"{value.value}"'
        case dict():
            return f"{{ {', '.join(f'{name} = {toml(one)}' for name, one in value.items())} }}"
        case tuple() if hasattr(value, "_asdict"):
            written = type(value).__str__ is not object.__str__
            return f'"{value}"' if written else toml({name: one for name, one in value._asdict().items() if one})
        case tuple() | list():
            return f"[{', '.join(_item(item) for item in value)}]"
        case str():
            return f'"{value}"'
        case _:  # a number, a date, true or false
            return str(value).lower()


def _item(value: object) -> str:
    """Write what stands in a list: a bare pair is a tag."""
    match value:
        case (str(), str()) | (str(), None) if not hasattr(value, "_asdict"):
            return f'"{"=".join(part for part in value if part is not None)}"'
        case _:
            return toml(value)


def checked() -> str:
    """The same, read back first: what is written is never wrong."""
    written = text()
    standard = load(written)
    if any(standard.mode_of(rule.id) is Mode.ENFORCE for rule in EVERY_RULE):
        raise AssertionError("a default enforces")
    return written
