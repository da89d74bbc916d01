"""The rule `service-notification`: which events of its connections nobody hears."""

from __future__ import annotations

from typing import Any

import pytest

from builders import REGION, owned, standard
from warden.errors import BadStandard
from warden.model import Breach, NotApplicable, Pass
from warden.rules.rule import Answer
from warden.rules.service_notification import service_notification
from warden.subjects import Notification

EVERY = ("Accept", "Connect", "Delete", "Reject")
ON = '[rules.service-notification]\nmode = "notify"\n'


def notification(*events: str, name: str = "vpce-nfn-1", enabled: bool = True) -> Notification:
    return Notification(name, f"arn:aws:sns:{REGION}:111122223333:topic", frozenset(events), enabled)


def judge(*notifications: Notification, toml: str = ON, **facts: Any) -> Answer:
    return service_notification.judge(owned(notifications=notifications, **facts), standard(toml))


@pytest.mark.parametrize(
    ("notifications", "toml"),
    [
        pytest.param((notification(*EVERY),), ON, id="all by one"),
        pytest.param((notification("Accept", "Connect"), notification("Delete", "Reject")), ON, id="by two together"),
        pytest.param((notification("Connect"),), f'{ON}events = ["Connect"]\n', id="those that are demanded"),
        pytest.param((notification(*EVERY), notification(enabled=False)), ON, id="beside one that is disabled"),
        pytest.param((), f"{ON}events = []\n", id="none is demanded"),
    ],
)
def test_heard(notifications: tuple[Notification, ...], toml: str) -> None:
    """Whoever hears it."""
    assert judge(*notifications, toml=toml) == Pass()


@pytest.mark.parametrize(
    ("notifications", "code", "missing"),
    [
        pytest.param((), "no-notification", EVERY, id="none at all"),
        pytest.param((notification(*EVERY, enabled=False),), "notification-disabled", EVERY, id="disabled"),
        pytest.param((notification("Connect", "Delete"),), "events-not-heard", ("Accept", "Reject"), id="some events"),
        pytest.param(
            (notification("Connect"), notification(*EVERY, name="vpce-nfn-2", enabled=False)),
            "events-not-heard",
            ("Accept", "Delete", "Reject"),
            id="the rest is disabled",
        ),
    ],
)
def test_not_heard(notifications: tuple[Notification, ...], code: str, missing: tuple[str, ...]) -> None:
    """With the command that tells a topic of what is missing, and which notification to look at."""
    found = judge(*notifications)
    assert isinstance(found, Breach)
    assert found.code == code
    assert found.evidence["missing"] == list(missing)
    assert found.advice.endswith(
        f"`aws ec2 create-vpc-endpoint-connection-notification --region {REGION} --service-id "
        f"vpce-svc-0123456789abcdef0 --connection-notification-arn TOPIC_ARN --connection-events {' '.join(missing)}`"
    )
    disabled = [one.id for one in notifications if not one.enabled]
    assert all(name in found.advice for name in disabled)


@pytest.mark.parametrize("facts", [{"type_name": "GatewayLoadBalancer"}, {"state": "deleting"}, {"state": "failed"}])
def test_does_not_apply(facts: dict[str, Any]) -> None:
    """AWS has none for Gateway Load Balancers; a dead service has nothing to tell."""
    assert isinstance(judge(**facts), NotApplicable)


def test_an_event_that_aws_does_not_have_is_an_error() -> None:
    """The four are named."""
    with pytest.raises(BadStandard, match="Accept, Connect, Delete, Reject"):
        standard(f'{ON}events = ["Expire"]\n')


def test_which_events_are_missing_is_news_when_it_changes() -> None:
    """One that nobody hears of any more is told of beside those that nobody ever heard."""
    some = judge(notification("Connect", "Accept"))
    fewer = judge(notification("Connect"))
    assert isinstance(some, Breach)
    assert isinstance(fewer, Breach)
    assert (some.code, set(some.parts)) == (fewer.code, set(fewer.parts) - {"Accept"})
