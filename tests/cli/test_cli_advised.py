"""What rules advise to do with a policy, done: the commands of their examples, run as they stand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from typer.testing import CliRunner, Result

from cli.exits import Code
from cli.main import app
from docs.examples import made, shown
from docs.examples.made import Example
from warden.model import Verdict
from warden.rules import RULES

Advised: TypeAlias = Callable[..., Result]

RECORD: Final[dict[str, Any]] = {
    "eventVersion": "1.11",
    "eventTime": "2026-02-20T10:00:00Z",
    "eventSource": "kms.amazonaws.com",
    "eventName": "Decrypt",
    "awsRegion": made.REGION,
    "vpcEndpointId": made.ENDPOINT.key.id,
    "userIdentity": {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{made.ACCOUNT}:assumed-role/App/i-1",
        "accountId": made.ACCOUNT,
        "sessionContext": {"sessionIssuer": {"arn": f"arn:aws:iam::{made.ACCOUNT}:role/App"}},
    },
    "resources": [{"ARN": f"arn:aws:kms:{made.REGION}:{made.ACCOUNT}:key/1", "accountId": made.ACCOUNT}],
}


@pytest.fixture
def advised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Advised:
    """Run what a rule advises of its example, once its policy is saved, or this one in its place."""
    monkeypatch.chdir(tmp_path)

    def run(rule_id: str, policy: str = "") -> Result:
        rule = next(one for one in RULES if one.id == rule_id)
        example = made.of(rule)[0]
        assert isinstance(example, Example)
        Path(f"{example.seen.endpoint.key.id}-policy.json").write_text(policy or example.seen.endpoint.policy or "")
        (echo,) = (part for part in shown.finding_of(rule, example).advice.split("`") if part.startswith("echo "))
        command, _, file = echo.partition(" > ")
        _, context, bar, program, *words = shlex.split(command)
        assert (bar, program) == ("|", "warden")
        done = CliRunner().invoke(app, words, input=context, catch_exceptions=False)
        if file:
            Path(file).write_text(done.stdout)
        return done

    return run


def test_the_mistake_is_shown_and_goes(advised: Advised) -> None:
    """As the rule says it; of what is corrected, nothing is left."""
    done = advised("policy-lint")
    assert "REMARK  line 1 column " in done.output
    assert "kms:Decript matches no action of kms" in done.output
    corrected = advised("policy-lint", made.statement(Action=["kms:Decrypt"]))
    assert "REMARK" not in corrected.output
    assert "REFUSED" not in corrected.output


def test_calls_that_are_recorded_try_what_is_named(advised: Advised, tmp_path: Path) -> None:
    """Those of this endpoint: what was forgotten is denied."""
    other = RECORD | {"vpcEndpointId": "vpce-0aaaaaaaaaaaaaaaa"}
    Path("RECORDS").write_text(json.dumps({"Records": [RECORD, other]}))
    assert (tmp_path / "RECORDS").exists()
    assert advised("policy-breadth").exit_code == Code.OK
    forgotten = advised("policy-breadth", made.statement(Action="kms:Encrypt"))
    assert forgotten.exit_code == Code.OPEN
    assert "DENIED  once: kms:Decrypt " in forgotten.output


@pytest.mark.parametrize(
    ("rule_id", "lost"),
    [
        pytest.param("identity-perimeter", "- statement 1: narrowed to what is yours", id="outsiders"),
        pytest.param("resource-perimeter", "- added AwsOwnedBucketsRead, for your identities alone", id="resources"),
    ],
)
def test_a_policy_is_narrowed_until_the_rule_is_content(advised: Advised, rule_id: str, lost: str) -> None:
    """What it takes away is told; the file that the next command puts in place holds the proved policy alone."""
    done = advised(rule_id)
    assert done.exit_code == Code.OK
    assert lost in done.stderr
    rule = next(one for one in RULES if one.id == rule_id)
    example = made.of(rule)[0]
    assert isinstance(example, Example)
    here = example.seen.endpoint
    file = f"{here.key.id}-tight.json"
    assert f"--policy-document file://{file}`" in shown.finding_of(rule, example).advice
    after = replace(example.seen, endpoint=replace(here, policy=Path(file).read_text()))
    assert shown.finding_of(rule, example).verdict is Verdict.BREACH
    assert shown.finding_of(rule, replace(example, seen=after)).verdict is Verdict.PASS


def test_without_a_proof_no_file_is_filled(advised: Advised) -> None:
    """Whose a unique id is, nobody can tell."""
    done = advised("identity-perimeter", made.statement(Principal={"AWS": "AROAEXAMPLEEXAMPLE12"}))
    assert done.exit_code == Code.OPEN
    assert done.stdout == ""
