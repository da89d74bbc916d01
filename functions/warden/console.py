"""Addresses of pages in the AWS console, by partition."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from .model import Endpoint, Subject
from .payload import LinkJson

HOSTS: Final = (
    (r"cn-", "{region}.console.amazonaws.cn"),
    (r"us-gov-", "{region}.console.amazonaws-us-gov.com"),
    (r"(?!us-iso|eu-iso|eusc-)[a-z]{2}-", "{region}.console.aws.amazon.com"),
)
"""Console hosts by the region's beginning; none for partitions that are closed to the internet or not known.

Source: https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/console-signin.html
"""

OWN_PAGES: Final = {
    "": ("Endpoint", "EndpointDetails:vpcEndpointId={id}"),
    "VPC": ("VPC", "VpcDetails:VpcId={id}"),
    "endpoint service": ("Endpoint services", "EndpointServices:"),
}
"""The title and place of a thing's own page in the VPC console, or of the list that it is in: of endpoint services AWS
tells nowhere what the page of one is called.
"""


def links_to(about: Endpoint | Subject) -> list[LinkJson]:
    """Give the pages that help to judge and mend it; none where the region has no console that we know."""
    region = about.key.region
    host = _host(region)
    if not host:
        return []
    place = quote(about.key.id, safe="")
    own = OWN_PAGES.get("" if isinstance(about, Endpoint) else about.what)
    pages = (
        *([(own[0], f"vpcconsole/home?region={region}#{own[1].format(id=place)}")] if own else []),
        ("Who changed it", f"cloudtrailv2/home?region={region}#/events?ResourceName={place}"),
    )
    return [{"title": title, "url": f"https://{host}/{page}"} for title, page in pages]


def _host(region: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{3,40}", region):
        return ""
    return next((host.format(region=region) for start, host in HOSTS if re.match(start, region)), "")
