"""Observe, decide, act, report: what reaches EC2, the journal, the queue and people, whatever goes wrong on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import (
    ENFORCING,
    FULL_ACCESS,
    KEY,
    NARROW,
    NOW,
    OFF,
    REGION,
    VPC,
    A,
    B,
    C,
    endpoint,
    look,
    service,
    subnet,
    vpc,
)
from fakes import FakeCloud, FakeLedger, FakePost, FakeSwitch, FakeTopic, Stage
from warden.batch import Batch
from warden.errors import CannotFix, NotYet, Outdated, RetryLater, Unsure
from warden.ledger import Memory
from warden.model import Endpoint, EndpointKey, Mode, Outcome
from warden.neighbours import Interface, Route, RouteTable, Vpc
from warden.reconcile import merged, reconcile

WRONG = endpoint(policy=FULL_ACCESS)
RIGHT = endpoint(subnet_ids=(A.id, B.id))
BOTH = {"multi-az": "fixed", "endpoint-policy": "fixed"}
HELD = dict.fromkeys(BOTH, "held")


def raising(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def stage(*endpoints: Endpoint, **facts: Any) -> Stage:
    """A stage on which these endpoints stand."""
    return Stage(cloud=FakeCloud.of(*endpoints), **facts)


def run(on: Stage, *, times: int = 1, **facts: Any) -> Batch:
    """Look at the endpoint so many times; what the last look gave."""
    batch = Batch()
    for _ in range(times):
        batch = reconcile(on.world, [look(**facts)])
    return batch


def test_both_fixes_in_one_write_journaled_first() -> None:
    """One ModifyVpcEndpoint; the before-image is in the journal; people are told what changed."""
    on = stage(WRONG)
    seen_at_write: list[str] = []
    on.cloud.before_apply.append(lambda: seen_at_write.extend(entry["outcome"] for entry in on.ledger.journal.values()))
    run(on)
    assert on.cloud.writes == 1
    assert seen_at_write == ["begun"]
    assert on.cloud.held[KEY.id].subnet_ids == (A.id, B.id)
    (entry,) = on.ledger.journal.values()
    assert (entry["outcome"], entry["before"]["subnet_ids"], entry["after"]["subnet_ids"]) == (
        "applied",
        [A.id],
        [A.id, B.id],
    )
    assert on.outcomes == [BOTH]


def test_a_second_look_has_nothing_to_do() -> None:
    """Reconciling twice changes the cloud once and tells people once."""
    on = stage(WRONG)
    run(on, times=2)
    assert (on.cloud.writes, len(on.topic.sent)) == (1, 1)


def test_a_compliant_endpoint_costs_two_reads_and_nothing_else() -> None:
    """No write, no notice, no look at the kill switch."""
    on = stage(RIGHT)
    batch = run(on)
    assert on.cloud.calls == ["DescribeVpcEndpoints", "DescribeVpcEndpointServices"]
    assert (batch.compliant, on.topic.sent, on.switch.reads) == (1, [], 0)


def test_rules_that_are_off_cost_no_call() -> None:
    """Not even the catalogue is read."""
    on = stage(WRONG, toml=OFF)
    run(on)
    assert on.cloud.calls == ["DescribeVpcEndpoints"]


def test_notify_changes_nothing_and_tells_once() -> None:
    """The default: what would be done, told once for each change of state."""
    on = stage(WRONG, ceiling=Mode.NOTIFY)
    run(on, times=3)
    assert (on.cloud.writes, on.switch.reads) == (0, 0)
    assert on.outcomes == [dict.fromkeys(BOTH, "would-fix")]


def test_a_stack_that_is_off_looks_at_nothing() -> None:
    """Neither calls nor notices; but it remembers who made what, for the day when it is on."""
    on = stage(WRONG, ceiling=Mode.OFF)
    run(on, created=True, managed_by="Terraform")
    assert (on.cloud.calls, on.topic.sent) == ([], [])
    on.ceiling = Mode.ENFORCE
    run(on)
    assert (on.cloud.writes, on.outcomes) == (0, [HELD])


def test_a_state_that_changes_is_told_again() -> None:
    """A breach, then mended by somebody, then a breach again: three notices."""
    on = stage(WRONG, ceiling=Mode.NOTIFY)
    run(on)
    on.cloud.put(RIGHT)
    run(on)
    on.cloud.put(WRONG)
    run(on)
    would = dict.fromkeys(BOTH, "would-fix")
    assert on.outcomes == [would, dict.fromkeys(BOTH, "resolved"), would]
    assert {notice.payload["severity"] for notice in on.topic.sent} == {"high"}, "the end is heard by who heard of it"
    assert len({notice.id for notice in on.topic.sent}) == 3, "told again later is another notice"


def test_another_reason_is_no_news() -> None:
    """A gate more in the way, with the same outcome: nobody is told again for its words."""
    on = stage(replace(WRONG, subnet_ids=(A.id, B.id)), toml=ENFORCING.replace("accept_unproved = true", ""))
    run(on)
    on.ledger.memories[KEY] = replace(on.ledger.memories[KEY], writes=(NOW, NOW, NOW))
    run(on)
    assert on.outcomes == [{"endpoint-policy": "held"}]


def test_one_rule_resolved_beside_one_that_stands() -> None:
    """Both are told in one notice."""
    on = stage(WRONG, ceiling=Mode.NOTIFY)
    run(on)
    on.cloud.put(replace(WRONG, subnet_ids=(A.id, B.id)))
    run(on)
    assert on.outcomes[-1] == {"multi-az": "resolved", "endpoint-policy": "would-fix"}


def test_the_kill_switch_stops_writes() -> None:
    """It is read before the write, and named as the reason."""
    on = stage(WRONG, switch=FakeSwitch(Mode.NOTIFY))
    run(on)
    assert on.cloud.writes == 0
    assert "the kill switch" in on.topic.sent[0].payload["results"][0]["why"]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"switch": FakeSwitch(RetryLater("away"))}, id="kill switch unreadable"),
        pytest.param({"ledger": FakeLedger(fails={"begin"})}, id="journal not writable"),
        pytest.param({"topic": FakeTopic(down=True), "ceiling": Mode.NOTIFY}, id="notice not taken"),
    ],
)
def test_without_a_gate_nothing_is_written_and_the_message_comes_again(facts: dict[str, object]) -> None:
    """Fail closed: this endpoint's message fails, and only this one's."""
    other = endpoint(key=EndpointKey(KEY.account, KEY.region, "vpce-0fffffffffffffff0"), subnet_ids=(A.id, B.id))
    on = stage(WRONG, other, **facts)
    batch = reconcile(on.world, [look(), look(key=other.key)])
    assert on.cloud.writes == 0
    assert list(batch.failed) == [KEY]
    assert batch.compliant == 1


def test_a_ledger_that_cannot_be_read_fails_the_batch() -> None:
    """Not even a look is taken."""
    on = stage(WRONG, ledger=FakeLedger(down=True))
    with pytest.raises(RetryLater):
        run(on)
    assert on.cloud.calls == []


def test_a_fourth_write_within_24_hours_is_refused_and_told() -> None:
    """Somebody who changes it back wins after three tries."""
    on = stage(WRONG)
    for _ in range(4):
        on.cloud.put(replace(WRONG, subnet_ids=(A.id,)))
        run(on)
        on.clock.time += timedelta(hours=1)
    assert on.cloud.writes == 3
    assert on.outcomes[-1] == dict.fromkeys(BOTH, "held")


def test_what_code_manages_is_remembered() -> None:
    """Terraform's own event tells it; a later event of somebody else does not undo it."""
    on = stage(WRONG)
    run(on, managed_by="Terraform")
    run(on, created=False)
    assert on.cloud.writes == 0
    assert on.outcomes == [dict.fromkeys(BOTH, "held")]


def test_an_endpoint_whose_making_was_missed_is_held() -> None:
    """Who made it is not known: code may manage it."""
    on = stage(WRONG)
    run(on, created=False)
    assert on.cloud.writes == 0
    assert on.outcomes == [dict.fromkeys(BOTH, "held")]


def test_the_making_is_remembered() -> None:
    """An endpoint made compliant, then broken: it may be mended, since its making was seen."""
    on = stage(RIGHT)
    run(on)
    on.cloud.put(endpoint())
    run(on, created=False)
    assert on.outcomes == [{"multi-az": "fixed"}]


def test_our_own_change_is_verified_and_not_chased() -> None:
    """A look that our own change caused writes nothing; what it did not cure is told at the second look.

    At the first one, EC2's answer may still be the one from before the change: nobody is woken for that.
    """
    on = stage(WRONG)
    assert run(on, own=True).postponed
    assert on.topic.sent == []
    run(on, own=True, tries=1)
    assert on.cloud.writes == 0
    assert on.outcomes == [HELD]


def test_an_answer_from_before_our_write_is_no_reason_for_another() -> None:
    """A second event of the same create meets a stale answer: no second write, and so no third zone."""
    on = stage(endpoint())
    run(on)
    after = on.cloud.held[KEY.id]
    on.cloud.put(endpoint())
    on.cloud.known_subnets = (A, replace(B, free_addresses=9), C)
    assert run(on).postponed
    on.cloud.put(after)
    run(on)
    assert (on.cloud.writes, on.cloud.held[KEY.id].subnet_ids) == (1, (A.id, B.id))


def test_a_change_by_somebody_after_our_write_is_mended_at_once() -> None:
    """Their event is later than our write: that is news, and no stale answer."""
    on = stage(endpoint())
    run(on)
    on.cloud.put(endpoint())
    on.clock.time += timedelta(seconds=5)
    run(on, created=False, since=on.clock.time)
    assert (on.cloud.writes, on.outcomes) == (2, [{"multi-az": "fixed"}] * 2)


@pytest.mark.parametrize("microsecond", [0, 1, 500_000, 999_999])
def test_a_change_in_the_very_second_of_our_write_is_mended_at_once(microsecond: int) -> None:
    """CloudTrail tells the second of an event, and our clock more: the event must not pass for one before the write."""
    on = stage(endpoint())
    on.clock.time = NOW.replace(microsecond=microsecond)
    run(on)
    on.cloud.put(endpoint())
    run(on, created=False, since=NOW)
    assert (on.cloud.writes, on.outcomes) == (2, [{"multi-az": "fixed"}] * 2)


def test_a_plan_is_not_written_upon_an_old_answer() -> None:
    """While others of the batch were written, a person gave the endpoint a policy: theirs stays, and is not lost."""
    other = endpoint(key=EndpointKey(KEY.account, KEY.region, "vpce-0fffffffffffffff0"), policy=FULL_ACCESS)
    on = stage(WRONG, other)
    theirs = replace(other, policy=NARROW, subnet_ids=(A.id, B.id))

    def take_long() -> None:
        on.clock.time += timedelta(seconds=6)
        on.cloud.put(theirs)

    on.cloud.before_apply.append(take_long)
    batch = reconcile(on.world, [look(), look(key=other.key)])
    assert [found.look.key for found in batch.postponed] == [other.key]
    assert on.cloud.held[other.key.id] == theirs
    assert on.cloud.writes == 1


def test_an_answer_that_is_old_and_still_true_is_written_upon() -> None:
    """The second look found it as it was planned for."""
    other = endpoint(key=EndpointKey(KEY.account, KEY.region, "vpce-0fffffffffffffff0"))
    on = stage(WRONG, other)
    on.cloud.before_apply.append(lambda: setattr(on.clock, "time", on.clock.time + timedelta(seconds=6)))
    reconcile(on.world, [look(), look(key=other.key)])
    assert on.cloud.writes == 2


def test_a_burst_of_slow_writes_reads_few_times() -> None:
    """EC2 takes most of a second for a write: an answer that grew old is read again once, for all that are left."""
    keys = [EndpointKey(KEY.account, KEY.region, f"vpce-{number:017x}") for number in range(20)]
    on = stage(*(endpoint(key=key, policy=FULL_ACCESS) for key in keys))
    slow = timedelta(seconds=0.7)
    on.cloud.after_apply.extend([lambda: setattr(on.clock, "time", on.clock.time + slow)] * len(keys))
    reconcile(on.world, [look(key=key) for key in keys])
    assert (on.cloud.writes, len(on.cloud.calls) - on.cloud.writes) == (20, 6)


def test_a_fix_undone_without_a_trace_is_not_made_again_by_the_sweep() -> None:
    """Only a person can tell why: told once as held. An event that tells of a change opens the way again."""
    on = stage(endpoint())
    run(on)
    for _ in range(5):
        on.clock.time += timedelta(days=1)
        on.cloud.put(endpoint())
        run(on, since=on.clock.time, swept=True)
    assert (on.cloud.writes, on.outcomes) == (1, [{"multi-az": "fixed"}, {"multi-az": "held"}])
    run(on, since=on.clock.time)
    assert on.cloud.writes == 2


def test_the_sweep_may_fix_what_was_never_fixed() -> None:
    """Another rule's fix does not stand in its way, nor one of long ago."""
    on = stage(endpoint(), toml=ENFORCING.replace('[rules.endpoint-policy]\nmode = "enforce"', ""))
    run(on)
    on.clock.time += timedelta(days=1)
    on.toml = ENFORCING
    on.cloud.put(endpoint(subnet_ids=(A.id, B.id), policy=FULL_ACCESS))
    run(on, since=on.clock.time, swept=True)
    on.clock.time += timedelta(days=31)
    on.cloud.put(endpoint())
    run(on, since=on.clock.time, swept=True)
    assert on.outcomes == [{"multi-az": "fixed"}, {"endpoint-policy": "fixed"}, {"multi-az": "fixed"}]


def test_a_maker_that_cannot_be_noted_comes_again_alone() -> None:
    """The others of the batch are looked at."""
    on = stage(WRONG, ledger=FakeLedger({KEY: Memory(creator_known=True)}))
    other = EndpointKey(KEY.account, KEY.region, "vpce-0fffffffffffffff0")
    on.ledger.fails.add("note_creator")
    batch = reconcile(on.world, [look(), look(key=other, created=True)])
    assert (list(batch.failed), on.outcomes) == ([other], [BOTH])


def test_looks_that_are_not_begun_in_time_come_again() -> None:
    """What was settled is settled; the rest of the batch is not killed in mid-write."""
    keys = [EndpointKey(KEY.account, KEY.region, f"vpce-{number:017x}") for number in range(3)]
    on = stage(*(endpoint(key=key) for key in keys))
    left = iter([True, False, False])
    batch = reconcile(on.world, [look(key=key) for key in keys], lambda: next(left))
    assert (len(batch.reports), list(batch.failed)) == (1, keys[1:])


@pytest.mark.parametrize("state", ["pending", "pendingacceptance"])
def test_an_endpoint_that_is_not_ready_is_looked_at_again(state: str) -> None:
    """A new message with a try count; after six it is left to the sweep."""
    on = stage(endpoint(state=state, created=NOW))
    assert run(on).postponed
    assert on.post.later == [look(tries=1)]
    batch = run(on, tries=6)
    assert (len(batch.left_to_sweep), on.topic.sent) == (1, [])


GWLB = f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0"


def inspecting(number: int, **facts: Any) -> Endpoint:
    """A Gateway Load Balancer endpoint in the zone of that number."""
    key = replace(KEY, id=f"vpce-{number:017x}")
    made = {"type_name": "GatewayLoadBalancer", "service_name": GWLB, "subnet_ids": (subnet(number).id,)}
    return endpoint(key=key, **made | facts)


def routed(on: Stage) -> Stage:
    """Lead the subnets of two zones to the endpoint of the first, and let something run in both."""
    on.cloud.known_services = (service(name=GWLB, type_name="GatewayLoadBalancer"),)
    on.cloud.known_tables = (RouteTable("rtb-1", VPC, (Route("0.0.0.0/0", inspecting(1).key.id),), main=True),)
    on.cloud.known_interfaces = tuple(Interface(f"eni-{one.id}", one.id, one.zone_name) for one in (A, B))
    on.cloud.known_vpcs = (vpc(),)
    return on


NO_TAGS = '[rules.required-tags]\nmode = "off"\n'
TAGS = '[rules.required-tags]\nmode = "notify"\ntags = ["Owner"]\n'
SETS = OFF.replace('[rules.gwlb-zone-set]\nmode = "off"', '[rules.gwlb-zone-set]\nmode = "notify"')


def test_what_hangs_on_another_endpoint_waits_until_that_is_ready() -> None:
    """Of a set that is being made nobody is told that it cannot be told."""
    on = routed(stage(inspecting(1), inspecting(2, state="pending"), toml=SETS))
    asked: dict[str, Any] = {"key": inspecting(1).key, "created": False}
    assert "leads to the same place" in run(on, **asked).postponed[0].why
    assert run(on, **asked, tries=6).reports
    assert on.outcomes == [{"gwlb-zone-set": "told"}]
    assert run(on, **asked).postponed == []
    on.cloud.put(inspecting(2))
    run(on, **asked)
    assert on.outcomes[1:] == [{"gwlb-zone-set": "resolved"}]


@pytest.mark.parametrize(
    ("toml", "other"),
    [
        pytest.param(SETS.replace(NO_TAGS, TAGS), {"state": "pending"}, id="other news"),
        pytest.param(SETS, {"state": "pending", "service_name": "another"}, id="another service"),
        pytest.param(SETS, {"state": "failed"}, id="one that never comes"),
    ],
)
def test_what_does_not_hang_on_it_is_told_at_once(toml: str, other: dict[str, Any]) -> None:
    """No news is kept back longer than it must be."""
    on = routed(stage(inspecting(1), inspecting(2, **other), toml=toml))
    assert run(on, key=inspecting(1).key, created=False).reports


WAITING = endpoint(state="pendingacceptance", policy=FULL_ACCESS)


def test_an_endpoint_that_hangs_is_told_at_the_last_look() -> None:
    """Until then it may be a change that makes an old endpoint pending for a minute.

    Of the rules that wait for it to be ready nothing is told, and nothing is written.
    """
    on = stage(WAITING)
    for tries in range(6):
        assert run(on, tries=tries).postponed
    assert on.topic.sent == []
    batch = run(on, tries=6)
    assert (len(batch.reports), batch.left_to_sweep, on.cloud.writes) == (1, [], 0)
    assert on.outcomes == [{"stuck": "told"}]
    assert on.ledger.memories[KEY].told == {"stuck": "LOW BREACH told awaiting-acceptance"}


def test_an_endpoint_that_hangs_is_not_asked_for_again_and_again() -> None:
    """Once that was told, further looks end at once: no message is left behind for later."""
    on = stage(WAITING)
    run(on, tries=6)
    batch = run(on, created=False)
    assert (batch.compliant, batch.postponed, on.post.later) == (1, [], [])
    assert len(on.topic.sent) == 1


def test_an_endpoint_that_hung_and_goes_on_is_looked_at_again() -> None:
    """Accepted after days, it is pending for a minute: that is no news, and its end is."""
    on = stage(WAITING)
    run(on, tries=6)
    on.cloud.put(replace(WAITING, state="pending"))
    assert run(on, created=False).postponed
    on.cloud.put(replace(WAITING, state="available"))
    run(on, tries=1)
    assert on.outcomes == [{"stuck": "told"}, {"stuck": "resolved", **BOTH}]


def test_what_was_told_stands_while_the_endpoint_is_not_ready() -> None:
    """A change makes it pending: nothing is dropped, so nothing is told twice."""
    on = stage(WRONG, ceiling=Mode.NOTIFY)
    run(on)
    told = dict(on.ledger.memories[KEY].told)
    for state in ("pending", "pendingacceptance"):
        on.cloud.put(replace(WRONG, state=state, created=NOW))
        run(on, tries=6)
    assert on.ledger.memories[KEY].told == told
    on.cloud.put(replace(WRONG, state="pendingacceptance"))
    run(on, tries=6)
    assert on.ledger.memories[KEY].told == told | {"stuck": "LOW BREACH told awaiting-acceptance"}
    on.cloud.put(WRONG)
    run(on)
    assert on.outcomes[1:] == [{"stuck": "told"}, {"stuck": "resolved"} | dict.fromkeys(BOTH, "would-fix")]
    assert on.ledger.memories[KEY].told == told


def test_what_is_too_long_is_not_told_where_the_rule_is_off() -> None:
    """Then an endpoint that hangs is left to the sweep, and nobody hears of it."""
    on = stage(WAITING, toml=f'{ENFORCING}[rules.stuck]\nmode = "off"\n')
    batch = run(on, tries=6)
    assert (len(batch.left_to_sweep), on.topic.sent) == (1, [])


def test_a_write_left_open_is_closed_though_the_endpoint_hangs() -> None:
    """Our own change made it pending, and so it stayed: what was changed is told, and that it hangs."""
    on = stage(WRONG, topic=FakeTopic(down=True))
    run(on)
    on.topic.down = False
    on.cloud.put(replace(on.cloud.held[KEY.id], state="pending"))
    on.clock.move_past_lease()
    assert run(on, created=False).postponed
    run(on, created=False, tries=6)
    assert on.outcomes == [BOTH | {"stuck": "told"}]


def test_an_endpoint_not_visible_yet_is_looked_at_again() -> None:
    """Created just now and not found: not ready. One that nobody remembers is no matter of ours."""
    on = stage()
    assert [found.look for found in run(on).postponed] == [look()]
    assert run(stage(), created=False) == Batch()
    assert on.topic.sent == []


TOLD = Memory(told={"multi-az": "HIGH BREACH told x"}, creator_known=True, managed_by="Terraform", writes=(NOW,))


@pytest.mark.parametrize("rest", [(), (endpoint(state="deleting"),)])
@pytest.mark.parametrize("facts", [{"deleted": True}, {"tries": 1}])
def test_an_endpoint_that_is_gone_is_told_if_it_was_told_before(
    rest: tuple[Endpoint, ...], facts: dict[str, Any]
) -> None:
    """One notice, and it is forgotten: after a delete at once, else at the second look that does not find it."""
    on = stage(*rest, ledger=FakeLedger({KEY: TOLD}))
    run(on, created=False, **facts)
    run(on, created=False, deleted=True)
    assert on.outcomes == [{"multi-az": "gone"}]
    assert on.ledger.memories == {}


def test_one_answer_that_lags_behind_forgets_nothing() -> None:
    """Who made it and what was written is what keeps an endpoint safe: it outlives a stale answer."""
    on = stage(ledger=FakeLedger({KEY: TOLD}))
    assert run(on, created=False).postponed
    assert (on.topic.sent, on.ledger.memories) == ([], {KEY: TOLD})
    on.cloud.put(WRONG)
    run(on, created=False, tries=1)
    assert (on.cloud.writes, on.outcomes) == (0, [HELD])


def test_a_gone_endpoint_that_nobody_was_told_of_is_forgotten_silently() -> None:
    """Only what is remembered of it goes."""
    on = stage(ledger=FakeLedger({KEY: Memory(creator_known=True)}))
    run(on, created=False, deleted=True)
    assert (on.topic.sent, on.ledger.memories) == ([], {})


def test_gone_and_not_to_be_told_now_comes_again() -> None:
    """The notice is not lost with the endpoint."""
    on = stage(ledger=FakeLedger({KEY: TOLD}), topic=FakeTopic(down=True))
    assert list(run(on, created=False, deleted=True).failed) == [KEY]


def test_an_endpoint_that_went_while_it_was_written_is_closed_in_the_journal() -> None:
    """While its writer may live it is left alone; then the journal says how it ended, and it is forgotten."""
    on = stage(WRONG, topic=FakeTopic(down=True))
    run(on)
    on.cloud.held.clear()
    on.topic.down = False
    assert run(on, created=False, deleted=True).postponed
    on.clock.move_past_lease()
    run(on, created=False, deleted=True)
    assert [entry["outcome"] for entry in on.ledger.journal.values()] == ["failed: the endpoint is gone"]
    assert on.ledger.memories == {}


def test_the_queue_away_fails_the_message() -> None:
    """A look that cannot be put off is not lost."""
    on = stage(endpoint(state="pending"), post=FakePost(down=True))
    assert list(run(on).failed) == [KEY]


# --- Writes that go wrong: each has its own behaviour ---


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(NotYet("RequestLimitExceeded"), id="throttled"),
        pytest.param(NotYet("OperationInProgress"), id="being changed"),
        pytest.param(NotYet("InvalidVpcEndpointId.NotFound"), id="not found right after create"),
    ],
)
def test_a_write_that_may_pass_later_is_put_off(error: NotYet) -> None:
    """Observed again, not made: a new look later; the try does not count as a write; nobody is told."""
    on = stage(WRONG)
    on.cloud.before_apply.append(raising(error))
    batch = run(on)
    assert (len(batch.postponed), on.topic.sent) == (1, [])
    assert (on.ledger.memories[KEY].writes, on.ledger.memories[KEY].pending) == ((), None)
    run(on, tries=5)
    assert on.outcomes == [BOTH]


def test_a_lost_answer_is_no_second_write() -> None:
    """The change was made and the answer lost: observed again, it is there, and told as fixed."""
    on = stage(WRONG)
    on.cloud.after_apply.append(raising(Unsure("connection closed")))
    run(on, times=2)
    assert (on.cloud.writes, on.outcomes) == (1, [BOTH])


def test_a_lost_answer_that_cannot_be_proved_is_left_open() -> None:
    """The change was made, its answer lost, and the look right after stale: it is neither denied nor forgotten.

    One look proves that a change was made, never that it was not: the journal stays open, and it is told later.
    """
    on = stage(WRONG)

    def made_unseen() -> None:
        after = on.cloud.held[KEY.id]
        on.cloud.put(WRONG)
        on.clock.later.append(lambda: on.cloud.put(after))
        raise Unsure("connection closed")

    on.cloud.after_apply.append(made_unseen)
    assert run(on).postponed
    assert on.topic.sent == []
    on.clock.move_past_lease()
    run(on, created=False)
    assert (on.cloud.writes, on.outcomes) == (1, [BOTH])
    assert [entry["outcome"] for entry in on.ledger.journal.values()] == ["applied"]


def test_a_write_that_is_put_off_for_good_is_told() -> None:
    """After the last look, people learn of the finding and of what stands in its way; not the sweep alone."""
    on = stage(WRONG)
    on.cloud.before_apply.append(raising(NotYet("IncorrectState")))
    run(on, tries=6)
    assert on.outcomes == [dict.fromkeys(BOTH, "refused")]
    assert "IncorrectState" in on.topic.sent[0].payload["results"][0]["why"]


def test_access_denied_is_told_at_once() -> None:
    """No use trying again: AWS's answer is in the notice, the finding stands, and the next look is silent."""
    on = stage(WRONG)
    for _ in range(2):
        on.cloud.before_apply.append(raising(CannotFix("UnauthorizedOperation: ...", "UnauthorizedOperation")))
    run(on, times=2)
    assert on.outcomes == [dict.fromkeys(BOTH, "refused")]
    assert on.ledger.memories[KEY].writes == ()


@pytest.mark.parametrize("what", ["InvalidParameter: zone not supported", "InsufficientFreeAddressesInSubnet"])
def test_old_facts_are_looked_up_afresh_once(what: str) -> None:
    """A zone that turns out unsupported, a subnet that filled up: planned anew, and only then told as refused."""
    on = stage(WRONG)
    on.cloud.before_apply.append(raising(Outdated(what)))
    assert run(on, tries=2).postponed, "looks while it was pending do not count"
    assert on.cloud.catalogue_drops == 1
    on.cloud.before_apply.append(raising(Outdated(what)))
    reconcile(on.world, on.post.later)
    assert on.outcomes == [dict.fromkeys(BOTH, "refused")]


def test_a_subnet_that_fills_up_between_look_and_write() -> None:
    """The next look sees it full and takes another."""
    on = stage(endpoint())

    def fill() -> None:
        on.cloud.known_subnets = (A, replace(B, free_addresses=0), C)
        raise Outdated("InsufficientFreeAddressesInSubnet")

    on.cloud.before_apply.append(fill)
    run(on)
    run(on, tries=1)
    assert on.cloud.held[KEY.id].subnet_ids == (A.id, C.id)


def test_an_endpoint_deleted_under_our_hands() -> None:
    """Gone between look and write: the write failed, the next look finds it gone."""
    on = stage(WRONG)

    def delete() -> None:
        on.cloud.held.clear()
        raise NotYet("InvalidVpcEndpointId.NotFound")

    on.cloud.before_apply.append(delete)
    assert run(on).postponed
    run(on, created=False, tries=1)
    assert on.topic.sent == []


# --- Two workers, and workers that die ---


def test_two_workers_at_one_endpoint_write_once() -> None:
    """The other wrote between our reading of the journal and our write: ours is void."""
    on = stage(WRONG)
    ours = on.ledger.recall([KEY])
    run(on)

    class Stale(FakeLedger):
        def recall(self, _keys: object) -> dict[EndpointKey, Memory]:
            return ours

    on.cloud.put(WRONG)
    late = replace(on.world, ledger=Stale(on.ledger.memories, on.ledger.journal))
    batch = reconcile(late, [look()])
    assert (on.cloud.writes, len(batch.postponed)) == (1, 1)


def test_a_write_under_way_keeps_others_away() -> None:
    """While its writer may live, the endpoint is only looked at again later."""
    on = stage(WRONG, topic=FakeTopic(down=True))
    assert run(on).failed
    assert run(on).postponed
    assert on.cloud.writes == 1


def test_a_write_whose_notice_was_not_taken_is_told_later() -> None:
    """The journal holds it open until people were told; the next look after the lease finds it made."""
    on = stage(WRONG, topic=FakeTopic(down=True))
    run(on)
    on.topic.down = False
    on.clock.move_past_lease()
    run(on, created=False)
    assert (on.cloud.writes, on.outcomes) == (1, [BOTH])
    assert [entry["outcome"] for entry in on.ledger.journal.values()] == ["applied"]


def test_a_write_that_died_before_it_was_made_is_freed() -> None:
    """Nothing was changed: the endpoint is freed, and looked at again."""
    on = stage(WRONG)
    on.cloud.before_apply.append(raising(RetryLater("the worker died")))
    on.ledger.fails = {"fail"}
    assert run(on).failed
    on.ledger.fails = set()
    on.clock.move_past_lease()
    assert run(on, created=False).postponed
    assert on.ledger.memories[KEY].writes == (NOW,), "never made, or made and taken back: it counts"
    run(on, created=False)
    assert on.outcomes == [BOTH]


def test_a_journal_that_cannot_be_closed_fails_the_message_and_tells_again() -> None:
    """Delivery is at least once: the second notice has the same id."""
    on = stage(WRONG, ledger=FakeLedger(fails={"finish"}))
    assert run(on).failed
    on.ledger.fails = set()
    on.clock.move_past_lease()
    run(on, created=False)
    assert on.outcomes == [BOTH, BOTH]
    assert on.topic.sent[0].id == on.topic.sent[1].id


def test_a_finding_beside_a_recovered_write_is_told_with_it() -> None:
    """What stands stays told as it is, the notice is the one that could not be sent, and nothing is called resolved."""
    toml = ENFORCING.replace("[baseline.kms]\naccept_unproved = true", "[baseline.kms]")
    both = {"multi-az": "fixed", "endpoint-policy": "held"}
    on = stage(WRONG, toml=toml, ledger=FakeLedger(fails={"finish"}))
    run(on)
    on.ledger.fails = set()
    on.clock.move_past_lease()
    run(on, created=False)
    assert on.outcomes == [both, both]
    assert on.topic.sent[0].id == on.topic.sent[1].id


@pytest.mark.parametrize(
    ("facts", "toml"),
    [
        pytest.param(
            {"state": "failed"}, f'{ENFORCING}[rules.stuck]\nmode = "off"\n', id="the endpoint failed, unheard"
        ),
        pytest.param({}, OFF, id="the rules were switched off"),
    ],
)
def test_what_is_no_longer_judged_is_not_called_resolved(facts: dict[str, Any], toml: str) -> None:
    """It is dropped without a word: to say that all is well would be wrong."""
    on = stage(WRONG, ceiling=Mode.NOTIFY)
    run(on)
    on.cloud.put(replace(WRONG, **facts))
    on.toml = toml
    run(on, times=2)
    assert len(on.topic.sent) == 1
    assert on.ledger.memories[KEY].told == {}


def test_an_endpoint_that_failed_takes_the_place_of_what_was_told() -> None:
    """That it serves nobody is told; what it did wrong before is dropped without a word."""
    on = stage(WRONG, ceiling=Mode.NOTIFY)
    run(on)
    on.cloud.put(replace(WRONG, state="failed"))
    run(on, times=2)
    assert on.outcomes[1:] == [{"stuck": "told"}]
    assert on.ledger.memories[KEY].told == {"stuck": "MEDIUM BREACH told failed"}


# --- Two rules that want subnets ---

BOTH_ZONES = """
[rules.multi-az]
mode = "enforce"
min_zones = 3
[rules.zone-coverage]
mode = "enforce"
"""
ZONES_FIXED = {"multi-az": "fixed", "zone-coverage": "fixed"}


def zoned(**facts: Any) -> Stage:
    """An endpoint in one zone of three, which both rules want in others."""
    on = stage(endpoint(), toml=BOTH_ZONES, **facts)
    on.cloud.known_interfaces = (Interface("eni-1", C.id, C.zone_name), Interface("eni-2", B.id, B.zone_name))
    on.cloud.known_vpcs = (Vpc(VPC, ("10.0.0.0/16",), KEY.account),)
    return on


def test_two_rules_that_add_subnets_make_one_write() -> None:
    """One call with each zone once, one write against the limit, one journal entry, one undo; then all is well."""
    on = zoned()
    run(on, times=2)
    assert (on.cloud.writes, on.outcomes) == (1, [ZONES_FIXED])
    assert set(on.cloud.held[KEY.id].subnet_ids) == {A.id, B.id, C.id}
    (entry,) = on.ledger.journal.values()
    assert sorted(entry["request"]["AddSubnetIds"]) == [B.id, C.id]
    assert (entry["outcome"], entry["after"]["subnet_ids"]) == ("applied", [A.id, B.id, C.id])
    assert on.ledger.memories[KEY].writes == (NOW,)
    change = on.topic.sent[0].payload["change"]
    assert change is not None
    assert change["undo"].endswith(f"--remove-subnet-ids {' '.join(entry['request']['AddSubnetIds'])}")


def test_what_two_rules_added_is_closed_after_a_crash() -> None:
    """The journal names both findings, and both are told once the writer's lease is over."""
    on = zoned(ledger=FakeLedger(fails={"finish"}))
    assert run(on).failed
    on.ledger.fails = set()
    on.clock.move_past_lease()
    run(on, created=False)
    assert (on.cloud.writes, on.outcomes) == (1, [ZONES_FIXED, ZONES_FIXED])


def test_what_two_rules_want_is_refused_together() -> None:
    """One call, one answer, told for both; nothing is half done."""
    on = zoned()
    on.cloud.before_apply.append(raising(CannotFix("UnauthorizedOperation")))
    run(on)
    assert on.outcomes == [dict.fromkeys(ZONES_FIXED, "refused")]
    assert on.cloud.held[KEY.id].subnet_ids == (A.id,)


def test_the_fourth_write_in_a_day_is_held_for_both_rules() -> None:
    """The limit counts calls, whatever they carry."""
    on = zoned()
    on.ledger.memories[KEY] = Memory(creator_known=True, writes=(NOW - timedelta(hours=1),) * 3)
    run(on)
    assert (on.cloud.writes, on.outcomes) == (0, [dict.fromkeys(ZONES_FIXED, "held")])


# --- Batches ---


def test_a_burst_is_one_look_for_each_and_few_reads() -> None:
    """Twenty endpoints, each named three times: one describe, one catalogue, one read of subnets and of routes."""
    keys = [EndpointKey(KEY.account, KEY.region, f"vpce-{number:017x}") for number in range(20)]
    on = stage(*(endpoint(key=key) for key in keys))
    on.cloud.known_subnets = (A, B, C, subnet(5))
    reconcile(on.world, [look(key=key) for key in keys for _ in range(3)])
    reads = [call for call in on.cloud.calls if call.startswith("Describe")]
    assert (len(reads), on.cloud.writes, len(on.topic.sent)) == (4, 20, 20)


def test_looks_at_one_endpoint_are_merged() -> None:
    """What any of them knew is kept; it is our own change only if all of them are."""
    one = look(created=False, managed_by="Terraform", own=True, tries=2)
    other = look(tries=1)
    assert list(merged([one, other]).values()) == [look(managed_by="Terraform", tries=1)]


def test_an_unknown_type_is_told_as_unsupported() -> None:
    """Once, and never as PASS."""
    on = stage(endpoint(type_name="Tunnel", service_name="", subnet_ids=()))
    run(on, times=2)
    assert on.outcomes == [{"endpoint-type": "told"}]
    assert on.topic.sent[0].payload["results"][0]["verdict"] == "UNSUPPORTED"
    assert on.cloud.calls == ["DescribeVpcEndpoints"] * 2


@pytest.mark.parametrize("kind", ["Gateway", "GatewayLoadBalancer"])
def test_endpoints_without_zones_are_never_given_subnets(kind: str) -> None:
    """Their truth is another."""
    on = stage(endpoint(type_name=kind, subnet_ids=()))
    on.cloud.known_services = (service(type_name=kind),)
    run(on)
    assert (on.cloud.writes, on.topic.sent) == (0, [])


def test_a_report_is_complete() -> None:
    """What the log line and the command line are made of."""
    on = stage(endpoint())
    (report,) = run(on).reports
    assert report.at == NOW
    assert [result.outcome for result in report.results] == [Outcome.FIXED]
    assert report.change is not None
    assert report.change.before["subnet_ids"] == [A.id]
