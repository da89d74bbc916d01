"""The roles grant what the code declares that it needs: not less, which would fail, and not more."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from template import ACCOUNT, REGION, ROOT, as_list, load, names_in, role_statements, text_of

TEMPLATE = load()
ROLES = TEMPLATE.of_type("AWS::IAM::Role")
FUNCTIONS = TEMPLATE.of_type("AWS::Serverless::Function")


def granted(role: str) -> set[str]:
    """Every action that a role allows."""
    return {action for statement in role_statements(ROLES[role]) for action in as_list(statement["Action"])}


def needs(function: str) -> set[str]:
    """What the function's module declares, imported as Lambda does: alone, with the template's own variables."""
    common = TEMPLATE.document["Globals"]["Function"]
    variables = {**common["Environment"]["Variables"], **FUNCTIONS[function]["Environment"]["Variables"]}
    module = FUNCTIONS[function]["Handler"].removesuffix(".handler")
    done = subprocess.run(
        [sys.executable, "-c", f"import json, {module}; print(json.dumps(sorted({module}.NEEDS)))"],
        cwd=ROOT / "functions",
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))},
            **{name: text_of(value) for name, value in variables.items()},
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "PYTHONPATH": ".",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_role_grants_exactly_what_the_code_needs(function: str) -> None:
    """The two lists are kept in different files by different people; this test keeps them equal."""
    assert granted(f"{function}Role") == needs(function)


@pytest.mark.parametrize("role", ROLES)
def test_no_action_and_no_resource_is_a_wildcard(role: str) -> None:
    """Only calls that list or measure stand on all resources: AWS knows no narrower way for them."""
    for statement in role_statements(ROLES[role]):
        actions = as_list(statement["Action"])
        assert not [action for action in actions if "*" in action]
        if "*" in as_list(statement["Resource"]):
            unnarrowed = (
                r"(ec2|elasticloadbalancing):Describe\w+|cloudwatch:GetMetricData|cloudtrail:DescribeTrails|"
                r"route53:ListHostedZonesByVPC"
            )
            assert all(re.fullmatch(unnarrowed, action) for action in actions)


def _writers_to_ec2() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for role in ROLES:
        for statement in role_statements(ROLES[role]):
            if any(re.fullmatch(r"ec2:(?!Describe|Get)\w+", action) for action in as_list(statement["Action"])):
                found.setdefault(role, []).append(dict(statement))
    return found


def test_one_role_writes_to_ec2_with_two_calls() -> None:
    """EC2 authorises a call on every resource named: endpoint or service, unless tagged hands-off, and subnets."""
    ((role, found),) = _writers_to_ec2().items()
    assert role == "OnChangeRole"
    arn, free = f"arn:aws:ec2:{REGION}:{ACCOUNT}:", {"Null": {"aws:ResourceTag/warden:hands-off": "true"}}
    assert {(it["Action"], text_of(it["Resource"])): it.get("Condition") for it in found} == {
        ("ec2:ModifyVpcEndpoint", f"{arn}vpc-endpoint/*"): free,
        ("ec2:ModifyVpcEndpoint", f"{arn}subnet/*"): None,
        ("ec2:AcceptVpcEndpointConnections", f"{arn}vpc-endpoint-service/*"): free,
    }


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_taken_by_one_service(role: str) -> None:
    """No person and no other account can take on what the warden may do."""
    (trust,) = as_list(ROLES[role]["AssumeRolePolicyDocument"]["Statement"])
    service = "scheduler.amazonaws.com" if role == "SweepRole" else "lambda.amazonaws.com"
    assert trust["Principal"] == {"Service": service}
    assert "ManagedPolicyArns" not in ROLES[role]


def test_no_role_is_shared() -> None:
    """Each function has its own, and so have the schedules, which all do the same."""
    (schedules,) = {names_in(it["Target"]["RoleArn"]) for it in TEMPLATE.of_type("AWS::Scheduler::Schedule").values()}
    used = [*(names_in(it["Role"]) for it in FUNCTIONS.values()), schedules]
    assert len(used) == len(set(used)) == len(ROLES)


def test_the_secret_is_decrypted_only_by_way_of_secrets_manager() -> None:
    """Any key may encrypt the webhook's secret, so the statement names none: its conditions narrow it down."""
    (statement,) = (it for it in role_statements(ROLES["OnNoticeRole"]) if it["Sid"] == "DecryptWebhook")
    assert {key: text_of(value) for key, value in statement["Condition"]["StringEquals"].items()} == {
        "kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com",
        "kms:EncryptionContext:SecretARN": "SlackWebhookSecretArn",
    }
