"""Endpoint services of our own: what is read, what people are told and when, and that nothing is ever written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import KEY, LONG_AGO, NOW, OFF, VPC, A, B, endpoint, look, owned, standard, vpc
from fakes import FakeCloud, FakeLedger, FakeServices, FakeTopic, Stage
from warden.events import Look, Sweep
from warden.ledger import Memory
from warden.mailbox import DELAYS
from warden.model import Mode
from warden.reconcile import reconcile
from warden.service_watch import SERVICES
from warden.subjects import Connection, LoadBalancer, Principal, PrivateDns, ServiceSeen
from warden.sweep import sweep
from warden.watches import WATCHES

ONE = owned()
SERVICE = ONE.key
ANYBODY = (Principal("*", "All"),)
OPEN = owned(principals=ANYBODY)
"""With a breach of service-acceptance."""
VPCS_ON = '[rules.required-endpoints]\nmode = "notify"\ndemands = [{ services = ["kms"] }]\n'
TOLD = {"service-acceptance": "MEDIUM BREACH told everybody-may-ask"}
EVERYWHERE = Sweep(KEY.account, KEY.region)


def stage(*services: ServiceSeen, toml: str = "", **facts: Any) -> Stage:
    """A world with these services, in mode enforce: so that nothing but the rules keeps writes away."""
    return Stage(services=FakeServices(services), toml=toml, **facts)


def looked(on: Stage, **facts: Any) -> list[dict[str, str]]:
    """Look at the service as an event asks for it; every notice so far."""
    reconcile(on.world, [Look(SERVICE, LONG_AGO, **facts)])
    return on.outcomes


def swept(on: Stage) -> list[Look]:
    """The looks that a sweep asks for."""
    before = len(on.post.at_once)
    sweep(on.world, EVERYWHERE)
    return on.post.at_once[before:]


def another(number: int, **facts: Any) -> ServiceSeen:
    """One more service."""
    return owned(key=replace(SERVICE, id=f"vpce-svc-{number:017x}"), **facts)


def test_a_breach_is_told_once_and_its_end_too() -> None:
    """However often it is looked at; and never is anything written, nor any endpoint read."""
    on = stage(OPEN)
    assert looked(on) == [{"service-acceptance": "told"}]
    assert looked(on) == [{"service-acceptance": "told"}]
    on.services.held = (ONE,)
    assert looked(on)[1:] == [{"service-acceptance": "resolved"}]
    assert "The endpoint service is at the standard again." in on.topic.sent[1].text
    assert looked(on)[2:] == []
    on.services.held = (OPEN,)
    assert looked(on)[2:] == [{"service-acceptance": "told"}]
    assert on.cloud.calls == []


def test_a_breach_that_grows_worse_is_news() -> None:
    """The rule is the same, and acceptance was taken away."""
    on = stage(OPEN)
    looked(on)
    on.services.held = (replace(OPEN, acceptance_required=False),)
    assert len(looked(on)) == 2
    assert [notice.payload["severity"] for notice in on.topic.sent] == ["medium", "critical"]


STRANGER, ANOTHER = "arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:root"
NAMED = '[rules.service-principals]\nmode = "notify"\n'
WAITS = Connection("vpce-1", "777788889999", "pendingacceptance", LONG_AGO)
KNOWN = (
    '[rules.service-connections]\nmode = "notify"\n[rules.service-principals]\n'
    'registry = [{ principal = "777788889999", purpose = "billing", contact = "ann@example.com" }]\n'
)
ONE_ZONE = (LoadBalancer(ONE.balancer_arns[0], frozenset({"us-east-1a"})),)


@pytest.mark.parametrize(
    ("toml", "before", "after", "told"),
    [
        pytest.param(NAMED, {"principals": [STRANGER]}, {"principals": [STRANGER, ANOTHER]}, 2, id="a stranger more"),
        pytest.param(
            f'[organisation]\nid = "o-a1b2c3d4e5"\n{NAMED}',
            {"principals": [STRANGER]},
            {"principals": [STRANGER, ANOTHER]},
            2,
            id="one more of whom nobody can tell",
        ),
        pytest.param(NAMED, {"principals": [STRANGER, ANOTHER]}, {"principals": [ANOTHER, STRANGER]}, 1, id="order"),
        pytest.param(
            KNOWN,
            {"connections": (WAITS,)},
            {"connections": (WAITS, WAITS._replace(endpoint_id="vpce-2"))},
            2,
            id="waits",
        ),
        pytest.param(
            KNOWN,
            {"connections": (WAITS._replace(owner="444455556666"),)},
            {"connections": tuple(WAITS._replace(owner="444455556666", endpoint_id=f"vpce-{one}") for one in "12")},
            1,
            id="another endpoint of a stranger",
        ),
        pytest.param(
            "", {"balancers": ONE_ZONE}, {"balancers": (ONE_ZONE[0]._replace(state="failed"),)}, 2, id="zones"
        ),
        pytest.param(
            "",
            {"private_dns": PrivateDns("a.example.com", "failed")},
            {"private_dns": PrivateDns("b.example.com", "failed")},
            2,
            id="a name",
        ),
    ],
)
def test_more_of_the_same_is_news(toml: str, before: dict[str, Any], after: dict[str, Any], told: int) -> None:
    """The rule and its code are the same; who or what it speaks of is not."""
    on = stage(made(before), toml=toml)
    looked(on)
    on.services.held = (made(after),)
    assert len(looked(on)) == told


def made(facts: dict[str, Any]) -> ServiceSeen:
    """A service with these facts, principals by their names."""
    return owned(**facts | {"principals": tuple(Principal(one) for one in facts.get("principals", ()))})


NAME = PrivateDns("api.example.com", "pendingVerification", "TXT", "_6e86v84tqgqubxbwii1m", "vpce:l6p0ERxlTt45")
VERIFIED, FAILED = NAME._replace(state="verified"), NAME._replace(state="failed")


def test_a_name_that_is_being_verified_is_no_news_yet() -> None:
    """Whoever makes a service and its record in one go hears nothing, however often it is looked at."""
    on = stage(owned(private_dns=NAME))
    for tries in range(6):
        assert looked(on, tries=tries) == []
    assert [one.tries for one in on.post.later] == [1, 2, 3, 4, 5, 6]
    on.services.held = (owned(private_dns=VERIFIED),)
    assert looked(on, tries=6) == []
    assert on.ledger.memories == {}


@pytest.mark.parametrize("swept_first", [False, True], ids=["by an event", "by the sweep"])
def test_a_name_that_stays_pending_is_told_at_the_last_look(*, swept_first: bool) -> None:
    """Half an hour after the look was asked for; then once, and its end."""
    on = stage(owned(private_dns=NAME))
    if swept_first:
        assert [one.key for one in swept(on)] == [SERVICE]
    assert looked(on) == []
    assert looked(on, tries=6) == [{"service-dns": "told"}]
    assert swept(on) == []
    assert len(looked(on)) == 1
    assert len(on.post.later) == 1
    on.services.held = (owned(private_dns=VERIFIED),)
    assert looked(on)[1:] == [{"service-dns": "resolved"}]


def test_a_name_whose_proof_failed_is_told_at_once() -> None:
    """That does not mend itself; and one that is tried again is not resolved before it is verified."""
    on = stage(owned(private_dns=FAILED))
    assert looked(on) == [{"service-dns": "told"}]
    on.services.held = (owned(private_dns=NAME),)
    assert looked(on)[1:] == []
    on.services.held = (owned(private_dns=VERIFIED),)
    assert looked(on, tries=1)[1:] == [{"service-dns": "resolved"}]


def test_a_pending_name_holds_up_no_other_news() -> None:
    """That everybody may connect is told at once, and how the name stands with it; what ends, ends at once too."""
    on = stage(replace(OPEN, private_dns=NAME))
    assert looked(on) == [{"service-acceptance": "told", "service-dns": "told"}]
    on.services.held = (replace(ONE, private_dns=NAME),)
    assert looked(on)[1:] == [{"service-acceptance": "resolved", "service-dns": "told"}]
    assert on.post.later == []


def test_what_is_not_known_is_told_as_such() -> None:
    """A load balancer that is not to be seen is neither good news nor bad."""
    on = stage(owned(balancers=()))
    assert looked(on) == [{"service-zones": "told"}]
    (result,) = on.topic.sent[0].payload["results"]
    assert (result["verdict"], result["state"]) == ("UNKNOWN", "cannot tell")


def test_only_what_is_asked_for_is_read() -> None:
    """And all of them in one reading."""
    on = stage(OPEN, another(1), another(2, principals=ANYBODY))
    reconcile(on.world, [Look(SERVICE, LONG_AGO), Look(another(2).key, LONG_AGO)])
    assert on.services.asked == [{SERVICE.id, another(2).key.id}]
    assert {notice.payload["about"]["id"] for notice in on.topic.sent} == {SERVICE.id, another(2).key.id}


def test_nothing_is_read_where_every_rule_of_services_is_off() -> None:
    """Neither by the sweep nor by an event: who asks nothing pays nothing."""
    on = stage(OPEN, toml=OFF)
    assert looked(on) == []
    assert swept(on) == []
    assert on.services.asked == []


def test_a_stack_that_is_off_looks_at_nothing() -> None:
    """Not even a read."""
    on = stage(OPEN, ceiling=Mode.OFF)
    assert looked(on) == []
    assert swept(on) == []
    assert on.services.asked == []


def test_a_service_that_is_not_there_is_gone_at_the_second_look() -> None:
    """One answer of EC2 can lag behind; then people hear of it once, and it is forgotten."""
    on = stage(OPEN)
    looked(on)
    on.services.held = ()
    assert len(looked(on)) == 1
    assert [one.tries for one in on.post.later] == [1]
    assert looked(on, tries=1)[1:] == [{"service-acceptance": "gone"}]
    assert "The endpoint service no longer exists." in on.topic.sent[1].text
    assert on.ledger.memories == {}
    assert len(looked(on, tries=1)) == 2


@pytest.mark.parametrize(
    "left", [pytest.param((), id="absent"), pytest.param((replace(OPEN, state="deleting"),), id="deleting")]
)
def test_a_service_that_somebody_deleted_is_gone_at_once(left: tuple[ServiceSeen, ...]) -> None:
    """Its event says so; one on its way out serves nobody any more."""
    on = stage(OPEN)
    looked(on)
    on.services.held = left
    assert looked(on, deleted=True)[1:] == [{"service-acceptance": "gone"}]
    assert on.ledger.memories == {}


def test_a_service_just_made_is_waited_for() -> None:
    """EC2 may not show it yet, for as long as looks are taken again; nobody is told that it is gone."""
    on = stage()
    for tries in range(len(DELAYS)):
        assert looked(on, created=True, tries=tries) == []
    assert [one.tries for one in on.post.later] == [tries + 1 for tries in range(len(DELAYS))]
    on.services.held = (OPEN,)
    assert looked(on, created=True, tries=1) == [{"service-acceptance": "told"}]


def test_a_service_is_forgotten_without_a_word_where_no_rule_looks() -> None:
    """To say that it is gone, or that all is well, would be wrong; nothing is read for it."""
    on = stage(OPEN, toml=OFF, ledger=FakeLedger({SERVICE: Memory(told=TOLD)}))
    assert [one.key for one in swept(on)] == [SERVICE]
    reconcile(on.world, on.post.at_once)
    assert (on.outcomes, on.ledger.memories, on.services.asked) == ([], {}, [])


def test_the_sweep_asks_for_a_look_at_what_is_new() -> None:
    """All are judged in one reading, and nobody is told by the sweep itself."""
    on = stage(another(1), OPEN, another(2))
    assert [one.key for one in swept(on)] == [SERVICE]
    assert on.services.asked == [None]
    assert on.topic.sent == []
    reconcile(on.world, on.post.at_once)
    assert swept(on) == []
    on.services.held = (ONE,)
    assert [one.key for one in swept(on)] == [SERVICE]


def test_the_sweep_reads_them_once_for_all_pages_of_endpoints() -> None:
    """Two endpoints a page here; whether the account provides any or none."""
    endpoints = [endpoint(key=replace(KEY, id=f"vpce-{number:017x}")) for number in range(5)]
    for services in ((), (ONE,)):
        on = stage(*services, cloud=FakeCloud.of(*endpoints))
        sweep(on.world, EVERYWHERE)
        assert on.cloud.calls.count("DescribeVpcEndpoints") == 3
        assert on.services.asked == [None]


def test_the_sweep_counts_them() -> None:
    """Each kind apart."""
    on = stage(ONE, another(1), cloud=FakeCloud.of(endpoint(), known_vpcs=(vpc(),)), toml=VPCS_ON)
    found = sweep(on.world, EVERYWHERE)
    assert (found.seen, found.others) == (1, {"vpcs": 1, "services": 2})


def test_services_that_are_remembered_are_no_vanished_endpoints() -> None:
    """What people know of a service that stands as it did asks for no look, whatever else is remembered."""
    on = stage(OPEN, cloud=FakeCloud.of(endpoint(subnet_ids=(A.id, B.id))), ceiling=Mode.NOTIFY)
    reconcile(on.world, swept(on))
    assert SERVICE in on.ledger.memories
    assert swept(on) == []


def test_the_sweep_finds_services_that_are_gone() -> None:
    """Absent in the sweep's answer and in the look's: no third is needed."""
    on = stage(ledger=FakeLedger({SERVICE: Memory(told=TOLD)}))
    (asked,) = swept(on)
    assert (asked.key, asked.tries) == (SERVICE, 1)
    reconcile(on.world, [asked])
    assert on.outcomes == [{"service-acceptance": "gone"}]
    assert swept(on) == []


def test_endpoints_vpcs_and_services_of_one_batch_are_each_looked_at() -> None:
    """Each by its own rules."""
    on = stage(OPEN, cloud=FakeCloud.of(known_vpcs=(vpc(),)), toml=VPCS_ON, ceiling=Mode.NOTIFY)
    on.cloud.put(endpoint(vpc_id="vpc-00000000000000002"))
    looks = [look(), Look(replace(KEY, id=VPC), LONG_AGO), Look(SERVICE, LONG_AGO)]
    done = reconcile(on.world, looks)
    assert {report.about.key for report in done.reports} == {one.key for one in looks}


def test_services_that_cannot_be_read_come_again_and_hold_up_nothing_else() -> None:
    """Their messages fail alone."""
    on = stage(cloud=FakeCloud.of(endpoint()), ceiling=Mode.NOTIFY)
    on.services.refuses = "UnauthorizedOperation"
    done = reconcile(on.world, [look(), Look(SERVICE, LONG_AGO)])
    assert set(done.failed) == {SERVICE}
    assert [report.about.key for report in done.reports] == [KEY]


def test_what_could_not_be_told_comes_again() -> None:
    """Nothing counts as told before it was."""
    on = stage(OPEN, topic=FakeTopic(down=True))
    assert set(reconcile(on.world, [Look(SERVICE, LONG_AGO)]).failed) == {SERVICE}
    assert on.ledger.memories == {}


def test_a_service_is_told_apart_by_name_type_and_consumers() -> None:
    """What people know it by; its private DNS name where it has one."""
    consumers = tuple(
        Connection(f"vpce-{number}", "444455556666", state)
        for number, state in enumerate(("pendingacceptance", "available", "available"))
    )
    seen = owned(tags={"Name": "billing"}, connections=consumers, private_dns=PrivateDns("pay.example.com", "verified"))
    alone, told = (one.subject for one in SERVICES.observe(FakeServices((ONE, seen)), standard(""), NOW))
    assert (told.what, told.name) == ("endpoint service", "billing")
    assert told.facts == (
        ("Type", "Interface (available)"),
        ("DNS name", "pay.example.com"),
        ("Consumers", "2 available, 1 pendingacceptance"),
    )
    assert alone.facts == (("Type", "Interface (available)"), ("Consumers", "none"))


def test_the_notice_is_of_the_service() -> None:
    """With what it is, a page of the console, and when it is looked at again."""
    on = stage(owned(balancers=(LoadBalancer(ONE.balancer_arns[0], frozenset({"us-east-1a"})),)))
    looked(on)
    (notice,) = on.topic.sent
    assert notice.payload["about"]["what"] == "endpoint service"
    assert notice.payload["links"][0]["url"].endswith("#EndpointServices:")
    assert "at the endpoint service's next change, and at the next sweep." in " ".join(notice.text.split())


@pytest.mark.parametrize("key", [KEY, replace(KEY, id=VPC), SERVICE], ids=["endpoint", "VPC", "service"])
def test_every_key_is_of_one_kind(key: Any) -> None:
    """So that what is remembered of one is never taken for another that vanished."""
    kinds = [watch.what for watch in WATCHES if watch.has(key)]
    assert len(kinds) + key.of_endpoint == 1
