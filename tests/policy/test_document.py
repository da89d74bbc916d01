"""Endpoint policies as documents: labelled ones are read as labelled, and what is no policy never as one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.cases import LABELLED, context, text_of
from warden.policy.document import MAX_CHARACTERS, Document, Malformed, parse
from warden.policy.reach import Verdict, reach_of

STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in LABELLED if case["expected"]["valid"] is False]
)
def test_malformed_as_labelled(case: dict[str, Any]) -> None:
    """Every labelled policy that AWS would refuse is refused."""
    with pytest.raises(Malformed):
        parse(text_of(case))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "line 1 column 1", id="empty"),
        pytest.param('{\n  "Version": }', "line 2 column 14", id="place"),
        pytest.param("[" * 20_000, "nested", id="deep"),
        pytest.param("[]", "not a JSON object", id="list"),
        pytest.param('{"Statement": [], "Statement": []}', "twice", id="twin keys"),
        pytest.param('{"Statement": 3}', "Statement is 3; allowed: an object", id="number"),
        pytest.param('{"Version": "2020", "Statement": []}', "allowed: 2012-10-17", id="version"),
        pytest.param(
            json.dumps({"Statement": [STATEMENT | {"Conditions": {}}]}),
            "Statement[0].Conditions is no key here",
            id="unknown key",
        ),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Condition": []}]}), "Condition", id="condition"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Action": []}]}), "Action", id="empty list"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Action": [1]}]}), "Action", id="wrong type"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"Principal": {}}]}), "Principal", id="empty principal"),
        pytest.param(json.dumps({"Statement": [STATEMENT | {"NotAction": "*"}]}), "NotAction", id="both"),
    ],
)
def test_says_what_is_wrong(text: str, says: str) -> None:
    """The message names the place."""
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert says in str(caught.value)


WRONG = [
    pytest.param("\ufeff{}", "byte order mark", id="byte order mark"),
    pytest.param('{"Statement": "\0"}', "NUL", id="NUL"),
    pytest.param('{"Statement": "\\u0000"}', "NUL", id="NUL, escaped"),
    pytest.param('{"Statement": "\\ud800"}', "surrogate", id="half a pair"),
    pytest.param("{" * 10_000, "line 1", id="deep objects"),
    pytest.param('{"a":' * 3_000 + "1" + "}" * 3_000, "nested", id="deep"),
    pytest.param('{"Statement": NaN}', "NaN", id="NaN"),
    pytest.param('{"Statement": 1' + "0" * 5_000 + "}", "too long", id="a long number"),
    pytest.param("null", "not a JSON object", id="null"),
    pytest.param('"{}"', "not a JSON object", id="a text of a policy"),
    pytest.param("{}", "no Statement", id="empty object"),
    pytest.param('{"Statement": []}', "Statement is empty", id="no statements"),
    pytest.param(json.dumps({"Statement": [STATEMENT], "version": "2012-10-17"}), "version is no key", id="case"),
    pytest.param(json.dumps({"Statement": [STATEMENT | {"Effect": "allow"}]}), "allowed: Allow, Deny", id="effect"),
    pytest.param(json.dumps({"Statement": [STATEMENT | {"Effect": ["Allow"]}]}), "allowed: Allow, Deny", id="list"),
    pytest.param(json.dumps({"Statement": [STATEMENT | {"Sid": 1}]}), "Sid", id="sid"),
    pytest.param(json.dumps({"Statement": [STATEMENT, None]}), "Statement[1]", id="null statement"),
    pytest.param(
        json.dumps({"Statement": [STATEMENT | {"Principal": "111122223333"}]}), "Principal", id="bare account"
    ),
    pytest.param(json.dumps({"Statement": [STATEMENT | {"Principal": {"AWS": "1*"}}]}), "wildcard", id="part wildcard"),
    pytest.param(json.dumps({"Statement": [STATEMENT | {"Principal": {"User": "x"}}]}), "User", id="principal type"),
    pytest.param(json.dumps({"Statement": [STATEMENT | {"Resource": ""}]}), "Resource", id="empty text"),
    pytest.param(
        json.dumps({"Statement": [STATEMENT | {"Condition": {"StringMatches": {"a": "b"}}}]}),
        "Statement[0].Condition.StringMatches is no condition operator",
        id="unknown operator",
    ),
    pytest.param(
        json.dumps({"Statement": [STATEMENT | {"Condition": {"NullIfExists": {"a": "true"}}}]}), "Null", id="Null"
    ),
    pytest.param(
        json.dumps({"Statement": [STATEMENT | {"Condition": {"Bool": {"a": {"b": 1}}}}]}), "Bool.a", id="an object"
    ),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_what_is_no_policy_is_invalid_and_never_closed(text: str, says: str) -> None:
    """With what is wrong, and where."""
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert says in str(caught.value)
    found = reach_of(text, context())
    assert found.invalid
    assert found.identities.verdict is found.resources.verdict is Verdict.UNKNOWN


def test_size() -> None:
    """Spaces included.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    text = json.dumps({"Statement": [STATEMENT]})
    assert parse(text.ljust(MAX_CHARACTERS)).statements
    for size in (MAX_CHARACTERS + 1, 1_000_000):
        with pytest.raises(Malformed, match="characters"):
            parse(text.ljust(size))


def test_place_of_what_is_wrong() -> None:
    """Line and column of the value, or of its key, from 1."""
    text = (
        '{\n  "Statement": [\n    {"Effect": "Allow", "Principal": "*",\n     "Action": 3, "Resource": "*"}\n  ]\n}\n'
    )
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (4, 6)
    assert str(caught.value).startswith("line 4 column 6: Statement[0].Action is 3; allowed: a string")


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ({"Action": "s3:GetObject"}, {"Action": ["s3:GetObject"]}),
        ({"Principal": {"AWS": "111122223333"}}, {"Principal": {"AWS": ["111122223333"]}}),
        ({"Condition": {"Bool": {"a": True}}}, {"Condition": {"Bool": {"a": ["true"]}}}),
        ({"Condition": {"NumericEquals": {"a": 5}}}, {"Condition": {"NumericEquals": {"a": "5"}}}),
    ],
)
def test_one_is_a_list_of_one(written: dict[str, Any], same: dict[str, Any]) -> None:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (brackets)."""
    one, other = (parse(json.dumps({"Statement": STATEMENT | element})) for element in (written, same))
    assert one.statements == other.statements
    assert parse(json.dumps({"Statement": [STATEMENT | written]})).statements == one.statements


@given(st.binary(max_size=200).map(lambda some: some.decode("utf-8", "surrogateescape")) | st.text(max_size=200))
@example("{" * 900)
def test_any_text_is_a_policy_or_malformed(text: str) -> None:
    """Nothing else is ever raised."""
    _is_read_or_malformed(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["*", "Allow", "2012-10-17", "", "a:b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Statement", "Version", "Id", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
                    "Resource", "NotResource", "Condition", "AWS", "StringEquals", "ForAllValues:ArnLike", "Null", "x",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)  # fmt: skip
HALF = {"Effect": st.just("Allow"), "Principal": JSON, "Action": JSON, "Resource": JSON}


@given(JSON | st.fixed_dictionaries({"Statement": JSON | st.fixed_dictionaries(HALF, optional={"Condition": JSON})}))
def test_any_json_is_a_policy_or_malformed(tree: object) -> None:
    """Nothing else is ever raised, by whatever answers for it either."""
    text = json.dumps(tree)
    if _is_read_or_malformed(text):
        reach_of(text, context("sqs"))


def _is_read_or_malformed(text: str) -> bool:
    try:
        return isinstance(parse(text), Document)
    except Malformed as error:
        assert str(error)  # noqa: PT017  either outcome is right
        return False
