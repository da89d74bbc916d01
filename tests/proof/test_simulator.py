"""The comparison with iam-simulate: the same requests each time, and differences that explain no more than they say."""

from __future__ import annotations

from typing import Any

import pytest

from policy.cases import OUR_ORG, OURS, STRANGER, policy
from proof.ask import principal
from proof.differences import DIFFERENCES, NOBODY, answer, explained
from proof.draws import Drawn, by_a_service, drawn
from proof.simulator import report
from warden.policy.conditions import Values
from warden.policy.document import parse
from warden.policy.evaluate import Effect
from warden.policy.request import ANONYMOUS, FEDERATED, Caller, CallerKind, Request

ROLE = Caller(CallerKind.ROLE, f"arn:aws:iam::{OURS}:role/App", f"arn:aws:sts::{OURS}:assumed-role/App/nightly")
ROOT = Caller(CallerKind.ROOT, f"arn:aws:iam::{OURS}:root")
QUEUE = f"arn:aws:sqs:us-east-1:{OURS}:queue"
ALLOW, DENY, NOTHING = Effect.ALLOW, Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY
Statement = dict[str, Any]


def asked(
    *statements: Statement,
    caller: Caller = ROLE,
    keys: dict[str, Values] | None = None,
    gateway: bool = False,
    version: str = "2012-10-17",
) -> Drawn:
    """A request, and a policy of these statements."""
    request = Request(caller, "sqs:SendMessage", QUEUE, keys or {}, OURS)
    return Drawn(parse(policy(*statements, version=version)), request, gateway)


def on(operator: str, key: str, value: object) -> Statement:
    return {"Condition": {operator: {key: value}}}


EXAMPLES: list[tuple[str, Drawn, Effect]] = [
    ("an account, on a gateway endpoint", asked({"Principal": {"AWS": OURS}}, gateway=True), ALLOW),
    ("whom an identity provider signed for", asked({"Principal": {"AWS": "*"}}, caller=FEDERATED), ALLOW),
    (
        "variables before 2012-10-17",
        asked(on("StringEquals", "aws:x", "${aws:y}"), keys={"aws:x": ("a",), "aws:y": ("a",)}, version="2008-10-17"),
        ALLOW,
    ),
    (
        "a variable without a value, in a negated condition",
        asked(on("StringNotEquals", "aws:x", "${aws:y}"), keys={"aws:x": ("a",)}),
        NOTHING,
    ),
    (
        "a variable in an ARN that a key is compared with",
        asked(
            on("ArnLike", "aws:x", "arn:aws:iam::${aws:y}:role/a"),
            keys={"aws:x": ("arn:aws:iam::1:role/a",), "aws:y": ("1",)},
        ),
        NOTHING,
    ),
    (
        "a variable as a resource's whole name",
        asked({"Resource": f"arn:aws:sqs:us-east-1:{OURS}:${{aws:y}}"}, keys={"aws:y": ("queue",)}),
        NOTHING,
    ),
    (
        "aws:EpochTime",
        asked(on("DateGreaterThan", "aws:EpochTime", "2015-01-01T00:00:00Z"), keys={"aws:epochtime": ("1830297600",)}),
        NOTHING,
    ),
    ("0.0.0.0/0", asked(on("IpAddress", "aws:x", "0.0.0.0/0"), keys={"aws:x": ("10.0.0.1",)}), NOTHING),
    ("a principal whose account cannot be read", asked({"Principal": {"AWS": "AROAEXAMPLEID1234567"}}), NOTHING),
    ("NotPrincipal that names a caller in part", asked({"NotPrincipal": {"AWS": OURS}}), NOTHING),
    (
        "NotResource with a variable without a value",
        asked({"NotResource": f"arn:aws:sqs:us-east-1:{OURS}:x/${{aws:y}}"}),
        NOTHING,
    ),
    (
        "ForAnyValue and IfExists, without the key",
        asked(on("ForAnyValue:StringEqualsIfExists", "aws:TagKeys", "a")),
        NOTHING,
    ),
    (
        "a key of several values without a quantifier",
        asked(
            on("StringLike", "aws:PrincipalOrgPaths", f"{OUR_ORG}/*"),
            keys={"aws:principalorgpaths": (f"{OUR_ORG}/r-a/",)},
        ),
        ALLOW,
    ),
    (
        "a value that is no ARN or number",
        asked(on("NumericNotEquals", "aws:x", "ten"), keys={"aws:x": ("10",)}),
        NOTHING,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "theirs"), EXAMPLES)
def test_a_difference_explains_what_it_is_about_and_no_other_answer(name: str, one: Drawn, theirs: Effect) -> None:
    """Neither the contrary, nor a denial of what is allowed for all to see."""
    assert answer(one) is not theirs
    assert [each.name for each in explained(one, theirs)] == [name]
    assert explained(one, DENY if theirs is NOTHING and answer(one) is ALLOW else Effect.UNKNOWN) == ()
    plain = asked({})
    assert explained(plain._replace(request=one.request._replace(caller=plain.request.caller)), NOTHING) == ()


def test_each_difference_has_an_example_and_a_page_of_aws() -> None:
    """In the order of the table."""
    assert [name for name, *_ in EXAMPLES] == [one.name for one in DIFFERENCES]
    assert all(one.page.startswith("https://docs.aws.amazon.com/") for one in DIFFERENCES)


def test_what_aws_does_not_say_explains_nothing_that_we_say() -> None:
    """Only that we do not know."""
    known = asked({}, {"Effect": "Deny", **on("ForAnyValue:StringEqualsIfExists", "aws:TagKeys", "a")})
    assert {one.right for one in explained(known, ALLOW)} == {NOBODY}
    decided = asked({"NotPrincipal": {"AWS": OURS}}, caller=ROOT)
    assert answer(decided) is NOTHING
    assert explained(decided, ALLOW) == ()


def test_the_same_requests_are_drawn_each_time() -> None:
    """As many as are asked for, of many policies."""
    once, again = drawn(400), drawn(400)
    assert once == again
    assert len(once) == 400
    assert len({one.document.text for one in once}) > 20
    assert {one.request.caller.kind for one in once} >= {*CallerKind} - {CallerKind.FEDERATED}


def test_a_service_brings_no_keys_of_a_principal() -> None:
    """But that it is one."""
    keys: dict[str, Values] = {"aws:principalarn": ("x",), "aws:username": ("x",), "aws:sourcevpc": ("v",)}
    made = by_a_service(Request(ROLE, "sqs:SendMessage", QUEUE, keys))
    assert made.caller.kind is CallerKind.SERVICE
    assert sorted(made.keys) == ["aws:principalisawsservice", "aws:principalservicename", "aws:sourcevpc"]
    assert by_a_service(Request(ANONYMOUS, "sqs:SendMessage", QUEUE)).caller is ANONYMOUS


@pytest.mark.parametrize(
    ("caller", "named"),
    [
        (ROLE, ROLE.session_arn),
        (ROOT, ROOT.arn),
        (Caller(CallerKind.SERVICE, service="sns.amazonaws.com"), "sns.amazonaws.com"),
        (ANONYMOUS, None),
        (FEDERATED, None),
    ],
)
def test_callers_as_iam_simulate_names_them(caller: Caller, named: str | None) -> None:
    """None is for one that nobody signed for."""
    assert principal(Request(caller, "sqs:SendMessage", QUEUE)) == named


def test_a_difference_that_nothing_explains_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """And so does one that no longer comes up, and too few requests."""
    one = asked({"Principal": {"AWS": STRANGER}})
    assert report([one], [ALLOW]) == 1
    out = capsys.readouterr().out
    assert "0 answered alike by iam-simulate; of the other 1:" in out
    assert f"not explained: {one.document.text}" in out
    assert "no longer comes up: aws:EpochTime" in out
    assert "only 1 requests were drawn" in out


def test_more_unknown_than_a_few_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """They would make the comparison worthless."""
    report([asked({"Principal": {"AWS": "AROAEXAMPLEID1234567"}})], [NOTHING])
    out = capsys.readouterr().out
    assert "100.0% are UNKNOWN to us" in out
    assert "more than 3% are UNKNOWN" in out
