"""Messages as what to look at: every shape that CloudTrail may give them, and nothing that is not one of them."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import ACCOUNT, KEY, NOW, REGION, ROLE, VPC, look
from warden.errors import BadEvent
from warden.events import (
    CREATES,
    DELETES,
    MAX_CHARACTERS,
    SERVICE_CHANGES,
    Look,
    Nothing,
    Place,
    Review,
    Sweep,
    managed_by,
    message_of,
    parse,
)

HERE = Place(ACCOUNT, REGION, ROLE)
SAMPLES = Path(__file__).parents[1] / "events"


def event(**detail: Any) -> dict[str, Any]:
    made = {
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifyVpcEndpoint",
        "eventTime": NOW.isoformat(),
        "userIdentity": {"type": "AssumedRole"},
        "userAgent": "aws-cli/2.0",
        "requestParameters": {"ModifyVpcEndpointRequest": {"VpcEndpointId": KEY.id}},
    }
    return {"source": "aws.ec2", "account": ACCOUNT, "region": REGION, "detail": made | detail}


def wanted(message: object) -> object:
    return parse(message if isinstance(message, str) else json.dumps(message), HERE, NOW)


def looks_of(message: object) -> list[Look]:
    """What is to be looked at, where nothing else was asked for."""
    found = wanted(message)
    assert isinstance(found, tuple)
    looks = [one for one in found if isinstance(one, Look)]
    assert len(looks) == len(found)
    return looks


def one_look(message: object) -> Look:
    (found,) = looks_of(message)
    return found


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        pytest.param(
            "CreateVpcEndpoint",
            {"responseElements": {"CreateVpcEndpointResponse": {"vpcEndpoint": {"vpcEndpointId": KEY.id}}}},
            id="create, wrapped",
        ),
        pytest.param("CreateVpcEndpoint", {"responseElements": {"vpcEndpoint": {"vpcEndpointId": KEY.id}}}, id="flat"),
        pytest.param("ModifyVpcEndpoint", {"requestParameters": {"vpcEndpointId": KEY.id}}, id="modify, flat"),
        pytest.param(
            "DeleteVpcEndpoints",
            {"requestParameters": {"DeleteVpcEndpointsRequest": {"VpcEndpointId": {"tag": 1, "content": KEY.id}}}},
            id="delete one: an object",
        ),
        pytest.param("ModifyVpcEndpoint", {"requestParameters": {"vpcEndpointId": "vpce-0123abcd"}}, id="8 digits"),
    ],
)
def test_finds_the_endpoint_in_every_shape(name: str, parts: dict[str, object]) -> None:
    """The form of an id tells it, not its place."""
    found = one_look(event(**({"eventName": name, "requestParameters": None} | parts)))
    assert found.key.id in {KEY.id, "vpce-0123abcd"}
    assert found.created is (name == "CreateVpcEndpoint")


def test_finds_each_of_several_once() -> None:
    """A delete of several names them in a list; twice is once."""
    ids = [{"tag": n, "content": f"vpce-{n:017x}"} for n in (1, 2, 1)]
    looks = looks_of(event(eventName="DeleteVpcEndpoints", requestParameters={"VpcEndpointId": ids}))
    assert [found.key.id for found in looks] == [f"vpce-{1:017x}", f"vpce-{2:017x}"]


TAGGED = {"TagSpecification": {"Tag": {"Key": "replaces", "Value": "vpce-0aaaaaaaaaaaaaaaa"}, "tag": 1}}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        pytest.param(
            "CreateVpcEndpoint",
            {
                "requestParameters": {"CreateVpcEndpointRequest": TAGGED},
                "responseElements": {"vpcEndpoint": {"vpcEndpointId": KEY.id, "tagSet": {"item": TAGGED}}},
            },
            id="create",
        ),
        pytest.param("ModifyVpcEndpoint", {"requestParameters": {"VpcEndpointId": KEY.id, **TAGGED}}, id="modify"),
    ],
)
def test_an_id_in_a_tag_is_only_a_word(name: str, parts: dict[str, object]) -> None:
    """Or whoever may create an endpoint could pass another one for seen made, and open its gate."""
    assert one_look(event(**({"eventName": name} | parts))).key == KEY


def test_a_create_without_an_answer_names_nothing() -> None:
    """What was asked has no id of the endpoint yet."""
    with pytest.raises(BadEvent, match="names no endpoint id"):
        wanted(event(eventName="CreateVpcEndpoint", requestParameters={"VpcEndpointId": KEY.id}))


SERVICE = "vpce-svc-0a1b2c3d4e5f60718"
CONSUMERS = {"VpcEndpointId": {"tag": 1, "content": KEY.id}}


@pytest.mark.parametrize("name", sorted(SERVICE_CHANGES - CREATES))
@pytest.mark.parametrize(
    "request_parameters",
    [
        pytest.param({"serviceId": SERVICE}, id="flat"),
        pytest.param({"SomeRequest": {"ServiceId": SERVICE, **CONSUMERS}}, id="wrapped"),
        pytest.param({"SomeRequest": {"ServiceId": {"tag": 1, "content": SERVICE}}}, id="one of a list"),
        pytest.param({"ServiceIds": [SERVICE, SERVICE]}, id="a list"),
    ],
)
def test_a_call_of_the_providers_side_names_the_service(name: str, request_parameters: dict[str, object]) -> None:
    """The service alone: endpoints that it names are its consumers', who may be anybody."""
    found = one_look(event(eventName=name, requestParameters=request_parameters))
    assert (found.key.id, found.created, found.deleted) == (SERVICE, False, name in DELETES)


def test_a_service_is_made() -> None:
    """Its id is in the answer alone."""
    answer = {"CreateVpcEndpointServiceConfigurationResponse": {"serviceConfiguration": {"serviceId": SERVICE}}}
    made = event(eventName="CreateVpcEndpointServiceConfiguration", requestParameters=None, responseElements=answer)
    assert one_look(made) == Look(replace(KEY, id=SERVICE), NOW, created=True)


@pytest.mark.parametrize("name", sorted(SERVICE_CHANGES))
def test_a_call_of_the_providers_side_needs_a_service(name: str) -> None:
    """An endpoint's id, or a name that contains a service's, is none."""
    parts = {"VpcEndpointId": KEY.id, "ServiceId": f"com.amazonaws.vpce.{REGION}.{SERVICE}", "Other": SERVICE}
    with pytest.raises(BadEvent, match=f"the event {name} names no service id"):
        wanted(event(eventName=name, requestParameters=parts, responseElements=parts))


def test_an_endpoints_call_names_no_service() -> None:
    """Even where a field is named for one."""
    parts = {"VpcEndpointId": KEY.id, "ServiceId": SERVICE}
    assert one_look(event(requestParameters=parts)).key == KEY


def test_a_look_at_a_service_is_read_back() -> None:
    """It can be put off as any other."""
    asked = Look(replace(KEY, id=SERVICE), NOW, tries=2)
    assert wanted(message_of(asked)) == (asked,)


@pytest.mark.parametrize("name", ["accept", "create", "delete", "modify", "permissions"])
def test_samples_of_the_providers_side(name: str) -> None:
    """Each is a look at the one service."""
    found = json.loads((SAMPLES / f"service-{name}.json").read_text(encoding="utf-8"))
    looks = looks_of(found | {"account": ACCOUNT, "region": REGION})
    assert [one.key.id for one in looks] == [SERVICE]


def test_an_event_names_its_endpoint() -> None:
    """So what stands beside it is looked at too; a service of ours has nothing beside it, and a message names none."""
    assert one_look(event()).named
    assert not one_look(event(eventName=min(SERVICE_CHANGES - CREATES), requestParameters={"serviceId": SERVICE})).named
    assert not one_look(json.loads(message_of(look()))).named


def test_a_delete_is_told_apart() -> None:
    """Absent means gone only then."""
    assert one_look(event(eventName="DeleteVpcEndpoints")).deleted
    assert not one_look(event()).deleted


def test_a_failed_call_changed_nothing() -> None:
    """It is told apart before any call is made."""
    assert wanted(event(errorCode="Client.UnauthorizedOperation")) == Nothing(
        "the call failed with Client.UnauthorizedOperation and changed nothing"
    )


def test_our_own_change_is_known_by_the_issuer() -> None:
    """The session issuer's ARN is proof; a session that only bears our name is not."""
    issuer = {"sessionContext": {"sessionIssuer": {"arn": ROLE}}}
    assert one_look(event(userIdentity=issuer)).own
    assert not one_look(event(userIdentity={"arn": ROLE})).own


@pytest.mark.parametrize(
    ("agent", "tool"),
    [
        ("APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.60", "Terraform"),
        ("APN/1.0 OpenTofu/1.8 terraform-provider-aws/5.60", "OpenTofu"),
        ("APN/1.0 Pulumi/1.0 (3.100) terraform-provider-aws/5", "Pulumi"),
        ("cloudformation.amazonaws.com", "CloudFormation"),
        ("aws-cli/2.17 md/awscrt", ""),
        ("console.amazonaws.com", ""),
    ],
)
def test_tools_of_infrastructure_as_code(agent: str, tool: str) -> None:
    """The user agent tells who will change it back."""
    assert managed_by(agent) == tool
    assert one_look(event(userAgent=agent)).managed_by == tool


def test_cloudformation_is_told_by_who_invoked() -> None:
    """CloudFormation calls with the user's identity, and says so beside it."""
    assert one_look(event(userIdentity={"invokedBy": "cloudformation.amazonaws.com"})).managed_by == "CloudFormation"


def test_own_messages_come_back_as_they_were() -> None:
    """A look that is put off is read back the same."""
    for sent in (
        look(),
        look(key=replace(KEY, id=VPC)),
        look(tries=3, created=False, managed_by="Terraform", own=True, deleted=True, refusals=1, named=True),
    ):
        assert wanted(message_of(sent)) == (sent,)


def test_the_sweeps_message() -> None:
    """What the schedule sends."""
    assert wanted({"warden": "sweep", "account": ACCOUNT, "region": REGION}) == Sweep(ACCOUNT, REGION)


def test_the_reviews_message() -> None:
    """What the other schedule sends."""
    assert wanted({"warden": "review", "account": ACCOUNT, "region": REGION}) == Review(ACCOUNT, REGION)


def test_a_late_event_is_a_hint_like_any_other() -> None:
    """Delivery can take hours; an old time is no error, a time without a zone is UTC."""
    assert one_look(event(eventTime="2020-01-01T00:00:00Z")).key == KEY
    assert one_look(event(eventTime="2020-01-01T00:00:00")).since.tzinfo is not None


OWN = {"account": ACCOUNT, "region": REGION}


@pytest.mark.parametrize(
    ("message", "says"),
    [
        pytest.param("{", "not JSON", id="unparsable"),
        pytest.param("", "not JSON", id="empty"),
        pytest.param("[" * 100_000, "not JSON", id="deep"),
        pytest.param("[]", "not a JSON object", id="list"),
        pytest.param("x" * (MAX_CHARACTERS + 1), "at most 200000", id="too long"),
        pytest.param(event() | {"account": "999988887777"}, "account '999988887777'", id="wrong account"),
        pytest.param(event() | {"region": "eu-west-1"}, "region 'eu-west-1'", id="wrong region"),
        pytest.param(event() | {"source": "evil.ec2"}, "source is 'evil.ec2'", id="another source"),
        pytest.param(event() | {"detail": 3}, "detail int", id="no detail"),
        pytest.param(event(eventName="RunInstances"), "'RunInstances'", id="another call"),
        pytest.param(event(eventSource="s3.amazonaws.com"), "'s3.amazonaws.com'", id="another service"),
        pytest.param(event(requestParameters={}), "names no endpoint id", id="missing id"),
        pytest.param(
            event(requestParameters={"vpcEndpointId": "vpce-1; rm -rf"}), "names no endpoint id", id="not an id"
        ),
        pytest.param(event(requestParameters={"vpcEndpointId": f"{KEY.id}0"}), "names no endpoint id", id="long id"),
        pytest.param(event(eventTime=(NOW + timedelta(hours=3)).isoformat()), "ahead of", id="clock skew"),
        pytest.param(event(eventTime="yesterday"), "'yesterday'", id="no time"),
        pytest.param(OWN | {"warden": "dance"}, "'dance'", id="unknown kind"),
        pytest.param(OWN | {"warden": "look", "endpoint_id": 3}, "endpoint_id is 3", id="look without id"),
        pytest.param(
            OWN | {"warden": "look", "endpoint_id": "vpc-xyz"}, "allowed: vpce-, vpce-svc- or vpc-", id="look at no id"
        ),
        pytest.param(OWN | {"warden": "look", "endpoint_id": KEY.id, "tries": -1}, "tries are -1", id="tries"),
        pytest.param(
            OWN | {"warden": "look", "endpoint_id": KEY.id, "tries": True}, "tries are True", id="boolean tries"
        ),
        pytest.param(OWN | {"warden": "look", "endpoint_id": KEY.id}, "time is None", id="look without time"),
    ],
)
def test_what_can_never_be_understood(message: object, says: str) -> None:
    """Each is told with its reason, which goes to the dead letters with it."""
    with pytest.raises(BadEvent) as caught:
        wanted(message)
    assert says in str(caught.value)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from([KEY.id, ACCOUNT, REGION, "look", "review", "sweep"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["warden", "detail"]), inner),
)


@given(JSON, st.booleans())
def test_any_json_is_understood_or_refused(message: object, ours: bool) -> None:  # noqa: FBT001  drawn
    """No message makes it fail in another way."""
    text = json.dumps(OWN | message if ours and isinstance(message, dict) else message)
    with suppress(BadEvent):
        parse(text, HERE, NOW)


@pytest.mark.parametrize("sample", [pytest.param(path, id=path.stem) for path in sorted(SAMPLES.glob("*.json"))])
def test_every_sample_is_read_or_refused(sample: Path) -> None:
    """The samples are for trying by hand too: none may surprise."""
    message = json.loads(sample.read_text(encoding="utf-8"))
    here = Place(message["account"], message["region"], ROLE)
    try:
        found = parse(json.dumps(message), here, NOW + timedelta(days=3650))
    except BadEvent:
        found = None
    refused = sample.stem.startswith("other-")
    assert (found is None) == refused
