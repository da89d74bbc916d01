"""`warden review`: what endpoints cost, how much they are used, and what could be saved."""

from __future__ import annotations

import typer

from .options import EndpointUrl, Format, Formats, Profile, Regions, StandardFile


def review(
    *,
    profile: Profile = None,
    region: Regions = None,
    endpoint_url: EndpointUrl = None,
    standard: StandardFile = None,
    how: Formats = Format.TABLE,
) -> None:
    """Tell what endpoints cost and move, and what could be saved.

    Every endpoint of the account is judged by the standard, as `warden scan` does; besides, the rules on use (unused,
    underused, zones-beyond-need) are asked with the standard's settings, whatever their mode. Nothing is changed, and
    nobody is told. CloudWatch bills what is asked of it: one metric of each endpoint,
    and one of each subnet of those in more zones than multi-az demands.

    On a terminal: a table, the dearest first, and what could be saved and how. In a pipe: one line for each endpoint,
    with tabs between region, endpoint, type, service, VPC, zones, USD a month, bytes, USD that could be saved, and its
    verdicts.

    Exit codes: 0 every endpoint is compliant, and nothing could be saved; 1 that is not so, or cannot be told; 2 could
    not look. Where the standard has every rule of endpoints off, 0 and 1 tell of use alone.
    """
    from .regions import Wanted  # noqa: PLC0415  boto3 takes 0.2 s to load, and --help needs none
    from .reviewing import run  # noqa: PLC0415  the same

    raise typer.Exit(run(Wanted(profile, tuple(region or ()), endpoint_url, standard, how, everything=True)))
