"""A policy that closes the perimeter in place of one that does not, proved or not proposed at all; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from .breadth import is_full_access, lets_nothing_through
from .callers import OneCaller, with_keys
from .compare import beyond
from .context import Context
from .document import EVERYBODY, Document, Statement, parse
from .evaluate import Effect, evaluate
from .glob import glob
from .keys import OWNERLESS as OWNERLESS_ACTIONS
from .need import Need
from .perimeter import AWS_SERVICES, Json, Keys, Perimeter, inside
from .placeholders import Place, filled
from .proof import objections, without
from .reach import Verdict, reach
from .request import Caller, CallerKind, Request
from .resources import AWS
from .search import STEPS
from .services import NO_RESOURCE_KEYS
from .values import moment_keys

VERSION: Final = "2012-10-17"
EQUAL: Final = "StringEquals"
IMPLIED: Final = frozenset({"StringLike", "StringLikeIfExists", "StringEqualsIfExists"})
"""Operators that say nothing more beside StringEquals, where they hold for all that it demands."""
EQUAL_TOO: Final = "StringEqualsIgnoreCase"
"""Says the same of ids, which are in lower case: for a key that StringEquals already speaks of."""


PARTS: Final = 40
"""Parts of an exception that share the work that one whole may take; what is not decided within it is left out."""


class Proposal(NamedTuple):
    """A policy that may take the old one's place, or what stands in the way of the one that was drafted."""

    text: str | None
    """Compact JSON; None where something stands in the way."""
    draft: str
    """What was drafted, proved or not; the old text where there is nothing to mend."""
    objections: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """What was done to each statement, in words."""
    approved: tuple[Need, ...] = ()
    """The exceptions that it makes."""


def tighten(
    old: Document,
    context: Context,
    perimeter: Perimeter,
    seen: Iterable[Request] = (),
    needs: Sequence[Need] = (),
) -> Proposal:
    """Propose a policy: what is narrow stays as it is, what is open is narrowed, and what the service needs is added.

    `seen` are requests that must not be lost; `needs` the exceptions that may be made.
    """
    if not perimeter.is_known:
        return Proposal(None, old.text, ("it is not known who is yours: name the organisation, or accounts",))
    if context.service.prefix in NO_RESOURCE_KEYS:
        name = NO_RESOURCE_KEYS[context.service.prefix]
        why = f"{name} requests carry no aws:ResourceOrgID: whose a resource is, no condition can tell"
        return Proposal(None, old.text, (why,))
    draft = _Draft(old, context, perimeter, needs)
    statements, changes = draft.statements()
    added = [] if not draft.narrowed_resources else draft.needed(statements)
    exceptions = [statement for need in added for statement in need.statements(perimeter, draft.place)]
    changes += [f"added {need.sid}{_alone(need, needs)}: {need.why}" for need in added]
    if not changes:
        found = objections(old, old.text, context, draft.approved, seen)
        return Proposal(None if found else old.text, old.text, found)
    if not any(statement["Effect"] == "Allow" for statement in (*statements, *exceptions)):
        return Proposal(None, old.text, ("nothing that it lets through is yours",), tuple(changes))
    text = compact([*statements, *exceptions], draft.version)
    found = objections(old, text, context, draft.approved, seen)
    changes += [] if found else draft.losses(text)
    return Proposal(None if found else text, text, found, tuple(changes), tuple(added))


def compact(statements: Sequence[Mapping[str, object]], version: str = VERSION) -> str:
    """The policy of these statements, in as few characters as can be: EC2 counts each."""
    return json.dumps({"Version": version, "Statement": list(statements)}, separators=(",", ":"))


def _alone(need: Need, needs: Sequence[Need]) -> str:
    """What is to be said of an exception that is made for our callers, though the service needs it for others, too."""
    whole = next(one for one in needs if need.sid.startswith(one.sid))
    return (
        ", for your identities alone (who did not sign stays denied)" if need.ours_only is not whole.ours_only else ""
    )


class _Draft:
    """The statements of the old policy, one after the other."""

    def __init__(self, old: Document, context: Context, perimeter: Perimeter, needs: Sequence[Need]) -> None:
        self._old = old
        self._context = context
        self._perimeter = perimeter
        self._needs = needs
        self.place = Place(context.region, context.account, perimeter.organisation)
        self.version = old.version
        """Kept, since `${...}` means something else in another one."""
        self.narrowed_resources = False
        self.approved = [one for need in needs for one in need.statements(perimeter, self.place)]
        """Every exception that may be made: what the old policy has of them stays."""

    def statements(self) -> tuple[list[Json], list[str]]:
        """The new statements, and what was done to the old ones."""
        if is_full_access(self._old, self._context):
            self.narrowed_resources, self.version = True, VERSION
            return inside(self._perimeter), ["full access gave way to your identities and your resources"]
        found: list[Json] = []
        changes: list[str] = []
        for statement, written in zip(self._old.statements, _written(self._old), strict=True):
            kept = [written] if not statement.allows else self._narrowed(statement, written)
            found += kept
            if kept != [written]:
                what = "narrowed to what is yours" if kept else "left out: nothing of it is yours"
                changes.append(f"{statement.name}: {what}")
        return found, changes

    def needed(self, statements: Sequence[Json]) -> list[Need]:
        """The exceptions that the old policy let through and the new one does not: whole, or what it had of them."""
        return [one for need in self._needs for one in self._needed_of(need, statements)]

    def losses(self, text: str) -> Iterator[str]:
        """What our own callers could do before and cannot now, of what is known to be needed, in words."""
        new = parse(text)
        for need in self._needs:
            if any(self._passes(self._old, one) and not self._passes(new, one) for one in self._samples(need)):
                yield f"no more: {need.sid}, which a condition kept from being added: {need.why}"
        prefix = self._context.service.prefix
        names = sorted(OWNERLESS_ACTIONS.get(prefix, ()))
        asked = [Request(self._caller.caller, f"{prefix}:{name}", "*", self._caller.keys) for name in names]
        lost = [one.action for one in asked if self._passes(self._old, one) and not self._passes(new, one)]
        if lost:
            yield f"no more, since such requests tell nothing of whose the resource is: {', '.join(lost)}"

    def _passes(self, document: Document, request: Request) -> bool:
        return evaluate(document, request, gateway=self._context.gateway).effect is Effect.ALLOW

    @property
    def _caller(self) -> OneCaller:
        """A role of ours, with the keys that are the same in all its requests."""
        here, start = self._context, f"arn:{self._context.partition}"
        role = Caller(
            CallerKind.ROLE, f"{start}:iam::{here.account}:role/x", f"{start}:sts::{here.account}:assumed-role/x/x"
        )
        of_organisation = {"aws:principalorgid": (here.organisation,)} if here.organisation else {}
        always = {"aws:sourcevpc": (here.vpc_id,), "aws:sourcevpce": (here.endpoint_id,), **moment_keys(here.now)}
        return with_keys(role, {**of_organisation, **always}, here.service.prefix, ours=True)

    def _samples(self, need: Need) -> Iterator[Request]:
        """A request for each part of what is needed, by a role of ours."""
        for action in need.actions:
            for resource in filled(need.resources, self.place):
                yield Request(self._caller.caller, action, resource.replace("*", "x"), self._caller.keys, AWS)

    def _needed_of(self, need: Need, statements: Sequence[Json]) -> list[Need]:
        ways = [need] if need.ours_only else [need, need._replace(ours_only=True)]
        whole = next((one for one in ways if self._keeps(one, statements)), None)
        if whole:
            return [whole]
        return next((parts for one in ways if (parts := self._parts_of(one, statements))), [])

    def _parts_of(self, need: Need, statements: Sequence[Json]) -> list[Need]:
        found: list[Need] = []
        for action in need.actions:
            alone = need._replace(sid=f"{need.sid}{action.partition(':')[2]}", actions=(action,))
            each = (alone._replace(resources=(one,)) for one in need.resources)
            resources = [one.resources[0] for one in each if self._keeps(one, statements, STEPS // PARTS)]
            found += [alone._replace(resources=tuple(resources))] if resources else []
        return found

    def _keeps(self, need: Need, statements: Sequence[Json], steps: int = STEPS) -> bool:
        """Whether the old policy lets all of the exception through, and these statements do not."""
        exceptions = need.statements(self._perimeter, self.place)
        if beyond(self._old, parse(compact(exceptions)), self._context, steps).verdict is not Verdict.CLOSED:
            return False
        both = parse(compact([*statements, *exceptions]))
        return beyond(parse(compact(statements)), both, self._context, steps).verdict is not Verdict.CLOSED

    def _narrowed(self, statement: Statement, written: Json) -> list[Json]:
        """The statement as it is, where it is closed; else once for each way to be ours, and for AWS's own calls."""
        alone = Document(self._old.version, (statement, *self._denies()), self._old.text)
        found = reach(without(alone, self.approved), self._context)
        who = found.identities.verdict is not Verdict.CLOSED
        whose = found.resources.verdict is not Verdict.CLOSED
        if not who and not whose:
            return [written]
        self.narrowed_resources |= whose
        variants = [_on(written, keys) for keys in self._perimeter.conditions(who=who, whose=whose)]
        if who and self._lets_services_through(statement):
            variants.append(_with(written, "Bool", AWS_SERVICES["Bool"]))
        return list(_numbered([one for one in variants if one is not None and not self._is_empty(one)]))

    def _is_empty(self, statement: Json) -> bool:
        return lets_nothing_through(parse(compact([statement], self.version)), self._context)

    def _denies(self) -> tuple[Statement, ...]:
        return tuple(statement for statement in self._old.statements if not statement.allows)

    @staticmethod
    def _lets_services_through(statement: Statement) -> bool:
        named = any(one.type == "Service" or one == EVERYBODY for one in statement.principals.named)
        return statement.principals.anybody or statement.principals.negated or named


def _written(document: Document) -> list[Json]:
    tree = json.loads(document.text)["Statement"]
    return tree if isinstance(tree, list) else [tree]


def _on(statement: Json, keys: Keys) -> Json | None:
    """The statement on these keys besides; None where it demands other values of them."""
    found: Json | None = statement
    for key, value in keys.items():
        found = found and _demanding(found, key, value)
    return found


def _demanding(statement: Json, key: str, value: object) -> Json | None:
    statement = _without_implied(statement, key, value if isinstance(value, list) else [value])
    conditions = _object(statement.get("Condition"))
    there = next((name for name in _object(conditions.get(EQUAL)) if name.lower() == key.lower()), None)
    if there is None:
        return _with(statement, EQUAL, {key: value})
    demanded = _object(conditions[EQUAL])[there]
    before = demanded if isinstance(demanded, list) else [demanded]
    if any("${" in str(one) for one in before):
        return _with(statement, EQUAL_TOO, {key: value})
    both = [one for one in before if one in (value if isinstance(value, list) else [value])]
    if not both:
        return None
    block = {**_object(conditions[EQUAL]), there: both if len(both) > 1 else both[0]}
    return {**statement, "Condition": {**conditions, EQUAL: block}}


def _without_implied(statement: Json, key: str, values: Sequence[object]) -> Json:
    """The statement without what holds for these values of the key anyhow, such as that it is `o-*`."""
    conditions = _object(statement.get("Condition"))
    kept: Json = {}
    for operator, block in conditions.items():
        left = _object(block)
        for name, patterns in list(left.items()):
            if operator in IMPLIED and name.lower() == key.lower() and _all_match(values, patterns):
                del left[name]
        if left:
            kept[operator] = left
    bare = {name: element for name, element in statement.items() if name != "Condition"}
    return {**bare, "Condition": kept} if kept else bare


def _all_match(values: Sequence[object], patterns: object) -> bool:
    globs = [glob(str(one)) for one in (patterns if isinstance(patterns, list) else [patterns])]
    return all(any(one.matches(str(value)) for one in globs) for value in values)


def _with(statement: Json, operator: str, keys: object) -> Json | None:
    """The statement with these keys under the operator besides; None where it has one of them there."""
    conditions = _object(statement.get("Condition"))
    block, more = _object(conditions.get(operator)), _object(keys)
    if {name.lower() for name in block} & {name.lower() for name in more}:
        return None
    return {**statement, "Condition": {**conditions, operator: {**block, **more}}}


def _numbered(statements: Sequence[Json]) -> Iterator[Json]:
    """The same with a Sid for each, where they have one."""
    for place, statement in enumerate(statements):
        yield {**statement, "Sid": f"{statement['Sid']}{place}"} if place and "Sid" in statement else statement


def _object(value: object) -> Json:
    return dict(value) if isinstance(value, Mapping) else {}
