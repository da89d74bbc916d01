"""Route 53's edge: page by page, whose the zones are, and what is not for us to see."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from builders import ACCOUNT, REGION, VPC
from stubs import Said, Seconds, Wire, saying, shared
from warden.errors import RetryLater
from warden.hosted_zones import PASSING, SECONDS, Route53
from warden.neighbours import HostedZone, HostedZones

HOW = {"VPCId": VPC, "VPCRegion": REGION}
OWN = {"HostedZoneId": "Z1", "Name": "example.com.", "Owner": {"OwningAccount": ACCOUNT}}
OF_EFS = {"HostedZoneId": "Z2", "Name": "fs.example.", "Owner": {"OwningService": "efs.amazonaws.com"}}
LIST = "list_hosted_zones_by_vpc"
LIST_IN_WORDS = "ListHostedZonesByVPC"


def told(*zones: dict[str, Any], token: str = "", after: str = "") -> Said:
    """A page, and the token of the next."""
    answer = {"HostedZoneSummaries": list(zones), "MaxItems": "100"} | ({"NextToken": token} if token else {})
    return Said(LIST, HOW | ({"NextToken": after} if after else {}), answer)


def read(client: Any) -> HostedZones:
    return Route53(REGION, lambda: client).of_vpcs([VPC])[VPC]


def test_reads_every_page() -> None:
    """With who owns each: an account or a service."""
    with saying("route53", told(OWN, token="a"), told(token="b", after="a"), told(OF_EFS, after="b")) as client:
        assert read(client) == HostedZones(
            (HostedZone("Z1", "example.com.", ACCOUNT), HostedZone("Z2", "fs.example.", service="efs.amazonaws.com"))
        )


def test_a_vpc_without_zones() -> None:
    """It was seen that there are none."""
    with saying("route53", told()) as client:
        assert read(client) == HostedZones(())


def test_the_client_is_made_once_and_not_before_it_is_needed() -> None:
    """Whoever asks for nothing pays for nothing."""
    made: list[str] = []
    second = "vpc-0ffffffffffffffff"
    pages = told(), Said(LIST, HOW | {"VPCId": second}, {"HostedZoneSummaries": [], "MaxItems": "100"})

    with saying("route53", *pages) as client:

        def make() -> Any:
            made.append("route53")
            return client

        route53 = Route53(REGION, make)
        assert route53.of_vpcs(()) == {}
        assert made == []
        assert set(route53.of_vpcs({second, VPC})) == {VPC, second}
        assert made == ["route53"]


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "InvalidInput", "InvalidPaginationToken"])
def test_what_is_refused_is_not_to_be_seen(code: str) -> None:
    """On a later page too: half of the zones would pass for all of them."""
    later = Said(LIST, HOW | {"NextToken": "a"}, error=code)
    for pages in ((Said(LIST, HOW, error=code),), (told(OWN, token="a"), later)):
        with saying("route53", *pages) as client:
            assert read(client) == HostedZones(None)


@pytest.mark.parametrize("code", sorted(PASSING))
def test_what_passes_is_tried_again(code: str) -> None:
    """Nothing is concluded from what was not seen."""
    with saying("route53", Said(LIST, HOW, error=code)) as client, pytest.raises(RetryLater, match=LIST_IN_WORDS):
        read(client)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(EndpointConnectionError(endpoint_url="https://route53"), id="lost"),
        pytest.param((500, "<ErrorResponse><Error><Code>Odd</Code></Error></ErrorResponse>"), id="broken"),
        pytest.param((200, "<html>a proxy's page"), id="a proxy's page"),
    ],
)
def test_no_answer_is_tried_again(fault: Any) -> None:
    """Whatever goes wrong on the way, or in Route 53."""
    reader = shared("route53")
    with Wire.under(reader, fault), pytest.raises(RetryLater, match=LIST_IN_WORDS):
        read(reader)


def test_the_same_page_twice_is_no_answer() -> None:
    """Or it would go on for ever."""
    with (
        saying("route53", told(OWN, token="a"), told(OWN, token="a", after="a")) as client,
        pytest.raises(RetryLater, match="twice"),
    ):
        read(client)


OTHER = "vpc-0ffffffffffffffff"


def of(vpc_id: str, *zones: dict[str, Any]) -> Said:
    """The one page of a VPC."""
    return Said(LIST, HOW | {"VPCId": vpc_id}, {"HostedZoneSummaries": list(zones), "MaxItems": "100"})


def test_is_read_again_after_a_while() -> None:
    """Not for each page of a sweep; each VPC by its own age."""
    seconds = Seconds()
    with saying("route53", of(VPC, OWN), of(OTHER, OF_EFS), of(VPC)) as client:
        route53 = Route53(REGION, lambda: client, seconds)
        first = route53.of_vpcs([VPC])
        seconds.now += SECONDS
        assert route53.of_vpcs([VPC, OTHER]) == first | route53.of_vpcs([OTHER])
        seconds.now += 1
        again = route53.of_vpcs([VPC, OTHER])
        assert [len(again[vpc_id].known or ()) for vpc_id in (VPC, OTHER)] == [0, 1]


def test_a_failure_is_not_kept_and_what_was_read_before_it_is() -> None:
    """The same question again asks for the rest."""
    throttled = Said(LIST, HOW | {"VPCId": OTHER}, error="Throttling")
    with saying("route53", of(VPC, OWN), throttled, of(OTHER)) as client:
        route53 = Route53(REGION, lambda: client, Seconds())
        with pytest.raises(RetryLater):
            route53.of_vpcs([VPC, OTHER])
        assert [len(one.known or ()) for one in route53.of_vpcs([VPC, OTHER]).values()] == [1, 0]


class Throttling:
    """Route 53 that answers so many requests a second, after a burst, in a time for each.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html
    """

    def __init__(self, seconds: Seconds, *, rate: float = 10, burst: float = 50, takes: float = 0.05) -> None:
        """Begin with the whole burst."""
        self._seconds, self._rate, self._burst, self._takes = seconds, rate, burst, takes
        self._left, self.answered = burst, 0

    def list_hosted_zones_by_vpc(self, **_: str) -> dict[str, Any]:
        """Answer, or refuse."""
        self._seconds.now += self._takes
        self._left = min(self._burst, self._left + self._takes * self._rate)
        if self._left < 1:
            answer: Any = {"Error": {"Code": "Throttling"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(answer, LIST_IN_WORDS)
        self._left -= 1
        self.answered += 1
        return {"HostedZoneSummaries": [OWN]}

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds.now += seconds
        self._left = min(self._burst, self._left + seconds * self._rate)


def test_a_sweep_of_a_thousand_vpcs_comes_to_its_end_where_route_53_throttles() -> None:
    """Each try goes on where the one before was refused, and no VPC is asked for twice."""
    seconds = Seconds()
    client = Throttling(seconds)
    route53, vpcs = Route53(REGION, lambda: client, seconds), [f"vpc-{number:017x}" for number in range(1_000)]
    found: dict[str, HostedZones] = {}
    refused = 0
    while not found and refused < 20:
        try:
            found = route53.of_vpcs(vpcs)
        except RetryLater:
            refused += 1
            client.wait(5)
    assert (set(found), client.answered) == (set(vpcs), 1_000)
    assert refused, "else nothing was throttled"
