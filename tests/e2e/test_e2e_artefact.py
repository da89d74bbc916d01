"""What `sam build` made, taken by AWS's own tools: `sam deploy`, and the runtime interface client."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.cloud import LocalCloud
from local.network import Network
from local.runtime_api import Function, Sandbox
from local.waiting import wait_for
from stand import BUILT, ROOT

SAM = ROOT / ".venvs" / "sam" / "bin" / "sam"


def test_sam_deploy_as_a_user_types_it(tmp_path: Path) -> None:
    """The untouched build is deployed by sam itself; an endpoint that is made reaches the function, in mode notify."""
    with LocalCloud() as cloud:
        done = subprocess.run(
            [str(SAM), "deploy", "--no-confirm-changeset"],
            cwd=ROOT,
            env=os.environ | cloud.environment() | {"SAM_CLI_TELEMETRY": "0", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Successfully created/updated stack - endpoint-warden" in done.stdout
        endpoint_id = Network.make(cloud.client("ec2")).endpoint("kms")
        wait_for(lambda: any(hop["hop"] == "told" and endpoint_id in hop["endpoints"] for hop in cloud.hops()))
        assert "ModifyVpcEndpoint" not in [call["action"] for call in cloud.calls()]


def test_sam_build_refuses_a_wrong_standard(tmp_path: Path) -> None:
    """As a user types it: the problem is named, and there is nothing that could be deployed."""
    shutil.copytree(ROOT / "functions", tmp_path / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "template.yaml", tmp_path)
    (tmp_path / "functions" / "standard.toml").write_text("[rules.multi-az]\nmin_zone = 2\n", encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(SAM), "build"],
        cwd=tmp_path,
        env=os.environ | {"SAM_CLI_TELEMETRY": "0", "HOME": str(tmp_path), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "rules.multi-az.min_zone is not a known key; did you mean min_zones?" in done.stdout + done.stderr
    assert not (tmp_path / ".aws-sam" / "build" / "template.yaml").exists()


def test_the_artefact_runs_under_the_runtime_interface_client() -> None:
    """The handler is found, starts, and answers as Lambda demands.

    No AWS answers here: what concerns nobody costs no call, and whatever needs one is not acknowledged, a message that
    could not be put aside included.
    """
    failed, made = _event("create-failed"), _event("create-by-cli")
    environment = {
        "AWS_REGION": failed["region"],
        "AWS_DEFAULT_REGION": failed["region"],
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",  # nobody listens: a call would fail
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "WARDEN_ACCOUNT": failed["account"],
        "WARDEN_STACK": "warden",
        "WARDEN_MODE": "enforce",
        "WARDEN_TABLE": "ledger",
        "WARDEN_QUEUE_URL": "http://127.0.0.1:9/queue",
        "WARDEN_DEAD_LETTERS_URL": "http://127.0.0.1:9/dead-letters",
        "WARDEN_TOPIC_ARN": f"arn:aws:sns:{failed['region']}:{failed['account']}:notices",
        "WARDEN_KILL_SWITCH": "kill-switch",
        "WARDEN_ROLE_ARN": "arn:aws:iam::111122223333:role/on-change",
        "POWERTOOLS_SERVICE_NAME": "endpoint-warden",
    }
    function = Function("on-change", BUILT / "OnChange", "on_change.handler", environment, timeout=60)
    with Sandbox(function) as sandbox:
        alone = sandbox.invoke({"Records": [_record("failed", failed)]})
        mixed = sandbox.invoke(
            {"Records": [_record("failed", failed), _record("made", made), {"messageId": "bad", "body": "{"}]}
        )
    assert (alone.error, alone.result) == (None, {"batchItemFailures": []})
    assert mixed.error is None
    assert mixed.result == {"batchItemFailures": [{"itemIdentifier": "bad"}, {"itemIdentifier": "made"}]}


def _event(name: str) -> dict[str, Any]:
    found = json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))
    return dict(found)


def _record(message_id: str, event: dict[str, Any]) -> dict[str, str]:
    return {"messageId": message_id, "body": json.dumps(event)}
