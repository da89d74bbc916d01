"""Records of CloudTrail through a policy: what would have been denied, and to whom.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.cases import OTHER_ORG, OUR_ORG, OURS, OURS_TOO, STRANGER, context, policy
from warden.policy.document import parse
from warden.policy.records import BadRecords, read, requests
from warden.policy.replay import Calls, replay

ENDPOINT = "vpce-0123456789abcdef0"
ROLE_ARN = f"arn:aws:iam::{OURS}:role/App"
QUEUE = f"arn:aws:sqs:us-east-1:{OURS}:queue"
BY_ROLE = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLEEXAMPLE12:i-1",
    "arn": f"arn:aws:sts::{OURS}:assumed-role/App/i-1",
    "accountId": OURS,
    "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE_ARN, "accountId": OURS}},
}
BY_USER = {"type": "IAMUser", "arn": f"arn:aws:iam::{OURS_TOO}:user/bob", "accountId": OURS_TOO, "userName": "bob"}
BY_STRANGER = {
    "type": "AssumedRole",
    "arn": f"arn:aws:sts::{STRANGER}:assumed-role/Vendor/x",
    "accountId": STRANGER,
    "sessionContext": {"sessionIssuer": {"arn": f"arn:aws:iam::{STRANGER}:role/Vendor"}},
}
BY_OTHER_ACCOUNT = {"type": "AWSAccount", "principalId": "AROAEXAMPLE:x", "accountId": STRANGER}
BY_NOBODY = {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}
BY_SERVICE = {"type": "AWSService", "invokedBy": "sns.amazonaws.com"}
BY_POD = {"type": "WebIdentityUser", "principalId": "oidc", "identityProvider": "oidc.eks"}


def record(name: str = "SendMessage", source: str = "sqs", arn: str | None = QUEUE, **more: Any) -> dict[str, Any]:
    """A record as CloudTrail writes it."""
    resources = [{"ARN": arn, "accountId": OURS}] if arn else []
    made: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": BY_ROLE,
        "eventTime": "2026-11-20T10:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "10.0.0.7",
        "userAgent": "Boto3/1.40",
        "resources": resources,
        "vpcEndpointId": ENDPOINT,
        "tlsDetails": {"tlsVersion": "TLSv1.3"},
    }
    return made | more


def outcome(statement: dict[str, Any], *records: dict[str, Any], service: str = "sqs") -> tuple[int, int, int, int]:
    """How many calls are allowed, denied, not known, and elsewhere."""
    found = replay(parse(policy(statement)), records, context(service))
    assert found.records == len(records)
    counts = (sum(count for _, count in some) for some in (found.denied, found.unknown))
    return (found.allowed, *counts, found.elsewhere)  # type: ignore[return-value]  # four of them


OURS_ONLY = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}}
BASELINE = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG, "aws:ResourceOrgID": OUR_ORG}}}


@pytest.mark.parametrize(
    ("statement", "identity", "wanted"),
    [
        ({}, BY_ROLE, (1, 0, 0, 0)),
        ({"Action": "sqs:ReceiveMessage"}, BY_ROLE, (0, 1, 0, 0)),
        (OURS_ONLY, BY_ROLE, (1, 0, 0, 0)),
        (OURS_ONLY, BY_USER, (1, 0, 0, 0)),
        (BASELINE, BY_ROLE, (1, 0, 0, 0)),
        # Of which organisation a stranger is, the record does not tell; that it is not ours, its account does
        (OURS_ONLY, BY_STRANGER, (0, 1, 0, 0)),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": OUR_ORG}}}, BY_STRANGER, (1, 0, 0, 0)),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": [OUR_ORG, OTHER_ORG]}}}, BY_STRANGER, (0, 0, 1, 0)),
        ({"Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}}, BY_STRANGER, (0, 0, 1, 0)),
        ({"Condition": {"Null": {"aws:PrincipalOrgID": "true"}}}, BY_STRANGER, (0, 0, 1, 0)),
        (OURS_ONLY, BY_OTHER_ACCOUNT, (0, 1, 0, 0)),
        # Who signs with no account of AWS has none of a principal's keys
        (OURS_ONLY, BY_NOBODY, (0, 1, 0, 0)),
        (OURS_ONLY, BY_SERVICE, (0, 1, 0, 0)),
        (OURS_ONLY, BY_POD, (0, 1, 0, 0)),
        ({"Condition": {"StringEquals": {"aws:PrincipalAccount": [OURS, OURS_TOO]}}}, BY_STRANGER, (0, 1, 0, 0)),
        ({"Principal": {"AWS": OURS}}, BY_STRANGER, (0, 1, 0, 0)),
        ({"Principal": {"AWS": STRANGER}}, BY_OTHER_ACCOUNT, (1, 0, 0, 0)),
        ({"Principal": {"AWS": ROLE_ARN}}, BY_ROLE, (1, 0, 0, 0)),
        ({"Principal": {"AWS": BY_USER["arn"]}}, BY_USER, (1, 0, 0, 0)),
        ({"Principal": {"AWS": "*"}}, BY_NOBODY, (1, 0, 0, 0)),
        ({"Principal": {"AWS": OURS}}, BY_NOBODY, (0, 1, 0, 0)),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, BY_SERVICE, (1, 0, 0, 0)),
        ({"Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}}}, BY_SERVICE, (1, 0, 0, 0)),
        ({"Condition": {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}}, BY_ROLE, (1, 0, 0, 0)),
        ({"Condition": {"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}}}, BY_ROLE, (0, 1, 0, 0)),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, BY_ROLE, (1, 0, 0, 0)),
        ({"Condition": {"StringEquals": {"aws:SourceVpce": ENDPOINT}}}, BY_ROLE, (1, 0, 0, 0)),
        ({"Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}, BY_ROLE, (0, 0, 1, 0)),
    ],
)
def test_who_called(statement: dict[str, Any], identity: dict[str, Any], wanted: tuple[int, int, int, int]) -> None:
    """Each sort of identity that CloudTrail knows, as the policy sees it; what the record does not tell is unknown."""
    assert outcome(statement, record(userIdentity=identity)) == wanted


def test_a_resource_of_an_account_that_is_not_ours_is_of_no_organisation_of_ours() -> None:
    """So it can be told what a baseline makes of it, unless our accounts are not all known."""
    made = record(arn=None, resources=[{"ARN": f"arn:aws:sqs:us-east-1:{STRANGER}:queue"}])
    assert outcome(BASELINE, made) == (0, 1, 0, 0)
    found = replay(parse(policy(BASELINE)), [made], context("sqs", complete=False))
    assert [count for _, count in found.unknown] == [1]


def test_whose_an_object_is_its_bucket_tells() -> None:
    """A record of a data event of S3 names an object without its account, and the bucket with it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
    """
    bucket = {"ARN": "arn:aws:s3:::vendor-feed", "accountId": STRANGER, "type": "AWS::S3::Bucket"}
    made = record(
        "GetObject", "s3", resources=[{"ARN": "arn:aws:s3:::vendor-feed/a/b", "type": "AWS::S3::Object"}, bucket]
    )
    (found,) = requests(made, context("s3"))
    assert (found.resource, found.owner) == ("arn:aws:s3:::vendor-feed/a/b", STRANGER)
    assert outcome(BASELINE, made, service="s3") == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("service", "made", "action", "resources"),
    [
        ("sqs", record(), "sqs:SendMessage", [QUEUE]),
        ("sqs", record("ListQueues", arn=None), "sqs:ListQueues", ["*"]),
        ("sqs", record(arn=None), "sqs:SendMessage", [""]),
        (
            "s3",
            record(
                "GetObject", "s3", resources=[{"ARN": "arn:aws:s3:::corp-data"}, {"ARN": "arn:aws:s3:::corp-data/a/b"}]
            ),
            "s3:GetObject",
            ["arn:aws:s3:::corp-data/a/b"],
        ),
        (
            "s3",
            record(
                "ListObjectsV2",
                "s3",
                resources=[{"ARN": "arn:aws:s3:::corp-data"}, {"ARNPrefix": "arn:aws:s3:::corp-data/"}],
            ),
            "s3:ListBucket",
            ["arn:aws:s3:::corp-data"],
        ),
        ("s3", record("ListBuckets", "s3", arn=None), "s3:ListAllMyBuckets", ["*"]),
        ("lambda", record("ListFunctions20150331", "lambda", arn=None), "lambda:ListFunctions", ["*"]),
        ("cloudwatch", record("PutMetricData", "monitoring", arn=None), "cloudwatch:PutMetricData", ["*"]),
        (
            "sts",
            record("AssumeRoleWithWebIdentity", "sts", ROLE_ARN, userIdentity=BY_POD),
            "sts:AssumeRoleWithWebIdentity",
            [ROLE_ARN],
        ),
    ],
)
def test_what_was_called(service: str, made: dict[str, Any], action: str, resources: list[str]) -> None:
    """Actions as policies name them, and the resources that the action is of."""
    found = requests(made, context(service))
    assert {one.action for one in found} == {action}
    assert [one.resource for one in found] == resources


def test_a_call_for_several_resources_is_denied_if_it_is_for_one() -> None:
    """As DeleteObjects of a bucket, or a transaction of several tables."""
    tables = [{"ARN": f"arn:aws:dynamodb:us-east-1:{OURS}:table/{name}"} for name in ("a", "b")]
    made = record("BatchGetItem", "dynamodb", resources=tables)
    assert outcome({"Resource": tables[0]["ARN"]}, made, service="dynamodb") == (0, 1, 0, 0)
    assert outcome({"Resource": [one["ARN"] for one in tables]}, made, service="dynamodb") == (1, 0, 0, 0)


def test_records_of_other_endpoints_and_services_are_left_out() -> None:
    """They would pass another policy."""
    assert outcome({}, record(vpcEndpointId="vpce-0b"), record("Publish", "sns")) == (0, 0, 0, 2)


def test_the_most_frequent_first() -> None:
    """By caller, action and resource, each with its count."""
    made = [record("DeleteQueue"), *[record("ReceiveMessage")] * 3]
    found = replay(parse(policy({"Action": "sqs:SendMessage"})), made, context("sqs"))
    assert found.denied == (
        (Calls(ROLE_ARN, "sqs:ReceiveMessage", QUEUE), 3),
        (Calls(ROLE_ARN, "sqs:DeleteQueue", QUEUE), 1),
    )


def test_what_the_endpoint_denied_is_counted() -> None:
    """Network activity events say so."""
    made = record(eventType="AwsVpceEvent", eventCategory="NetworkActivity", errorCode="VpceAccessDenied")
    assert replay(parse(policy({})), [made, record()], context("sqs")).denied_before == 1


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Records": [record(), record()]}),
        json.dumps([record(), record()], indent=2),
        f"{json.dumps(record())}\n{json.dumps(record())}\n",
        f"\n{json.dumps(record())}\n\n{json.dumps(record())}",
    ],
)
def test_the_forms_of_a_file(text: str) -> None:
    """CloudTrail's own, a list, and one record in each line."""
    assert list(read(text)) == [record(), record()]
    assert list(read(json.dumps(record(), indent=1))) == [record()]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "the text is not JSON"),
        ("[1]", "record 1 is none of CloudTrail's"),
        ('{"Records": 3}', "holds no records"),
        ('{"a": 1}', "it has no eventName"),
        (f"{json.dumps(record())}\n{{]\n", "line 2 is not JSON"),
        ("[" * 100_000, "not JSON|nested"),
        ("", "not JSON"),
    ],
)
def test_what_holds_no_records_is_an_error_with_its_place(text: str, says: str) -> None:
    """Nothing is left out in silence."""
    with pytest.raises(BadRecords, match=says):
        list(read(text))


@pytest.mark.parametrize(
    "field", ["userIdentity", "eventSource", "resources", "eventTime", "sourceIPAddress", "userAgent"]
)
@pytest.mark.parametrize("value", [None, 3, [], {}, ["x"], {"type": 3, "sessionContext": "x"}])
def test_records_with_odd_fields_are_read_all_the_same(field: str, value: object) -> None:
    """As not telling."""
    replay(
        parse(policy({"Condition": {"StringEquals": {"aws:UserAgent": "x"}}})),
        [record() | {field: value}],
        context("sqs"),
    )


def test_a_copy_reads_what_it_is_made_of() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: read on the source, write on the other."""
    source, target = "arn:aws:s3:::vendor/a b", "arn:aws:s3:::corp-data/b"
    made = record(
        "CopyObject",
        "s3",
        resources=[{"ARN": target}, {"ARN": source}],
        requestParameters={"x-amz-copy-source": "/vendor/a%20b?versionId=1"},
    )
    assert [(one.action, one.resource) for one in requests(made, context("s3"))] == [
        ("s3:PutObject", target),
        ("s3:GetObject", source),
    ]


def test_an_identity_of_a_new_kind_is_not_taken_for_nobody() -> None:
    """Its keys are not told, so that it can be neither allowed nor denied by one of them."""
    made = record(userIdentity={"type": "IdentityCenterUser", "accountId": OURS})
    assert outcome({"Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}, made) == (0, 0, 1, 0)
    assert outcome(OURS_ONLY, made) == (1, 0, 0, 0)
    assert outcome(OURS_ONLY, record(userIdentity={"type": "Unknown"})) == (0, 0, 1, 0)


def test_a_bucket_of_ours_is_of_our_organisation() -> None:
    """By the list, where the record does not say whose it is."""
    made = record("GetObject", "s3", arn=None, resources=[{"ARN": "arn:aws:s3:::corp-data/a"}])
    assert outcome(BASELINE, made, service="s3") == (1, 0, 0, 0)
