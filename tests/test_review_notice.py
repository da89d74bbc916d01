"""A review as people and machines get it: the JSON by its schema, letters and Slack messages by golden files.

UPDATE_GOLDEN=1 in the environment writes the golden files anew; read the difference before it is kept.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from builders import ACCOUNT, NOW, REGION, VPC, A, B, C, endpoint, service, standard
from fakes import FakeCloud
from test_notice import any_text, same_as_golden
from test_slack import assert_harmless, assert_within_limits
from warden.errors import BadEvent
from warden.events import Review
from warden.message import LARGEST
from warden.model import Endpoint, EndpointKey
from warden.neighbours import Interface, Vpc
from warden.observe import observe
from warden.prices import GB
from warden.review.last import Last, to_keep
from warden.review.notice import ReviewNotice, notice_of
from warden.review.payload import read_review
from warden.review.reviewed import Reviewed, asking, dearest_first, reviewed
from warden.review.slack import message_of
from warden.review.telling import MOST, SAVINGS, Told

HERE = Path(__file__).parent
SCHEMA = Draft202012Validator(json.loads((HERE.parent / "docs" / "review-notice.schema.json").read_text()))
STANDARD = asking(standard(""))
BEFORE = NOW - timedelta(days=31)
TIDY: dict[str, Any] = {"private_dns": True, "subnet_ids": (A.id, B.id)}


def numbered(number: int, of: str = "kms", name: str = "", **facts: Any) -> Endpoint:
    """An endpoint that is told apart by its number."""
    made: dict[str, Any] = {
        "key": EndpointKey(ACCOUNT, REGION, f"vpce-{number:017x}"),
        "service_name": f"com.amazonaws.{REGION}.{of}",
        "tags": {"Name": name} if name else {},
    }
    return endpoint(**made | facts)


def judged(*endpoints: Endpoint) -> tuple[Reviewed, ...]:
    """What the rules say of these; only what goes through one subnet moves anything."""
    cloud = FakeCloud.of(
        *endpoints,
        known_services=tuple(service(name=one.service_name, type_name=one.type_name) for one in endpoints),
        known_bytes={A.id: 300 * GB},
        known_vpcs=(Vpc(VPC, (), ACCOUNT),),
        known_interfaces=(Interface("eni-1", A.id, f"{REGION}a"),),
    )
    return dearest_first(reviewed(found.seen, found.findings) for found in observe(cloud, endpoints, STANDARD, NOW))


def told(endpoints: tuple[Reviewed, ...], last: Last | None = None, **facts: Any) -> Told:
    """A review of these."""
    made: dict[str, Any] = {
        "of": Review(ACCOUNT, REGION),
        "at": NOW,
        "endpoints": endpoints,
        "last": last,
        "standard": STANDARD,
        "standard_name": "the deployed standard.toml",
        "stack": "endpoint-warden",
    }
    return Told(**made | facts)


def kept(*endpoints: Endpoint) -> Last:
    """A month ago there were these."""
    return to_keep(judged(*endpoints), None, BEFORE)


PAYMENTS = numbered(1, name="payments kms", **TIDY)
WIDE = numbered(2, "sqs", subnet_ids=(A.id, B.id, C.id))
IDLE = numbered(3, "ssm", "legacy ssm", subnet_ids=(B.id,))
STACKS = numbered(4, "logs", subnet_ids=(C.id,), tags={"aws:cloudformation:stack-name": "network"})
YOUNG = numbered(5, "sns", "new one", subnet_ids=(A.id, C.id), created=NOW - timedelta(days=3))
ABROAD = numbered(6, name="images", service_name="com.amazonaws.eu-west-1.ecr.api", service_region="eu-west-1")
FREE = numbered(7, "s3", type_name="Gateway", subnet_ids=())
MANY = tuple(numbered(100 + place, "ssm", f"idle {place}", subnet_ids=(B.id,)) for place in range(12))
BIG = tuple(numbered(200 + place, "ec2", f"busy {place}", subnet_ids=(A.id, C.id)) for place in range(12))
EVERYTHING = (PAYMENTS, WIDE, IDLE, STACKS, YOUNG, ABROAD, FREE)

CASES = {
    "first": told(judged(*EVERYTHING)),
    "changed": told(
        judged(*EVERYTHING),
        kept(
            replace(PAYMENTS, subnet_ids=(A.id,)),
            replace(WIDE, subnet_ids=(A.id, B.id)),
            numbered(9, name="gone one"),
            STACKS,
            FREE,
            ABROAD,
        ),
    ),
    "unchanged": told(judged(PAYMENTS), kept(PAYMENTS)),
    "many": told(judged(*MANY, *BIG), kept(*MANY[:1], *(replace(one, subnet_ids=(A.id,)) for one in BIG))),
    "all-gone": told((), kept(PAYMENTS, IDLE)),
}


def written(name: str) -> ReviewNotice:
    """The notice of a case."""
    return notice_of(CASES[name])


def sent(notice: ReviewNotice) -> dict[str, Any]:
    """The Slack message of a notice, as it goes over the wire."""
    message: dict[str, Any] = json.loads(json.dumps(message_of(notice.payload)))
    return message


@pytest.mark.parametrize("name", CASES)
def test_letter_is_as_golden(name: str) -> None:
    """Each reads exactly as somebody once found good."""
    notice = written(name)
    same_as_golden(HERE / "golden" / f"review-{name}.txt", f"Subject: {notice.subject}\n\n{notice.text}")


@pytest.mark.parametrize("name", ["first", "changed"])
def test_slack_message_is_as_golden(name: str) -> None:
    """The whole message."""
    text = json.dumps(sent(written(name)), indent=2, ensure_ascii=False) + "\n"
    same_as_golden(HERE / "golden" / f"review-{name}.slack.json", text)


@pytest.mark.parametrize("name", CASES)
def test_message_is_within_limits(name: str) -> None:
    """Slack takes every kind of review, and it calls nobody."""
    assert_within_limits(sent(written(name)))
    assert_harmless(sent(written(name)))


@pytest.mark.parametrize("name", CASES)
def test_sums_stand_first_then_changes_savings_and_the_costliest(name: str) -> None:
    """What a glance takes in is never below what has to be read."""
    titles = re.findall(r"^[A-Z ]+$", written(name).text, re.MULTILINE)
    assert written(name).text.startswith("REVIEW: ")
    assert titles == ["CHANGED", "COULD BE SAVED", *(["COSTLIEST"] if CASES[name].endpoints else [])]


@pytest.mark.parametrize("name", CASES)
def test_letter_is_wrapped(name: str) -> None:
    """Only commands and patches, which people copy, and verdicts below the table are longer than a line."""
    patches = {line for one in written(name).payload["savings"]["endpoints"] for line in one["patch"].splitlines()}
    for line in written(name).text.splitlines():
        assert len(line) <= 72 or "`aws ec2 " in line or line.startswith(" " * 29) or line[6:] in patches


@pytest.mark.parametrize("name", CASES)
def test_json_is_as_the_schema_says(name: str) -> None:
    """Consumers can rely on docs/review-notice.schema.json, and our own reader takes what we write."""
    notice = written(name)
    SCHEMA.validate(json.loads(notice.to_json()))
    assert read_review(notice.to_json()) == notice.payload
    assert json.loads(notice.message()) == {"default": notice.to_json(), "email": notice.text}


def test_schema_names_every_field() -> None:
    """A field that is added is added to the schema, at whatever depth."""
    strict = json.loads(json.dumps(SCHEMA.schema))
    for shape in (strict, *strict["$defs"].values()):
        if "properties" in shape:
            shape["additionalProperties"] = False
            assert set(shape["properties"]) - set(shape["required"]) <= {"patch"}
            shape["required"] = list(shape["properties"])
    for name in CASES:
        Draft202012Validator(strict).validate(json.loads(written(name).to_json()))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda made: made | {"schema": "endpoint-warden/review/1"}, id="the command line's"),
        pytest.param(lambda made: {name: made[name] for name in made if name != "total"}, id="no total"),
        pytest.param(lambda made: made | {"costliest": [{}]}, id="an empty row"),
    ],
)
def test_what_is_no_review_is_refused(spoil: Any) -> None:
    """With the place where it is not."""
    with pytest.raises(BadEvent):
        read_review(json.dumps(spoil(json.loads(written("first").to_json()))))


def test_attributes_filter() -> None:
    """Whoever takes only what is bad gets no review, and a review can be had alone."""
    assert written("first").attributes == {
        "severity": "info",
        "severity_rank": 0,
        "about": "review",
        "account": ACCOUNT,
        "region": REGION,
    }


def test_figures_agree() -> None:
    """Sums, counts and lists of one notice."""
    payload = written("many").payload
    changes = payload["changes"]
    assert changes is not None
    assert payload["total"]["endpoints"] == 24
    assert payload["savings"]["count"] == 12
    assert len(payload["savings"]["endpoints"]) == SAVINGS
    assert (changes["new"]["count"], len(changes["new"]["endpoints"])) == (11, MOST)
    assert changes["costs"]["count"] == 12
    assert changes["costs"]["usd_per_month"] == pytest.approx(12 * 7.3)
    assert len(payload["costliest"]) == MOST


def test_what_code_manages_is_not_to_be_deleted_by_hand() -> None:
    """The letter says who manages it, and where it goes; of those that nobody's code manages, it has the command."""
    (found,) = [one for one in written("first").payload["savings"]["endpoints"] if one["service"] == "logs"]
    assert found["held"] == "CloudFormation manages the endpoint (stack network): change its template."
    assert found["patch"].endswith("Resources:\n  RESOURCE:\n    Type: AWS::EC2::VPCEndpoint")
    assert indent(found["patch"], " " * 6) in written("first").text
    assert [one["patch"] for one in written("first").payload["savings"]["endpoints"] if one != found] == ["", ""]
    text = " ".join(written("first").text.split())
    assert f"{found['held']} Ask its owner; then take its resource out of the code that manages it" in text
    deleted = set(re.findall(r"delete-vpc-endpoints --region \S+ --vpc-endpoint-ids (vpce-\w+)", text))
    assert deleted
    assert found["id"] not in deleted


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(replace(CASES["changed"], at=NOW + timedelta(hours=1)), True, id="told again after a failure"),
        pytest.param(replace(CASES["changed"], endpoints=()), True, id="though something changed in between"),
        pytest.param(replace(CASES["changed"], at=NOW + timedelta(days=31)), False, id="next month's"),
        pytest.param(CASES["first"], False, id="another last review"),
        pytest.param(replace(CASES["changed"], of=Review(ACCOUNT, "eu-west-1")), False, id="another region"),
    ],
)
def test_id_names_the_review(other: Told, *, same: bool) -> None:
    """Delivery is at least once."""
    assert (notice_of(other).id == written("changed").id) is same


def test_subject_of_great_sums_is_short() -> None:
    """SNS takes less than 100 characters: what could be saved goes first."""
    dear = replace(CASES["first"].endpoints[0], hours=123_456_789.0, data=0.0)
    assert notice_of(replace(CASES["first"], endpoints=(dear,))).subject == (
        f"[REVIEW] 123,456,789.00 USD a month: 1 endpoint, account {ACCOUNT} {REGION}"
    )


def with_advice(advice: str) -> Told:
    """A review in which every saving has this advice."""
    found = (
        replace(one, findings=tuple(replace(finding, advice=advice) for finding in one.findings))
        for one in CASES["many"].endpoints
    )
    return replace(CASES["many"], endpoints=tuple(found))


@pytest.mark.parametrize(
    ("characters", "shortened"),
    [pytest.param(20_000, False, id="long recipes fit"), pytest.param(40_000, True, id="longer ones do not")],
)
def test_what_is_too_big_for_sns_is_shortened(characters: int, *, shortened: bool) -> None:
    """A review always goes out, and says where the rest is."""
    notice = notice_of(with_advice("x" * characters))
    assert notice.size <= LARGEST
    assert notice.payload["shortened"] is shortened
    assert ("Long texts were left out: `warden review` shows them." in notice.text) is shortened
    SCHEMA.validate(json.loads(notice.to_json()))
    assert_within_limits(sent(notice))


@settings(deadline=None)
@given(texts=st.lists(any_text, min_size=4, max_size=4))
def test_nothing_from_outside_breaks_a_review(texts: list[str]) -> None:
    """Whatever a tag, a name or an answer holds: one line of ASCII, no control character, JSON by the schema."""
    name, service, vpc, advice = texts
    hostile = replace(PAYMENTS, tags={"Name": name}, service_name=service, vpc_id=vpc)
    found = tuple(
        replace(one, seen=replace(one.seen, endpoint=replace(hostile, key=one.seen.endpoint.key)))
        for one in with_advice(advice).endpoints
    )
    last = Last(BEFORE, kept(PAYMENTS).total, {"vpce-1": kept(PAYMENTS).endpoints[PAYMENTS.key.id]._replace(name=name)})
    notice = notice_of(told(found, last))
    assert re.fullmatch(r"\[[ -~]{1,98}", notice.subject)
    assert all(character.isprintable() or character == "\n" for character in notice.text)
    assert notice.text.count("\nCOSTLIEST\n") == 1
    notice.message().encode()
    SCHEMA.validate(json.loads(notice.to_json()))
    assert read_review(notice.to_json()) == notice.payload
    assert_within_limits(sent(notice))
    assert_harmless(sent(notice))


def test_a_review_of_before_is_still_read() -> None:
    """Savings had no patch in 0.1.0."""
    before = json.loads(written("first").to_json())
    for one in before["savings"]["endpoints"]:
        del one["patch"]
    SCHEMA.validate(before)
    assert message_of(read_review(json.dumps(before)))["blocks"]
