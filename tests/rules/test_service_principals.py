"""The rule `service-principals`: each allowed principal is judged, and none hides another."""

from __future__ import annotations

import pytest

from builders import ACCOUNT, owned, standard
from warden.errors import BadStandard
from warden.model import Breach, NotApplicable, Pass, Unknown
from warden.rules.rule import Answer
from warden.rules.service_principals import service_principals
from warden.subjects import Principal

ORG, OTHER_ORG = "o-a1b2c3d4e5", "o-z9y8x7w6v5"
PARTNER, STRANGER = "arn:aws:iam::999988887777:root", "arn:aws:iam::444455556666:root"
OURS = f"arn:aws:iam::{ACCOUNT}:role/reader"


def toml(*entries: str, organisation: str = "", accounts: str = "") -> str:
    its = f'id = "{organisation}"\n' if organisation else ""
    return (
        f"[organisation]\n{its}accounts = [{accounts}]\n[rules.service-principals]\n"
        f'mode = "notify"\nregistry = [{", ".join(entries)}]\n'
    )


def entry(principal: str, expires: str = "") -> str:
    end = f", expires = {expires}" if expires else ""
    return f'{{ principal = "{principal}", purpose = "billing", contact = "ann@example.com"{end} }}'


def unit(organisation: str, name: str = "ou-ab12-cdef3456") -> str:
    return f"arn:aws:organizations::777766665555:ou/{organisation}/{name}"


def judge(text: str, *principals: str, state: str = "available") -> Answer:
    seen = owned(principals=tuple(Principal(name) for name in principals), state=state)
    return service_principals.judge(seen, standard(text))


@pytest.mark.parametrize(
    ("text", "principals"),
    [
        pytest.param(toml(), (OURS,), id="the service's own account"),
        pytest.param(toml(accounts='"999988887777"'), (PARTNER, OURS), id="an account of ours"),
        pytest.param(toml(accounts='"999988887777"'), ("arn:aws-cn:iam::999988887777:user/u",), id="its user in China"),
        pytest.param(toml(entry("999988887777")), (PARTNER,), id="an account of the registry"),
        pytest.param(toml(entry(PARTNER)), ("arn:aws:iam::999988887777:role/r",), id="a role of it"),
        pytest.param(toml(entry(PARTNER), organisation=ORG), (PARTNER,), id="the registry, beside an organisation"),
        pytest.param(toml(organisation=ORG), (unit(ORG),), id="a unit of our organisation"),
        pytest.param(
            toml(organisation=ORG), (f"arn:aws:organizations::777766665555:organization/{ORG}",), id="all of it"
        ),
        pytest.param(toml(entry(OTHER_ORG)), (unit(OTHER_ORG),), id="a unit of a partner's organisation"),
        pytest.param(toml(entry("x.amazonaws.com")), ("x.amazonaws.com",), id="a service of the registry"),
        pytest.param(toml(entry("*")), ("*",), id="everybody, by decision"),
        pytest.param(toml(entry(PARTNER, "2026-03-01")), (PARTNER,), id="on the last day"),
    ],
)
def test_known(text: str, principals: tuple[str, ...]) -> None:
    """By being ours, or by an entry that stands."""
    assert judge(text, *principals) == Pass()


@pytest.mark.parametrize(
    ("text", "principal", "code"),
    [
        pytest.param(toml(), PARTNER, "principal-not-approved", id="no entry"),
        pytest.param(toml(entry("999988887778")), PARTNER, "principal-not-approved", id="another's entry"),
        pytest.param(
            toml(entry("arn:aws:iam::999988887777:role/r")), PARTNER, "principal-not-approved", id="a role's entry"
        ),
        pytest.param(toml(organisation=ORG), unit(OTHER_ORG), "principal-not-approved", id="a unit of others"),
        pytest.param(toml(organisation=ORG), "x.amazonaws.com", "principal-not-approved", id="a service"),
        pytest.param(toml(), "*", "principal-not-approved", id="everybody"),
        pytest.param(toml(entry(PARTNER, "2026-02-28")), PARTNER, "approval-expired", id="ended"),
    ],
)
def test_not_known(text: str, principal: str, code: str) -> None:
    """Named, with the command that takes it away."""
    found = judge(text, principal)
    assert isinstance(found, Breach)
    assert found.code == code
    assert principal in found.message
    away = f"'{principal}'" if principal == "*" else principal
    assert found.advice.endswith(
        "`aws ec2 modify-vpc-endpoint-service-permissions --region us-east-1 --service-id vpce-svc-0123456789abcdef0 "
        f"--remove-allowed-principals {away}`"
    )


@pytest.mark.parametrize(
    ("text", "principal"),
    [
        pytest.param(toml(organisation=ORG), PARTNER, id="perhaps of our organisation"),
        pytest.param(toml(entry(OTHER_ORG)), PARTNER, id="perhaps of a partner's organisation"),
        pytest.param(toml(entry(unit(OTHER_ORG))), PARTNER, id="perhaps of a partner's unit"),
        pytest.param(toml(), "AROAEXAMPLEDEVELOPER", id="a role that was deleted"),
        pytest.param(toml(), "arn:aws:iam::999988887777:role/*", id="a pattern"),
    ],
)
def test_unknown(text: str, principal: str) -> None:
    """Whose an account is, its id does not tell."""
    found = judge(text, principal)
    assert isinstance(found, Unknown)
    assert principal in found.why


@pytest.mark.parametrize(
    "principals",
    [
        pytest.param((STRANGER, OURS, PARTNER), id="a known one last"),
        pytest.param((OURS, STRANGER, PARTNER), id="in the middle"),
        pytest.param((PARTNER, OURS, STRANGER), id="a known one first"),
    ],
)
def test_the_last_principals_verdict_overwrites_no_other(principals: tuple[str, ...]) -> None:
    """Tools that keep one verdict for each service report the last principal's alone; here all are in the evidence."""
    found = judge(toml(entry(PARTNER)), *principals)
    assert isinstance(found, Breach)
    verdicts = {OURS: "ours", PARTNER: "approved", STRANGER: "not approved"}
    assert found.evidence["principals"] == [{"principal": one, "verdict": verdicts[one]} for one in principals]
    assert found.message == f"1 of 3 allowed principals not approved: {STRANGER} (it is not in the registry)"


def test_every_principal_that_is_not_known_is_in_the_message_and_the_command() -> None:
    """Strangers, ended approvals, and those of whom nobody can tell."""
    text = toml(entry(PARTNER, "2026-02-28"), entry(OTHER_ORG))
    found = judge(text, "x.amazonaws.com", PARTNER, STRANGER, OURS)
    assert isinstance(found, Breach)
    assert found.code == "principal-not-approved"
    assert found.message == (
        "2 of 4 allowed principals not approved: x.amazonaws.com (it is not in the registry); "
        f"{PARTNER} (its approval (billing, ann@example.com) ended on 2026-02-28); whether these are cannot be told: "
        f"{STRANGER} (neither organisation.accounts nor the registry names it, and its id does not tell whose it is)"
    )
    assert found.advice.endswith(f"--remove-allowed-principals x.amazonaws.com {PARTNER}`")


def test_does_not_apply() -> None:
    """Where nobody is allowed, and where nobody is served."""
    assert isinstance(judge(toml()), NotApplicable)
    assert isinstance(judge(toml(), STRANGER, state="deleting"), NotApplicable)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param('{ principal = "partner", purpose = "p", contact = "c" }', id="no principal"),
        pytest.param('{ owner = "999988887777", purpose = "p", contact = "c" }', id="another rule's entry"),
        pytest.param('{ principal = "999988887777", purpose = "p" }', id="nobody to ask"),
    ],
)
def test_a_wrong_entry_is_named(wrong: str) -> None:
    """With its place."""
    with pytest.raises(BadStandard, match=r"rules.service-principals.registry .*entry 1"):
        standard(toml(wrong))


def test_another_stranger_is_news() -> None:
    """Whoever was told of one has not heard of the next, though the kind of breach is the same."""
    one, two = judge(toml(), PARTNER), judge(toml(), PARTNER, STRANGER)
    assert isinstance(one, Breach)
    assert isinstance(two, Breach)
    assert (one.code, set(one.parts)) == (two.code, set(two.parts) - {f"{STRANGER} not approved"})
    assert judge(toml(), STRANGER, PARTNER).parts == two.parts  # type: ignore[union-attr]  # in whatever order


def test_another_one_of_whom_nobody_can_tell_is_news() -> None:
    """With an organisation strangers are unknown: they would all hide behind the first."""
    one, two = judge(toml(organisation=ORG), PARTNER), judge(toml(organisation=ORG), PARTNER, STRANGER)
    assert isinstance(one, Unknown)
    assert isinstance(two, Unknown)
    assert set(one.parts) < set(two.parts)


def test_an_approval_that_ends_is_news_beside_a_stranger() -> None:
    """The code stays that of the stranger."""
    text = toml(entry(PARTNER, "2026-03-01"))
    today, tomorrow = judge(text, PARTNER, STRANGER), judge(toml(entry(PARTNER, "2026-02-28")), PARTNER, STRANGER)
    assert isinstance(today, Breach)
    assert isinstance(tomorrow, Breach)
    assert today.code == tomorrow.code
    assert today.parts != tomorrow.parts


def test_a_crowd_is_counted_and_not_recited() -> None:
    """At three in the morning; the evidence and the command have all."""
    crowd = [f"arn:aws:iam::{number:012}:root" for number in range(200)]
    found = judge(toml(), *crowd)
    assert isinstance(found, Breach)
    assert len(found.message) < 1_000
    assert found.message.endswith("; and 190 more")
    assert all(one in found.advice for one in crowd)
