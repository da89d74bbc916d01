"""Who may connect to an endpoint service: each form read for what it is, and what an entry covers."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from builders import ACCOUNT, NOW, standard
from warden.checked import NotAllowed
from warden.consumers import Sort, Standing, Who, consumer, covers, known, read
from warden.registry import Entry

ORG, UNIT = "o-a1b2c3d4e5", "ou-ab12-cdef3456"


@pytest.mark.parametrize(
    ("principal", "who"),
    [
        pytest.param("*", Who(Sort.EVERYBODY, "*"), id="everybody"),
        pytest.param("999988887777", Who(Sort.ACCOUNT, "", "999988887777"), id="an account's id"),
        pytest.param(
            "arn:aws:iam::999988887777:root", Who(Sort.ACCOUNT, "", "999988887777", partition="aws"), id="an account"
        ),
        pytest.param(
            "arn:aws-cn:iam::999988887777:user/ann",
            Who(Sort.USER, "ann", "999988887777", partition="aws-cn"),
            id="a user in China",
        ),
        pytest.param(
            "arn:aws-us-gov:iam::999988887777:role/team/reader",
            Who(Sort.ROLE, "team/reader", "999988887777", partition="aws-us-gov"),
            id="a role of GovCloud",
        ),
        pytest.param(
            f"arn:aws:organizations::999988887777:ou/{ORG}/{UNIT}",
            Who(Sort.UNIT, UNIT, organisation=ORG, partition="aws"),
            id="a unit",
        ),
        pytest.param(
            f"arn:aws:organizations::999988887777:organization/{ORG}",
            Who(Sort.ORGANISATION, "", organisation=ORG, partition="aws"),
            id="an organisation",
        ),
        pytest.param(ORG, Who(Sort.ORGANISATION, "", organisation=ORG), id="an organisation's id"),
        pytest.param("x.amazonaws.com", Who(Sort.SERVICE, "x.amazonaws.com"), id="a service"),
        pytest.param("x.amazonaws.com.cn", Who(Sort.SERVICE, "x.amazonaws.com.cn"), id="a service in China"),
        pytest.param(
            "arn:aws:iam::999988887777:role/x.amazonaws.com",
            Who(Sort.ROLE, "x.amazonaws.com", "999988887777", partition="aws"),
            id="a role named as a service",
        ),
    ],
)
def test_reads_each_form(principal: str, who: Who) -> None:
    """As what it is, in every partition."""
    assert read(principal) == who


@pytest.mark.parametrize(
    "principal",
    [
        "",
        "AROAEXAMPLEDEVELOPER",
        "x.notamazonaws.com",
        "amazonaws.com.example.com",
        "999988887777\n",
        "٩٩٩٩٨٨٨٨٧٧٧٧",
        "arn:aws:iam::999988887777:role/*",
        "arn:aws:iam::*:root",
        "arn:aws:iam::999988887777:group/g",
        "arn:aws:iam::99998888777:root",
        "arn:aws:sts::999988887777:assumed-role/r/s",
        f"arn:aws:organizations::999988887777:ou/{UNIT}",
    ],
)
def test_a_form_that_is_not_known_is_strange(principal: str) -> None:
    """It is never taken for what it merely contains."""
    assert read(principal) == Who(Sort.STRANGE, principal)


ROOT = "arn:aws:iam::999988887777:root"
ROLE = "arn:aws:iam::999988887777:role/reader"


@pytest.mark.parametrize(
    ("approved", "principal", "covered"),
    [
        pytest.param("999988887777", ROOT, True, id="an account by its id"),
        pytest.param(ROOT, ROLE, True, id="an account its roles"),
        pytest.param("999988887777", "arn:aws-cn:iam::999988887777:user/u", True, id="an id has no partition"),
        pytest.param(ROOT, "arn:aws-cn:iam::999988887777:user/u", False, id="an ARN has one"),
        pytest.param(ROLE, ROOT, False, id="a role not its account"),
        pytest.param(ROLE, "arn:aws:iam::999988887777:user/reader", False, id="a role not a user of its name"),
        pytest.param("999988887777", "arn:aws:iam::999988887778:root", False, id="another account"),
        pytest.param(ORG, f"arn:aws:organizations::111122223333:ou/{ORG}/{UNIT}", True, id="an organisation its units"),
        pytest.param(ORG, "999988887777", False, id="an organisation no account: which are in it is not known"),
        pytest.param(
            f"arn:aws:organizations::111122223333:ou/{ORG}/{UNIT}",
            f"arn:aws:organizations::111122223333:ou/{ORG}/ou-ab12-cdef3457",
            False,
            id="a unit no other",
        ),
        pytest.param("x.amazonaws.com", "x.amazonaws.com", True, id="a service itself"),
        pytest.param("x.amazonaws.com", "xx.amazonaws.com", False, id="and no longer name"),
        pytest.param(
            "arn:aws:iam::999988887777:role/team/reader", ROLE, True, id="a role whose path AWS does not tell"
        ),
        pytest.param(ROLE, "arn:aws:iam::999988887777:role/team/reader", True, id="the same the other way round"),
        pytest.param(ROLE, "arn:aws:iam::999988887777:role/reader/team", False, id="a path is no name"),
        pytest.param("*", ROOT, False, id="everybody is for everybody alone"),
    ],
)
def test_what_an_entry_covers(approved: str, principal: str, covered: bool) -> None:  # noqa: FBT001  a column
    """Itself, and what is plainly within it."""
    assert covers(read(approved), read(principal)) is covered


@pytest.mark.parametrize("whom", ["AROAEXAMPLEDEVELOPER", "arn:aws:iam::1:root", "partner"])
def test_an_entry_of_no_known_form_is_an_error(whom: str) -> None:
    """It would approve nobody, and nobody would know."""
    with pytest.raises(NotAllowed, match="an account id, the ARN"):
        consumer({"principal": whom, "purpose": "p", "contact": "c"})


def test_the_nearest_entry_counts_and_of_two_the_one_that_stands() -> None:
    """A role's own entry that ended is not hidden by its account's, nor a renewed one by the old one."""
    ended = NOW.date().replace(year=NOW.year - 1)
    of_role, of_account = Entry(ROLE, "old", "ann", ended), Entry("999988887777", "all", "ann")
    bare = standard("")

    def standing(*registry: Entry) -> Standing:
        return known(read(ROLE), ACCOUNT, bare, registry, NOW).standing

    assert standing(of_account) is Standing.APPROVED
    assert standing(of_account, of_role) is Standing.EXPIRED
    assert standing(of_role, Entry(ROLE, "new", "ann")) is Standing.APPROVED


@pytest.mark.parametrize(
    ("at", "ended"),
    [
        pytest.param("2026-03-01T23:59:59+00:00", False, id="the last second of the day"),
        pytest.param("2026-03-02T00:00:00+00:00", True, id="the first of the next"),
        pytest.param("2026-03-02T01:30:00+02:00", False, id="still the day before in UTC"),
        pytest.param("2026-03-01T23:30:00-02:00", True, id="already the next day in UTC"),
    ],
)
def test_an_entry_ends_with_its_last_day_in_utc(at: str, ended: bool) -> None:  # noqa: FBT001  a column
    """Wherever whoever looks is."""
    assert Entry("*", "p", "c", date(2026, 3, 1)).ended(datetime.fromisoformat(at)) is ended
