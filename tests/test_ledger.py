"""The ledger in DynamoDB: what is remembered, and that no two workers write to one endpoint at a time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import moto.dynamodb
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from builders import ACCOUNT, KEY, NOW, REGION
from stubs import Said, Wire, client, emulated, recorded, saying, shared
from warden import ledger
from warden.errors import NotYet, RetryLater, WardenError
from warden.ledger import KEPT, LEASE, MAX_KEYS, PART, Ledger, Memory, Pending
from warden.model import EndpointKey, Finding, Severity, Verdict
from warden.review.last import Kept, Last, packed
from warden.review.reviewed import Total

TABLE = "warden-Ledger"
OTHER = EndpointKey(ACCOUNT, REGION, "vpce-00000000000000001")
BEFORE = {"subnet_ids": ["subnet-1"], "policy": None, "private_dns": True}
REQUEST = {"AddSubnetIds": ["subnet-2"]}
AFTER = {"subnet_ids": ["subnet-1", "subnet-2"], "policy": None}
FINDINGS = (Finding("multi-az", Verdict.BREACH, Severity.HIGH, "too-few-zones", "It stands in one zone — é."),)
TOLD = {"multi-az": "BREACH/too-few-zones/would-fix"}
FIXED = {"multi-az": NOW}
HOUR = timedelta(hours=1)


@dataclass
class Table:
    """The table of template.yaml in moto, and two workers' views of it."""

    dynamodb: Any
    ledger: Ledger
    other: Ledger

    def journal(self, key: EndpointKey = KEY) -> list[dict[str, Any]]:
        """The journal of an endpoint, oldest first."""
        found = self.dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"journal#{key.account}#{key.region}#{key.id}"}},
        )
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in found["Items"]]

    def memory(self, key: EndpointKey = KEY) -> Memory:
        """What is remembered of an endpoint."""
        return self.ledger.recall([key])[key]

    def begin(self, memory: Memory | None = None, **facts: Any) -> str:
        """Begin a write; what is remembered is read first, unless it is given."""
        made: dict[str, Any] = {"before": BEFORE, "request": REQUEST, "findings": FINDINGS, "now": NOW}
        return self.ledger.begin(KEY, self.memory() if memory is None else memory, **made | facts)


def make_table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def table() -> Iterator[Table]:
    """An empty table."""
    with emulated():
        dynamodb = shared("dynamodb")
        make_table(dynamodb)
        yield Table(dynamodb, Ledger(dynamodb, TABLE), Ledger(dynamodb, TABLE))


def numbered(count: int) -> list[EndpointKey]:
    return [EndpointKey(ACCOUNT, REGION, f"vpce-{number:017x}") for number in range(count)]


# --- What is remembered --------------------------------------------------------------------------------------------


def test_remembers_nothing_of_a_new_endpoint(table: Table) -> None:
    """An empty memory, not a missing one."""
    assert table.ledger.recall([KEY, KEY]) == {KEY: Memory()}
    assert table.ledger.recall([]) == {}


def test_remembers_what_was_told(table: Table) -> None:
    """The last word counts; the rest of the memory stays."""
    table.ledger.note_creator(KEY, "Terraform")
    table.ledger.tell(KEY, {"endpoint-policy": "x"}, 0)
    table.ledger.tell(KEY, TOLD, 1)
    assert table.memory() == Memory(told=TOLD, tellings=2, creator_known=True, managed_by="Terraform")
    table.ledger.tell(KEY, {}, 2)
    assert table.memory().told == {}


def test_remembers_the_maker(table: Table) -> None:
    """That the making was seen, and by which tool; a tool once seen is not forgotten."""
    table.ledger.note_creator(KEY, "")
    assert table.memory() == Memory(creator_known=True)
    table.ledger.note_creator(KEY, "Pulumi")
    table.ledger.note_creator(KEY, "")
    assert table.memory() == Memory(creator_known=True, managed_by="Pulumi")


def test_forgets_an_endpoint_and_keeps_its_journal(table: Table) -> None:
    """An audit may ask years later; to forget what is not there is no error."""
    table.ledger.finish(KEY, table.begin(), AFTER, TOLD, FIXED)
    table.ledger.forget(KEY, table.memory().version)
    table.ledger.forget(OTHER, 0)
    assert table.memory() == Memory()
    assert [entry["outcome"] for entry in table.journal()] == ["applied"]


def test_recalls_more_than_one_call_can(table: Table) -> None:
    """DynamoDB takes 100 keys at once; none is left out, and each gets its own."""
    keys = numbered(2 * MAX_KEYS + 1)
    for key in (keys[0], keys[MAX_KEYS], keys[-1]):
        table.ledger.tell(key, {"rule": key.id}, 0)
    found = table.ledger.recall(keys)
    assert list(found) == keys
    assert {key: memory.told["rule"] for key, memory in found.items() if memory.told} == {
        key: key.id for key in (keys[0], keys[MAX_KEYS], keys[-1])
    }


def test_recalls_all_of_one_account_and_region(table: Table) -> None:
    """Neither another region's endpoints nor the journal."""
    elsewhere = replace(KEY, region="eu-west-1")
    table.ledger.finish(KEY, table.begin(), AFTER, TOLD, FIXED)
    for key in (OTHER, elsewhere):
        table.ledger.tell(key, TOLD, 0)
    assert set(table.ledger.recall_all(ACCOUNT, REGION)) == {KEY, OTHER}
    assert table.ledger.recall_all(ACCOUNT, REGION)[KEY] == table.memory()
    assert set(table.ledger.recall_all(ACCOUNT, "eu-west-1")) == {elsewhere}


def test_recalls_all_pages(table: Table) -> None:
    """A query gives 1 MB at a time: here some three pages."""
    keys = numbered(40)
    for key in keys:
        table.ledger.tell(key, {"rule": "x" * 60_000}, 0)
    with recorded(table.dynamodb.meta.events) as calls:
        assert sorted(table.ledger.recall_all(ACCOUNT, REGION)) == keys
    assert calls.count("dynamodb:Query") == 3


# --- The journal ---------------------------------------------------------------------------------------------------


def test_the_before_image_is_stored_before_the_write(table: Table) -> None:
    """Once `begin` returns, an undo has all that it needs, and whoever looks sees the write under way."""
    journal_id = table.begin()
    (entry,) = table.journal()
    assert (entry["sk"], entry["outcome"]) == (journal_id, "begun")
    assert entry["before"] == '{"policy": null, "private_dns": true, "subnet_ids": ["subnet-1"]}'
    assert entry["request"] == '{"AddSubnetIds": ["subnet-2"]}'
    assert int(entry["expires"]) == int((NOW + KEPT).timestamp())
    pending = Pending(journal_id, NOW, BEFORE, REQUEST, FINDINGS)
    assert table.memory() == Memory(version=1, writes=(NOW,), pending=pending)
    assert table.other.recall_all(ACCOUNT, REGION) == {KEY: table.memory()}


def test_a_moment_survives_to_the_microsecond(table: Table) -> None:
    """DynamoDB has no floating point: times go by way of their exact text."""
    now = NOW + timedelta(microseconds=123_457)
    table.begin(now=now)
    assert table.memory().writes == (now,)
    assert table.memory().pending == Pending("20260301T120000.123457Z", now, BEFORE, REQUEST, FINDINGS)


def test_a_lease_ends(table: Table) -> None:
    """It keeps others away as long as its writer may live."""
    table.begin()
    pending = table.memory().pending
    assert pending
    assert pending.held(NOW + LEASE - timedelta(seconds=1))
    assert not pending.held(NOW + LEASE)


def test_a_finished_write_is_closed(table: Table) -> None:
    """The after-image is in the journal, what was told is remembered, the endpoint is free again."""
    table.ledger.note_creator(KEY, "")
    table.ledger.finish(KEY, table.begin(), AFTER, TOLD, FIXED)
    (entry,) = table.journal()
    assert (entry["outcome"], entry["after"]) == ("applied", '{"policy": null, "subnet_ids": ["subnet-1", "subnet-2"]}')
    assert entry["before"]
    assert table.memory() == Memory(version=2, told=TOLD, tellings=1, creator_known=True, writes=(NOW,), fixed=FIXED)


def test_a_failed_write_does_not_count(table: Table) -> None:
    """Nothing was changed, so it takes nothing from the endpoint's three writes a day; what was told stays told."""
    table.ledger.finish(KEY, table.begin(), AFTER, TOLD, FIXED)
    earlier = table.memory()
    journal_id = table.begin(now=NOW + HOUR)
    assert table.memory().writes == (NOW, NOW + HOUR)
    table.ledger.fail(KEY, journal_id, earlier.writes, "AccessDenied: no")
    assert [entry["outcome"] for entry in table.journal()] == ["applied", "failed: AccessDenied: no"]
    assert table.memory() == replace(earlier, version=4)


def test_keeps_the_last_ten_writes(table: Table) -> None:
    """More than any limit counts, and no item that grows for ever."""
    for hour in range(12):
        table.ledger.finish(KEY, table.begin(now=NOW + hour * HOUR), AFTER, {}, {})
    assert table.memory().writes == tuple(NOW + hour * HOUR for hour in range(2, 12))
    assert len(table.journal()) == 12


def test_holds_the_largest_policies(table: Table) -> None:
    """Before-image and request with the longest policy that EC2 takes, each twice: within DynamoDB's 400 KB."""
    policy = '"' * 20_480
    journal_id = table.begin(before=BEFORE | {"policy": policy}, request={"PolicyDocument": policy})
    pending = table.memory().pending
    assert pending
    assert (pending.before["policy"], pending.request["PolicyDocument"]) == (policy, policy)
    table.ledger.finish(KEY, journal_id, AFTER | {"policy": policy}, TOLD, FIXED)


# --- Two workers at one endpoint -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "known", [pytest.param(False, id="a new endpoint"), pytest.param(True, id="one written before")]
)
def test_of_two_workers_one_wins(table: Table, known: bool) -> None:  # noqa: FBT001  a table's column
    """Both saw the same; the second is sent away before it has written anything, to the journal neither."""
    if known:
        table.ledger.finish(KEY, table.begin(now=NOW - HOUR), AFTER, TOLD, FIXED)
    seen = table.memory()
    journal_id = table.begin(seen)
    with pytest.raises(NotYet, match="somebody else"):
        table.other.begin(KEY, seen, {}, {}, (), NOW + timedelta(microseconds=1))
    pending = table.memory().pending
    assert pending
    assert pending.journal_id == journal_id
    assert len(table.journal()) == 1 + known


def test_of_two_workers_at_the_same_moment_one_wins(table: Table) -> None:
    """The journal's id is the time: a second entry of that very microsecond does not cover the first."""
    table.begin(Memory())
    with pytest.raises(NotYet):
        table.other.begin(KEY, replace(Memory(), version=1), {}, {}, (), NOW)
    assert [entry["request"] for entry in table.journal()] == ['{"AddSubnetIds": ["subnet-2"]}']


def test_what_was_told_meanwhile_does_not_stop_a_write(table: Table) -> None:
    """Only another write voids what a plan was made from."""
    seen = table.memory()
    table.other.tell(KEY, TOLD, 0)
    table.other.note_creator(KEY, "Pulumi")
    table.begin(seen)
    assert table.memory().told == TOLD


def test_of_two_workers_one_tells_last(table: Table) -> None:
    """What was told in between is not covered by an older state; and the first telling of all is one, too."""
    table.ledger.tell(KEY, TOLD, 0)
    for tellings in (0, 2):
        with pytest.raises(NotYet, match="somebody else"):
            table.other.tell(KEY, {}, tellings)
    assert table.memory().told == TOLD


def test_an_endpoint_that_is_being_written_is_not_forgotten(table: Table) -> None:
    """Its lease is what keeps a second writer away; nor is one that was written since it was read."""
    table.begin()
    for version in (0, 1):
        with pytest.raises(NotYet, match="somebody else"):
            table.other.forget(KEY, version)
    pending = table.memory().pending
    assert pending
    table.ledger.finish(KEY, pending.journal_id, AFTER, TOLD, FIXED)
    with pytest.raises(NotYet, match="somebody else"):
        table.other.forget(KEY, 1)


@pytest.mark.parametrize("again", ["finish", "fail"])
def test_a_lease_is_given_back_once(table: Table, again: str) -> None:
    """A writer that was given up for dead and comes back does not close what another has begun since."""
    first = table.begin()
    table.other.fail(KEY, first, (), "it was never made")
    second = table.begin(now=NOW + HOUR)
    late: dict[str, Callable[[], None]] = {
        "finish": lambda: table.ledger.finish(KEY, first, AFTER, TOLD, FIXED),
        "fail": lambda: table.ledger.fail(KEY, first, (), "late"),
    }
    with pytest.raises(NotYet, match="somebody else"):
        late[again]()
    pending = table.memory().pending
    assert pending
    assert pending.journal_id == second
    assert [entry["outcome"] for entry in table.journal()] == ["failed: it was never made", "begun"]


@pytest.mark.parametrize("reason", ["ConditionalCheckFailed", "TransactionConflict"])
def test_a_worker_that_meets_another_waits(reason: str) -> None:
    """DynamoDB refuses the one that came second, whether the other was done or was just at it."""
    assert_begin_raises(NotYet, f'"CancellationReasons":[{{"Code":"None"}},{{"Code":"{reason}","Message":"x"}}]')


def test_a_single_update_that_meets_a_transaction_waits() -> None:
    """DynamoDB refuses it with a code of its own, which botocore does not try again.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
    """
    conflict = (400, '{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}')
    with Wire.under(shared("dynamodb"), conflict), pytest.raises(NotYet):
        Ledger(shared("dynamodb"), TABLE).note_creator(KEY, "")


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"])
def test_a_table_in_trouble_is_no_other_worker(reason: str) -> None:
    """A transaction is cancelled for many reasons; these come again as a whole message."""
    assert_begin_raises(RetryLater, f'"CancellationReasons":[{{"Code":"{reason}"}},{{"Code":"None"}}]')


def assert_begin_raises(error: type[WardenError], reasons: str) -> None:
    dynamodb = shared("dynamodb")
    code = '"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException"'
    with Wire.under(dynamodb, (400, f'{{{code},"message":"cancelled",{reasons}}}')), pytest.raises(error) as raised:
        Ledger(dynamodb, TABLE).begin(KEY, Memory(), BEFORE, REQUEST, FINDINGS, NOW)
    assert type(raised.value) is error


# --- The last review -----------------------------------------------------------------------------------------------


def of_many(count: int, seed: int, at: datetime = NOW) -> Last:
    """A review of so many endpoints, which no packing makes small."""
    drawn = random.Random(seed)
    endpoints = {
        f"vpce-{drawn.getrandbits(68):017x}": Kept("kms", drawn.randbytes(32).hex(), 7.3, None, {})
        for _ in range(count)
    }
    return Last(at, Total(count, 7.3 * count, 0.0, 0), endpoints)


REVIEW = of_many(1, 0)


def test_a_review_is_remembered_until_the_next(table: Table) -> None:
    """Of its account and region alone; a state of an endpoint it is not."""
    assert table.ledger.last_review(ACCOUNT, REGION) is None
    table.ledger.keep_review(ACCOUNT, REGION, REVIEW, None)
    assert table.other.last_review(ACCOUNT, REGION) == REVIEW
    later = of_many(2, 1, NOW + HOUR)
    table.other.keep_review(ACCOUNT, REGION, later, REVIEW)
    assert table.ledger.last_review(ACCOUNT, REGION) == later
    assert table.ledger.last_review(ACCOUNT, "eu-west-1") is None
    assert table.ledger.recall_all(ACCOUNT, REGION) == {}


def test_a_great_review_is_kept_in_parts_and_a_small_one_after_it_is_whole(table: Table) -> None:
    """What is left of the great one is not taken for a part of it; every item falls under what DynamoDB takes."""
    great, small = of_many(20_000, 2), of_many(3, 3, NOW + HOUR)
    assert len(packed(great)) > 2 * PART
    table.ledger.keep_review(ACCOUNT, REGION, great, None)
    assert table.ledger.last_review(ACCOUNT, REGION) == great
    table.ledger.keep_review(ACCOUNT, REGION, small, great)
    assert table.ledger.last_review(ACCOUNT, REGION) == small


@pytest.mark.parametrize("last", [pytest.param(None, id="first"), pytest.param(of_many(1, 4, NOW - HOUR), id="next")])
def test_of_two_workers_one_remembers(table: Table, last: Last | None) -> None:
    """The other read what is no longer the last review."""
    if last:
        table.ledger.keep_review(ACCOUNT, REGION, last, None)
    table.ledger.keep_review(ACCOUNT, REGION, REVIEW, last)
    with pytest.raises(NotYet):
        table.other.keep_review(ACCOUNT, REGION, of_many(1, 5, NOW + HOUR), last)
    assert table.ledger.last_review(ACCOUNT, REGION) == REVIEW


def test_half_a_review_is_none(table: Table) -> None:
    """A part that is missing, or of another review, makes it unreadable: what it lacks would look new."""
    great = of_many(20_000, 2)
    table.ledger.keep_review(ACCOUNT, REGION, great, None)
    table.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": f"review#{ACCOUNT}#{REGION}"}, "sk": {"S": "001"}})
    with pytest.raises(RetryLater, match="the ledger cannot be read"):
        table.ledger.last_review(ACCOUNT, REGION)


# --- DynamoDB away -------------------------------------------------------------------------------------------------

CALLS: Mapping[str, Callable[[Ledger], object]] = {
    "recall": lambda kept: kept.recall([KEY]),
    "recall_all": lambda kept: kept.recall_all(ACCOUNT, REGION),
    "begin": lambda kept: kept.begin(KEY, Memory(), BEFORE, REQUEST, FINDINGS, NOW),
    "finish": lambda kept: kept.finish(KEY, "j", AFTER, TOLD, FIXED),
    "fail": lambda kept: kept.fail(KEY, "j", (), "no"),
    "tell": lambda kept: kept.tell(KEY, TOLD, 0),
    "note_creator": lambda kept: kept.note_creator(KEY, "Pulumi"),
    "forget": lambda kept: kept.forget(KEY, 0),
    "last_review": lambda kept: kept.last_review(ACCOUNT, REGION),
    "keep_review": lambda kept: kept.keep_review(ACCOUNT, REGION, REVIEW, None),
}
THROTTLED = (400, '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}')
LOST = ReadTimeoutError(endpoint_url="https://dynamodb")
DENIED = (400, '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"not authorized"}')


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(THROTTLED, id="throttled"),
        pytest.param(DENIED, id="denied"),
        pytest.param((500, "{}"), id="500"),
        pytest.param(LOST, id="timeout"),
        pytest.param(EndpointConnectionError(endpoint_url="https://dynamodb"), id="no route"),
    ],
)
def test_without_its_ledger_nothing_goes_on(call: Callable[[Ledger], object], answer: Any) -> None:
    """Every call says so, and the message is tried again."""
    dynamodb = shared("dynamodb")
    with Wire.under(dynamodb, answer), pytest.raises(RetryLater, match="the ledger cannot be"):
        call(Ledger(dynamodb, TABLE))


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_missing_table_is_no_empty_one(table: Table, call: Callable[[Ledger], object]) -> None:
    """A wrong name in the environment must not read as "nothing was ever written"."""
    with pytest.raises(RetryLater, match="ResourceNotFoundException"):
        call(Ledger(table.dynamodb, "no-such-table"))


def test_what_was_begun_survives_a_lost_end(table: Table) -> None:
    """DynamoDB goes away between the write and its end: the next worker finds the write pending, with its image."""
    journal_id = table.begin()
    away = shared("dynamodb")
    with Wire.under(away, LOST), pytest.raises(RetryLater):
        Ledger(away, TABLE).finish(KEY, journal_id, AFTER, TOLD, FIXED)
    assert table.memory().pending == Pending(journal_id, NOW, BEFORE, REQUEST, FINDINGS)
    assert [entry["outcome"] for entry in table.journal()] == ["begun"]
    table.other.finish(KEY, journal_id, AFTER, TOLD, FIXED)
    assert table.memory() == Memory(version=2, told=TOLD, tellings=1, writes=(NOW,), fixed=FIXED)


def test_an_end_whose_answer_was_lost_is_an_end(table: Table) -> None:
    """The table did what it was asked and could not say so: to ask again is answered as if another had done it."""
    journal_id = table.begin()
    deaf = shared("dynamodb")
    with Wire.under(deaf, THROTTLED), pytest.raises(RetryLater):  # moto hears the request all the same
        Ledger(deaf, TABLE).finish(KEY, journal_id, AFTER, TOLD, FIXED)
    with pytest.raises(NotYet):
        table.ledger.finish(KEY, journal_id, AFTER, TOLD, FIXED)
    assert table.memory() == Memory(version=2, told=TOLD, tellings=1, writes=(NOW,), fixed=FIXED)


def stored(key: EndpointKey) -> dict[str, Any]:
    """The state item of an endpoint that was told of."""
    return wired(key) | {"told": {"M": {"rule": {"S": key.id}}}}


def wired(key: EndpointKey) -> dict[str, Any]:
    return {"pk": {"S": f"endpoint#{key.account}#{key.region}"}, "sk": {"S": key.id}}


def asked(*keys: EndpointKey) -> dict[str, Any]:
    return {TABLE: {"Keys": [wired(key) for key in keys], "ConsistentRead": True}}


def batch(keys: tuple[EndpointKey, ...], found: tuple[EndpointKey, ...], left: tuple[EndpointKey, ...]) -> Said:
    """A question for these keys, of which DynamoDB finds some and leaves some for later."""
    answer = {"Responses": {TABLE: [stored(key) for key in found]}, "UnprocessedKeys": asked(*left) if left else {}}
    return Said("batch_get_item", {"RequestItems": asked(*keys)}, answer)


def test_keys_left_for_later_are_asked_for_again() -> None:
    """As long as each answer moves on, be it only to say that some are not there."""
    one, two, three = numbered(3)
    script = (
        batch((one, two, three), (one,), (two, three)),
        batch((two, three), (), (three,)),
        batch((three,), (three,), ()),
    )
    with saying("dynamodb", *script) as dynamodb:
        found = Ledger(dynamodb, TABLE).recall([one, two, three])
    assert {key.id: dict(memory.told) for key, memory in found.items()} == {
        one.id: {"rule": one.id},
        two.id: {},
        three.id: {"rule": three.id},
    }


def test_keys_left_for_ever_are_refused() -> None:
    """An answer that does not move on would be asked for until the function's time is up."""
    one, two = numbered(2)
    script = (batch((one, two), (one,), (two,)), batch((two,), (), (two,)))
    with saying("dynamodb", *script) as dynamodb, pytest.raises(RetryLater, match="throttled"):
        Ledger(dynamodb, TABLE).recall([one, two])


# --- What real DynamoDB would refuse -------------------------------------------------------------------------------

RESERVED = set(Path(moto.dynamodb.__file__).with_name("parsing").joinpath("reserved_keywords.txt").read_text().split())
GRAMMAR = {"SET", "REMOVE", "ADD", "AND", "attribute_not_exists"}


def test_no_expression_names_a_reserved_word() -> None:
    """DynamoDB refuses a bare attribute name that is one of its 573 words, such as `after`.

    Each is seen here as it would be sent; the list of the words is moto's copy.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
    """
    dynamodb, requests = client("dynamodb"), list[Mapping[str, Any]]()
    dynamodb.meta.events.register("provide-client-params", lambda params, **_: requests.append(params))
    calls: list[Callable[[Ledger], object]] = [*CALLS.values()]
    calls.append(lambda kept: kept.begin(KEY, Memory(version=3), BEFORE, REQUEST, FINDINGS, NOW))
    calls.append(lambda kept: kept.keep_review(ACCOUNT, REGION, REVIEW, REVIEW))
    for call in calls:
        with Wire.under(dynamodb, THROTTLED), pytest.raises(RetryLater):
            call(Ledger(dynamodb, TABLE))
    expressions = [text for request in requests for text in expressions_in(request)]
    words = {word for text in expressions for word in re.findall(r"(?<![:#\w])[A-Za-z_]\w*", text)} - GRAMMAR
    assert {"pk", "pending", "version", "told", "writes", "outcome"} <= words
    assert {word.upper() for word in words} & RESERVED == set()


def expressions_in(value: object) -> Iterator[str]:
    """Every expression of a request, at whatever depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name.endswith("Expression"):
                yield str(inner)
            else:
                yield from expressions_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from expressions_in(inner)


def test_needs_what_it_calls() -> None:
    """A transaction needs the permissions of its parts, and none of its own.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    """
    names = {need.removeprefix("dynamodb:") for need in ledger.NEEDS if need.startswith("dynamodb:")}
    assert names == {"BatchGetItem", "DeleteItem", "PutItem", "Query", "UpdateItem"}
