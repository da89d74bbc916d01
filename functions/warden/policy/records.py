"""Records of CloudTrail as requests: of management and data events, and of network activity at an endpoint; pure.

A record does not tell every key of its request, so that of many policies it cannot be said what they make of it.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from .conditions import Values
from .context import Context
from .evaluate import NO_RESOURCE, NOT_KNOWN
from .keys import CALLER_KEYS
from .request import ANONYMOUS, FEDERATED, Caller, CallerKind, Request
from .resources import bucket_of, owner_keys
from .services import prefixes

Record = Mapping[str, Any]
DENIED: Final = "VpceAccessDenied"
"""The error of a network activity event that the endpoint's policy denied."""

_ACTIONS: Final[Mapping[str, str]] = {
    "s3:ListObjects": "ListBucket", "s3:ListObjectsV2": "ListBucket", "s3:HeadBucket": "ListBucket",
    "s3:HeadObject": "GetObject", "s3:CopyObject": "PutObject", "s3:CreateMultipartUpload": "PutObject",
    "s3:UploadPart": "PutObject", "s3:UploadPartCopy": "PutObject", "s3:CompleteMultipartUpload": "PutObject",
    "s3:ListBuckets": "ListAllMyBuckets", "s3:DeleteObjects": "DeleteObject",
    "s3:ListParts": "ListMultipartUploadParts",
    "s3:ListMultipartUploads": "ListBucketMultipartUploads", "s3:ListObjectVersions": "ListBucketVersions",
    "s3:SelectObjectContent": "GetObject", "s3:PostObject": "PutObject", "lambda:Invoke": "InvokeFunction",
    "dynamodb:TransactGetItems": "GetItem", "dynamodb:TransactWriteItems": "PutItem",
}  # fmt: skip
"""Names of API calls that are allowed by an action of another name.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""
_VERSION: Final = re.compile(r"(?:20\d\d_?\d\d_?\d\d)(?:v\d)?$")
"""What old services append to the names of their calls: "ListFunctions20150331"."""
_SIGNED: Final[Mapping[str, tuple[CallerKind, str]]] = {
    "IAMUser": (CallerKind.USER, "User"),
    "Root": (CallerKind.ROOT, "Account"),
    "FederatedUser": (CallerKind.FEDERATED_USER, "FederatedUser"),
    "AssumedRole": (CallerKind.ROLE, "AssumedRole"),
}
_IDENTITY_PROVIDERS: Final = frozenset({"SAMLUser", "WebIdentityUser"})


class BadRecords(ValueError):
    """The text holds no records of CloudTrail; the message says where and why."""


def read(text: str) -> Iterator[Record]:
    """The records of a text: a file of CloudTrail's (`{"Records": [...]}`), a list, or one record in each line."""
    stripped = text.lstrip()
    if stripped.startswith("["):
        yield from _checked(_json(text, "the text"), "the text")
        return
    first = stripped.partition("\n")[0].rstrip()
    whole = not (first.endswith("}") and first.startswith("{") and len(stripped.splitlines()) > 1)
    if whole:
        tree = _json(text, "the text")
        yield from _checked(tree.get("Records", [tree]) if isinstance(tree, dict) else tree, "the text")
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield from _checked([_json(line, f"line {number}")], f"line {number}")


def requests(record: Record, context: Context) -> tuple[Request, ...]:
    """The requests of one record, one for each resource; none where it is of another endpoint or service.

    A call that came through no endpoint has no vpcEndpointId. Where the context names no endpoint, every record counts.
    """
    if context.endpoint_id and record.get("vpcEndpointId") != context.endpoint_id:
        return ()
    service, action = _action(record, context)
    if service != context.service.prefix:
        return ()
    caller, keys = _caller(_mapping(record, "userIdentity"), context)
    keys |= _network(record, context)
    source = _copied_from(record, context)
    return tuple(
        Request(
            caller,
            f"{service}:{'GetObject' if source and arn == source else action}",
            arn,
            {**keys, **_owner(arn, owner, context)},
            owner,
            complete=False,
        )
        for arn, owner in _resources(record, action, context)
    )


def was_denied(record: Record) -> bool:
    """Whether the endpoint's policy denied it when it was made."""
    return record.get("errorCode") == DENIED


def _json(text: str, where: str) -> Any:  # noqa: ANN401  whatever JSON there is
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadRecords(f"{where} is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise BadRecords(f"{where} is nested too deeply") from None


def _checked(records: object, where: str) -> Iterator[Record]:
    if not isinstance(records, list):
        raise BadRecords(f"{where} holds no records of CloudTrail")
    for place, record in enumerate(records):
        if not isinstance(record, dict) or not isinstance(record.get("eventName"), str):
            raise BadRecords(f"{where}: record {place + 1} is none of CloudTrail's: it has no eventName")
        yield record


def _mapping(record: Record, name: str) -> Record:
    found = record.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(record: Record, name: str) -> str:
    found = record.get(name)
    return found if isinstance(found, str) else ""


def _action(record: Record, context: Context) -> tuple[str, str]:
    """The service's prefix and the action, as policies name them."""
    host = _text(record, "eventSource").partition(".")[0]
    own = context.service.prefix
    service = own if own in prefixes(host, context.region) else host
    name = _VERSION.sub("", _text(record, "eventName"))
    return service, _ACTIONS.get(f"{service}:{name}", name)


def _caller(identity: Record, context: Context) -> tuple[Caller, dict[str, Values]]:
    kind, account = _text(identity, "type"), _text(identity, "accountId")
    arn = _text(identity, "arn")
    nobody: dict[str, Values] = dict.fromkeys(CALLER_KEYS, ())
    if kind in _IDENTITY_PROVIDERS:
        return FEDERATED, nobody
    if kind == "AWSService":
        service = _text(identity, "invokedBy")
        keys: dict[str, Values] = {"aws:principalisawsservice": ("true",), "aws:principalservicename": (service,)}
        return Caller(CallerKind.SERVICE, service=service), nobody | keys
    if kind in _SIGNED and account:
        return _signed(kind, arn, account, identity, context)
    if kind != "AWSAccount" or re.fullmatch(r"\d{12}", account):
        # A principal of another account, or an identity of a new kind: CloudTrail does not tell which, nor its keys
        known: dict[str, Values] = {"aws:principalaccount": (account,)} if account else {}
        guess = Caller(CallerKind.ROLE, arn or f"arn:{context.partition}:iam::{account}:role/", "")
        return guess, {**known, **_organisation("aws:principalorgid", account, context)}
    return ANONYMOUS, nobody | {"aws:principalaccount": ("anonymous",), "aws:principaltype": ("Anonymous",)}


def _signed(kind: str, arn: str, account: str, identity: Record, context: Context) -> tuple[Caller, dict[str, Values]]:
    caller_kind, type_name = _SIGNED[kind]
    issuer = _mapping(_mapping(identity, "sessionContext"), "sessionIssuer")
    role = _text(issuer, "arn") if caller_kind is CallerKind.ROLE else ""
    caller = Caller(caller_kind, role or arn, arn if role else "")
    keys: dict[str, Values] = {
        "aws:principalarn": (caller.arn,),
        "aws:principalaccount": (account,),
        "aws:principaltype": (type_name,),
        "aws:principalisawsservice": ("false",),
        **_organisation("aws:principalorgid", account, context),
    }
    if _text(identity, "principalId"):
        keys["aws:userid"] = (_text(identity, "principalId"),)
    if context.service.prefix == "kms":
        keys["kms:calleraccount"] = (account,)
    if caller_kind is CallerKind.USER:
        keys["aws:username"] = (arn.rpartition("/")[2],)
    return caller, keys


def _organisation(key: str, account: str, context: Context) -> dict[str, Values]:
    """The organisation of an account that is ours; of others nobody tells us which it is."""
    return {key: (context.organisation,)} if context.organisation and account in context.ours else {}


def _copied_from(record: Record, context: Context) -> str:
    """The object that a copy is made of, which needs no more than to be read; "" for any other call."""
    if _text(record, "eventName") not in {"CopyObject", "UploadPartCopy"}:
        return ""
    source = _text(_mapping(record, "requestParameters"), "x-amz-copy-source").lstrip("/").partition("?")[0]
    return f"arn:{context.partition}:s3:::{unquote(source)}" if source else ""


def _owner(arn: str, account: str, context: Context) -> dict[str, Values]:
    if not account:
        ours = context.organisation and bucket_of(arn) in (context.owned_buckets or ())
        return {"aws:resourceorgid": (context.organisation,)} if ours else {}
    keys = dict(owner_keys(account, context.service.prefix))
    return keys | _organisation("aws:resourceorgid", account, context)


def _network(record: Record, context: Context) -> dict[str, Values]:
    """The keys of how the request came."""
    address, moment = _text(record, "sourceIPAddress"), _text(record, "eventTime")
    found = {
        "aws:sourcevpce": context.endpoint_id,
        "aws:sourcevpc": context.vpc_id,
        "aws:requestedregion": _text(record, "awsRegion"),
        "aws:useragent": _text(record, "userAgent"),
        "aws:currenttime": moment,
        "aws:vpcsourceip": address if re.fullmatch(r"[\d.]+|[\da-fA-F:]+", address) else "",
        "aws:securetransport": "true" if record.get("tlsDetails") else "",
    }
    return {key: (value,) for key, value in found.items() if value}


def _resources(record: Record, action: str, context: Context) -> list[tuple[str, str]]:
    """Each resource that the record names, as ARN and owner; one that is not known where it names none."""
    listed = record.get("resources")
    found = [
        (_text(one, "ARN") or _text(one, "arn"), _text(one, "accountId"))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping)
    ]
    buckets = {arn: owner for arn, owner in found if arn and owner}
    named = [(arn, owner or _of_arn(arn) or buckets.get(arn.partition("/")[0], "")) for arn, owner in found if arn]
    known = context.service.actions.get(action)
    if known is not None and not known.types:
        return [(NO_RESOURCE, "")]
    fitting = [one for one in named if known is None or _fits(one[0], known.types, context)]
    return fitting or [(NOT_KNOWN, "")]


def _of_arn(arn: str) -> str:
    parts = arn.split(":")
    account = parts[4] if len(parts) > 5 else ""  # noqa: PLR2004  an ARN's parts
    return account if re.fullmatch(r"\d{12}", account) else ""


def _fits(arn: str, types: tuple[str, ...], context: Context) -> bool:
    """Whether the ARN is of one of the types that the action is of: a record of an object also names its bucket."""
    forms = [context.service.types[name].arn for name in types if name in context.service.types]
    shapes = [re.sub(r"\\\$\\\{BucketName\\\}", "[^/]+", re.escape(form)) for form in forms]
    return any(re.fullmatch(re.sub(r"\\\$\\\{\w+\\\}", ".*", shape), arn, re.DOTALL) for shape in shapes)
