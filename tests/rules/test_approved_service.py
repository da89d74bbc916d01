"""The rule `approved-service`: which services may have endpoints, and where."""

from __future__ import annotations

from typing import Any

import pytest

from builders import ACCOUNT, REGION, VPC, snapshot, standard
from warden.errors import BadStandard
from warden.model import Breach, Judgement, Need, NotApplicable, Pass, Unknown
from warden.neighbours import Vpc
from warden.rules.approved_service import approved_service

PROD, TEST = (Vpc(VPC, (), ACCOUNT, {"Env": env}) for env in ("prod", "test"))
HIDDEN = Vpc("", ())
IN_PROD = 'vpcs = [{ tag = "Env=prod", refused = ["ec2"] }]'


def judge(settings: str, service: str = "ec2", **facts: Any) -> Judgement:
    whole = service if service.startswith("com.") else f"com.amazonaws.{REGION}.{service}"
    return approved_service.judge(
        snapshot(**{"service_name": whole} | facts), standard(f"[rules.approved-service]\n{settings}\n")
    )


@pytest.mark.parametrize(
    ("settings", "service"),
    [
        pytest.param('allowed = ["ec2"]', "ec2", id="by its short name"),
        pytest.param('allowed = ["ec2"]', "ec2-fips", id="a FIPS variant counts as its service"),
        pytest.param('allowed = ["ecr.*"]', "ecr.api", id="by a pattern"),
        pytest.param(f'allowed = ["com.amazonaws.{REGION}.ec2"]', "ec2", id="by its whole name"),
        pytest.param('allowed = ["com.amazonaws.vpce.*"]', "com.amazonaws.vpce.us-east-1.vpce-svc-1", id="of others"),
        pytest.param('refused = ["ec2messages"]', "ec2", id="another is refused"),
    ],
)
def test_approved(settings: str, service: str) -> None:
    """By every list that holds."""
    assert judge(settings, service) == Pass()


@pytest.mark.parametrize(
    ("settings", "service", "code"),
    [
        pytest.param('allowed = ["ec2"]', "ec2messages", "service-not-approved", id="ec2 is not ec2messages"),
        pytest.param('allowed = ["ec2"]', "xec2", "service-not-approved", id="nor a name that ends so"),
        pytest.param('allowed = ["e.2"]', "ec2", "service-not-approved", id="a dot is a dot"),
        pytest.param('allowed = ["*"]\nrefused = ["ec2"]', "ec2", "service-refused", id="refused wins"),
        pytest.param('refused = ["EC2"]', "ec2", "service-refused", id="in capitals"),
        pytest.param(
            f'accounts = [{{ account = "{ACCOUNT}", allowed = ["s3"] }}]', "ec2", "service-not-approved", id="account"
        ),
        pytest.param(
            f'allowed = ["ec2"]\naccounts = [{{ account = "{ACCOUNT}", refused = ["ec2"] }}]',
            "ec2",
            "service-refused",
            id="allowed everywhere, refused here",
        ),
    ],
)
def test_not_approved(settings: str, service: str, code: str) -> None:
    """By any list that holds."""
    found = judge(settings, service)
    assert isinstance(found, Breach)
    assert found.code == code
    assert service in found.message


def test_a_vpc_is_read_only_where_it_matters() -> None:
    """What no list for a tag would refuse needs no look at tags."""
    assert judge(IN_PROD, "s3") == Pass()
    assert judge(IN_PROD) is Need.VPC


@pytest.mark.parametrize(
    ("vpc", "expected"),
    [
        pytest.param(PROD, Breach, id="tagged so"),
        pytest.param(TEST, Pass, id="tagged otherwise"),
        pytest.param(HIDDEN, Unknown, id="not to be seen"),
        pytest.param(Vpc(VPC, (), "999988887777"), Unknown, id="another account's, which shows no tags"),
        pytest.param(Vpc(VPC, (), "999988887777", {"Env": "prod"}), Breach, id="another account's, which shows some"),
    ],
)
def test_by_the_tag_of_the_vpc(vpc: Vpc, expected: type[Judgement]) -> None:
    """A VPC of another account, whose tags are hidden, is no proof of anything."""
    assert isinstance(judge(IN_PROD, vpc=vpc), expected)


@pytest.mark.parametrize(
    ("settings", "facts"),
    [
        pytest.param("", {}, id="nothing listed"),
        pytest.param('refused = ["ec2"]', {"requester_managed": True}, id="requester-managed"),
        pytest.param('refused = ["ec2"]', {"state": "failed"}, id="dead"),
        pytest.param('refused = ["ec2"]', {"type_name": "Resource"}, id="no service"),
        pytest.param('accounts = [{ account = "999988887777", refused = ["ec2"] }]', {}, id="another account"),
    ],
)
def test_does_not_apply(settings: str, facts: dict[str, Any]) -> None:
    """Where nobody said anything, or nobody could do anything."""
    assert isinstance(judge(settings, **facts), NotApplicable)


@pytest.mark.parametrize(
    "wrong",
    [
        'allowed = [""]',
        "refused = [3]",
        'vpcs = [{ refused = ["s3"] }]',
        'vpcs = [{ tag = "Env=prod" }]',
        'vpcs = [{ tag = "Env", refused = ["s3"] }]',
        'accounts = [{ account = "1", refused = ["s3"] }]',
        'accounts = [{ account = "111122223333", forbidden = ["s3"] }]',
        'vpcs = [{ tag = "Env=prod", refused = "s3" }]',
    ],
)
def test_a_wrong_list_is_named(wrong: str) -> None:
    """With its place."""
    with pytest.raises(BadStandard, match=f"rules.approved-service.{wrong.split(' ', maxsplit=1)[0]}"):
        standard(f"[rules.approved-service]\n{wrong}\n")
