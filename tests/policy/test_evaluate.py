"""One request through one policy, element by element, each with the page of AWS's documentation that decides it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from policy.cases import OTHER_ORG, OUR_ORG, OURS, OURS_TOO, STRANGER, policy
from warden.policy.conditions import OPERATORS as OPERATORS_BY_NAME
from warden.policy.conditions import Condition, moment, number
from warden.policy.document import Patterns, Principal, parse
from warden.policy.evaluate import Effect, evaluate, resource_matches
from warden.policy.principals import account_of
from warden.policy.request import ANONYMOUS, FEDERATED, Caller, CallerKind, Request
from warden.policy.template import template

ROLE_ARN = f"arn:aws:iam::{OURS}:role/path/App"
SESSION_ARN = f"arn:aws:sts::{OURS}:assumed-role/App/nightly"
ROLE = Caller(CallerKind.ROLE, ROLE_ARN, SESSION_ARN)
USER = Caller(CallerKind.USER, f"arn:aws:iam::{OURS}:user/bob")
ROOT = Caller(CallerKind.ROOT, f"arn:aws:iam::{OURS}:root")
OTHER = Caller(CallerKind.ROLE, f"arn:aws:iam::{STRANGER}:role/App", f"arn:aws:sts::{STRANGER}:assumed-role/App/x")
SERVICE = Caller(CallerKind.SERVICE, service="cloudtrail.amazonaws.com")
BY_FEDERATION = Caller(CallerKind.FEDERATED_USER, f"arn:aws:sts::{OURS}:federated-user/bob")
ALLOW, UNKNOWN, DENY, NOTHING = Effect.ALLOW, Effect.UNKNOWN, Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY

UNIQUE = "AROAEXAMPLEID1234567"
QUEUE = f"arn:aws:sqs:us-east-1:{OURS}:queue"
Keys = dict[str, tuple[str, ...]]


def effect(
    *statements: dict[str, Any],
    caller: Caller = ROLE,
    action: str = "sqs:SendMessage",
    resource: str = QUEUE,
    keys: Keys | None = None,
    gateway: bool = False,
    version: str | None = "2012-10-17",
) -> Effect:
    """What becomes of a request."""
    request = Request(caller, action, resource, keys or {})
    return evaluate(parse(policy(*statements, version=version)), request, gateway=gateway).effect


def condition(operator: str, values: object, found: tuple[str, ...] | None, key: str = "aws:x") -> Effect:
    """What becomes of a request whose key has these values, None for a request without it."""
    return effect({"Condition": {operator: {key: values}}}, keys={} if found is None else {key.lower(): found})


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        ([{}], ALLOW),
        ([{"Action": "sqs:Receive*"}], NOTHING),
        ([{"Effect": "Deny"}], DENY),
        ([{}, {"Effect": "Deny"}], DENY),
        ([{"Effect": "Deny"}, {}], DENY),
        ([{}, {"Effect": "Deny", "Action": "sqs:ReceiveMessage"}], ALLOW),
        ([{"Effect": "Deny", "Action": "sqs:ReceiveMessage"}], NOTHING),
        # What cannot be told matters only where nothing that can be told decides
        ([{"Condition": {"stringequals": {"aws:x": "a"}}}], UNKNOWN),
        ([{}, {"Condition": {"stringequals": {"aws:x": "a"}}}], ALLOW),
        ([{}, {"Effect": "Deny", "Condition": {"stringequals": {"aws:x": "a"}}}], UNKNOWN),
        ([{"Effect": "Deny", "Condition": {"stringequals": {"aws:x": "a"}}}], NOTHING),
        ([{"Effect": "Deny"}, {"Condition": {"stringequals": {"aws:x": "a"}}}], DENY),
    ],
)
def test_an_allow_and_no_deny(statements: list[dict[str, Any]], wanted: Effect) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html."""
    assert effect(*statements, keys={"aws:x": ("a",)}) is wanted


@pytest.mark.parametrize(
    ("operator", "wanted"),
    [
        ("StringEquals", NOTHING),
        ("StringNotEquals", ALLOW),
        ("StringLike", NOTHING),
        ("StringNotLike", ALLOW),
        ("StringEqualsIfExists", ALLOW),
        ("StringNotEqualsIfExists", ALLOW),
        ("NumericLessThan", NOTHING),
        ("NumericNotEquals", ALLOW),
        ("DateLessThanIfExists", ALLOW),
        ("Bool", NOTHING),
        ("BoolIfExists", ALLOW),
        ("IpAddress", NOTHING),
        ("NotIpAddress", ALLOW),
        ("ArnLike", NOTHING),
        ("ArnNotLike", ALLOW),
        ("ForAllValues:StringEquals", ALLOW),
        ("ForAllValues:StringNotEquals", ALLOW),
        ("ForAnyValue:StringEquals", NOTHING),
        ("ForAnyValue:StringNotEquals", NOTHING),
        ("ForAnyValue:StringEqualsIfExists", UNKNOWN),  # of which the two pages say the contrary
    ],
)
def test_a_missing_key(operator: str, wanted: Effect) -> None:
    """Sources: reference_policies_elements_condition_operators.html, and of the quantifiers
    reference_policies_condition-single-vs-multi-valued-context-keys.html, of the IAM user guide.
    """  # noqa: D205  two addresses
    value = {"Numeric": "1", "Date": "2030-01-01", "Bool": "true", "IpAdd": "10.0.0.0/8", "NotIp": "10.0.0.0/8"}
    found = next((one for start, one in value.items() if operator.startswith(start)), "arn:aws:iam::1:role/x")
    assert condition(operator, found, None) is wanted


@pytest.mark.parametrize(
    ("value", "found", "wanted"),
    [
        ("true", None, ALLOW),
        ("true", ("x",), NOTHING),
        ("false", None, NOTHING),
        ("false", ("x",), ALLOW),
        (["true", "false"], None, ALLOW),
        (["true", "false"], ("x",), ALLOW),
    ],
)
def test_null_tells_presence(value: object, found: tuple[str, ...] | None, wanted: Effect) -> None:
    """Source: reference_policies_elements_condition_operators.html (Null)."""
    assert condition("Null", value, found) is wanted


OPERATORS = [
    ("StringEquals", "Abc", "Abc", True), ("StringEquals", "Abc", "abc", False), ("StringEquals", "a*", "abc", False),
    ("StringEquals", "a*", "a*", True), ("StringNotEquals", "Abc", "abc", True),
    ("StringEqualsIgnoreCase", "Abc", "aBC", True), ("StringNotEqualsIgnoreCase", "Abc", "aBC", False),
    ("StringLike", "a*c", "abbc", True), ("StringLike", "a?c", "abbc", False), ("StringLike", "A*", "abc", False),
    ("StringLike", "a:*", "a:b:c", True), ("StringNotLike", "a*", "abc", False),
    ("ArnLike", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", True),
    ("ArnEquals", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", True),
    ("ArnLike", "arn:aws:*::1:role/x", "arn:aws:iam::2:role/::1:role/x", False),
    ("ArnNotEquals", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/y", True),
    ("NumericEquals", "10", "10.0", True), ("NumericLessThan", 10, "9", True), ("NumericLessThan", "10", "10", False),
    ("NumericLessThanEquals", "10", "10", True), ("NumericGreaterThan", "9", "10", True),
    ("NumericGreaterThanEquals", "10", "9", False), ("NumericNotEquals", "10", "10", False),
    ("DateEquals", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", True),
    ("DateEquals", "2026-11-24T01:00:00+01:00", "2026-11-24T00:00:00Z", True),
    ("DateLessThan", "1795478400", "2020-01-01T00:00:00Z", True),
    ("DateGreaterThan", "2027-01-01", "2026-11-24T00:00:00Z", False),
    ("DateNotEquals", "2026-11-24", "2026-11-24T00:00:00Z", False), ("DateNotEquals", "2027-01-01", "2026-11-24", True),
    ("NumericGreaterThanEquals", "10", "10", True), ("DateGreaterThanEquals", "2026-11-24", "2026-11-24", True),
    ("NumericGreaterThan", "10", "10", False), ("NumericLessThanEquals", "10", "11", False),
    ("Bool", "true", "True", True), ("Bool", True, "true", True), ("Bool", "false", "true", False),
    ("IpAddress", "10.0.0.0/8", "10.255.0.1", True), ("IpAddress", "10.0.0.0/8", "11.0.0.1", False),
    ("IpAddress", "10.0.0.1", "10.0.0.1", True), ("IpAddress", "2001:db8::/32", "2001:db8:0::1", True),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", False), ("NotIpAddress", "10.0.0.0/8", "10.0.0.1", False),
    ("IpAddress", "10.0.0.5/8", "10.9.9.9", True),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "value", "found", "wanted"), OPERATORS)
def test_operators(operator: str, value: object, found: str, *, wanted: bool) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html."""
    assert condition(operator, value, (found,)) is (ALLOW if wanted else NOTHING)
    assert condition(f"{operator}IfExists", value, (found,)) is (ALLOW if wanted else NOTHING)


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "ten"),
        ("NumericNotEquals", "ten"),
        ("NumericEquals", "10"),
        ("IpAddress", "10.0.0.0/8"),
        ("ArnNotLike", "role/x"),
        ("DateEquals", "tomorrow"),
        ("IpAddress", "10.0.0.0/64"),
        ("ArnLike", "role/x"),
        ("Null", "maybe"),
        ("BinaryEquals", "QQ=="),
        ("stringEquals", "a"),
        ("ForAnyvalue:StringEquals", "a"),
        ("StringEqualsIFExists", "a"),
        ("StringEquals", []),
    ],
)
def test_what_aws_says_nothing_of_is_unknown(operator: str, value: object) -> None:
    """Neither allowed nor denied: whoever asks is told that it is not known. The request's value is a letter."""
    assert condition(operator, value, ("a",)) is UNKNOWN


@pytest.mark.parametrize(
    ("block", "keys", "wanted"),
    [
        # Values of a key: or; negated: nor
        ({"StringEquals": {"aws:x": ["a", "b"]}}, {"aws:x": ("b",)}, ALLOW),
        ({"StringNotEquals": {"aws:x": ["a", "b"]}}, {"aws:x": ("b",)}, NOTHING),
        ({"StringNotEquals": {"aws:x": ["a", "b"]}}, {"aws:x": ("c",)}, ALLOW),
        # Keys, and operators: and
        ({"StringEquals": {"aws:x": "a", "aws:y": "b"}}, {"aws:x": ("a",), "aws:y": ("c",)}, NOTHING),
        ({"StringEquals": {"aws:x": "a", "aws:y": "b"}}, {"aws:x": ("a",), "aws:y": ("b",)}, ALLOW),
        ({"StringEquals": {"aws:x": "a"}, "Null": {"aws:y": "true"}}, {"aws:x": ("a",), "aws:y": ("b",)}, NOTHING),
        # Names of keys: without case
        ({"StringEquals": {"AWS:X": "a"}}, {"aws:x": ("a",)}, ALLOW),
    ],
)
def test_several_values_keys_and_operators(block: dict[str, Any], keys: Keys, wanted: Effect) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html."""
    assert effect({"Condition": block}, keys=keys) is wanted


@pytest.mark.parametrize(
    ("operator", "found", "wanted"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), ALLOW),
        ("ForAllValues:StringEquals", ("a", "c"), NOTHING),
        ("ForAllValues:StringNotEquals", ("c", "d"), ALLOW),
        ("ForAllValues:StringNotEquals", ("c", "a"), NOTHING),
        ("ForAnyValue:StringEquals", ("c", "a"), ALLOW),
        ("ForAnyValue:StringEquals", ("c", "d"), NOTHING),
        ("ForAnyValue:StringNotEquals", ("a", "c"), ALLOW),
        ("ForAnyValue:StringNotEquals", ("a", "b"), NOTHING),
        ("StringEquals", ("a", "b"), UNKNOWN),
    ],
)
def test_keys_of_several_values(operator: str, found: tuple[str, ...], wanted: Effect) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html."""
    assert condition(operator, ["a", "b"], found) is wanted


VARIABLES = [
    ("${aws:username}", "2012-10-17", {"aws:username": ("bob",)}, "bob", ALLOW),
    ("${aws:username}", "2012-10-17", {"aws:username": ("bob",)}, "eve", NOTHING),
    ("${AWS:UserName}", "2012-10-17", {"aws:username": ("bob",)}, "bob", ALLOW),
    ("home/${aws:username}-*", "2012-10-17", {"aws:username": ("bob",)}, "home/bob-1", ALLOW),
    # A star in the value is a star and no wildcard
    ("${aws:username}", "2012-10-17", {"aws:username": ("*",)}, "bob", NOTHING),
    ("${aws:username}", "2012-10-17", {"aws:username": ("*",)}, "*", ALLOW),
    ("${*}", "2012-10-17", {}, "*", ALLOW), ("${*}", "2012-10-17", {}, "bob", NOTHING),
    ("${?}${$}", "2012-10-17", {}, "?$", ALLOW),
    # No value: the text means nothing, but for a default
    ("${aws:username}", "2012-10-17", {}, "bob", NOTHING),
    ("${aws:username, 'bob'}", "2012-10-17", {}, "bob", ALLOW),
    ("${aws:username, 'bob'}", "2012-10-17", {"aws:username": ("eve",)}, "bob", NOTHING),
    # Before 2012-10-17 there are none
    ("${aws:username}", "2008-10-17", {"aws:username": ("bob",)}, "bob", NOTHING),
    ("${aws:username}", "2008-10-17", {"aws:username": ("bob",)}, "${aws:username}", ALLOW),
    ("${aws:username}", None, {"aws:username": ("bob",)}, "${aws:username}", ALLOW),
]  # fmt: skip


@pytest.mark.parametrize(("value", "version", "keys", "found", "wanted"), VARIABLES)
def test_policy_variables(value: str, version: str | None, keys: Keys, found: str, wanted: Effect) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html."""
    statement = {"Condition": {"StringLike": {"aws:x": value}}}
    assert effect(statement, keys={**keys, "aws:x": (found,)}, version=version) is wanted


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        (f"arn:aws:sqs:us-east-1:{OURS}:${{aws:username}}", ALLOW),
        (f"arn:aws:sqs:us-east-1:{OURS}:${{aws:username}}x", NOTHING),
        ("arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:bob", UNKNOWN),
        (f"arn:aws:sqs:us-east-1:{OURS}:${{aws:PrincipalTag/none}}", NOTHING),
    ],
)
def test_policy_variables_in_a_resource(resource: str, wanted: Effect) -> None:
    """In its last part; elsewhere is not documented.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    keys: Keys = {"aws:username": ("bob",), "aws:principalaccount": (OURS,)}
    assert effect({"Resource": resource}, resource=f"arn:aws:sqs:us-east-1:{OURS}:bob", keys=keys) is wanted


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        (f"arn:aws:sqs:us-east-1:{OURS}:${{aws:username}}", NOTHING),
        (f"arn:aws:sqs:us-east-1:{OURS}:x${{aws:username}}", ALLOW),
        (f"arn:aws:sqs:us-east-1:{OURS}:${{aws:PrincipalTag/none}}", UNKNOWN),
        ([f"arn:aws:sqs:us-east-1:{OURS}:${{aws:PrincipalTag/none}}", QUEUE], NOTHING),
    ],
)
def test_policy_variables_in_a_not_resource(resource: object, wanted: Effect) -> None:
    """One without a value may make the statement invalid, or have it speak of every resource.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    assert effect({"NotResource": resource}, keys={"aws:username": ("queue",)}) is wanted


@pytest.mark.parametrize(
    ("element", "wanted"),
    [
        ({"Action": "*"}, ALLOW),
        ({"Action": "sqs:SendMessage"}, ALLOW),
        ({"Action": "SQS:sendmessage"}, ALLOW),
        ({"Action": "sqs:Send*"}, ALLOW),
        ({"Action": "sqs:*Messag?"}, ALLOW),
        ({"Action": "s*"}, ALLOW),
        ({"Action": "sns:*"}, NOTHING),
        ({"Action": ["sns:*", "sqs:SendMessage"]}, ALLOW),
        ({"NotAction": "sqs:SendMessage"}, NOTHING),
        ({"NotAction": ["sqs:ReceiveMessage", "sns:*"]}, ALLOW),
        ({"NotAction": "*"}, NOTHING),
    ],
)
def test_actions(element: dict[str, Any], wanted: Effect) -> None:
    """Sources: reference_policies_elements_action.html, reference_policies_elements_notaction.html of the IAM guide."""
    assert effect(element) is wanted


@pytest.mark.parametrize(
    ("element", "wanted"),
    [
        ({"Resource": "*"}, ALLOW),
        ({"Resource": QUEUE}, ALLOW),
        ({"Resource": "arn:aws:sqs:*:*:queue"}, ALLOW),
        ({"Resource": "arn:aws:sqs:us-east-1:*"}, UNKNOWN),  # no six parts: a star may or may not span them
        ({"Resource": "arn:aws:sqs:*:queue"}, UNKNOWN),
        ({"Resource": "arn:aws:sqs:*:eu-west-1"}, UNKNOWN),
        ({"Resource": "arn:aws:s3:::*"}, NOTHING),
        ({"Resource": ["arn:aws:s3:::x", QUEUE]}, ALLOW),
        ({"Resource": QUEUE.upper()}, NOTHING),
        ({"NotResource": QUEUE}, NOTHING),
        ({"NotResource": "arn:aws:sqs:us-east-1:*:other"}, ALLOW),
    ],
)
def test_resources(element: dict[str, Any], wanted: Effect) -> None:
    """Wildcards stay in their part of the ARN, but for the last.

    Sources: reference_policies_elements_resource.html, reference_policies_elements_notresource.html of the IAM guide
    """
    assert effect(element) is wanted


PRINCIPALS = [
    # (Principal, who gets through)
    ("*", {"role", "user", "root", "federated user", "other", "anonymous", "federated", "service"}),
    ({"AWS": "*"}, {"role", "user", "root", "federated user", "other", "anonymous", "service"}),
    ({"AWS": OURS}, {"role", "user", "root", "federated user"}),
    ({"AWS": f"arn:aws:iam::{OURS}:root"}, {"role", "user", "root", "federated user"}),
    ({"AWS": [OURS_TOO, STRANGER]}, {"other"}),
    ({"AWS": ROLE_ARN}, {"role"}),
    ({"AWS": f"arn:aws:iam::{OURS}:role/App"}, set()),
    ({"AWS": SESSION_ARN}, {"role"}),
    ({"AWS": f"arn:aws:sts::{OURS}:assumed-role/App/other"}, set()),
    ({"AWS": USER.arn}, {"user"}),
    ({"AWS": BY_FEDERATION.arn}, {"federated user"}),
    ({"AWS": "AROAEXAMPLEEXAMPLE12"}, {"role?", "user?", "root?", "federated user?", "other?"}),
    ({"Service": "cloudtrail.amazonaws.com"}, {"service"}),
    ({"Service": "sns.amazonaws.com"}, set()),
    ({"Federated": "cognito-identity.amazonaws.com"}, {"federated?"}),
    ({"CanonicalUser": "7b" * 32}, {"role?", "user?", "root?", "federated user?", "other?"}),
]
CALLERS = {
    "role": ROLE, "user": USER, "root": ROOT, "federated user": BY_FEDERATION, "other": OTHER,
    "anonymous": ANONYMOUS, "federated": FEDERATED, "service": SERVICE,
}  # fmt: skip


@pytest.mark.parametrize(("principal", "through"), PRINCIPALS)
def test_principals(principal: object, through: set[str]) -> None:
    """An account is all of its principals; a role all of its sessions; `?` where it cannot be told.

    Sources: reference_policies_elements_principal.html and reference_sts_vpc_endpoint_policies.html of the IAM guide
    """
    found = set()
    for name, caller in CALLERS.items():
        answer = effect({"Principal": principal}, caller=caller)
        found |= {name} if answer is ALLOW else {f"{name}?"} if answer is UNKNOWN else set()
    assert found == through


@pytest.mark.parametrize(
    ("principal", "through"),
    [("*", {"role", "user", "root"}), ({"AWS": OURS}, {"root"}), ({"AWS": f"arn:aws:iam::{OURS}:root"}, {"root"})],
)
def test_an_account_is_its_root_user_on_a_gateway_endpoint(principal: object, through: set[str]) -> None:
    """Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (gateway endpoints)."""
    callers = {"role": ROLE, "user": USER, "root": ROOT}
    found = {
        name for name, one in callers.items() if effect({"Principal": principal}, caller=one, gateway=True) is ALLOW
    }
    assert found == through


@pytest.mark.parametrize(
    ("named", "caller", "wanted"),
    [
        ("*", ROLE, NOTHING),
        ({"AWS": OURS_TOO}, ROLE, ALLOW),
        ({"AWS": OURS}, ROOT, NOTHING),
        # A user must be named beside its account, a role's session beside its role and account
        ({"AWS": [OURS, USER.arn]}, USER, NOTHING),
        ({"AWS": [OURS, ROLE_ARN, SESSION_ARN]}, ROLE, NOTHING),
        ({"AWS": USER.arn}, USER, UNKNOWN),
        ({"AWS": OURS}, ROLE, UNKNOWN),
        ({"AWS": [OURS, ROLE_ARN]}, ROLE, UNKNOWN),
        ({"AWS": OURS}, ANONYMOUS, ALLOW),
        ({"AWS": "*"}, ROLE, NOTHING),
        ({"AWS": "*"}, FEDERATED, ALLOW),
        ({"Service": "cloudtrail.amazonaws.com"}, SERVICE, NOTHING),
        ({"Federated": "accounts.google.com"}, FEDERATED, UNKNOWN),
        # Of a unique id nobody can say whose it is
        ({"AWS": UNIQUE}, ROOT, UNKNOWN),
        ({"AWS": [UNIQUE, OURS_TOO]}, ROOT, UNKNOWN),
        ({"AWS": [UNIQUE, OURS]}, ROOT, NOTHING),
    ],
)
def test_not_principal(named: object, caller: Caller, wanted: Effect) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html."""
    assert effect({"NotPrincipal": named}, caller=caller) is wanted


@pytest.mark.parametrize(
    ("block", "keys", "wanted"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}, {"aws:principalorgid": (OUR_ORG,)}, ALLOW),
        ({"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}, {"aws:principalorgid": (OTHER_ORG,)}, NOTHING),
        ({"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}, {}, UNKNOWN),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": OUR_ORG}}, {}, UNKNOWN),
        ({"StringEquals": {"aws:x": "${aws:username}"}}, {"aws:x": ("a",)}, UNKNOWN),
        ({"StringEquals": {"aws:x": ["b", "${aws:username}"]}}, {"aws:x": ("a",)}, UNKNOWN),
    ],
)
def test_a_request_of_which_not_all_is_known(block: dict[str, Any], keys: Keys, wanted: Effect) -> None:
    """As of a record of CloudTrail: a key that it does not tell is not known to be missing."""
    request = Request(ROLE, "sqs:SendMessage", QUEUE, keys, complete=False)
    assert evaluate(parse(policy({"Condition": block})), request).effect is wanted


def test_a_decision_names_its_statements_and_says_why_it_is_none() -> None:
    """For people, by Sid or by place."""
    document = parse(policy({"Sid": "All"}, {"Effect": "Deny", "Sid": "Not", "Action": "sqs:DeleteQueue"}))
    assert [one.sid for one in evaluate(document, Request(ROLE, "sqs:SendMessage", QUEUE)).statements] == ["All"]
    assert [one.sid for one in evaluate(document, Request(ROLE, "sqs:DeleteQueue", QUEUE)).statements] == ["Not"]
    odd = parse(policy({"Condition": {"stringequals": {"aws:x": "a"}}}))
    assert evaluate(odd, Request(ROLE, "sqs:SendMessage", QUEUE)).why == "statement 1: whether aws:x meets StringEquals"


@pytest.mark.parametrize(
    ("statement", "caller", "why"),
    [
        ({"Principal": {"AWS": UNIQUE}}, ROLE, f"whether its Principal is {ROLE_ARN}"),
        ({"Principal": {"Federated": "accounts.google.com"}}, FEDERATED, "whether its Principal is federated"),
        ({"Resource": "arn:aws:sqs:*"}, ROLE, f"whether its Resource is {QUEUE}"),
        (
            {"Condition": {"stringequals": {"aws:x": "a"}, "Null": {"aws:y": "true"}}},
            ROLE,
            "whether aws:x meets StringEquals",
        ),
        (
            {"Resource": "arn:aws:sqs:*", "Condition": {"stringequals": {"aws:x": "a"}}},
            ROLE,
            f"whether its Resource is {QUEUE}; statement 1: whether aws:x meets StringEquals",
        ),
    ],
)
def test_what_is_unknown_is_said_part_by_part(statement: dict[str, Any], caller: Caller, why: str) -> None:
    """And nothing is said of what can be told."""
    found = evaluate(parse(policy(statement)), Request(caller, "sqs:SendMessage", QUEUE))
    assert found.effect is UNKNOWN
    assert found.why == f"statement 1: {why}"


def test_effects_are_named_as_everywhere_at_aws() -> None:
    """In what `warden policy` prints, and in what is kept."""
    assert [one.value for one in Effect] == ["ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY", "UNKNOWN"]


def test_an_endpoint_is_no_gateway_unless_it_is_said() -> None:
    """An account is all of its principals then.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    document = parse(policy({"Principal": {"AWS": OURS}}))
    assert evaluate(document, Request(ROLE, "sqs:SendMessage", QUEUE)).effect is ALLOW


@pytest.mark.parametrize(
    ("element", "resource", "wanted"),
    [
        # A request of which the resource is not known, as of some records of CloudTrail
        ({"Resource": "*"}, "", ALLOW),
        ({"Resource": QUEUE}, "", UNKNOWN),
        # A request for an action that is of no resource: what it is checked against is not documented
        ({"Resource": "*"}, "*", ALLOW),
        ({"Resource": "arn:aws:s3:::*"}, "*", UNKNOWN),
        ({"Resource": "arn:aws:sqs:*:*:*"}, "*", UNKNOWN),
        ({"Resource": "arn:aws:sqs:us-east-1:*:*"}, "*", NOTHING),
        ({"Resource": QUEUE}, "*", NOTHING),
    ],
)
def test_resources_that_nobody_knows(element: dict[str, Any], resource: str, wanted: Effect) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html."""
    assert effect(element, resource=resource) is wanted


def test_a_resource_with_a_variable_of_which_the_value_is_not_known() -> None:
    """It may be the one."""
    request = Request(ROLE, "sqs:SendMessage", QUEUE, complete=False)
    document = parse(policy({"Resource": f"arn:aws:sqs:us-east-1:{OURS}:${{aws:username}}"}))
    assert evaluate(document, request).effect is UNKNOWN


@pytest.mark.parametrize(
    ("operator", "text", "value", "wanted"),
    [
        ("StringEquals", "HOME/${aws:x}", "HOME/a", None),
        ("StringEquals", "HOME/${aws:x}", "home/a", False),
        ("StringLike", "HOME/${aws:x}", "home/a", False),
        ("StringEqualsIgnoreCase", "HOME/${aws:x}", "home/a", None),
        ("StringEqualsIgnoreCase", "HOME/${aws:x}", "away/a", False),
    ],
)
def test_a_text_of_which_a_part_is_left_open(operator: str, text: str, value: str, *, wanted: bool | None) -> None:
    """What does not fit the rest of it surely does not match; what does fit, may."""
    exact = operator != "StringLike"
    open_ = template(text, with_variables=True).widened(lambda _: False, lambda _: None, exact=exact)
    one = Condition(OPERATORS_BY_NAME[operator], None, if_exists=False, key="aws:y", name="aws:y", values=(open_,))
    assert one.holds((value,), lambda _: None) is wanted
    arn = template("arn:aws:sqs:::${aws:x}", with_variables=True).widened(lambda _: False, lambda _: None)
    request = Request(ROLE, "sqs:SendMessage", "arn:aws:sqs:::q")
    assert resource_matches(Patterns((arn,)), request) is None
    assert resource_matches(Patterns((arn,)), request._replace(resource="arn:aws:sns:::q")) is False


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "ten", ""])
def test_what_is_no_number(text: str) -> None:
    """Words that only computers take for numbers, too."""
    assert number(text) is None


def test_a_date_without_a_zone_is_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever this runs.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "XYZ-5")
        time.tzset()
        found = moment("2026-11-24T00:00:00"), moment("2026-11-24T00:00:00Z"), moment("2026-11-24T01:00:00+01:00")
    time.tzset()
    assert len(set(found)) == 1


@pytest.mark.parametrize(("operator", "wanted"), [("ArnLike", NOTHING), ("ArnNotLike", ALLOW)])
def test_an_arn_with_a_variable_without_a_value(operator: str, wanted: Effect) -> None:
    """Nothing is like it, so that ArnNotLike holds.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    assert condition(operator, "arn:aws:iam::1:role/${aws:username}", ("arn:aws:iam::1:role/x",)) is wanted


@pytest.mark.parametrize(
    ("principal", "account"),
    [
        (Principal("AWS", OURS), OURS),
        (Principal("AWS", f"arn:aws:iam::{OURS}:root"), OURS),
        (Principal("AWS", f"arn:aws:iam::{OURS}:role/App"), ""),
        (Principal("CanonicalUser", OURS), ""),
        (Principal("Service", f"arn:aws:iam::{OURS}:root"), ""),
    ],
)
def test_principals_that_are_an_account(principal: Principal, account: str) -> None:
    """By its number, or by its root ARN; under AWS only.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    assert account_of(principal) == account


@pytest.mark.parametrize(("resource", "says"), [("", "is the one, which is not told"), (QUEUE, f"is {QUEUE}")])
def test_a_resource_that_is_not_told_is_said_so(resource: str, says: str) -> None:
    """A record of CloudTrail may name none; a pattern that is no whole ARN is not decided for one that is named."""
    pattern = "arn:aws:sqs:us-east-1:111122223333:queue" if not resource else "arn:aws:sqs:*"
    found = evaluate(parse(policy({"Resource": pattern})), Request(ROLE, "sqs:SendMessage", resource))
    assert found.why == f"statement 1: whether its Resource {says}"
