"""What a trail records: each operator, several of them on a field, fields of a selector, selectors of a trail."""

from typing import Any

import pytest

from warden.recording import Call, Condition, Recorded, Selector, Trail, recorded, selects

CALL: Call = {
    "eventCategory": "NetworkActivity",
    "eventSource": "kms.amazonaws.com",
    "errorCode": "VpceAccessDenied",
    "vpcEndpointId": "vpce-0a",
}
WRITE: Call = {"eventCategory": "Management", "readOnly": "false", "eventSource": "ec2.amazonaws.com"}
NETWORK = {"Field": "eventCategory", "Equals": ["NetworkActivity"]}
KMS = {"Field": "eventSource", "Equals": ["kms.amazonaws.com"]}
S3 = {"Field": "eventSource", "Equals": ["s3.amazonaws.com"]}
SOME = {"Field": "eventName", "NotEquals": ["Decrypt"]}
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


def selector(*fields: dict[str, Any]) -> Selector:
    """A selector as CloudTrail tells it, read."""
    return tuple(Condition.read(field) for field in fields)


@pytest.mark.parametrize(
    ("operators", "holds"),
    [
        pytest.param({"Equals": ["vpce-0a"]}, True, id="equals"),
        pytest.param({"Equals": ["vpce-0b", "vpce-0a"]}, True, id="equals one of them"),
        pytest.param({"Equals": ["vpce-0A"]}, False, id="letters as they are"),
        pytest.param({"Equals": ["vpce-*"]}, False, id="a star is a star"),
        pytest.param({"StartsWith": ["vpce-"]}, True, id="starts"),
        pytest.param({"StartsWith": ["eni-"]}, False, id="starts otherwise"),
        pytest.param({"EndsWith": ["x", "0a"]}, True, id="ends"),
        pytest.param({"EndsWith": ["0b"]}, False, id="ends otherwise"),
        pytest.param({"NotEquals": ["vpce-0b"]}, True, id="not another"),
        pytest.param({"NotEquals": ["vpce-0b", "vpce-0a"]}, False, id="not itself"),
        pytest.param({"NotStartsWith": ["vpce-"]}, False, id="not its start"),
        pytest.param({"NotEndsWith": ["0b"]}, True, id="not another's end"),
        pytest.param({"NotEndsWith": ["0a"]}, False, id="not its end"),
        pytest.param({"Equals": ["vpce-0b"], "StartsWith": ["vpce-"]}, True, id="one that takes is enough"),
        pytest.param({"StartsWith": ["vpce-"], "NotEquals": ["vpce-0a"]}, False, id="one that refuses is enough"),
        pytest.param({"StartsWith": ["vpce-"], "NotEquals": ["vpce-0b"]}, True, id="taken and not refused"),
        pytest.param({}, True, id="nothing asked"),
        pytest.param({"Equals": []}, True, id="an empty list asks nothing"),
    ],
)
def test_conditions_on_one_field(operators: dict[str, Any], holds: bool) -> None:  # noqa: FBT001  a verdict
    """Operators that take are joined by or, those that refuse by and, as AWS documents it."""
    assert Condition.read({"Field": "vpcEndpointId", **operators}).holds("vpce-0a") is holds


@pytest.mark.parametrize(
    ("call", "fields", "verdict"),
    [
        pytest.param(CALL, [NETWORK, KMS], True, id="all of the service"),
        pytest.param(CALL, [NETWORK, KMS, {"Field": "errorCode", "Equals": ["VpceAccessDenied"]}], True, id="denied"),
        pytest.param(CALL, [NETWORK, S3], False, id="another service"),
        pytest.param(CALL, [NETWORK, KMS, {"Field": "vpcEndpointId", "Equals": ["vpce-0b"]}], False, id="another's"),
        pytest.param(CALL, [NETWORK, KMS, {"Field": "vpcEndpointId", "NotEquals": ["vpce-0b"]}], True, id="not its"),
        pytest.param(CALL, [MANAGEMENT], False, id="management events are others"),
        pytest.param(CALL, [NETWORK, KMS, SOME], None, id="by the action"),
        pytest.param(CALL, [NETWORK, S3, SOME], False, id="another service, whatever the action"),
        pytest.param(WRITE, [MANAGEMENT], True, id="all management events"),
        pytest.param(WRITE, [MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}], True, id="writes"),
        pytest.param(WRITE, [MANAGEMENT, {"Field": "readOnly", "Equals": ["true"]}], False, id="reads"),
        pytest.param(WRITE, [{"Field": "eventCategory", "Equals": ["Data"]}], False, id="data"),
        pytest.param(
            WRITE, [MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}], True, id="-KMS"
        ),
        pytest.param(WRITE, [MANAGEMENT, {"Field": "eventSource", "NotStartsWith": ["ec2."]}], False, id="not EC2"),
        pytest.param(WRITE, [MANAGEMENT, {"Field": "userIdentity.arn", "NotEquals": ["x"]}], None, id="by the caller"),
    ],
)
def test_fields_of_a_selector(call: Call, fields: list[dict[str, Any]], verdict: bool | None) -> None:  # noqa: FBT001
    """All must hold; what hangs on the single call cannot be told, unless another field settles it."""
    assert selects(call, selector(*fields)) is verdict


TAKES, LEAVES, PARTLY = selector(NETWORK, KMS), selector(NETWORK, S3), selector(NETWORK, KMS, SOME)


@pytest.mark.parametrize(
    ("logging", "selectors", "verdict"),
    [
        pytest.param(True, (LEAVES, TAKES), Recorded.YES, id="one selector is enough"),
        pytest.param(True, (PARTLY, TAKES), Recorded.YES, id="beside one that takes some"),
        pytest.param(True, (LEAVES, PARTLY), Recorded.PARTLY, id="some"),
        pytest.param(True, (LEAVES,), Recorded.NO, id="another service"),
        pytest.param(True, (), Recorded.NO, id="basic selectors, or none"),
        pytest.param(False, (TAKES,), Recorded.OFF, id="off"),
        pytest.param(False, (PARTLY,), Recorded.IDLE, id="off, and would take some"),
        pytest.param(False, (LEAVES,), Recorded.NO, id="off, and would not"),
        pytest.param(False, None, Recorded.IDLE, id="off, whatever it selects"),
        pytest.param(True, None, Recorded.HIDDEN, id="selectors hidden"),
        pytest.param(None, None, Recorded.HIDDEN, id="all hidden"),
        pytest.param(None, (TAKES,), Recorded.HIDDEN, id="whether it is on is hidden"),
        pytest.param(None, (LEAVES,), Recorded.NO, id="hidden, and would not"),
    ],
)
def test_a_trail(
    logging: bool | None,  # noqa: FBT001  a fact
    selectors: tuple[Selector, ...] | None,
    verdict: Recorded,
) -> None:
    """One selector is enough where the trail is on; what is not to be seen is not guessed."""
    assert recorded(CALL, Trail("audit", "us-east-1", logging, selectors)) is verdict
