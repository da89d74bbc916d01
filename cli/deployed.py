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
from warden.standard import Standard
from warden.standard_file import load

from .account import AWS_ERRORS
from .exits import CouldNotLook
from .stack import Deployed
from .standards import Named, judging, read

FILE: Final = "standard.toml"
SECONDS: Final = 30
LARGEST: Final = 1_000_000
"""Bytes of a standard; nobody writes one as long."""
CORRECT: Final = (
    "Correct it (`warden standard check` names each error of a file), and deploy it: `sam build && sam deploy`."
)


def standard_of(stack: Deployed, given: Path | None) -> Named:
    """What to plan by: the file that was given, else what the deployed function has.

    Never a file that just lies about: it could allow what the deployed standard does not.
    """
    if given is not None:
        named = judging(read(given))
        return replace(named, source=f"{named.source}, which need not be what stack {stack.name} judges by")
    return deployed_standard(stack, "Name the file that it was deployed from: --standard FILE.")


def deployed_standard(stack: Deployed, do: str = "") -> Named:
    """What the deployed function judges by; raise CouldNotLook, with what to do, where nobody can judge by it."""
    source = f"the standard that stack {stack.name} was deployed with"
    try:
        return judging(Named(standard_in(stack, do), source))
    except BadStandard as error:
        raise CouldNotLook("\n".join((f"{source} is wrong:", *error.problems)), CORRECT) from error


def standard_in(stack: Deployed, do: str = "") -> Standard:
    """Read the standard out of the function's code; raise BadStandard, or CouldNotLook where it cannot be read."""
    try:
        text = inside(fetched(_location(stack)))
    except (*AWS_ERRORS, URLError, TimeoutError, zipfile.BadZipFile, KeyError, BrokenZlib) as error:
        what = f"the standard that stack {stack.name} was deployed with cannot be read (lambda:GetFunction): {error}"
        raise CouldNotLook(what, do) from error
    return load(text)


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
