"""`warden standard`: what the organisation demands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warden.errors import BadStandard
from warden.policy.tables import is_endpoint_service
from warden.standard_file import load

from .exits import Code, CouldNotLook
from .remarks import remarks
from .screen import Screen
from .standard_text import checked
from .standards import find, modes_of, places, text_of

app = typer.Typer(no_args_is_help=True, help="The standard: what the organisation demands of its endpoints.")


@app.callback()
def standard() -> None:
    """Hold the commands together."""


@app.command()
def check(
    *,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A standard.toml; else functions/standard.toml or ./standard.toml."),
    ] = None,
) -> None:
    """Name every error of a standard at once; ask AWS nothing.

    Exit codes: 0 it is good; 1 it has errors; 2 it cannot be read.
    """
    screen = Screen()
    path = file or find()
    if path is None:
        raise CouldNotLook(f"no standard was found; looked for {', '.join(map(str, places()))}", "Name it: FILE.")
    try:
        found = load(text_of(path), is_endpoint_service)
    except BadStandard as error:
        for problem in error.problems:
            screen.head("PROBLEM", f"{path}: {problem}")
        raise typer.Exit(Code.OPEN) from error
    screen.head("OK", f"{path}: {modes_of(found)}")
    for remark in remarks(found):
        screen.note(remark)


@app.command()
def init(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path("standard.toml"),
) -> None:
    """Write a standard of every rule and setting, each explained.

    All are at their defaults. A file that is there is never written over.

    Exit codes: 0 it was written; 2 there is such a file already, or it cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(checked())
    except FileExistsError as error:
        raise CouldNotLook(f"{file} is there already, and stays as it is", "Name another: FILE.") from error
    except OSError as error:
        raise CouldNotLook(f"{file} cannot be written: {error.strerror}", "Name a file that can be.") from error
    screen = Screen()
    screen.head("OK", f"{file}: every rule with its settings at their defaults; nothing is enforced")
    screen.note(f"Name your organisation in it, then: warden scan --standard {file}")
    found = find()
    if found and not found.samefile(file):
        screen.note(f"Without --standard, and for what is deployed, {found} counts.")
