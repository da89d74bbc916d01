"""The rule `resource-perimeter`: PASS is a proof, a breach shows what is reached, AWS's own apart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builders import FULL_ACCESS, NARROW, snapshot, standard
from warden.model import Breach, Judgement, NotApplicable, Pass, Severity, Unknown
from warden.policy.baseline import document_for
from warden.rules.resource_perimeter import resource_perimeter

ORGANISATION = '[organisation]\nid = "o-a1b2c3d4e5"\n'
ACCOUNTS = '[organisation]\naccounts = ["111122223333", "444455556666"]\n'
S3 = {"service_name": "com.amazonaws.us-east-1.s3", "type_name": "Gateway"}
STRANGERS_KEY = "arn:aws:kms:us-east-1:999988887777:key/*"
OURS = {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}


def policy(**element: Any) -> str:
    """One statement that allows our identities."""
    statement = {
        "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringEquals": OURS},
    } | element  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def judge(text: str | None, toml: str = ORGANISATION, **facts: Any) -> Judgement:
    """The judgement of an endpoint with this policy."""
    return resource_perimeter.judge(snapshot(policy=text, **facts), standard(toml))


@pytest.mark.parametrize(
    ("text", "toml"),
    [
        pytest.param(NARROW, ORGANISATION, id="our organisation's"),
        pytest.param(policy(Resource="arn:aws:kms:us-east-1:111122223333:key/*"), ORGANISATION, id="our account's"),
        pytest.param(policy(Action="kms:ListKeys"), ORGANISATION, id="an action of no resource"),
        pytest.param(
            policy(Condition={"StringEquals": {"aws:ResourceAccount": ["111122223333"]}}), ACCOUNTS, id="accounts"
        ),
    ],
)
def test_closed_is_proved(text: str, toml: str) -> None:
    """Only what is ours is reached."""
    assert judge(text, toml) == Pass()


@pytest.mark.parametrize(
    ("text", "facts", "what"),
    [
        pytest.param(policy(Action="kms:Decrypt"), {}, "can kms:Decrypt a key that is not yours", id="keys"),
        pytest.param(policy(Action="s3:PutObject"), S3, "can s3:PutObject an object that is not yours", id="objects"),
        pytest.param(policy(Resource="arn:aws:s3:::corp-*"), S3, "that is not yours", id="names that others can take"),
    ],
)
def test_open_shows_what_is_reached(text: str, facts: dict[str, Any], what: str) -> None:
    """In words, and as a request."""
    found = judge(text, **facts)
    assert isinstance(found, Breach)
    assert (found.code, found.fix, found.severity) == ("outside-resources", None, None)
    assert what in found.message
    assert json.dumps(found.evidence)


def test_what_is_aws_own_is_told_apart() -> None:
    """Packages of Amazon Linux are no place to carry data to."""
    bucket = "arn:aws:s3:::athena-examples-us-east-1/*"
    found = judge(policy(Action="s3:GetObject", Resource=bucket), **S3)
    assert isinstance(found, Breach)
    assert (found.code, found.severity) == ("only-aws-owned", Severity.LOW)
    assert "that AWS owns" in found.message


@pytest.mark.parametrize(
    ("text", "toml", "facts", "verdict"),
    [
        pytest.param(FULL_ACCESS, ORGANISATION, {}, NotApplicable, id="full access is endpoint-policy's"),
        pytest.param(FULL_ACCESS, ORGANISATION + '[rules.endpoint-policy]\nmode = "off"', {}, Breach, id="unless off"),
        pytest.param(NARROW, "", {}, NotApplicable, id="nobody is named"),
        pytest.param(policy(Resource="arn:aws:s3:::corp-data/*"), ORGANISATION, S3, Unknown, id="whose bucket it is"),
        pytest.param(policy(Resource=STRANGERS_KEY), ORGANISATION, {}, Unknown, id="whose account"),
        pytest.param(
            policy(
                Resource="arn:aws:kms:us-east-1:999988887777:key/*", Principal={"AWS": "111122223333"}, Condition={}
            ),
            ACCOUNTS,
            {},
            Breach,
            id="an account that is not ours",
        ),
        pytest.param("{", ORGANISATION, {}, NotApplicable, id="no policy at all"),
        pytest.param(policy(Action="kms:Decrypt", Condition={}), "", {}, Breach, id="open whoever is ours"),
    ],
)
def test_never_guesses(text: str, toml: str, facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """A bucket's name does not say whose it is, nor an account's id of which organisation."""
    assert isinstance(judge(text, toml, **facts), verdict)


@pytest.mark.parametrize("service", ["s3", "kms", "ssm", "sts", "execute-api", "ec2"])
def test_our_own_baseline_passes(service: str) -> None:
    """What it reaches beside the perimeter is approved."""
    toml = ORGANISATION + f"[baseline.{service}]\n"
    facts = {"service_name": f"com.amazonaws.us-east-1.{service}"}
    demanded = standard(toml)
    text = document_for(snapshot(**facts), demanded.baselines[service], demanded)
    assert judge(text, toml, **facts) == Pass()
