"""Find and read the standard to judge by, and say which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import warden
from warden.decide import DEPLOYED
from warden.errors import BadStandard
from warden.model import Mode
from warden.policy.tables import is_endpoint_service
from warden.rules import EVERY_RULE, RULES
from warden.rules.rule import AnyRule
from warden.standard import Standard
from warden.standard_file import load

from .exits import CouldNotLook

ENDPOINTS: Final = "endpoints"
NOBODY: Final = (
    "Neither organisation.id nor organisation.accounts is given: identity-perimeter and resource-perimeter tell only "
    "what is open whoever is yours, and no baseline can be made."
)
"""What a standard that names nobody as ours cannot do."""


@dataclass(frozen=True, slots=True)
class Named:
    """A standard, and in words where it is from."""

    standard: Standard
    source: str
    file: str = ""
    """The path of a file, "" for what is none: a deployed standard."""

    @property
    def name(self) -> str:
        """What it is called where a reason names it."""
        return self.file or DEPLOYED


def places() -> tuple[Path, ...]:
    """Where a standard is looked for, in this order: beside the product's package, then from the present folder."""
    beside = Path(warden.__file__).parent.with_name("standard.toml")
    return (beside, Path("functions/standard.toml"), Path("standard.toml"))


def find() -> Path | None:
    """The first standard that there is."""
    return next((place for place in places() if place.is_file()), None)


def read(path: Path | None) -> Named:
    """Read this standard, or the first that is found; raise CouldNotLook where there is none or it is wrong."""
    found = path or find()
    if found is None:
        tried = ", ".join(str(place) for place in places())
        raise CouldNotLook(f"no standard was found; looked for {tried}", "Name one with --standard FILE.")
    try:
        return Named(load(text_of(found), is_endpoint_service), str(found), str(found))
    except BadStandard as error:
        raise CouldNotLook(
            "\n".join((f"{found} has {_counted(error.problems)}:", *error.problems)),
            f"Correct {'it' if len(error.problems) == 1 else 'them'}; `warden standard check {found}` checks the file.",
        ) from error


def judging(named: Named, what: str = ENDPOINTS, rules: Sequence[AnyRule] = RULES) -> Named:
    """The same; raise CouldNotLook where none of these rules is on: nothing is judged then, which is no compliance.

    `what` names several of what they judge.
    """
    if not any_on(named.standard, rules):
        problem = f"every rule of {what} is off in {named.source}: nothing can be judged"
        raise CouldNotLook(problem, f'Set mode = "notify" for one of them: {", ".join(rule.id for rule in rules)}.')
    return named


def any_on(standard: Standard, rules: Sequence[AnyRule] = RULES) -> bool:
    """Whether one of these rules is on."""
    return any(standard.mode_of(rule.id) is not Mode.OFF for rule in rules)


def modes_of(standard: Standard) -> str:
    """The rules by mode, for people, those that do most first."""
    by_mode = {
        mode: [rule.id for rule in EVERY_RULE if standard.mode_of(rule.id) is mode] for mode in reversed(tuple(Mode))
    }
    if not (by_mode[Mode.ENFORCE] or by_mode[Mode.NOTIFY]):
        return "every rule off"
    return "; ".join(f"{mode.value} {', '.join(ids)}" for mode, ids in by_mode.items() if ids)


def text_of(path: Path) -> str:
    """The text of a standard; raise CouldNotLook where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CouldNotLook(f"{path} cannot be read: {error.strerror}", "Name a file that can be.") from error
    except UnicodeDecodeError as error:
        raise CouldNotLook(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}", "Save it so.") from error


def _counted(problems: Sequence[str]) -> str:
    return "a problem" if len(problems) == 1 else f"{len(problems)} problems"
