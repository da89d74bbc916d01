"""The provider's side: services of one account, endpoints of another. "Model" is botocore's ec2 model."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from accounts import CONSUMER, ONCE, account_of, root
from local.cloud import LocalCloud
from local.network import Network
from local.provider import Provider

STRANGER = "444455556666"
NOWHERE = "vpce-svc-0123456789abcdef0"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:told"
ROOT = root(CONSUMER)


def refused(code: str) -> Any:
    """Expect a call to be refused with this error code."""
    return pytest.raises(ClientError, match=rf"\({code}\)")


@pytest.fixture
def provider(cloud: LocalCloud) -> Provider:
    """An account that provides nothing yet."""
    account = str(uuid.uuid4().int)[:12]
    return Provider(account_of(cloud, account), cloud.client("elbv2", aws_access_key_id=account, config=ONCE))


def keys_of(client: Any) -> dict[str, str]:
    """The credentials of a client, for another one."""
    keys = client._request_signer._credentials.get_frozen_credentials()
    return {
        "aws_access_key_id": keys.access_key,
        "aws_secret_access_key": keys.secret_key,
        "aws_session_token": keys.token,
    }


# --- Load balancers ---


@pytest.mark.parametrize(("kind", "segment"), [("network", "net"), ("gateway", "gwy"), ("application", "app")])
def test_a_load_balancer_has_the_arn_of_its_type_and_the_zones_of_its_subnets(
    provider: Provider, kind: str, segment: str
) -> None:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html ."""
    arn = provider.balancer(kind, (0, 2))
    assert re.fullmatch(rf"arn:aws:elasticloadbalancing:eu-central-1:\d{{12}}:loadbalancer/{segment}/lb-.*/.*", arn)
    (found,) = provider.elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert (found["Type"], found["State"]) == (kind, {"Code": "active"})
    assert [zone["ZoneName"] for zone in found["AvailabilityZones"]] == ["eu-central-1a", "eu-central-1b"]


def test_one_unknown_load_balancer_fails_the_call(provider: Provider) -> None:
    """The known one beside it is not described, nor is it passed over; more than 20 are not taken."""
    arn, client = provider.balancer(), provider.elb
    with refused("LoadBalancerNotFound"):
        client.describe_load_balancers(LoadBalancerArns=[arn, f"{arn}0"])
    with refused("ValidationError"):
        client.describe_load_balancers(LoadBalancerArns=[arn] * 21)
    with refused("ValidationError"):
        provider.balancer("classic")


def test_tags_of_a_load_balancer_stay_with_it(provider: Provider) -> None:
    """Whatever its ARN."""
    client = provider.elb
    subnet, tags = provider.network.subnet_ids[0], [{"Key": "owner", "Value": "ann"}]
    made = client.create_load_balancer(Name="tagged", Type="network", Subnets=[subnet], Tags=tags)["LoadBalancers"]
    told = client.describe_tags(ResourceArns=[made[0]["LoadBalancerArn"]])["TagDescriptions"]
    assert told[0]["Tags"] == tags


def test_describing_load_balancers_needs_the_permission(cloud: LocalCloud, as_role: Callable[..., Any]) -> None:
    """MiniStack checks it before moto is asked."""
    allowed = {"Effect": "Allow", "Action": "elasticloadbalancing:DescribeLoadBalancers", "Resource": "*"}
    assert "LoadBalancers" in as_role(allowed, service="elbv2").describe_load_balancers()
    with refused("AccessDenied"):
        as_role({**allowed, "Action": "ec2:*"}, service="elbv2").describe_load_balancers()
    assert cloud.calls()[-1]["error_code"] == "AccessDenied"


# --- Services ---


def test_a_service_stands_on_network_load_balancers(provider: Provider) -> None:
    """Model, ServiceConfiguration: its type, zones, state and names follow; acceptance is required unless said."""
    one = provider.service(subnets=(0, 2))
    name = f"com.amazonaws.vpce.eu-central-1.{one['ServiceId']}"
    assert (one["ServiceName"], one["ServiceState"], one["AcceptanceRequired"]) == (name, "Available", True)
    assert one["ServiceType"] == [{"ServiceType": "Interface"}]
    assert one["AvailabilityZones"] == ["eu-central-1a", "eu-central-1b"]
    assert one["AvailabilityZoneIds"] == ["euc1-az1", "euc1-az2"]
    assert one["BaseEndpointDnsNames"] == [f"{one['ServiceId']}.eu-central-1.vpce.amazonaws.com"]
    assert "GatewayLoadBalancerArns" not in one
    assert provider.seen(one["ServiceId"]) == one


def test_a_service_of_gateway_load_balancers_is_of_their_type(provider: Provider) -> None:
    """Model: "A Gateway Load Balancer. Service consumers connect ... using a Gateway Load Balancer endpoint"."""
    arn = provider.balancer("gateway")
    one = provider.service(GatewayLoadBalancerArns=[arn], AcceptanceRequired=False)
    assert (one["ServiceType"], one["GatewayLoadBalancerArns"]) == ([{"ServiceType": "GatewayLoadBalancer"}], [arn])
    assert one["AcceptanceRequired"] is False


def test_load_balancers_must_be_there_and_of_one_type(provider: Provider) -> None:
    """Neither none, nor two types, nor one of another type under this name, nor one that is unknown."""
    net, gateway, create = provider.balancer(), provider.balancer("gateway"), provider.service
    wrong: tuple[dict[str, Any], ...] = (
        {"NetworkLoadBalancerArns": []},
        {"NetworkLoadBalancerArns": [gateway]},
        {"NetworkLoadBalancerArns": [net], "GatewayLoadBalancerArns": [gateway]},
        {"GatewayLoadBalancerArns": [provider.balancer("application")]},
    )
    for asked in wrong:
        with refused("InvalidParameter"):
            create(**asked)
    with refused("InvalidNetworkLoadBalancerArn.NotFound"):
        create(NetworkLoadBalancerArns=[f"{net}0"])
    assert provider.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"] == []


def test_the_same_token_makes_one_service(provider: Provider) -> None:
    """Model, ClientToken."""
    arn = provider.balancer()
    made = [provider.service(NetworkLoadBalancerArns=[arn], ClientToken="once")["ServiceId"] for _ in range(2)]
    assert made[0] == made[1]


def test_services_are_described_by_page_filter_and_id(provider: Provider, cloud: LocalCloud) -> None:
    """One id that is unknown, or another account's, fails the call."""
    tags = [{"ResourceType": "vpc-endpoint-service", "Tags": [{"Key": "owner", "Value": "ann"}]}]
    ids = [provider.service()["ServiceId"], provider.service(TagSpecifications=tags)["ServiceId"]]
    ask = provider.ec2.describe_vpc_endpoint_service_configurations
    pages = provider.ec2.get_paginator("describe_vpc_endpoint_service_configurations").paginate(
        PaginationConfig={"PageSize": 1}
    )
    assert [[one["ServiceId"] for one in page["ServiceConfigurations"]] for page in pages] == [[ids[0]], [ids[1]]]
    for name, value in (("service-id", ids[1]), ("tag:owner", "ann"), ("service-name", f"*{ids[1]}")):
        found = ask(Filters=[{"Name": name, "Values": [value]}])["ServiceConfigurations"]
        assert [one["ServiceId"] for one in found] == [ids[1]], name
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        ask(ServiceIds=[ids[0], NOWHERE])
    stranger = cloud.client("ec2", aws_access_key_id=STRANGER, config=ONCE)
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        stranger.describe_vpc_endpoint_service_configurations(ServiceIds=[ids[0]])


def test_a_new_zone_of_a_load_balancer_is_enabled_by_the_next_modify(provider: Provider) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html , "Manage load balancers"."""
    one = provider.service(subnets=(0, 2))
    provider.elb.set_subnets(
        LoadBalancerArn=one["NetworkLoadBalancerArns"][0],
        Subnets=[provider.network.subnet_ids[position] for position in (0, 2, 3)],
    )
    assert len(provider.seen(one["ServiceId"])["AvailabilityZones"]) == 2
    provider.ec2.modify_vpc_endpoint_service_configuration(ServiceId=one["ServiceId"])
    assert len(provider.seen(one["ServiceId"])["AvailabilityZones"]) == 3


def test_a_configuration_is_modified_whole_or_not(provider: Provider, consumer: Network) -> None:
    """The last load balancer stays, and with endpoints attached all of them; what else was asked is not done either."""
    one = provider.service(ROOT)
    service_id, (first,), second = one["ServiceId"], one["NetworkLoadBalancerArns"], provider.balancer(subnets=(3,))
    modify = provider.ec2.modify_vpc_endpoint_service_configuration
    with refused("InvalidParameter"):
        modify(ServiceId=service_id, RemoveNetworkLoadBalancerArns=[first], AcceptanceRequired=False)
    modify(ServiceId=service_id, AddNetworkLoadBalancerArns=[second], RemoveNetworkLoadBalancerArns=[first])
    assert provider.seen(service_id)["AvailabilityZones"] == ["eu-central-1c"]
    consumer.endpoint(ServiceName=one["ServiceName"], subnets=(3,))
    modify(ServiceId=service_id, AddNetworkLoadBalancerArns=[first])
    with refused("ExistingVpcEndpointConnections"):
        modify(ServiceId=service_id, RemoveNetworkLoadBalancerArns=[second], AcceptanceRequired=False)
    assert provider.seen(service_id)["AcceptanceRequired"] is True
    modify(ServiceId=service_id, AcceptanceRequired=False, AddSupportedIpAddressTypes=["ipv6"])
    after = provider.seen(service_id)
    assert (after["AcceptanceRequired"], after["SupportedIpAddressTypes"]) == (False, ["ipv4", "ipv6"])


def test_what_hangs_on_a_service_keeps_it(provider: Provider, consumer: Network) -> None:
    """Model: "you must reject any Available or PendingAcceptance interface endpoint connections" first."""
    one, other = provider.service(ROOT), provider.service(ROOT)
    service_id = one["ServiceId"]
    endpoint_id = consumer.endpoint(ServiceName=one["ServiceName"])
    delete = provider.ec2.delete_vpc_endpoint_service_configurations
    told = delete(ServiceIds=[service_id, NOWHERE, other["ServiceId"]])["Unsuccessful"]
    assert {item["ResourceId"]: item["Error"]["Code"] for item in told} == {
        service_id: "ExistingVpcEndpointConnections",
        NOWHERE: "InvalidVpcEndpointService.NotFound",
    }
    provider.ec2.reject_vpc_endpoint_connections(ServiceId=service_id, VpcEndpointIds=[endpoint_id])
    assert delete(ServiceIds=[service_id])["Unsuccessful"] == []
    assert provider.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"] == []
    assert provider.states() == {endpoint_id: "rejected"}, "it outlives the service"
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        provider.ec2.accept_vpc_endpoint_connections(ServiceId=service_id, VpcEndpointIds=[endpoint_id])


def test_a_private_dns_name_is_of_use_once_it_is_verified(provider: Provider, consumer: Network) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html ; the proof is a TXT record."""
    one = provider.service(ROOT, PrivateDnsName="api.example.com")
    proof = one["PrivateDnsNameConfiguration"]
    assert (proof["State"], proof["Type"], proof["Name"][0]) == ("pendingVerification", "TXT", "_")
    consumer.ec2.modify_vpc_attribute(VpcId=consumer.vpc_id, EnableDnsHostnames={"Value": True})
    asked: dict[str, Any] = {"ServiceName": one["ServiceName"], "PrivateDnsEnabled": True}
    with pytest.raises(ClientError, match=r"\(InvalidParameter\).* does not provide a private DNS name\."):
        consumer.endpoint(**asked)
    assert consumer.facts(consumer.endpoint(ServiceName=one["ServiceName"]))["PrivateDnsEnabled"] is False
    provider.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=one["ServiceId"])
    assert provider.seen(one["ServiceId"])["PrivateDnsNameConfiguration"]["State"] == "verified"
    assert consumer.facts(consumer.endpoint(**asked))["PrivateDnsEnabled"] is True
    provider.ec2.modify_vpc_endpoint_service_configuration(ServiceId=one["ServiceId"], RemovePrivateDnsName=True)
    with refused("InvalidParameter"):
        provider.ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=one["ServiceId"])


def test_who_pays_and_what_is_staged_are_told(provider: Provider, consumer: Network, cloud: LocalCloud) -> None:
    """States that nobody can bring about here are staged, as those of AWS's services are."""
    one = provider.service()
    provider.ec2.modify_vpc_endpoint_service_payer_responsibility(
        ServiceId=one["ServiceId"], PayerResponsibility="ServiceOwner"
    )
    cloud.stage.service(one["ServiceName"], ServiceState="Deleting", ManagesVpcEndpoints=True)
    after = provider.seen(one["ServiceId"])
    assert after["PayerResponsibility"] == "ServiceOwner"
    assert (after["ServiceState"], after["ManagesVpcEndpoints"]) == ("Deleting", True)
    asked = {"ServiceNames": [one["ServiceName"]]}
    assert len(provider.ec2.describe_vpc_endpoint_services(**asked)["ServiceDetails"]) == 1, "no other of this name"
    with refused("InvalidServiceName"):
        consumer.ec2.describe_vpc_endpoint_services(**asked)


# --- Permissions ---


@pytest.mark.parametrize(
    ("principal", "kind"),
    [
        ("*", "All"),
        (ROOT, "Account"),
        (f"arn:aws:iam::{CONSUMER}:user/ann", "User"),
        (f"arn:aws:iam::{CONSUMER}:role/builder", "Role"),
        ("arn:aws:organizations::999988887777:ou/o-a1b2c3d4e5/ou-a1b2-c3d4e5f6", "OrganizationUnit"),
        ("events.amazonaws.com", "Service"),
    ],
)
def test_principals_are_told_with_their_type(provider: Provider, principal: str, kind: str) -> None:
    """Model, AllowedPrincipal; added twice they are there once, and taken away they are gone."""
    service_id = provider.service()["ServiceId"]
    (added,) = provider.allow(service_id, principal)["AddedPrincipals"]
    assert (added["Principal"], added["PrincipalType"]) == (principal, kind)
    assert provider.allow(service_id, principal)["AddedPrincipals"] == []
    ask = provider.ec2.describe_vpc_endpoint_service_permissions
    for name, value in (("principal", principal), ("principal-type", kind)):
        filters = [{"Name": name, "Values": [value.replace("*", "[*]")]}]
        assert ask(ServiceId=service_id, Filters=filters)["AllowedPrincipals"] == [added]
    provider.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service_id, RemoveAllowedPrincipals=[principal])
    assert ask(ServiceId=service_id)["AllowedPrincipals"] == []


def test_permissions_of_an_unknown_service(provider: Provider) -> None:
    """InvalidVpcEndpointServiceId.NotFound."""
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        provider.allow(NOWHERE, "*")
    with refused("InvalidVpcEndpointServiceId.NotFound"):
        provider.ec2.describe_vpc_endpoint_service_permissions(ServiceId=NOWHERE)


def test_who_is_not_allowed_cannot_see_the_service(provider: Provider, consumer: Network) -> None:
    """By default, your endpoint service is not available to service consumers; to its own account it is."""
    one = provider.service(AcceptanceRequired=False)
    name = one["ServiceName"]
    for attempt in (
        lambda: consumer.endpoint(ServiceName=name),
        lambda: consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[name]),
    ):
        with refused("InvalidServiceName"):
            attempt()
    own = provider.network.endpoint(ServiceName=name)
    assert provider.network.facts(own)["State"] == "available"
    provider.allow(one["ServiceId"], "*")
    (seen,) = consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[name])["ServiceDetails"]
    assert seen["Owner"] == provider.network.facts(own)["OwnerId"]
    assert (seen["VpcEndpointPolicySupported"], seen["AcceptanceRequired"]) == (False, False)
    assert consumer.facts(consumer.endpoint(ServiceName=name))["State"] == "available"


def test_a_role_is_allowed_by_its_own_arn(provider: Provider, cloud: LocalCloud, as_role: Callable[..., Any]) -> None:
    """Not by its session's, which is what calls; another role of the account is not allowed with it."""
    every = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    allowed, other = as_role(every), as_role(every)
    session = cloud.client("sts", **keys_of(allowed)).get_caller_identity()["Arn"]
    role = session.replace(":sts:", ":iam:").replace("assumed-role", "role").rpartition("/")[0]
    asked = {"ServiceNames": [provider.service(role)["ServiceName"]]}
    assert len(allowed.describe_vpc_endpoint_services(**asked)["ServiceDetails"]) == 1
    with refused("InvalidServiceName"):
        other.describe_vpc_endpoint_services(**asked)


def test_a_service_is_reached_from_the_regions_that_it_supports(provider: Provider, cloud: LocalCloud) -> None:
    """Model, SupportedRegions; the connection says whence it comes, and the filter finds it."""
    one = provider.service("*", SupportedRegions=["eu-west-1"])
    assert (one["RemoteAccessEnabled"], [region["Region"] for region in one["SupportedRegions"]]) == (
        True,
        ["eu-central-1", "eu-west-1"],
    )
    asked = {"ServiceName": one["ServiceName"], "ServiceRegion": "eu-central-1"}
    near, far = (
        Network.make(cloud.client("ec2", aws_access_key_id=CONSUMER, region_name=region, config=ONCE), "a")
        for region in ("eu-west-1", "eu-west-2")
    )
    endpoint_id, own = near.endpoint(**asked), provider.network.endpoint(**asked)
    with refused("InvalidServiceName"):
        far.endpoint(**asked)
    for region, found in (("cross-region", endpoint_id), ("eu-west-1", endpoint_id), ("eu-central-1", own)):
        assert [one["VpcEndpointId"] for one in provider.connections(vpc_endpoint_region=region)] == [found], region
    assert near.facts(endpoint_id)["ServiceRegion"] == "eu-central-1"


# --- Connections ---


def test_a_request_waits_and_is_accepted(provider: Provider, cloud: LocalCloud, consumer: Network) -> None:
    """pendingAcceptance, then pending, then available; the consumer sees the same."""
    one = provider.service(ROOT)
    endpoint_id = consumer.endpoint(ServiceName=one["ServiceName"])
    (seen,) = provider.connections()
    assert seen["ServiceId"] == one["ServiceId"]
    assert (seen["VpcEndpointId"], seen["VpcEndpointOwner"]) == (endpoint_id, CONSUMER)
    assert (seen["VpcEndpointState"], seen["VpcEndpointRegion"]) == ("pendingAcceptance", "eu-central-1")
    assert seen["NetworkLoadBalancerArns"] == one["NetworkLoadBalancerArns"]
    assert seen["CreationTimestamp"] == consumer.facts(endpoint_id)["CreationTimestamp"]
    accept = provider.ec2.accept_vpc_endpoint_connections
    cloud.stage.settle(None)
    assert accept(ServiceId=one["ServiceId"], VpcEndpointIds=[endpoint_id])["Unsuccessful"] == []
    assert provider.states() == {endpoint_id: "pending"}
    cloud.stage.available(endpoint_id, account=CONSUMER)
    cloud.stage.reset()
    assert provider.states() == {endpoint_id: "available"}
    assert consumer.facts(endpoint_id)["State"] == "available"
    (again,) = accept(ServiceId=one["ServiceId"], VpcEndpointIds=[endpoint_id])["Unsuccessful"]
    assert (again["ResourceId"], again["Error"]["Code"]) == (endpoint_id, "InvalidState")


def test_of_several_those_that_are_known_are_accepted(provider: Provider, consumer: Network) -> None:
    """Model, Unsuccessful; an endpoint of another service of the same account is not known to this one."""
    one, other = provider.service(ROOT), provider.service(ROOT)
    mine, theirs = (consumer.endpoint(ServiceName=service["ServiceName"]) for service in (one, other))
    ids = [mine, theirs, "vpce-0123456789abcdef0"]
    told = provider.ec2.accept_vpc_endpoint_connections(ServiceId=one["ServiceId"], VpcEndpointIds=ids)["Unsuccessful"]
    assert {item["ResourceId"]: item["Error"]["Code"] for item in told} == dict.fromkeys(
        ids[1:], "InvalidVpcEndpointId.NotFound"
    )
    assert provider.states() == {mine: "available", theirs: "pendingAcceptance"}
    assert [found["VpcEndpointId"] for found in provider.connections(service_id=other["ServiceId"])] == [theirs]
    assert [found["VpcEndpointId"] for found in provider.connections(vpc_endpoint_state="available")] == [mine]
    assert len(provider.connections(vpc_endpoint_owner=CONSUMER)) == 2


def test_who_was_let_in_can_be_rejected(provider: Provider, consumer: Network) -> None:
    """And who is gone is connected no more; a permission that is taken away cuts nobody off."""
    one = provider.service(ROOT, AcceptanceRequired=False)
    first, second = (consumer.endpoint(ServiceName=one["ServiceName"]) for _ in range(2))
    provider.ec2.modify_vpc_endpoint_service_permissions(ServiceId=one["ServiceId"], RemoveAllowedPrincipals=[ROOT])
    assert provider.states() == {first: "available", second: "available"}
    reject = provider.ec2.reject_vpc_endpoint_connections
    assert reject(ServiceId=one["ServiceId"], VpcEndpointIds=[first])["Unsuccessful"] == []
    assert consumer.facts(first)["State"] == "rejected"
    (again,) = reject(ServiceId=one["ServiceId"], VpcEndpointIds=[first])["Unsuccessful"]
    assert again["Error"]["Code"] == "InvalidState"
    consumer.ec2.delete_vpc_endpoints(VpcEndpointIds=[second])
    assert provider.states() == {first: "rejected"}


# --- Notifications ---


def test_a_notification_is_kept_and_told(provider: Provider) -> None:
    """Model, ConnectionNotification: enabled, of this service, for these events."""
    service_id = provider.service()["ServiceId"]
    asked = {"ServiceId": service_id, "ConnectionNotificationArn": TOPIC, "ClientToken": "once"}
    create = provider.ec2.create_vpc_endpoint_connection_notification
    made = create(**asked, ConnectionEvents=["Connect", "Delete"])["ConnectionNotification"]
    assert create(**asked, ConnectionEvents=["Connect"])["ConnectionNotification"] == made
    assert (made["ServiceId"], made["ConnectionNotificationArn"]) == (service_id, TOPIC)
    assert (made["ConnectionEvents"], made["ConnectionNotificationState"]) == (["Connect", "Delete"], "Enabled")
    ask = provider.ec2.describe_vpc_endpoint_connection_notifications
    filters = [{"Name": "service-id", "Values": [service_id]}]
    notification_id = made["ConnectionNotificationId"]
    provider.ec2.modify_vpc_endpoint_connection_notification(
        ConnectionNotificationId=notification_id, ConnectionEvents=["Accept"]
    )
    changed = [{**made, "ConnectionEvents": ["Accept"]}]
    assert ask(Filters=filters)["ConnectionNotificationSet"] == changed
    assert ask(ConnectionNotificationId=notification_id)["ConnectionNotificationSet"] == changed
    delete = provider.ec2.delete_vpc_endpoint_connection_notifications
    assert delete(ConnectionNotificationIds=[notification_id])["Unsuccessful"] == []
    (gone,) = delete(ConnectionNotificationIds=[notification_id])["Unsuccessful"]
    assert gone["ResourceId"] == notification_id
    assert ask()["ConnectionNotificationSet"] == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        pytest.param({}, "InvalidParameter", id="of nothing"),
        pytest.param({"ServiceId": NOWHERE}, "InvalidVpcEndpointServiceId.NotFound", id="of an unknown service"),
        pytest.param({"VpcEndpointId": "vpce-0123456789abcdef0"}, "InvalidVpcEndpointId.NotFound", id="of no endpoint"),
    ],
)
def test_a_notification_is_of_something(provider: Provider, asked: dict[str, str], code: str) -> None:
    """Of one service, or of one endpoint."""
    with refused(code):
        provider.ec2.create_vpc_endpoint_connection_notification(
            **asked, ConnectionNotificationArn=TOPIC, ConnectionEvents=["Accept"]
        )


def test_a_notification_is_for_interface_endpoints_and_known_events(provider: Provider) -> None:
    """Model: "You can create a connection notification for interface endpoints only"."""
    create = provider.ec2.create_vpc_endpoint_connection_notification
    gateway = provider.service(GatewayLoadBalancerArns=[provider.balancer("gateway")])["ServiceId"]
    with refused("InvalidParameter"):
        create(ServiceId=gateway, ConnectionNotificationArn=TOPIC, ConnectionEvents=["Accept"])
    with refused("InvalidParameterValue"):
        create(ServiceId=provider.service()["ServiceId"], ConnectionNotificationArn=TOPIC, ConnectionEvents=["Sleep"])
    endpoint_id = provider.network.endpoint()
    made = create(VpcEndpointId=endpoint_id, ConnectionNotificationArn=TOPIC, ConnectionEvents=["Accept"])
    assert made["ConnectionNotification"]["VpcEndpointId"] == endpoint_id
    with refused("InvalidConnectionNotification"):
        provider.ec2.describe_vpc_endpoint_connection_notifications(
            ConnectionNotificationId="vpce-nfn-0123456789abcdef0"
        )


# --- Who may ---

SERVICES = "arn:aws:ec2:eu-central-1:123456789012:vpc-endpoint-service"


def test_accepting_is_authorised_for_the_service_alone(
    ours: dict[str, Any], network: Network, consumer: Network, as_role: Callable[..., Any]
) -> None:
    """The endpoint is another account's, and no resource of the call; the tag on the service counts."""
    endpoint_id = consumer.endpoint(ServiceName=ours["ServiceName"])
    client = as_role({
        "Effect": "Allow",
        "Action": "ec2:AcceptVpcEndpointConnections",
        "Resource": f"{SERVICES}/*",
        "Condition": {"Null": {"aws:ResourceTag/warden:hands-off": "true"}},
    })  # fmt: skip
    asked = {"ServiceId": ours["ServiceId"], "VpcEndpointIds": [endpoint_id]}
    tag = [{"Key": "warden:hands-off", "Value": "yes"}]
    network.ec2.create_tags(Resources=[ours["ServiceId"]], Tags=tag)
    with pytest.raises(ClientError, match=rf"UnauthorizedOperation.*vpc-endpoint-service/{ours['ServiceId']}"):
        client.accept_vpc_endpoint_connections(**asked)
    network.ec2.delete_tags(Resources=[ours["ServiceId"]], Tags=tag)
    assert client.accept_vpc_endpoint_connections(**asked)["Unsuccessful"] == []
    with refused("UnauthorizedOperation"):
        client.reject_vpc_endpoint_connections(**asked)


def test_permissions_are_read_by_service(ours: dict[str, Any], as_role: Callable[..., Any]) -> None:
    """Unlike other describes it takes a resource; to list services takes none."""
    read = {"Effect": "Allow", "Action": "ec2:DescribeVpcEndpointServicePermissions", "Resource": f"{SERVICES}/*"}
    client = as_role(read)
    found = client.describe_vpc_endpoint_service_permissions(ServiceId=ours["ServiceId"])["AllowedPrincipals"]
    assert [one["Principal"] for one in found] == ["*"]
    other = as_role({**read, "Resource": f"{SERVICES}/{NOWHERE}"})
    with refused("UnauthorizedOperation"):
        other.describe_vpc_endpoint_service_permissions(ServiceId=ours["ServiceId"])
    with refused("UnauthorizedOperation"):
        client.describe_vpc_endpoint_service_configurations()


def test_making_a_service_is_authorised_with_the_tags_asked_for(
    ours: dict[str, Any], as_role: Callable[..., Any]
) -> None:
    """On `vpc-endpoint-service/*`, since it has no id yet."""
    allow = {"Effect": "Allow", "Action": "ec2:CreateVpcEndpointServiceConfiguration", "Resource": f"{SERVICES}/*"}
    client = as_role({**allow, "Condition": {"StringEquals": {"aws:RequestTag/owner": "ann"}}})
    for owner, code in (("ann", "DryRunOperation"), ("bob", "UnauthorizedOperation")):
        tags = [{"ResourceType": "vpc-endpoint-service", "Tags": [{"Key": "owner", "Value": owner}]}]
        with refused(code):
            client.create_vpc_endpoint_service_configuration(
                NetworkLoadBalancerArns=ours["NetworkLoadBalancerArns"], TagSpecifications=tags, DryRun=True
            )


def test_a_notification_is_authorised_for_what_it_is_of(
    ours: dict[str, Any], network: Network, as_role: Callable[..., Any]
) -> None:
    """It is no resource itself."""
    asked = {"ServiceId": ours["ServiceId"], "ConnectionNotificationArn": TOPIC, "ConnectionEvents": ["Accept"]}
    made = network.ec2.create_vpc_endpoint_connection_notification(**asked)["ConnectionNotification"]
    ids = [made["ConnectionNotificationId"]]
    delete = {"Effect": "Allow", "Action": "ec2:DeleteVpcEndpointConnectionNotifications"}
    with pytest.raises(ClientError, match=rf"UnauthorizedOperation.*{ours['ServiceId']}"):
        as_role({**delete, "Resource": f"{SERVICES}/{NOWHERE}"}).delete_vpc_endpoint_connection_notifications(
            ConnectionNotificationIds=ids
        )
    allowed = as_role({**delete, "Resource": f"{SERVICES}/{ours['ServiceId']}"})
    assert allowed.delete_vpc_endpoint_connection_notifications(ConnectionNotificationIds=ids)["Unsuccessful"] == []
