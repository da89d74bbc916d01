"""What EC2 would refuse in a policy, and what can only be a mistake, each with the policy beside it that is right.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from typing import Any

import pytest

from policy.cases import LABELLED, OUR_ORG, OURS, context, context_of, policy, text_of
from warden.policy.document import parse
from warden.policy.lint import lint, refusals
from warden.policy.remark import Kind, Remark

VPC = "vpc-0a1b2c3d4e5f60718"


def remarks(*statements: dict[str, Any], service: str = "sqs", version: str | None = "2012-10-17") -> list[str]:
    """The codes of what is remarked, with what kind it is of."""
    found = lint(parse(policy(*statements, version=version)), context(service))
    return [f"{one.kind.value} {one.code}" for one in found]


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    """A statement with this condition."""
    return {"Condition": {operator: {key: list(values)}}}


DENY = {"Effect": "Deny"}
ALLOW_ALL: dict[str, Any] = {}

STATEMENTS = [
    # What EC2 refuses
    (when("StringLike", "aws:PrincipalAccount", "1111*"), ["refused wildcard-on-id"]),
    (when("StringEquals", "aws:PrincipalAccount", OURS), []),
    (when("NumericEquals", "aws:PrincipalAccount", OURS), ["refused wildcard-on-id"]),
    (when("StringLike", "aws:UserAgent", "home/*"), ["refused short-wildcard"]),
    (when("StringLike", "aws:UserAgent", "homes/*"), []),
    (when("StringLike", "aws:UserAgent", "homes/*/x"), []),
    (when("StringLike", "aws:UserAgent", "homes/*/x?"), ["refused short-wildcard"]),
    (when("StringEquals", "aws:UserAgent", "home/*"), ["uncertain star-as-text"]),
    # Slips of the pen, and templates that nobody filled in
    (when("StringEquals", "aws:PrincipleOrgID", "o-a1b2c3d4e5"), ["uncertain unknown-key"]),
    (when("StringEquals", "sqs:NoSuchKey", "x"), ["uncertain unknown-key"]),
    (when("StringEquals", "AWS:principalorgid", "o-a1b2c3d4e5"), []),
    (when("StringEquals", "aws:PrincipalTag/Any", "x"), []),
    (when("StringEquals", "aws:PrincipalOrgID", "${OrgId}"), ["uncertain unknown-variable"]),
    (when("StringEquals", "aws:PrincipalOrgID", "<my-org-id>"), ["uncertain unfilled", "outage denies-everything"]),
    (when("StringEquals", "aws:PrincipalOrgID", "{{ org }}"), ["uncertain unfilled", "outage denies-everything"]),
    (when("StringEquals", "aws:PrincipalTag/team", "${aws:username}"), []),
    (when("StringEquals", "aws:PrincipalAccount", "11112222333"), ["dead matches-nothing", "outage denies-everything"]),
    (when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1111*:role/x"), ["refused partial-account"]),
    (when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"), []),
    ({"Resource": "arn:aws:sqs:us-east-1:1111*:queue"}, ["refused partial-account"]),
    ({"Resource": "arn:aws:sqs:us-east-1:*:queue"}, []),
    # What never happens
    (when("IpAddress", "aws:SourceIp", "10.0.0.0/8"), ["dead absent-key", "outage denies-everything"]),
    (when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"), []),
    (when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), ["tautology absent-key"]),
    (when("IpAddressIfExists", "aws:SourceIp", "10.0.0.0/8"), []),
    (when("ArnLike", "aws:SourceArn", "arn:aws:sns:us-east-1:111122223333:topic"), ["dead absent-key"]),
    (when("StringEquals", "aws:SourceVpc", VPC), ["tautology own-network"]),
    (when("StringEquals", "aws:SourceVpc", VPC, "vpc-0b"), ["tautology own-network"]),
    (when("StringEquals", "aws:SourceVpc", "vpc-0b"), ["dead other-network", "outage denies-everything"]),
    ({"Action": ["sqs:SendMessage", "sns:Publish"]}, ["dead other-service"]),
    ({"Action": "sqs:SendMesage"}, ["uncertain unknown-action"]),
    ({"Action": "SQS:sendmessage"}, []),
    ({"Action": "sqs:*Message?"}, ["uncertain unknown-action", "outage denies-everything"]),
    ({"Action": "s*"}, []),
    ({"Resource": "arn:aws:sqs:eu-west-1:111122223333:queue"}, ["dead other-region"]),
    # What opens more than it seems to
    ({"NotPrincipal": {"AWS": OURS}}, ["leak allow-not-principal"]),
    (when("ForAllValues:StringEquals", "aws:PrincipalOrgID", OUR_ORG), ["leak missing-key-passes"]),
    (when("StringEqualsIfExists", "aws:PrincipalOrgID", OUR_ORG), ["leak missing-key-passes"]),
    # What AWS says nothing of
    ({"Principal": {"AWS": "AROAEXAMPLEEXAMPLE12"}}, ["uncertain unique-id"]),
    ({"Resource": "queue-*"}, ["uncertain short-arn", "outage denies-everything"]),
    ({"Resource": "*queue"}, ["uncertain short-arn"]),
    (when("NumericLessThan", "aws:MultiFactorAuthAge", "ten"), ["uncertain wrong-value"]),
    (when("DateLessThan", "aws:TokenIssueTime", "tomorrow"), ["uncertain wrong-value"]),
    (when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/64"), ["uncertain wrong-value"]),
    (when("ArnLike", "aws:PrincipalArn", "role/x"), ["uncertain wrong-value"]),
    (when("StringEquals", "aws:PrincipalOrgPaths", "o-a1/r-1/"), ["uncertain no-quantifier"]),
    (when("stringequals", "aws:PrincipalOrgID", OUR_ORG), ["uncertain spelling"]),
    ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": []}}}, ["uncertain no-value"]),
    (when("StringEquals", "aws:UserAgent", "${}"), ["uncertain old-version"]),
    (when("StringEquals", "aws:UserAgent", "${*}"), []),
    (when("StringEquals", "aws:UserAgent", "${aws:username}"), []),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "wanted"), STATEMENTS)
def test_each_mistake_has_its_remark(statement: dict[str, Any], wanted: list[str]) -> None:
    """And what is right beside it has none."""
    assert remarks(statement) == wanted


@pytest.mark.parametrize(
    ("deny", "wanted"),
    [
        # Nobody signed for an anonymous request: it has neither key, so that the condition on the second is false.
        (
            {
                "Condition": {
                    "StringNotEquals": {"aws:PrincipalOrgID": OUR_ORG},
                    "Bool": {"aws:PrincipalIsAWSService": "false"},
                }
            },
            ["leak anonymous-escapes"],
        ),
        (
            {
                "Condition": {
                    "StringNotEquals": {"aws:PrincipalOrgID": OUR_ORG},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                }
            },
            [],
        ),
        (when("ForAnyValue:StringNotLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"), ["leak anonymous-escapes"]),
        # aws:SourceIp is never there: not being it always holds
        (when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), ["outage absent-key-denies", "outage denies-everything"]),
        (
            {"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Null": {"aws:SourceIp": "false"}}},
            [],
        ),
        ({}, ["outage denies-everything"]),
        ({"Action": "sqs:DeleteQueue"}, []),
        ({"Action": "sqs:*"}, ["outage denies-everything"]),
    ],
)
def test_denies_that_do_too_little_or_too_much(deny: dict[str, Any], wanted: list[str]) -> None:
    """Beside a statement that allows everything."""
    assert remarks(ALLOW_ALL, DENY | deny) == wanted


@pytest.mark.parametrize(
    ("principal", "wanted"),
    [
        ("*", []),
        ({"AWS": "*"}, []),
        ({"AWS": OURS}, ["outage gateway-root-only"]),
        ({"AWS": f"arn:aws:iam::{OURS}:root"}, ["outage gateway-root-only"]),
        ({"AWS": f"arn:aws:iam::{OURS}:role/x"}, ["refused gateway-principal"]),
        ({"Service": "cloudtrail.amazonaws.com"}, ["refused gateway-principal"]),
    ],
)
def test_principals_of_gateway_endpoints(principal: object, wanted: list[str]) -> None:
    """There, an account stands for its root user alone."""
    assert remarks({"Principal": principal}, service="s3") == wanted
    assert remarks({"Principal": principal}) in ([], ["outage denies-everything"])


def test_an_old_version_has_no_variables() -> None:
    """`${...}` in it is plain text; no bucket has such a name."""
    statement = {"Resource": "arn:aws:s3:::${aws:username}/*"}
    wanted = ["uncertain old-version", "outage denies-everything"]
    assert remarks(statement, service="s3", version=None) == wanted
    assert remarks(statement, service="s3") == []


def test_sids_that_stand_twice() -> None:
    """IAM refuses them; EC2 does not say."""
    assert remarks({"Sid": "One"}, {"Sid": "One"}) == ["uncertain twin-sid"]
    assert remarks({"Sid": "One"}, {"Sid": "Two"}) == []


@pytest.mark.parametrize("single", [True, False])
def test_a_remark_says_where(single: bool) -> None:  # noqa: FBT001  a table's column
    """By the path of keys, whether Statement is a list or one object; the sentence names the statement."""
    text = policy({"Sid": "Mine", **when("StringLike", "aws:PrincipalAccount", "1*")})
    if single:
        text = text.replace("[{", "{", 1).replace("}]", "}", 1)
    (found,) = refusals(parse(text), context("sqs"))
    place: tuple[str | int, ...] = ("Statement",) if single else ("Statement", 0)
    assert found.path == (*place, "Condition", "StringLike", "aws:PrincipalAccount")
    assert found.message.startswith("Mine: aws:PrincipalAccount")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in LABELLED if case["expected"]["valid"]])
def test_what_labelled_policies_say_of_outages(case: dict[str, Any]) -> None:
    """A policy that lets nothing through is none that is open."""
    found: tuple[Remark, ...] = lint(parse(text_of(case)), context_of(case))
    if any(one.code == "denies-everything" for one in found):
        assert case["expected"]["external_principals"] != "open"
        assert case["expected"]["external_resources"] != "open"
    assert all(one.message and one.kind in Kind for one in found)


@pytest.mark.parametrize("service", ["ebs", "events"])
def test_services_that_do_not_tell_whose_a_resource_is(service: str) -> None:
    """A baseline of other services is an outage there, and the remark says by which key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:ResourceOrgID)
    """
    wanted = ["dead absent-key", "outage denies-everything"]
    assert remarks(when("StringEquals", "aws:ResourceOrgID", OUR_ORG), service=service) == wanted
