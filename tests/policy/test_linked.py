"""The statement for the resource's side: exact, shown once of an endpoint, and never a lock without a key."""

from __future__ import annotations

import fnmatch
import json
from typing import Any

import pytest

from builders import FULL_ACCESS, KEY, endpoint, snapshot, standard
from warden.actions import ReplacePolicy
from warden.model import Breach, EndpointKey
from warden.policy import tables
from warden.policy.linked import CAUTION, LINKED, Linked, statement_for
from warden.rules.endpoint_policy import endpoint_policy
from warden.rules.identity_perimeter import identity_perimeter
from warden.rules.resource_perimeter import resource_perimeter
from warden.rules.rule import Rule

OURS = '[organisation]\nid = "o-a1b2c3d4e5"\n[baseline.kms]\n'


def policy(key: str) -> str:
    """A policy that asks for one of the two to be of the organisation."""
    condition = {"StringEquals": {key: "o-a1b2c3d4e5"}}
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


DECRYPT = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]})
EVERY = (endpoint_policy, identity_perimeter, resource_perimeter)
RULES = [
    pytest.param(endpoint_policy, FULL_ACCESS, id="endpoint-policy"),
    pytest.param(identity_perimeter, policy("aws:ResourceOrgID"), id="identity-perimeter"),
    pytest.param(resource_perimeter, policy("aws:PrincipalOrgID"), id="resource-perimeter"),
]


def breach(rule: Rule, text: str, *, shown: bool, **facts: Any) -> Breach:
    """What the rule says of an endpoint with this policy."""
    toml = f"{OURS}[rules.{rule.id}]\nlinked_statement = {str(shown).lower()}\n"
    judged = rule.judge(snapshot(policy=text, **facts), standard(toml))
    assert isinstance(judged, Breach), judged
    return judged


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_it_can_be_left_out(rule: Rule, text: str) -> None:
    """With its cautions, beside the rule's own advice and in place of nothing."""
    plain, more = breach(rule, text, shown=False), breach(rule, text, shown=True)
    assert "aws:SourceVpce" not in plain.advice
    assert f'"StringNotEquals":{{"aws:SourceVpce":"{KEY.id}"}}' in more.advice
    assert more.advice.startswith(plain.advice)
    assert more.advice.endswith(CAUTION)
    assert (more.code, more.message, more.fix) == (plain.code, plain.message, plain.fix)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(FULL_ACCESS, ["endpoint-policy"], id="full access"),
        pytest.param(policy("aws:PrincipalOrgID"), ["resource-perimeter"], id="resources of others"),
        pytest.param(DECRYPT, ["resource-perimeter"], id="open both ways, and told of by two"),
        pytest.param(policy("aws:ResourceOrgID"), [], id="identities of others"),
    ],
)
def test_as_it_comes_it_is_shown_once(text: str, shown: list[str]) -> None:
    """However many of the rules tell of the policy: full access is told of by one of them alone."""
    judged = [rule.judge(snapshot(policy=text), standard(OURS)) for rule in EVERY]
    found = {rule.id: one for rule, one in zip(EVERY, judged, strict=True) if isinstance(one, Breach)}
    assert found
    assert [name for name, one in found.items() if "aws:SourceVpce" in one.advice] == shown


def test_it_stands_beside_a_fix() -> None:
    """The fix is of the endpoint, the statement of what is behind it."""
    assert isinstance(breach(endpoint_policy, FULL_ACCESS, shown=True).fix, ReplacePolicy)


def test_a_service_without_such_resources_has_none() -> None:
    """Nothing is made up for it."""
    facts = {"service_name": "com.amazonaws.us-east-1.monitoring"}
    assert "aws:SourceVpce" not in breach(endpoint_policy, FULL_ACCESS, shown=True, **facts).advice


def test_an_outage_has_none() -> None:
    """Who is cut off needs to be let in."""
    text = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]})
    assert "aws:SourceVpce" not in breach(endpoint_policy, text, shown=True).advice


def test_the_statement_is_whole() -> None:
    """Of S3: bucket and objects, this endpoint, and AWS's services spared; in the partition of the service."""
    seen = endpoint(key=EndpointKey("111122223333", "cn-north-1", KEY.id))
    assert json.loads(statement_for(LINKED["s3"], seen)) == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:ListBucket", "s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*"],
        "Resource": ["arn:aws-cn:s3:::BUCKET", "arn:aws-cn:s3:::BUCKET/*"],
        "Condition": {
            "StringNotEquals": {"aws:SourceVpce": KEY.id},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
        },
    }


@pytest.mark.parametrize(("prefix", "linked"), LINKED.items())
def test_each_denies_what_there_is_and_never_its_own_mending(prefix: str, linked: Linked) -> None:
    """Every action is one of the service; none lets a person be locked out of the policy itself."""
    names = tables.service(prefix).names
    for action in linked.actions:
        service, _, pattern = action.partition(":")
        matched = fnmatch.filter(names, pattern)
        assert service == prefix
        assert matched
        assert not [
            name for name in matched if "Policy" in name or name in {"SetQueueAttributes", "SetTopicAttributes"}
        ]
