"""The rule `policy-breadth`: wildcards for all actions, but for those of the baseline."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from builders import CONTEXT, FULL_ACCESS, KEY, snapshot, standard
from warden.code_changes import TakePolicy
from warden.model import Breach, Judgement, NotApplicable, Pass, Unknown
from warden.policy.baseline import document_for
from warden.rules.policy_breadth import policy_breadth

TOML = '[organisation]\nid = "o-a1b2c3d4e5"\n[rules.policy-breadth]\nmode = "notify"\n[baseline.kms]\n'
MANY = f"[organisation]\naccounts = {[str(account) for account in range(444455550000, 444455550021)]}\n"
OURS = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}


def judge(text: str | None, toml: str = TOML) -> Judgement:
    """The judgement of this policy."""
    return policy_breadth.judge(snapshot(policy=text), standard(toml))


def policy(**element: Any) -> str:
    """One statement that allows our identities."""
    statement = {"Sid": "One", "Effect": "Allow", "Principal": "*", "Resource": "*"} | OURS | element
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    "element",
    [
        {"Action": "*"},
        {"Action": "kms:*"},
        {"Action": ["kms:Decrypt", "kms:*"]},
        {"NotAction": "kms:ScheduleKeyDeletion"},
    ],
)
def test_a_wildcard_for_all_actions_is_told(element: dict[str, Any]) -> None:
    """With the statements that have it."""
    found = judge(policy(**element))
    assert isinstance(found, Breach)
    assert (found.code, found.fix) == ("every-action", None)
    assert found.evidence == {"statements": ["One"]}


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:Get*", ["kms:Decrypt", "kms:Encrypt"]])
def test_named_actions_pass(action: object) -> None:
    """Also where a wildcard stands for some of them."""
    assert judge(policy(Action=action)) == Pass()


def test_our_own_baseline_passes() -> None:
    """It demands whose caller and whose resource it is, in place of the action."""
    demanded = standard(TOML)
    assert judge(document_for(snapshot(), demanded.baselines["kms"], demanded)) == Pass()


def test_full_access_is_told_by_another_rule() -> None:
    """Unless that one is off."""
    assert isinstance(judge(FULL_ACCESS), NotApplicable)
    assert isinstance(judge(FULL_ACCESS, TOML + '[rules.endpoint-policy]\nmode = "off"\n'), Breach)


@pytest.mark.parametrize("text", [None, "{"])
def test_never_guesses(text: str | None) -> None:
    """Where there is no policy to be read, another rule says so, or this one."""
    assert isinstance(judge(text), NotApplicable)
    assert isinstance(judge(text, TOML + '[rules.endpoint-policy]\nmode = "off"\n'), Unknown)


@pytest.mark.parametrize(
    ("toml", "ours"),
    [
        pytest.param(TOML, {"org_id": "o-a1b2c3d4e5"}, id="an organisation"),
        pytest.param(
            '[organisation]\naccounts = ["444455556666"]\n', {"org_account_ids": ["444455556666"]}, id="accounts"
        ),
        pytest.param(MANY, {}, id="more accounts than a command has room for"),
        pytest.param("", {}, id="nobody"),
    ],
)
def test_what_to_do_is_told(toml: str, ours: dict[str, Any]) -> None:
    """Calls that were recorded try what is named, as the policy of this very endpoint."""
    found = judge(policy(Action="kms:*"), toml)
    assert isinstance(found, Breach)
    (echo,) = (part for part in found.advice.split("`") if part.startswith("echo "))
    words = shlex.split(echo)
    assert words[2:] == ["|", "warden", "policy", "replay", f"{KEY.id}-policy.json", "RECORDS", "--context", "-"]
    assert json.loads(words[1]) == CONTEXT | ours
    assert "; in the place of its wildcard (One) name the actions that are needed, so that `echo " in found.advice
    assert found.advice.endswith(f"--policy-document file://{KEY.id}-policy.json`")
    assert found.in_code is not None
    file = f"{KEY.id}-policy.json"
    assert found.in_code.advice.endswith(f"is needed; then put {file} into the code that manages the endpoint")
    assert found.in_code.change == TakePolicy(file)
