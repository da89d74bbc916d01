"""How much a policy lets through: all there is, nothing, or every action by a wildcard."""

from __future__ import annotations

from typing import Any

import pytest

from policy.cases import LABELLED, OUR_ORG, OURS, context, context_of, policy, text_of
from warden.policy.breadth import (
    is_default,
    is_full_access,
    lets_nothing_through,
    partly_wildcard_statements,
    wildcard_statements,
)
from warden.policy.document import parse

VALID = [pytest.param(case, id=case["id"]) for case in LABELLED if case["expected"]["valid"]]


@pytest.mark.parametrize("case", VALID)
def test_labelled_policies_as_labelled(case: dict[str, Any]) -> None:
    """Which is the default policy in whatever spelling, and which has a wildcard for all actions."""
    document = parse(text_of(case))
    assert is_default(document, context_of(case)) is case["expected"]["default_full_access"]
    assert bool(wildcard_statements(document)) is case["expected"]["wildcard_actions"]


FULL = [
    ({}, True),
    ({"Principal": {"AWS": "*"}}, True),
    ({"Action": "sqs:*"}, True),
    ({"Action": ["sqs:S*", "sqs:[A-R]*", "sqs:T*", "sqs:U*", "sqs:*"]}, True),
    ({"Action": "sqs:S*"}, False),
    ({"NotAction": "sns:Publish"}, True),
    ({"NotAction": "sqs:DeleteQueue"}, False),
    ({"Resource": "arn:aws:sqs:us-east-1:*:*"}, False),  # sqs:ListQueues is of no resource
    ({"Resource": "arn:aws:sqs:*:*:*"}, True),
    ({"Resource": "arn:aws:sqs:*:111122223333:*"}, False),
    ({"NotResource": "arn:aws:s3:::bucket"}, True),
    ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d4e5f60718"}}}, True),
    ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0b"}}}, False),
    ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}}, False),
    ({"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": OUR_ORG}}}, False),
    ({"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, True),
    ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
    ({"Condition": {"ForAllValues:StringLike": {"aws:PrincipalArn": "*"}}}, True),
    ({"Resource": "arn:aws:sqs:us-east-1:*:${aws:username}"}, False),
    # What is the caller's choice is not gone into
    ({"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}, False),
]


@pytest.mark.parametrize(("statement", "wanted"), FULL)
def test_full_access_by_what_it_means(statement: dict[str, Any], wanted: bool) -> None:  # noqa: FBT001  a table's column
    """However it is written: a condition that always holds restricts nothing."""
    document = parse(policy(statement))
    assert is_full_access(document, context("sqs")) is wanted
    assert not is_default(document, context("sqs")) or wanted


@pytest.mark.parametrize(
    ("deny", "wanted"),
    [
        ({"Action": "sqs:DeleteQueue"}, False),
        ({"Action": "s3:DeleteBucket"}, True),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0b"}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
    ],
)
def test_full_access_but_for_what_is_denied(deny: dict[str, Any], wanted: bool) -> None:  # noqa: FBT001  a table's column
    """A statement that denies what never comes takes nothing; the default policy has none."""
    document = parse(policy({}, {"Effect": "Deny"} | deny))
    assert is_full_access(document, context("sqs")) is wanted
    assert not is_default(document, context("sqs"))


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        ([{}], False),
        ([{"Effect": "Deny"}], True),
        ([{}, {"Effect": "Deny"}], True),
        ([{}, {"Effect": "Deny", "Principal": {"AWS": "*"}}], True),
        ([{"Principal": {"AWS": OURS}}, {"Effect": "Deny", "Principal": {"AWS": "*"}}], True),
        ([{"Action": "sns:Publish"}], True),
        ([{}, {"Effect": "Deny", "NotAction": "sqs:SendMessage"}], False),
        ([{"Action": "sqs:ListQueues"}, {"Effect": "Deny", "NotAction": "sqs:SendMessage"}], True),
        ([{"Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}], True),
        ([{"Action": "sqs:NotYetKnown"}], False),
    ],
)
def test_what_lets_nothing_through(statements: list[dict[str, Any]], wanted: bool) -> None:  # noqa: FBT001  a table's column
    """Proved of what it means, not of how it looks."""
    assert lets_nothing_through(parse(policy(*statements)), context("sqs")) is wanted


def test_callers_of_identity_providers_are_let_through() -> None:
    """`{"AWS": "*"}` is not them, and STS has calls that only they make."""
    document = parse(policy({}, {"Effect": "Deny", "Principal": {"AWS": "*"}}))
    assert not lets_nothing_through(document, context("sts"))


@pytest.mark.parametrize(
    ("element", "whole", "partly"),
    [
        ({"Action": "*"}, True, False),
        ({"Action": "**"}, True, False),
        ({"Action": "s3:*"}, True, False),
        ({"Action": ["s3:GetObject", "s3:*"]}, True, False),
        ({"NotAction": "s3:DeleteBucket"}, True, False),
        ({"Action": "s3:Get*"}, False, True),
        ({"Action": "s3:GetObjec?"}, False, True),
        ({"Action": ["s3:GetObject", "s3:PutObject"]}, False, False),
        ({"Effect": "Deny", "Action": "*"}, False, False),
    ],
)
def test_wildcards_in_actions(element: dict[str, Any], whole: bool, partly: bool) -> None:  # noqa: FBT001  columns
    """Every action by a wildcard, or some."""
    document = parse(policy(element))
    assert bool(wildcard_statements(document)) is whole
    assert bool(partly_wildcard_statements(document)) is partly
