"""Random policies of every operator and form of principal, and random requests made with an eye on the policy."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any, Final

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy  # noqa: TC002  hypothesis reads the annotations

from policy.cases import OTHER_ORG, OUR_ORG, OURS, OURS_TOO, STRANGER, context
from warden.policy.conditions import Family, Values
from warden.policy.context import Context
from warden.policy.document import Document
from warden.policy.glob import ANY_ONE, Glob
from warden.policy.request import ANONYMOUS, FEDERATED, Caller, CallerKind, Request
from warden.policy.service import key_of
from warden.policy.template import Lookup, Template

SERVICES: Final = ("s3", "sqs", "sts", "kms")
STRANGER_TOO: Final = "222233334444"
POLICIES: Final = int(os.environ.get("WARDEN_PROOF_POLICIES", "500"))
"""Random policies of each service; `make prove` takes more, and fewer for each of many runs."""

_TEXT: Final = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
_LIKE: Final = ("StringLike", "StringNotLike")
_ARN: Final = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
_NUMBER: Final = tuple(
    f"Numeric{name}"
    for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
)
_DATE: Final = tuple(name.replace("Numeric", "Date") for name in _NUMBER)
_ADDRESS: Final = ("IpAddress", "NotIpAddress")

_ACCOUNTS: Final = (OURS, OURS_TOO, STRANGER, STRANGER_TOO, "1111*", "*7777", "????????????", "*", "11112222333?")
_ORGANISATIONS: Final = (OUR_ORG, OTHER_ORG, "o-*", "*", "${aws:PrincipalOrgID}")
_ARNS: Final = (
    f"arn:aws:iam::{OURS}:role/App", f"arn:aws:iam::{OURS}:role/*", f"arn:aws:iam::{STRANGER}:user/*",
    "arn:aws:iam::*:role/Admin", f"arn:aws:*:*:{OURS}:*", f"*{OURS}*", f"arn:aws:iam::{STRANGER}:role/Vendor", "*",
    f"arn:aws:iam::{STRANGER}:root", "arn:aws:iam::*:user/*/deploy", "arn:aws:sts::*:federated-user/*",
    "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::${aws:PrincipalAccount}:role/*",
)  # fmt: skip
_SIX_PARTS: Final = tuple(arn for arn in _ARNS if arn.startswith("arn:"))
_PATHS: Final = (f"{OUR_ORG}/*", f"{OUR_ORG}/r-abcd/ou-abcd-11111111/*", "*/r-abcd/*", f"{OTHER_ORG}/*")
_WORDS: Final = ("a", "pay*", "*", "${aws:username}", "x-${aws:PrincipalTag/team}", "?", "A")

_TEXTS: Final[Mapping[str, Sequence[str]]] = {
    "aws:PrincipalAccount": (*_ACCOUNTS, "anonymous"),
    "aws:PrincipalOrgID": _ORGANISATIONS,
    "AWS:principalorgid": _ORGANISATIONS,
    "aws:PrincipalArn": _ARNS,
    "aws:PrincipalType": ("User", "AssumedRole", "Account", "Anonymous", "*User"),
    "aws:username": ("deploy", "dep*", "${aws:PrincipalTag/team}", "team-?"),
    "aws:ResourceAccount": (*_ACCOUNTS, "${aws:PrincipalAccount}"),
    "aws:ResourceOrgID": (*_ORGANISATIONS, f"${{aws:PrincipalOrgID, '{OUR_ORG}'}}"),
    "aws:PrincipalTag/team": _WORDS,
    "aws:ResourceTag/team": _WORDS,
    "aws:RequestTag/team": _WORDS,
    "aws:SourceVpc": ("vpc-0a1b2c3d4e5f60718", "vpc-0ffffffffffffffff"),
    "aws:SourceVpce": ("vpce-0123456789abcdef0", "vpce-0fffffffffffffff1", "vpce-*"),
    "aws:RequestedRegion": ("us-east-1", "eu-*"),
    "aws:UserAgent": ("aws-cli*", "x"),
}
_OF_SERVICES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "s3": {"s3:prefix": ("home/*", "home/${aws:username}/*", ""), "s3:ResourceAccount": _ACCOUNTS},
    "sts": {"sts:ExternalId": (OURS, "${aws:PrincipalAccount}-*")},
    "kms": {"kms:CallerAccount": _ACCOUNTS, "kms:EncryptionContext:app": ("billing", "${aws:username}")},
    "sqs": {},
}
_SEVERAL: Final[Mapping[str, Sequence[str]]] = {
    "aws:PrincipalOrgPaths": _PATHS,
    "aws:ResourceOrgPaths": (*_PATHS, "${aws:PrincipalOrgID}/*"),
    "aws:TagKeys": ("a", "b", "c*"),
}
_NUMBERS: Final = {"aws:MultiFactorAuthAge": ("10", "3600", 5), "s3:max-keys": ("100", 10)}
_TIMES: Final = ("2015-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "2027-01-01")
_RANGES: Final = ("10.0.0.0/8", "10.1.0.0/16", "192.168.1.1", "2001:db8::/32", "0.0.0.0/0", "::/0")
_BOOLS: Final = ("aws:SecureTransport", "aws:PrincipalIsAWSService", "aws:MultiFactorAuthPresent", "aws:ViaAWSService")
_PRESENT: Final = (
    "aws:PrincipalOrgID", "aws:PrincipalArn", "aws:PrincipalTag/team", "aws:SourceIp", "aws:SourceVpc",
    "aws:ResourceOrgID", "aws:username",
)  # fmt: skip

_PRINCIPALS: Final = (
    "*", "*", {"AWS": "*"}, {"AWS": OURS}, {"AWS": [f"arn:aws:iam::{STRANGER}:root", OURS_TOO]},
    {"AWS": f"arn:aws:iam::{OURS}:role/App"}, {"AWS": f"arn:aws:iam::{STRANGER}:role/Vendor"},
    {"AWS": [f"arn:aws:iam::{STRANGER}:user/bob", STRANGER]},
    {"AWS": f"arn:aws:sts::{STRANGER}:assumed-role/Vendor/nightly"},
    {"AWS": f"arn:aws:sts::{STRANGER}:federated-user/bob"},
    {"Service": "cloudtrail.amazonaws.com"}, {"AWS": OURS, "Service": "sns.amazonaws.com"},
)  # fmt: skip
_ODD_PRINCIPALS: Final = (
    {"AWS": "AROAEXAMPLEID1234567"}, {"Federated": "cognito-identity.amazonaws.com"}, {"CanonicalUser": "7b" * 32},
)  # fmt: skip
_ACTIONS: Final[Mapping[str, Sequence[str]]] = {
    "s3": ("s3:*", "*", "s3:GetObject", "s3:Get*", "s3:ListBucket", "s3:ListAllMyBuckets", "S3:get?bject", "sqs:*"),
    "sqs": ("sqs:*", "*", "sqs:SendMessage", "sqs:Receive*", "sqs:ListQueues"),
    "sts": ("sts:*", "*", "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRole*", "sts:GetCallerIdentity"),
    "kms": ("kms:*", "*", "kms:Decrypt", "kms:Encrypt", "kms:List*"),
}
_RESOURCES: Final[Mapping[str, Sequence[str]]] = {
    "s3": (
        "*", "arn:aws:s3:::corp-data", "arn:aws:s3:::corp-data/*", "arn:aws:s3:::corp-*", "arn:aws:s3:::other/*",
        "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*", "arn:aws:s3:::home-${aws:PrincipalAccount}/*",
        "arn:aws:s3:::corp-data/${aws:username}/*", "arn:aws:s3:::${aws:PrincipalTag/team}/*",
        f"arn:aws:s3:*:{OURS}:accesspoint/*", "arn:aws:s3:::*/x?",
    ),
    "sqs": (
        "*", f"arn:aws:sqs:us-east-1:{OURS}:*", f"arn:aws:sqs:us-east-1:{STRANGER}:jobs", "arn:aws:sqs:*:*:jobs",
        "arn:aws:sqs:*:*:${aws:username}", "arn:aws:sqs:us-east-1:1111*:q",
    ),
    "sts": ("*", f"arn:aws:iam::{OURS}:role/*", "arn:aws:iam::*:role/App", "arn:aws:iam::*:role/${aws:username}"),
    "kms": ("*", f"arn:aws:kms:us-east-1:{OURS}:key/*", f"arn:aws:kms:*:{STRANGER}:alias/x"),
}  # fmt: skip

Policy = dict[str, Any]


@st.composite
def policies(draw: DrawFn, service: str, *, odd: bool = True) -> str:
    """A policy of the service as text; `odd` for what AWS leaves open, too."""
    statements = draw(st.lists(_statements(service, odd=odd), min_size=1, max_size=4))
    policy: Policy = {"Statement": statements}
    if draw(st.integers(0, 9)):
        policy["Version"] = "2012-10-17"
    return json.dumps(policy)


@st.composite
def _statements(draw: DrawFn, service: str, *, odd: bool) -> Policy:
    negated = draw(st.integers(0, 99))
    principals = (*_PRINCIPALS, *_ODD_PRINCIPALS) if odd else _PRINCIPALS
    statement: Policy = {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        "NotPrincipal" if negated < 8 and odd else "Principal": draw(st.sampled_from(principals)),
        "NotAction" if negated % 10 == 1 else "Action": draw(_some(_ACTIONS[service])),
        "NotResource" if negated % 10 == 2 else "Resource": draw(_some(_RESOURCES[service])),
    }
    conditions: dict[str, dict[str, object]] = {}
    for operator, key, values in draw(st.lists(_conditions(service, odd=odd), max_size=3)):
        conditions.setdefault(operator, {})[key] = values
    return statement | ({"Condition": conditions} if conditions else {})


@st.composite
def _conditions(draw: DrawFn, service: str, *, odd: bool) -> tuple[str, str, object]:
    """One operator, its key, and the values."""
    kind = draw(
        st.sampled_from(("text", "text", "text", "several", "arn", "number", "date", "address", "bool", "null"))
    )
    if kind == "null":
        return "Null", draw(st.sampled_from(_PRESENT)), draw(st.sampled_from(("true", "false", True)))
    if odd and draw(st.integers(0, 40)) == 0:
        return draw(st.sampled_from(_ODD_CONDITIONS))
    quantifier = draw(st.sampled_from(("", "", "", "ForAllValues:", "ForAnyValue:")))
    if_exists = draw(st.sampled_from(("", "", "IfExists")))
    texts = {**_TEXTS, **_OF_SERVICES[service]}
    kinds: Mapping[str, tuple[Sequence[str], Mapping[str, Sequence[object]]]] = {
        "text": ((*_TEXT, *_LIKE), texts),
        "several": ((*_TEXT, *_LIKE), _SEVERAL),
        "arn": (
            _ARN,
            {
                "aws:PrincipalArn": _ARNS if odd else _SIX_PARTS,
                "aws:SourceArn": ("arn:aws:s3:::*", "arn:aws:s3:::corp-data"),
            },
        ),
        "number": (_NUMBER, _NUMBERS if service == "s3" else {"aws:MultiFactorAuthAge": ("10", 3600)}),
        "date": (_DATE, {"aws:CurrentTime": _TIMES, "aws:EpochTime": _TIMES}),
        "address": (_ADDRESS, {"aws:VpcSourceIp": _RANGES, "aws:SourceIp": _RANGES}),
        "bool": (("Bool",), dict.fromkeys(_BOOLS if odd else _BOOLS[:3], ("true", "false", True))),
    }
    names, keys = kinds[kind]
    key = draw(st.sampled_from(sorted(keys)))
    if kind == "several":
        quantifier = quantifier or "ForAnyValue:"
    elif not odd:
        quantifier = ""
    if quantifier == "ForAnyValue:" and not odd:
        if_exists = ""
    return f"{quantifier}{draw(st.sampled_from(names))}{if_exists}", key, draw(_some(keys[key]))


_ODD_CONDITIONS: Final[Sequence[tuple[str, str, object]]] = (
    ("stringequals", "aws:PrincipalOrgID", OUR_ORG),
    ("StringEquals", "aws:PrincipalOrgPaths", f"{OUR_ORG}/*"),
    ("StringEquals", "aws:NotYetKnown", "x"),
    ("StringLike", "aws:userid", "AROAEXAMPLE*"),
    ("BinaryEquals", "aws:PrincipalTag/team", "QmluYXJ5"),
    ("NumericEquals", "aws:MultiFactorAuthAge", "ten"),
    ("ArnLike", "aws:PrincipalArn", "role/x"),
    ("StringEquals", "aws:PrincipalOrgID", []),
)


def _some(pool: Sequence[object]) -> SearchStrategy[object]:
    """One of the pool, or a list of one or two."""
    return st.one_of(st.sampled_from(pool), st.lists(st.sampled_from(pool), min_size=1, max_size=2, unique_by=repr))


class Requests:
    """Requests from outside, or for what is outside: whatever the policy mentions comes up in them."""

    def __init__(self, random: Random, document: Document, here: Context) -> None:
        """Gather what the policy mentions, by key."""
        self._random, self._document, self._context = random, document, here
        self._mentioned: dict[str, list[tuple[Template, Family]]] = {}
        for statement in document.statements:
            for condition in statement.conditions:
                found = self._mentioned.setdefault(condition.key, [])
                found += [(value, condition.operator.family) for value in condition.values]

    def some(self, count: int, *, outsiders: bool, foreign: bool) -> Iterator[Request]:
        """So many requests; by outsiders only, or for what is not ours only."""
        for _ in range(count):
            request = self._one(outsiders=outsiders, foreign=foreign)
            if request:
                yield request

    def _one(self, *, outsiders: bool, foreign: bool) -> Request | None:
        pick, service = self._random.choice, self._context.service
        keys: dict[str, Values] = {}
        caller = self._caller(keys, outsiders=outsiders)
        federated = caller.kind is CallerKind.FEDERATED
        known = _KNOWN.get(service.prefix, sorted(service.actions))
        name = pick([name for name in known if ("With" in name) is federated] or ["AssumeRoleWithSAML"])
        if not federated and self._maybe(0.3):
            name = pick([one for one in sorted(service.actions) if "AssumeRoleWith" not in one])
        action = service.actions[name]
        types = [one for one in action.types if one in service.types]
        resource, owner, type_name = "*", "", None
        if types:
            type_name = pick(types)
            resource, owner = self._resource(keys, service.types[type_name].arn, foreign=foreign)
        if foreign and (not owner or owner in self._context.ours):
            return None
        self._others(keys, action.keys | (service.types[type_name].keys if type_name else frozenset()))
        return Request(caller, f"{service.prefix}:{name}", resource, keys, owner)

    def _caller(self, keys: dict[str, Values], *, outsiders: bool) -> Caller:
        pick, sts = self._random.choice, self._context.service.prefix == "sts"
        kind = pick((*_SIGNED, *_SIGNED, CallerKind.ANONYMOUS, *((CallerKind.FEDERATED,) if sts else ())))
        if kind is CallerKind.ANONYMOUS:
            keys |= {"aws:principalaccount": ("anonymous",), "aws:principaltype": ("Anonymous",)}
            return ANONYMOUS
        if kind is CallerKind.FEDERATED:
            return FEDERATED
        ours = not outsiders and self._random.random() < 0.5
        account = pick((OURS, OURS_TOO)) if ours else self._foreign_account("aws:principalaccount")
        name = pick((*_NAMES, OURS, f":{OURS}:/x", self._like("aws:username", keys) or "x"))
        arn, session, type_name = {
            CallerKind.ROOT: (f"arn:aws:iam::{account}:root", "", "Account"),
            CallerKind.USER: (f"arn:aws:iam::{account}:user/{name}", "", "User"),
            CallerKind.ROLE: (
                f"arn:aws:iam::{account}:role/{name}",
                f"arn:aws:sts::{account}:assumed-role/{name.rpartition('/')[2]}/{pick(('nightly', 'i-1'))}",
                "AssumedRole",
            ),
            CallerKind.FEDERATED_USER: (f"arn:aws:sts::{account}:federated-user/{name}", "", "FederatedUser"),
        }[kind]
        organisation = OUR_ORG if ours else pick((None, OTHER_ORG, "o-bbbbbbbbbb"))
        keys |= {
            "aws:principalarn": (arn,),
            "aws:principalaccount": (account,),
            "kms:calleraccount": (account,),
            "aws:principaltype": (type_name,),
            "aws:principalisawsservice": ("false",),
        }
        if organisation:
            keys["aws:principalorgid"] = (organisation,)
            keys["aws:principalorgpaths"] = (organisation + pick(("/r-abcd/", "/r-abcd/ou-abcd-11111111/", "/r-zz/")),)
        if kind is CallerKind.USER:
            keys["aws:username"] = (name.rpartition("/")[2],)
        if kind is not CallerKind.ROOT and self._maybe():
            keys["aws:principaltag/team"] = (
                pick((*_WORDLIST, "other", self._like("aws:principaltag/team", keys) or "")),
            )
        if self._maybe():
            keys["aws:multifactorauthpresent"] = (pick(("true", "false")),)
            keys["aws:multifactorauthage"] = (pick(("5", "50", "5000")),)
        return Caller(kind, arn, session)

    def _foreign_account(self, key: str) -> str:
        found = self._like(key, {}, digits=True) or ""
        known = [STRANGER, STRANGER_TOO, "111133334444"]
        if re.fullmatch(r"\d{12}", found) and found not in self._context.ours:
            known.append(found)
        return self._random.choice(known)

    def _resource(self, keys: dict[str, Values], form: str, *, foreign: bool) -> tuple[str, str]:
        """An ARN of this form: what a Resource element names, where that fits, or any."""
        pick = self._random.choice
        ours = not foreign and self._maybe()
        account = pick((OURS, OURS_TOO)) if ours else self._foreign_account("aws:resourceaccount")
        names = ("other", "zzz", f"home-{STRANGER}", *((keys["aws:username"][0],) if "aws:username" in keys else ()))
        bucket = pick(
            ("corp-data", "corp-logs") if ours else (*names, "corp-x", *keys.get("aws:principaltag/team", ()))
        )
        words = {"Partition": "aws", "Region": "us-east-1", "Account": account, "BucketName": bucket}
        arn = re.sub(r"\$\{(\w+)\}", lambda found: words.get(found[1]) or pick((*_WORDLIST, "jobs", "q/x1")), form)
        values = [value for one in self._document.statements for value in one.resources.values]
        named = self._instance(pick(values), keys) if values and self._maybe() else None
        shape = re.sub(r"\\\$\\\{(\w+)\\\}", lambda found: _SHAPES.get(found[1], ".+"), re.escape(form))
        if named and re.fullmatch(shape, named, re.DOTALL):
            arn, account = named, named.split(":")[4] or account
            mine = account in self._context.ours or _bucket(named) in (self._context.owned_buckets or ())
            if foreign and mine:
                return "*", ""
            if mine and account not in self._context.ours:
                account = OURS
        ours = account in self._context.ours
        organisation = OUR_ORG if ours else pick((None, OTHER_ORG, "o-bbbbbbbbbb"))
        keys |= {"aws:resourceaccount": (account,), "s3:resourceaccount": (account,)}
        if organisation:
            keys |= {"aws:resourceorgid": (organisation,), "aws:resourceorgpaths": (f"{organisation}/r-abcd/",)}
        return arn, account

    def _others(self, keys: dict[str, Values], carried: frozenset[str]) -> None:
        """The keys that neither caller nor resource give."""
        pick, here = self._random.choice, self._context
        for key, words in _CARRIED.items():
            if key_of(carried, key) and self._maybe(0.7):
                keys[key] = (pick((*words, self._like(key, keys) or words[0])),)
        if key_of(carried, "aws:tagkeys") and self._maybe():
            keys["aws:tagkeys"] = tuple(self._random.sample(["a", "b", "cc", "zz"], pick((1, 2, 3))))
        moment = pick(("2026-11-25T00:00:00Z", "2026-12-31T23:59:59Z", "2028-01-01T00:00:00Z", "2031-01-01T00:00:00Z"))
        keys |= {
            "aws:sourcevpc": (here.vpc_id,),
            "aws:sourcevpce": (here.endpoint_id,),
            "aws:requestedregion": (here.region,),
            "aws:vpcsourceip": (pick(("10.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "2001:db8::5", "fd00::1")),),
            "aws:securetransport": (pick(("true", "false")),),
            "aws:viaawsservice": ("false",),
            "aws:useragent": (pick(("aws-cli/2", "x", "curl")),),
            "aws:currenttime": (moment,),
            "aws:epochtime": (str(int(datetime.fromisoformat(moment).timestamp())),),
        }

    def _maybe(self, share: float = 0.5) -> bool:
        return self._random.random() < share

    def _like(self, key: str, keys: Mapping[str, Values], *, digits: bool = False) -> str | None:
        """A text that meets something that the key is compared with."""
        mentioned = self._mentioned.get(key)
        if not mentioned:
            return None
        value, family = self._random.choice(mentioned)
        exact = family in {Family.STRING, Family.STRING_IGNORE_CASE}
        return value.text(_lookup(keys)) if exact else self._instance(value, keys, digits=digits)

    def _instance(self, value: Template, keys: Mapping[str, Values], *, digits: bool = False) -> str | None:
        """A text that the pattern matches."""
        pattern: Glob | None = value.glob(_lookup(keys))
        if pattern is None:
            return None
        fill: Callable[[], str] = lambda: self._random.choice(("00", "", "7777") if digits else _FILL)  # noqa: E731
        text = "".join(
            run + (fill() if place < len(pattern.runs) - 1 else "") for place, run in enumerate(pattern.runs)
        )
        return "".join(self._random.choice("0189" if digits else "ax1") if one == ANY_ONE else one for one in text)


_KNOWN: Final[Mapping[str, Sequence[str]]] = {
    "s3": ("GetObject", "ListBucket", "PutObject", "ListAllMyBuckets"),
    "sqs": ("SendMessage", "ReceiveMessage", "ListQueues"),
    "sts": ("AssumeRole", "GetCallerIdentity", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"),
    "kms": ("Decrypt", "ListKeys", "Encrypt"),
}
_SIGNED: Final = (CallerKind.ROOT, CallerKind.USER, CallerKind.ROLE, CallerKind.FEDERATED_USER)
_NAMES: Final = ("App", "Admin", "Vendor", "deploy", "bob", "x", "team/deploy")
_WORDLIST: Final = ("a", "payments", "deploy", "x")
_FILL: Final = ("", "x", "b", "a/b", "9", ":", "us-east-1", STRANGER, "key/1", "x-y")
_SHAPES: Final = {"BucketName": r"[a-z0-9.-]{3,}", "Account": r"\d{12}", "Partition": "aws", "Region": "us-east-1"}
_CARRIED: Final = {
    "aws:resourcetag/team": ("a", "b", "deploy"),
    "aws:requesttag/team": ("a", "b", "x-a"),
    "s3:prefix": ("home/x", "zz", ""),
    "s3:max-keys": ("5", "50", "1000"),
    "sts:externalid": (OURS, "zz"),
    "kms:encryptioncontext:app": ("billing", "x"),
}


def here(service: str) -> Context:
    """The endpoint that a random policy is of."""
    return context(service, gateway=service == "s3")


def _lookup(keys: Mapping[str, Values]) -> Lookup:
    def lookup(key: str) -> str | None:
        found = keys.get(key)
        return found[0] if found and len(found) == 1 else None

    return lookup


def _bucket(arn: str) -> str:
    return arn.partition(":s3:::")[2].partition("/")[0]


def many(count: int) -> settings:
    """Settings for so many examples: the same ones each time, so that what is found once is found by everybody."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=count, deadline=None, database=None, derandomize=True, suppress_health_check=checks)


def drawn(service: str, count: int, *, odd: bool = False) -> list[str]:
    """So many random policies, none of them twice, and none made out of another one; `odd` as in `policies`."""
    found: dict[str, None] = {}
    for number in range(count):
        found[_drawn(service, number, odd=odd)] = None
    return list(found)


def _drawn(service: str, number: int, *, odd: bool) -> str:
    texts = []

    @seed(number)
    @many(2)  # the first is always the simplest, the second is the seed's
    @given(policies(service, odd=odd))
    def note(text: str) -> None:
        texts.append(text)

    note()
    return texts[-1]
