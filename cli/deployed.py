"""The standard inside a deployed function: what it judges by, whatever the files on this machine say."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen
from zlib import error as BrokenZlib  # noqa: N812  the module's own class has no better name

from warden.errors import BadStandard
from warden.standard import load

from .account import AWS_ERRORS
from .exits import CouldNotLook
from .stack import Deployed
from .standards import Named, checked, read

FILE: Final = "standard.toml"
SECONDS: Final = 30
LARGEST: Final = 1_000_000
"""Bytes of a standard; nobody writes one as long."""


def standard_of(stack: Deployed, given: Path | None) -> Named:
    """What to judge by: the file that was given, else what the deployed function has.

    Never a file that just lies about: it could allow what the deployed standard does not.
    """
    if given is not None:
        named = read(given)
        return replace(named, source=f"{named.source}, which need not be what stack {stack.name} judges by")
    try:
        text = inside(fetched(_location(stack)))
        return checked(load(text), f"the standard that stack {stack.name} was deployed with")
    except BadStandard as error:
        what = f"the standard that stack {stack.name} was deployed with is wrong:"
        raise CouldNotLook("\n".join((what, *error.problems)), "Mend it, and deploy it.") from error
    except (*AWS_ERRORS, URLError, TimeoutError, zipfile.BadZipFile, KeyError, BrokenZlib) as error:
        what = f"the standard that stack {stack.name} was deployed with cannot be read (lambda:GetFunction): {error}"
        raise CouldNotLook(what, "Name the file that it was deployed from: --standard FILE.") from error


def _location(stack: Deployed) -> str:
    client = stack.account.session.client("lambda", **stack.account.how)
    return client.get_function(FunctionName=stack.function["FunctionName"])["Code"]["Location"]


def fetched(url: str) -> bytes:
    """The function's code, from the address that AWS gave; raise URLError where it is not to be had."""
    if not url.startswith(("https://", "http://")):
        raise URLError(f"{url.split(':', 1)[0]} addresses are not fetched")
    with urlopen(url, timeout=SECONDS) as answer:  # noqa: S310  the scheme was looked at
        return bytes(answer.read())


def inside(code: bytes) -> str:
    """The text of the standard in a function's zip; raise KeyError or BadZipFile where there is none."""
    with zipfile.ZipFile(io.BytesIO(code)) as archive, archive.open(FILE) as file:
        return file.read(LARGEST).decode("utf-8", "replace")
