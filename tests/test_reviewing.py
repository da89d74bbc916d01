"""The review: it judges everything, tells once, remembers what it told, and writes to no endpoint."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from builders import ACCOUNT, KEY, NOW, OFF, REGION, VPC, A, B, endpoint
from fakes import FakeCloud, FakeTopic, Stage
from warden.errors import NotYet, RetryLater
from warden.events import Review
from warden.model import Endpoint, EndpointKey, Mode
from warden.prices import GB
from warden.review.payload import ReviewJson
from warden.reviewing import REPEATED, Done, review

HERE = Review(ACCOUNT, REGION)
MONTH = timedelta(days=31)


def numbered(number: int, **facts: Any) -> Endpoint:
    """An endpoint that is told apart by its number."""
    return endpoint(key=EndpointKey(ACCOUNT, REGION, f"vpce-{number:017x}"), **facts)


def of(*endpoints: Endpoint, toml: str = OFF, **facts: Any) -> Stage:
    """A world with these endpoints, whose standard has every rule off."""
    return Stage(cloud=FakeCloud.of(*endpoints, **facts), toml=toml)


def told(on: Stage) -> ReviewJson:
    """What the last notice said."""
    return on.topic.reviews[-1].payload


def test_every_endpoint_is_told_of_and_none_is_written() -> None:
    """Page by page; the rules on use are asked whatever their mode."""
    on = of(*(numbered(number) for number in range(1, 6)), numbered(6, state="deleting"))
    assert review(on.world, HERE) == Done(5)
    assert told(on)["total"] == {"endpoints": 5, "usd_per_month": 36.5, "saving": 36.5, "price_unknown": 0}
    assert told(on)["savings"]["endpoints"][0]["rule"] == "unused"
    assert (told(on)["last"], told(on)["changes"]) == (None, None)
    assert (on.cloud.writes, on.topic.sent, on.post.at_once, on.ledger.memories) == (0, [], [], {})


def test_the_next_one_tells_what_changed() -> None:
    """Against what was told, which the ledger remembers."""
    on = of(numbered(1), numbered(2), toml=OFF.replace('[rules.multi-az]\nmode = "off"', "[rules.multi-az]"))
    review(on.world, HERE)
    on.clock.time += MONTH
    on.cloud.held.pop(numbered(2).key.id)
    on.cloud.put(numbered(1, subnet_ids=(A.id, B.id)))
    on.cloud.put(numbered(3))
    assert review(on.world, HERE) == Done(2)
    changes, last = told(on)["changes"], told(on)["last"]
    assert changes is not None
    assert last == {"at": "2026-03-01T12:00:00Z", "total": on.topic.reviews[0].payload["total"]}
    assert [one["id"][-1] for one in changes["new"]["endpoints"]] == ["3"]
    assert [one["id"][-1] for one in changes["gone"]["endpoints"]] == ["2"]
    assert [(one["id"][-1], one["before"], one["after"]) for one in changes["costs"]["endpoints"]] == [("1", 7.3, 14.6)]
    assert [(one["rule"], one["count"]) for one in changes["resolved"]] == [("multi-az", 1)]
    on.clock.time += MONTH
    assert review(on.world, HERE) == Done(2)
    assert told(on)["last"] != last


def test_a_month_without_changes_is_told_all_the_same() -> None:
    """It was asked for by a schedule: silence would look like a review that failed."""
    on = of(numbered(1))
    review(on.world, HERE)
    on.clock.time += MONTH
    assert review(on.world, HERE) == Done(1)
    assert "CHANGED\n  Nothing.\n" in on.topic.reviews[-1].text


@pytest.mark.parametrize(
    ("after", "count"),
    [
        pytest.param(timedelta(minutes=12), 1, id="the same message come again"),
        pytest.param(REPEATED - timedelta(seconds=1), 1, id="at the last of its tries"),
        pytest.param(REPEATED, 2, id="the next one"),
    ],
)
def test_a_message_that_comes_twice_is_told_once(after: timedelta, count: int) -> None:
    """Scheduler and SQS deliver at least once."""
    on = of(numbered(1))
    review(on.world, HERE)
    on.clock.time += after
    done = review(on.world, HERE)
    assert bool(done.untold) is (count == 1)
    assert len(on.topic.reviews) == count


def test_an_account_without_endpoints_is_told_nothing() -> None:
    """Each month the same nothing would be noise; nothing is remembered, and the next endpoint makes a first review."""
    on = of()
    assert review(on.world, HERE) == Done(0, "there is no endpoint, and was none")
    assert (on.topic.reviews, on.ledger.reviews) == ([], {})
    on.cloud.put(numbered(1))
    assert review(on.world, HERE) == Done(1)
    assert told(on)["changes"] is None


def test_the_last_endpoint_that_went_is_told_once() -> None:
    """Then there is silence, until one comes."""
    on = of(numbered(1))
    review(on.world, HERE)
    on.cloud.held.clear()
    for untold in (False, True, True):
        on.clock.time += MONTH
        assert bool(review(on.world, HERE).untold) is untold
    assert told(on)["summary"] == f"Account {ACCOUNT} has no endpoint in {REGION}."
    on.clock.time += MONTH
    on.cloud.put(numbered(2))
    review(on.world, HERE)
    changes = told(on)["changes"]
    assert changes is not None
    assert (changes["new"]["count"], changes["gone"]["count"]) == (1, 0)


def test_a_stack_that_is_off_reviews_nothing() -> None:
    """Not even a read."""
    on = replace(of(numbered(1)), ceiling=Mode.OFF)
    assert review(on.world, HERE) == Done(0, "the stack is off")
    assert (on.cloud.calls, on.topic.reviews) == ([], [])


def test_what_is_not_told_is_not_remembered() -> None:
    """SNS is away: the message comes again, and the review is told then, of all that changed."""
    on = replace(of(numbered(1)), topic=FakeTopic(down=True))
    with pytest.raises(RetryLater):
        review(on.world, HERE)
    assert on.ledger.reviews == {}
    on.topic.down = False
    assert review(on.world, HERE) == Done(1)


def test_what_is_not_remembered_is_told_again_under_one_id() -> None:
    """The ledger went away after the notice: whoever gets both can tell that they are one."""
    on = of(numbered(1))
    on.ledger.fails.add("keep_review")
    with pytest.raises(RetryLater):
        review(on.world, HERE)
    on.ledger.fails.clear()
    on.clock.time += timedelta(minutes=12)
    assert review(on.world, HERE) == Done(1)
    first, second = on.topic.reviews
    assert first.id == second.id


def test_without_the_last_review_nothing_is_told() -> None:
    """A ledger that cannot be read is no first review."""
    on = of(numbered(1))
    on.ledger.fails.add("last_review")
    with pytest.raises(RetryLater):
        review(on.world, HERE)
    assert (on.cloud.calls, on.topic.reviews) == ([], [])


def test_two_workers_remember_one_review() -> None:
    """The later one is told that it was too late, and its message comes again to find it told."""
    on = of(numbered(1))
    last = on.ledger.last_review(ACCOUNT, REGION)
    review(on.world, HERE)
    kept = on.ledger.last_review(ACCOUNT, REGION)
    assert kept is not None
    with pytest.raises(NotYet):
        on.ledger.keep_review(ACCOUNT, REGION, replace(kept, at=NOW + timedelta(seconds=1)), last)
    assert review(on.world, HERE).untold


def test_cloudwatch_away_fails_the_review() -> None:
    """An endpoint of which nothing is told is not idle: nobody is told anything."""

    class Silent(FakeCloud):
        def use(self, *_: object) -> Any:
            raise RetryLater("CloudWatch is away")

    on = replace(of(), cloud=Silent.of(endpoint()))
    with pytest.raises(RetryLater):
        review(on.world, HERE)
    assert on.topic.reviews == []


def test_use_is_read_once_for_a_page() -> None:
    """Two endpoints a page here: three pages are three calls; no neighbour or service is read for what is used."""
    on = of(*(numbered(number) for number in range(1, 6)), known_bytes={A.id: 500 * GB})
    review(on.world, HERE)
    assert on.cloud.calls.count("GetMetricData") == 3
    assert set(on.cloud.calls) == {"DescribeVpcEndpoints", "GetMetricData"}
    assert VPC not in on.topic.reviews[0].text
    assert KEY.id not in on.topic.reviews[0].text
