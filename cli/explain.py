"""`warden explain`: a rule's page and settings, and what it says of an endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warden.rules.rule import Rule

from .exits import Code, CouldNotLook
from .explaining import list_rules, named, page, standard_for, whole
from .options import EndpointUrl, Profile, Region, StandardFile
from .screen import Screen


def explain(  # noqa: PLR0913  each is an option
    *,
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="A rule's id; without one, all are listed.")
    ] = None,
    endpoint: Annotated[
        list[str] | None,
        typer.Option("--endpoint", metavar="ID", help="Say what the rule says of this endpoint (vpce-...) now."),
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Ask these files and not AWS: JSON as `aws ec2 describe-vpc-endpoints` and its like write it; "
            "all endpoints in them, or those of --endpoint. --region is needed only where they do not tell it.",
        ),
    ] = None,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    standard: StandardFile = None,
) -> None:
    """Show a rule's page, and what it says of an endpoint.

    Without a rule, all are listed. The page: why it is there, what it fixes and risks, its settings, and the endpoints
    that it speaks of. Of an endpoint (--endpoint, --file): what the rule says, and what it read for that; a rule that
    the standard has off is asked all the same. Nothing is changed, and nobody is told.

    Exit codes: 0 it was shown, and has nothing against the endpoint; 1 it has, or it cannot tell; 2 there is no such
    rule, the standard is wrong, or the endpoint could not be looked at.
    """
    screen = Screen()
    if rule is None:
        if endpoint or file:
            raise CouldNotLook("no rule is named", "Name one: `warden explain RULE`; `warden scan` asks all of them.")
        list_rules(screen, standard)
        raise typer.Exit(Code.OK)
    asked, by = named(rule), standard_for(standard)
    page(screen, asked, by)
    if not (endpoint or file):
        raise typer.Exit(Code.OK)
    if not isinstance(asked, Rule):
        raise CouldNotLook(f"{asked.id} does not judge single endpoints", f"{whole(asked)}.")
    from .asked import Wanted, ask  # noqa: PLC0415  boto3 takes 0.2 s to load, and a page needs none

    wanted = Wanted(tuple(endpoint or ()), tuple(file or ()), profile, region, endpoint_url)
    raise typer.Exit(ask(screen, asked, by, wanted))
