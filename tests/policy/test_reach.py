"""Who gets through, and to whose resources: every labelled policy as labelled, each open one with a request to show."""

from __future__ import annotations

from typing import Any

import pytest

from policy.cases import LABELLED, OURS, STRANGER, context, context_of, policy, text_of
from warden.policy.atoms import TooHard
from warden.policy.document import parse
from warden.policy.evaluate import Effect, evaluate
from warden.policy.reach import (
    IDENTITIES,
    Answer,
    Verdict,
    _cut,
    allowed,
    reach,
    reach_identities,
    reach_of,
    reach_resources,
)
from warden.policy.request import CallerKind
from warden.policy.search import Search


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in LABELLED])
@pytest.mark.parametrize("question", ["external_principals", "external_resources"])
def test_labelled_policies_as_labelled(case: dict[str, Any], question: str) -> None:
    """What cannot be decided on paper is unknown or invalid, and never closed."""
    found = reach_of(text_of(case), context_of(case))
    answer = found.identities if question == "external_principals" else found.resources
    wanted = case["expected"][question]
    if wanted is None:
        assert answer.verdict is Verdict.UNKNOWN
        assert answer.why
    else:
        assert answer.verdict.value == wanted
    if question == "external_resources" and wanted == "open":
        only_awss = case["expected"].get("open_only_to_aws_service_owned_resources", False)
        assert answer.only_awss is only_awss


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in LABELLED if case["expected"]["valid"]])
def test_a_witness_is_allowed_by_the_evaluator_and_is_what_it_claims(case: dict[str, Any]) -> None:
    """A caller outside, or a resource outside; and the exact evaluator lets the request through."""
    document, here = parse(text_of(case)), context_of(case)
    found = reach(document, here)
    for answer in (found.identities, found.resources):
        assert (answer.witness is not None) == (answer.verdict is not Verdict.CLOSED)
        if answer.verdict is Verdict.OPEN and answer.witness:
            decision = evaluate(document, answer.witness, gateway=here.gateway)
            assert decision.effect is Effect.ALLOW
            assert decision.statements == answer.statements
            assert None not in answer.witness.keys.values()
    if found.identities.verdict is Verdict.OPEN and found.identities.witness:
        caller = found.identities.witness.caller
        assert caller.account not in here.ours
        assert caller.kind is not CallerKind.SERVICE
    if found.resources.verdict is Verdict.OPEN and found.resources.witness:
        assert found.resources.witness.owner not in {*here.ours, ""}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"policy"', "{}", "\0", "\ufeff{}", "{" * 5_000])
def test_what_is_no_policy_is_invalid_and_never_closed(text: str) -> None:
    """With the reason."""
    found = reach_of(text, context())
    assert found.invalid is not None
    assert {found.identities.verdict, found.resources.verdict} == {Verdict.UNKNOWN}


def identities(text: str, **facts: Any) -> Answer:
    return reach_of(text, context(**facts)).identities


def test_a_time_that_is_still_to_come_opens() -> None:
    """A proof that ends next year is none; the witness says when."""
    later = policy({"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}})
    answer = identities(later)
    assert answer.verdict is Verdict.OPEN
    assert answer.witness
    assert answer.witness.keys["aws:currenttime"] == ("2030-01-01T00:00:01Z",)


def test_an_action_that_nobody_knows_is_no_proof() -> None:
    """It may be newer than our table: whoever may call it, that it is closed cannot be said."""
    assert identities(policy({"Action": "s3:BrandNewAction"})).verdict is Verdict.UNKNOWN


def test_a_service_that_nobody_knows_is_no_proof() -> None:
    """Nothing is known of its actions, resources and keys."""
    assert identities(policy({"Action": "brandnew:Call"}), service="brandnew").verdict is Verdict.UNKNOWN


def test_a_condition_on_a_key_that_nobody_knows_is_no_proof() -> None:
    """It may never be there, or always."""
    answer = identities(policy({"Condition": {"StringEquals": {"aws:BrandNewKey": "yes"}}}))
    assert answer.verdict is Verdict.UNKNOWN


def test_an_unknown_key_taints_nothing_beside_it() -> None:
    """The statement without it is as open as ever."""
    one = {"Condition": {"StringEquals": {"aws:BrandNewKey": "yes"}}}
    assert identities(policy(one, {"Action": "s3:GetObject"})).verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("buckets", "verdict"),
    [(frozenset({"corp-data"}), Verdict.OPEN), (None, Verdict.UNKNOWN)],
    ids=["others' for all that is known", "no list of ours"],
)
def test_a_bucket_that_is_named_is_not_known_to_be_anybodys(buckets: frozenset[str] | None, verdict: Verdict) -> None:
    """An S3 ARN names no owner: with a list of ours it is another's, without one nobody can say."""
    text = policy({"Resource": "arn:aws:s3:::named-bucket/*"})
    assert reach_of(text, context(owned_buckets=buckets)).resources.verdict is verdict


def test_an_endpoint_of_an_unknown_vpc_proves_nothing_by_it() -> None:
    """Whether aws:SourceVpc is this endpoint's cannot be said then."""
    text = policy({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0ffffffffffffffff"}}})
    assert identities(text).verdict is Verdict.CLOSED
    assert identities(text, vpc_id="").verdict is Verdict.UNKNOWN


def test_a_thousand_accounts_of_ours_are_told_from_a_strangers() -> None:
    """A pattern that all but one of the accounts that it matches are ours: the one is found."""
    ours = frozenset(f"1111222233{number:02d}" for number in range(100)) - {"111122223377"}
    text = policy({"Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::1111222233??:role/App"}}})
    answer = identities(text, accounts=ours, account="111122223301")
    assert answer.verdict is Verdict.OPEN
    assert answer.witness
    assert answer.witness.caller.account == "111122223377"


def test_what_is_too_intricate_is_unknown_and_says_so() -> None:
    """A limit of work is no proof."""
    patterns = [f"*{chr(97 + number % 26)}{number}*{number + 1}*" for number in range(120)]
    denied = [{"Effect": "Deny", "Condition": {"StringNotLike": {"aws:PrincipalArn": one}}} for one in patterns]
    answer = identities(policy({}, *denied))
    assert answer.verdict is Verdict.UNKNOWN
    assert "too intricate" in answer.why


def test_what_is_too_intricate_to_prove_may_still_be_shown_open() -> None:
    """A thousand overlapping patterns, and a request that meets one of them."""
    patterns = [f"arn:aws:s3:::*{chr(97 + number % 26)}{number}*{number + 1}*" for number in range(500)]
    assert identities(policy({"Resource": patterns})).verdict is Verdict.OPEN


def test_what_is_too_intricate_is_not_open_by_a_guess_that_is_unsure() -> None:
    """Whether anybody has the key is not known; and what is AWS's own is nobody's loss."""
    patterns = [f"*{chr(97 + number % 26)}{number}*{number + 1}*" for number in range(200)]
    unsure = {"StringEquals": {"aws:BrandNewKey": "yes"}}
    names = [f"arn:aws:s3:::{one}" for one in patterns]
    assert identities(policy({"Resource": names, "Condition": unsure})).verdict is Verdict.UNKNOWN
    awss = {"StringEquals": {"aws:ResourceAccount": "602401143452"}}
    names = [f"arn:aws:ecr:us-east-1:602401143452:repository/{one}" for one in patterns]
    text = policy({"Action": "ecr:BatchGetImage", "Resource": names, "Condition": awss})
    assert reach_of(text, context("ecr")).resources.verdict is Verdict.UNKNOWN


def test_only_awss_own_resources_are_reported_apart() -> None:
    """ECR's registry of EKS add-ons beside ours."""
    ours_and_awss = {
        "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceAccount": [OURS, "602401143452"]}
    }
    awss = reach_of(policy({"Condition": ours_and_awss}), context("ecr")).resources
    assert (awss.verdict, awss.only_awss) == (Verdict.OPEN, True)
    ours_and_awss["StringEquals"]["aws:ResourceAccount"] = [OURS, "602401143452", STRANGER]
    both = reach_of(policy({"Condition": ours_and_awss}), context("ecr")).resources
    assert (both.verdict, both.only_awss) == (Verdict.OPEN, False)


def test_a_verdict_is_a_word() -> None:
    """As `warden policy` prints it."""
    assert [one.value for one in Verdict] == ["closed", "open", "unknown"]


def test_each_question_can_be_asked_alone() -> None:
    """Of a policy that needs a search, too."""
    document = parse(policy({"Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:us-east-1:{STRANGER}:jobs"}))
    assert reach_identities(document, context("sqs")).verdict is Verdict.OPEN
    assert reach_resources(document, context("sqs")).verdict is Verdict.OPEN
    ours = parse(policy({"Resource": f"arn:aws:sqs:us-east-1:{OURS}:jobs"}))
    assert reach_resources(ours, context("sqs")).verdict is Verdict.CLOSED


def test_awss_own_resources_are_apart_only_where_resources_are_asked_for() -> None:
    """Who can get through is outside, whosever the resource."""
    awss = {"StringEquals": {"aws:ResourceAccount": "602401143452"}}
    found = reach_of(policy({"Action": "ecr:BatchGetImage", "Condition": awss}), context("ecr"))
    assert (found.identities.verdict, found.identities.only_awss) == (Verdict.OPEN, False)
    assert (found.resources.verdict, found.resources.only_awss) == (Verdict.OPEN, True)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ({"Action": "sts:GetCallerIdentity", "Condition": {"Null": {"aws:PrincipalAccount": "true"}}}, Verdict.CLOSED),
        ({"Action": "sts:AssumeRoleWithSAML", "Condition": {"Null": {"aws:PrincipalArn": "false"}}}, Verdict.CLOSED),
        ({"Action": "sts:AssumeRoleWithSAML", "Condition": {"Null": {"aws:PrincipalArn": "true"}}}, Verdict.OPEN),
    ],
)
def test_who_is_signed_for_by_an_identity_provider_calls_nothing_else(
    statement: dict[str, Any], verdict: Verdict
) -> None:
    """And nobody else calls that.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html
    """
    assert identities(policy(statement), service="sts").verdict is verdict


def test_a_gateway_endpoints_policy_is_read_as_one_to_the_end() -> None:
    """A Deny of an account is one of its root user there, and lets its roles through.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    roles = {"Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:role/*"}}}
    answer = identities(policy(roles, {"Effect": "Deny", "Principal": {"AWS": STRANGER}}), gateway=True)
    assert answer.verdict is Verdict.OPEN


def test_a_search_starts_anew_each_time() -> None:
    """That one broke off does not make the next one break off."""
    statements = parse(policy({})).statements
    search = Search(statements, context())
    with pytest.raises(TooHard):
        list(search.run(IDENTITIES, allowed(statements), 1))
    assert any(found.sure for found in search.run(IDENTITIES, allowed(statements)))


def test_a_request_that_is_found_has_values_only() -> None:
    """A key that it does not have is not among its keys."""
    statements = parse(policy({"Condition": {"StringEqualsIfExists": {"aws:Referer": "a"}}})).statements
    found = list(Search(statements, context()).run(IDENTITIES, allowed(statements)))
    assert any("aws:referer" not in one.request.keys for one in found)
    assert all(None not in one.request.keys.values() for one in found)


@pytest.mark.parametrize(
    ("statement", "place", "cut"),
    [
        ({"Action": ["s3:a", "s3:b"]}, 0, {"Action": "s3:a"}),
        ({"Action": ["s3:a", "s3:b"]}, 1, {"Action": "s3:b"}),
        ({"Action": ["s3:a", "s3:b"]}, 2, {"Action": "s3:a"}),
        ({"NotAction": ["s3:a", "s3:b"]}, 1, {"NotAction": ["s3:a", "s3:b"]}),
        ({"Resource": ["a", "b"]}, 1, {"Resource": "b"}),
        ({"NotResource": ["a", "b"]}, 1, {"NotResource": ["a", "b"]}),
        (
            {"Condition": {"StringEquals": {"aws:x": ["a", "b"], "aws:y": []}}},
            1,
            {"Condition": {"StringEquals": {"aws:x": "b", "aws:y": []}}},
        ),
        (
            {"Condition": {"StringNotEquals": {"aws:x": ["a", "b"]}}},
            0,
            {"Condition": {"StringNotEquals": {"aws:x": ["a", "b"]}}},
        ),
    ],
)
def test_what_is_too_intricate_is_cut_to_one_value_of_each_list(
    statement: dict[str, Any], place: int, cut: dict[str, Any]
) -> None:
    """Of each of which one is enough: what the cut statement allows, the whole one allows."""
    (whole,), (wanted,) = parse(policy(statement)).statements, parse(policy(cut)).statements
    assert _cut(whole, place) == wanted


LAYERS = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"
PERHAPS = {"Condition": {"StringEquals": {"aws:BrandNewKey": "yes"}}}


@pytest.mark.parametrize(
    ("statements", "verdict", "only_awss"),
    [
        ([{"Resource": LAYERS}], Verdict.OPEN, True),
        ([{"Resource": LAYERS} | PERHAPS], Verdict.UNKNOWN, False),
        ([{"Resource": LAYERS} | PERHAPS, {"Resource": LAYERS}], Verdict.OPEN, True),
        ([{"Resource": LAYERS}, {"Resource": "arn:aws:s3:::named-bucket/*"}], Verdict.OPEN, False),
        ([{"Resource": "arn:aws:s3:::named-bucket/*"} | PERHAPS], Verdict.UNKNOWN, False),
    ],
)
def test_what_may_be_reached_of_awss_is_told_from_what_may_be_of_others(
    statements: list[dict[str, Any]], verdict: Verdict, *, only_awss: bool
) -> None:
    """Only AWS's is said where nothing else may be open; what is not known, even of AWS's, is not called closed."""
    text = policy(*({"Action": "s3:GetObject"} | one for one in statements))
    answer = reach_of(text, context(owned_buckets=None, complete=False)).resources
    assert (answer.verdict, answer.only_awss) == (verdict, only_awss)
    assert bool(answer.witness) is (verdict is not Verdict.CLOSED)
