"""A witness in one sentence, and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.cases import LABELLED, OUR_ORG, OURS, STRANGER, context, context_of, policy, text_of
from warden.policy.reach import reach_of
from warden.policy.request import ANONYMOUS, Caller, CallerKind, Request
from warden.policy.words import as_json, kind_of, sentence

ORG = {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "s3",
        {"Action": "s3:ListBucket"},
        "identities",
        (
            "anyone, even without credentials, can s3:ListBucket a bucket that is not yours, such as arn:aws:s3:::xxx, "
            "through this endpoint"
        ),
    ),
    (
        "sqs",
        {"Condition": ORG},
        "resources",
        (
            f"a role of your account, such as arn:aws:sts::{OURS}:assumed-role/x/session, can sqs:SendMessage a queue "
            "that is not yours, such as arn:aws:sqs:us-east-1:999999999999:x, through this endpoint"
        ),
    ),
    (
        "sqs",
        {"Principal": {"AWS": f"arn:aws:iam::{STRANGER}:user/bob"}},
        "identities",
        (
            f"a user of an account that is not yours, such as arn:aws:iam::{STRANGER}:user/bob, can sqs:SendMessage a "
            "queue that is not yours, such as arn:aws:sqs:us-east-1:999999999999:x, through this endpoint"
        ),
    ),
    (
        "s3",
        {"Condition": ORG, "Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"},
        "resources",
        (
            f"a role of your account, such as arn:aws:sts::{OURS}:assumed-role/x/session, can s3:GetObject an object "
            "that AWS owns, such as arn:aws:s3:::prod-us-east-1-starport-layer-bucket/x, through this endpoint"
        ),
    ),
    (
        "sts",
        {"Principal": "*", "Action": "sts:AssumeRoleWithSAML", "Condition": {"Null": {"aws:PrincipalAccount": "true"}}},
        "identities",
        (
            "anyone for whom an identity provider signs (SAML, OpenID Connect) can sts:AssumeRoleWithSAML a role that "
            "is not yours, such as arn:aws:iam::999999999999:role/x, through this endpoint"
        ),
    ),
    (
        "sqs",
        {"Action": "sqs:ListQueues", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}},
        "identities",
        "anyone, even without credentials, can sqs:ListQueues through this endpoint (from 2030-01-01T00:00:01Z on)",
    ),
    (
        "s3",
        {"Action": "s3:ListBucket", "Condition": {"StringEquals": {"s3:prefix": "home/"}}},
        "identities",
        (
            "anyone, even without credentials, can s3:ListBucket a bucket that is not yours, such as arn:aws:s3:::xxx, "
            "through this endpoint (s3:prefix = home/)"
        ),
    ),
]


@pytest.mark.parametrize(("service", "statement", "question", "wanted"), CASES)
def test_a_sentence(service: str, statement: dict[str, Any], question: str, wanted: str) -> None:
    """Who can do what to whose resource, and with which keys."""
    here = context(service)
    answer = getattr(reach_of(policy(statement), here), question)
    assert sentence(answer.witness, here) == wanted


def test_many_keys_are_cut_short_in_the_sentence_only() -> None:
    """All of them stand in the JSON."""
    keys = {f"aws:requesttag/{name}": (name,) for name in "abcde"}
    request = Request(ANONYMOUS, "sqs:SendMessage", "arn:aws:sqs:us-east-1:1:q", keys)
    assert sentence(request, context("sqs")).endswith(
        "(aws:requesttag/a = a, aws:requesttag/b = b, aws:requesttag/c = c, ...)"
    )
    assert as_json(request)["context"] == {key: list(value) for key, value in keys.items()}


def test_json_names_the_whole_request() -> None:
    """Nothing that is not told."""
    caller = Caller(CallerKind.ROLE, f"arn:aws:iam::{OURS}:role/x", f"arn:aws:sts::{OURS}:assumed-role/x/s")
    request = Request(caller, "sqs:SendMessage", "*", {"aws:x": ("a", "b")})
    assert as_json(request) == {
        "principal": {"kind": "role", "arn": caller.arn, "session": caller.session_arn},
        "action": "sqs:SendMessage",
        "resource": "*",
        "owner": None,
        "context": {"aws:x": ["a", "b"]},
    }


@pytest.mark.parametrize(
    ("service", "action", "arn", "kind"),
    [
        ("s3", "s3:GetObject", "arn:aws:s3:::a/b", "object"),
        ("s3", "s3:ListBucket", "arn:aws:s3:::a", "bucket"),
        ("sqs", "sqs:SendMessage", "arn:aws:sqs:us-east-1:1:q", "queue"),
        ("sqs", "sqs:NotKnown", "arn:aws:sqs:us-east-1:1:q", "resource"),
    ],
)
def test_what_sort_of_resource_it_is(service: str, action: str, arn: str, kind: str) -> None:
    """By its ARN, the form that says the most."""
    assert kind_of(Request(ANONYMOUS, action, arn), context(service)) == kind


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in LABELLED])
def test_every_labelled_witness_can_be_told(case: dict[str, Any]) -> None:
    """In one line, and as JSON that reads back."""
    here = context_of(case)
    found = reach_of(text_of(case), here)
    for answer in (found.identities, found.resources):
        if answer.witness:
            words = sentence(answer.witness, here)
            assert "\n" not in words
            assert words.isprintable()
            assert json.loads(json.dumps(as_json(answer.witness)))["action"] == answer.witness.action
