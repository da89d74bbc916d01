"""Rules that only the sweep asks: no call on an event, and nothing that was told is taken back by not looking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import FULL_ACCESS, KEY, NOW, OFF, A, B, C, endpoint, look, standard
from fakes import FakeCloud, Stage
from warden.concerned import ask
from warden.events import Beside, Sweep
from warden.model import EndpointKey, Mode, Need
from warden.observe import observe
from warden.reconcile import reconcile
from warden.rules import RULES
from warden.rules.rule import Rule
from warden.sweep import sweep

ON = OFF.replace('[rules.unused]\nmode = "off"', '[rules.unused]\nmode = "notify"')
BOTH = ON.replace('[rules.endpoint-policy]\nmode = "off"', '[rules.endpoint-policy]\nmode = "notify"')
EVERYWHERE = Sweep(KEY.account, KEY.region)
IDLE = endpoint(subnet_ids=(A.id, B.id))


def stage(toml: str = ON) -> Stage:
    return Stage(cloud=FakeCloud.of(IDLE), toml=toml, ceiling=Mode.NOTIFY)


def swept(on: Stage) -> None:
    """A sweep, and the looks that it asks for."""
    on.post.at_once.clear()
    sweep(on.world, EVERYWHERE)
    reconcile(on.world, on.post.at_once)


def test_an_event_costs_no_call() -> None:
    """Not of CloudWatch, and not of the service catalogue for a rule that is not asked."""
    on = stage()
    done = reconcile(on.world, [look()])
    assert on.cloud.calls == ["DescribeVpcEndpoints"]
    assert (done.compliant, on.outcomes) == (1, [])


def test_the_sweep_tells_and_tells_once() -> None:
    """By the look that it asks for, which asks CloudWatch again."""
    on = stage()
    swept(on)
    assert on.outcomes == [{"unused": "told"}]
    assert on.cloud.calls.count("GetMetricData") == 2
    swept(on)
    assert on.post.at_once == []
    assert len(on.topic.sent) == 1


def test_an_event_does_not_take_back_what_the_sweep_told() -> None:
    """Neither RESOLVED nor forgotten: after the event the next sweep has nothing new to tell."""
    on = stage()
    swept(on)
    told = on.ledger.memories[KEY].told
    reconcile(on.world, [look()])
    assert on.ledger.memories[KEY].told == told
    swept(on)
    assert len(on.topic.sent) == 1


def test_what_an_event_tells_stands_beside_what_the_sweep_told() -> None:
    """Another rule's breach comes and goes; what the sweep told stays."""
    on = stage(BOTH)
    swept(on)
    on.cloud.put(replace(IDLE, policy=FULL_ACCESS))
    reconcile(on.world, [look()])
    assert set(on.ledger.memories[KEY].told) == {"unused", "endpoint-policy"}
    on.cloud.put(IDLE)
    reconcile(on.world, [look()])
    assert set(on.ledger.memories[KEY].told) == {"unused"}
    assert on.outcomes == [{"unused": "told"}, {"endpoint-policy": "told"}, {"endpoint-policy": "resolved"}]


def test_a_look_after_our_own_change_is_not_put_off_for_it() -> None:
    """It knows all that there is to know of the other rules."""
    on = stage()
    swept(on)
    done = reconcile(on.world, [look(own=True, created=False)])
    assert (done.compliant, done.postponed) == (1, [])


def test_an_event_and_a_sweep_in_one_batch_count_as_an_event() -> None:
    """One look for both; the next sweep asks again."""
    on = stage()
    sweep(on.world, EVERYWHERE)
    reconcile(on.world, [*on.post.at_once, look()])
    assert on.outcomes == []
    swept(on)
    assert on.outcomes == [{"unused": "told"}]


def test_the_sweep_tells_that_it_is_used_again() -> None:
    """RESOLVED is the sweep's to say."""
    on = stage()
    swept(on)
    on.cloud.known_bytes = {A.id: 1}
    swept(on)
    assert on.outcomes == [{"unused": "told"}, {"unused": "resolved"}]


def test_a_rule_that_is_switched_off_is_dropped_on_an_event_too() -> None:
    """What nobody judges any more stands nowhere."""
    on = stage()
    swept(on)
    on.toml = OFF
    reconcile(on.world, [look()])
    assert on.ledger.memories[KEY].told == {}


def test_use_is_read_once_for_all_that_wait() -> None:
    """One read for a whole page, for those whose answer hangs on it; an event among them waits for none."""
    keys = [EndpointKey(KEY.account, KEY.region, f"vpce-{number:017x}") for number in range(3)]
    young = replace(IDLE, key=keys[2], created=NOW)
    cloud = FakeCloud()
    found = observe(cloud, [*(replace(IDLE, key=key) for key in keys[:2]), young], standard(ON), NOW, {keys[1]})
    assert cloud.calls.count("GetMetricData") == 1
    assert [[finding.verdict.value for finding in one.findings] for one in found] == [
        ["BREACH"],
        [],
        ["NOT_APPLICABLE"],
    ]
    assert [one.left_out for one in found] == [frozenset(), {"unused"}, frozenset()]


def test_subnets_are_asked_for_only_where_a_rule_needs_them() -> None:
    """Of an endpoint in more zones than are demanded; as many days back as the standard says."""
    each = ON.replace("[rules.unused]\n", "[rules.unused]\ndays = 7\neach_zone = true\n")
    wide = replace(IDLE, subnet_ids=(A.id, B.id, C.id), key=EndpointKey(KEY.account, KEY.region, "vpce-3"))
    cloud = FakeCloud(known_bytes={A.id: 5, B.id: 5})
    found = observe(cloud, [IDLE, wide], standard(each), NOW)
    assert [[finding.code for finding in one.findings] for one in found] == [[""], ["idle-zones"]]
    assert [one.seen.use_by_subnet for one in found] == [None, {A.id: 5, B.id: 5, C.id: 0}]
    assert cloud.spans == [(7, NOW), (7, NOW)]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.only_swept], ids=lambda rule: rule.id)
def test_a_change_beside_endpoints_concerns_no_rule_that_only_the_sweep_asks(rule: Rule) -> None:
    """Such a rule would not be asked by the look either."""
    on = stage(OFF.replace(f'[rules.{rule.id}]\nmode = "off"', f'[rules.{rule.id}]\nmode = "notify"'))
    asked = ask(on.world, [Beside((IDLE.vpc_id,), NOW, need) for need in Need])
    assert (asked.looks, asked.idle) == (0, len(Need))
    assert on.cloud.calls == []
