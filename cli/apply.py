"""`warden apply`: carry a plan out, through the same gates as the functions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import CouldNotLook
from .options import EndpointIds, EndpointUrl, Profile, Region


def apply(  # noqa: PLR0913  a command's options
    *,
    ids: EndpointIds = None,
    stack: Annotated[
        str | None,
        typer.Option("--stack", metavar="NAME", help="The deployed stack (needed: its journal is where undo begins)."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Do exactly what this saved plan says, or nothing.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
) -> None:
    """Print the plan, ask, and carry it out.

    It is bound to what was seen: an endpoint that changed meanwhile is left alone.

    Every gate of the deployed stack counts: its mode, kill switch, standard, journal and write limits; the standard is
    the one that was deployed, and no other. Each change is journalled before it is made, and told to those who are told
    of the stack's own changes.

    Exit codes: 0 all is done, and nothing stays open; 1 something is held back, refused, or left to people (by a saved
    plan, too), or you said no; 2 could not look, or the endpoint changed or was busy: look at the plan again.
    """
    from .applying import run  # noqa: PLC0415  boto3 takes 0.2 s to load, and --help needs none
    from .planning import Wanted  # noqa: PLC0415  the same

    if stack is None:
        raise CouldNotLook(
            "apply needs --stack NAME: every change goes to a deployed stack's journal first, so that it can be undone",
            "Deploy the stack (`sam deploy --guided`), or run the commands that `warden plan` prints yourself.",
        )
    wanted = Wanted(tuple(ids or ()), profile, region, endpoint_url, stack, None, None)
    raise typer.Exit(run(wanted, plan, yes=yes))
