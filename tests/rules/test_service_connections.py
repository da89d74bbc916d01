"""The rule `service-connections`: consumers who are not known, and those who are and wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import ACCOUNT, NOW, REGION, owned, standard
from warden.actions import AcceptConnections
from warden.model import Breach, NotApplicable, Pass, Unknown
from warden.rules.rule import Answer
from warden.rules.service_connections import service_connections
from warden.subjects import Connection, Principal

ORG = "o-a1b2c3d4e5"
PARTNER, STRANGER = "999988887777", "444455556666"
SERVICE = f"--region {REGION} --service-id vpce-svc-0123456789abcdef0 --vpc-endpoint-ids"
ENDED = ", expires = 2026-02-28"


def toml(*entries: str, organisation: str = "", accounts: str = "", hours: int = 24) -> str:
    its = f'id = "{organisation}"\n' if organisation else ""
    return (
        f"[organisation]\n{its}accounts = [{accounts}]\n[rules.service-principals]\nregistry = [{', '.join(entries)}]\n"
        f'[rules.service-connections]\nmode = "notify"\nhours = {hours}\n'
    )


def entry(principal: str, end: str = "") -> str:
    return f'{{ principal = "{principal}", purpose = "billing", contact = "ann@example.com"{end} }}'


def connection(owner: str, state: str = "available", hours: float | None = 1, name: str = "vpce-1") -> Connection:
    return Connection(name, owner, state, None if hours is None else NOW - timedelta(hours=hours))


def judge(text: str, *connections: Connection, **facts: Any) -> Answer:
    return service_connections.judge(owned(connections=connections, **facts), standard(text))


@pytest.mark.parametrize("state", ["available", "pending", "pendingacceptance", "partial"])
@pytest.mark.parametrize(
    ("text", "owner"),
    [
        pytest.param(toml(), ACCOUNT, id="the service's own account"),
        pytest.param(toml(accounts=f'"{PARTNER}"'), PARTNER, id="an account of ours"),
        pytest.param(toml(entry(PARTNER)), PARTNER, id="an account of the registry"),
        pytest.param(toml(entry(f"arn:aws:iam::{PARTNER}:role/r")), PARTNER, id="the account of a role"),
        pytest.param(toml(entry(PARTNER), organisation=ORG), PARTNER, id="with an organisation"),
    ],
)
def test_known(text: str, owner: str, state: str) -> None:
    """Whatever they are doing, and not for long."""
    assert judge(text, connection(owner, state)) == Pass()


@pytest.mark.parametrize("state", ["available", "pending", "pendingacceptance", "partial"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(toml(), "consumer-not-approved", id="no entry"),
        pytest.param(toml(entry(STRANGER)), "consumer-not-approved", id="another's entry"),
        pytest.param(toml(entry(PARTNER, ENDED)), "approval-expired", id="ended"),
        pytest.param(toml(entry("*")), "consumer-not-approved", id="everybody may ask, and is not known for it"),
    ],
)
def test_not_known(text: str, code: str, state: str) -> None:
    """Named with the account, and the command that rejects; it can reject what is available too."""
    found = judge(text, connection(PARTNER, state))
    assert isinstance(found, Breach)
    assert found.code == code
    assert f"{PARTNER} with vpce-1" in found.message
    assert found.advice.endswith(
        f"reject them, which cuts off whoever is connected: `aws ec2 reject-vpc-endpoint-connections {SERVICE} vpce-1`"
    )
    assert found.advice.startswith("find out who they are; then name them in rules.service-principals.registry, or ")
    assert "accept-vpc" not in found.advice


def test_a_known_consumer_who_waits_is_told_with_the_command() -> None:
    """For longer than the standard says; whoever else is known and waits is accepted by the same command."""
    waiting = connection(PARTNER, "pendingacceptance", 25)
    fresh = connection(PARTNER, "pendingacceptance", 1, "vpce-2")
    found = judge(toml(entry(PARTNER)), waiting, fresh, connection(ACCOUNT, name="vpce-3"))
    assert isinstance(found, Breach)
    assert found.code == "acceptance-overdue"
    assert found.message == (
        f"waiting to be accepted for more than 24 hours: {PARTNER} with vpce-1 (it is in the registry (billing))"
    )
    assert found.advice == (
        f"accept those who are known: `aws ec2 accept-vpc-endpoint-connections {SERVICE} vpce-1 vpce-2`"
    )


@pytest.mark.parametrize(("hours", "late"), [(24, False), (24.01, True)])
def test_how_long_is_too_long(hours: float, late: bool) -> None:  # noqa: FBT001  a column
    """To the hour that the standard says, and no longer."""
    found = judge(toml(entry(PARTNER)), connection(PARTNER, "pendingacceptance", hours))
    assert isinstance(found, Breach) is late
    patient = judge(toml(entry(PARTNER), hours=48), connection(PARTNER, "pendingacceptance", hours))
    assert patient == Pass()


def test_one_account_is_named_once_and_no_connection_is_left_out() -> None:
    """Many endpoints of one consumer are one matter; the evidence has each."""
    many = [connection(STRANGER, name=f"vpce-{number}") for number in range(3)]
    found = judge(toml(entry(PARTNER)), *many, connection(PARTNER, "pendingacceptance", 48, "vpce-9"))
    assert isinstance(found, Breach)
    assert found.message == (
        f"consumers not approved: {STRANGER} with vpce-0, vpce-1, vpce-2 (it is not in the registry); "
        f"waiting to be accepted for more than 24 hours: {PARTNER} with vpce-9 (it is in the registry (billing))"
    )
    evidence: Any = found.evidence["connections"]
    assert [(one["endpoint"], one["verdict"]) for one in evidence] == [
        ("vpce-0", "not approved"),
        ("vpce-1", "not approved"),
        ("vpce-2", "not approved"),
        ("vpce-9", "approved"),
    ]
    assert f"accept-vpc-endpoint-connections {SERVICE} vpce-9`" in found.advice
    assert f"reject-vpc-endpoint-connections {SERVICE} vpce-0 vpce-1 vpce-2`" in found.advice


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(toml(organisation=ORG), connection(PARTNER), id="perhaps of our organisation"),
        pytest.param(toml(entry("o-z9y8x7w6v5")), connection(PARTNER), id="perhaps of a partner's"),
        pytest.param(toml(), connection(""), id="whose it is AWS does not tell"),
        pytest.param(toml(entry(PARTNER)), connection(PARTNER, "pendingacceptance", None), id="since when is not told"),
    ],
)
def test_unknown(text: str, found: Connection) -> None:
    """What AWS does not tell is not guessed."""
    assert isinstance(judge(text, found), Unknown)


def test_what_cannot_be_told_is_told_beside_a_breach() -> None:
    """It is not lost because something else is certain."""
    text = toml(entry(PARTNER, ENDED), organisation=ORG)
    found = judge(text, connection(PARTNER), connection(STRANGER, name="vpce-2"))
    assert isinstance(found, Breach)
    assert f"cannot be told: {STRANGER} with vpce-2" in found.message
    assert found.advice.endswith("vpce-1`")


@pytest.mark.parametrize("state", ["rejected", "failed", "expired", "deleting", "deleted"])
def test_dead_connections_are_no_matter(state: str) -> None:
    """Nobody comes in by them."""
    assert isinstance(judge(toml(), connection(STRANGER, state)), NotApplicable)
    assert isinstance(judge(toml(), connection(STRANGER), state="deleting"), NotApplicable)


def test_another_consumer_is_news_and_another_endpoint_of_one_is_not() -> None:
    """Each stranger is told of; one who comes with ten endpoints is told of once."""
    one = judge(toml(), connection(STRANGER))
    more = judge(toml(), connection(STRANGER), connection(STRANGER, name="vpce-2"))
    other = judge(toml(), connection(STRANGER), connection(PARTNER, name="vpce-2"))
    assert isinstance(one, Breach)
    assert isinstance(more, Breach)
    assert isinstance(other, Breach)
    assert one.parts == more.parts
    assert set(one.parts) < set(other.parts)


def test_what_is_unknown_or_waits_is_news_too() -> None:
    """Neither another account of which nobody can tell, nor another request that waits too long, is hidden."""
    text = toml(entry(PARTNER), organisation=ORG)
    one, two = judge(text, connection(STRANGER)), judge(text, connection(STRANGER), connection("777766665555"))
    assert isinstance(one, Unknown)
    assert isinstance(two, Unknown)
    assert set(one.parts) < set(two.parts)
    late = [connection(PARTNER, "pendingacceptance", 48, name) for name in ("vpce-1", "vpce-2")]
    first, both = judge(text, late[0]), judge(text, *late)
    assert isinstance(first, Breach)
    assert isinstance(both, Breach)
    assert set(first.parts) < set(both.parts)


ROOT = (Principal(f"arn:aws:iam::{PARTNER}:root", "Account"),)
LATE = connection(PARTNER, "pendingacceptance", 25)


@pytest.mark.parametrize(
    ("text", "principals"),
    [
        pytest.param(toml(entry(PARTNER)), ROOT, id="an account by its id"),
        pytest.param(toml(entry(f"arn:aws:iam::{PARTNER}:root")), ROOT, id="an account by its ARN"),
        pytest.param(toml(entry(PARTNER, ", expires = 2026-03-01")), ROOT, id="on the entry's last day"),
        pytest.param(toml(entry(PARTNER, ENDED), entry(PARTNER)), ROOT, id="by the entry that stands"),
        pytest.param(toml(entry(PARTNER), accounts=f'"{PARTNER}"'), ROOT, id="ours, and named"),
        pytest.param(toml(entry(PARTNER), organisation=ORG), ROOT, id="with an organisation"),
        pytest.param(toml(entry(PARTNER)), (Principal("*"),), id="where everybody may ask"),
        pytest.param(toml(entry(PARTNER)), (Principal(f"arn:aws:iam::{PARTNER}:role/r"),), id="where a role may ask"),
        pytest.param(toml(entry(PARTNER)), (Principal("arn:aws:iam::000000000000:root"), *ROOT), id="among others"),
    ],
)
def test_who_is_named_and_waits_is_to_be_accepted(text: str, principals: tuple[Principal, ...]) -> None:
    """The fix says so; the command is the fix's own, and there is nothing else to advise."""
    found = judge(text, LATE, principals=principals)
    assert isinstance(found, Breach)
    assert found.fix == AcceptConnections("vpce-svc-0123456789abcdef0", ("vpce-1",))
    assert (found.code, found.advice, found.parts, found.besides) == ("acceptance-overdue", "", ("vpce-1",), None)
    assert found.message.startswith(f"waiting to be accepted for more than 24 hours: {PARTNER} with vpce-1")


@pytest.mark.parametrize(
    ("text", "late", "principals"),
    [
        pytest.param(toml(), LATE, ROOT, id="named nowhere"),
        pytest.param(toml(entry(PARTNER, ENDED)), LATE, ROOT, id="the entry ended"),
        pytest.param(toml(entry(STRANGER)), LATE, ROOT, id="another is named"),
        pytest.param(toml(entry("*")), LATE, ROOT, id="everybody may ask, and is not named for it"),
        pytest.param(toml(entry(ORG), organisation=ORG), LATE, ROOT, id="perhaps of the organisation"),
        pytest.param(toml(entry(f"arn:aws:iam::{PARTNER}:role/r")), LATE, ROOT, id="only a role is named"),
        pytest.param(
            toml(entry(f"arn:aws:iam::{PARTNER}:role/r"), entry(PARTNER, ENDED)), LATE, ROOT, id="a role, and no more"
        ),
        pytest.param(toml(accounts=f'"{PARTNER}"'), LATE, ROOT, id="ours, and not named"),
        pytest.param(toml(entry(PARTNER, ENDED), accounts=f'"{PARTNER}"'), LATE, ROOT, id="ours, and no longer named"),
        pytest.param(toml(entry(PARTNER)), LATE, (), id="nobody may ask any more"),
        pytest.param(toml(entry(PARTNER)), LATE, (Principal(f"arn:aws:iam::{STRANGER}:root"),), id="others may ask"),
        pytest.param(toml(entry(PARTNER)), LATE, (Principal("AROAEXAMPLE"),), id="who may ask is not known"),
        pytest.param(
            toml(entry(PARTNER)),
            LATE,
            (Principal(f"arn:aws:organizations::{STRANGER}:organization/{ORG}"),),
            id="an organisation may ask",
        ),
        pytest.param(toml(entry(PARTNER)), LATE._replace(created=None), ROOT, id="since when is not told"),
        pytest.param(toml(entry(PARTNER), hours=25), LATE, ROOT, id="not for too long"),
        *(
            pytest.param(toml(entry(PARTNER)), LATE._replace(state=state), ROOT, id=state)
            for state in ("available", "pending", "partial", "rejected", "expired", "failed", "deleted")
        ),
    ],
)
def test_nobody_else_is(text: str, late: Connection, principals: tuple[Principal, ...]) -> None:
    """It may be told, with the command, and no fix is known."""
    found = judge(text, late, principals=principals)
    assert not (isinstance(found, Breach) and (found.fix or found.besides))


def test_patience_of_no_hours() -> None:
    """Then nobody waits, not even one of whom AWS does not tell since when."""
    text = toml(entry(PARTNER), hours=0)
    found = judge(text, connection(PARTNER, "pendingacceptance", None), LATE._replace(created=NOW), principals=ROOT)
    assert isinstance(found, Breach)
    assert found.message.startswith(f"waiting to be accepted: {PARTNER} with")
    by_hand = judge(text, connection(PARTNER, "pendingacceptance", None))
    assert isinstance(by_hand, Breach)
    assert "accept-vpc-endpoint-connections" in by_hand.advice


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        pytest.param(connection(STRANGER, "available", name="vpce-2"), Breach, id="a stranger"),
        pytest.param(connection(ACCOUNT, "pendingacceptance", 25, "vpce-2"), Breach, id="ours, not named, waiting"),
        pytest.param(connection(PARTNER, "pendingacceptance", None, "vpce-2"), Unknown, id="since when is not told"),
        pytest.param(connection(PARTNER, "pendingacceptance", 1, "vpce-2"), None, id="waits not for long"),
        pytest.param(connection(PARTNER, "available", name="vpce-2"), None, id="let in"),
    ],
)
def test_what_the_fix_does_not_mend_is_said_besides(other: Connection, kind: type[Breach | Unknown] | None) -> None:
    """As if there were no request that can be accepted; neither speaks of the other."""
    text = toml(entry(PARTNER))
    found = judge(text, LATE, other, principals=ROOT)
    assert isinstance(found, Breach)
    assert found.fix == AcceptConnections("vpce-svc-0123456789abcdef0", ("vpce-1",))
    assert "vpce-2" not in f"{found.message} {found.advice} {found.evidence}"
    alone = judge(text, other, principals=ROOT)
    assert found.besides == (None if kind is None else alone)
    assert isinstance(alone, Pass if kind is None else kind)


def test_a_crowd_is_counted_and_not_recited() -> None:
    """Neither its accounts nor the endpoints of one are recited; the command has all."""
    crowd = [connection(f"{number:012}", name=f"vpce-{number}") for number in range(200)]
    found = judge(toml(), *crowd, *(connection(STRANGER, name=f"vpce-{number}") for number in range(200, 300)))
    assert isinstance(found, Breach)
    assert len(found.message) < 1_500
    assert "and 191 more" in found.message
    assert all(f" vpce-{number}" in found.advice for number in range(300))
    alone = judge(toml(), *(connection(STRANGER, name=f"vpce-{number}") for number in range(100)))
    assert isinstance(alone, Breach)
    assert "vpce-9, and 90 more (it is not in the registry)" in alone.message
