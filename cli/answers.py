"""AWS's answers from files, as the AWS CLI writes them: an account whose clients ask the files and nobody else."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.utils import parse_timestamp

from .account import Account, Session
from .answers_region import region_of
from .exits import CouldNotLook
from .standards import text_of

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

ENDPOINTS: Final = "VpcEndpoints"
NO_KEY: Final = "asks-nobody"
"""Credentials that open nothing, or boto3 would look for some."""
UNTOLD: Final[dict[str, Any]] = {
    "profile": (None, [], None, None),
    **{name: (None, [], os.devnull, None) for name in ("config_file", "credentials_file")},
}
"""Whoever asks nobody needs no profile and no configuration, and does not stumble over a wrong one."""
NO_QUESTION: Final = frozenset({"MaxResults", "NextToken"})
"""Parameters that do not narrow what is told."""
WRITTEN: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "text"),
    "boolean": ((bool,), "true or false"),
    "integer": ((int,), "a whole number"),
    "list": ((list,), "a list"),
    "structure": ((dict,), "an object"),
    "timestamp": ((str, int, float), "a time such as 2026-01-31T12:00:00Z"),
}
"""How the AWS CLI writes each type, and in words; of others, nothing is demanded."""
SHOWN: Final = 60
"""So many characters of what is strange are shown."""
BY_NAME: Final = {
    "ServiceNames": ("ServiceDetails", "ServiceName"),
    "ServiceRegions": ("ServiceDetails", "ServiceRegion"),
}
"""Parameters that narrow by names: the list that is told, and its items' key."""

Tree = Mapping[str, Any]


class NotInFiles(CouldNotLook):
    """The files do not hold the answer to a call."""


@contextmanager
def as_written() -> Iterator[None]:
    """A block in which files are read that may have been cut short by hand."""
    try:
        yield
    except KeyError as error:
        what = f"something in the files has no {error}, which AWS always tells"
        raise CouldNotLook(what, "Give them as AWS wrote them.") from error


def account_of(paths: Sequence[Path], region: str | None) -> Account:
    """The account that the files are of; raise CouldNotLook where they do not tell which, or contradict each other."""
    tree = merged([_read(path) for path in paths])
    items = tree.get(ENDPOINTS)
    told = isinstance(items, list) and all(isinstance(item, dict) and "VpcEndpointId" in item for item in items)
    if not items or not told:
        what = f"no endpoint is in {', '.join(map(str, paths))}"
        raise CouldNotLook(what, "Write one: `aws ec2 describe-vpc-endpoints > FILE`.")
    owners = {item.get("OwnerId") for item in items}
    if len(owners) != 1 or None in owners:
        raise CouldNotLook("the files do not tell of one account's endpoints", "Each is to have its OwnerId.")
    place = region_of(tree, region)
    own = botocore.session.Session(session_vars=UNTOLD)
    session = Session(NO_KEY, NO_KEY, region_name=place, botocore_session=own)
    session.events.register("provide-client-params", _remember)
    session.events.register("before-call", _Answering(tree))  # type: ignore[arg-type] # its answer counts
    return Account(session, place, None, str(owners.pop()), "nobody")


def merged(trees: Sequence[Tree]) -> Tree:
    """All of them as one: lists are joined; raise CouldNotLook where two say otherwise of the same."""
    whole: dict[str, Any] = {}
    for tree in trees:
        for name, value in tree.items():
            if isinstance(value, list) and isinstance(whole.get(name), list):
                whole[name] = [*whole[name], *(one for one in value if one not in whole[name])]
            elif whole.setdefault(name, value) != value:
                raise CouldNotLook(f"the files say two things of {name}", "Give those of one VPC only.")
    return whole


def _read(path: Path) -> Tree:
    try:
        tree = json.loads(text_of(path))
    except (ValueError, RecursionError) as error:
        raise CouldNotLook(f"{path} is no JSON: {error}", "Write it with `aws ec2 ... --output json`.") from error
    if not isinstance(tree, dict):
        raise CouldNotLook(f"{path} is no answer of AWS: a JSON object is wanted", "Write it with `aws ec2 ...`.")
    return tree


def _remember(params: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
    """Keep what is asked in words of the API; what follows sees it as it goes over the wire."""
    context["asked"] = params


class _Answering:
    """Answers each call from what the files hold, in place of AWS."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __call__(self, model: OperationModel, context: Mapping[str, Any], **_: object) -> tuple[AWSResponse, Tree]:
        return AWSResponse("", 200, {}, None), self._answer(model, context["asked"])  # type: ignore[arg-type]

    def _answer(self, model: OperationModel, asked: Mapping[str, Any]) -> Tree:
        members = model.output_shape.members if model.output_shape else {}
        told = {name: _shaped(self._tree[name], shape, name) for name, shape in members.items() if name in self._tree}
        held = told.keys() - asked.keys()
        for name, value in asked.items():
            if not self._of_one_vpc(name, value):
                told = _narrowed(model, told, name, value)
        if not (held and told) or self._of_others(told):
            raise NotInFiles(f"{model.name} is asked for, and the files do not hold it", _add(model, asked))
        return told

    def _of_one_vpc(self, name: str, value: str) -> bool:
        """Whether it is the one VPC of the files: what Route 53 answers does not say of which it is."""
        vpcs = {item.get("VpcId") for item in self._tree[ENDPOINTS]}
        return name == "VPCRegion" or (name == "VPCId" and vpcs == {value})

    def _of_others(self, told: Tree) -> bool:
        """Whether the files have only others than those that are asked for, of which an answer would be a guess."""
        return any(self._tree.get(name) and not told[name] for name in told if name != ENDPOINTS)


def _narrowed(model: OperationModel, told: dict[str, Any], name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401  a parameter's own
    """What is left where a parameter narrows it; raise NotInFiles where it cannot be told what it would leave."""
    if name in NO_QUESTION or told.get(name) == value or not told:
        return told
    if name == "Attribute":
        return told if f"{value[0].upper()}{value[1:]}" in told else {}
    if name == "Filters":
        for one in value:
            key = "".join(part.capitalize() for part in one["Name"].split("-"))
            told = {member: _those(items, key, one["Values"]) for member, items in told.items()}
        return told
    if name in BY_NAME:
        member, key = BY_NAME[name]
        return {member: _those(told.get(member, []), key, value)}
    raise NotInFiles(f"{model.name} with {name} {value} cannot be told from files", "Ask AWS: leave --file out.")


def _those(items: Any, key: str, values: Sequence[str]) -> list[Any]:  # noqa: ANN401  of the API
    """The items of which a key has one of these values; raise NotInFiles where one does not have the key."""
    if not isinstance(items, list) or not all(isinstance(item, dict) and key in item for item in items):
        raise NotInFiles(f"something in the files has no {key}", "Give them as AWS wrote them, or leave --file out.")
    return [item for item in items if item[key] in values]


def _shaped(value: Any, shape: Shape, at: str) -> Any:  # noqa: ANN401  JSON, as the API has it
    """The value with its times read; raise CouldNotLook, with where it stands, where AWS would have written otherwise.

    Members that the model does not know are newer than it, and stay as they are.
    """
    types, words = WRITTEN.get(shape.type_name, ((type(value),), ""))
    if type(value) not in types:
        raise _strange(at, value, words)
    match shape.type_name:
        case "timestamp":
            try:
                return parse_timestamp(value)
            except (ValueError, OverflowError) as error:
                raise _strange(at, value, words) from error
        case "list":
            member = shape.member  # type: ignore[attr-defined]
            return [_shaped(item, member, f"{at}[{place}]") for place, item in enumerate(value)]
        case "structure":
            known = shape.members  # type: ignore[attr-defined]
            return {key: _shaped(one, known[key], f"{at}.{key}") if key in known else one for key, one in value.items()}
        case _:
            return value


def _strange(at: str, value: Any, wanted: str) -> CouldNotLook:  # noqa: ANN401  JSON
    shown = json.dumps(value)
    return CouldNotLook(
        f"{at} in the files is {shown if len(shown) <= SHOWN else f'{shown[:SHOWN]}...'}, where AWS writes {wanted}",
        "Give them as AWS wrote them.",
    )


def _add(model: OperationModel, asked: Mapping[str, Any]) -> str:
    """The command that writes what is missing."""
    words = ("aws", model.service_model.service_name, xform_name(model.name, "-"), *_options(asked))
    return f"Add it as another --file: `{shlex.join(words)} > FILE`, with the profile and region of the account."


def _options(asked: Mapping[str, Any]) -> Iterator[str]:
    for name, value in asked.items():
        if name in NO_QUESTION:
            continue
        yield f"--{xform_name(name, '-')}"
        if name == "Filters":
            yield from (f"Name={one['Name']},Values={','.join(one['Values'])}" for one in value)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            yield from value
        else:
            yield value if isinstance(value, str) else json.dumps(value, default=str)
