"""`warden explain`: a rule's page and settings."""

from __future__ import annotations

from typing import Annotated

import typer

from .exits import Code
from .explaining import list_rules, named, page
from .options import StandardFile
from .screen import Screen


def explain(
    *,
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="A rule's id; without one, all are listed.")
    ] = None,
    standard: StandardFile = None,
) -> None:
    """Show a rule's page, or list the rules.

    Why it is there, what it fixes and risks, its settings, and the endpoints that it speaks of.

    Exit codes: 0 it was shown; 2 there is no such rule, or the standard is wrong.
    """
    screen = Screen()
    if rule is None:
        list_rules(screen, standard)
    else:
        page(screen, named(rule), standard)
    raise typer.Exit(Code.OK)
