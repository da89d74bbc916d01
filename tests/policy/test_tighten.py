"""Policies that are proposed: each is proved, and what cannot be proved is not proposed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.cases import LABELLED, OTHER_ORG, OUR_ORG, OURS, OURS_TOO, STRANGER, context, context_of, policy, text_of
from warden.policy.document import Document, parse
from warden.policy.evaluate import Effect, evaluate
from warden.policy.needs import needs
from warden.policy.perimeter import Perimeter
from warden.policy.placeholders import Place
from warden.policy.proof import without
from warden.policy.reach import Verdict, reach
from warden.policy.request import ANONYMOUS, FEDERATED, Caller, CallerKind, Request
from warden.policy.tighten import Proposal, tighten

ORGANISATION = Perimeter(OUR_ORG)
ROLE = Caller(CallerKind.ROLE, f"arn:aws:iam::{OURS}:role/App", f"arn:aws:sts::{OURS}:assumed-role/App/x")
OF_OURS = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG, "aws:ResourceOrgID": OUR_ORG}}}
OUR_RESOURCE = {"aws:ResourceOrgID": OUR_ORG}
OUR_KEYS = {"aws:principalorgid": (OUR_ORG,), "aws:principalisawsservice": ("false",)}


def proposed(
    *statements: dict[str, Any], service: str = "sqs", seen: tuple[Request, ...] = (), **facts: Any
) -> Proposal:
    """What is proposed in place of this policy."""
    return tighten(parse(policy(*statements)), context(service, **facts), ORGANISATION, seen, needs(service))


def closed(document: Document, service: str = "sqs") -> bool:
    """Whether it is proved closed, both ways."""
    found = reach(document, context(service))
    return found.identities.verdict is found.resources.verdict is Verdict.CLOSED


SERVICES = [
    "s3", "dynamodb", "sqs", "sns", "kms", "ecr", "ssm", "lambda", "logs", "secretsmanager", "ec2", "sts",
    "execute-api", "cloudformation", "iam", "imagebuilder", "kinesis", "cloudwatch", "states", "athena",
]  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_full_access_gives_way_to_a_baseline_that_is_proved(service: str) -> None:
    """Closed but for the exceptions that it names, and those are only such as the service needs."""
    found = proposed({}, service=service)
    assert not found.objections
    assert found.text
    exceptions = [one for need in found.approved for one in need.statements(ORGANISATION, _place(service))]
    assert closed(without(parse(found.text), exceptions), service)
    assert {need.service for need in found.approved} <= {service}


def _place(service: str) -> Place:
    here = context(service)
    return Place(here.region, here.account, OUR_ORG)


NEEDED = [
    ("s3", Request(ANONYMOUS, "s3:GetObject", "arn:aws:s3:::al2023-repos-us-east-1-de612dc2/x", owner="aws")),
    ("s3", Request(ANONYMOUS, "s3:PutObject", "arn:aws:s3:::cloudformation-waitcondition-us-east-1/x", owner="aws")),
    ("ec2", Request(ROLE, "ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1", OUR_KEYS, "aws")),
    ("ec2", Request(ROLE, "ec2:GetManagedPrefixListEntries", "arn:aws:ec2:us-east-1:aws:prefix-list/pl-1", OUR_KEYS)),
    ("ssm", Request(ROLE, "ssm:GetParameter", "arn:aws:ssm:us-east-1::parameter/aws/service/x", OUR_KEYS, "aws")),
    ("ssm", Request(ROLE, "ssm:SendCommand", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript", OUR_KEYS, "aws")),
    (
        "sts",
        Request(
            FEDERATED,
            "sts:AssumeRoleWithWebIdentity",
            f"arn:aws:iam::{OURS}:role/pod",
            {"aws:resourceorgid": (OUR_ORG,)},
            OURS,
        ),
    ),
    ("execute-api", Request(ANONYMOUS, "execute-api:Invoke", f"arn:aws:execute-api:us-east-1:{OURS}:a/b/GET/c")),
    ("iam", Request(ROLE, "iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", OUR_KEYS, "aws")),
]


@pytest.mark.parametrize(("service", "request_"), NEEDED)
def test_what_a_service_needs_gets_through(service: str, request_: Request) -> None:
    """Calls that a naive "our organisation only" breaks."""
    found = proposed({}, service=service, seen=(request_,))
    assert found.text
    assert evaluate(parse(found.text), request_).effect is Effect.ALLOW


def test_what_a_service_needs_stays_with_those_who_had_it() -> None:
    """A policy for our callers alone let them read AWS's buckets: so does what is proposed, and nobody else."""
    of_ours = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG}}}
    call = Request(ROLE, "s3:GetObject", "arn:aws:s3:::aws-ssm-us-east-1/x", OUR_KEYS, "aws")
    text = proposed(of_ours, service="s3", seen=(call,)).text
    assert text
    assert evaluate(parse(text), call).effect is Effect.ALLOW
    assert evaluate(parse(text), call._replace(caller=ANONYMOUS, keys={})).effect is Effect.IMPLICIT_DENY


LAYERS = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"
WEB = "sts:AssumeRoleWithWebIdentity"


@pytest.mark.parametrize(
    ("service", "statements", "call", "changed"),
    [
        # A part of what the service needs is as good as all of it: it stays as it is
        (
            "s3",
            [OF_OURS, {"Action": "s3:GetObject", "Resource": LAYERS}],
            NEEDED[0][1]._replace(resource=LAYERS),
            False,
        ),
        ("sts", [OF_OURS, {"Action": WEB, "Condition": {"StringEquals": OUR_RESOURCE}}], NEEDED[6][1], False),
        # Too much is cut to the part that it had
        ("sts", [OF_OURS, {"Action": WEB}], NEEDED[6][1], True),
        (
            "s3",
            [OF_OURS, {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*layer*"}],
            NEEDED[0][1]._replace(resource=LAYERS),
            True,
        ),
    ],
)
def test_what_was_there_of_the_needs_stays(
    service: str, statements: list[dict[str, Any]], call: Request, *, changed: bool
) -> None:
    """And tightening what is tight changes nothing."""
    call = call._replace(resource=call.resource.replace("*", "x"))
    found = proposed(*statements, service=service, seen=(call,))
    assert found.text
    assert bool(found.changes) is changed
    assert evaluate(parse(found.text), call).effect is Effect.ALLOW
    again = tighten(parse(found.text), context(service), ORGANISATION, (), needs(service))
    assert (again.text, again.changes) == (found.text, ())


@pytest.mark.parametrize("service", ["s3", "sts", "ec2", "sqs"])
def test_a_proposal_is_tight(service: str) -> None:
    """What comes out for full access goes in and comes out as it is."""
    text = proposed({}, service=service).text
    assert text
    again = tighten(parse(text), context(service), ORGANISATION, (), needs(service))
    assert (again.text, again.changes) == (text, ())


def test_our_calls_to_what_is_ours_get_through_and_others_do_not() -> None:
    """The baseline in action."""
    text = proposed({}, service="sqs").text
    assert text
    queue = f"arn:aws:sqs:us-east-1:{OURS}:queue"
    ours = Request(ROLE, "sqs:SendMessage", queue, {**OUR_KEYS, "aws:resourceorgid": (OUR_ORG,)}, OURS)
    assert evaluate(parse(text), ours).effect is Effect.ALLOW
    theirs = Request(ROLE, "sqs:SendMessage", queue, {**OUR_KEYS, "aws:resourceorgid": (OTHER_ORG,)}, STRANGER)
    assert evaluate(parse(text), theirs).effect is Effect.IMPLICIT_DENY


NARROWED = "statement 1: narrowed to what is yours"
CASES: list[tuple[list[dict[str, Any]], tuple[str, ...]]] = [
    ([{"Condition": {"StringEquals": {"aws:PrincipalOrgID": OUR_ORG, "aws:ResourceOrgID": OUR_ORG}}}], ()),
    ([{"Action": "sqs:SendMessage"}], (NARROWED,)),
    (
        [{"Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:us-east-1:{OURS}:queue", "Sid": "Jobs"}],
        ("Jobs: narrowed to what is yours",),
    ),
    (
        [{"Principal": {"AWS": STRANGER}, "Action": "sqs:SendMessage"}, {"Action": "sqs:ReceiveMessage"}],
        ("statement 1: left out: nothing of it is yours", "statement 2: narrowed to what is yours"),
    ),
    ([{"Condition": {"StringEquals": {"aws:PrincipalOrgID": [OUR_ORG, OTHER_ORG]}}}], (NARROWED,)),
    ([{"Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}}], (NARROWED,)),
    ([{"Condition": {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}}], (NARROWED,)),
]


@pytest.mark.parametrize(("statements", "changes"), CASES)
def test_what_is_narrow_stays_and_what_is_open_is_narrowed(
    statements: list[dict[str, Any]], changes: tuple[str, ...]
) -> None:
    """The proposal is closed, and says what was done to each statement."""
    found = proposed(*statements)
    assert found.objections == ()
    assert found.changes == changes
    assert found.text
    assert closed(parse(found.text))


def test_denies_stay() -> None:
    """Word by word."""
    deny = {"Sid": "NoDelete", "Effect": "Deny", "Principal": "*", "Action": "sqs:DeleteQueue", "Resource": "*"}
    found = proposed({"Action": "sqs:*"}, deny)
    assert found.text
    assert deny in json.loads(found.text)["Statement"]


def test_services_of_aws_keep_their_calls() -> None:
    """A direct call of a service has no organisation."""
    found = proposed({"Action": "sqs:SendMessage"})
    assert found.text
    service = Caller(CallerKind.SERVICE, service="sns.amazonaws.com")
    call = Request(
        service, "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{OURS}:q", {"aws:principalisawsservice": ("true",)}
    )
    assert evaluate(parse(found.text), call).effect is Effect.ALLOW


def test_the_version_stays() -> None:
    """In an older one, `${...}` is plain text, and would become a variable."""
    text = policy({"Action": "sqs:SendMessage"}, version="2008-10-17")
    found = tighten(parse(text), context("sqs"), ORGANISATION)
    assert found.text
    assert json.loads(found.text)["Version"] == "2008-10-17"


@pytest.mark.parametrize(
    ("perimeter", "facts", "demanded"),
    [
        (Perimeter(OUR_ORG), {}, [{"aws:PrincipalOrgID": OUR_ORG, "aws:ResourceOrgID": OUR_ORG}]),
        (
            Perimeter("", (OURS, OURS_TOO)),
            {"organisation": ""},
            [{"aws:PrincipalAccount": [OURS, OURS_TOO], "aws:ResourceAccount": [OURS, OURS_TOO]}],
        ),
        (
            Perimeter(OUR_ORG, ("999900009999",)),
            {"accounts": frozenset({OURS, OURS_TOO, "999900009999"})},
            [
                {"aws:PrincipalOrgID": OUR_ORG, "aws:ResourceOrgID": OUR_ORG},
                {"aws:PrincipalOrgID": OUR_ORG, "aws:ResourceAccount": ["999900009999"]},
                {"aws:PrincipalAccount": ["999900009999"], "aws:ResourceOrgID": OUR_ORG},
                {"aws:PrincipalAccount": ["999900009999"], "aws:ResourceAccount": ["999900009999"]},
            ],
        ),
    ],
)
def test_who_is_ours(perimeter: Perimeter, facts: dict[str, Any], demanded: list[dict[str, object]]) -> None:
    """An organisation, accounts, or both: a statement for each pair."""
    found = tighten(parse(policy({})), context("sqs", **facts), perimeter)
    assert found.text, found.objections
    conditions = [one["Condition"] for one in json.loads(found.text)["Statement"]]
    assert [one["StringEquals"] for one in conditions if "StringEquals" in one] == demanded


def request_of_stranger(action: str = "sqs:SendMessage") -> Request:
    """A call by an account that is not ours."""
    caller = Caller(CallerKind.ROLE, f"arn:aws:iam::{STRANGER}:role/Vendor", "")
    return Request(caller, action, f"arn:aws:sqs:us-east-1:{OURS}:queue", {"aws:principalorgid": (OTHER_ORG,)}, OURS)


HINDRANCES = [
    ([{}], {"seen": (request_of_stranger(),)}, "it denies what was seen used: sqs:SendMessage"),
    ([{}], {"seen": (request_of_stranger()._replace(keys={}, complete=False),)}, "it may deny what was seen used"),
    ([{"Principal": {"AWS": STRANGER}}], {}, "nothing that it lets through is yours"),
    ([{"Effect": "Deny"}], {}, "it lets nothing through"),
    ([{}, {"Effect": "Deny"}], {}, "it lets nothing through"),
    ([{"Condition": {"StringLike": {"aws:UserAgent": "x*"}}}], {}, "EC2 would refuse it"),
    ([{}], {"service": "events"}, "no aws:ResourceOrgID"),
    ([{"Sid": f"S{at}", "Resource": f"arn:aws:sqs:us-east-1:*:{'q' * 80}{at}"} for at in range(75)], {}, "characters"),
]


@pytest.mark.parametrize(("statements", "how", "says"), HINDRANCES)
def test_what_stands_in_the_way_is_said(statements: list[dict[str, Any]], how: dict[str, Any], says: str) -> None:
    """And nothing is proposed then."""
    found = proposed(*statements, **how)
    assert found.text is None
    assert any(says in one for one in found.objections), found.objections


def test_nothing_is_proposed_where_nobody_is_known_to_be_ours() -> None:
    """Whose policy would it be."""
    found = tighten(parse(policy({})), context("sqs", organisation=""), Perimeter())
    assert found.text is None
    assert "name the organisation, or accounts" in found.objections[0]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in LABELLED if case["expected"]["valid"]])
def test_labelled_policies_are_tightened_or_it_is_said_why_not(case: dict[str, Any]) -> None:
    """A proposal is closed but for its exceptions; one that is refused has a reason."""
    here, document = context_of(case), parse(text_of(case))
    organisation = Perimeter(here.organisation, () if here.organisation else tuple(sorted(here.ours)))
    found = tighten(document, here, organisation, (), needs(here.service.prefix))
    assert (found.text is None) == bool(found.objections)
    if found.text:
        place = Place(here.region, here.account, organisation.organisation)
        exceptions = [one for need in needs(here.service.prefix) for one in need.statements(organisation, place)]
        answers = reach(without(parse(found.text), exceptions), here)
        assert answers.identities.verdict is answers.resources.verdict is Verdict.CLOSED


@pytest.mark.parametrize(
    ("service", "statement", "says"),
    [
        (
            "s3",
            {"Condition": {"DateLessThan": {"aws:CurrentTime": "2031-01-01T00:00:00Z"}}},
            "no more: AwsOwnedBucketsRead",
        ),
        ("ec2", {}, "whose the resource is: ec2:AcceptTransitGatewayPeeringAttachment, "),
        ("sqs", {}, ""),
    ],
)
def test_what_is_lost_is_said(service: str, statement: dict[str, Any], says: str) -> None:
    """Of what services are known to need; what else was in use, only records tell."""
    lost = [one for one in proposed(statement, service=service).changes if one.startswith("no more")]
    assert says in "".join(lost)
    assert bool(lost) is bool(says)
