"""The sweep: it judges everything, asks for a look where there is something new, and does nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import FULL_ACCESS, KEY, NOW, OFF, VPC, A, B, endpoint, look, vpc
from fakes import FakeCloud, FakeLedger, FakePost, Stage
from warden.errors import RetryLater
from warden.events import Look, Sweep
from warden.ledger import Memory, Pending
from warden.mailbox import DELAYS
from warden.model import EndpointKey, Mode
from warden.neighbours import Permission, SecurityGroup, Vpc
from warden.reconcile import reconcile
from warden.settling import SETTLING
from warden.sweep import sweep

SECURITY_GROUP_OFF = '[rules.security-group]\nmode = "off"\n'
EVERYWHERE = Sweep(KEY.account, KEY.region)


def key(number: int) -> EndpointKey:
    return EndpointKey(KEY.account, KEY.region, f"vpce-{number:017x}")


def asked(on: Stage) -> list[str]:
    """The ids of the endpoints that looks were asked for."""
    before = len(on.post.at_once)
    sweep(on.world, EVERYWHERE)
    return [found.key.id for found in on.post.at_once[before:]]


def test_asks_for_a_look_where_something_is_new() -> None:
    """One of three is wrong; it is found page by page, and nothing is written or told by the sweep itself."""
    right = [endpoint(key=key(number), subnet_ids=(A.id, B.id)) for number in (1, 3)]
    on = Stage(cloud=FakeCloud.of(right[0], endpoint(key=key(2), policy=FULL_ACCESS), right[1]))
    swept = sweep(on.world, EVERYWHERE)
    assert (swept.seen, swept.asked) == (3, 1)
    assert [found.key for found in on.post.at_once] == [key(2)]
    assert (on.cloud.writes, on.topic.sent) == (0, [])


def test_what_was_told_already_is_not_asked_for_again() -> None:
    """In mode notify a breach is told once, however often it is swept."""
    on = Stage(cloud=FakeCloud.of(endpoint()), ceiling=Mode.NOTIFY)
    assert asked(on) == [KEY.id]
    reconcile(on.world, on.post.at_once)
    assert asked(on) == []
    assert len(on.topic.sent) == 1


def test_what_was_missed_is_found_and_fixed_through_the_same_door() -> None:
    """The look that the sweep asks for fixes what the event would have."""
    toml = '[rules.multi-az]\nmode = "enforce"\n[managed]\nunknown_creator = "write"\n'
    on = Stage(cloud=FakeCloud.of(endpoint()), toml=toml)
    asked(on)
    reconcile(on.world, on.post.at_once)
    assert on.outcomes == [{"multi-az": "fixed"}]
    assert asked(on) == []


def test_what_is_resolved_without_an_event_is_told() -> None:
    """A breach that people were told of, and that is gone: a look tells so."""
    on = Stage(cloud=FakeCloud.of(endpoint()), ceiling=Mode.NOTIFY)
    reconcile(on.world, [look()])
    on.cloud.put(endpoint(subnet_ids=(A.id, B.id)))
    assert asked(on) == [KEY.id]


def test_endpoints_that_are_remembered_and_no_longer_there_are_looked_at() -> None:
    """The look finds them gone and forgets them."""
    on = Stage(ledger=FakeLedger({KEY: Memory(creator_known=True)}))
    assert asked(on) == [KEY.id]
    reconcile(on.world, on.post.at_once)
    assert asked(on) == []


@pytest.mark.parametrize("state", ["pending", "pendingacceptance", "deleting"])
def test_endpoints_not_ready_are_left_alone(state: str) -> None:
    """Events look after them, or the next sweep; they are not taken for gone, and what was told of them stands."""
    told = {"multi-az": "HIGH BREACH would-fix too-few-zones"}
    remembered = {} if state == "deleting" else {KEY: Memory(creator_known=True, told=told)}
    on = Stage(cloud=FakeCloud.of(endpoint(state=state, created=NOW)), ledger=FakeLedger(remembered))
    assert asked(on) == []


@pytest.mark.parametrize("state", ["pending", "pendingacceptance"])
def test_an_endpoint_that_waits_for_days_is_found_once(state: str) -> None:
    """No event tells of it. Once it is told, no look is asked for until something is new; then its end is told."""
    on = Stage(cloud=FakeCloud.of(endpoint(state=state, created=NOW, subnet_ids=(A.id, B.id))))
    assert asked(on) == []
    on.clock.time += timedelta(days=2)
    assert asked(on) == [KEY.id]
    reconcile(on.world, [replace(on.post.at_once.pop(), tries=len(DELAYS))])
    assert on.outcomes == [{"stuck": "told"}]
    on.clock.time += timedelta(days=2)
    assert asked(on) == []
    on.cloud.put(endpoint(created=NOW, subnet_ids=(A.id, B.id)))
    assert asked(on) == [KEY.id]
    reconcile(on.world, on.post.at_once)
    assert on.outcomes[1:] == [{"stuck": "resolved"}]


def test_an_endpoint_that_failed_is_found() -> None:
    """No event tells of that either."""
    on = Stage(cloud=FakeCloud.of(endpoint(state="failed")))
    assert asked(on) == [KEY.id]
    reconcile(on.world, on.post.at_once)
    assert (on.outcomes, asked(on)) == ([{"stuck": "told"}], [])


def test_a_write_left_open_is_looked_at_once_its_lease_is_over() -> None:
    """Whoever died on the way is found."""
    on = Stage(cloud=FakeCloud.of(endpoint(subnet_ids=(A.id, B.id))))
    on.ledger.memories[KEY] = Memory(pending=Pending("j", on.clock(), {}, {}))
    assert asked(on) == []
    on.clock.move_past_lease()
    assert asked(on) == [KEY.id]


def test_a_prefix_list_that_cannot_be_read_does_not_break_the_sweep() -> None:
    """The endpoint that hangs on it is UNKNOWN; the others are judged by lists that can be read."""
    other = endpoint(key=key(2), subnet_ids=(A.id, B.id), security_group_ids=("sg-2",))
    ours = endpoint(subnet_ids=(A.id, B.id), security_group_ids=("sg-1",))
    groups = (
        SecurityGroup("sg-1", "a", VPC, (Permission("tcp", 443, 443, (), ("pl-theirs",)),)),
        SecurityGroup("sg-2", "b", VPC, (Permission("tcp", 443, 443, (), ("pl-ours",)),)),
    )
    cloud = FakeCloud.of(
        ours,
        other,
        known_groups=groups,
        known_lists={"pl-ours": ("10.0.0.0/8",)},
        known_vpcs=(Vpc(VPC, ("10.0.0.0/16",)),),
    )
    on = Stage(cloud=cloud, toml=f'{OFF.replace(SECURITY_GROUP_OFF, "")}[rules.security-group]\nmode = "notify"\n')
    assert asked(on) == [KEY.id]
    reconcile(on.world, on.post.at_once)
    (result,) = on.topic.sent[0].payload["results"]
    assert (result["verdict"], result["rule"]) == ("UNKNOWN", "security-group")
    assert "pl-theirs" in result["message"]


def test_a_stack_that_is_off_sweeps_nothing() -> None:
    """Not even a read."""
    on = Stage(cloud=FakeCloud.of(endpoint()), ceiling=Mode.OFF)
    assert asked(on) == []
    assert on.cloud.calls == []


def test_the_queue_away_fails_the_sweep() -> None:
    """It comes again from the start."""
    on = Stage(cloud=FakeCloud.of(endpoint()), post=FakePost(down=True))
    with pytest.raises(RetryLater):
        sweep(on.world, EVERYWHERE)


def test_vpcs_that_are_remembered_are_no_vanished_endpoints() -> None:
    """What people know of a VPC that stands as it did asks for no look."""
    toml = '[rules.required-endpoints]\nmode = "notify"\ndemands = [{ services = ["ssm"] }]\n'
    on = Stage(cloud=FakeCloud(known_vpcs=(vpc(),)), ceiling=Mode.NOTIFY, toml=toml)
    assert asked(on) == [VPC]
    reconcile(on.world, on.post.at_once)
    assert EndpointKey(KEY.account, KEY.region, VPC) in on.ledger.memories
    assert asked(on) == []
    assert sweep(on.world, EVERYWHERE).others == {"vpcs": 1, "services": 0}


def test_a_look_of_the_sweep_is_no_creation() -> None:
    """It must not count as having seen the making."""
    on = Stage(cloud=FakeCloud.of(endpoint()))
    asked(on)
    assert on.post.at_once == [Look(KEY, on.clock() - SETTLING, swept=True)]
