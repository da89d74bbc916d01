"""`warden doctor`: whether a deployed stack is in working order."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import EndpointUrl, Profile, Region, StackName


def doctor(
    *,
    stack: StackName,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    event: Annotated[
        bool, typer.Option("--event/--no-event", help="Send one harmless event through queue and function.")
    ] = True,
    wait: Annotated[
        int, typer.Option("--wait", min=1, max=600, metavar="SECONDS", help="How long to wait for that event.")
    ] = 90,
) -> None:
    """Check that a deployed stack is in working order.

    From the trail that makes the events to the people who are told.

    Each check is a line: OK, PROBLEM with what to do, or CAN'T TELL with what kept it from being seen. Nothing is
    changed; the event that is sent names a call that failed, which the function reads and puts away.

    Exit codes: 0 every check is OK; 1 there is a PROBLEM; 2 the stack, or something of it, could not be looked at.
    """
    from .examining import Visit, run  # noqa: PLC0415  boto3 takes 0.2 s to load, and --help needs none

    raise typer.Exit(run(Visit(stack, profile, region, endpoint_url, event, wait)))
