"""The rule `stuck`: states in which an endpoint serves nobody, how long it may wait, and who can mend it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import KEY, NOW, REGION, snapshot, standard
from warden.errors import BadStandard
from warden.model import Breach, Judgement, Kind, NotApplicable, Pass, Severity, Unknown
from warden.rules.stuck import stuck

SERVICE_ID = "vpce-svc-0fedcba9876543210"
THEIRS = f"com.amazonaws.vpce.{REGION}.{SERVICE_ID}"
LOOK = (
    f"`aws ec2 describe-vpc-endpoints --region {REGION} --vpc-endpoint-ids {KEY.id} "
    "--query 'VpcEndpoints[].[State,LastError,FailureReason]'`"
)
DELETE = f"`aws ec2 delete-vpc-endpoints --region {REGION} --vpc-endpoint-ids {KEY.id}`"
ACCEPT = (
    f"`aws ec2 accept-vpc-endpoint-connections --region {REGION} --service-id {SERVICE_ID} --vpc-endpoint-ids {KEY.id}`"
)

ANEW = "take its resource out of the code that manages it, deploy that, and put it back"


def judge(state: str, hours: float = 1, toml: str = "", **facts: Any) -> Judgement:
    """What is said of an endpoint made so many hours ago."""
    made = {"state": state, "created": NOW - timedelta(hours=hours), "service_name": THEIRS} | facts
    return stuck.judge(snapshot(**made), standard(toml))


def breach(state: str, hours: float = 1, toml: str = "", **facts: Any) -> Breach:
    found = judge(state, hours, toml, **facts)
    assert isinstance(found, Breach), found
    return found


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UNSUPPORTED])
@pytest.mark.parametrize("state", ["failed", "rejected", "expired", "partial"])
def test_what_ended_badly_is_told_at_any_age(state: str, kind: Kind) -> None:
    """Each state is a code of its own, for every kind of endpoint."""
    found = breach(state, 0, type_name=kind.value)
    assert (found.code, stuck.severity_of(found)) == (state, Severity.MEDIUM)


@pytest.mark.parametrize(
    ("state", "hours", "toml", "told"),
    [
        pytest.param("pendingacceptance", 24, "", None, id="just within"),
        pytest.param("pendingacceptance", 24.1, "", "24 hours for", id="just over"),
        pytest.param("pendingacceptance", 47, "", "47 hours for", id="hours up to two days"),
        pytest.param("pendingacceptance", 24 * 3 + 5, "", "3 days for", id="days from then on"),
        pytest.param("pendingacceptance", 1.5, "hours = 1", "1 hour for", id="the standard's hours"),
        pytest.param("pendingacceptance", 30, "hours = 48", None, id="longer hours"),
        pytest.param("pending", 24, "", None, id="being made"),
        pytest.param("pending", 25, "", "still pending 25 hours after it was made", id="not made in a day"),
        pytest.param("pending", -1, "", None, id="made after we looked: clocks differ"),
    ],
)
def test_waiting_is_told_after_a_while(state: str, hours: float, toml: str, told: str | None) -> None:
    """It says for how long it waits, and what the standard allows."""
    found = judge(state, hours, f"[rules.stuck]\n{toml}")
    if told is None:
        assert found == Pass()
    else:
        assert isinstance(found, Breach)
        assert told in found.message
        assert found.code == {"pendingacceptance": "awaiting-acceptance"}.get(state, state)
        assert stuck.severity_of(found) is Severity.LOW


def test_the_message_names_what_is_allowed() -> None:
    """In hours or days, as people speak of them."""
    assert breach("pendingacceptance", 30).message == (
        "the endpoint has waited 30 hours for the provider of the service to accept it; the standard allows 24 hours"
    )


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_what_goes_is_not_stuck(state: str) -> None:
    """Its end is wanted."""
    assert judge(state, 1_000) == NotApplicable(f"the endpoint is {state}")


@pytest.mark.parametrize("facts", [{"created": None}, {"at": None}])
@pytest.mark.parametrize("state", ["pending", "pendingacceptance"])
def test_an_unknown_age_is_unknown(state: str, facts: dict[str, Any]) -> None:
    """Neither too long nor not."""
    assert judge(state, 1_000, **facts) == Unknown(f"the endpoint is {state}, and for how long is not known")


@pytest.mark.parametrize("facts", [{"created": None}, {"at": None}, {"requester_managed": True}])
def test_a_state_that_speaks_for_itself_needs_no_age(facts: dict[str, Any]) -> None:
    """Available is well, failed is not, whenever it was made."""
    assert judge("available", **facts) == Pass()
    assert breach("failed", **facts).code == "failed"


@pytest.mark.parametrize("state", ["", "renewing"])
def test_a_state_that_is_not_known_is_unknown(state: str) -> None:
    """Never PASS."""
    assert judge(state) == Unknown(f"the endpoint's state is {state!r}, which this version does not know")


WHO = f"`aws ec2 describe-vpc-endpoint-services --region {REGION} --service-names {THEIRS}{{}} --query '{{}}'`"


def test_who_accepts_is_found_by_a_command_and_accepts_by_another() -> None:
    """The endpoint does not tell who the provider is; and how to be rid of it otherwise."""
    who = WHO.format("", "ServiceDetails[].Owner")
    assert breach("pendingacceptance", 30).advice == (
        f"the provider of the service ({who} tells who that is) accepts it: {ACCEPT}; "
        f"if nobody wants it any more, delete it: {DELETE}"
    )
    assert who in breach("rejected").advice


def test_the_provider_accepts_in_its_own_region() -> None:
    """For an endpoint of another region than the service."""
    found = breach("pendingacceptance", 30, service_region="eu-west-1")
    assert WHO.format(" --service-regions eu-west-1", "ServiceDetails[].Owner") in found.advice
    assert "accept-vpc-endpoint-connections --region eu-west-1 " in found.advice
    assert f"delete-vpc-endpoints --region {REGION} " in found.advice


def test_without_a_services_id_somebody_is_asked() -> None:
    """A resource or a service network is no endpoint service."""
    found = breach("pendingacceptance", 30, service_name="db", type_name="Resource")
    assert found.advice.startswith(f"ask the provider of the service to accept {KEY.id}; ")


@pytest.mark.parametrize(
    ("state", "parts"),
    [
        ("failed", (LOOK, DELETE)),
        ("partial", (LOOK, "may be in use, so only if nobody uses it", DELETE)),
        ("pending", (LOOK, "if it stays so and nobody uses it", DELETE)),
        ("rejected", ("ask the provider", DELETE)),
        ("expired", (DELETE, ACCEPT.replace(KEY.id, "NEW"))),
    ],
)
def test_each_state_has_its_commands(state: str, parts: tuple[str, ...]) -> None:
    """In the order in which they are of use, and nothing is deleted behind the back of code that made it."""
    advice = breach(state, 1_000).advice
    places = [advice.index(part) for part in parts]
    assert places == sorted(places)
    assert "where code makes the endpoint, change that code instead" in advice


@pytest.mark.parametrize("state", ["failed", "rejected", "expired", "partial", "pending"])
def test_routes_are_led_away_before_the_endpoint_is_deleted(state: str) -> None:
    """EC2 deletes no Gateway Load Balancer endpoint to which a route leads."""
    advice = breach(state, 1_000, type_name="GatewayLoadBalancer").advice
    assert advice.index("lead away the routes that lead to it, ") < advice.index("delete-vpc-endpoints")
    assert "routes" not in breach(state, 1_000).advice


@pytest.mark.parametrize("state", ["failed", "rejected", "expired", "partial", "pending", "pendingacceptance"])
def test_an_endpoint_of_an_aws_service_is_told_too(state: str) -> None:
    """Nothing else tells that it does not work; but nobody is asked to delete it by hand."""
    found = breach(state, 1_000, requester_managed=True)
    assert found.advice.startswith(LOOK)
    assert "in that service" in found.advice
    assert "delete-vpc-endpoints" not in found.advice


@pytest.mark.parametrize("state", ["failed", "rejected", "expired", "partial", "pending", "pendingacceptance"])
def test_the_advice_is_the_same_from_day_to_day(state: str) -> None:
    """It is a part of the notice's id: what is told twice must be known as the same."""
    assert breach(state, 1_000).advice == breach(state, 2_000).advice


@pytest.mark.parametrize("hours", ["0", "8761", '"24"', "true"])
def test_hours_are_a_whole_number(hours: str) -> None:
    """From an hour to a year."""
    with pytest.raises(BadStandard, match=r"rules\.stuck\.hours"):
        standard(f"[rules.stuck]\nhours = {hours}\n")


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("failed", f"{LOOK} tells why; then {ANEW}"),
        ("partial", f"{LOOK} tells why; what works of it may be in use, so only if nobody uses it, {ANEW}"),
        ("rejected", f" why; once they agree, {ANEW}"),
        ("expired", f"{ANEW}; then the provider of the service ("),
        ("pending", f"if it stays so and nobody uses it, {ANEW}"),
        ("pendingacceptance", "if nobody wants it any more, take its resource out of the code that manages it"),
    ],
)
def test_in_code_nothing_is_deleted_by_hand(state: str, says: str) -> None:
    """Code does not make anew what it takes for being there: and there is no patch for doing it twice."""
    found = breach(state, 1_000, service=None)
    assert found.in_code is not None
    assert found.in_code.change is None
    assert says in found.in_code.advice
    assert DELETE in found.advice
    assert DELETE not in found.in_code.advice
