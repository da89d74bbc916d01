"""`warden vpcs`: judge every VPC as a whole."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import EndpointUrl, Format, Formats, Profile, Regions, StandardFile


def vpcs(
    *,
    profile: Profile = None,
    region: Regions = None,
    endpoint_url: EndpointUrl = None,
    standard: StandardFile = None,
    how: Formats = Format.TABLE,
    everything: Annotated[bool, typer.Option("--all", help="Show compliant VPCs too; JSON always has them.")] = False,
) -> None:
    """Judge every VPC of the account as a whole; change nothing.

    They are judged by the rules of VPCs that the standard switches on, and nobody is told.

    On a terminal: the findings of each VPC. In a pipe: one line for each finding, with tabs between region, VPC, name,
    rule, verdict, code and message.

    Exit codes: 0 every VPC is compliant (PASS or NOT_APPLICABLE for every rule); 1 there is a BREACH, or a VPC that
    could not be judged (UNKNOWN): that is never called compliant; 2 could not look, or no rule of VPCs is on.
    """
    # boto3 takes 0.2 s to load, and --help needs none
    from .regions import Wanted  # noqa: PLC0415
    from .subject_commands import OF_VPCS  # noqa: PLC0415

    raise typer.Exit(OF_VPCS.run(Wanted(profile, tuple(region or ()), endpoint_url, standard, how, everything)))
