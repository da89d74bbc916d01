"""The rule `identity-perimeter`: PASS is a proof, a breach shows who gets through, and what is not known is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builders import FULL_ACCESS, KEY, NARROW, VPC, snapshot, standard
from warden.model import Breach, Judgement, NotApplicable, Pass, Unknown
from warden.policy.baseline import document_for
from warden.rules.identity_perimeter import identity_perimeter

ORGANISATION = '[organisation]\nid = "o-a1b2c3d4e5"\n'
ACCOUNTS = '[organisation]\naccounts = ["111122223333", "444455556666"]\n'
OFF = '[rules.endpoint-policy]\nmode = "off"\n'
STRANGER = "999988887777"
NEW_SERVICE = {"service_name": "com.amazonaws.us-east-1.x"}


def policy(**element: Any) -> str:
    """One statement that allows."""
    statement = {"Sid": "One", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | element
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def judge(text: str | None, toml: str = ORGANISATION, **facts: Any) -> Judgement:
    """The judgement of an endpoint with this policy."""
    return identity_perimeter.judge(snapshot(policy=text, **facts), standard(toml))


def when(**keys: object) -> str:
    """A policy on this condition."""
    return policy(Condition={"StringEquals": {f"aws:{name}": value for name, value in keys.items()}})


@pytest.mark.parametrize(
    ("text", "toml"),
    [
        pytest.param(NARROW, ORGANISATION, id="our organisation"),
        pytest.param(when(PrincipalOrgID="o-a1b2c3d4e5"), ORGANISATION, id="whatever the resource"),
        pytest.param(when(PrincipalAccount=["111122223333"]), ACCOUNTS, id="an account of ours"),
        pytest.param(policy(Principal={"AWS": "111122223333"}), ACCOUNTS, id="an account of ours as principal"),
        pytest.param(when(PrincipalAccount=["111122223333", "444455556666"]), ACCOUNTS, id="both accounts of ours"),
        pytest.param(policy(Principal={"AWS": ["111122223333", "444455556666"]}), ACCOUNTS, id="both as principals"),
        pytest.param(policy(Principal={"Service": "sns.amazonaws.com"}), ORGANISATION, id="AWS's services"),
    ],
)
def test_closed_is_proved(text: str, toml: str) -> None:
    """Only ours get through."""
    assert judge(text, toml) == Pass()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        pytest.param(policy(Action="kms:Decrypt"), "anyone, even without credentials, can kms:Decrypt", id="anybody"),
        pytest.param(
            when(SourceVpc="vpc-0a1b2c3d4e5f60718", PrincipalType="User"), "a user of an account", id="tautology"
        ),
        pytest.param(when(PrincipalOrgID=["o-a1b2c3d4e5", "o-z9y8x7w6v5"]), "a role of an account", id="another's"),
        pytest.param(
            policy(Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}), "anyone", id="IfExists"
        ),
    ],
)
def test_open_shows_who_gets_through(text: str, who: str) -> None:
    """In words, and as the request that an outsider could make."""
    found = judge(text)
    assert isinstance(found, Breach)
    assert (found.code, found.fix) == ("outsiders", None)
    assert found.message.startswith(who)
    witness = found.evidence["witness"]
    assert isinstance(witness, dict)
    assert witness["action"].startswith("kms:")
    assert found.evidence["statements"] == ["One"]
    assert json.dumps(found.evidence)


def to_decrypt(operator: str, **keys: object) -> str:
    """A policy that lets everybody decrypt, on this condition."""
    condition = {operator: {f"aws:{name}": value for name, value in keys.items()}}
    return policy(Action="kms:Decrypt", Condition=condition)


NAMESAKE = f"arn:aws:iam::{STRANGER}:role/111122223333"
"""A stranger's role that has the number of an account of ours as its name."""
BARE = policy(Action="kms:Decrypt", Principal={"AWS": STRANGER})
ALL_BUT_OURS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "kms:Decrypt", "Resource": "*"}
        ],
    }
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(to_decrypt("StringEquals", SourceVpce=KEY.id), id="through this endpoint"),
        pytest.param(to_decrypt("StringEquals", SourceVpc=VPC), id="from this VPC"),
        pytest.param(to_decrypt("NotIpAddress", SourceIp="203.0.113.0/24"), id="from no public address"),
        pytest.param(to_decrypt("ForAllValues:StringLike", PrincipalOrgPaths=["o-a1b2c3d4e5/*"]), id="all of none"),
        pytest.param(to_decrypt("StringEquals", ResourceAccount="111122223333"), id="to what is ours"),
        pytest.param(to_decrypt("StringEquals", username="deploy"), id="by a common name"),
        pytest.param(to_decrypt("StringEquals", PrincipalArn=NAMESAKE), id="a namesake in a condition"),
        pytest.param(policy(Action="kms:Decrypt", Principal={"AWS": NAMESAKE}), id="a namesake"),
        pytest.param(BARE, id="a bare account id"),
        pytest.param(json.dumps({"Statement": json.loads(BARE)["Statement"][0]}), id="one statement in no list"),
        pytest.param(ALL_BUT_OURS, id="all but ours"),
    ],
)
def test_what_only_looks_like_a_limit_is_none(text: str) -> None:
    """Tools that look for a word in a condition, or for our number anywhere in a text, call these closed, or stop."""
    found = judge(text, ACCOUNTS)
    assert isinstance(found, Breach)
    assert found.code == "outsiders"


@pytest.mark.parametrize(
    "accounts",
    [
        pytest.param(["111122223333", STRANGER], id="a stranger last"),
        pytest.param([STRANGER, "111122223333"], id="a stranger first"),
    ],
)
def test_each_principal_counts_whatever_their_order(accounts: list[str]) -> None:
    """One that is trusted does not make up for one that is not."""
    found = judge(policy(Action="kms:Decrypt", Principal={"AWS": accounts}), ACCOUNTS)
    assert isinstance(found, Breach)
    assert found.code == "outsiders"


def test_a_deny_for_everyone_lets_nobody_in() -> None:
    """A statement that names everyone gives nothing where it denies."""
    allow, deny = (json.loads(text)["Statement"][0] for text in (NARROW, policy(Effect="Deny", Action="kms:Encrypt")))
    assert judge(json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]})) == Pass()


@pytest.mark.parametrize(
    ("text", "toml", "facts", "verdict"),
    [
        pytest.param(FULL_ACCESS, ORGANISATION, {}, NotApplicable, id="full access is endpoint-policy's"),
        pytest.param(FULL_ACCESS, ORGANISATION + '[rules.endpoint-policy]\nmode = "off"', {}, Breach, id="unless off"),
        pytest.param(NARROW, "", {}, NotApplicable, id="nobody is named"),
        pytest.param(policy(Action="kms:Decrypt", Condition={}), "", {}, Breach, id="open whoever is ours"),
        pytest.param(
            policy(Principal={"AWS": "111122223333"}, Condition={}), "", {}, Pass, id="the endpoint's own account"
        ),
        pytest.param(NARROW, ORGANISATION, {"type_name": "GatewayLoadBalancer"}, NotApplicable, id="no policy"),
        pytest.param(None, ORGANISATION, {}, NotApplicable, id="no policy returned"),
        pytest.param("{", ORGANISATION, {}, NotApplicable, id="no policy at all, which another rule tells"),
        pytest.param("{", ORGANISATION + OFF, {}, Unknown, id="no policy at all, and the other rule is off"),
        pytest.param(policy(Principal={"AWS": "AROAEXAMPLEEXAMPLE12"}), ORGANISATION, {}, Unknown, id="a unique id"),
        pytest.param(when(PrincipalAccount=STRANGER), ORGANISATION, {}, Unknown, id="perhaps of our organisation"),
        pytest.param(when(PrincipalAccount=STRANGER), ACCOUNTS, {}, Breach, id="none of our accounts"),
        pytest.param(
            policy(Action="x:*"), ORGANISATION, {"service_name": "com.amazonaws.us-east-1.x"}, Unknown, id="x"
        ),
    ],
)
def test_never_guesses(text: str | None, toml: str, facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """What cannot be told is not called closed."""
    assert isinstance(judge(text, toml, **facts), verdict)


@pytest.mark.parametrize("service", ["s3", "kms", "ssm", "sts", "execute-api", "ec2"])
def test_our_own_baseline_passes(service: str) -> None:
    """What it lets through beside the perimeter is approved."""
    toml = ORGANISATION + f"[baseline.{service}]\n"
    name = f"com.amazonaws.us-east-1.{service}"
    seen, demanded = snapshot(service_name=name), standard(toml)
    text = document_for(seen, demanded.baselines[service], demanded)
    assert judge(text, toml, service_name=name) == Pass()


def test_what_the_standard_adds_is_approved() -> None:
    """Whoever wrote it there meant it."""
    vendor = (
        '[[baseline.kms.statements]]\nSid = "Vendor"\nEffect = "Allow"\nPrincipal = "*"\nAction = "kms:Decrypt"\n'
        f'Resource = "*"\nCondition = {{ StringEquals = {{ "aws:PrincipalAccount" = "{STRANGER}" }} }}\n'
    )
    text = policy(Action="kms:Decrypt", Condition={"StringEquals": {"aws:PrincipalAccount": STRANGER}})
    assert isinstance(judge(text, ACCOUNTS), Breach)
    assert judge(text, ACCOUNTS + vendor) == Pass()
