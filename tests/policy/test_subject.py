"""What of one endpoint's policy is kept for others: only where both mean the same."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from builders import ACCOUNT, KEY, NARROW, NOW, REGION, VPC, endpoint, snapshot, standard
from warden.model import EndpointKey, NotApplicable, Snapshot, Unknown
from warden.policy import subject as kept
from warden.policy.reach import Verdict
from warden.policy.subject import Subject, subject
from warden.policy.values import constants

ORGANISATION = '[organisation]\nid = "o-a1b2c3d4e5"\n'
OURS = standard(ORGANISATION)


def of(seen: Snapshot, *, toml: Any = OURS) -> Subject:
    """The subject of an endpoint that has one."""
    found = subject(seen, toml)
    assert isinstance(found, Subject)
    return found


def policy(condition: dict[str, Any]) -> str:
    """A statement that allows all on this condition."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_endpoints_that_are_alike_share_the_answers() -> None:
    """In one sweep most policies are a few."""
    other = EndpointKey(ACCOUNT, REGION, "vpce-0fffffffffffffff1")
    assert of(snapshot(policy=NARROW)) is of(snapshot(policy=NARROW, key=other, vpc_id="vpc-0b"))


OWN_VPC = policy({"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d4e5f60718"}})


@pytest.mark.parametrize(
    ("text", "facts", "more"),
    [
        pytest.param(OWN_VPC, {"vpc_id": "vpc-0b"}, {}, id="a condition on the VPC"),
        pytest.param(OWN_VPC.replace("Source", "\\u0053ource"), {"vpc_id": "vpc-0b"}, {}, id="an escape hides it"),
        pytest.param(OWN_VPC.replace("aws:SourceVpc", "AWS:sourcevpc"), {"vpc_id": "vpc-0b"}, {}, id="in another case"),
        pytest.param(
            policy({"StringEquals": {"aws:SourceVpce": KEY.id}}),
            {"key": EndpointKey(ACCOUNT, REGION, "vpce-0fffffffffffffff1")},
            {},
            id="a condition on the endpoint",
        ),
        pytest.param(
            policy({"DateLessThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}}),
            {},
            {"at": NOW.replace(year=2027)},
            id="a condition on the time",
        ),
    ],
)
def test_endpoints_that_differ_do_not(text: str, facts: dict[str, Any], more: dict[str, Any]) -> None:
    """For one of them the policy lets somebody through, for the other nobody."""
    one, other = of(snapshot(policy=text)), of(replace(snapshot(policy=text, **facts), **more))
    assert one.identities.verdict is Verdict.OPEN
    assert other.identities.verdict is Verdict.CLOSED
    assert other.lets_nothing_through


@pytest.mark.parametrize(
    "facts",
    [
        {"key": EndpointKey("444455556666", REGION, KEY.id)},
        {"service_name": f"com.amazonaws.{REGION}.sqs"},
        {"type_name": "Gateway"},
        {"service_region": "eu-west-1"},
    ],
)
def test_other_accounts_services_and_kinds_have_answers_of_their_own(facts: dict[str, Any]) -> None:
    """Each of these can make another answer of the same text."""
    assert of(snapshot(policy=NARROW)) is not of(snapshot(policy=NARROW, **facts))


def test_a_vpc_is_of_the_endpoints_region() -> None:
    """The service may be in another: requests are for that one, and come from this one."""
    context = of(snapshot(service_region="eu-west-1")).context
    known = {key: constants(key, context) for key in ("aws:requestedregion", "aws:sourcevpcarn")}
    told = {key: next(iter(found or ())).keys[key] for key, found in known.items()}
    assert told == {
        "aws:requestedregion": ("eu-west-1",),
        "aws:sourcevpcarn": (f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{VPC}",),
    }


def test_another_standard_has_answers_of_its_own() -> None:
    """Even one that says the same."""
    seen = snapshot(policy=NARROW)
    assert of(seen) is not of(seen, toml=standard(ORGANISATION))


def test_not_more_are_kept_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that lives long does not grow."""
    monkeypatch.setattr(kept, "KEPT", 3)
    monkeypatch.setattr(kept, "_kept", {})
    for number in range(10):
        of(snapshot(policy=NARROW, key=EndpointKey(f"{number:012}", REGION, KEY.id)))
        assert len(kept._kept) <= 3


def test_what_is_no_policy_is_not_kept() -> None:
    """It is read again, and said again."""
    assert isinstance(subject(snapshot(policy="{"), OURS), Unknown)
    assert isinstance(subject(snapshot(state="deleted"), OURS), NotApplicable)
    assert endpoint().policy == NARROW
