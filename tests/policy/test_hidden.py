"""What the values of policy variables hide: shown where a request is found, else proved or left open, never guessed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import pytest

from policy.cases import context, policy
from warden.policy.reach import Answer, Verdict, reach_of

CLOSED, OPEN, UNKNOWN = Verdict.CLOSED, Verdict.OPEN, Verdict.UNKNOWN
TWO = "home/${aws:username}/${aws:PrincipalTag/team}"
PREFIX, TEAM, PATHS = "s3:prefix", "aws:PrincipalTag/team", "aws:ResourceOrgPaths"


def asked(*conditions: dict[str, dict[str, str]]) -> Answer:
    """Who outside may list buckets, under these conditions together."""
    statement = {
        "Action": "s3:ListBucket",
        "Condition": {name: keys for one in conditions for name, keys in one.items()},
    }
    return reach_of(policy(statement), context("s3")).identities


@pytest.mark.parametrize(
    ("conditions", "verdict"),
    [
        # A caller who is named after the prefix: whoever is that, there can be one.
        (({"StringEquals": {PREFIX: "home/${aws:username}"}},), OPEN),
        (({"StringEquals": {PREFIX: "home/${aws:username}"}}, {"StringLike": {PREFIX: "*/b*"}}), OPEN),
        (({"StringEqualsIgnoreCase": {PREFIX: "HOME/${aws:username}"}}, {"StringLike": {PREFIX: "home/b*"}}), OPEN),
        (({"StringEquals": {PREFIX: "home/${aws:username}"}}, {"StringLike": {PREFIX: "away/*"}}), CLOSED),
        # Two variables, of which one would have to be just so.
        (({"StringEquals": {PREFIX: f"{TWO}/in"}}, {"StringLike": {PREFIX: "home/b*d/in"}}), UNKNOWN),
        (({"StringEqualsIgnoreCase": {PREFIX: f"{TWO}/IN"}}, {"StringLike": {PREFIX: "home/b*d/in"}}), UNKNOWN),
        (({"StringEqualsIgnoreCase": {PREFIX: f"{TWO}/IN"}}, {"StringLike": {PREFIX: "home/b*d/out"}}), CLOSED),
        # A star of an exact comparison is a star, and no path of an organisation has one.
        (({"ForAnyValue:StringEquals": {PATHS: "${aws:PrincipalOrgID}/*"}},), CLOSED),
        (({"ForAnyValue:StringLike": {PATHS: "${aws:PrincipalOrgID}/*"}},), OPEN),
        # No text is itself and more.
        (({"StringEquals": {TEAM: "x-${aws:PrincipalTag/team}"}},), CLOSED),
        (({"StringLike": {TEAM: "*?${aws:PrincipalTag/team}"}},), CLOSED),
        (({"StringLike": {TEAM: "*${aws:PrincipalTag/team}"}},), OPEN),
        (({"StringNotEquals": {TEAM: "x-${aws:PrincipalTag/team}"}},), OPEN),
    ],
)
def test_values_of_variables(conditions: tuple[dict[str, dict[str, str]], ...], verdict: Verdict) -> None:
    """In conditions."""
    assert asked(*conditions).verdict is verdict


def test_the_reason_names_the_text_with_the_variable() -> None:
    """Not the keys beside it."""
    answer = asked({"StringEquals": {PREFIX: f"{TWO}/in"}}, {"StringLike": {PREFIX: "home/b*d/in"}})
    assert answer.why == f"statement 1: whether any values of its variables make {TWO}/in match is not proved"


def test_few_reasons_are_told_and_the_others_counted() -> None:
    """A person reads them."""
    odd = {f"aws:BrandNewKey{number}": "x" for number in range(5)}
    answer = asked({"StringEquals": odd})
    assert answer.why.count("is not documented") == 2
    assert answer.why.endswith("; and 3 more reasons of this kind")
