"""Options that several commands have, each said once."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer


class Format(Enum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"


def _url(value: str | None) -> str | None:
    if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise typer.BadParameter(f"{value!r} is no URL; allowed: http:// or https://, a host and, if need be, a port")
    return value


Profile = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="AWS profile to look with; else the environment's.")
]
Region = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="AWS region; else the profile's or the environment's.")
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        help="AWS region, several times for several, or `all` for every region that the account has enabled; "
        "else the profile's or the environment's.",
    ),
]
EndpointUrl = Annotated[
    str | None,
    typer.Option("--endpoint-url", metavar="URL", callback=_url, help="Ask this address in place of AWS's own."),
]
StandardFile = Annotated[
    Path | None,
    typer.Option(
        "--standard",
        metavar="FILE",
        help="What to judge by; else functions/standard.toml or ./standard.toml.",
    ),
]
Formats = Annotated[Format, typer.Option("--format", help="For people, or for programs.")]
StackName = Annotated[
    str, typer.Option("--stack", metavar="NAME", help="The deployed CloudFormation stack of Endpoint Warden.")
]
EndpointIds = Annotated[
    list[str] | None, typer.Argument(metavar="ENDPOINT_ID", help="Only these endpoints (vpce-...); else all.")
]
