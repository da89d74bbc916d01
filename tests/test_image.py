"""What the journal keeps of an endpoint, and whether a change is there."""

import json

import pytest

from builders import FULL_ACCESS, NARROW, A, B, endpoint, owned
from warden.actions import AcceptConnections, AddSubnets, RejectConnections, ReplacePolicy
from warden.aws import request
from warden.image import carries, consumers_image, expected, image, let_in, requested
from warden.subjects import Connection


@pytest.mark.parametrize(
    ("request_", "facts", "there"),
    [
        pytest.param({"AddSubnetIds": [B.id]}, {}, False, id="subnet not added"),
        pytest.param({"AddSubnetIds": [B.id]}, {"subnet_ids": (A.id, B.id)}, True, id="subnet added"),
        pytest.param({"RemoveSubnetIds": [A.id]}, {}, False, id="subnet not removed"),
        pytest.param({"RemoveSubnetIds": [B.id]}, {}, True, id="subnet removed"),
        pytest.param({"PolicyDocument": FULL_ACCESS}, {"policy": NARROW}, False, id="another policy"),
        pytest.param({"PolicyDocument": NARROW}, {"policy": NARROW}, True, id="the policy"),
        pytest.param(
            {"PolicyDocument": NARROW},
            {"policy": json.dumps(json.loads(NARROW), indent=2)},
            True,
            id="the policy, formatted otherwise by EC2",
        ),
        pytest.param(
            {"PolicyDocument": '{"Statement":[{"Action":["b","a"],"Resource":["*"]}]}'},
            {"policy": '{"Statement":{"Resource":"*","Action":["a","b"]}}'},
            True,
            id="the policy, lists stored otherwise by EC2",
        ),
        pytest.param(
            {"PolicyDocument": '{"Statement":[{"Action":["b","a"]}]}'},
            {"policy": '{"Statement":{"Action":["a","c"]}}'},
            False,
            id="another action",
        ),
        pytest.param({"PolicyDocument": "{"}, {"policy": "{"}, True, id="no JSON, the same text"),
        pytest.param({"PolicyDocument": NARROW}, {"policy": None}, False, id="no policy"),
    ],
)
def test_tells_whether_a_change_is_there(request_: dict[str, object], facts: dict[str, object], there: bool) -> None:  # noqa: FBT001  a table's column
    """All that was asked for, or it is not there."""
    assert carries(endpoint(**facts), request_) is there


def test_expects_the_image_that_the_change_gives() -> None:
    """What is added is there, what is removed is not, what was not named stays."""
    before = image(endpoint())
    after = expected(before, {"AddSubnetIds": [B.id], "RemoveSubnetIds": [A.id], "PolicyDocument": FULL_ACCESS})
    assert after == {**before, "subnet_ids": [B.id], "policy": FULL_ACCESS}
    assert expected(before, {}) == before


def test_reads_back_what_was_asked_for() -> None:
    """From the journal's request the same actions come, so that the same undo can be told."""
    before = image(endpoint())
    actions = (AddSubnets((B.id,), ()), ReplacePolicy(FULL_ACCESS, NARROW))
    assert requested(before, request(actions)) == actions
    assert requested(before, {}) == ()
    assert str(AddSubnets((B.id,), ())) == f"add {B.id}"


CONSUMERS = owned(
    connections=tuple(
        Connection(f"vpce-{number}", "999988887777", state)
        for number, state in enumerate(("pendingacceptance", "available", "pending", "partial", "rejected", "deleted"))
    )
)


def asked(*numbers: int) -> dict[str, object]:
    """A request to accept these."""
    return {"ServiceId": CONSUMERS.key.id, "VpcEndpointIds": [f"vpce-{number}" for number in numbers]}


@pytest.mark.parametrize(
    ("request_", "there"),
    [
        pytest.param(asked(0), None, id="waits still"),
        pytest.param(asked(1, 2, 3), asked(1, 2, 3), id="all are let in"),
        pytest.param(asked(0, 2), asked(2), id="a part"),
        pytest.param(asked(4, 5), None, id="rejected and deleted: let in before or not, nobody knows"),
        pytest.param(asked(9), None, id="no longer there"),
    ],
)
def test_tells_who_was_let_in(request_: dict[str, object], there: dict[str, object] | None) -> None:
    """As far as the connections show it."""
    assert let_in(CONSUMERS, request_) == there


def test_consumers_are_told_by_state_and_account() -> None:
    """Those whom the request names; and what it asked for is read back from the journal."""
    assert consumers_image(CONSUMERS, asked(0, 1)) == {
        "vpce-0": "pendingacceptance (account 999988887777)",
        "vpce-1": "available (account 999988887777)",
    }
    assert consumers_image(CONSUMERS, asked(0), "accepted") == {"vpce-0": "accepted (account 999988887777)"}
    action = AcceptConnections(CONSUMERS.key.id, ("vpce-0", "vpce-1"))
    assert request((action,)) == request((action.inverse(),)) == asked(0, 1)
    assert isinstance(action.inverse(), RejectConnections)
    assert requested({}, request((action,))) == (action,)
