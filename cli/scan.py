"""`warden scan`: judge every endpoint."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import EndpointUrl, Format, Formats, Profile, Regions, StandardFile


def scan(
    *,
    profile: Profile = None,
    region: Regions = None,
    endpoint_url: EndpointUrl = None,
    standard: StandardFile = None,
    how: Formats = Format.TABLE,
    everything: Annotated[
        bool, typer.Option("--all", help="Show compliant endpoints too; JSON always has them.")
    ] = False,
) -> None:
    """Judge every endpoint of the account; change nothing.

    They are judged by the standard, and nobody is told.

    On a terminal: a table and the findings. In a pipe: one line for each finding, with tabs between region, endpoint,
    type, service, VPC, rule, verdict, code and message.

    Exit codes: 0 every endpoint is compliant (PASS or NOT_APPLICABLE for every rule); 1 there is a BREACH, or an
    endpoint that could not be judged (UNKNOWN, UNSUPPORTED): that is never called compliant; 2 could not look, or no
    rule of endpoints is on.
    """
    from .regions import Wanted  # noqa: PLC0415  boto3 takes 0.2 s to load, and --help needs none
    from .scanning import run  # noqa: PLC0415  the same

    raise typer.Exit(run(Wanted(profile, tuple(region or ()), endpoint_url, standard, how, everything)))
