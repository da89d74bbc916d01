"""The rule `policy-lint`: mistakes in a policy, the worst first; what they are is tested beside the linter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builders import FULL_ACCESS, NARROW, snapshot, standard
from warden.model import Breach, Judgement, NotApplicable, Pass, Severity
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
