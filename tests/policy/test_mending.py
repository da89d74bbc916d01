"""What people are told to do about a policy: commands that are whole, whoever is ours, by hand and in code."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from aws_cli import assert_known, commands
from builders import CONTEXT, KEY, REGION, service, snapshot, standard
from warden.code_changes import TakePolicy
from warden.model import Breach
from warden.policy.linked import CAUTION
from warden.policy.mending import NAME_OURS
from warden.policy.service import unknown
from warden.rules.endpoint_policy import endpoint_policy
from warden.rules.identity_perimeter import identity_perimeter
from warden.rules.resource_perimeter import resource_perimeter
from warden.rules.rule import Rule

ORGANISATION = '[organisation]\nid = "o-a1b2c3d4e5"\n'
BOTH = f'{ORGANISATION}accounts = ["444455556666"]\n'
ACCOUNTS = '[organisation]\naccounts = ["444455556666"]\n'
APPROVED = '[[baseline.kms.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = "kms:x"\nResource = "*"\n'
LINKED = "[rules.identity-perimeter]\nlinked_statement = true\n"
POLICY, TIGHT = f"{KEY.id}-policy.json", f"{KEY.id}-tight.json"
EVERYTHING: dict[str, object] = {"Action": "*"}


def breach(rule: Rule, toml: str, element: dict[str, object] | None = None, **facts: Any) -> Breach:
    """What the rule says of an endpoint that lets anybody decrypt, but for these elements of its statement."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", **(element or {})}
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    found = rule.judge(snapshot(policy=policy, **facts), standard(toml))
    assert isinstance(found, Breach)
    return found


@pytest.mark.parametrize("rule", [identity_perimeter, resource_perimeter, endpoint_policy], ids=lambda one: one.id)
@pytest.mark.parametrize(
    ("toml", "ours"),
    [
        pytest.param(ORGANISATION, {"org_id": "o-a1b2c3d4e5"}, id="an organisation"),
        pytest.param(ACCOUNTS, {"org_account_ids": ["444455556666"]}, id="accounts"),
    ],
)
def test_a_narrower_policy_is_computed_and_put_in_place(rule: Rule, toml: str, ours: dict[str, Any]) -> None:
    """By three commands: save, tighten, replace; in code the last one is a patch."""
    alone = f"[rules.{rule.id}]\nlinked_statement = false\n"
    found = breach(rule, toml + alone, EVERYTHING if rule is endpoint_policy else None)
    (echo,) = (part for part in found.advice.split("`") if part.startswith("echo "))
    words = shlex.split(echo)
    assert json.loads(words[1]) == CONTEXT | ours
    assert words[2:] == ["|", "warden", "policy", "tighten", POLICY, "--context", "-", ">", TIGHT]
    save, replacing = commands(found.advice)
    assert save[2:] == [
        *("describe-vpc-endpoints", "--region", REGION, "--vpc-endpoint-ids", KEY.id),
        *("--query", "VpcEndpoints[0].PolicyDocument", "--output", "text", ">", POLICY),
    ]
    assert replacing[2:] == [
        *("modify-vpc-endpoint", "--region", REGION, "--vpc-endpoint-id", KEY.id),
        *("--policy-document", f"file://{TIGHT}"),
    ]
    assert_known(save[: save.index(">")])
    assert_known(replacing)
    assert found.in_code is not None
    assert found.in_code.change == TakePolicy(TIGHT)
    assert found.in_code.advice.endswith(f"; then put {TIGHT} into the code that manages the endpoint")
    assert echo in found.in_code.advice


@pytest.mark.parametrize(
    ("toml", "unknown_to_it"),
    [
        pytest.param(ORGANISATION, "", id="nothing"),
        pytest.param(BOTH, "organisation.accounts", id="accounts besides the organisation"),
        pytest.param(ORGANISATION + APPROVED, "the statements of baseline.kms", id="what the standard approves"),
        pytest.param(
            BOTH + APPROVED, "the statements of baseline.kms and organisation.accounts", id="what the standard says"
        ),
    ],
)
def test_what_the_command_does_not_know_is_told(toml: str, unknown_to_it: str) -> None:
    """Or it would take away what the standard approves."""
    told = f": see that nobody needs that, and put back what it does not know of ({unknown_to_it}); then "
    without = ": see that nobody needs that; then "
    assert (told if unknown_to_it else without) in breach(identity_perimeter, toml).advice


def test_without_anybody_who_is_ours_that_comes_first() -> None:
    """No policy could be proved closed."""
    found = breach(identity_perimeter, "")
    assert (found.advice, found.in_code) == (NAME_OURS, None)


def test_of_a_service_that_no_table_has_nothing_is_computed() -> None:
    """People narrow it themselves."""
    name = f"com.amazonaws.{REGION}.new-thing"
    facts = {"service_name": name, "service": service(name=name), "table": unknown("new-thing")}
    found = breach(endpoint_policy, ORGANISATION, EVERYTHING, **facts)
    assert "warden policy" not in found.advice
    assert "; narrow it to your identities and your resources; then put it in place by " in found.advice
    assert found.in_code is not None
    assert found.in_code.change == TakePolicy(POLICY)


def test_what_an_aws_service_made_is_changed_there() -> None:
    """EC2 lets nobody else."""
    found = breach(identity_perimeter, ORGANISATION, requester_managed=True)
    assert found.advice.endswith("; then change it by the AWS service that made the endpoint for itself")


def test_policies_of_resources_are_told_by_hand_and_in_code() -> None:
    """Where the standard wants that."""
    found = breach(identity_perimeter, ORGANISATION + LINKED)
    assert found.in_code is not None
    assert all(words.endswith(CAUTION) for words in (found.advice, found.in_code.advice))


def test_an_outage_is_mended_by_the_same_commands() -> None:
    """Whoever is called at night need not look them up."""
    found = breach(endpoint_policy, "", {"Effect": "Deny", "Action": "*"})
    assert found.code == "denies-everything"
    assert [words[2] for words in commands(found.advice)] == ["describe-vpc-endpoints", "modify-vpc-endpoint"]
    assert found.advice.startswith("allow what the VPC's clients need, or take the endpoint away: save the policy by `")
    assert "`; allow that in it; then put it in place by `" in found.advice


def test_what_is_awss_own_can_be_approved_or_taken_away() -> None:
    """Either ends it."""
    ours = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    reading: dict[str, object] = {
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::athena-examples-us-east-1/*",
        "Condition": ours,
    }
    facts = {"service_name": f"com.amazonaws.{REGION}.s3", "type_name": "Gateway"}
    found = breach(resource_perimeter, ORGANISATION, reading, **facts)
    assert found.code == "only-aws-owned"
    assert found.in_code is not None
    start = "approve it by a statement of baseline.s3 in standard.toml; or save the policy by `"
    assert all(words.startswith(start) for words in (found.advice, found.in_code.advice))
