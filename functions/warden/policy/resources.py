"""Resources that stand for all: one for each way in which a policy's statements can see what is asked for; pure.

Its ARN, its owner and the owner's organisation are made together, as far as one follows from another: an ARN that names
an account tells the owner, an S3 bucket's does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from . import owned
from .atoms import (
    ANY,
    BUCKET,
    DIGIT,
    LOWER,
    OLD_BUCKET,
    Budget,
    Chars,
    Many,
    Token,
    Tokens,
    atoms,
    literal,
    of_arn_glob,
    of_glob,
    shortest,
    times,
)
from .callers import foreign, paths
from .case import Hope
from .conditions import Values
from .context import Context
from .evaluate import NO_RESOURCE
from .glob import ANY_ONE, Glob, arn_glob, exactly, glob
from .request import NO_KEYS
from .seen import RESOURCE_ACCOUNTS, Seen, account_shape, lifted
from .service import ResourceType
from .template import Template
from .variables import Variables

AWS: Final = "aws"
"""The owner of what AWS itself owns."""
ANY_TYPE_NAME: Final = "*"
ANY_TYPES: Final = tuple(
    ResourceType(f"arn:${{Partition}}:${{Service}}:{place}:${{Any}}")
    for place in ("${Region}:${Account}", ":", "${Region}:", ":${Account}")
)
"""The forms of what an unknown service, or an unknown action, can be of."""
OWNERLESS: Final = "-"
"""Before the name of a type: of an action whose requests do not tell whose the resource is."""

_REGION: Final = 3
"""The place of the region among the parts of an ARN."""
_PLACE: Final = r"\$\{(\w+)\}"
OLD_REGION: Final = "us-east-1"


class OneResource(NamedTuple):
    """A resource, whose it is, and the condition keys that it brings."""

    arn: str
    owner: str
    keys: Mapping[str, Values] = NO_KEYS
    sure: bool = True
    """Whether there surely can be such a resource, of that owner."""


NO_ONE: Final = OneResource(NO_RESOURCE, "")
"""What an action that is of no resource is of; whose keys it brings is not documented."""


class Finder(NamedTuple):
    """Finds the resources of a type, as the policy sees them; `globs` are the patterns of its Resource elements."""

    seen: Seen
    context: Context
    globs: Sequence[Glob]
    caller: Mapping[str, Values]
    """The caller's keys: what of the resource is compared with them is to be equal to them, and not."""
    budget: Budget
    hope: Hope
    variables: Variables
    ownerless: bool = False
    """Whether requests do not tell whose the resource is."""

    def foreign(self, kind: str, type_: ResourceType) -> Iterator[OneResource]:
        """Resources of this type that are not ours: strangers' first, then AWS's own, then what may be either."""
        later = []
        for one in self._foreign(type_.arn):
            if one.sure and one.owner != AWS:
                yield one
            else:
                later.append(one)
        for form in owned.FORMS.get(self.context.service.prefix, {}).get(kind, ()):
            later += self._foreign(form, owner=AWS)
        yield from sorted(later, key=lambda one: not one.sure)

    def _keys(self, account: str, organisation: Mapping[str, Values]) -> Mapping[str, Values]:
        if self.ownerless:
            return {}
        return {**(owner_keys(account, self.context.service.prefix) if account.isdigit() else {}), **organisation}

    def has_foreign(self) -> bool:
        """Whether anything that matters can come of resources that are not ours."""
        return any(True for _ in self._organisations(ours=False))

    def ours(self, type_: ResourceType) -> Iterator[OneResource]:
        """Resources of this type that are ours."""
        tied = "${Account}" in type_.arn
        organisations = list(self._organisations(ours=True))
        if not organisations:
            return
        for arn, sure in self._arns(type_.arn, ours=True):
            if self._is_awss_bucket(arn):
                continue
            for account in [_account(arn)] if tied else self._own_accounts():
                for organisation in organisations:
                    yield OneResource(arn, account, self._keys(account, organisation), sure)
        if self.context.organisation and not self.context.complete:  # members that nobody named to us
            for arn, _ in self._arns(type_.arn, ours=False):
                for account in [] if self._is_awss_bucket(arn) else [_account(arn)] if tied else self._accounts():
                    for organisation in organisations:
                        yield OneResource(arn, account, self._keys(account, organisation), sure=False)

    def _foreign(self, form: str, owner: str = "") -> Iterator[OneResource]:
        tied = "${Account}" in form
        organisations = list(self._organisations(ours=False))
        if not organisations:
            return
        named = {pattern.literal for pattern in self.seen.accounts(*RESOURCE_ACCOUNTS)}
        for arn, sure in self._arns(form, ours=False):
            whose = owner or self._owner(arn)
            for account in [_account(arn)] if tied else self._accounts():
                # Which account of AWS's own it is, an ARN without an account does not say.
                told = sure and (tied or whose != AWS or account not in named)
                for organisation in organisations:
                    (org,) = organisation.get("aws:resourceorgid", ("",))
                    ours = whose != AWS and self.context.may_be_ours(account, org, self.mentions)
                    yield OneResource(arn, whose or account, self._keys(account, organisation), told and not ours)

    def mentions(self, word: str) -> bool:
        """Whether a condition, a principal or a Resource names it."""
        return self.seen.mentions(word) or any(word in run for one in self.globs for run in one.runs)

    def _owner(self, arn: str) -> str:
        """AWS where the ARN says so, "" where it is a stranger's or does not say."""
        awss = _account(arn) in owned.ACCOUNTS or self._is_awss_bucket(arn)
        return AWS if awss else ""

    def _is_awss_bucket(self, arn: str) -> bool:
        bucket = bucket_of(arn)
        # A name with a part that differs may be anybody's: buckets' names belong to whoever comes first.
        return bucket in _awss_buckets(self.context.region)[0]

    def _arns(self, form: str, *, ours: bool) -> Iterator[tuple[str, bool]]:
        """ARNs of this form, each with whether there surely can be one that is (or, if not `ours`, is not) ours."""
        for region, sure in self._regions(form):
            for account in self._tied_accounts(form, ours=ours):
                for arn in self._told_apart(form, region, account, ours=ours):
                    yield arn, sure and (ours or self._may_be_foreign(arn))

    def _regions(self, form: str) -> Iterator[tuple[str, bool]]:
        """The endpoint's region, and any other that a pattern names: whether a request can cross is not documented."""
        yield self.context.region, True
        if "${Region}" not in form:
            return
        arns = [
            arn for one in self.globs if (arn := arn_glob(one)) and not arn.parts[_REGION].matches(self.context.region)
        ]
        # What is an account's and in no region is, for example, a Multi-Region Access Point
        others = [_plainest(arn.parts[_REGION]) for arn in arns if arn.parts[_REGION + 1].literal != ""]
        yield from ((region, False) for region in dict.fromkeys(others))

    def _tied_accounts(self, form: str, *, ours: bool) -> Iterator[Tokens]:
        if not ours or "${Account}" not in form:
            yield times(DIGIT, 12)
            return
        yield from (literal(account) for account in self._own_accounts())

    def _own_accounts(self) -> Iterator[str]:
        """Accounts of ours, one for each way in which the policy sees whose a resource is."""
        patterns = self.seen.accounts(*RESOURCE_ACCOUNTS)
        patterns += [arn.parts[4] for one in self.globs if (arn := arn_glob(one))]
        done: set[tuple[bool, ...]] = set()
        for account in (self.context.account, *sorted(self.context.ours - {self.context.account})):
            view = tuple(pattern.matches(account) for pattern in patterns)
            if view not in done:
                done.add(view)
                yield account

    def _shape(self, form: str, region: str, account: Tokens) -> Tokens:
        filled = {
            "Partition": literal(self.context.partition),
            "Region": literal(region),
            "Service": literal(self.context.service.prefix),
            "Account": account,
        }
        tokens: list[Token] = []
        end = 0
        for place in re.finditer(_PLACE, form):
            tokens += form[end : place.start()]
            tokens += filled[place[1]] if place[1] in filled else self._free(place[1])
            end = place.end()
        return (*tokens, *form[end:])

    def _free(self, place: str) -> Tokens:
        """The shape of what nothing tells; buckets of us-east-1 may have names that are refused today.

        Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        """
        if place != "BucketName":
            return times(ANY, 1, more=True)
        return times(OLD_BUCKET if self.context.region == OLD_REGION else BUCKET, 3, more=True)

    def _told_apart(self, form: str, region: str, account: Tokens, *, ours: bool) -> Iterator[str]:
        """ARNs of this form, one for each combination of patterns; ours and AWS's are told apart where they come up."""
        shape = self._shape(form, region, account)
        self.budget.spend(8 * len(self.globs))  # each is held against the shape, character by character
        known = [_tokens(one) for one in self.globs if _can_meet(one, shape)]
        tied = "${Account}" in form
        if not known and tied and not ours:
            yield from (shortest(self._shape(form, region, literal(one))) for one in self._accounts())
            return
        if tied:
            known += [lifted(one) for one in self._account_patterns()]
        told: set[Tokens] = set()
        while True:
            found = [atom.text for atom in atoms(shape, [*known, *sorted(told, key=repr)], self.budget)]
            new = set() if ours else {tokens for arn in found for tokens in self._sides(arn)} - told
            if not new:
                break
            told |= new
        yield from (arn for arn in found if ours or not self._is_ours(arn))

    def _sides(self, arn: str) -> Iterator[Tokens]:
        """What tells this ARN from others as ours, or as AWS's."""
        account, bucket = _account(arn), bucket_of(arn)
        if account in self.context.ours or account in owned.ACCOUNTS:
            yield lifted(literal(account))
        if bucket in (self.context.owned_buckets or ()):
            yield from _of_bucket(literal(bucket))
        if bucket:
            names = _awss_names(bucket, self.context.region)
            yield from (tokens for name in names for tokens in _of_bucket(of_glob(name, BUCKET)))

    def _is_ours(self, arn: str) -> bool:
        return _account(arn) in self.context.ours or bucket_of(arn) in (self.context.owned_buckets or ())

    def _may_be_foreign(self, arn: str) -> bool:
        """Whether somebody else surely can own it: not a bucket named in full, where there is no list of ours."""
        bucket = bucket_of(arn)
        if not bucket or self.context.owned_buckets is not None or self._is_awss_bucket(arn):
            return True
        named = (bucket_of(one.runs[0]) for one in self.globs if one.runs[0].partition("/")[1] or len(one.runs) == 1)
        return bucket not in named

    def _accounts(self) -> list[str]:
        """Owners that are not us, one for each way in which the policy sees them."""
        patterns, equal = self.seen.accounts(*RESOURCE_ACCOUNTS), self._of_caller(*RESOURCE_ACCOUNTS)
        return foreign(times(DIGIT, 12), patterns, self.context, self.budget, equal)

    def _account_patterns(self) -> list[Tokens]:
        """The shapes of what the resource's account is compared with."""
        compared = [account_shape(one) for one in self.seen.accounts(*RESOURCE_ACCOUNTS)]
        return [*compared, *self._of_caller(*RESOURCE_ACCOUNTS)]

    def _of_caller(self, *keys: str) -> list[Tokens]:
        """What these keys are compared with, as far as it comes of the caller."""
        return self.variables.equals(self.caller, *keys)

    def _organisations(self, *, ours: bool) -> Iterator[Mapping[str, Values]]:
        """The organisations that the owner can be of, those of which nothing can come left out."""
        yield from (one for one in self._all_organisations(ours=ours) if self.hope(one))

    def _all_organisations(self, *, ours: bool) -> Iterator[Mapping[str, Values]]:
        """Ours has one or has none; another's has none, or one that is not ours."""
        if self.ownerless:
            yield {}
            return
        if not ours or not self.context.organisation:
            yield {}
        ids, whole = ("aws:resourceorgid",), ("aws:resourceorgpaths",)
        if ours and not self.context.organisation:
            return
        shape = literal(self.context.organisation) if ours else (*literal("o-"), *times(LOWER, 10, more=True))
        equal = (self._of_caller(*ids), self._of_caller(*whole))
        for path in paths(shape, self.seen, ids, whole, self.budget, equal):
            organisation = path.partition("/")[0]
            if (organisation == self.context.organisation) is ours:
                yield {"aws:resourceorgid": (organisation,), "aws:resourceorgpaths": (path,)}


def begun(value: Template, context: Context) -> str:
    """How a pattern of a Resource element begins, up to its first wildcard or variable; "" for `*`.

    Another region counts as the endpoint's own: the pattern may be met, though nobody knows by whom.
    """
    written = value.fixed.runs[0] if value.fixed else str(value.parts[0]).partition("*")[0].replace("?", ANY_ONE)
    parts = written.partition(ANY_ONE)[0].split(":")
    if len(parts) > _REGION + 1 and parts[_REGION]:
        parts[_REGION] = context.region
    return ":".join(parts)


def bucket_of(arn: str) -> str:
    """The bucket of an S3 ARN that names no account, "" for any other."""
    _, found, rest = arn.partition(":s3:::")
    return rest.partition("/")[0] if found else ""


def _account(arn: str) -> str:
    return arn.split(":", 5)[4]


def owner_keys(account: str, service: str) -> Mapping[str, Values]:
    """The condition keys of a resource of the service that is this account's."""
    keys = RESOURCE_ACCOUNTS if service == "s3" else RESOURCE_ACCOUNTS[:1]
    return dict.fromkeys(keys, (account,))


def _plainest(pattern: Glob) -> str:
    """A text that the pattern matches, its stars left empty."""
    return "".join(pattern.runs).replace(ANY_ONE, "x")


def _tokens(one: Glob) -> Tokens:
    arn = arn_glob(one)
    return of_glob(one) if arn is None else of_arn_glob(arn)


def _of_bucket(name: Tokens) -> Iterator[Tokens]:
    """What the ARNs of a bucket, and of the objects in it, look like."""
    start = (*literal("arn:"), Many(BUCKET), *literal(":s3:::"), *name)
    yield start
    yield (*start, "/", Many(ANY))


def _awss_names(bucket: str, region: str) -> list[Glob]:
    """The names of AWS's buckets that this one bears."""
    exact, wild = _awss_buckets(region)
    found = [name for name in wild if name.matches(bucket)]
    return [exactly(bucket), *found] if bucket in exact else found


@lru_cache(maxsize=4)
def _awss_buckets(region: str) -> tuple[frozenset[str], tuple[Glob, ...]]:
    """Those that are names, and those that are patterns of names."""
    names = owned.bucket_names(region)
    return frozenset(name for name in names if "*" not in name), tuple(glob(name) for name in names if "*" in name)


def _can_meet(one: Glob, shape: Tokens) -> bool:
    """Whether the pattern can match anything of the shape, as far as their beginnings tell; `*` tells nothing apart."""
    if one.matches_all:
        return False
    for wanted, token in zip(one.runs[0].partition(ANY_ONE)[0], shape, strict=False):
        if isinstance(token, Many):
            return True  # beyond a run of any length nothing lines up
        if not (token.has(wanted) if isinstance(token, Chars) else token == wanted):
            return False
    return True
