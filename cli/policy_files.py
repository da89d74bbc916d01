"""The files of `warden policy`: policies, contexts, cases and records of CloudTrail; each error names the file."""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from warden.policy import tables
from warden.policy.context import Context
from warden.policy.document import Document, Malformed, parse
from warden.policy.records import BadRecords, Record, read
from warden.policy.service import Service, unknown
from warden.policy.services import prefixes

from .exits import CouldNotLook

STDIN: Final = Path("-")
KEYS: Final[Mapping[str, str]] = {
    "account_id": "the endpoint's account, 12 digits",
    "org_id": 'the organisation, such as "o-a1b2c3d4e5", or null',
    "org_account_ids": "all accounts of the organisation, or all that are yours",
    "region": 'the region, such as "us-east-1"',
    "vpc_id": "the endpoint's VPC",
    "vpce_id": "the endpoint's id",
    "owned_buckets": "all buckets that are yours",
    "service_prefix": 'the service as actions name it, such as "s3"',
    "endpoint_type": '"Interface" or "Gateway"',
}
"""The keys of a context, and what each is."""
ITEMS: Final = {"org_account_ids": "account ids of 12 digits", "owned_buckets": "names of buckets, not ARNs"}
STAND_IN: Final = "s3"
"""The service as whose a policy is judged that names no service, only `*`."""
NO_ACCOUNT: Final = "000000000000"
"""Stands for the endpoint's account where none is named."""
_ACCOUNT: Final = re.compile(r"\d{12}")
_TEXTS: Final = {
    "account_id": _ACCOUNT,
    "org_id": re.compile(r"o-[a-z0-9]{10,32}|"),
    "region": re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d"),
    "vpc_id": re.compile(r".*"),
    "vpce_id": re.compile(r".*"),
    "service_prefix": re.compile(r"[A-Za-z0-9.-]+"),
    "endpoint_type": re.compile(r"Interface|Gateway"),
}
_LISTS: Final = {"org_account_ids": _ACCOUNT, "owned_buckets": re.compile(r"[a-z0-9.-]{3,63}")}


@dataclass(frozen=True, slots=True)
class Here:
    """Where a policy stands, as far as the command line tells."""

    file: Path | None = None
    service: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One policy of a file of cases."""

    id: str
    text: str
    context: Context


def once(*paths: Path | None) -> None:
    """Raise CouldNotLook where stdin is to be read for two of these."""
    if paths.count(STDIN) > 1:
        raise CouldNotLook("stdin (-) is named twice", "Only one of the files can be read from it.")


def text_of(path: Path) -> str:
    """A policy's text, `-` for stdin; raise CouldNotLook where it cannot be read."""
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        raise CouldNotLook(
            f"{path} cannot be read: {error.strerror}", "Name a file that can be, or - for stdin."
        ) from None
    except UnicodeDecodeError as error:
        raise CouldNotLook(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}", "Save it so.") from None


def document_of(path: Path) -> Document:
    """The policy of a file; raise CouldNotLook with the place of what is wrong."""
    try:
        return parse(text_of(path))
    except Malformed as error:
        raise CouldNotLook(f"{path}: {error}", "Correct the policy; `warden policy check` tells more.") from None


def context_of(here: Here, *texts: str) -> Context:
    """The context of the policies of these texts; raise CouldNotLook where it is wrong, or the service is not known."""
    for option, key, value in (
        ("--service", "service_prefix", here.service),
        ("--organisation", "org_id", here.organisation),
    ):
        problem = _wrong(key, value) if value is not None else ""
        if problem:
            raise CouldNotLook(f"{option} {problem}", "Correct the option, or leave it out.")
    found: dict[str, Any] = dict(_mapping(here.file)) if here.file else {}
    if here.service is not None:
        found["service_prefix"] = here.service
    if here.organisation:
        found["org_id"] = here.organisation
    if "service_prefix" not in found and (named := _service_in(texts)):
        found["service_prefix"] = named
    return made(found, str(here.file or "the command line"))


def made(facts: Mapping[str, Any], where: str, *, any_service: bool = False) -> Context:
    """The context of these facts; raise CouldNotLook with the key that is wrong.

    `any_service` to take a service that nobody knows, of which hardly anything can be said then.
    """
    for key, value in facts.items():
        problem = _wrong(key, value)
        if problem:
            raise CouldNotLook(f"{where}: {key} {problem}", f"Known are: {', '.join(KEYS)}.")
    organisation = facts.get("org_id") or ""
    buckets = facts.get("owned_buckets")
    account = facts.get("account_id") or NO_ACCOUNT
    region = facts.get("region", "us-east-1")
    return Context(
        account=account,
        region=region,
        service=_service(facts["service_prefix"], region, known=not any_service)
        if "service_prefix" in facts
        else unknown(""),
        now=datetime.now(UTC),
        organisation=organisation,
        accounts=frozenset(facts.get("org_account_ids") or ()),
        complete=facts.get("org_account_ids") is not None,
        gateway=facts.get("endpoint_type") == "Gateway",
        vpc_id=facts.get("vpc_id", ""),
        endpoint_id=facts.get("vpce_id", ""),
        owned_buckets=None if buckets is None else frozenset(buckets),
    )


def cases_of(path: Path) -> list[Case]:
    """The policies of a file of cases; raise CouldNotLook where one of them is none."""
    tree = _json(path)
    if not isinstance(tree, list):
        raise CouldNotLook(f"{path} is no list of cases", 'A case is {"id": ..., "policy": ..., "context": {...}}.')
    return [_case(item, f"{path}: case {place + 1}") for place, item in enumerate(tree)]


def records_of(paths: Sequence[Path]) -> Iterator[Record]:
    """The records of files, gzipped or not, and of all *.json and *.json.gz of folders; raise CouldNotLook."""
    for path in paths:
        for file in _files(path):
            try:
                yield from read(_unpacked(file))
            except BadRecords as error:
                raise CouldNotLook(
                    f"{file}: {error}", "Name files that CloudTrail wrote, or one record in each line."
                ) from None


def _case(item: object, where: str) -> Case:
    if not isinstance(item, Mapping) or not isinstance(item.get("id"), str) or "policy" not in item:
        raise CouldNotLook(f"{where} has no id and policy", 'A case is {"id": ..., "policy": ..., "context": {...}}.')
    where = f"{where} ({item['id']})"
    context = item.get("context", {})
    if not isinstance(context, Mapping):
        raise CouldNotLook(f"{where} has a context that is no object", f"Known are: {', '.join(KEYS)}.")
    policy = item["policy"]
    text = policy if isinstance(policy, str) else json.dumps(policy)
    named = context.get("service_prefix")
    facts = context if named else {**context, "service_prefix": _service_in([text]) or STAND_IN}
    return Case(item["id"], text, made(facts, where, any_service=True))


def _wrong(key: str, value: object) -> str:
    """What is wrong with one fact of a context; "" where nothing is."""
    if key not in KEYS:
        return "is no key of a context"
    if key in _LISTS:
        if value is None:
            return ""
        if not isinstance(value, list):
            return f"is {_shown(value)}; it is a list: {KEYS[key]}"
        wrong = next((one for one in value if not (isinstance(one, str) and _LISTS[key].fullmatch(one))), None)
        return "" if wrong is None else f"holds {_shown(wrong)}; it is a list of {ITEMS[key]}"
    fits = (value is None and key in {"org_id", "account_id"}) or (
        isinstance(value, str) and _TEXTS[key].fullmatch(value)
    )
    return "" if fits else f"is {_shown(value)}; it is {KEYS[key]}"


def _service_in(texts: Sequence[str]) -> str:
    """The one service that the policies' actions name, "" of texts that are no policies; else raise CouldNotLook."""
    named: dict[str, None] = {}
    read = 0
    for text in texts:
        try:
            values = [value.written for one in parse(text).statements for value in one.actions.values]
        except Malformed:
            continue
        read += 1
        named |= dict.fromkeys(
            prefix.lower() for value in values if (prefix := value.partition(":")[0]) and ":" in value
        )
    if len(named) == 1 or not read:
        return next(iter(named), "")
    if not named:
        return STAND_IN
    words = " or ".join(f"--service {name}" for name in named)
    raise CouldNotLook(
        f"which service's endpoint the policy is for cannot be told: its actions name {', '.join(named)}",
        f"Name it: {words}.",
    )


def _service(name: str, region: str, *, known: bool) -> Service:
    """The service, named as its actions are, or as its endpoints are."""
    found = tables.service_named(prefixes(name.lower(), region))
    if known and not found.known:
        raise CouldNotLook(f"the service {name!r} is not known", "Name it as its actions do: s3, ecr, cloudwatch.")
    return found


def _mapping(path: Path) -> Mapping[str, Any]:
    tree = _json(path)
    if not isinstance(tree, dict):
        raise CouldNotLook(f"{path} is no context: a JSON object is wanted", f"Known are: {', '.join(KEYS)}.")
    return tree


def _json(path: Path) -> object:
    text = text_of(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CouldNotLook(
            f"{path} is not JSON: line {error.lineno} column {error.colno}: {error.msg}", "Correct the file."
        ) from None
    except RecursionError:
        raise CouldNotLook(f"{path} is not JSON: it is nested too deeply", "Correct the file.") from None


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.rglob("*") if one.name.endswith((".json", ".json.gz")) and one.is_file())
    if not found:
        raise CouldNotLook(f"{path} holds no *.json and no *.json.gz", "Name a folder of files that CloudTrail wrote.")
    return found


def _unpacked(path: Path) -> str:
    if not path.name.endswith(".gz"):
        return text_of(path)
    try:
        return gzip.decompress(path.read_bytes()).decode("utf-8")
    except OSError as error:
        raise CouldNotLook(f"{path} cannot be read: {error.strerror or error}", "Name a file that can be.") from None
    except (EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CouldNotLook(f"{path} is no gzipped text: {error}", "Name a file that CloudTrail wrote.") from None


def _shown(value: object) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."  # noqa: PLR2004  a line of a terminal
