"""Answers without a search: what they cover, what they must leave alone, and that a search says the same."""

from __future__ import annotations

from typing import Any, Final

import pytest

from policy.cases import LABELLED, OTHER_ORG, OUR_ORG, OURS, OURS_TOO, STRANGER, context, context_of, policy, text_of
from policy.grammar import POLICIES, SERVICES, drawn, here
from warden.policy.context import Context
from warden.policy.document import Document, parse
from warden.policy.evaluate import Effect, evaluate
from warden.policy.reach import IDENTITIES, RESOURCES, Verdict, quickly, searched

CLOSED, OPEN = Verdict.CLOSED, Verdict.OPEN
Statement = dict[str, Any]


def on(**keys: object) -> Statement:
    """A statement with these conditions: `StringEquals__aws_PrincipalOrgID`, a colon for each single underscore."""
    conditions: dict[str, dict[str, object]] = {}
    for name, value in keys.items():
        operator, _, key = name.partition("__")
        conditions.setdefault(operator, {})[key.replace("_", ":")] = value
    return {"Condition": conditions}


def has(operator: str, key: str, value: object) -> Statement:
    """A statement with this condition."""
    return {"Condition": {operator: {key: value}}}


OUR_ROLES: Final = f"arn:aws:iam::{OURS}:role/*"
A_QUEUE: Final = f"arn:aws:sqs:us-east-1:{OURS}:jobs"
OF_ORG: Final = on(StringEquals__aws_PrincipalOrgID=OUR_ORG)
OF_SERVICES: Final = on(Bool__aws_PrincipalIsAWSService="true")
DENY: Final = {"Effect": "Deny"}


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([OF_ORG], CLOSED),
        ([OF_ORG, OF_SERVICES], CLOSED),
        ([OF_ORG, {}], OPEN),
        ([on(StringEquals__aws_PrincipalOrgID=[OUR_ORG, OTHER_ORG])], None),
        ([on(StringEqualsIfExists__aws_PrincipalOrgID=OUR_ORG)], OPEN),
        ([on(StringEqualsIfExists__aws_PrincipalAccount=OURS)], CLOSED),
        ([on(StringEquals__aws_PrincipalAccount=[OURS, OURS_TOO])], CLOSED),
        ([on(StringEquals__aws_PrincipalAccount=[OURS, STRANGER])], None),
        ([on(StringNotEquals__aws_PrincipalAccount=OURS)], OPEN),
        ([on(StringEquals__aws_ResourceAccount=OURS)], OPEN),
        ([on(ArnLike__aws_PrincipalArn=f"arn:aws:*:*:{OURS}:*")], CLOSED),
        ([on(StringLike__aws_PrincipalArn=f"arn:aws:iam::{OURS}:role/*")], CLOSED),
        ([on(StringLike__aws_PrincipalArn=f"arn:aws:iam::{OURS}*")], None),
        ([on(StringLike__aws_PrincipalArn=f"*:{OURS}:*")], None),
        ([on(StringEqualsIgnoreCase__aws_PrincipalArn=f"arn:aws:iam::{OURS}:role/App")], None),
        ([on(ArnNotLike__aws_PrincipalArn=f"arn:aws:*:*:{OURS}:*")], OPEN),
        ([{"Principal": {"AWS": [OURS, f"arn:aws:iam::{OURS_TOO}:role/App"], "Service": "sns.amazonaws.com"}}], CLOSED),
        ([{"Principal": {"AWS": [OURS, STRANGER]}}], OPEN),
        ([{"Principal": {"AWS": "AROAEXAMPLEID1234567"}}], None),
        ([{"NotPrincipal": {"AWS": OURS}}], OPEN),
        ([on(IpAddress__aws_SourceIp="0.0.0.0/0")], CLOSED),
        ([on(NotIpAddress__aws_SourceIp="10.0.0.0/8")], OPEN),
        ([on(StringEquals__aws_SourceVpc="vpc-0ffffffffffffffff")], CLOSED),
        ([on(StringEquals__aws_SourceVpc="${aws:SourceVpce}")], None),
        ([{}, DENY], CLOSED),
        ([{}, DENY | on(StringNotEquals__aws_PrincipalOrgID=OUR_ORG)], CLOSED),
        ([{}, DENY | on(StringNotEqualsIfExists__aws_PrincipalOrgID=OUR_ORG)], CLOSED),
        (
            [{}, DENY | on(StringNotEquals__aws_PrincipalOrgID=OUR_ORG, StringNotEquals__aws_PrincipalAccount=OURS)],
            CLOSED,
        ),
        (
            [
                {},
                DENY | on(StringNotEquals__aws_PrincipalOrgID=OUR_ORG, BoolIfExists__aws_PrincipalIsAWSService="false"),
            ],
            CLOSED,
        ),
        (
            [{}, DENY | on(StringNotEquals__aws_PrincipalOrgID=OUR_ORG, Bool__aws_PrincipalIsAWSService="false")],
            OPEN,
        ),
        ([{}, DENY | {"Action": "sqs:SendMessage"} | on(StringNotEquals__aws_PrincipalOrgID=OUR_ORG)], None),
        # Nobody knows whether ForAnyValue and IfExists hold for those without the key
        (
            [
                {},
                DENY
                | {
                    "Condition": {
                        "StringNotEquals": {"aws:PrincipalOrgID": OUR_ORG},
                        "ForAnyValue:BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                    }
                },
            ],
            None,
        ),
        ([{}, DENY | {"Principal": {"AWS": "*"}}], CLOSED),
        ([{}, DENY | {"Principal": {"AWS": OURS}}], OPEN),
        ([on(StringLike__aws_PrincipalOrgID="o-*")], OPEN),
        ([on(StringEquals__aws_PrincipalTag_team="x")], None),
        ([{"Condition": {"StringEquals": {"aws:PrincipalTag/team": "payments"}}}], OPEN),
        ([on(Bool__aws_MultiFactorAuthPresent="true")], OPEN),
        # Names of what is ours, and what only looks so
        ([{"Principal": {"CanonicalUser": OURS}}], None),
        ([has("stringequals", "aws:PrincipalOrgID", OUR_ORG)], None),
        ([on(StringLike__aws_PrincipalArn=[OUR_ROLES, f"arn:aws:iam::{STRANGER}:role/*"])], None),
        ([on(ArnLike__aws_PrincipalArn=[OUR_ROLES, f"arn:aws:iam::{STRANGER}:role/*"])], None),
        ([on(ArnLike__aws_PrincipalArn="arn:aws:iam::${aws:PrincipalAccount}:role/*")], OPEN),
        ([on(ArnLike__aws_PrincipalArn="*")], None),
        ([on(StringEquals__aws_SourceVpc=["${aws:SourceVpce}", "vpc-0ffffffffffffffff"])], None),
        # Statements that bar all, and that do not
        ([{}, DENY | {"NotPrincipal": "*"}], OPEN),
        ([{}, DENY | {"NotAction": "*"}], OPEN),
        ([{}, DENY | {"NotResource": "*"}], OPEN),
        ([{}, DENY | {"Action": ["*", "sqs:SendMessage"]}], CLOSED),
        ([{}, DENY | on(StringEquals__aws_PrincipalOrgID=OUR_ORG)], OPEN),
        ([{}, DENY | on(StringEqualsIfExists__aws_PrincipalOrgID=OUR_ORG)], OPEN),
        ([{}, DENY | has("ForAnyValue:StringNotEquals", "aws:PrincipalOrgID", OUR_ORG)], OPEN),
        ([{}, DENY | has("stringnotequals", "aws:PrincipalOrgID", OUR_ORG)], None),
        # Of services, and not of services
        ([on(BoolIfExists__aws_PrincipalIsAWSService="true")], OPEN),
        ([on(StringNotEquals__aws_PrincipalIsAWSService="true")], OPEN),
        ([on(Bool__aws_PrincipalIsAWSService=["true", "false"])], OPEN),
        ([has("ForAnyValue:Bool", "aws:PrincipalIsAWSService", "true")], CLOSED),
        ([has("ForAllValues:Bool", "aws:PrincipalIsAWSService", "true")], OPEN),
        ([has("bool", "aws:PrincipalIsAWSService", "true")], None),
        # Whatever a plain request has
        ([on(Bool__aws_SecureTransport="true")], OPEN),
        ([on(IpAddress__aws_VpcSourceIp="10.0.0.0/8")], OPEN),
        ([on(StringLike__aws_UserAgent="?")], OPEN),
        ([on(StringEquals__aws_PrincipalAccount="anonymous")], OPEN),
        ([on(StringEquals__aws_PrincipalType="Anonymous")], OPEN),
        ([on(Null__aws_PrincipalOrgID="true", StringEquals__aws_PrincipalType="AssumedRole")], OPEN),
        ([on(StringLike__aws_PrincipalOrgID="o-*", Null__aws_PrincipalOrgPaths="false")], OPEN),
        ([has("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-*/r-????/")], OPEN),
        ([{"Principal": {"AWS": STRANGER}} | on(StringEquals__aws_PrincipalType="AssumedRole")], OPEN),
        ([on(StringEquals__aws_ResourceOrgID=OUR_ORG)], OPEN),
        ([on(StringEquals__aws_ResourceAccount=OURS, StringEquals__aws_RequestedRegion="us-east-1")], OPEN),
        ([on(DateGreaterThan__aws_CurrentTime="2026-01-01T00:00:00Z")], OPEN),
        ([on(DateLessThan__aws_CurrentTime="2026-01-01T00:00:00Z")], None),
        ([on(StringEquals__aws_SourceVpce="vpce-0123456789abcdef0")], OPEN),
        ([on(Null__aws_SourceIp="true")], OPEN),
        ([on(StringEquals__aws_BrandNewKey="x")], None),
        ([on(StringNotEquals__aws_userid="x")], OPEN),
        ([on(StringEquals__aws_userid="x")], None),
        ([on(StringEquals__aws_Referer="https://corp.example/?")], None),
        ([on(StringEquals__aws_Referer="https://corp.example/")], OPEN),
        ([on(StringLike__aws_Referer="https://corp.example/?*")], OPEN),
        ([on(StringEquals__aws_Referer=[])], None),
        ([on(Null__aws_Referer="true")], None),
        ([on(Bool__aws_MultiFactorAuthPresent="maybe")], None),  # it is true or false
        ([on(Bool__aws_MultiFactorAuthPresent="True")], OPEN),
        ([has("ForAnyValue:StringEquals", "aws:TagKeys", "a")], None),
        ([{}, DENY | on(Null__aws_Referer="false")], OPEN),
        ([on(StringLike__aws_Referer="?")], OPEN),
        ([on(StringNotEquals__aws_Referer="x")], OPEN),
        ([on(StringNotEquals__aws_UserAgent="y")], OPEN),
        ([on(StringNotEquals__aws_BrandNewKey="x")], None),
        ([on(StringEquals__aws_VpceAccount=OURS)], None),
        ([on(Null__aws_VpceAccount="true")], None),
        ([on(Bool__aws_ViaAWSService="true")], None),
        ([on(Bool__aws_MultiFactorAuthPresent="false")], OPEN),
        ([{"Principal": {"AWS": STRANGER}}, DENY | on(Bool__aws_MultiFactorAuthPresent="true")], OPEN),
        # Who is named by more than the account is of no account's root
        ([{"Principal": {"AWS": f"arn:aws:iam::{STRANGER}:role/x"}}, on(StringEquals__aws_PrincipalAccount="")], None),
        # A key of which two statements want two values has the first one
        ([on(StringEquals__aws_Referer="a"), {"Resource": A_QUEUE} | on(StringEquals__aws_Referer="b")], OPEN),
        # Whether a request for no resource has a key of one is not known
        ([{"Action": "sqs:ListQueues"} | on(StringNotEquals__aws_ResourceAccount=OURS)], None),
        ([{"Action": "sqs:ListQueues"} | on(Null__aws_PrincipalOrgID="true")], OPEN),
        # Actions
        ([{"Action": "sqs:ReceiveMessage"}], OPEN),
        ([{"Action": "sqs:DeleteQueue"}], OPEN),
        ([{"Action": "sqs:ListQueues"}], OPEN),
        ([{"Action": "sqs:BrandNew"}], None),
        ([{"NotAction": "sqs:*"}], None),
        ([{"Resource": "arn:aws:sqs:*:*:*"}], None),
        ([{"Resource": ["arn:aws:sqs:*:*:*", "*"]}], OPEN),
        ([{"NotResource": "*"}], None),
    ],
)
def test_callers_from_outside(statements: list[Statement], answer: Verdict | None) -> None:
    """Of an endpoint for SQS; None for what is left to the search."""
    document = parse(policy(*statements))
    found = quickly(document, context("sqs"), IDENTITIES)
    assert (found.verdict if found else None) is answer
    assert_the_same(document, context("sqs"))


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([on(StringEquals__aws_ResourceOrgID=OUR_ORG)], CLOSED),
        ([on(StringEquals__aws_ResourceAccount=[OURS, OURS_TOO])], CLOSED),
        ([on(StringEqualsIfExists__aws_ResourceAccount=OURS)], None),
        ([OF_ORG], OPEN),
        ([OF_SERVICES], CLOSED),
        ([{"Principal": {"Service": "sns.amazonaws.com"}}], CLOSED),
        ([{"Principal": {"AWS": OURS}}], OPEN),
        ([{}, DENY | on(StringNotEquals__aws_ResourceOrgID=OUR_ORG)], CLOSED),
        ([{}, DENY | on(StringNotEquals__aws_ResourceAccount=STRANGER)], None),
        ([{"Resource": f"arn:aws:sqs:us-east-1:{STRANGER}:jobs"}], None),
        ([{"Action": "sqs:ListQueues"}], None),
        ([on(StringEquals__aws_PrincipalOrgID=OUR_ORG, StringEquals__aws_PrincipalType="AssumedRole")], OPEN),
        ([has("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{OUR_ORG}/r-????/")], OPEN),
        ([on(ArnLike__aws_PrincipalArn=OUR_ROLES)], OPEN),
        ([on(StringEquals__aws_PrincipalAccount="anonymous")], OPEN),
        ([on(StringEquals__aws_PrincipalAccount="999999999999")], None),
        ([on(StringNotEquals__aws_PrincipalAccount=OURS, StringEquals__aws_PrincipalType="AssumedRole")], OPEN),
    ],
)
def test_resources_outside(statements: list[Statement], answer: Verdict | None) -> None:
    """The same of what is reached."""
    document = parse(policy(*statements))
    found = quickly(document, context("sqs"), RESOURCES)
    assert (found.verdict if found else None) is answer
    assert_the_same(document, context("sqs"))


@pytest.mark.parametrize(
    ("statements", "facts", "answer"),
    [
        ([OF_ORG], {"organisation": ""}, None),
        ([on(StringEqualsIfExists__aws_PrincipalAccount=OURS)], {"service": "sts"}, None),
        ([{}, DENY | {"Principal": {"AWS": "*"}}], {"service": "sts"}, None),
        ([{}, DENY], {"service": "sts"}, CLOSED),
        ([{"Action": "sts:AssumeRoleWithSAML"} | on(Null__aws_PrincipalOrgID="false")], {"service": "sts"}, None),
        ([{"Principal": {"AWS": STRANGER}}], {"complete": False}, None),
        ([{"Principal": {"AWS": STRANGER}}], {"gateway": True}, OPEN),
        ([on(StringEquals__aws_SourceVpc="vpc-0ffffffffffffffff")], {"vpc_id": ""}, None),
        ([on(StringEquals__aws_PrincipalAccount="999999999999")], {}, None),
        ([{}], {"accounts": frozenset({"999999999999"})}, None),
        ([on(StringEquals__aws_PrincipalOrgID="")], {"organisation": ""}, None),
        ([on(StringEquals__kms_CallerAccount=OURS)], {"service": "kms"}, CLOSED),
        ([{}], {"service": "s3", "owned_buckets": frozenset({"xxx"})}, None),
        ([{}], {"service": "s3", "owned_buckets": None}, OPEN),
        ([{"Action": "s3:GetObject"} | on(Null__s3_prefix="true")], {"service": "s3"}, OPEN),
        ([on(StringNotEquals__aws_SourceVpc="vpc-0ffffffffffffffff")], {"vpc_id": ""}, None),
        ([on(StringEquals__aws_ResourceAccount=OURS)], {"service": "s3"}, None),
        (
            [{"Principal": {"AWS": STRANGER}} | on(StringEquals__aws_PrincipalArn=f"arn:aws:iam::{STRANGER}:root")],
            {"gateway": True},
            OPEN,
        ),
        ([{"Action": "sts:AssumeRole*"} | on(StringNotEquals__aws_PrincipalAccount=OURS)], {"service": "sts"}, OPEN),
        ([{"Action": "sts:*"} | on(Null__aws_PrincipalAccount="true")], {"service": "sts"}, None),
    ],
)
def test_what_is_known_decides_what_is_plain(
    statements: list[Statement], facts: dict[str, Any], answer: Verdict | None
) -> None:
    """An organisation, a service that identity providers sign for, accounts that may be ours."""
    here_ = context(facts.pop("service", "sqs"), **facts)
    document = parse(policy(*statements))
    found = quickly(document, here_, IDENTITIES)
    assert (found.verdict if found else None) is answer
    assert_the_same(document, here_)


def test_our_roles_are_not_our_account_on_a_gateway_endpoint() -> None:
    """Its root user is, which is left to the search.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    document = parse(policy({"Principal": {"AWS": OURS}}))
    assert quickly(document, context("s3"), RESOURCES) is None
    assert quickly(document, context("s3", gateway=False), RESOURCES)


def test_whose_the_resource_is_may_be_told_by_a_key_of_s3() -> None:
    """Of buckets, too."""
    document = parse(policy(on(StringEquals__s3_ResourceAccount=[OURS, OURS_TOO])))
    found = quickly(document, context("s3"), RESOURCES)
    assert found
    assert found.verdict is CLOSED
    assert_the_same(document, context("s3"))


@pytest.mark.parametrize("case", [pytest.param(one, id=one["id"]) for one in LABELLED if one["expected"]["valid"]])
def test_labelled_policies_are_searched_to_the_same_end(case: dict[str, Any]) -> None:
    """Whatever has a plain answer."""
    assert_the_same(parse(text_of(case)), context_of(case))


@pytest.mark.parametrize("service", SERVICES)
def test_random_policies_are_searched_to_the_same_end(service: str) -> None:
    """And some of them have plain answers, of both kinds."""
    answers = [
        found for text in drawn(service, min(200, POLICIES)) for found in assert_the_same(parse(text), here(service))
    ]
    assert {CLOSED, OPEN} <= set(answers)


def assert_the_same(document: Document, here_: Context) -> list[Verdict]:
    """Compare what is plain with what a search finds; return it."""
    plain = []
    for universe in (IDENTITIES, RESOURCES):
        found = quickly(document, here_, universe)
        if found:
            long = searched(document, here_, universe)
            assert (found.verdict, found.only_awss) == (long.verdict, long.only_awss), document.text
            plain.append(found.verdict)
        if found and found.witness and found.witness.caller.session_arn:
            caller = found.witness.caller
            assert caller.session_arn.split("/")[1] == caller.arn.rpartition("/")[2]
        if found and found.witness:
            assert evaluate(document, found.witness, gateway=here_.gateway).effect is Effect.ALLOW
    return plain


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"Null": {"aws:ResourceAccount": "true"}}, OPEN),
        ({"StringEquals": {"aws:ResourceOrgID": OUR_ORG}}, None),
        ({"StringEquals": {"aws:ResourceAccount": OURS}}, None),
    ],
)
def test_requests_that_do_not_tell_whose_the_resource_is(condition: dict[str, Any], answer: Verdict | None) -> None:
    """EventBridge's: neither a stranger's nor ours has the key."""
    here_ = context("events")
    document = parse(policy({"Action": "events:PutEvents", "Condition": condition}))
    found = quickly(document, here_, IDENTITIES)
    assert (found.verdict if found else None) is answer
    assert_the_same(document, here_)


def test_a_strangers_resource_is_not_told_as_such_where_nobody_tells() -> None:
    """So what asks that nothing is told of it is open."""
    document = parse(policy({"Action": "events:PutEvents", "Condition": {"Null": {"aws:ResourceAccount": "true"}}}))
    found = quickly(document, context("events"), RESOURCES)
    assert found is not None
    assert found.verdict is OPEN


def test_only_who_did_not_sign_is_called_anonymous() -> None:
    """A role has an id of its own."""
    demanded = on(StringEquals__aws_userid="anonymous", Null__aws_PrincipalArn="false")
    document = parse(policy(demanded))
    assert quickly(document, context("sqs"), IDENTITIES) is None
    assert_the_same(document, context("sqs"))
