"""Requests at endpoint services that are accepted: each once, journalled first, told truly, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import ACCOUNT, KEY, LONG_AGO, NOW, owned
from fakes import FakeLedger, FakePost, FakeServices, FakeSwitch, FakeTopic, Stage
from warden.batch import Batch
from warden.errors import CannotFix, NotYet, Outdated, RetryLater, Unsure
from warden.events import Look, Sweep
from warden.ledger import Memory
from warden.mailbox import DELAYS
from warden.model import Mode
from warden.reconcile import reconcile
from warden.subjects import Connection, Principal, ServiceSeen
from warden.sweep import sweep

PARTNER, OTHER, STRANGER = "999988887777", "888877776666", "444455556666"
ONE, TWO, THREE = (f"vpce-{number:017x}" for number in (1, 2, 3))
SERVICE = owned().key
RULE = "service-connections"
REGISTRY = ", ".join(
    f'{{ principal = "{account}", purpose = "billing", contact = "ann@example.com" }}' for account in (PARTNER, OTHER)
)
TOML = f'[rules.service-principals]\nregistry = [{REGISTRY}]\n[rules.{RULE}]\nmode = "enforce"\n'
ALLOWED = tuple(Principal(f"arn:aws:iam::{account}:root", "Account") for account in (PARTNER, OTHER))
FIXED, REFUSED, TOLD, HELD, WOULD_FIX = "fixed", "refused", "told", "held", "would-fix"
DAY = timedelta(days=1)


def asking(endpoint_id: str = ONE, owner: str = PARTNER, **facts: Any) -> Connection:
    """A request that waits for long."""
    return Connection(endpoint_id, owner, "pendingacceptance", LONG_AGO)._replace(**facts)


def service(*connections: Connection, **facts: Any) -> ServiceSeen:
    """The service with these connections."""
    return owned(**{"connections": connections, "principals": ALLOWED} | facts)


def stage(*connections: Connection, toml: str = TOML, seen: dict[str, Any] | None = None, **facts: Any) -> Stage:
    """A world with the service, in which every gate is open."""
    return Stage(services=FakeServices((service(*connections, **(seen or {})),)), toml=toml, **facts)


def look(on: Stage, **facts: Any) -> Batch:
    """Look at the service as the sweep asks for it."""
    return reconcile(on.world, [Look(SERVICE, on.clock() - timedelta(minutes=2), **{"swept": True} | facts)])


def told(on: Stage) -> list[list[str]]:
    """What became of the rule's findings, in each notice."""
    return [
        [str(result["outcome"]) for result in notice.payload["results"] if result["rule"] == RULE]
        for notice in on.topic.sent
    ]


def entries(on: Stage) -> list[str]:
    """How each entry of the journal stands."""
    return [entry["outcome"] for entry in on.ledger.journal.values()]


def states(on: Stage) -> dict[str, str]:
    """The state of each connection."""
    return {one.endpoint_id: one.state for one in on.services.held[0].connections}


def raising(error: Exception) -> Callable[[], None]:
    """Whatever is called then, fails."""

    def fail() -> None:
        raise error

    return fail


# --- The whole way ---


def test_who_is_named_is_let_in_once_and_it_is_told() -> None:
    """One write for both, journalled first; and the next looks and sweeps have nothing to do and nothing to tell."""
    on = stage(asking(ONE), asking(TWO, OTHER))
    begun: list[str] = []
    on.services.before_accept.append(lambda: begun.extend(entries(on)))
    look(on)
    assert on.services.accepted == [(ONE, TWO)]
    assert begun == ["begun"]
    assert states(on) == {ONE: "available", TWO: "available"}
    assert told(on) == [[FIXED]]
    (entry,) = on.ledger.journal.values()
    assert entry["request"] == {"ServiceId": SERVICE.id, "VpcEndpointIds": [ONE, TWO]}
    assert entry["before"] == {
        ONE: f"pendingacceptance (account {PARTNER})",
        TWO: f"pendingacceptance (account {OTHER})",
    }
    assert entry["after"] == {ONE: f"accepted (account {PARTNER})", TWO: f"accepted (account {OTHER})"}
    assert entry["outcome"] == "applied"
    for _ in range(2):
        on.clock.time += DAY
        assert sweep(on.world, Sweep(KEY.account, KEY.region)).asked == 0
        look(on)
        look(on, own=True, swept=False)
    assert (on.services.accepted, told(on)) == ([(ONE, TWO)], [[FIXED]])
    assert on.ledger.memories[SERVICE].told == {}


def test_the_sweep_asks_for_a_look_at_a_request() -> None:
    """A request makes no event here; the sweep itself writes nothing."""
    on = stage(asking())
    assert sweep(on.world, Sweep(KEY.account, KEY.region)).asked == 1
    assert on.services.accepted == []
    reconcile(on.world, on.post.at_once)
    assert on.services.accepted == [(ONE,)]


def test_the_notice_has_the_undo_and_its_warning() -> None:
    """And says what was done; no word of an endpoint's making or of code."""
    on = stage(asking())
    look(on)
    (notice,) = on.topic.sent
    change = notice.payload["change"]
    assert change is not None
    assert change["undo"].startswith("aws ec2 reject-vpc-endpoint-connections ")
    assert change["undo"].endswith(f"--service-id {SERVICE.id} --vpc-endpoint-ids {ONE}")
    assert change["undo_warning"].startswith("A consumer who is rejected is cut off at once")
    assert change["hold"].endswith(f"--resources {SERVICE.id} --tags Key=warden:hands-off,Value=true")
    words = " ".join(notice.text.split())
    assert f"Endpoint Warden changed the endpoint service: accept the requests of {ONE}." in words
    assert "Where code makes" not in words


# --- Gates ---


@pytest.mark.parametrize(
    ("facts", "outcome", "reads"),
    [
        pytest.param({"ceiling": Mode.NOTIFY}, WOULD_FIX, 0, id="the stack's mode"),
        pytest.param({"toml": TOML.replace("enforce", "notify")}, WOULD_FIX, 0, id="the rule's mode"),
        pytest.param({"switch": FakeSwitch(Mode.NOTIFY, reason="night")}, WOULD_FIX, 1, id="the kill switch"),
        pytest.param({"seen": {"tags": {"warden:hands-off": ""}}}, HELD, 0, id="hands off"),
        pytest.param({"seen": {"manages_endpoints": True}}, HELD, 0, id="a service that manages its endpoints"),
        pytest.param(
            {"ledger": FakeLedger({SERVICE: Memory(writes=(NOW - timedelta(hours=1),) * 3)})}, HELD, 0, id="three a day"
        ),
        pytest.param(
            {"ledger": FakeLedger({SERVICE: Memory(fixed={ONE: NOW - DAY})})}, HELD, 0, id="accepted yesterday"
        ),
        pytest.param({"seen": {"principals": ()}}, TOLD, 0, id="no longer allowed at this service"),
    ],
)
def test_a_gate_that_is_shut_lets_nobody_in(facts: dict[str, Any], outcome: str, reads: int) -> None:
    """It is told once; the kill switch is read only where else something would be written."""
    on = stage(asking(), **facts)
    look(on)
    assert on.switch.reads == reads
    look(on)
    assert (on.services.accepted, entries(on), told(on)) == ([], [], [[outcome]])


@pytest.mark.parametrize(
    "connection",
    [
        pytest.param(asking(owner=STRANGER), id="a stranger"),
        pytest.param(asking(owner=ACCOUNT), id="our own account, which no entry names"),
        pytest.param(asking(owner=""), id="nobody named"),
        pytest.param(asking(created=None), id="since when is not told"),
        pytest.param(asking(created=NOW - timedelta(hours=1)), id="waits not for long"),
        *(
            pytest.param(asking(state=state), id=state)
            for state in ("available", "pending", "rejected", "expired", "failed", "deleting", "deleted", "partial")
        ),
    ],
)
def test_whoever_else_is_never_let_in(connection: Connection) -> None:
    """With every gate open."""
    on = stage(connection)
    look(on)
    assert (on.services.accepted, entries(on), on.switch.reads) == ([], [], 0)


def test_a_rule_that_is_off_lets_nobody_in() -> None:
    """As it comes."""
    on = stage(asking(), toml="")
    look(on)
    assert on.services.accepted == []


@pytest.mark.parametrize(
    ("facts", "writes"),
    [
        pytest.param({"switch": FakeSwitch(RetryLater("away"))}, 0, id="kill switch unreadable"),
        pytest.param({"ledger": FakeLedger(fails={"begin"})}, 0, id="journal not writable"),
        pytest.param({"ledger": FakeLedger(fails={"finish"})}, 1, id="journal not to be closed"),
        pytest.param({"topic": FakeTopic(down=True)}, 1, id="notice not taken"),
    ],
)
def test_without_a_gate_the_message_comes_again(facts: dict[str, Any], writes: int) -> None:
    """Nothing is written where a gate or the journal cannot be had; and nothing is lost after a write."""
    on = stage(asking(), **facts)
    assert set(look(on).failed) == {SERVICE}
    assert len(on.services.accepted) == writes


def changed(**facts: Any) -> Callable[[ServiceSeen], ServiceSeen]:
    """The service with these facts changed."""
    return lambda seen: replace(seen, **facts)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changed(connections=(asking(state="rejected"),)), id="somebody rejected it"),
        pytest.param(changed(connections=(asking(state="available"),)), id="somebody accepted it"),
        pytest.param(changed(connections=()), id="its owner deleted it"),
        pytest.param(changed(connections=(asking(owner=STRANGER),)), id="another owner is told"),
        pytest.param(changed(principals=()), id="its owner is no longer allowed"),
        pytest.param(changed(tags={"warden:hands-off": "1"}), id="hands off"),
        pytest.param(changed(state="deleting"), id="the service is being deleted"),
    ],
)
def test_what_changed_since_it_was_judged_is_not_written_upon(change: Callable[[ServiceSeen], ServiceSeen]) -> None:
    """Who asks is read once more right before the write; it is looked at again later."""

    class Late(FakeServices):
        def services(self, now: Any, parts: Any, ids: Any = None) -> tuple[ServiceSeen, ...]:
            found = super().services(now, parts, ids)
            if len(self.asked) == 1:
                self.held = tuple(change(one) for one in self.held)
            return found

    on = stage(asking())
    on.services = Late(on.services.held)
    assert len(look(on).postponed) == 1
    assert (on.services.accepted, entries(on), on.topic.sent) == ([], [], [])


# --- EC2 refuses some, or all ---


def test_partial_success_is_told_truly() -> None:
    """Who was let in as fixed, with journal and undo of these alone; who was not as refused, with EC2's words."""
    on = stage(asking(ONE), asking(TWO, OTHER))
    on.services.unsuccessful = {TWO: "InvalidState: the endpoint is being changed"}
    (report,) = look(on).reports
    assert report.outcomes[RULE] == "fixed, refused"
    assert told(on) == [[FIXED, REFUSED]]
    fixed, refused = on.topic.sent[0].payload["results"]
    assert (fixed["done"], refused["why"]) == (
        f"Endpoint Warden changed the endpoint service: accept the requests of {ONE}.",
        f"{TWO}: InvalidState: the endpoint is being changed",
    )
    assert on.topic.sent[0].payload["summary"] == (
        f"Endpoint service {SERVICE.id} breaks {RULE}, and AWS refused the fix; a part of what broke {RULE} is fixed."
    )
    (entry,) = on.ledger.journal.values()
    assert (entry["outcome"], list(entry["after"])) == ("applied", [ONE])
    change = on.topic.sent[0].payload["change"]
    assert change is not None
    assert change["undo"].endswith(f"--vpc-endpoint-ids {ONE}")
    on.clock.time += DAY
    look(on)
    assert (on.services.accepted[1:], told(on)) == ([(TWO,)], [[FIXED, REFUSED]]), "tried again, and no news"
    on.services.unsuccessful = {}
    on.clock.time += DAY
    look(on)
    assert told(on)[1:] == [[FIXED]]


def test_where_all_are_refused_nothing_was_changed() -> None:
    """It is told once, closed in the journal, and does not count as a write."""
    on = stage(asking())
    on.services.unsuccessful = {ONE: "InvalidState"}
    look(on)
    assert (told(on), entries(on)) == ([[REFUSED]], [f"failed: {ONE}: InvalidState"])
    assert on.topic.sent[0].payload["change"] is None
    memory = on.ledger.memories[SERVICE]
    assert (memory.pending, memory.writes, memory.fixed) == (None, (), {})


def test_access_denied_is_told_at_once() -> None:
    """And the next look, which tries again, is silent."""
    on = stage(asking())
    for _ in range(2):
        on.services.before_accept.append(raising(CannotFix("UnauthorizedOperation: ...", "UnauthorizedOperation")))
        look(on)
    assert (told(on), on.ledger.memories[SERVICE].writes) == ([[REFUSED]], ())


@pytest.mark.parametrize("error", [NotYet("RequestLimitExceeded"), Outdated("InvalidParameter")])
def test_a_write_that_may_pass_later_is_put_off(error: NotYet) -> None:
    """Nobody is told, and the try does not count; after the last look people hear of it."""
    on = stage(asking())
    on.services.before_accept.append(raising(error))
    assert len(look(on).postponed) == 1
    assert (on.topic.sent, on.ledger.memories[SERVICE].writes) == ([], ())
    on.services.before_accept.append(raising(error))
    look(on, tries=len(DELAYS))
    assert told(on) == [[REFUSED]]


# --- Strangers beside those who are known ---


def test_strangers_are_told_with_the_command_and_never_rejected() -> None:
    """They hold back nobody who is known, and what was told of them stands."""
    on = stage(asking(ONE), asking(TWO, STRANGER), Connection(THREE, STRANGER, "available", LONG_AGO))
    look(on)
    assert on.services.accepted == [(ONE,)]
    assert told(on) == [[FIXED, TOLD]]
    left = on.topic.sent[0].payload["results"][1]
    assert f"`aws ec2 reject-vpc-endpoint-connections --region {KEY.region}" in left["advice"]
    assert left["advice"].endswith(f"--vpc-endpoint-ids {TWO} {THREE}`")
    assert (
        f"{RULE}, and no safe fix is known; a part of what broke {RULE} is fixed."
        in (on.topic.sent[0].payload["summary"])
    )
    on.clock.time += DAY
    look(on)
    assert len(on.topic.sent) == 1
    on.services.held = (service(Connection(ONE, PARTNER, "available")),)
    look(on)
    assert told(on)[1:] == [["resolved"]]


def test_in_mode_notify_both_are_told_in_one_notice() -> None:
    """What would be done, and what people must do; and that is news once."""
    on = stage(asking(ONE), asking(TWO, STRANGER), ceiling=Mode.NOTIFY)
    look(on)
    look(on)
    assert told(on) == [[WOULD_FIX, TOLD]]


def test_what_was_told_in_two_parts_is_over_once() -> None:
    """With the severity of the worse, whichever was told last."""
    on = stage(asking(ONE), asking(TWO, created=None), ceiling=Mode.NOTIFY)
    look(on)
    assert told(on) == [[WOULD_FIX, TOLD]]
    assert [result["verdict"] for result in on.topic.sent[0].payload["results"]] == ["BREACH", "UNKNOWN"]
    on.services.held = (service(Connection(ONE, PARTNER, "available"), Connection(TWO, PARTNER, "available")),)
    look(on)
    assert told(on)[1:] == [["resolved"]]
    assert on.topic.sent[1].payload["severity"] == "high"


def test_a_part_that_is_over_is_news_and_no_end() -> None:
    """What is left is told alone."""
    on = stage(asking(ONE), asking(TWO, STRANGER), ceiling=Mode.NOTIFY)
    look(on)
    on.services.connection(ONE, state="available")
    look(on)
    look(on)
    assert told(on) == [[WOULD_FIX, TOLD], [TOLD]]


# --- Lost answers, two workers, and workers that die ---


def test_a_lost_answer_is_no_second_write() -> None:
    """It was accepted: observed again, it is there, and told as fixed."""
    on = stage(asking())
    on.services.after_accept.append(raising(Unsure("connection closed")))
    look(on)
    look(on)
    assert (on.services.accepted, told(on), entries(on)) == ([(ONE,)], [[FIXED]], ["applied"])


def test_a_lost_answer_to_a_call_that_did_a_part_is_told_truly_later() -> None:
    """Nobody can say whether the rest was refused: it stays open, and what is there by then is told as fixed."""
    on = stage(asking(ONE), asking(TWO, OTHER))
    on.services.unsuccessful = {TWO: "InvalidState"}
    on.services.after_accept.append(raising(Unsure("connection closed")))
    assert look(on).postponed
    assert on.topic.sent == []
    on.clock.move_past_lease()
    look(on)
    assert told(on) == [[FIXED]]
    (entry,) = on.ledger.journal.values()
    assert (entry["outcome"], entry["after"]) == ("applied", {ONE: f"available (account {PARTNER})"})
    assert on.ledger.memories[SERVICE].fixed == {ONE: on.clock()}


def test_a_write_whose_notice_was_not_taken_is_told_later() -> None:
    """The journal holds it open until people were told; it is not made again, and the notice is the same."""
    on = stage(asking(ONE), asking(TWO, STRANGER), ledger=FakeLedger(fails={"finish"}))
    assert look(on).failed
    on.ledger.fails = set()
    assert look(on).postponed, "while its writer may live"
    on.clock.move_past_lease()
    assert sweep(on.world, Sweep(KEY.account, KEY.region)).asked == 1
    look(on)
    assert (on.services.accepted, told(on)) == ([(ONE,)], [[FIXED, TOLD]] * 2)
    assert on.topic.sent[0].id == on.topic.sent[1].id
    assert entries(on) == ["applied"]
    assert on.ledger.memories[SERVICE].fixed == {ONE: on.clock()}


def test_a_write_is_told_though_its_rule_went_off_meanwhile() -> None:
    """No other rule reads who is connected: that is asked for then, and not taken for nobody."""
    on = stage(asking(), ledger=FakeLedger(fails={"finish"}))
    look(on)
    on.ledger.fails, on.toml = set(), '[rules.service-zones]\nmode = "off"\n'
    on.clock.move_past_lease()
    look(on)
    changes = [notice.payload["change"] for notice in on.topic.sent]
    assert [change["after"] for change in changes if change] == [
        {ONE: f"accepted (account {PARTNER})"},
        {ONE: f"available (account {PARTNER})"},
    ]
    assert (on.services.accepted, entries(on)) == ([(ONE,)], ["applied"])


def test_a_write_that_died_before_it_was_made_is_freed() -> None:
    """The service is free again, and the write counts, since nobody knows whether it was made."""
    on = stage(asking(), ledger=FakeLedger(fails={"fail"}))
    on.services.before_accept.append(raising(NotYet("the worker died")))
    assert look(on).failed
    on.ledger.fails = set()
    on.clock.move_past_lease()
    assert look(on).postponed
    assert entries(on) == ["failed: the change is not there: never made, or taken back"]
    assert on.ledger.memories[SERVICE].writes == (NOW,)
    look(on)
    assert (on.services.accepted, told(on)) == ([(ONE,), (ONE,)], [[FIXED]])


@pytest.mark.parametrize("toml", [pytest.param(TOML, id="gone"), pytest.param("", id="gone, and the rule off")])
def test_a_service_that_went_while_it_was_written_is_closed_in_the_journal(toml: str) -> None:
    """While its writer may live it is left alone; then it is forgotten, and the journal says what is not known."""
    on = stage(asking(), topic=FakeTopic(down=True))
    look(on)
    on.services.held, on.topic.down, on.toml = (), False, toml
    assert look(on, deleted=True).postponed
    on.clock.move_past_lease()
    look(on, deleted=True)
    assert entries(on) == ["failed: not known: the endpoint service is gone, or no rule looks at it any more"]
    assert on.ledger.memories == {}


def test_two_workers_at_one_service_write_once() -> None:
    """The other wrote between our reading of the ledger and our write: ours is void."""
    on = stage(asking())
    ours = on.ledger.recall([SERVICE])
    look(on)

    class Stale(FakeLedger):
        def recall(self, _keys: Iterable[Any]) -> dict[Any, Memory]:
            return ours

    on.services.connection(ONE, state="pendingacceptance")
    late = replace(on.world, ledger=Stale(on.ledger.memories, on.ledger.journal))
    assert len(reconcile(late, [Look(SERVICE, NOW)]).postponed) == 1
    assert on.services.accepted == [(ONE,)]


def test_an_answer_that_lags_behind_leads_to_nothing() -> None:
    """Neither to a second write nor to a notice; after a day it is told that it waits again."""
    on = stage(asking())
    on.services.after_accept.append(lambda: on.services.connection(ONE, state="pendingacceptance"))
    look(on)
    for facts in ({}, {"own": True, "swept": False}, {"own": True, "swept": False, "tries": 1}):
        look(on, **facts)
    assert (on.services.accepted, told(on)) == ([(ONE,)], [[FIXED]])
    on.clock.time += DAY
    look(on)
    look(on)
    assert (on.services.accepted, told(on)) == ([(ONE,)], [[FIXED], [HELD]])


def test_right_after_a_write_the_next_waits() -> None:
    """EC2's answers may be from before it, unless somebody changed the service since."""
    on = stage(asking(ONE))
    look(on)
    on.services.held = (service(Connection(ONE, PARTNER, "available"), asking(TWO, OTHER)),)
    assert look(on).postponed
    on.clock.time += timedelta(minutes=2)
    look(on)
    assert on.services.accepted == [(ONE,), (TWO,)]


def test_a_look_that_cannot_be_put_off_fails() -> None:
    """The queue is away."""
    on = stage(asking(), post=FakePost(down=True))
    on.services.before_accept.append(raising(NotYet("RequestLimitExceeded")))
    assert set(look(on).failed) == {SERVICE}


STATE = st.sampled_from(["pendingacceptance", "pending", "available", "rejected", "failed", "partial"])
OWNER = st.sampled_from([PARTNER, OTHER, STRANGER, ACCOUNT, ""])


@given(
    st.lists(st.tuples(OWNER, STATE, st.sampled_from([None, LONG_AGO, NOW])), max_size=6),
    st.sets(st.integers(0, 5)),
    st.sampled_from([ALLOWED, ALLOWED[:1], (), (Principal("*"),)]),
    st.sampled_from(list(Mode)),
    st.sampled_from([0, 24]),
)
def test_converges(
    drawn: list[tuple[str, str, Any]],
    refusing: set[int],
    principals: tuple[Principal, ...],
    ceiling: Mode,
    hours: int,
) -> None:
    """Whoever is let in waited and is named and allowed; a second look changes nothing and brings no news."""
    connections = [
        Connection(f"vpce-{number:017x}", owner, state, created) for number, (owner, state, created) in enumerate(drawn)
    ]
    on = stage(*connections, toml=f"{TOML}hours = {hours}\n", ceiling=ceiling, seen={"principals": principals})
    on.services.unsuccessful = {f"vpce-{number:017x}": "InvalidState" for number in refusing}
    look(on)
    after, notices = states(on), len(on.topic.sent)
    allowed = {PARTNER} if principals == ALLOWED[:1] else {PARTNER, OTHER}
    for one in connections:
        if after[one.endpoint_id] != one.state:
            assert ceiling is Mode.ENFORCE
            assert one.waits
            assert principals
            assert one.owner in allowed
    look(on)
    assert (states(on), len(on.topic.sent)) == (after, notices)
    inside = [name for some in on.services.accepted for name in some if after[name] == "available"]
    assert len(inside) == len(set(inside)), "accepted twice"
