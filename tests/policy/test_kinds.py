"""Requests of every kind stand for all of their kind: policies that only an unusual request gets through.

Each names the page, or the reason, by which such a request is possible.
"""

from __future__ import annotations

from typing import Any

import pytest

from policy.cases import OTHER_ORG, OUR_ORG, OURS, STRANGER, context, policy
from warden.policy.context import Context
from warden.policy.reach import Verdict, reach_of
from warden.policy.service import unknown

CLOSED, OPEN, UNKNOWN = Verdict.CLOSED, Verdict.OPEN, Verdict.UNKNOWN
Statement = dict[str, Any]
ORG = {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}


def on(*conditions: dict[str, Any], **element: object) -> Statement:
    """One statement with these conditions together."""
    merged: dict[str, Any] = {}
    for one in conditions:
        for operator, keys in one.items():
            merged[operator] = merged.get(operator, {}) | keys
    return {"Condition": merged, **element} if merged else dict(element)


def judged(here: Context, *statements: Statement) -> tuple[Verdict, Verdict]:
    found = reach_of(policy(*statements), here)
    return found.identities.verdict, found.resources.verdict


@pytest.mark.parametrize(
    ("service", "statement", "wanted"),
    [
        # A tag is a text, and can be compared as a number as well: "10" is more than 5 and begins with 1.
        (
            "s3",
            on({"NumericGreaterThan": {"aws:PrincipalTag/l": "5"}}, {"StringLike": {"aws:PrincipalTag/l": "1*"}}),
            UNKNOWN,
        ),
        (
            "s3",
            on(
                {"NumericLessThan": {"s3:max-keys": "100"}},
                {"StringEquals": {"s3:max-keys": "50"}},
                Action="s3:ListBucket",
            ),
            OPEN,
        ),
        (
            "s3",
            on({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, {"StringEquals": {"aws:VpcSourceIp": "10.1.2.3"}}),
            OPEN,
        ),
        (
            "s3",
            on({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, {"StringLike": {"aws:VpcSourceIp": "10.1.*.7"}}),
            UNKNOWN,
        ),
        # A moment as a text
        ("s3", on({"StringLike": {"aws:CurrentTime": "2030-*"}}), UNKNOWN),
        ("s3", on({"StringEquals": {"aws:EpochTime": "1900000000"}}), UNKNOWN),
        # An account as a number, which older policies may have
        (
            "s3",
            on({"NumericEquals": {"aws:PrincipalAccount": STRANGER}}, {"Null": {"aws:PrincipalArn": "false"}}),
            OPEN,
        ),
        ("dynamodb", on({"NumericEquals": {"aws:ResourceAccount": STRANGER}}, Action="dynamodb:GetItem"), OPEN),
        # The last day that there is
        ("s3", on({"DateLessThan": {"aws:CurrentTime": "9999-12-31T23:59:59Z"}}), OPEN),
    ],
)
def test_values_that_are_compared_in_two_ways(service: str, statement: Statement, wanted: Verdict) -> None:
    """Where none is found that meets both, nothing is proved by that."""
    assert judged(context(service), statement) == (wanted, wanted)


@pytest.mark.parametrize("key", ["aws:CurrentTime", "aws:EpochTime"])
def test_a_denial_that_ends_with_the_year_is_no_proof(key: str) -> None:
    """Whatever a text says of a moment, it says nothing of later ones."""
    deny = {"Effect": "Deny", "Condition": {"StringLike": {key: "2026-*"}}}
    assert CLOSED not in judged(context("s3"), {}, deny)


@pytest.mark.parametrize(
    ("service", "action", "condition", "wanted"),
    [
        # Such requests tell nothing of whose the resource is
        ("events", "*", {"StringEqualsIfExists": {"aws:ResourceAccount": OURS}}, OPEN),
        ("events", "*", {"Null": {"aws:ResourceAccount": "true"}}, OPEN),
        ("events", "*", {"StringEquals": {"aws:ResourceAccount": STRANGER}}, CLOSED),
        ("ec2", "ec2:CopySnapshot", {"StringEqualsIfExists": {"aws:ResourceAccount": OURS}}, OPEN),
        ("ec2", "ec2:RunInstances", {"StringEqualsIfExists": {"aws:ResourceAccount": OURS}}, CLOSED),
        ("ec2", "ec2:*", {"StringEqualsIfExists": {"aws:ResourceOrgID": OUR_ORG}}, OPEN),
        # A key of another service's
        ("sqs", "*", {"StringEqualsIfExists": {"s3:ResourceAccount": OURS}}, OPEN),
        ("sqs", "sqs:SendMessage", {"StringEquals": {"s3:ResourceAccount": STRANGER}}, CLOSED),
        ("sqs", "*", {"Null": {"s3:ResourceAccount": "true"}}, OPEN),
        ("s3", "*", {"StringEquals": {"kms:CallerAccount": STRANGER}}, CLOSED),
        ("s3", "*", {"Null": {"kms:CallerAccount": "true"}}, OPEN),
        ("kms", "*", {"StringEquals": {"kms:CallerAccount": OURS}}, OPEN),
    ],
)
def test_keys_that_a_request_lacks(service: str, action: str, condition: dict[str, Any], wanted: Verdict) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html: resources outside."""
    assert judged(context(service), on(condition, Action=action))[1] is wanted


@pytest.mark.parametrize(
    ("service", "statement", "wanted"),
    [
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRequests.html
        ("s3", {"Action": "s3:GetObject", "Resource": f"arn:aws:s3::{STRANGER}:accesspoint/x.mrap/object/*"}, UNKNOWN),
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        ("s3", {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::Vendor_Data/*"}, OPEN),
        ("s3", {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::Corp*/*"}, OPEN),
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: no name has a star in it
        ("sqs", on({"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:role/*"}}), CLOSED),
        ("sqs", on({"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:role/${{*}}"}}), CLOSED),
        ("sqs", on({"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:role/*"}}), OPEN),
        # https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html: 10 to 32 characters
        ("sqs", on({"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghijk12"}}), OPEN),
        # An ARN of another partition is nobody here
        ("sqs", {"Principal": {"AWS": f"arn:aws-cn:iam::{STRANGER}:root"}}, CLOSED),
        # An id of AWS's making may be longer than those of today
        (
            "sqs",
            on(
                {"StringLike": {"aws:userid": "AROAEXAMPLEID1234567:*"}},
                {"StringEquals": {"aws:PrincipalType": "AssumedRole"}},
            ),
            UNKNOWN,
        ),
    ],
)
def test_names_as_they_can_be(service: str, statement: Statement, wanted: Verdict) -> None:
    """Callers outside."""
    assert judged(context(service), statement)[0] is wanted


def test_regions_by_a_wildcard_are_regions_all_the_same() -> None:
    """Whether a request can be for another region is not documented, however that is named."""
    for region in ("eu-west-1", "eu-*"):
        statement = on(ORG, Action="rds:CopyDBSnapshot", Resource=f"arn:aws:rds:{region}:{STRANGER}:snapshot:*")
        assert judged(context("rds"), statement) == (CLOSED, UNKNOWN)


@pytest.mark.parametrize(
    ("service", "statements", "wanted"),
    [
        ("s3", [on({"Null": {"aws:userid": "true"}})], CLOSED),
        (
            "s3",
            [
                on({"Null": {"aws:PrincipalArn": "true"}}),
                {"Effect": "Deny", **on({"StringEquals": {"aws:userid": "anonymous"}})},
            ],
            CLOSED,
        ),
        ("s3", [on({"StringEquals": {"aws:userid": "anonymous"}})], OPEN),
        ("sqs", [on({"StringLike": {"aws:userid": "anon*"}})], OPEN),
    ],
)
def test_who_did_not_sign_is_called_anonymous(service: str, statements: list[Statement], wanted: Verdict) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (S3, SQS and SNS)."""
    assert judged(context(service), *statements)[0] is wanted


SOMEBODY = "777766665555"


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        (on(ORG, Principal={"AWS": f"arn:aws:iam::{SOMEBODY}:role/x"}), (CLOSED, UNKNOWN)),
        (on(ORG, {"StringEquals": {"aws:PrincipalAccount": SOMEBODY}}), (CLOSED, UNKNOWN)),
        (
            on({"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}, "StringNotEquals": {"aws:PrincipalAccount": OURS}}),
            (CLOSED, UNKNOWN),
        ),
        (
            on({"StringEquals": {"aws:ResourceOrgID": OUR_ORG}}, Resource=f"arn:aws:sqs:us-east-1:{SOMEBODY}:q"),
            (UNKNOWN, CLOSED),
        ),
        (on(ORG, {"StringEquals": {"aws:ResourceOrgID": OUR_ORG}}), (CLOSED, CLOSED)),
        (on({"StringEquals": {"aws:PrincipalOrgID": OTHER_ORG}}), (OPEN, OPEN)),
    ],
)
def test_members_that_nobody_named_may_be_there(statement: Statement, wanted: tuple[Verdict, Verdict]) -> None:
    """An organisation with accounts that are not in the list: what hangs on one of these cannot be said."""
    assert judged(context("sqs", accounts=frozenset({OURS}), complete=False), statement) == wanted


@pytest.mark.parametrize("arn", ["arn:aws:futuresvc:::thing/*", f"arn:aws:futuresvc::{STRANGER}:thing/*"])
def test_what_a_new_service_calls_its_things_is_not_known(arn: str) -> None:
    """So nothing is proved of it, by whatever form of ARN."""
    here = context("sqs")
    here.service = unknown("futuresvc")
    assert judged(here, on(ORG, Resource=arn))[1] is UNKNOWN
    newer = on(ORG, Action="s3:GetFutureObject", Resource="arn:aws:s3:::vendor-bucket/*")
    assert judged(context("s3"), newer)[1] is UNKNOWN


def test_a_grant_that_only_a_service_makes() -> None:
    """A caller cannot choose kms:GrantIsForAWSResource: that it is true for an outsider is not known.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    statement = on({"Bool": {"kms:GrantIsForAWSResource": "true"}}, Action="kms:CreateGrant")
    assert judged(context("kms"), statement) == (UNKNOWN, UNKNOWN)


def test_a_bucket_that_anybody_can_call_so_is_not_awss() -> None:
    """A name of AWS's with a part that differs: whoever registers another one owns it."""
    for bucket, only in (("amazonlinux-2-repos-us-east-1", True), ("aws-synthetics-library-evil", False)):
        found = reach_of(policy({"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}), context("s3"))
        assert (found.resources.verdict, found.resources.only_awss) == (OPEN, only)
