"""What the journal keeps of an endpoint, and whether a change is there."""

import json

import pytest

from builders import FULL_ACCESS, NARROW, A, B, endpoint
from warden.actions import AddSubnets, ReplacePolicy
from warden.aws import request
from warden.image import carries, expected, image, requested


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
