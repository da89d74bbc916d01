"""Callers that stand for all: one for each way in which a policy's statements can see who calls; pure.

All that describes one caller is made together: its ARN, account, user name, organisation. So none is supposed whose
account and ARN disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from .atoms import ANY, BUCKET, DIGIT, LOWER, NAME, NO_COLON, Budget, Many, Tokens, TooHard, atoms, literal, times
from .case import Hope
from .conditions import Family, Values
from .context import Context
from .glob import Glob, arn_glob
from .principals import account_of
from .request import ANONYMOUS, FEDERATED, NO_KEYS, Caller, CallerKind
from .seen import Seen, account_shape, caller_accounts, lifted

SESSION: Final = "session"
SERVICE: Final = "cloudtrail.amazonaws.com"
"""Stands for every service principal that no statement names."""
MOST_ACCOUNTS: Final = 64
"""Accounts of ours that are told apart one by one, where patterns reach across the parts of an ARN."""

_TYPES: Final[Mapping[CallerKind, str]] = {
    CallerKind.ROLE: "AssumedRole",
    CallerKind.USER: "User",
    CallerKind.ROOT: "Account",
    CallerKind.FEDERATED_USER: "FederatedUser",
}
"""aws:PrincipalType; of callers that nobody signed for it is Anonymous.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""
_SESSION_ARN: Final = r"arn:[a-z-]+:sts::(\d{12}):assumed-role/([^/]+)/(.+)"


class OneCaller(NamedTuple):
    """A caller, and the condition keys that it brings."""

    caller: Caller
    keys: Mapping[str, Values] = NO_KEYS
    ours: bool = False
    sure: bool = True
    """Whether it surely is of the side that it stands for."""


def outsiders(seen: Seen, context: Context, budget: Budget, hope: Hope) -> Iterator[OneCaller]:
    """Callers that belong neither to us nor to AWS, those that nobody signed for first.

    Of organisations without `hope` no more is asked: most policies that are closed are closed by that alone.
    """
    keys = {"aws:principalaccount": ("anonymous",), "aws:principaltype": ("Anonymous",)}
    yield OneCaller(ANONYMOUS, keys)
    if context.service.prefix == "sts":
        yield OneCaller(FEDERATED)
    others = _organisations((*literal("o-"), *times(LOWER, 10, more=True)), seen, context, budget)
    organisations = [one for one in ({}, *others) if hope(one)]
    if not organisations:
        return
    for caller in _signed(seen, context, times(DIGIT, 12), budget):
        for organisation in organisations:
            one = with_keys(caller, organisation, context.service.prefix, ours=False)
            (named,) = organisation.get("aws:principalorgid", ("",))
            yield one._replace(sure=not context.may_be_ours(caller.account, named, seen.mentions))


def insiders(seen: Seen, context: Context, budget: Budget) -> Iterator[OneCaller]:
    """Callers of our own accounts."""
    organisations: list[Mapping[str, Values]] = [{}]
    if context.organisation:
        organisations = list(_organisations(literal(context.organisation), seen, context, budget))
    for account in _our_accounts(seen, context):
        for caller in _signed(seen, context, literal(account), budget, of=account):
            for organisation in organisations:
                yield with_keys(caller, organisation, context.service.prefix, ours=True)
    if context.organisation and not context.complete:  # accounts of the organisation that nobody named to us
        for caller in _signed(seen, context, times(DIGIT, 12), budget):
            for organisation in organisations:
                yield with_keys(caller, organisation, context.service.prefix, ours=True)._replace(sure=False)


def services(seen: Seen) -> Iterator[OneCaller]:
    """AWS services that call by themselves."""
    named = [principal.name for principal in seen.principals if principal.type == "Service"]
    compared = [text.pattern.literal for text in seen.texts_of("aws:principalservicename")]
    for name in dict.fromkeys((SERVICE, *named, *filter(None, compared))):
        keys = {"aws:principalisawsservice": ("true",), "aws:principalservicename": (name,)}
        yield OneCaller(Caller(CallerKind.SERVICE, service=name), keys)


def _signed(seen: Seen, context: Context, account: Tokens, budget: Budget, of: str = "") -> Iterator[Caller]:
    """Callers of each kind whose account has this shape, one for each combination of what the policy sees of them.

    `of` is the account where it is one of ours; else no account of ours may come up.
    """
    if not _sees_arns(seen):
        accounts = [of] if of else foreign(account, caller_accounts(seen), context, budget)
        for one in accounts:
            yield from _plain(one, context)
        return
    start = (*literal(f"arn:{context.partition}:iam::"), *account, ":")
    federated = (*literal(f"arn:{context.partition}:sts::"), *account, *literal(":federated-user/"))
    name = (Many(ANY), NAME)  # after a path of any characters
    shapes: dict[CallerKind, Tokens] = {
        CallerKind.ROLE: (*start, *literal("role/"), *name),
        CallerKind.USER: (*start, *literal("user/"), *name),
        CallerKind.ROOT: (*start, *literal("root")),
        CallerKind.FEDERATED_USER: (*federated, *name),
    }
    for kind, shape in shapes.items():
        for arn in _arns(shape, _arn_patterns(seen, kind), context, budget, of):
            yield from _sessions(kind, arn, seen)


def _sees_arns(seen: Seen) -> bool:
    """Whether anything is compared with more of a caller than its account."""
    named = any(one.type == "AWS" and ":" in one.name and not account_of(one) for one in seen.principals)
    keys = seen.linked("aws:principalarn", "aws:username")
    return named or any(key in seen.families or key in seen.in_resources for key in keys)


def _plain(account: str, context: Context) -> Iterator[Caller]:
    """One caller of each kind, where the policy sees no more of them than the account."""
    start, session = f"arn:{context.partition}:iam::{account}:", f"arn:{context.partition}:sts::{account}:"
    yield Caller(CallerKind.ROLE, f"{start}role/x", f"{session}assumed-role/x/{SESSION}")
    yield Caller(CallerKind.USER, f"{start}user/x")
    yield Caller(CallerKind.ROOT, f"{start}root")
    yield Caller(CallerKind.FEDERATED_USER, f"{session}federated-user/x")


def foreign(
    shape: Tokens, patterns: Iterable[Glob], context: Context, budget: Budget, equal: Iterable[Tokens] = ()
) -> list[str]:
    """Accounts that are not ours, one for each combination of patterns; `equal` are shapes to be of, and not.

    Our accounts may be a thousand, and nearly all play no part: only those that come up become patterns.
    """
    known = [*(account_shape(one) for one in patterns), *equal]
    told: set[str] = set()
    while True:
        found = [atom.text for atom in atoms(shape, [*known, *map(literal, sorted(told))], budget)]
        new = {account for account in found if account in context.ours} - told
        if not new:
            return [account for account in found if account not in context.ours]
        told |= new


def _arn_patterns(seen: Seen, kind: CallerKind) -> list[Tokens]:
    """All that a policy can compare with the ARN of such a caller, or with a part of it."""
    patterns = seen.patterns("aws:principalarn")
    patterns += [literal(one.name) for one in seen.principals if one.type == "AWS" and ":" in one.name]
    patterns += [lifted(account_shape(one)) for one in caller_accounts(seen)]
    start = (*(Many(NO_COLON), ":") * 5,)
    bucket = times(BUCKET, 3, more=True)  # a user's name that can be a bucket's, too, where it is put into a Resource
    if kind is CallerKind.USER:
        compared = [*seen.patterns("aws:username"), *([bucket] if "aws:username" in seen.in_resources else [])]
        names = [(*literal("user/"), *path, *name) for name in compared for path in _PATHS]
        patterns += [(*start, *name) for name in names]
    if kind is CallerKind.ROLE:
        named = [found for one in seen.principals if (found := re.fullmatch(_SESSION_ARN, one.name))]
        roles = [(literal(one[1]), (*literal("role/"), *path, *literal(one[2]))) for one in named for path in _PATHS]
        patterns += [(*(Many(NO_COLON), ":") * 4, *account, ":", *role) for account, role in roles]
    return list(dict.fromkeys(patterns))


_PATHS: Final[tuple[Tokens, ...]] = ((), (Many(ANY), "/"))


def _arns(shape: Tokens, patterns: Iterable[Tokens], context: Context, budget: Budget, of: str) -> Iterator[str]:
    """ARNs of this shape; those of an account of ours are told apart from others', and left out unless it is `of`."""
    known, told = list(patterns), {of}
    while True:
        found = [atom.text for atom in atoms(shape, known, budget)]
        ours = {_account(arn) for arn in found} & context.ours - told
        if not ours:
            break
        told |= ours
        known += [lifted(literal(account)) for account in sorted(ours)]
    yield from (arn for arn in found if _account(arn) == of or _account(arn) not in context.ours)


def _sessions(kind: CallerKind, arn: str, seen: Seen) -> Iterator[Caller]:
    """The sessions of a role: one that no statement names, and each that one names."""
    if kind is not CallerKind.ROLE:
        yield Caller(kind, arn)
        return
    _, partition, _, _, account, role = arn.split(":", 5)
    session = f"arn:{partition}:sts::{account}:assumed-role/{role.rpartition('/')[2]}/"
    named = [one.name for one in seen.principals if one.name.startswith(session)]
    other = next(name for name in (f"{session}{SESSION}", f"{session}{SESSION}x") if name not in named)
    for name in dict.fromkeys((other, *named)):
        yield Caller(kind, arn, name)


def _organisations(shape: Tokens, seen: Seen, context: Context, budget: Budget) -> Iterator[Mapping[str, Values]]:
    """The keys of a member of an organisation of this shape; where the shape leaves it open, of none that is ours."""
    for path in paths(shape, seen, ("aws:principalorgid",), ("aws:principalorgpaths",), budget):
        organisation = path.partition("/")[0]
        if organisation != context.organisation or shape == literal(organisation):
            yield {"aws:principalorgid": (organisation,), "aws:principalorgpaths": (path,)}


def paths(
    shape: Tokens,
    seen: Seen,
    ids: tuple[str, ...],
    whole: tuple[str, ...],
    budget: Budget,
    equal: tuple[Iterable[Tokens], Iterable[Tokens]] = ((), ()),
) -> Iterator[str]:
    """Paths in organisations of this shape, one for each combination of what is compared with their ids or with them.

    `equal` are shapes of ids and of paths to be of, and not.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html
    """
    of_ids = [*seen.patterns(*ids), *equal[0]]
    of_paths = [*seen.patterns(*whole), *equal[1]]
    if not of_paths:
        yield from (f"{atom.text}/r-xxxx/" for atom in atoms(shape, of_ids, budget))
        return
    patterns = [(*pattern, "/", Many(ANY)) for pattern in of_ids]
    root: Tokens = (*shape, *literal("/r-"), *times(LOWER, 4, more=True), "/")
    shapes = [root, (*root, *times(NO_COLON, 1, more=True), "/")]
    found = {atom.text: None for one in shapes for atom in atoms(one, [*patterns, *of_paths], budget)}
    yield from found


def _our_accounts(seen: Seen, context: Context) -> Iterator[str]:
    """Accounts of ours, one for each way in which the policy sees them; the endpoint's own first.

    A pattern of an ARN that reaches across its parts can see each account otherwise: then each is told apart.
    """
    arns = [(text.family, text.pattern, arn_glob(text.pattern)) for text in seen.texts_of("aws:principalarn")]
    across = any(
        arn is None or (family is not Family.ARN and any(len(part.runs) > 1 for part in arn.parts[:5]))
        for family, _, arn in arns
    )
    patterns = [*caller_accounts(seen), *(arn.parts[4] for _, _, arn in arns if arn)]
    done: set[object] = set()
    for account in (context.account, *sorted(context.ours - {context.account})):
        view = account if across else tuple(pattern.matches(account) for pattern in patterns)
        if view not in done or seen.mentions(account):
            done.add(view)
            if len(done) > MOST_ACCOUNTS:
                raise TooHard
            yield account


def with_keys(caller: Caller, organisation: Mapping[str, Values], service: str, *, ours: bool) -> OneCaller:
    """The caller with all the condition keys that follow from who it is."""
    keys: dict[str, Values] = {
        "aws:principalarn": (caller.arn,),
        "aws:principalaccount": (caller.account,),
        "aws:principaltype": (_TYPES[caller.kind],),
        "aws:principalisawsservice": ("false",),
        **organisation,
    }
    if service == "kms":
        keys["kms:calleraccount"] = (caller.account,)
    if caller.kind is CallerKind.USER:
        keys["aws:username"] = (caller.arn.rpartition("/")[2],)
    return OneCaller(caller, keys, ours)


def _account(arn: str) -> str:
    return arn.split(":", 5)[4]
