"""The rule `approved-owner`: whose services endpoints may lead to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from builders import NOW, REGION, service, snapshot, standard
from warden.errors import BadStandard
from warden.model import Breach, Judgement, NotApplicable, Pass, Unknown
from warden.rules.approved_owner import approved_owner

THEIRS = f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0"
PARTNER = "999988887777"
KNOWN = 'purpose = "p", contact = "c"'


def toml(*entries: str, accounts: str = "") -> str:
    return (
        f"[organisation]\naccounts = [{accounts}]\n[rules.approved-owner]\n"
        f'mode = "notify"\nregistry = [{", ".join(entries)}]\n'
    )


def entry(whom: str, expires: str = "") -> str:
    key = "service" if whom.startswith("com.") else "owner"
    end = f", expires = {expires}" if expires else ""
    return f'{{ {key} = "{whom}", purpose = "billing", contact = "ann@example.com"{end} }}'


def judge(text: str, owner: str | None = PARTNER, at: datetime | None = NOW, **facts: Any) -> Judgement:
    its = None if owner is None else service(name=THEIRS, owner=owner, policy_supported=False)
    return approved_owner.judge(snapshot(**{"service_name": THEIRS, "service": its, "at": at} | facts), standard(text))


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        pytest.param(toml(), "amazon", id="AWS's own"),
        pytest.param(toml(accounts=f'"{PARTNER}"'), PARTNER, id="an account of ours"),
        pytest.param(toml(entry(PARTNER)), PARTNER, id="an owner of the registry"),
        pytest.param(toml(entry("aws-marketplace")), "aws-marketplace", id="the Marketplace"),
        pytest.param(toml(entry(THEIRS)), PARTNER, id="a service of the registry"),
        pytest.param(toml(entry(THEIRS)), None, id="a service by its name, whoever owns it"),
        pytest.param(toml(entry(PARTNER, "2026-03-01")), PARTNER, id="on the last day"),
        pytest.param(toml(entry(PARTNER, "2027-01-01"), entry(PARTNER, "2026-02-28")), PARTNER, id="renewed above"),
        pytest.param(toml(entry(PARTNER, "2026-02-28"), entry(PARTNER, "2027-01-01")), PARTNER, id="renewed below"),
    ],
)
def test_approved(text: str, owner: str | None) -> None:
    """By AWS being trusted, by being ours, or by an entry that stands."""
    assert judge(text, owner) == Pass()


def test_a_third_partys_service_that_is_known_is_not_flagged() -> None:
    """Tools that know only their own accounts flag every partner's service for ever; an entry settles it here."""
    assert isinstance(judge(toml()), Breach)
    assert judge(toml(entry(PARTNER))) == Pass()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(toml(), "owner-not-approved", id="no entry"),
        pytest.param(toml(entry("111122223334")), "owner-not-approved", id="another's entry"),
        pytest.param(toml(entry(PARTNER, "2026-02-28")), "approval-expired", id="ended"),
        pytest.param(toml(entry(PARTNER), entry(THEIRS, "2026-02-28")), "approval-expired", id="its own entry counts"),
    ],
)
def test_not_approved(text: str, code: str) -> None:
    """Named with the owner, and what to do."""
    found = judge(text)
    assert isinstance(found, Breach)
    assert found.code == code
    assert PARTNER in found.message or THEIRS in found.message
    assert found.advice


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param(toml(), {"owner": None}, id="the owner is not told"),
        pytest.param(toml(entry(PARTNER)), {"owner": None}, id="nor does an owner's entry help"),
        pytest.param(toml(entry(PARTNER, "2027-01-01")), {"at": None}, id="the day is not known"),
        pytest.param(toml(), {"owner": None, "service_region": "eu-west-1"}, id="in another region"),
    ],
)
def test_unknown(text: str, facts: dict[str, Any]) -> None:
    """What AWS does not tell is not guessed."""
    assert isinstance(judge(text, **facts), Unknown)


@pytest.mark.parametrize("facts", [{"requester_managed": True}, {"state": "rejected"}, {"type_name": "Gateway"}])
def test_does_not_apply(facts: dict[str, Any]) -> None:
    """Where nobody decided anything."""
    assert isinstance(judge(toml(), **facts), NotApplicable)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{}", "allowed: either owner or service, with purpose, contact and, if it ends, expires (entry 1 is {})"),
        ("3", "allowed: tables such as { owner = "),
        (f'{{ owner = "{PARTNER}", service = "{THEIRS}", {KNOWN} }}', "allowed: either owner or service, with"),
        (f'{{ owner = "{PARTNER}", purpose = "p" }}', "allowed: either owner or service, with"),
        (f'{{ owner = "{PARTNER}", {KNOWN}, until = 2027-01-01 }}', "allowed: either owner or service, with"),
        (
            f'{{ owner = "{PARTNER}", purpose = " ", contact = "c" }}',
            'text that is not empty (entry 1, purpose is " ")',
        ),
        (
            f"{{ owner = {PARTNER}, {KNOWN} }}",
            f'12 digits, in quotes, or "aws-marketplace" (entry 1, owner is {PARTNER})',
        ),
        (f'{{ owner = "99998888777", {KNOWN} }}', '(entry 1, owner is "99998888777")'),
        (f'{{ owner = "partner", {KNOWN} }}', '(entry 1, owner is "partner")'),
        (
            f'{{ service = "vpce-svc-0123456789abcdef0", {KNOWN} }}',
            '0123456789abcdef0" (entry 1, service is "vpce-svc-0123456789abcdef0")',
        ),
        (f'{{ service = "ecr.api", {KNOWN} }}', '(entry 1, service is "ecr.api")'),
        (
            f'{{ owner = "{PARTNER}", {KNOWN}, expires = "2027-01-01" }}',
            'a date such as 2027-01-31, without quotes (entry 1, expires is "2027-01-01")',
        ),
        (f'{{ owner = "{PARTNER}", {KNOWN}, expires = 2027-01-01T00:00:00Z }}', "(entry 1, expires is 2027-01-01 "),
    ],
)
def test_a_wrong_entry_is_named(wrong: str, says: str) -> None:
    """With its place, and what an entry needs: one that fits nobody would approve nobody, and nobody would know."""
    with pytest.raises(BadStandard) as caught:
        standard(toml(wrong))
    (problem,) = caught.value.problems
    assert problem.startswith("rules.approved-owner.registry is ")
    assert says in problem


def test_an_entrys_date_is_a_day() -> None:
    """It is valid for the whole of it."""
    late = datetime.combine(date(2026, 3, 1), datetime.max.time(), NOW.tzinfo)
    assert judge(toml(entry(PARTNER, "2026-03-01")), at=late) == Pass()
