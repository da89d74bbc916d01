"""`warden services`: judge every endpoint service of the account's own."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import EndpointUrl, Format, Formats, Profile, Regions, StandardFile


def services(
    *,
    profile: Profile = None,
    region: Regions = None,
    endpoint_url: EndpointUrl = None,
    standard: StandardFile = None,
    how: Formats = Format.TABLE,
    everything: Annotated[
        bool, typer.Option("--all", help="Show compliant services too; JSON always has them.")
    ] = False,
) -> None:
    """Judge the account's own endpoint services; change nothing.

    They are judged by the rules of the standard whose names begin with service-, and nobody is told. Services of
    others, which the account's endpoints lead to, are not looked at.

    Where requests of consumers can be accepted, it says whether a stack would do it (WOULD DO), or why it would not
    (TO DO), with the command. `warden plan` and `warden apply` speak of endpoints only.

    On a terminal: a table and the findings. In a pipe: one line for each finding, with tabs between region, service,
    type, name, state, rule, verdict, code and message.

    Exit codes: 0 every service is compliant (PASS or NOT_APPLICABLE for every rule); 1 there is a BREACH, or something
    that could not be judged (UNKNOWN): that is never called compliant; 2 could not look, or no rule of endpoint
    services is on.
    """
    # boto3 takes 0.2 s to load, and --help needs none
    from .regions import Wanted  # noqa: PLC0415
    from .subject_commands import OF_SERVICES  # noqa: PLC0415

    raise typer.Exit(OF_SERVICES.run(Wanted(profile, tuple(region or ()), endpoint_url, standard, how, everything)))
