"""What one policy lets through and another does not: proved, or shown by a request."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from policy.cases import OTHER_ORG, OUR_ORG, OURS, STRANGER, context, policy
from policy.grammar import Requests
from warden.policy.compare import beyond, compare
from warden.policy.document import parse
from warden.policy.evaluate import Effect, evaluate
from warden.policy.reach import Verdict

OPEN, CLOSED, UNKNOWN = Verdict.OPEN, Verdict.CLOSED, Verdict.UNKNOWN
Statements = list[dict[str, Any]]


def equals(**keys: str) -> dict[str, Any]:
    """A condition on keys, whose names begin with aws:."""
    return {"Condition": {"StringEquals": {f"aws:{key}": value for key, value in keys.items()}}}


ODD = {"Condition": {"stringequals": {"aws:x": "a"}}}
CASES: list[tuple[Statements, Statements, Verdict, Verdict]] = [
    ([{}], [{}], CLOSED, CLOSED),
    ([{}], [equals(PrincipalOrgID=OUR_ORG)], CLOSED, OPEN),
    ([{}], [{}, {"Effect": "Deny", "Action": "sqs:DeleteQueue"}], CLOSED, OPEN),
    ([{"Action": "sqs:SendMessage"}], [{"Action": ["sqs:SendMessage", "sqs:ReceiveMessage"]}], OPEN, CLOSED),
    ([{"Action": "sqs:SendMessage"}], [{"Action": "sqs:ReceiveMessage"}], OPEN, OPEN),
    # Written otherwise, and the same
    ([{"Action": "sqs:*"}], [{"Action": "*"}], CLOSED, CLOSED),
    ([{"Action": "sqs:*"}], [{"NotAction": "sns:Publish"}], CLOSED, CLOSED),
    ([{"Principal": {"AWS": OURS}}], [{"Principal": {"AWS": f"arn:aws:iam::{OURS}:root"}}], CLOSED, CLOSED),
    ([{"Action": "sqs:S*"}, {"Action": "sqs:R*"}], [{"Action": ["sqs:R*", "sqs:S*"]}], CLOSED, CLOSED),
    ([equals(SourceVpc="vpc-0a1b2c3d4e5f60718")], [{}], CLOSED, CLOSED),
    ([{}, {"Effect": "Deny", **equals(SourceVpc="vpc-0b")}], [{}], CLOSED, CLOSED),
    # A statement of which nothing is known is the same in both
    ([ODD], [ODD], CLOSED, CLOSED),
    ([ODD], [ODD, {"Action": "sqs:SendMessage"}], UNKNOWN, CLOSED),
    ([{}], [ODD], CLOSED, UNKNOWN),
    ([{}, {"Effect": "Deny", **ODD}], [{}, {"Effect": "Deny", **ODD}, {"Action": "sqs:*"}], CLOSED, CLOSED),
    (
        [{"Resource": "arn:aws:sqs:*:*:${aws:username}"}],
        [{"Resource": "arn:aws:sqs:*:*:${aws:username}"}],
        CLOSED,
        CLOSED,
    ),
]


@pytest.mark.parametrize(("old", "new", "gained", "lost"), CASES)
def test_what_is_gained_and_lost(old: Statements, new: Statements, gained: Verdict, lost: Verdict) -> None:
    """Each with a request that one policy allows, and the other does not."""
    before, after, here = parse(policy(*old)), parse(policy(*new)), context("sqs")
    found = compare(before, after, here)
    assert (found.gained.verdict, found.lost.verdict) == (gained, lost)
    for answer, more, less in ((found.gained, after, before), (found.lost, before, after)):
        if answer.verdict is OPEN and answer.witness:
            assert evaluate(more, answer.witness).effect is Effect.ALLOW
            assert evaluate(less, answer.witness).effect is not Effect.ALLOW
        assert (answer.verdict is UNKNOWN) == bool(answer.why)


def test_calls_of_services_and_of_identity_providers_count() -> None:
    """What a policy loses for them is lost."""
    everybody, principals = parse(policy({})), parse(policy({"Principal": {"AWS": "*"}}))
    assert compare(everybody, principals, context("sts")).lost.verdict is OPEN
    no_services = parse(policy({"Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}}}))
    lost = compare(everybody, no_services, context("sqs")).lost
    assert lost.verdict is OPEN


@pytest.mark.parametrize("seed", range(12))
def test_no_random_request_is_gained_where_none_is_said_to_be(seed: int) -> None:
    """Policies that differ in a condition or two, and requests made with an eye on both."""
    random, here = Random(seed), context("sqs")
    pool: Statements = [
        {}, {"Action": "sqs:Send*"}, {"Principal": {"AWS": STRANGER}}, equals(PrincipalOrgID=OUR_ORG),
        equals(PrincipalOrgID=OTHER_ORG), equals(ResourceOrgID=OUR_ORG),
        {"Effect": "Deny", "Action": "sqs:SendMessage"}, {"Effect": "Deny", **equals(PrincipalAccount=STRANGER)},
        {"Resource": "arn:aws:sqs:*:*:${aws:username}"},
    ]  # fmt: skip
    closed = 0
    for _ in range(12):
        old, new = (parse(policy(*random.sample(pool, 2))) for _ in range(2))
        if beyond(old, new, here).verdict is not CLOSED:
            continue
        closed += 1
        for request in Requests(random, new, here).some(60, outsiders=False, foreign=False):
            allowed = evaluate(new, request).effect is Effect.ALLOW
            assert not allowed or evaluate(old, request).effect is Effect.ALLOW, (old.text, new.text, request)
    assert closed
