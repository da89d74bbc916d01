"""The rule `network-activity-logged`: recorded, not recorded, and all that cannot be told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builders import KEY, NOW, REGION, endpoint, service, snapshot, standard
from fakes import FakeCloud
from warden.errors import BadStandard
from warden.model import Breach, Judgement, Need, NotApplicable, Pass, Unknown, Verdict
from warden.observe import observe
from warden.recording import Condition, Selector, Trail
from warden.rules.network_activity_logged import network_activity_logged

ON = '[rules.network-activity-logged]\nmode = "notify"\n'
NAMED = ON + 'sources = [{ service = "bedrock-runtime", source = "bedrock.amazonaws.com" }]\n'


def selector(source: str = "kms", **more: tuple[str, ...]) -> Selector:
    """A selector of the network activity events of a service."""
    return (
        Condition("eventCategory", ("NetworkActivity",)),
        Condition("eventSource", (f"{source}.amazonaws.com",)),
        *(Condition(field, values) for field, values in more.items()),
    )


def trail(*selected: Selector, name: str = "audit", **facts: Any) -> Trail:
    """A trail that is on, of this region."""
    made: dict[str, Any] = {"name": name, "home": REGION, "logging": True, "selectors": selected}
    return Trail(**made | facts)


HIDDEN = trail(name="org", logging=None, selectors=None, organisation=True)


def judge(*trails: Trail, toml: str = ON, **facts: Any) -> Judgement:
    return network_activity_logged.judge(snapshot(**{"trails": trails} | facts), standard(toml))


@pytest.mark.parametrize(
    "trails",
    [
        pytest.param((trail(selector()),), id="all calls"),
        pytest.param((trail(selector(errorCode=("VpceAccessDenied",))),), id="denied ones"),
        pytest.param((trail(selector(vpcEndpointId=(KEY.id,))),), id="by way of this endpoint"),
        pytest.param((trail(selector("s3"), selector()),), id="one selector of several"),
        pytest.param((trail(), trail(selector(), name="more")), id="one trail of several"),
        pytest.param((HIDDEN, trail(selector())), id="whatever a trail does that is not to be seen"),
        pytest.param((trail(selector(), home="eu-west-1", organisation=True),), id="the organisation's"),
    ],
)
def test_recorded(trails: tuple[Trail, ...]) -> None:
    """One trail is enough."""
    assert judge(*trails) == Pass()


@pytest.mark.parametrize(
    ("trails", "code", "words"),
    [
        pytest.param((), "no-trail", f"no trail covers {REGION}", id="no trail"),
        pytest.param((trail(),), "not-recorded", "no trail records the calls to kms.amazonaws.com", id="management"),
        pytest.param((trail(selector("s3")),), "not-recorded", "no trail records", id="another service"),
        pytest.param(
            (trail(selector(vpcEndpointId=("vpce-0b",))),), "not-recorded", "no trail records", id="another's"
        ),
        pytest.param((trail(selector(), logging=False),), "trail-off", "the trail audit, which would", id="off"),
        pytest.param(
            (trail(), trail(selector(), name="b", logging=False)), "trail-off", "the trail b, which", id="one"
        ),
    ],
)
def test_not_recorded(trails: tuple[Trail, ...], code: str, words: str) -> None:
    """Certain only where every trail was seen."""
    found = judge(*trails)
    assert isinstance(found, Breach)
    assert (found.code, found.fix) == (code, None)
    assert found.message.startswith(words)
    assert found.evidence["event_source"] == "kms.amazonaws.com"


@pytest.mark.parametrize(
    ("trails", "why"),
    [
        pytest.param((HIDDEN,), "org does not show to this account what it records", id="the organisation's, hidden"),
        pytest.param((trail(), HIDDEN), "org does not show", id="beside one that does not record"),
        pytest.param((trail(selector(), logging=False), HIDDEN), "org does not show", id="beside one that is off"),
        pytest.param((trail(selector(eventName=("Decrypt",))),), "audit records only some such calls", id="some calls"),
    ],
)
def test_what_is_not_seen_is_not_guessed(trails: tuple[Trail, ...], why: str) -> None:
    """The trail that may record is named."""
    found = judge(*trails)
    assert isinstance(found, Unknown)
    assert why in found.why


def test_the_selector_of_the_advice_is_what_is_missing() -> None:
    """Whoever adds it passes, keeps the other selectors, and is warned."""
    found = judge(trail(home="eu-west-1"))
    assert isinstance(found, Breach)
    text = next(part for part in found.advice.split("`") if part.startswith("{"))
    assert " " not in text, "a letter would break it there"
    advised = json.loads(text)
    added = tuple(Condition.read(field) for field in advised["FieldSelectors"])
    assert judge(trail(added)) == Pass()
    assert "--region eu-west-1 --trail-name audit" in found.advice
    assert "it replaces whatever the trail has" in found.advice
    saving, writing = (part for part in found.advice.split("`") if part.startswith("aws "))
    assert saving.endswith(" --query AdvancedEventSelectors --output json > selectors.json"), "the list, and no more"
    assert writing.endswith(" --advanced-event-selectors file://selectors.json")
    assert "organisation" not in found.advice


def test_only_the_organisation_changes_its_trail() -> None:
    """A trail of one's own is named before it."""
    found = judge(trail(name="org", organisation=True))
    assert isinstance(found, Breach)
    assert found.advice.endswith("the trail is the organisation's, so only its own account can")
    both = judge(trail(name="org", organisation=True), trail(name="own"))
    assert isinstance(both, Breach)
    assert "--trail-name own" in both.advice


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(trail(logging=False, selectors=None), id="hidden"),
        pytest.param(trail(selector(eventName=("Decrypt",)), logging=False), id="of some calls"),
        pytest.param(trail(logging=False), id="of none"),
    ],
)
def test_of_a_trail_that_is_off_no_more_is_said_than_was_seen(one: Trail) -> None:
    """To switch it on alone may not help; and a trail that is on is what people are told to change."""
    found = judge(one)
    assert isinstance(found, Breach)
    assert found.code == "not-recorded"
    assert found.advice.endswith("switch the trail on: `aws cloudtrail start-logging --region us-east-1 --name audit`")
    beside = judge(one, trail(name="on"))
    assert isinstance(beside, Breach)
    assert "--trail-name on" in beside.advice
    assert "start-logging" not in beside.advice


def test_only_the_organisation_switches_its_trail_on() -> None:
    """A trail of one's own is named before it."""
    org = trail(selector(), name="org", logging=False, organisation=True)
    found = judge(org)
    assert isinstance(found, Breach)
    assert found.advice.endswith("--name org`; the trail is the organisation's, so only its own account can")
    both = judge(org, trail(selector(), logging=False))
    assert isinstance(both, Breach)
    assert both.advice == "ask why it is off; then `aws cloudtrail start-logging --region us-east-1 --name audit`"


def test_a_trail_that_is_off_is_switched_on() -> None:
    """In the region that it was made in."""
    found = judge(trail(selector(), logging=False, home="eu-west-1"))
    assert isinstance(found, Breach)
    assert found.advice == "ask why it is off; then `aws cloudtrail start-logging --region eu-west-1 --name audit`"


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        pytest.param({"trails": None}, Need, id="trails are read"),
        pytest.param({"state": "failed"}, NotApplicable, id="dead"),
        pytest.param({"requester_managed": True}, NotApplicable, id="requester-managed"),
        pytest.param({"type_name": "Gateway"}, NotApplicable, id="gateway"),
        pytest.param({"type_name": "GatewayLoadBalancer"}, NotApplicable, id="Gateway Load Balancer"),
        pytest.param({"type_name": "Resource"}, NotApplicable, id="resource"),
        pytest.param({"type_name": "ServiceNetwork"}, NotApplicable, id="service network"),
        pytest.param({"service": service(owner="999988887777")}, NotApplicable, id="another account's service"),
        pytest.param(
            {"service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-1", "service": None}, NotApplicable, id="x"
        ),
        pytest.param({"service": service(policy_supported=False)}, NotApplicable, id="takes no policy"),
        pytest.param({"service": None}, Breach, id="not described, and of a known name"),
        pytest.param({"service_region": "eu-west-1"}, Unknown, id="cross-region"),
        pytest.param({"service_name": f"com.amazonaws.{REGION}.logs"}, Unknown, id="not known to write such events"),
        pytest.param({"service_name": f"com.amazonaws.{REGION}.ec2messages"}, Unknown, id="ec2messages is not ec2"),
        pytest.param({"ip_address_type": "ipv6"}, Breach, id="IPv6-only"),
        pytest.param({"ip_address_type": "dualstack", "state": "partial"}, Breach, id="dual-stack, partial"),
    ],
)
def test_never_guesses(facts: dict[str, Any], verdict: type[Judgement]) -> None:
    """Nothing is asked of CloudTrail where the answer does not hang on it."""
    assert isinstance(judge(trail(), **facts), verdict)


def test_the_standard_names_further_sources() -> None:
    """For services that came later."""
    name = f"com.amazonaws.{REGION}.bedrock-runtime"
    assert isinstance(judge(trail(selector("bedrock")), service_name=name), Unknown)
    assert judge(trail(selector("bedrock")), service_name=name, toml=NAMED) == Pass()
    assert isinstance(judge(trail(selector()), service_name=name, toml=NAMED), Breach)


@pytest.mark.parametrize(
    "entry",
    [
        '"kms"',
        '{ service = "kms" }',
        '{ service = "", source = "kms.amazonaws.com" }',
        '{ service = "kms", source = "kms" }',
        '{ service = 1, source = "kms.amazonaws.com" }',
    ],
)
def test_a_wrong_source_is_named(entry: str) -> None:
    """With what is allowed."""
    with pytest.raises(BadStandard, match=r"sources.*tables such as"):
        standard(f"{ON}sources = [{entry}]")


def test_trails_are_read_once_for_all() -> None:
    """They are the account's, and not an endpoint's; a rule that is off reads none."""
    some = [endpoint(), endpoint(vpc_id="vpc-0fedcba9876543210")]
    cloud = FakeCloud.of(*some, known_trails=(trail(),))
    (one, other) = observe(cloud, some, standard(ON), NOW)
    assert cloud.calls.count("DescribeTrails") == 1
    for judged in (one, other):
        (found,) = (it for it in judged.findings if it.rule == "network-activity-logged")
        assert found.verdict is Verdict.BREACH
    off = FakeCloud.of(*some)
    observe(off, some, standard(""), NOW)
    assert "DescribeTrails" not in off.calls
