"""The rule `policy-lint`: mistakes in a policy, the worst first; what they are is tested beside the linter."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from builders import FULL_ACCESS, KEY, NARROW, REGION, service, snapshot, standard
from warden.code_changes import TakePolicy
from warden.model import Breach, InCode, Judgement, NotApplicable, Pass, Severity
from warden.policy.service import unknown
from warden.rules.policy_lint import policy_lint

VPC = "vpc-0a1b2c3d4e5f60718"
DENY = {"Effect": "Deny", "Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}


def judge(*statements: dict[str, Any], **facts: Any) -> Judgement:
    """The judgement of a policy of these statements, each an Allow of everything but for what it says."""
    whole = [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | one for one in statements]
    text = json.dumps({"Version": "2012-10-17", "Statement": whole})
    return policy_lint.judge(snapshot(**{"policy": text} | facts), standard())


@pytest.mark.parametrize("text", [FULL_ACCESS, NARROW])
def test_what_holds_no_mistake_passes(text: str) -> None:
    """Full access is none: it is another rule's."""
    assert judge(policy=text) == Pass()


@pytest.mark.parametrize(
    ("statements", "severity", "says"),
    [
        ([{"Condition": {"StringEquals": {"aws:SourceVpc": VPC}}}], Severity.LOW, "it restricts nothing"),
        ([{}, DENY], Severity.HIGH, "the statement denies what it was to spare"),
        ([{"Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}}], Severity.LOW, "neither wildcards"),
        ([{"Action": ["kms:*", "s3:GetObject"]}, DENY], Severity.HIGH, "(and 1 more)"),
    ],
)
def test_the_worst_mistake_comes_first(statements: list[dict[str, Any]], severity: Severity, says: str) -> None:
    """And all of them stand in the evidence, each with its place."""
    found = judge(*statements)
    assert isinstance(found, Breach)
    assert (found.code, found.severity, found.fix) == ("mistakes", severity, None)
    assert says in found.message
    remarks = found.evidence["remarks"]
    assert isinstance(remarks, list)
    assert all(remark["path"].startswith("Statement[") for remark in remarks)
    assert json.dumps(found.evidence)


def test_an_outage_is_told_by_another_rule() -> None:
    """Once is enough."""
    assert judge({"Effect": "Deny"}) == Pass()


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [({"policy": "{"}, NotApplicable), ({"policy": None}, NotApplicable), ({"state": "failed"}, NotApplicable)],
)
def test_never_guesses(facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """Where there is no policy to be read, another rule says so."""
    assert isinstance(judge({}, **facts), verdict)


def test_what_to_do_is_told() -> None:
    """From the policy that is there to the one that is meant; in code, there is nothing to put in place by hand."""
    found = judge({"Action": ["kms:*", "s3:GetObject"]})
    assert isinstance(found, Breach)
    file = f"{KEY.id}-policy.json"
    assert found.advice.startswith(
        f"save the policy by `aws ec2 describe-vpc-endpoints --region {REGION} --vpc-endpoint-ids {KEY.id} "
        f"--query 'VpcEndpoints[0].PolicyDocument' --output text > {file}`; correct what `echo "
    )
    assert f" | warden policy check {file} --context -` calls REMARK or REFUSED; then " in found.advice
    assert found.advice.endswith(
        f"put it in place by `aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id} "
        f"--policy-document file://{file}`"
    )
    start = found.advice[: found.advice.index("put it in place")]
    assert found.in_code == InCode(f"{start}put {file} into the code that manages the endpoint", TakePolicy(file))


def test_what_an_aws_service_made_is_changed_there() -> None:
    """EC2 lets nobody else."""
    found = judge({"Action": ["kms:*", "s3:GetObject"]}, requester_managed=True)
    assert isinstance(found, Breach)
    assert found.advice.endswith("then change it by the AWS service that made the endpoint for itself")


def test_what_warden_policy_does_not_know_is_not_asked_of_it() -> None:
    """It has no table of the service; the remark itself says what to correct."""
    name = f"com.amazonaws.{REGION}.new-thing"
    found = judge(
        {"Condition": {"StringEquals": {"aws:SourceVpc": VPC}}},
        service_name=name,
        service=service(name=name),
        table=unknown("new-thing"),
    )
    assert isinstance(found, Breach)
    assert "warden policy" not in found.advice
    assert "; correct what is said here; then put it in place by " in found.advice


def test_alike_policies_are_told_of_each_endpoint_s_own() -> None:
    """They are judged once, and their commands are not the same."""
    other = replace(KEY, id="vpce-0aaaaaaaaaaaaaaaa")
    first, second = (judge({"Action": ["kms:*", "s3:GetObject"]}, key=key) for key in (KEY, other))
    assert isinstance(first, Breach)
    assert isinstance(second, Breach)
    assert first.message == second.message
    assert second.advice == first.advice.replace(KEY.id, other.id)
