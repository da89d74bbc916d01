"""What rules advise to do with a policy, done: the commands of their examples, run as they stand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from typer.testing import CliRunner, Result

from cli.exits import Code
from cli.main import app
from docs.examples import made, shown
from docs.examples.made import Example
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
        _, context, bar, program, *words = shlex.split(echo)
        assert (bar, program) == ("|", "warden")
        return CliRunner().invoke(app, words, input=context, catch_exceptions=False)

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
