"""`warden plan`: what would be done, and why not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warden.model import Mode

from .options import EndpointIds, EndpointUrl, Format, Formats, Profile, Region, StandardFile


def plan(  # noqa: PLR0913  a command's options
    *,
    ids: EndpointIds = None,
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack", metavar="NAME", help="Plan as this deployed stack would: its mode, kill switch, memory."
        ),
    ] = None,
    mode: Annotated[
        Mode | None, typer.Option("--mode", help="Without --stack: the mode of the stack to suppose; else enforce.")
    ] = None,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    standard: StandardFile = None,
    how: Formats = Format.TABLE,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `warden apply --plan`.")
    ] = None,
) -> None:
    """Say what would be done, and what holds it back.

    Both as sentences and as AWS CLI commands, for each endpoint of which there is something to say.

    With --stack: what that stack would do, by its standard (or --standard), mode, kill switch and journal. Without:
    what one of mode --mode would do that was deployed just now: it remembers nothing, and knows no endpoint's maker.
    `warden apply` counts only the standard that was deployed, so it takes no plan made with --stack and --standard.

    Exit codes: 0 nothing to do or to tell; 1 something is to be done, held back, or cannot be judged; 2 could not look,
    or no rule of endpoints is on.
    """
    from .planning import Wanted, run  # noqa: PLC0415  boto3 takes 0.2 s to load, and --help needs none

    wanted = Wanted(tuple(ids or ()), profile, region, endpoint_url, stack, mode, standard)
    raise typer.Exit(run(wanted, how, out))
