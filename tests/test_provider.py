"""Endpoint services of our own, as EC2 tells them: all that rules may ask for, in few calls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ReadTimeoutError

import runtime
from builders import ACCOUNT, NOW, REGION
from stubs import Said, Wire, client, emulated, recorded, saying, shared
from warden.actions import AcceptConnections
from warden.errors import CannotFix, NotYet, Outdated, RetryLater, Unsure, WardenError
from warden.model import EndpointKey
from warden.provider import NEEDS, Provider
from warden.subjects import Connection, Notification, Principal, PrivateDns, ServicePart, ServiceSeen

OURS = "vpce-svc-0123456789abcdef0"
OTHER = "vpce-svc-0fedcba9876543210"
THEIRS = f"com.amazonaws.vpce.{REGION}.vpce-svc-0aaaaaaaaaaaaaaaa"
NLB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/nlb/0123456789abcdef"
GWLB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/gwy/gwlb/0123456789abcdef"
PAGE = {"MaxResults": 1000}
ALL = frozenset(ServicePart)
WHOLE: dict[str, Any] = {
    "ServiceType": [{"ServiceType": "Interface"}],
    "ServiceId": OURS,
    "ServiceName": f"com.amazonaws.vpce.{REGION}.{OURS}",
    "ServiceState": "Available",
    "AvailabilityZones": [f"{REGION}a", f"{REGION}b"],
    "AvailabilityZoneIds": ["use1-az1", "use1-az2"],
    "AcceptanceRequired": True,
    "ManagesVpcEndpoints": True,
    "SupportedIpAddressTypes": ["ipv4", "ipv6"],
    "PrivateDnsName": "api.example.com",
    "PrivateDnsNameConfiguration": {
        "State": "pendingVerification",
        "Type": "TXT",
        "Value": "vpce:secret",
        "Name": "_record",
    },
    "PayerResponsibility": "ServiceOwner",
    "Tags": [{"Key": "Name", "Value": "billing"}],
    "SupportedRegions": [{"Region": REGION, "ServiceState": "Available"}, {"Region": "eu-west-1"}],
    "RemoteAccessEnabled": True,
}


def no_balancers() -> Any:
    """There is nothing to ask a client for."""
    raise AssertionError("no load balancer is named")


def nothing() -> Any:
    """Whoever only reads makes no client that writes."""
    raise AssertionError("nothing is written")


def listing(*items: dict[str, Any]) -> Said:
    """The list of the account's own services."""
    return Said("describe_vpc_endpoint_service_configurations", PAGE, {"ServiceConfigurations": list(items)})


def connected(*items: dict[str, Any]) -> Said:
    """The list of all connections."""
    return Said("describe_vpc_endpoint_connections", PAGE, {"VpcEndpointConnections": list(items)})


def connected_elsewhere(*items: dict[str, Any]) -> Said:
    """The list of the connections from other regions."""
    filters = {"Filters": [{"Name": "vpc-endpoint-region", "Values": ["cross-region"]}]}
    return Said("describe_vpc_endpoint_connections", PAGE | filters, {"VpcEndpointConnections": list(items)})


def notified(*items: dict[str, Any]) -> Said:
    """The list of all notifications."""
    return Said("describe_vpc_endpoint_connection_notifications", PAGE, {"ConnectionNotificationSet": list(items)})


def allowed(*items: dict[str, Any], service_id: str = OURS) -> Said:
    """Who may connect to a service."""
    params = {"ServiceId": service_id, **PAGE}
    return Said("describe_vpc_endpoint_service_permissions", params, {"AllowedPrincipals": list(items)})


def seen(
    *script: Said, ids: tuple[str, ...] | None = None, parts: frozenset[ServicePart] = ALL
) -> tuple[ServiceSeen, ...]:
    """What is made of these answers, where no service has a load balancer."""
    with saying("ec2", *script) as ec2:
        return Provider(ACCOUNT, REGION, ec2, no_balancers, nothing).services(NOW, parts, ids)


def test_reads_a_whole_service() -> None:
    """Every fact that a rule may ask for."""
    created = datetime(2026, 2, 1, tzinfo=UTC)
    connection = {
        "ServiceId": OURS,
        "VpcEndpointId": "vpce-1",
        "VpcEndpointOwner": "999988887777",
        "VpcEndpointState": "pendingAcceptance",
        "CreationTimestamp": created,
        "IpAddressType": "ipv4",
        "VpcEndpointRegion": "eu-west-1",
    }
    notification = {
        "ServiceId": OURS,
        "ConnectionNotificationId": "vpce-nfn-1",
        "ConnectionNotificationArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:connections",
        "ConnectionEvents": ["Accept", "Connect"],
        "ConnectionNotificationState": "Enabled",
    }
    principal = {
        "PrincipalType": "Account",
        "Principal": "arn:aws:iam::999988887777:root",
        "ServicePermissionId": "vpce-svc-perm-1",
    }
    (found,) = seen(
        listing(WHOLE), connected(connection), connected_elsewhere(), notified(notification), allowed(principal)
    )
    assert found == ServiceSeen(
        key=EndpointKey(ACCOUNT, REGION, OURS),
        name=f"com.amazonaws.vpce.{REGION}.{OURS}",
        at=NOW,
        state="available",
        type_name="Interface",
        acceptance_required=True,
        zone_names=frozenset({f"{REGION}a", f"{REGION}b"}),
        zone_ids=frozenset({"use1-az1", "use1-az2"}),
        ip_address_types=("ipv4", "ipv6"),
        private_dns=PrivateDns("api.example.com", "pendingVerification", "TXT", "_record", "vpce:secret"),
        payer="ServiceOwner",
        principals=(Principal("arn:aws:iam::999988887777:root", "Account", "vpce-svc-perm-1"),),
        connections=(Connection("vpce-1", "999988887777", "pendingacceptance", created, "ipv4", "eu-west-1"),),
        notifications=(
            Notification("vpce-nfn-1", f"arn:aws:sns:{REGION}:{ACCOUNT}:connections", frozenset({"Accept", "Connect"})),
        ),
        manages_endpoints=True,
        remote_access=True,
        supported_regions=(REGION, "eu-west-1"),
        tags={"Name": "billing"},
    )


def test_an_account_without_services_costs_one_call() -> None:
    """Nothing else is asked, and no client for load balancers is made."""
    assert seen(listing()) == ()


def test_connections_and_notifications_go_to_their_own_service() -> None:
    """They are read once for all services; a notification can be of an endpoint, which is no service's."""
    here, there = ({"ServiceId": service, "VpcEndpointId": f"vpce-{service[-1]}"} for service in (OURS, OTHER))
    of_endpoint = {"VpcEndpointId": "vpce-1", "ConnectionNotificationId": "vpce-nfn-1"}
    disabled = {
        "ServiceId": OTHER,
        "ConnectionNotificationId": "vpce-nfn-2",
        "ConnectionNotificationState": "Disabled",
    }
    first, second = seen(
        listing({"ServiceId": OURS}, {"ServiceId": OTHER}),
        connected(here, there, {"ServiceId": "vpce-svc-00000000", "VpcEndpointId": "vpce-3"}),
        notified(of_endpoint, disabled),
        allowed(),
        allowed(service_id=OTHER),
    )
    assert [one.endpoint_id for one in first.connections] == ["vpce-0"]
    assert first.notifications == ()
    assert [one.endpoint_id for one in second.connections] == ["vpce-0"]
    assert [(one.id, one.enabled) for one in second.notifications] == [("vpce-nfn-2", False)]


def test_only_those_wanted_are_read() -> None:
    """One that is gone is left out, and costs nothing more than the list."""
    listed = listing({"ServiceId": OURS}, {"ServiceId": OTHER})
    (found,) = seen(listed, connected(), notified(), allowed(), ids=(OURS, "vpce-svc-00000000"))
    assert found.key.id == OURS
    assert seen(listed, ids=("vpce-svc-00000000",)) == ()


@pytest.mark.parametrize("state", ["Deleting", "Deleted", "Failed"])
def test_a_dead_service_is_not_asked_who_may_connect(state: str) -> None:
    """EC2 may not know it any more, and would fail the look at all others."""
    (found,) = seen(listing({"ServiceId": OURS, "ServiceState": state}), connected(), notified())
    assert found.state == state.lower()


def test_what_aws_leaves_out_is_no_fact() -> None:
    """An answer that tells next to nothing makes a service of which next to nothing is known."""
    (found,) = seen(listing({"ServiceId": OURS}), connected(), notified(), allowed())
    assert found == ServiceSeen(
        EndpointKey(ACCOUNT, REGION, OURS), "", NOW, state="", type_name="", acceptance_required=False
    )


def test_load_balancers_of_both_kinds_are_looked_at_once() -> None:
    """By a client of their own; one that is not to be seen is still named."""
    items = (
        {"ServiceId": OURS, "NetworkLoadBalancerArns": [NLB]},
        {"ServiceId": OTHER, "GatewayLoadBalancerArns": [GWLB]},
    )
    elb = shared("elbv2")
    balancer = {"LoadBalancerArn": NLB, "State": {"Code": "active"}, "AvailabilityZones": [{"ZoneName": f"{REGION}a"}]}
    script = (listing(*items), connected(), notified(), allowed(), allowed(service_id=OTHER))
    refusing = Said("describe_load_balancers", {"LoadBalancerArns": [GWLB, NLB]}, error="LoadBalancerNotFound")
    gone = Said("describe_load_balancers", {"LoadBalancerArns": [GWLB]}, error="LoadBalancerNotFound")
    found = Said("describe_load_balancers", {"LoadBalancerArns": [NLB]}, {"LoadBalancers": [balancer]})
    with saying("ec2", *script) as ec2, saying("elbv2", refusing, gone, found):
        network, gateway = Provider(ACCOUNT, REGION, ec2, lambda: elb, nothing).services(NOW, ALL)
    assert network.balancer_arns == (NLB,)
    assert [one.arn for one in network.balancers] == [NLB]
    assert gateway.balancer_arns == (GWLB,)
    assert gateway.balancers == ()


@pytest.mark.parametrize(
    "script",
    [
        pytest.param((Said(listing().operation, PAGE, error="UnauthorizedOperation"),), id="the list"),
        pytest.param(
            (
                listing({"ServiceId": OURS}),
                connected(),
                notified(),
                Said(allowed().operation, allowed().params, error="UnauthorizedOperation"),
            ),
            id="the principals",
        ),
    ],
)
def test_a_refusal_is_raised(script: tuple[Said, ...]) -> None:
    """What may not be read is never taken for nothing."""
    with pytest.raises(RetryLater, match="UnauthorizedOperation"):
        seen(*script)


ACCEPT = AcceptConnections(OURS, ("vpce-1", "vpce-2"))
ASKED = {"ServiceId": OURS, "VpcEndpointIds": ["vpce-1", "vpce-2"]}


def accepted(made: Any) -> dict[str, str]:
    """What comes of a write by this client; the reader is none that could write."""
    return Provider(ACCOUNT, REGION, nothing, no_balancers, lambda: made).accept(ACCEPT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unsuccessful", "refused"),
    [
        pytest.param([], {}, id="all"),
        pytest.param(
            [{"ResourceId": "vpce-2", "Error": {"Code": "InvalidState", "Message": "It is deleting."}}],
            {"vpce-2": "InvalidState: It is deleting."},
            id="not all",
        ),
        pytest.param(
            [{"ResourceId": "vpce-1", "Error": {"Code": "A"}}, {"ResourceId": "vpce-2"}],
            {"vpce-1": "A", "vpce-2": "no reason is given"},
            id="none",
        ),
    ],
)
def test_accepts_and_says_who_was_not_accepted(unsuccessful: list[dict[str, Any]], refused: dict[str, str]) -> None:
    """A call that succeeds can have accepted nobody: what it tells of each is read."""
    said = Said("accept_vpc_endpoint_connections", ASKED, {"Unsuccessful": unsuccessful})
    with saying("ec2", said) as writer:
        assert accepted(writer) == refused


@pytest.mark.parametrize("item", [{"Error": {"Code": "A"}}, {"ResourceId": "vpce-9"}, {"ResourceId": OURS}])
def test_who_was_refused_is_not_guessed(item: dict[str, Any]) -> None:
    """An answer that names nobody who was asked for leaves it open: the next look tells."""
    with (
        saying("ec2", Said("accept_vpc_endpoint_connections", ASKED, {"Unsuccessful": [item]})) as writer,
        pytest.raises(Unsure, match=OURS),
    ):
        accepted(writer)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("RequestLimitExceeded", 503, NotYet),
        ("InternalError", 500, Unsure),
        ("InvalidParameter", 400, Outdated),
        ("UnauthorizedOperation", 403, CannotFix),
    ],
)
def test_each_refusal_has_its_meaning(code: str, status: int, error: type[WardenError]) -> None:
    """The same as of a write to an endpoint."""
    said = Said("accept_vpc_endpoint_connections", ASKED, error=code, status=status)
    with saying("ec2", said) as writer, pytest.raises(error, match=rf"^{OURS}: .*{code}") as raised:
        accepted(writer)
    assert type(raised.value) is error


@pytest.mark.parametrize("answer", [(503, ""), (200, "<half"), ReadTimeoutError(endpoint_url="x")])
def test_a_write_is_sent_once(answer: tuple[int, str] | BotoCoreError) -> None:
    """It has no client token: a resend after a lost answer would be blind."""
    writer = client("ec2", runtime.WRITE)
    with Wire.under(writer, answer) as wire, pytest.raises(Unsure):
        accepted(writer)
    assert wire.sent == 1


def test_the_writer_is_made_once_and_when_it_is_needed() -> None:
    """Reading makes none."""
    said = Said("accept_vpc_endpoint_connections", ASKED, {"Unsuccessful": []})
    made: list[Any] = []
    with saying("ec2", listing(), said, said) as ec2:

        def make() -> Any:
            made.append(ec2)
            return ec2

        ours = Provider(ACCOUNT, REGION, ec2, no_balancers, make)
        ours.services(NOW, ALL)
        assert made == []
        ours.accept(ACCEPT)
        ours.accept(ACCEPT)
    assert made == [ec2]


def test_needs_what_it_calls() -> None:
    """The template grants exactly these."""
    assert {need.rpartition(":")[2] for need in NEEDS} == {
        "DescribeVpcEndpointServiceConfigurations",
        "DescribeVpcEndpointServicePermissions",
        "DescribeVpcEndpointConnections",
        "DescribeVpcEndpointConnectionNotifications",
        "DescribeLoadBalancers",
        "DescribeVpcEndpoints",
        "DescribeSubnets",
        "AcceptVpcEndpointConnections",
    }


def test_services_of_others_are_never_judged() -> None:
    """An endpoint of ours to a partner's service makes that no service of ours: it is not even asked about.

    Tools that list services by DescribeVpcEndpointServices judge whatever the account can reach, AWS's own and third
    parties' among them, as if whoever runs the tool had allowed their principals.
    """
    with emulated():
        ec2 = client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.create_vpc_endpoint(VpcId=vpc, VpcEndpointType="Interface", ServiceName=THEIRS)
        with recorded(ec2.meta.events) as calls:
            assert Provider(ACCOUNT, REGION, ec2, no_balancers, nothing).services(NOW, ALL) == ()
    assert calls == ["ec2:DescribeVpcEndpointServiceConfigurations"]


def test_a_service_in_moto() -> None:
    """The list, the principals and the load balancers as moto tells them; nobody is connected."""
    with emulated():
        ec2, elb = client("ec2"), boto3.client("elbv2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"{REGION}{letter}")
            for place, letter in enumerate("ab")
        ]
        ids = [one["Subnet"]["SubnetId"] for one in subnets]
        made = elb.create_load_balancer(Name="nlb", Type="network", Subnets=ids)["LoadBalancers"][0]["LoadBalancerArn"]
        service = ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[made], AcceptanceRequired=False
        )
        name = service["ServiceConfiguration"]["ServiceId"]
        ec2.modify_vpc_endpoint_service_permissions(ServiceId=name, AddAllowedPrincipals=["*"])
        (found,) = Provider(ACCOUNT, REGION, ec2, lambda: elb, nothing).services(NOW, ALL)
    assert found.principals == (Principal("*"),)
    assert not found.acceptance_required
    assert [one.zone_names for one in found.balancers] == [frozenset({f"{REGION}a", f"{REGION}b"})]


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        pytest.param({"RemoteAccessEnabled": True, "SupportedRegions": []}, True, id="EC2 says so"),
        pytest.param({"RemoteAccessEnabled": False}, True, id="a region of others is supported"),
        pytest.param(
            {"RemoteAccessEnabled": False, "SupportedRegions": [{"Region": REGION}]}, False, id="its own alone"
        ),
    ],
)
def test_consumers_of_other_regions_are_asked_for(facts: dict[str, Any], *, asked: bool) -> None:
    """Each is there once, whether or not EC2 tells it in the whole list; where there can be none, no call is made."""
    near, far = ({"ServiceId": OURS, "VpcEndpointId": name} for name in ("vpce-1", "vpce-2"))
    more = [connected_elsewhere(far, near)] if asked else []
    (found,) = seen(listing(WHOLE | facts), connected(near), *more, notified(), allowed())
    assert [one.endpoint_id for one in found.connections] == (["vpce-1", "vpce-2"] if asked else ["vpce-1"])


LISTS = {
    ServicePart.CONNECTIONS: connected(),
    ServicePart.PRINCIPALS: allowed(),
    ServicePart.NOTIFICATIONS: notified(),
}


@pytest.mark.parametrize("part", [None, *ServicePart])
def test_only_the_parts_that_are_wanted_are_read(part: ServicePart | None) -> None:
    """The others cost nothing, and are not said to have been read."""
    parts = frozenset({part} if part else ())
    script = [LISTS[part]] if part in LISTS else []
    (found,) = seen(listing({"ServiceId": OURS}), *script, parts=parts)
    assert found.read == parts


CONSUMERS = (
    {"VpcEndpointId": "vpce-1", "VpcEndpointOwner": ACCOUNT, "VpcEndpointState": "available"},
    {"VpcEndpointId": "vpce-2", "VpcEndpointOwner": ACCOUNT, "VpcEndpointState": "pendingAcceptance"},
    {"VpcEndpointId": "vpce-3", "VpcEndpointOwner": "999988887777", "VpcEndpointState": "available"},
    {"VpcEndpointId": "vpce-4", "VpcEndpointOwner": ACCOUNT, "VpcEndpointState": "available", "VpcEndpointRegion": "x"},
    {
        "VpcEndpointId": "vpce-5",
        "VpcEndpointOwner": ACCOUNT,
        "VpcEndpointState": "available",
        "VpcEndpointRegion": REGION,
    },
)


def asked(operation: str, name: str, values: list[str], answer: dict[str, Any]) -> Said:
    """One filter over many ids."""
    return Said(operation, {"Filters": [{"Name": name, "Values": values}], **PAGE}, answer)


@pytest.mark.parametrize(
    ("endpoints", "subnets", "zones"),
    [
        pytest.param(
            {"vpce-1": ["subnet-1", "subnet-2"], "vpce-5": ["subnet-2"]},
            {"subnet-1": "a", "subnet-2": "b"},
            ["ab", None, None, None, "b"],
            id="all are seen",
        ),
        pytest.param(
            {"vpce-1": ["subnet-1", "subnet-2"], "vpce-5": ["subnet-2"]},
            {"subnet-2": "b"},
            [None, None, None, None, "b"],
            id="a subnet is no longer shared",
        ),
        pytest.param({"vpce-5": ["subnet-2"]}, {"subnet-2": "b"}, [None, None, None, None, "b"], id="one is gone"),
        pytest.param({"vpce-1": [], "vpce-5": ["subnet-2"]}, {"subnet-2": "b"}, [None] * 4 + ["b"], id="no subnet"),
    ],
)
def test_where_consumers_of_our_own_stand(
    endpoints: dict[str, list[str]], subnets: dict[str, str], zones: list[str | None]
) -> None:
    """Asked of those that are served, here, and by their subnets; of one that is not seen whole nothing is known."""
    shown = [{"VpcEndpointId": name, "SubnetIds": of_it} for name, of_it in endpoints.items()]
    wanted = sorted({name for of_it in endpoints.values() for name in of_it})
    placed = [{"SubnetId": name, "AvailabilityZone": letter} for name, letter in subnets.items()]
    (found,) = seen(
        listing({"ServiceId": OURS}),
        connected(*({"ServiceId": OURS, **one} for one in CONSUMERS)),
        asked("describe_vpc_endpoints", "vpc-endpoint-id", ["vpce-1", "vpce-5"], {"VpcEndpoints": shown}),
        asked("describe_subnets", "subnet-id", wanted, {"Subnets": placed}),
        parts=frozenset({ServicePart.CONNECTIONS, ServicePart.ZONES}),
    )
    told = [one.zone_names for one in found.connections]
    assert told == [frozenset(letters) if letters else None for letters in zones]
