"""The rule `endpoint-policy`: full access in every spelling, outages, and when a baseline may replace it."""

import json
from typing import Any

import pytest

from builders import FULL_ACCESS, KEY, NARROW, REGION, VPC, service, snapshot, standard
from warden.actions import ReplacePolicy
from warden.model import Breach, EndpointKey, Judgement, NotApplicable, Pass, Severity, Unknown
from warden.neighbours import Route, RouteTable
from warden.policy.document import MAX_CHARACTERS
from warden.rules.endpoint_policy import endpoint_policy

EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
S3 = '[organisation]\nid = "o-a1b2c3d4e5"\n[baseline.s3]\n'


def judge(toml: str | None = None, **facts: Any) -> Judgement:
    seen = snapshot(**({"policy": FULL_ACCESS} | facts))
    return endpoint_policy.judge(seen, standard() if toml is None else standard(toml))


def breach(toml: str | None = None, **facts: Any) -> Breach:
    judged = judge(toml, **facts)
    assert isinstance(judged, Breach), judged
    return judged


def baseline(toml: str, **facts: Any) -> list[dict[str, object]]:
    """The statements that would replace full access."""
    fix = breach(toml, **facts).fix
    assert isinstance(fix, ReplacePolicy)
    assert fix.replaced == FULL_ACCESS
    statements: list[dict[str, object]] = json.loads(fix.document)["Statement"]
    return statements


def policy(*statements: object, **more: object) -> str:
    return json.dumps({**more, "Statement": list(statements)})


def _without(element: str) -> dict[str, object]:
    return {name: value for name, value in EVERYTHING.items() if name != element}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(policy(EVERYTHING), id="no version"),
        pytest.param(policy(EVERYTHING, Version="2008-10-17"), id="2008"),
        pytest.param(policy(EVERYTHING, Version="2012-10-17", Id="x"), id="2012"),
        pytest.param(json.dumps({"Statement": EVERYTHING}, indent=4), id="one object, indented"),
        pytest.param(policy(EVERYTHING | {"Principal": {"AWS": ["*"]}, "Action": ["*"]}), id="lists, AWS star"),
        pytest.param(policy(EVERYTHING | {"Action": "*:*"}), id="all actions of all services"),
        pytest.param(policy(EVERYTHING | {"Condition": {}}), id="empty condition"),
        pytest.param(policy(EVERYTHING | {"Action": ["kms:Decrypt", "*"]}, EVERYTHING | {"Sid": "b"}), id="redundant"),
        pytest.param(policy(EVERYTHING | {"Action": "kms:*"}), id="all actions of the service"),
        pytest.param(policy(_without("Action") | {"NotAction": "s3:*"}), id="all but another service's"),
        pytest.param(
            policy(EVERYTHING | {"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d4e5f60718"}}}),
            id="a condition that always holds",
        ),
        pytest.param(policy(EVERYTHING, EVERYTHING | {"Effect": "Deny", "Action": "s3:*"}), id="an idle deny"),
    ],
)
def test_full_access_in_any_spelling(text: str) -> None:
    """The default is told by meaning."""
    found = breach(policy=text)
    assert (found.code, isinstance(found.fix, ReplacePolicy)) == ("full-access", True)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(NARROW, id="condition"),
        pytest.param(policy(EVERYTHING | {"Action": "kms:D*"}), id="some actions"),
        pytest.param(policy(EVERYTHING | {"Resource": "arn:aws:kms:*:*:key/*"}), id="resource"),
        pytest.param(policy(EVERYTHING | {"Principal": {"AWS": "111122223333"}}), id="principal"),
        pytest.param(policy(_without("Action") | {"NotAction": "kms:Encrypt"}), id="not"),
        pytest.param(policy(EVERYTHING, EVERYTHING | {"Effect": "Deny", "Action": "kms:Encrypt"}), id="a deny"),
    ],
)
def test_anything_narrower_passes(text: str) -> None:
    """Only the default is this rule's matter; what a narrower policy lets through is the policy engine's."""
    assert judge(policy=text) == Pass()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(policy(EVERYTHING | {"Effect": "Deny"}), id="deny only"),
        pytest.param(policy(EVERYTHING | {"Effect": "Deny", "Action": "kms:Encrypt"}), id="a narrow deny only"),
        pytest.param(policy(EVERYTHING, EVERYTHING | {"Effect": "Deny"}), id="deny beats allow"),
    ],
)
def test_a_policy_that_denies_everything_is_an_outage(text: str) -> None:
    """A finding of its own, critical, and without a fix: nobody but its owner knows what it should allow."""
    found = breach(policy=text)
    assert (found.code, found.severity, found.fix) == ("denies-everything", Severity.CRITICAL, None)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        pytest.param({"service": service(policy_supported=False)}, NotApplicable, id="takes no policy"),
        pytest.param({"service": service(owner="999988887777")}, NotApplicable, id="another account's service"),
        pytest.param({"service": service(owner="aws-marketplace")}, NotApplicable, id="marketplace"),
        pytest.param(
            {"service": None, "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"},
            NotApplicable,
            id="another account's service, not described",
        ),
        pytest.param({"state": "failed"}, NotApplicable, id="failed"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, NotApplicable, id="Gateway Load Balancer"),
        pytest.param({"type_name": "Resource"}, NotApplicable, id="resource"),
        pytest.param({"type_name": "ServiceNetwork"}, NotApplicable, id="service network"),
        pytest.param({"service": None}, Unknown, id="service not described"),
        pytest.param({"policy": None}, Unknown, id="no policy returned"),
        pytest.param({"policy": "{"}, Unknown, id="unreadable policy"),
        pytest.param({"type_name": "Gateway"}, Breach, id="gateway endpoints take policies"),
    ],
)
def test_never_guesses(facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """Where there is no policy to speak of, or none to be read, it says so."""
    assert isinstance(judge(**facts), verdict)


@pytest.mark.parametrize(
    "route_tables",
    [
        pytest.param((), id="private subnets"),
        pytest.param((RouteTable("rtb-1", VPC, (Route("0.0.0.0/0", "igw-1"),), main=True),), id="public subnets"),
    ],
)
def test_full_access_is_told_wherever_the_endpoint_stands(route_tables: tuple[RouteTable, ...]) -> None:
    """Data leaves through the endpoint, whether or not anything comes in from the internet."""
    assert breach(route_tables=route_tables).code == "full-access"


def test_the_baseline_pairs_identities_with_resources() -> None:
    """One statement for the organisation, one for AWS's own service calls."""
    ours, aws = baseline('[organisation]\nid = "o-a1b2c3d4e5"\n[baseline.kms]\n')
    keys = {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
    assert ours["Condition"] == {"StringEquals": keys}
    assert aws["Condition"] == {"Bool": {"aws:PrincipalIsAWSService": "true"}}


def test_accounts_stand_in_where_there_is_no_organisation() -> None:
    """Lists of accounts do the same."""
    ours, _ = baseline('[organisation]\naccounts = ["111122223333"]\n[baseline.kms]\n')
    keys = {"aws:PrincipalAccount": ["111122223333"], "aws:ResourceAccount": ["111122223333"]}
    assert ours["Condition"] == {"StringEquals": keys}


def test_organisation_and_accounts_are_paired_each_with_each() -> None:
    """Two of each make four statements: keys of one condition would all have to hold at once."""
    toml = '[organisation]\nid = "o-a1b2c3d4e5"\naccounts = ["999988887777"]\n[baseline.kms]\n'
    assert len(baseline(toml)) == 5


def test_the_services_statements_are_filled_in() -> None:
    """Region, account, partition and organisation are put in; IAM's own variables stay."""
    toml = S3 + (
        '[[baseline.s3.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = ["s3:GetObject"]\n'
        'Resource = "arn:{partition}:s3:::logs-{region}-{account}/${aws:username}"\n'
        'Condition = { StringEquals = { "aws:PrincipalOrgID" = "{organisation}" } }\n'
    )
    *_, extra = baseline(toml, service_name="com.amazonaws.us-east-1.s3", type_name="Gateway")
    assert extra["Resource"] == "arn:aws:s3:::logs-us-east-1-111122223333/${aws:username}"
    assert extra["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_other_partitions(region: str, partition: str) -> None:
    """The partition follows from the region."""
    toml = S3 + (
        '[[baseline.s3.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = "*"\n'
        'Resource = "arn:{partition}:s3:::a"\n'
    )
    facts = {"key": EndpointKey("111122223333", region, KEY.id), "service_name": f"com.amazonaws.{region}.s3"}
    assert baseline(toml, **facts)[-1]["Resource"] == f"arn:{partition}:s3:::a"


@pytest.mark.parametrize(
    ("toml", "facts", "advice"),
    [
        pytest.param(S3, {}, "no baseline was reviewed for kms", id="no baseline for the service"),
        pytest.param(S3, {"service_name": "com.amazonaws.us-east-1.events"}, "aws:ResourceOrgID", id="EventBridge"),
        pytest.param(S3, {"service_name": "com.amazonaws.us-east-1.ebs"}, "aws:ResourceOrgID", id="EBS"),
        pytest.param("[baseline.kms]\n", {}, "name your organisation", id="no organisation"),
        pytest.param(
            '[organisation]\naccounts = ["111122223333"]\n[[baseline.kms.statements]]\nEffect = "Allow"\n'
            'Principal = "*"\nAction = "*"\nResource = "*"\n'
            'Condition = { StringEquals = { "aws:PrincipalOrgID" = "{organisation}" } }\n',
            {},
            "name your organisation",
            id="a statement needs the organisation",
        ),
        pytest.param(
            S3
            + '[[baseline.kms.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = "*"\n'
            + f'Resource = "arn:aws:kms:us-east-1:111122223333:key/{"x" * MAX_CHARACTERS}"\n',
            {},
            "characters",
            id="beyond the API's limit",
        ),
    ],
)
def test_no_fix_without_a_reviewed_baseline_that_fits(toml: str, facts: dict[str, Any], advice: str) -> None:
    """The finding stands, says what to do, and nothing would be written."""
    found = breach(toml, **facts)
    assert found.fix is None
    assert advice in found.advice


ELSEWHERE = "eu-west-1"
S3_ELSEWHERE = {"service_name": f"com.amazonaws.{ELSEWHERE}.s3", "service_region": ELSEWHERE}


def test_a_service_in_another_region_has_the_services_baseline() -> None:
    """By its own name, with the resources of its own region: it is there that the calls go."""
    toml = S3 + (
        '[[baseline.s3.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = ["s3:GetObject"]\n'
        'Resource = "arn:aws:s3:::logs-{region}-{account}/*"\n'
        'Condition = { StringEquals = { "aws:PrincipalOrgID" = "{organisation}" } }\n'
    )
    statements = baseline(toml, **S3_ELSEWHERE)
    assert statements[-1]["Resource"] == f"arn:aws:s3:::logs-{ELSEWHERE}-111122223333/*"
    assert f"arn:aws:s3:::prod-{ELSEWHERE}-starport-layer-bucket/*" in repr(statements)
    assert "us-east-1" not in repr(statements)
    assert breach(toml, **S3_ELSEWHERE).message.endswith("resources in s3")


@pytest.mark.parametrize(
    ("region", "code"),
    [
        pytest.param(ELSEWHERE, "full-access", id="the region that is asked"),
        pytest.param(REGION, "denies-everything", id="the endpoint's own"),
    ],
)
def test_a_request_is_one_of_the_services_region(region: str, code: str) -> None:
    """A condition on it always holds, or never."""
    text = policy(EVERYTHING | {"Condition": {"StringEquals": {"aws:RequestedRegion": region}}})
    assert breach(S3, **S3_ELSEWHERE, policy=text).code == code


def test_a_region_that_tells_nothing_is_named() -> None:
    """The reason says why this endpoint, of all, is not judged."""
    judged = judge(service=None, **S3_ELSEWHERE)
    assert judged == Unknown(
        "the service is in eu-west-1: AWS does not tell whether the service takes an endpoint policy"
    )


def test_fips_variants_share_the_services_baseline() -> None:
    """`kms-fips` is KMS."""
    assert breach(service_name="com.amazonaws.us-east-1.kms-fips").fix is not None
