"""EC2's edge: what is read, in how few calls, and what each answer to a write means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

import runtime
from builders import ACCOUNT, FULL_ACCESS, KEY, LONG_AGO, NARROW, REGION, VPC, A, B, endpoint, service
from stubs import Said, Seconds, Wire, client, emulated, recorded, saying, shared
from warden import aws
from warden.actions import Action, AddSubnets, RemoveSubnets, ReplacePolicy
from warden.aws import CATALOGUE_SECONDS, Ec2, Elsewhere, request
from warden.errors import CannotFix, NotYet, Outdated, RetryLater, Unsure, WardenError
from warden.hosted_zones import Route53
from warden.metrics import Metrics
from warden.model import Endpoint, EndpointKey, Kind, ServiceKey
from warden.neighbours import HostedZones
from warden.surroundings import HIDDEN_LISTS
from warden.trails import Trails
from warden.zones import with_routes

KMS = f"com.amazonaws.{REGION}.kms"
S3 = f"com.amazonaws.{REGION}.s3"
GONE = "vpce-00000000000000000"
PLAN: tuple[Action, ...] = (AddSubnets((B.id,), (B.zone_id,)), ReplacePolicy(NARROW, FULL_ACCESS))
MODIFY = {"VpcEndpointId": KEY.id, "AddSubnetIds": [B.id], "PolicyDocument": NARROW}
DETAIL: dict[str, Any] = {
    "ServiceName": KMS,
    "ServiceType": [{"ServiceType": "Interface"}],
    "Owner": "amazon",
    "AvailabilityZones": ["us-east-1a", "us-east-1b"],
    "AvailabilityZoneIds": ["use1-az1", "use1-az2"],
    "VpcEndpointPolicySupported": True,
}
LOST = ReadTimeoutError(endpoint_url="https://ec2")


def client_of_cloudtrail(region: str) -> Any:
    assert region == REGION
    return shared("cloudtrail")


def elsewhere() -> Elsewhere:
    """With nothing kept of what another test read."""
    return Elsewhere(
        Metrics(partial(shared, "cloudwatch")),
        Trails(REGION, client_of_cloudtrail),
        Route53(REGION, partial(shared, "route53")),
    )


def seen_by(reader: Any, writer: Any = None, clock: Callable[[], float] = Seconds()) -> Ec2:  # noqa: B008  stands still
    return Ec2(ACCOUNT, REGION, reader, lambda: writer, elsewhere(), clock)


def by_id(*ids: str, **more: object) -> dict[str, Any]:
    """The parameters that ask for these endpoints."""
    return {"Filters": [{"Name": "vpc-endpoint-id", "Values": list(ids)}], "MaxResults": 1000, **more}


def by_vpc(*ids: str, size: int = 1000) -> dict[str, Any]:
    return {"Filters": [{"Name": "vpc-id", "Values": list(ids)}], "MaxResults": size}


def numbered(count: int) -> list[str]:
    return [f"vpce-{number:017x}" for number in range(1, count + 1)]


def named(*ids: str) -> list[dict[str, Any]]:
    """Endpoints of which EC2 tells the id and no more."""
    return [{"VpcEndpointId": one} for one in ids]


def read_one(item: dict[str, Any]) -> Endpoint:
    """The endpoint that EC2 tells so."""
    said = Said("describe_vpc_endpoints", by_id(KEY.id), {"VpcEndpoints": [{"VpcEndpointId": KEY.id, **item}]})
    with saying("ec2", said) as ec2:
        return seen_by(ec2).endpoints([KEY.id])[KEY.id]


# --- Endpoints -----------------------------------------------------------------------------------------------------


def test_reads_all_that_rules_look_at() -> None:
    """Each member has its place; the policy stays as EC2 spelled it."""
    item = {
        "VpcEndpointType": "Interface",
        "VpcId": VPC,
        "ServiceName": KMS,
        "State": "available",
        "PolicyDocument": " { } ",
        "RouteTableIds": ["rtb-1"],
        "SubnetIds": [A.id, B.id],
        "Groups": [{"GroupId": "sg-1", "GroupName": "default"}],
        "IpAddressType": "dualstack",
        "PrivateDnsEnabled": True,
        "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": True},
        "RequesterManaged": True,
        "NetworkInterfaceIds": ["eni-1", "eni-2"],
        "CreationTimestamp": LONG_AGO,
        "Tags": [{"Key": "warden:hands-off", "Value": ""}],
        "ServiceRegion": "eu-west-1",
    }
    assert read_one(item) == Endpoint(
        key=KEY,
        type_name="Interface",
        vpc_id=VPC,
        service_name=KMS,
        state="available",
        created=LONG_AGO,
        subnet_ids=(A.id, B.id),
        policy=" { } ",
        private_dns=True,
        inbound_only=True,
        requester_managed=True,
        security_group_ids=("sg-1",),
        route_table_ids=("rtb-1",),
        network_interface_ids=("eni-1", "eni-2"),
        service_region="eu-west-1",
        ip_address_type="dualstack",
        tags={"warden:hands-off": ""},
    )


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        pytest.param({"VpcEndpointType": "Resource"}, Kind.RESOURCE, id="resource"),
        pytest.param({"VpcEndpointType": "ServiceNetwork"}, Kind.SERVICE_NETWORK, id="service network"),
        pytest.param({"VpcEndpointType": "Tunnel"}, Kind.UNSUPPORTED, id="a type of tomorrow"),
        pytest.param({}, Kind.UNSUPPORTED, id="no type told"),
    ],
)
def test_missing_members_are_no_error(item: dict[str, Any], kind: Kind) -> None:
    """Only the id is sure to be there: endpoints of resources, for one, have no service. An unknown type is kept."""
    read = read_one(item)
    bare = Endpoint(KEY, str(item.get("VpcEndpointType", "")), vpc_id="", service_name="", state="")
    assert (read, read.kind) == (bare, kind)


OWN = "vpc-endpoint-charges"


@pytest.mark.parametrize(
    ("told", "payer"),
    [
        pytest.param([], "", id="not told"),
        pytest.param(
            [("vpc-endpoint-charges", "vpc-endpoint-service-account")], "vpc-endpoint-service-account", id="they"
        ),
        pytest.param(
            [
                ("resource-gateway-charges", "resource-gateway-account"),
                ("vpc-endpoint-charges", "vpc-endpoint-account"),
            ],
            "vpc-endpoint-account",
            id="of the endpoint, and not of its other end",
        ),
    ],
)
def test_reads_who_pays(told: list[tuple[str, str]], payer: str) -> None:
    """For the endpoint itself."""
    entries = [{"Scope": scope, "PayerResponsibilityType": who} for scope, who in told]
    assert read_one({"PayerResponsibilities": entries}).payer == payer


@pytest.mark.parametrize(
    ("options", "only"),
    [
        ({"PrivateDnsOnlyForInboundResolverEndpoint": True}, True),
        ({"PrivateDnsOnlyForInboundResolverEndpoint": False}, False),
        ({"DnsRecordIpType": "ipv4"}, False),
    ],
)
def test_reads_whether_private_dns_is_for_inbound_resolvers_only(options: dict[str, Any], *, only: bool) -> None:
    """One of several options."""
    assert read_one({"DnsOptions": options}).inbound_only is only


@pytest.mark.parametrize("member", ["ResourceConfigurationArn", "ServiceNetworkArn"])
def test_reads_where_endpoints_without_a_service_lead(member: str) -> None:
    """To a resource configuration or a service network."""
    assert read_one({member: "arn"}).leads_to == "arn"


@pytest.mark.parametrize("state", ["pendingAcceptance", "PendingAcceptance", "pendingacceptance"])
def test_states_are_told_in_lower_case(state: str) -> None:
    """The model and the wire spell them differently."""
    assert read_one({"State": state}).state == "pendingacceptance"


def test_an_absent_id_fails_no_other() -> None:
    """Ids are asked for by filter: what is not there is only missing from the answer."""
    said = Said("describe_vpc_endpoints", by_id(GONE, KEY.id), {"VpcEndpoints": named(KEY.id)})
    with saying("ec2", said) as ec2:
        assert set(seen_by(ec2).endpoints([KEY.id, GONE, KEY.id])) == {KEY.id}


def test_no_ids_no_call() -> None:
    """A filter without values would be an error."""
    with saying("ec2") as ec2:
        assert seen_by(ec2).endpoints([]) == {}
        assert seen_by(ec2).around.subnets([]) == {}
        assert seen_by(ec2).services([]) == {}


def test_a_filter_takes_200_ids() -> None:
    """More of them take a second call, and none is left out."""
    ids = numbered(401)
    parts = (ids[:200], ids[200:400], ids[400:])
    script = [Said("describe_vpc_endpoints", by_id(*part), {"VpcEndpoints": named(*part)}) for part in parts]
    with saying("ec2", *script) as ec2:
        assert sorted(seen_by(ec2).endpoints(reversed(ids))) == ids


def test_follows_the_pages_of_an_answer() -> None:
    """EC2 may give fewer than were asked for, and a token."""
    one, two = numbered(2)
    script = (
        Said("describe_vpc_endpoints", by_id(one, two), {"VpcEndpoints": named(one), "NextToken": "more"}),
        Said("describe_vpc_endpoints", by_id(one, two, NextToken="more"), {"VpcEndpoints": named(two)}),
    )
    with saying("ec2", *script) as ec2:
        assert sorted(seen_by(ec2).endpoints([one, two])) == [one, two]


def test_the_sweep_holds_one_page_at_a_time() -> None:
    """The next page is asked for once the last one was worked through."""
    one, two = numbered(2)
    script = (
        Said("describe_vpc_endpoints", {"MaxResults": 1000}, {"VpcEndpoints": named(one), "NextToken": "more"}),
        Said("describe_vpc_endpoints", {"MaxResults": 1000, "NextToken": "more"}, {"VpcEndpoints": named(two)}),
    )
    with saying("ec2", *script) as ec2, recorded(ec2.meta.events) as calls:
        pages = seen_by(ec2).sweep()
        assert [found.key for found in next(pages)] == [EndpointKey(ACCOUNT, REGION, one)]
        assert calls.count("ec2:DescribeVpcEndpoints") == 1
        assert [found.key.id for page in pages for found in page] == [two]


# --- Services ------------------------------------------------------------------------------------------------------


GONE = f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0"


ABROAD = "eu-west-1"
THERE = f"com.amazonaws.{ABROAD}.kms"


def asking(
    *names: str,
    details: Iterable[dict[str, Any]] = (),
    error: str = "",
    token: str = "",
    message: str = "",
    region: str = "",
) -> Said:
    """A question for services by name, in another region where one is given."""
    more: dict[str, Any] = {"NextToken": token} if token else {}
    more |= {"ServiceRegions": [region]} if region else {}
    found = {"ServiceNames": [], "ServiceDetails": list(details)}
    return Said("describe_vpc_endpoint_services", {"ServiceNames": list(names), **more}, found, error, message=message)


def of(*names: str) -> list[Endpoint]:
    """Endpoints of these services."""
    return [endpoint(service_name=name) for name in names]


def there(*names: str, region: str = ABROAD) -> list[Endpoint]:
    """Endpoints here, of these services there."""
    return [endpoint(service_name=name, service_region=region) for name in names]


def test_reads_a_service() -> None:
    """Zones by id and by name, who owns it, and whether it takes a policy."""
    with saying("ec2", asking(KMS, details=[DETAIL])) as ec2:
        assert seen_by(ec2).services(of(KMS)) == {
            (KMS, "Interface", REGION): service(
                zone_names=frozenset({"us-east-1a", "us-east-1b"}), zone_ids=frozenset({"use1-az1", "use1-az2"})
            )
        }


@pytest.mark.parametrize(
    ("told", "names"),
    [
        pytest.param({"PrivateDnsName": "a.example.com"}, ("a.example.com",), id="one"),
        pytest.param(
            {"PrivateDnsName": "a.example.com", "PrivateDnsNames": [{"PrivateDnsName": "a.example.com"}]},
            ("a.example.com",),
            id="one, told twice",
        ),
        pytest.param(
            {"PrivateDnsNames": [{"PrivateDnsName": "b.example.com"}, {"PrivateDnsName": "a.example.com"}]},
            ("b.example.com", "a.example.com"),
            id="several",
        ),
    ],
)
def test_reads_the_private_dns_names_of_a_service(told: dict[str, Any], names: tuple[str, ...]) -> None:
    """By whichever member they are told, with whether they are verified."""
    detail = DETAIL | told | {"PrivateDnsNameVerificationState": "pendingVerification"}
    with saying("ec2", asking(KMS, details=[detail])) as ec2:
        found = seen_by(ec2).services(of(KMS))[ServiceKey(KMS, "Interface", REGION)]
    assert (found.private_dns_names, found.private_dns_state) == (names, "pendingVerification")


def test_a_service_may_tell_little() -> None:
    """Cross-region services tell no zones; nothing is made up for what is missing."""
    bare = {"ServiceName": KMS, "ServiceType": [{"ServiceType": "Interface"}]}
    with saying("ec2", asking(KMS, details=[bare, {"ServiceName": S3}])) as ec2:
        found = seen_by(ec2).services(of(KMS))
    assert found[ServiceKey(KMS, "Interface", REGION)] == service(
        owner="", zone_names=frozenset(), zone_ids=frozenset(), policy_supported=False
    )


def test_one_name_can_be_two_services() -> None:
    """S3 is Gateway and Interface under one name, listed apart or in one entry; each endpoint gets its own."""
    gateway = DETAIL | {"ServiceName": S3, "ServiceType": [{"ServiceType": "Gateway"}], "AvailabilityZoneIds": []}
    interface = DETAIL | {"ServiceName": S3}
    both = [endpoint(service_name=S3), endpoint(service_name=S3, type_name="Gateway")]
    with saying("ec2", asking(S3, details=[gateway, interface])) as ec2:
        found = seen_by(ec2).services(both)
    assert [len(found[ServiceKey(S3, type_name, REGION)].zone_ids) for type_name in ("Gateway", "Interface")] == [0, 2]
    in_one = interface | {"ServiceType": [{"ServiceType": "Gateway"}, {"ServiceType": "Interface"}]}
    with saying("ec2", asking(S3, details=[in_one])) as ec2:
        assert set(seen_by(ec2).services(both)) == {(S3, "Gateway", REGION), (S3, "Interface", REGION)}


def test_asks_once_for_all() -> None:
    """One call for a batch; that a service is in the endpoint's own region may be said; some endpoints have none."""
    batch = [*of(S3, KMS, KMS), *there(S3, region=REGION), endpoint(service_name="")]
    with saying("ec2", asking(KMS, S3, details=[DETAIL])) as ec2:
        assert set(seen_by(ec2).services(batch)) == {(KMS, "Interface", REGION)}


BARE = {"AvailabilityZones": [], "AvailabilityZoneIds": [], "ServiceRegion": ABROAD}
"""What AWS tells otherwise of a service in another region."""


def test_asks_once_more_for_each_other_region() -> None:
    """EC2 would refuse such a name without its region; the answers are kept as the others are."""
    batch = [*there("com.amazonaws.ap-south-1.sqs", region="ap-south-1"), *there(THERE, THERE), *of(KMS)]
    script = (
        asking("com.amazonaws.ap-south-1.sqs", region="ap-south-1"),
        asking(THERE, region=ABROAD, details=[DETAIL | BARE | {"ServiceName": THERE}]),
        asking(KMS, details=[DETAIL]),
    )
    with saying("ec2", *script) as ec2:
        cloud = seen_by(ec2)
        found = cloud.services(batch)
        assert set(found) == {(KMS, "Interface", REGION), (THERE, "Interface", ABROAD)}
        assert cloud.services(batch) == found
    nowhere = frozenset[str]()
    assert found[batch[1].service_key] == service(name=THERE, zone_names=nowhere, zone_ids=nowhere)


def test_one_name_can_stand_in_several_regions() -> None:
    """Services that are everywhere have no region in their names; each endpoint gets the one it leads to, or none."""
    name = "com.amazonaws.route53"
    here = DETAIL | {"ServiceName": name}
    script = (
        asking(name, region="ap-south-1", details=[here | {"ServiceRegion": REGION}]),
        asking(name, region=ABROAD, details=[here | {"Owner": "444455556666"}]),
        asking(name, details=[here | {"ServiceRegion": REGION}]),
    )
    batch = [*of(name), *there(name), *there(name, region="ap-south-1")]
    with saying("ec2", *script) as ec2:
        found = seen_by(ec2).services(batch)
    owners = {key.region: one.owner for key, one in found.items()}
    assert owners == {REGION: "amazon", ABROAD: "444455556666"}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("OptInRequired", id="the account did not opt in"),
        pytest.param("AuthFailure", id="nor are its credentials known there"),
        pytest.param("UnauthorizedOperation", id="a policy of the organisation"),
        pytest.param("InvalidParameterValue", id="EC2 knows no such region"),
        pytest.param("UnknownParameter", id="EC2 does not know the question"),
        pytest.param("SomethingNew", id="a code that nobody knows"),
    ],
)
def test_a_region_that_is_refused_fails_no_other(code: str) -> None:
    """Its services are not known, for as long as others are; no try after this one would tell them."""
    script = (asking(THERE, region=ABROAD, error=code), asking(KMS, details=[DETAIL]))
    with saying("ec2", *script) as ec2:
        cloud = seen_by(ec2)
        for _ in range(2):
            assert set(cloud.services([*there(THERE), *of(KMS)])) == {(KMS, "Interface", REGION)}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((400, "RequestLimitExceeded"), id="throttled"),
        pytest.param((400, "ThrottlingException"), id="throttled, second spelling"),
        pytest.param((400, "RequestExpired"), id="too late"),
        pytest.param((403, "ExpiredToken"), id="with credentials of yesterday"),
        pytest.param((400, "InternalError"), id="broken, by code"),
        pytest.param((503, "SomethingNew"), id="broken, by status"),
    ],
)
def test_another_region_is_asked_again_where_that_can_help(answer: tuple[int, str]) -> None:
    """What passes is no word on the region, and is not kept."""
    status, code = answer
    refused = replace(asking(THERE, region=ABROAD, error=code), status=status)
    known = asking(THERE, region=ABROAD, details=[DETAIL | {"ServiceName": THERE}])
    with saying("ec2", refused, known) as ec2:
        cloud = seen_by(ec2)
        with pytest.raises(RetryLater, match=code):
            cloud.services(there(THERE))
        assert set(cloud.services(there(THERE))) == {(THERE, "Interface", ABROAD)}


def test_a_page_that_is_not_awss_is_no_word_on_a_region() -> None:
    """A proxy's refusal has no code of AWS's."""
    reader = shared("ec2")
    with Wire.under(reader, (403, "<html/>")), pytest.raises(RetryLater):
        seen_by(reader).services(there(THERE))


def test_a_refused_name_of_another_region_leaves_the_others_known() -> None:
    """As in this region."""
    gone = GONE.replace(REGION, ABROAD)
    said = f"The Vpc Endpoint Service '{gone}' does not exist"
    script = (
        asking(THERE, gone, region=ABROAD, error="InvalidServiceName", message=said),
        asking(THERE, region=ABROAD, details=[DETAIL | {"ServiceName": THERE}]),
    )
    with saying("ec2", *script) as ec2:
        assert set(seen_by(ec2).services(there(THERE, gone))) == {(THERE, "Interface", ABROAD)}


def test_follows_the_pages_of_services() -> None:
    """The answer may come in parts."""
    first = replace(
        asking(KMS, S3), answer={"ServiceNames": [], "ServiceDetails": [DETAIL | {"ServiceName": S3}], "NextToken": "t"}
    )
    with saying("ec2", first, asking(KMS, S3, details=[DETAIL], token="t")) as ec2:
        assert set(seen_by(ec2).services(of(KMS, S3))) == {(KMS, "Interface", REGION), (S3, "Interface", REGION)}


def test_the_catalogue_is_kept_15_minutes() -> None:
    """A warm function asks for what it does not know or what is too old, and for nothing else."""
    clock = Seconds()
    once = asking(KMS, details=[DETAIL])
    with saying("ec2", once, asking(S3), once) as ec2, recorded(ec2.meta.events) as calls:
        cloud = seen_by(ec2, clock=clock)
        cloud.services(of(KMS))
        clock.now += CATALOGUE_SECONDS
        assert set(cloud.services(of(KMS, S3))) == {(KMS, "Interface", REGION)}
        assert calls.count("ec2:DescribeVpcEndpointServices") == 2
        clock.now += 1
        assert set(cloud.services(of(KMS, S3))) == {(KMS, "Interface", REGION)}


def test_the_catalogue_is_forgotten_on_demand() -> None:
    """Where EC2 refused a plan made from it, it is read afresh."""
    fresh = DETAIL | {"AvailabilityZoneIds": ["use1-az1"]}
    with saying("ec2", asking(KMS, details=[DETAIL]), asking(KMS, details=[fresh])) as ec2:
        cloud = seen_by(ec2)
        cloud.services(of(KMS))
        cloud.forget_services()
        assert cloud.services(of(KMS))[ServiceKey(KMS, "Interface", REGION)].zone_ids == {"use1-az1"}


def test_a_refused_name_leaves_the_others_known() -> None:
    """One deleted service of a third party costs one call more; that it is unknown is kept as well."""
    said = f"The Vpc Endpoint Service '{GONE}' does not exist"
    script = (
        asking(KMS, S3, GONE, error="InvalidServiceName", message=said),
        asking(KMS, S3, details=[DETAIL, DETAIL | {"ServiceName": S3}]),
    )
    with saying("ec2", *script) as ec2:
        cloud = seen_by(ec2)
        for _ in range(2):
            assert set(cloud.services(of(KMS, GONE, S3))) == {(KMS, "Interface", REGION), (S3, "Interface", REGION)}


def test_a_refusal_that_names_no_name_is_searched_by_halves() -> None:
    """Few calls even for many names: as many as it takes to find the bad one, not one for each."""
    script = (
        asking(KMS, S3, GONE, error="InvalidServiceName", message="The service does not exist"),
        asking(KMS, details=[DETAIL]),
        asking(S3, GONE, error="InvalidServiceName"),
        asking(S3, details=[DETAIL | {"ServiceName": S3}]),
        asking(GONE, error="InvalidServiceName"),
    )
    with saying("ec2", *script) as ec2:
        found = seen_by(ec2).services(of(KMS, GONE, S3))
    assert set(found) == {(KMS, "Interface", REGION), (S3, "Interface", REGION)}


def test_services_that_are_all_gone_are_unknown() -> None:
    """Nothing is left to ask for."""
    said = f"The Vpc Endpoint Service '{GONE}' does not exist"
    with saying("ec2", asking(GONE, error="InvalidServiceName", message=said)) as ec2:
        assert seen_by(ec2).services(of(GONE)) == {}


# --- Subnets and routes --------------------------------------------------------------------------------------------

ITEM = {
    "SubnetId": A.id,
    "VpcId": VPC,
    "State": "available",
    "AvailabilityZoneId": A.zone_id,
    "AvailabilityZone": A.zone_name,
    "AvailableIpAddressCount": 100,
}
IPV6 = [{"Ipv6CidrBlock": "2001:db8::/64", "AssociationId": "a", "Ipv6CidrBlockState": {"State": "associated"}}]
UNROUTED = (replace(A, private=None), replace(B, private=None))


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        pytest.param({}, {}, id="IPv4"),
        pytest.param({"Ipv6Native": False, "Ipv6CidrBlockAssociationSet": IPV6}, {"ipv6": True}, id="dual stack"),
        pytest.param(
            {"Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlockState": {"State": "disassociated"}}]},
            {},
            id="an IPv6 block that was taken away",
        ),
        pytest.param(
            {"Ipv6Native": True, "Ipv6CidrBlockAssociationSet": IPV6, "AvailableIpAddressCount": 0},
            {"ipv4": False, "ipv6": True, "free_addresses": 0},
            id="IPv6 only",
        ),
        pytest.param({"Tags": [{"Key": "Tier", "Value": "x"}]}, {"tags": {"Tier": "x"}}, id="tags"),
    ],
)
def test_reads_a_subnet(item: dict[str, Any], facts: dict[str, Any]) -> None:
    """Its zone by id, its free addresses, which addresses it has; its routes are not read here."""
    with saying("ec2", Said("describe_subnets", by_vpc(VPC), {"Subnets": [ITEM | item]})) as ec2:
        assert seen_by(ec2).around.subnets([VPC]) == {VPC: (replace(A, private=None, **facts),)}


def test_a_subnet_that_is_not_ready_is_no_subnet() -> None:
    """EC2 would refuse it; and a VPC of which none is left is still told of."""
    items = [ITEM | {"State": "pending"}, {name: ITEM[name] for name in ITEM if name != "State"}]
    with saying("ec2", Said("describe_subnets", by_vpc(VPC), {"Subnets": items})) as ec2:
        assert seen_by(ec2).around.subnets([VPC]) == {VPC: ()}


IGW = [{"GatewayId": "local"}, {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]
IGW_IPV6 = [{"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"}]
NAT = [{"GatewayId": "local"}, {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}]
OUT_ONLY = [{"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}]
GATEWAY_ENDPOINT = [{"DestinationPrefixListId": "pl-1", "GatewayId": KEY.id}]


def table(routes: list[dict[str, str]], *links: str) -> dict[str, Any]:
    """A route table of these subnets; "main" makes it the VPC's own."""
    associations = [{"Main": True} if link == "main" else {"Main": False, "SubnetId": link} for link in links]
    return {"VpcId": VPC, "Routes": routes, "Associations": associations}


@pytest.mark.parametrize(
    ("tables", "private"),
    [
        pytest.param([table(NAT, "main")], [True, True], id="main table through NAT"),
        pytest.param([table(IGW, "main")], [False, False], id="main table to the internet"),
        pytest.param([table(IGW, "main"), table(NAT, A.id)], [True, False], id="a table of its own wins: private"),
        pytest.param([table(NAT, "main"), table(IGW, A.id)], [False, True], id="a table of its own wins: public"),
        pytest.param([table(NAT, "main"), table(IGW_IPV6, B.id)], [True, False], id="public by IPv6"),
        pytest.param([table(OUT_ONLY, "main")], [True, True], id="egress-only is private"),
        pytest.param([table(GATEWAY_ENDPOINT, "main")], [True, True], id="a gateway endpoint is no way out"),
        pytest.param([table(NAT, "main"), table(IGW)], [True, True], id="a table that nobody uses"),
        pytest.param([table(IGW, "main", A.id), table(NAT, B.id)], [False, True], id="main and of its own at once"),
        pytest.param([{"VpcId": VPC}], [True, True], id="a bare table"),
        pytest.param([], [True, True], id="no table seen"),
    ],
)
def test_tells_private_from_public(tables: list[dict[str, Any]], private: list[bool]) -> None:
    """A subnet is public where its table, or else the VPC's main one, leads to an internet gateway."""
    said = Said("describe_route_tables", by_vpc(VPC, size=100), {"RouteTables": tables})
    with saying("ec2", said) as ec2:
        found = seen_by(ec2).around.route_tables([VPC])
    routed = with_routes(UNROUTED, found[VPC])
    assert [one.private for one in routed] == private
    assert tuple(replace(one, private=None) for one in routed) == UNROUTED


def test_neighbours_of_many_vpcs_take_few_calls() -> None:
    """200 VPCs a call; route tables come at most 100 a page, which is all that EC2 allows."""
    vpcs = [f"vpc-{number:017x}" for number in range(201)]
    script = (
        Said("describe_subnets", by_vpc(*vpcs[:200]), {"Subnets": [ITEM | {"VpcId": vpcs[0]}]}),
        Said("describe_subnets", by_vpc(*vpcs[200:]), {"Subnets": []}),
        Said("describe_route_tables", by_vpc(*vpcs[:200], size=100), {"RouteTables": [], "NextToken": "t"}),
        Said("describe_route_tables", by_vpc(*vpcs[:200], size=100) | {"NextToken": "t"}, {"RouteTables": []}),
        Said("describe_route_tables", by_vpc(*vpcs[200:], size=100), {"RouteTables": []}),
    )
    with saying("ec2", *script) as ec2:
        cloud = seen_by(ec2)
        found = cloud.around.subnets(vpcs)
        assert list(cloud.around.route_tables(vpcs)) == vpcs
    assert [vpc for vpc, subnets in found.items() if subnets] == [vpcs[0]]
    assert list(found) == vpcs


# --- Reads that fail -----------------------------------------------------------------------------------------------

READS: dict[str, Callable[[Ec2], object]] = {
    "DescribeVpcEndpoints, by id": lambda ec2: ec2.endpoints([KEY.id]),
    "DescribeVpcEndpoints, all": lambda ec2: list(ec2.sweep()),
    "DescribeVpcEndpointServices": lambda ec2: ec2.services([endpoint()]),
    "DescribeVpcEndpointServices, elsewhere": lambda ec2: ec2.services(there(THERE)),
    "DescribeSubnets": lambda ec2: ec2.around.subnets([VPC]),
    "DescribeRouteTables": lambda ec2: ec2.around.route_tables([VPC]),
    "DescribeNetworkInterfaces": lambda ec2: ec2.around.interfaces([VPC]),
    "DescribeSecurityGroups": lambda ec2: ec2.around.groups(["sg-1"]),
    "DescribeVpcs": lambda ec2: ec2.around.vpcs([VPC]),
    "DescribeVpcAttribute": lambda ec2: ec2.around.dns([VPC]),
    "GetManagedPrefixListEntries": lambda ec2: ec2.around.prefix_lists(["pl-1"]),
    "DescribeVpcEndpoints, by VPC": lambda ec2: ec2.of_vpcs([VPC]),
}
CONNECTIONS: tuple[BotoCoreError, ...] = (
    LOST,
    ConnectTimeoutError(endpoint_url="https://ec2"),
    EndpointConnectionError(endpoint_url="https://ec2"),
)
PROXY = (200, "<html><p>Sign in to go on")
"""What a proxy can answer in place of EC2."""
REFUSALS = ("UnauthorizedOperation", "RequestLimitExceeded", "InternalError", "Unavailable", "InvalidParameterValue")


def refusal(code: str, message: str = "no") -> tuple[int, str]:
    """An error as EC2 writes it."""
    status = 503 if code in {"Unavailable", "InternalError"} else 400
    errors = f"<Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    return status, f"<Response>{errors}<RequestID>r</RequestID></Response>"


def test_trails_are_cloudtrails_to_tell() -> None:
    """By a client of its own, which is not EC2's."""
    with saying("cloudtrail", Said("describe_trails", {"includeShadowTrails": True}, {"trailList": []})):
        assert seen_by(None).trails() == ()


def test_hosted_zones_are_route_53s_to_tell() -> None:
    """By a client of its own."""
    how = {"VPCId": VPC, "VPCRegion": REGION}
    with saying("route53", Said("list_hosted_zones_by_vpc", how, {"HostedZoneSummaries": [], "MaxItems": "100"})):
        assert seen_by(None).hosted_zones([VPC]) == {VPC: HostedZones(())}


FAILING = {
    **{code: refusal(code) for code in REFUSALS},
    **dict(zip(("read timeout", "connect timeout", "no route"), CONNECTIONS, strict=True)),
    "a proxy's page": PROXY,
}


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        pytest.param(read, answer, id=f"{name}: {how}")
        for name, read in READS.items()
        for how, answer in FAILING.items()
        if not (name == "GetManagedPrefixListEntries" and how in HIDDEN_LISTS)
        and not (name.endswith("elsewhere") and how in {"UnauthorizedOperation", "InvalidParameterValue"})
    ],
)
def test_a_failed_read_is_tried_again(read: Callable[[Ec2], object], answer: tuple[int, str] | BotoCoreError) -> None:
    """Whatever went wrong: nothing may be concluded from what was not seen."""
    reader = shared("ec2")
    with Wire.under(reader, answer), pytest.raises(RetryLater) as raised:
        read(seen_by(reader))
    assert isinstance(raised.value.__cause__, Exception)


def test_a_sweep_that_breaks_off_is_no_sweep() -> None:
    """An error on a later page is not the end of the list."""
    script = (
        Said("describe_vpc_endpoints", {"MaxResults": 1000}, {"VpcEndpoints": named(KEY.id), "NextToken": "more"}),
        Said("describe_vpc_endpoints", {"MaxResults": 1000, "NextToken": "more"}, error="InvalidNextToken"),
    )
    with saying("ec2", *script) as ec2, pytest.raises(RetryLater, match="InvalidNextToken"):
        list(seen_by(ec2).sweep())


def test_what_failed_is_not_kept() -> None:
    """A catalogue that could not be read is asked for again."""
    with saying("ec2", asking(KMS, error="RequestLimitExceeded"), asking(KMS, details=[DETAIL])) as ec2:
        cloud = seen_by(ec2)
        with pytest.raises(RetryLater):
            cloud.services(of(KMS))
        assert set(cloud.services(of(KMS))) == {(KMS, "Interface", REGION)}


# --- The write -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "parameters"),
    [
        pytest.param(PLAN, {"AddSubnetIds": [B.id], "PolicyDocument": NARROW}, id="subnets and policy"),
        pytest.param((RemoveSubnets((A.id,)),), {"RemoveSubnetIds": [A.id]}, id="undo"),
        pytest.param((), {}, id="nothing"),
    ],
)
def test_a_plan_is_one_request(actions: tuple[Action, ...], parameters: dict[str, Any]) -> None:
    """All actions go out in one ModifyVpcEndpoint."""
    assert request(actions) == parameters


def test_the_writer_is_made_for_the_first_write() -> None:
    """One client for all writes, and none where nothing is written; the reader never writes."""
    said = Said("modify_vpc_endpoint", MODIFY, {"Return": True})
    with saying("ec2", said, said) as writer, saying("ec2") as reader:
        made: list[Any] = []

        def make() -> Any:
            made.append(writer)
            return writer

        cloud = Ec2(ACCOUNT, REGION, reader, make, elsewhere())
        assert made == []
        cloud.apply(KEY.id, PLAN)
        cloud.apply(KEY.id, PLAN)
        assert made == [writer]


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        pytest.param("RequestLimitExceeded", 503, NotYet, id="throttled"),
        pytest.param("RequestLimitExceeded", 400, NotYet, id="throttled, by code"),
        pytest.param("Throttling", 400, NotYet, id="throttled, as other services say it"),
        pytest.param("EC2ThrottledException", 400, NotYet, id="throttled, third spelling"),
        pytest.param("OperationInProgress", 400, NotYet, id="somebody else modifies it"),
        pytest.param("IncorrectState", 400, NotYet, id="not ready"),
        pytest.param("InvalidVpcEndpointId.NotFound", 400, NotYet, id="not found right after create"),
        pytest.param("InternalError", 500, Unsure, id="500"),
        pytest.param("Unavailable", 503, Unsure, id="503"),
        pytest.param("InternalError", 400, Unsure, id="broken, by code"),
        pytest.param("SomethingNew", 502, Unsure, id="an unknown code with 5xx"),
        pytest.param("InvalidParameter", 400, Outdated, id="the service does not support the zone"),
        pytest.param("DuplicateSubnetsInSameZone", 400, Outdated, id="the zone was taken meanwhile"),
        pytest.param("InsufficientFreeAddressesInSubnet", 400, Outdated, id="the subnet filled up meanwhile"),
        pytest.param("InvalidSubnetID.NotFound", 400, Outdated, id="the subnet is gone"),
        pytest.param("UnauthorizedOperation", 403, CannotFix, id="not allowed, as EC2 says it"),
        pytest.param("AccessDenied", 403, CannotFix, id="not allowed, by a service control policy"),
        pytest.param("InvalidPolicyDocument", 400, CannotFix, id="the policy is refused"),
        pytest.param("SomethingNew", 400, CannotFix, id="an unknown code"),
    ],
)
def test_each_refusal_has_its_meaning(code: str, status: int, error: type[WardenError]) -> None:
    """What passes is tried again, old facts are read afresh, the rest is told to people with AWS's words."""
    with saying("ec2", Said("modify_vpc_endpoint", MODIFY, error=code, status=status)) as writer:
        cloud = seen_by(None, writer)
        with pytest.raises(error, match=rf"^{KEY.id}: .*{code}") as raised:
            cloud.apply(KEY.id, PLAN)
    assert type(raised.value) is error
    assert getattr(raised.value, "code", code) == code


def test_an_endpoint_under_change_is_not_a_bad_plan() -> None:
    """EC2 can call that an invalid parameter, too: then nothing is wrong with zone or subnet, it is too soon."""
    writer = shared("ec2")
    answer = refusal("InvalidParameter", f"Endpoint {KEY.id} has an operation going on.")
    with Wire.under(writer, answer), pytest.raises(NotYet, match="going on") as raised:
        seen_by(None, writer).apply(KEY.id, PLAN)
    assert not isinstance(raised.value, Outdated)


@pytest.mark.parametrize("lost", [*CONNECTIONS, PROXY], ids=lambda lost: type(lost).__name__)
def test_a_lost_answer_says_nothing(lost: tuple[int, str] | BotoCoreError) -> None:
    """The change may have been made: another look tells."""
    writer = shared("ec2")
    with Wire.under(writer, lost), pytest.raises(Unsure, match=KEY.id):
        seen_by(None, writer).apply(KEY.id, PLAN)


@pytest.mark.parametrize("answer", [LOST, refusal("Unavailable"), refusal("RequestLimitExceeded")])
def test_a_write_is_sent_once(answer: tuple[int, str] | BotoCoreError) -> None:
    """ModifyVpcEndpoint has no client token: boto's own retries, which would send it blindly again, are off."""
    writer = client("ec2", runtime.WRITE)
    with Wire.under(writer, answer) as wire, pytest.raises(NotYet):
        seen_by(None, writer).apply(KEY.id, PLAN)
    assert wire.sent == 1


def test_an_answer_that_is_no_error_of_ec2s_is_a_refusal() -> None:
    """A proxy's page says nothing of what was wrong; it is told, with an empty code."""
    writer = shared("ec2")
    with Wire.under(writer, (403, "<html/>")), pytest.raises(CannotFix, match=KEY.id):
        seen_by(None, writer).apply(KEY.id, PLAN)


def test_needs_what_it_calls() -> None:
    """The template grants exactly these: each call of this module, and of what stands around, and one that is none."""
    assert {need.removeprefix("ec2:") for need in aws.NEEDS} == {
        "DescribeVpcEndpoints",
        "DescribeVpcEndpointServices",
        "DescribeSubnets",
        "DescribeRouteTables",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
        "DescribeVpcAttribute",
        "DescribeVpcs",
        "GetManagedPrefixListEntries",
        "ModifyVpcEndpoint",
        "vpce:AllowMultiRegion",
    }


# --- All together, against moto ------------------------------------------------------------------------------------


@dataclass
class Estate:
    """A VPC with two subnets, the first of them public, and an endpoint in it."""

    ec2: Any
    vpc_id: str
    subnet_ids: list[str]
    endpoint_id: str


@pytest.fixture
def estate() -> Iterator[Estate]:
    """Make it in moto."""
    with emulated():
        ec2 = shared("ec2")
        vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet_ids = [
            ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for place, zone in enumerate(("us-east-1a", "us-east-1b"))
        ]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
        routes = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=routes, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        ec2.associate_route_table(RouteTableId=routes, SubnetId=subnet_ids[0])
        made = ec2.create_vpc_endpoint(
            VpcEndpointType="Interface", VpcId=vpc_id, ServiceName=KMS, SubnetIds=subnet_ids[:1]
        )
        yield Estate(ec2, vpc_id, subnet_ids, made["VpcEndpoint"]["VpcEndpointId"])


def test_sees_an_estate(estate: Estate) -> None:
    """Endpoint, service, subnets and routes, of an EC2 that nobody here wrote."""
    cloud = seen_by(estate.ec2)
    found = cloud.endpoints([estate.endpoint_id, GONE])
    assert set(found) == {estate.endpoint_id}
    assert [one.key.id for page in cloud.sweep() for one in page] == [estate.endpoint_id]
    assert set(cloud.services(found.values())) == {(KMS, "Interface", REGION)}
    around, vpc = cloud.around, [estate.vpc_id]
    subnets = with_routes(around.subnets(vpc)[estate.vpc_id], around.route_tables(vpc)[estate.vpc_id])
    assert {one.id: (one.zone_name, one.private) for one in subnets} == {
        estate.subnet_ids[0]: ("us-east-1a", False),
        estate.subnet_ids[1]: ("us-east-1b", True),
    }


def test_a_write_is_seen_by_the_next_look(estate: Estate) -> None:
    """Both changes are there after the one call."""
    cloud = seen_by(estate.ec2, estate.ec2)
    added = estate.subnet_ids[1]
    cloud.apply(estate.endpoint_id, (AddSubnets((added,), ("use1-az2",)), ReplacePolicy(NARROW, FULL_ACCESS)))
    after = cloud.endpoints([estate.endpoint_id])[estate.endpoint_id]
    assert set(after.subnet_ids) == set(estate.subnet_ids)
    assert json.loads(after.policy or "") == json.loads(NARROW)
