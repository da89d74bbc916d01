"""Which requests at an endpoint service are accepted now: a table of every gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import NOW, gates, owned
from warden.accepting import AGAIN, decide_service, service_hash, shared_out
from warden.actions import AcceptConnections, AddSubnets
from warden.decide import MAX_WRITES
from warden.model import Finding, Mode, Outcome, Plan, Severity, Verdict
from warden.subjects import Connection, Principal, ServiceSeen

ONE, TWO = "vpce-00000000000000001", "vpce-00000000000000002"
SERVICE = owned().key.id
BOTH = AcceptConnections(SERVICE, (ONE, TWO))
WAITING = Finding(
    "service-connections",
    Verdict.BREACH,
    Severity.HIGH,
    "acceptance-overdue",
    "waiting",
    fix=BOTH,
    mode=Mode.ENFORCE,
    parts=(ONE, TWO),
)
STRANGER = replace(WAITING, code="consumer-not-approved", fix=None, advice="reject them", parts=())
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFTEN = (NOW - HOUR,) * MAX_WRITES


def plan(seen: ServiceSeen | None = None, *findings: Finding, **facts: Any) -> Plan:
    """What is done about both requests, or about these findings."""
    return decide_service(seen or owned(), findings or (WAITING,), gates(**facts))


def results(made: Plan) -> list[tuple[Outcome, str]]:
    """What stays as it is, and why."""
    return [(result.outcome, result.why) for result in made.results]


def test_with_every_gate_open_all_are_accepted_in_one_call() -> None:
    """Nothing is left to be told."""
    made = plan()
    assert (made.actions, made.fixes, made.results) == ((BOTH,), (WAITING,), ())


@pytest.mark.parametrize(
    ("seen", "finding", "facts", "outcome", "why"),
    [
        pytest.param(
            {},
            {},
            {"ceiling": Mode.NOTIFY},
            Outcome.WOULD_FIX,
            "the mode is notify (the stack)",
            id="the stack's mode, or the kill switch",
        ),
        pytest.param(
            {},
            {"mode": Mode.NOTIFY},
            {},
            Outcome.WOULD_FIX,
            "the mode is notify (the rule service-connections in the deployed standard.toml)",
            id="the rule's mode",
        ),
        pytest.param(
            {"tags": {"warden:hands-off": ""}},
            {},
            {},
            Outcome.HELD,
            "the tag warden:hands-off holds back every fix",
            id="hands off",
        ),
        pytest.param(
            {"tags": {"warden:hands-off": "1"}},
            {},
            {"ceiling": Mode.NOTIFY},
            Outcome.HELD,
            "the tag warden:hands-off holds back every fix",
            id="hands off, in any mode",
        ),
        pytest.param(
            {"manages_endpoints": True},
            {},
            {},
            Outcome.HELD,
            "the service manages its endpoints, and EC2 restricts what else may be done to them",
            id="a service that manages its endpoints",
        ),
        pytest.param(
            {},
            {},
            {"writes": OFTEN},
            Outcome.HELD,
            "requests were accepted 3 times within 24 hours, and no more often: a later sweep goes on",
            id="three times within a day",
        ),
        pytest.param(
            {},
            {"mode": Mode.NOTIFY},
            {"writes": OFTEN},
            Outcome.WOULD_FIX,
            "the mode is notify (the rule service-connections in the deployed standard.toml); besides, requests were "
            "accepted 3 times within 24 hours, and no more often: a later sweep goes on",
            id="what else is in the way of whoever clears the mode",
        ),
        pytest.param(
            {}, {}, {"fixed": {ONE: NOW - DAY, TWO: NOW - 29 * DAY}}, Outcome.HELD, AGAIN, id="accepted before"
        ),
    ],
)
def test_one_gate_that_is_shut_holds_all(
    seen: dict[str, Any], finding: dict[str, Any], facts: dict[str, Any], outcome: Outcome, why: str
) -> None:
    """And says so."""
    made = plan(owned(**seen), replace(WAITING, **finding), **facts)
    assert made.actions == ()
    assert results(made) == [(outcome, why)]


@pytest.mark.parametrize(
    ("seen", "facts"),
    [
        pytest.param({"tags": {"aws:cloudformation:stack-name": "x"}}, {}, id="CloudFormation manages the service"),
        pytest.param({}, {"managed_by": "Terraform"}, id="Terraform manages the service"),
        pytest.param({}, {"creator_known": False}, id="its making was not seen"),
        pytest.param({}, {"own": True}, id="our own change caused the look"),
        pytest.param({}, {"swept": True}, id="the sweep caused the look"),
        pytest.param({}, {"swept": True, "fixed": {"service-connections": NOW - DAY}}, id="others were accepted"),
        pytest.param({}, {"writes": (NOW - DAY,) * 9}, id="written a day ago"),
        pytest.param({}, {"writes": OFTEN[1:]}, id="twice within a day"),
        pytest.param({}, {"fixed": {ONE: NOW - 30 * DAY}}, id="accepted long ago"),
    ],
)
def test_what_holds_nothing_back(seen: dict[str, Any], facts: dict[str, Any]) -> None:
    """Who is connected is in no template, and a request is news whoever looks."""
    assert plan(owned(**seen), **facts).actions == (BOTH,)


def test_an_endpoint_that_was_accepted_before_holds_back_no_other() -> None:
    """It is told to people; the other goes in."""
    made = plan(fixed={ONE: NOW - DAY})
    assert made.actions == (AcceptConnections(SERVICE, (TWO,)),)
    (left,) = made.results
    assert (left.outcome, left.why, left.finding.fix) == (Outcome.HELD, AGAIN, AcceptConnections(SERVICE, (ONE,)))
    assert left.finding.parts == (ONE,)


@pytest.mark.parametrize(
    ("ago", "told"),
    [pytest.param(timedelta(), 0, id="just now"), pytest.param(HOUR, 1, id="an hour ago")],
)
def test_right_after_it_was_accepted_nothing_is_said(ago: timedelta, told: int) -> None:
    """AWS may take a while to show it: neither a second write, nor a false alarm."""
    made = plan(fixed={ONE: NOW - ago, TWO: NOW - ago})
    assert (made.actions, len(made.results)) == ((), told)


def test_strangers_are_told_beside_what_is_accepted() -> None:
    """Whatever the gates: there is no fix for them."""
    for facts in ({}, {"ceiling": Mode.NOTIFY}, {"writes": OFTEN}):
        made = plan(owned(), WAITING, STRANGER, **facts)
        assert (Outcome.TOLD, "reject them") in results(made)
        assert made.actions == (() if facts else (BOTH,))


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "deleting"},
        {"manages_endpoints": True},
        {"principals": (Principal("*"),)},
        {"connections": (Connection(ONE, "444455556666", "available"),)},
        {"connections": (Connection(ONE, "999988887777", "pendingacceptance"),)},
        {"connections": ()},
        {"tags": {"warden:hands-off": "1"}},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_a_plan_is_void_once_the_service_differs(facts: dict[str, Any]) -> None:
    """In anything on which it hangs; not for when it was looked at."""
    seen = owned(connections=(Connection(ONE, "444455556666", "pendingacceptance"),))
    assert service_hash(replace(seen, **facts)) != service_hash(seen)
    assert service_hash(replace(seen, at=NOW + DAY)) == service_hash(seen)
    assert plan(seen).seen_hash == service_hash(seen)


def test_only_requests_are_shared_out() -> None:
    """Any other fix is done or not."""
    whole = replace(WAITING, fix=AddSubnets(("subnet-b",), ("use1-az2",)))
    assert shared_out(whole, {"subnet-b"}) == (whole, None)
    assert shared_out(WAITING, {ONE, TWO}) == (None, WAITING)
    assert shared_out(STRANGER, {ONE}) == (None, None)
