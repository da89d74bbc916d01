"""Where iam-simulate and the evaluator differ, who is right, and the page that says so.

Each difference is a reading: the policy and the request as iam-simulate takes them. It explains an answer only if the
evaluator, given that reading, gives iam-simulate's answer, too; so no difference hides another one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from proof.draws import Drawn
from warden.policy import conditions, principals
from warden.policy.conditions import OPERATORS, Condition, Family, Quantifier
from warden.policy.document import Principal, Principals, Statement, parse
from warden.policy.evaluate import Effect, evaluate, variables_allowed
from warden.policy.glob import ARN_PARTS, arn_glob, glob
from warden.policy.keys import SEVERAL
from warden.policy.request import ANONYMOUS, CallerKind, Request
from warden.policy.template import Template, template

GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
MOST: Final = 3
"""Differences that are taken together to explain one answer."""
OURS: Final = "we are right"
NOBODY: Final = "AWS does not say: UNKNOWN"
DENIED: Final = {Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY}


class Difference(NamedTuple):
    """One difference: iam-simulate's reading, and why it is not ours."""

    name: str
    right: str
    why: str
    page: str
    reading: Callable[[Drawn], Drawn]


def explained(drawn: Drawn, theirs: Effect) -> tuple[Difference, ...]:
    """The fewest differences that together make the evaluator give their answer; none if nothing does.

    What AWS does not say explains only that we do not know, or that both deny, and differ in how.
    """
    ours = answer(drawn)
    open_ = ours is Effect.UNKNOWN or {ours, theirs} == DENIED
    near = [one for one in DIFFERENCES if (open_ or one.right is OURS) and one.reading(drawn) != drawn]
    for count in range(1, MOST + 1):
        for some in combinations(near, count):
            if answer(read(drawn, some)) is theirs:
                return some
    return ()


def answer(drawn: Drawn) -> Effect:
    """The evaluator's."""
    return evaluate(drawn.document, drawn.request, gateway=drawn.gateway).effect


def read(drawn: Drawn, differences: Iterable[Difference]) -> Drawn:
    """The policy and the request as iam-simulate takes them, as far as these differences go."""
    for one in differences:
        drawn = one.reading(drawn)
    return drawn


def _constant(name: str) -> Condition:
    """A condition that always holds ("true"), or never: of a key that no request has."""
    return Condition(OPERATORS["Null"], None, False, "", "", (template(name, with_variables=False),))  # noqa: FBT003


EVERYTHING: Final = template("*", with_variables=False)
NOTHING: Final = template("arn:-:-:-:-:-", with_variables=False)
ALWAYS: Final = _constant("true")
NEVER: Final = _constant("false")
ANYBODY: Final = Principals((), anybody=True)
NOBODY_AT_ALL: Final = Principals((), anybody=True, negated=True)


def _with_conditions(drawn: Drawn, change: Callable[[Condition, Request], Condition]) -> Drawn:
    def changed(one: Statement) -> Statement:
        return one._replace(conditions=tuple(change(each, drawn.request) for each in one.conditions))

    return _with_statements(drawn, changed)


def _with_statements(drawn: Drawn, change: Callable[[Statement], Statement]) -> Drawn:
    document = drawn.document
    return drawn._replace(document=document._replace(statements=tuple(map(change, document.statements))))


def _with_principals(drawn: Drawn, change: Callable[[Principal], Principal | None]) -> Drawn:
    """With other principals instead of those that are named; None for none."""

    def changed(one: Statement) -> Statement:
        found = tuple(new for each in one.principals.named if (new := change(each)))
        same = one.principals.anybody or found == one.principals.named
        return one if same else one._replace(principals=one.principals._replace(named=found))

    return _with_statements(drawn, changed)


def _accounts_on_gateways(drawn: Drawn) -> Drawn:
    return drawn._replace(gateway=False)


def _federated(drawn: Drawn) -> Drawn:
    federated = drawn.request.caller.kind is CallerKind.FEDERATED
    return drawn._replace(request=drawn.request._replace(caller=ANONYMOUS)) if federated else drawn


def _old_version(drawn: Drawn) -> Drawn:
    if drawn.document.version == "2012-10-17" or "${" not in drawn.document.text:
        return drawn
    tree: Mapping[str, object] = json.loads(drawn.document.text)
    return drawn._replace(document=parse(json.dumps({**tree, "Version": "2012-10-17"})))


def _variable_without_value(drawn: Drawn) -> Drawn:
    """A negated condition with such a variable never holds."""

    def change(one: Condition, request: Request) -> Condition:
        compared = one.operator.negated and one.key in request.keys
        return NEVER if compared and any(value.text(request.value) is None for value in one.values) else one

    return _with_conditions(drawn, change)


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _unreadable_principals(drawn: Drawn) -> Drawn:
    """Unique ids, canonical users and identity providers are nobody that calls."""

    def of(one: Principal) -> Principal | None:
        told = principals.is_named(one, drawn.request.caller, gateway=drawn.gateway)
        return None if told is None else one

    return _with_principals(drawn, of)


def _not_principal(drawn: Drawn) -> Drawn:
    """A NotPrincipal that names any of what the caller belongs to does not speak of it."""
    caller = drawn.request.caller

    def changed(one: Statement) -> Statement:
        if not one.principals.negated or one.principals.anybody:
            return one
        named = any(principals.is_named(each, caller, gateway=False) for each in one.principals.named)
        return one._replace(principals=NOBODY_AT_ALL if named else ANYBODY)

    return _with_statements(drawn, changed)


def _any_value_if_exists(drawn: Drawn) -> Drawn:
    """ForAnyValue of a missing key never holds, IfExists or not."""

    def change(one: Condition, request: Request) -> Condition:
        both = one.if_exists and one.quantifier is Quantifier.ANY
        return NEVER if both and one.key not in request.keys else one

    return _with_conditions(drawn, change)


def _several_expected(drawn: Drawn) -> Drawn:
    """A key that may have several values needs no quantifier."""

    def change(one: Condition, _: Request) -> Condition:
        return one._replace(sound=True) if one.key in SEVERAL and one.quantifier is None else one

    return _with_conditions(drawn, change)


def _no_number(drawn: Drawn) -> Drawn:
    """A value that is no number, date or ARN never matches, not even when it is negated."""

    def change(one: Condition, request: Request) -> Condition:
        if one.key not in request.keys:
            return one
        kept = tuple(value for value in one.values if _is_read(one.operator.family, value, request))
        if kept == one.values:
            return one
        return one._replace(values=kept) if kept and not one.operator.negated else NEVER

    return _with_conditions(drawn, change)


def _is_read(family: Family, value: Template, request: Request) -> bool:
    match family:
        case Family.NUMBER:
            return conditions.number(value.written) is not None
        case Family.DATE:
            return conditions.moment(value.written) is not None
        case Family.ARN:
            pattern = value.glob(request.value)
            return pattern is None or arn_glob(pattern) is not None
        case _:
            return True


def _seconds(drawn: Drawn) -> Drawn:
    """A bare number is a date in milliseconds."""
    request = drawn.request
    keys = {
        one.key for each in drawn.document.statements for one in each.conditions if one.operator.family is Family.DATE
    }
    bare = {key for key in keys if all(value.isdigit() for value in request.keys.get(key, ("",)))}
    shorter = {key: tuple(str(int(value) / 1000) for value in request.keys[key]) for key in bare}

    def change(one: Condition, _: Request) -> Condition:
        values = tuple(
            template(str(int(value.written) / 1000), with_variables=False) if value.written.isdigit() else value
            for value in one.values
        )
        return one._replace(values=values) if one.operator.family is Family.DATE else one

    return _with_conditions(drawn._replace(request=request._replace(keys={**request.keys, **shorter})), change)


def _everywhere(drawn: Drawn) -> Drawn:
    """A range of all addresses of IPv4 is the one address that it is written with."""

    def of(value: Template) -> Template:
        written = value.written
        narrowed = written.removesuffix("/0") if written.endswith("/0") and ":" not in written else written
        return value if narrowed == written else template(narrowed, with_variables=False)

    def change(one: Condition, _: Request) -> Condition:
        if one.operator.family is not Family.ADDRESS:
            return one
        return one._replace(values=tuple(map(of, one.values)))

    return _with_conditions(drawn, change)


def _variables_in_arns(drawn: Drawn) -> Drawn:
    """A variable's own colon parts the ARN that a key is compared with, which then matches nothing."""

    def change(one: Condition, request: Request) -> Condition:
        if one.operator.family is not Family.ARN or one.key not in request.keys:
            return one
        kept = tuple(value for value in one.values if variables_allowed(value))
        if kept or kept == one.values:
            return one._replace(values=kept)
        return ALWAYS if one.operator.negated else NEVER

    return _with_conditions(drawn, change)


def _with_resources(drawn: Drawn, change: Callable[[Template], Template | None]) -> Drawn:
    """With other texts in Resource and NotResource; None for one that names nothing."""

    def changed(one: Statement) -> Statement:
        found = tuple(change(value) or NOTHING for value in one.resources.values)
        return one._replace(resources=one.resources._replace(values=found))

    return _with_statements(drawn, changed)


def _not_resource(drawn: Drawn) -> Drawn:
    """A NotResource of which a variable has no value speaks of nothing, if it is about such resources at all."""
    request = drawn.request

    def changed(one: Statement) -> Statement:
        patterns = one.resources
        missing = [value for value in patterns.values if value.glob(request.value) is None]
        if not patterns.negated or not missing:
            return one
        if any(_could_name(value, request) for value in missing):
            return one._replace(resources=patterns._replace(values=(EVERYTHING,)))
        kept = tuple(NOTHING if value in missing else value for value in patterns.values)
        return one._replace(resources=patterns._replace(values=kept))

    return _with_statements(drawn, changed)


def _could_name(value: Template, request: Request) -> bool:
    """Whether all but the last part of the ARN, where variables may stand, is as the resource's."""
    start, wanted = (text.split(":", ARN_PARTS - 1)[:-1] for text in (request.resource, value.written))
    return len(start) == len(wanted) > 0 and all(
        glob(part).matches(text) for part, text in zip(wanted, start, strict=True)
    )


def _variables_first(drawn: Drawn) -> Drawn:
    """A variable's own colon parts the name of a resource, if nothing stands before it; such a name is nothing's."""

    def of(value: Template) -> Template | None:
        if not value.variables or not variables_allowed(value) or value.written.startswith("arn:aws:s3:::"):
            return value
        before = value.written.split(":", ARN_PARTS - 1)[-1].partition("${")[0]
        return value if {"/", ":"} & set(before) else None

    return _with_resources(drawn, of)


DIFFERENCES: Final[Sequence[Difference]] = (
    Difference(
        "an account, on a gateway endpoint",
        OURS,
        "it is its root user alone; iam-simulate knows no kinds of endpoints",
        "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
        _accounts_on_gateways,
    ),
    Difference(
        "whom an identity provider signed for",
        OURS,
        '{"AWS": "*"} does not speak of such a caller; iam-simulate has it as an anonymous one',
        f"{GUIDE}reference_sts_vpc_endpoint_policies.html",
        _federated,
    ),
    Difference(
        "variables before 2012-10-17",
        OURS,
        "a policy of an older Version has none; iam-simulate does not read the Version",
        f"{GUIDE}reference_policies_elements_version.html",
        _old_version,
    ),
    Difference(
        "a variable without a value, in a negated condition",
        OURS,
        "nothing is equal to it, so the condition holds; iam-simulate lets it never hold",
        f"{GUIDE}reference_policies_variables.html",
        _variable_without_value,
    ),
    Difference(
        "a variable in an ARN that a key is compared with",
        OURS,
        "it is put in; iam-simulate parts the ARN at the colon within the variable",
        f"{GUIDE}reference_policies_variables.html",
        _variables_in_arns,
    ),
    Difference(
        "a variable as a resource's whole name",
        OURS,
        "it is put in; iam-simulate parts the name at the colon within the variable",
        f"{GUIDE}reference_policies_variables.html",
        _variables_first,
    ),
    Difference(
        "aws:EpochTime",
        OURS,
        "a bare number is seconds since 1970; to iam-simulate it is milliseconds, beside a date",
        f"{GUIDE}reference_policies_condition-keys.html",
        _seconds,
    ),
    Difference(
        "0.0.0.0/0",
        OURS,
        "a range in CIDR notation, of all addresses of IPv4; iam-simulate shifts by 32 bits, which is no shift",
        f"{GUIDE}reference_policies_elements_condition_operators.html",
        _everywhere,
    ),
    Difference(
        "a principal whose account cannot be read",
        NOBODY,
        "a unique id or a canonical user is some account's, and a policy does not say whose; iam-simulate: nobody's",
        f"{GUIDE}reference_policies_elements_principal.html",
        _unreadable_principals,
    ),
    Difference(
        "NotPrincipal that names a caller in part",
        NOBODY,
        "who is named without account, role and session may or may not be spared; iam-simulate spares whoever is named",
        f"{GUIDE}reference_policies_elements_notprincipal.html",
        _not_principal,
    ),
    Difference(
        "NotResource with a variable without a value",
        NOBODY,
        "the statement may be invalid, and may speak of every resource; iam-simulate: of none",
        f"{GUIDE}reference_policies_variables.html",
        _not_resource,
    ),
    Difference(
        "ForAnyValue and IfExists, without the key",
        NOBODY,
        "IfExists is said to hold then, and ForAnyValue not to; iam-simulate: it does not hold",
        f"{GUIDE}reference_policies_condition-single-vs-multi-valued-context-keys.html",
        _any_value_if_exists,
    ),
    Difference(
        "a key of several values without a quantifier",
        NOBODY,
        "such a key needs one; iam-simulate takes it for a key of one value, if it has one",
        f"{GUIDE}reference_policies_condition-single-vs-multi-valued-context-keys.html",
        _several_expected,
    ),
    Difference(
        "a value that is no ARN or number",
        NOBODY,
        "what becomes of such a condition is not said; iam-simulate: it does not hold, not even negated",
        f"{GUIDE}reference_policies_elements_condition_operators.html",
        _no_number,
    ),
)
