"""Gates that are shut for a whole stack: the kill switch, a permission taken away, a standard that is wrong."""

from __future__ import annotations

from pathlib import Path

from local.waiting import wait_for
from spoil import without_statement
from stand import ENFORCING, standing

BOTH = ("multi-az", "endpoint-policy")


def test_the_kill_switch_stops_writes(tmp_path: Path) -> None:
    """Not to be read: nothing is written and the message comes again. Stopped by a person: the notice says why."""
    with standing(tmp_path, "enforce") as stand:
        name = stand.outputs["KillSwitchName"]
        stand.aws("ssm", "delete-parameter", "--name", name)
        endpoint_id = stand.network().endpoint("kms")
        stand.dealt_with(endpoint_id)
        assert (stand.outcomes(endpoint_id), stand.journal(endpoint_id)) == ([], [])
        assert stand.queue()["in flight"] == 1, "the message waits for its next try"
        stand.forget_messages()
        stand.aws("ssm", "put-parameter", "--type", "String", "--name", name, "--value", "run")
        stand.aws("ssm", "put-parameter", "--type", "String", "--name", f"{name}/stop", "--value", "incident 4711")
        stand.look(endpoint_id)
        stand.told(endpoint_id, dict.fromkeys(BOTH, "would-fix"))
        assert "the kill switch: incident 4711" in stand.notices(endpoint_id)[0]["results"][0]["why"]
        assert (stand.journal(endpoint_id), stand.ours("ModifyVpcEndpoint")) == ([], [])


def test_without_a_permission_nothing_is_done_and_nothing_lost(tmp_path: Path) -> None:
    """One statement less in the template: EC2 refuses the handler's own call, and the message stays in the queue."""
    with standing(tmp_path, "enforce", mend=without_statement("ec2:DescribeVpcEndpoints")) as stand:
        endpoint_id = stand.network().endpoint("kms")
        stand.dealt_with(endpoint_id)
        assert {call["error_code"] for call in stand.ours("DescribeVpcEndpoints")} == {"UnauthorizedOperation"}
        assert (stand.outcomes(endpoint_id), stand.ours("ModifyVpcEndpoint")) == ([], [])
        wait_for(lambda: stand.queue()["in flight"] == 1, what="the message waits for its next try")


def test_a_wrong_standard_does_nothing_but_say_so(tmp_path: Path) -> None:
    """The function fails, naming every problem; no call is made, and the message stays."""
    wrong = ENFORCING.replace('[rules.multi-az]\nmode = "enforce"', '[rules.multi-az]\nmode = "fix"\nmin_zone = 2')
    with standing(tmp_path, "enforce", standard=wrong) as stand:
        endpoint_id = stand.network().endpoint("kms")
        stand.dealt_with(endpoint_id)
        (line,) = [log["line"] for log in stand.cloud.logs() if "the standard is wrong" in log["line"]]
        assert "rules.multi-az.mode is " in line
        assert "did you mean min_zones?" in line
        assert stand.ours("DescribeVpcEndpoints") == []
        wait_for(lambda: stand.queue()["in flight"] == 1, what="the message waits for its next try")
