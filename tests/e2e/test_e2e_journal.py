"""What is remembered of each endpoint, end to end: it keeps a write from being blind, lost, or repeated for ever."""

from __future__ import annotations

import json
import time

import pytest

from local.network import Network
from stand import Stand

FIXED = dict.fromkeys(("multi-az", "endpoint-policy"), "fixed")
LONG_AGO = 3_600
"""Seconds after which nobody who began a write can still be at it."""


@pytest.mark.parametrize("action", ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"])
def test_without_a_journal_nothing_is_written(enforcing: Stand, network: Network, action: str) -> None:
    """Where it can be neither read nor written, the message comes again; with it, the endpoint is fixed."""
    with enforcing.without(action):
        endpoint_id = network.endpoint()
        enforcing.dealt_with(endpoint_id)
        assert enforcing.queue()["in flight"] == 1, "the message waits for its next try"
        assert (enforcing.outcomes(endpoint_id), enforcing.journal(endpoint_id)) == ([], [])
        assert enforcing.ours("ModifyVpcEndpoint", endpoint_id) == []
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, FIXED)


def test_a_write_whose_writer_died_is_told_by_the_next(enforcing: Stand, network: Network) -> None:
    """The writer wrote, and could tell nobody: the journal stands open, keeps others off, and closes with a notice."""
    with enforcing.without("sns:Publish"):
        endpoint_id = network.endpoint()
        enforcing.dealt_with(endpoint_id)
        (entry,) = enforcing.journal(endpoint_id)
        assert entry["outcome"] == "begun"
        assert json.loads(str(entry["before"]))["subnet_ids"] == [network.subnet_ids[0]]
        assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 1
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id)
    _age(enforcing, endpoint_id)
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, FIXED)
    assert [entry["outcome"] for entry in enforcing.journal(endpoint_id)] == ["applied"]
    assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 1


def _age(stand: Stand, endpoint_id: str) -> None:
    """Let the write that is under way have begun long ago."""
    stand.cloud.client("dynamodb").update_item(
        TableName=stand.outputs["LedgerName"],
        Key={
            "pk": {"S": f"endpoint#{stand.cloud.account}#{stand.cloud.region}"},
            "sk": {"S": endpoint_id},
        },
        UpdateExpression="SET pending.#at = :at",
        ExpressionAttributeNames={"#at": "at"},
        ExpressionAttributeValues={":at": {"N": str(time.time() - LONG_AGO)}},
    )


def test_a_fix_that_does_not_take_is_not_tried_again(enforcing: Stand, network: Network) -> None:
    """Our own change came back as an event, and the endpoint is no better for it: a person must look.

    The first look puts it off, since EC2's answer may be from before the change; the second is sent without the wait.
    """
    enforcing.cloud.stage.lose_event("CreateVpcEndpoint")
    endpoint_id = network.endpoint()
    enforcing.cloud.stage.endpoint(endpoint_id, SubnetIds=[network.subnet_ids[0]])
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, FIXED)
    enforcing.postponed(endpoint_id)
    enforcing.look(endpoint_id, own=True, tries=1)
    enforcing.told(endpoint_id, FIXED, {"multi-az": "held"})
    assert "our own last change" in enforcing.notices(endpoint_id)[1]["results"][0]["why"]
    assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 1


def test_the_fourth_write_in_a_day_is_refused(enforcing: Stand, network: Network) -> None:
    """Somebody or something changes it back each time: we stop, and say so once."""
    endpoint_id = network.endpoint()
    told = [FIXED]
    enforcing.told(endpoint_id, *told)
    for outcome in ("fixed", "fixed", "held"):
        second = network.facts(endpoint_id)["SubnetIds"][-1]
        network.modify(endpoint_id, RemoveSubnetIds=[second])
        told.append({"multi-az": outcome})
        enforcing.told(endpoint_id, *told)
    assert "written 3 times within 24 hours" in enforcing.notices(endpoint_id)[-1]["results"][0]["why"]
    assert len(enforcing.ours("ModifyVpcEndpoint", endpoint_id)) == 3
    enforcing.look(endpoint_id)
    enforcing.told(endpoint_id, *told)
