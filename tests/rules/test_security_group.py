"""The rule `security-group`: what is too much, who is kept out, and what nobody can know."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

import pytest

from builders import ACCOUNT, KEY, REGION, VPC, A, service, snapshot, standard
from warden.code_changes import Beside, SetIngress, SwapGroups
from warden.errors import BadStandard
from warden.group_advice import GROUPS_CODE
from warden.managed import CLOUDFORMATION, TERRAFORM
from warden.model import Breach, InCode, Judgement, Need, NotApplicable, Pass, Severity, Unknown
from warden.neighbours import Interface, Permission, SecurityGroup, Vpc
from warden.rules.security_group import security_group

OWN = "10.0.0.0/16"
OWN_V6 = "2001:db8::/56"
HERE = Vpc(VPC, (OWN, OWN_V6))
GOOD = Permission("tcp", 443, 443, (OWN,))
THIRD: dict[str, Any] = {"service_name": f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0", "service": None}
MARKET: dict[str, Any] = {"service": service(owner="aws-marketplace")}
MEMBER = Interface("eni-1", A.id, f"{REGION}a", "lambda", ("sg-9",))
CLIENTS = 'clients = ["10.0.0.0/16", "192.168.0.0/16"]'
AT_443 = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
FROM_VPC = {"IpRanges": [{"CidrIp": OWN}]}
MAKING = f"create-security-group --region {REGION} --vpc-id {VPC} --group-name NAME --description WHY"
LETTING_IN = f"authorize-security-group-ingress --region {REGION} --group-id NEW --ip-permissions"
SWAPPING = f"modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id} --add-security-group-ids NEW"
NEW_GROUP = [
    ["aws", "ec2", *MAKING.split(), "--query", "GroupId", "--output", "text"],
    ["aws", "ec2", *LETTING_IN.split(), json.dumps([AT_443 | FROM_VPC], separators=(",", ":"))],
    ["aws", "ec2", *SWAPPING.split(), "--remove-security-group-ids", "sg-1"],
]


def group(*inbound: Permission, name: str = "endpoints", group_id: str = "sg-1") -> SecurityGroup:
    return SecurityGroup(group_id, name, VPC, inbound)


def https(*ranges: str, **facts: Any) -> Permission:
    """TCP 443 from these blocks."""
    return Permission("tcp", 443, 443, ranges, **facts)


def judge(*groups: SecurityGroup, toml: str = "", **facts: Any) -> Judgement:
    """What is said of an endpoint with these groups, in a VPC of which all is seen."""
    made = {
        "groups": {one.id: one for one in groups},
        "security_group_ids": tuple(one.id for one in groups),
        "vpc": HERE,
        "prefix_lists": {},
        "interfaces": (),
    }
    return security_group.judge(snapshot(**made | facts), standard(f"[rules.security-group]\n{toml}"))


def breach(*groups: SecurityGroup, toml: str = "", **facts: Any) -> Breach:
    found = judge(*groups, toml=toml, **facts)
    assert isinstance(found, Breach), found
    return found


def commands(found: Breach) -> list[list[str]]:
    """The commands of an advice, in words."""
    return [shlex.split(part) for place, part in enumerate(found.advice.split("`")) if place % 2]


def permissions(found: Breach) -> list[Any]:
    """What those of the commands that have permissions would take away or give, once a person wrote 1 for PORT."""
    return [json.loads(words[-1].replace("PORT", "1")) for words in commands(found) if "--ip-permissions" in words]


# --- All is well ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "facts"),
    [
        pytest.param((group(GOOD),), {}, id="443 from the VPC"),
        pytest.param((group(https("10.0.7.0/24")),), {}, id="from a part of it"),
        pytest.param((group(https("10.0.0.0/8")),), {}, id="from more than it"),
        pytest.param((group(Permission("6", 443, 443, (OWN,))),), {}, id="TCP by its number"),
        pytest.param(
            (group(), group(GOOD, group_id="sg-2")), {}, id="a group that lets nobody in beside one that does"
        ),
        pytest.param(
            (group(https("100.64.0.7/32")),), {"vpc": Vpc(VPC, (OWN, "100.64.0.0/16"))}, id="a secondary block"
        ),
        pytest.param((group(https(OWN_V6)),), {"ip_address_type": "ipv6"}, id="an IPv6 endpoint"),
        pytest.param((group(GOOD),), {"ip_address_type": "dualstack"}, id="dual-stack, let in by one family"),
        pytest.param((group(https(OWN_V6)),), {"ip_address_type": "dualstack"}, id="or by the other"),
        pytest.param((group(GOOD),), {"ip_address_type": "new"}, id="a type of addresses that is not known"),
        pytest.param(
            (group(GOOD),), {"vpc": Vpc(VPC, (OWN,), owner="444455556666")}, id="a VPC that is shared with us"
        ),
        pytest.param(
            (group(https(prefix_lists=("pl-1",))),), {"prefix_lists": {"pl-1": ("10.0.3.0/24",)}}, id="a prefix list"
        ),
        pytest.param((group(https(groups=("sg-9",))),), {"interfaces": (MEMBER,)}, id="members of a group"),
        pytest.param((group(https("0.0.0.0/2", "64.0.0.0/2")),), {}, id="half of everything is not everything"),
        pytest.param(
            (group(Permission("tcp", 587, 587, (OWN,)), Permission("tcp", 2465, 2465, (OWN,))),),
            {"service_name": f"com.amazonaws.{REGION}.email-smtp"},
            id="SMTP",
        ),
        pytest.param(
            (group(Permission("tcp", 9142, 9142, (OWN,)), GOOD),),
            {"service_name": f"com.amazonaws.{REGION}.cassandra-fips"},
            id="Keyspaces, by its FIPS name",
        ),
        pytest.param(
            (group(Permission("tcp", 8443, 8443, (OWN,)), Permission("tcp", 8883, 8883, (OWN,))),),
            {"service_name": f"com.amazonaws.{REGION}.iot.data"},
            id="devices, by HTTPS and MQTT",
        ),
        pytest.param(
            (group(Permission("tcp", 1026, 1028, (OWN,))),),
            {"service_name": f"com.amazonaws.{REGION}.storagegateway"},
            id="a range of ports",
        ),
        pytest.param(
            (group(Permission("tcp", 5432, 5432, (OWN,))),),
            {"service_name": f"com.amazonaws.{REGION}.dsql-fnh4"},
            id="clusters of Aurora DSQL, by PostgreSQL",
        ),
        pytest.param(
            (group(GOOD, Permission("tcp", 8443, 8443, (OWN,))),),
            {"service_name": f"com.amazonaws.{REGION}.transcribestreaming"},
            id="speech by WebSockets",
        ),
        pytest.param(
            (group(GOOD, Permission("tcp", 4195, 4195, (OWN,)), Permission("udp", 4195, 4195, (OWN,))),),
            {"service_name": f"com.amazonaws.{REGION}.prod.highlander"},
            id="screens of WorkSpaces, by UDP too",
        ),
        pytest.param(
            (group(GOOD),),
            {"service_name": "com.amazonaws.eu-west-1.kms", "service_region": "eu-west-1", "service": None},
            id="a service of another region",
        ),
        pytest.param((group(Permission("tcp", 5432, 5432, (OWN,))),), THIRD, id="any port of somebody else's service"),
        pytest.param((group(Permission("udp", 514, 514, (OWN,))),), THIRD, id="which may be one of UDP"),
        pytest.param((group(Permission("tcp", 5432, 5432, (OWN,))),), MARKET, id="of AWS Marketplace's"),
        pytest.param((group(Permission("tcp", 5432, 5432, (OWN,))),), {"type_name": "Resource"}, id="of a resource"),
        pytest.param(
            (group(Permission("tcp", 1, 9, (OWN,)), Permission("udp", 53, 53, (OWN,))),),
            {"type_name": "ServiceNetwork"},
            id="of a service network",
        ),
    ],
)
def test_groups_that_are_as_they_should_be(groups: tuple[SecurityGroup, ...], facts: dict[str, Any]) -> None:
    """The service's ports, and nobody from everywhere."""
    assert judge(*groups, **facts) == Pass()


# --- Too much ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "facts", "words"),
    [
        pytest.param(
            (group(https("0.0.0.0/0")),), {}, "every IPv4 address is let in (tcp 443 in sg-1)", id="0.0.0.0/0"
        ),
        pytest.param(
            (group(https(OWN, "::/0")),),
            {"ip_address_type": "dualstack"},
            "every IPv6 address is let in (tcp 443 in sg-1)",
            id="::/0",
        ),
        pytest.param(
            (group(https("0.0.0.0/0", "::/0")),),
            {"ip_address_type": "dualstack"},
            "every IPv4 or IPv6 address is let in (tcp 443 in sg-1)",
            id="both",
        ),
        pytest.param(
            (group(https("0.0.0.0/1", "128.0.0.0/1")),),
            {},
            "every IPv4 address is let in (tcp 443 in sg-1)",
            id="halves of one permission",
        ),
        pytest.param(
            (group(https("0.0.0.0/1"), Permission("tcp", 440, 450, ("128.0.0.0/1",))),),
            {},
            "every IPv4 address is let in (tcp 440-450 in sg-1, tcp 443 in sg-1)",
            id="halves of two, at the port that they share",
        ),
        pytest.param(
            (group(https("0.0.0.0/1")), group(https("128.0.0.0/1"), group_id="sg-2")),
            {},
            "every IPv4 address is let in (tcp 443 in sg-1, tcp 443 in sg-2)",
            id="split between two groups of the endpoint",
        ),
        pytest.param(
            (group(https("0.0.0.0/1"), Permission("-1", None, None, ("128.0.0.0/1",))),),
            {},
            "every IPv4 address is let in (every protocol in sg-1, tcp 443 in sg-1)",
            id="one half by every protocol",
        ),
        pytest.param(
            (group(https("0.0.0.0/1", prefix_lists=("pl-1",))),),
            {"prefix_lists": {"pl-1": ("128.0.0.0/2", "192.0.0.0/2")}},
            "every IPv4 address is let in (tcp 443 in sg-1)",
            id="the rest in a prefix list",
        ),
        pytest.param(
            (group(Permission("tcp", 5432, 5432, ("0.0.0.0/0",))),),
            THIRD,
            "every IPv4 address is let in (tcp 5432 in sg-1)",
            id="at a service of which no ports are known",
        ),
    ],
)
def test_whom_everybody_may_reach_is_told(groups: tuple[SecurityGroup, ...], facts: dict[str, Any], words: str) -> None:
    """The gravest breach, whatever else is wrong."""
    found = breach(*groups, **facts)
    assert (found.code, security_group.severity_of(found)) == ("open-to-all", Severity.HIGH)
    assert found.message.split("; ")[0] == words


def test_what_is_open_to_addresses_that_the_endpoint_lacks_is_less_grave() -> None:
    """::/0 does no harm to an endpoint of IPv4, until it gets IPv6 addresses too."""
    found = breach(group(https(OWN, "::/0")))
    assert (found.code, security_group.severity_of(found)) == ("open-to-all", Severity.MEDIUM)
    assert found.message == (
        "every IPv6 address is let in (tcp 443 in sg-1), though the endpoint has IPv4 addresses only"
    )


@pytest.mark.parametrize(
    "permission",
    [Permission("icmp", 8, -1, ("0.0.0.0/0",)), Permission("tcp", 22, 22, ("0.0.0.0/0",))],
    ids=["pings", "a port at which nothing listens"],
)
def test_what_is_open_to_all_and_leads_nowhere_is_less_grave(permission: Permission) -> None:
    """Nobody gets to the service by it."""
    found = breach(group(GOOD, permission))
    assert (found.code, security_group.severity_of(found)) == ("open-to-all", Severity.MEDIUM)


@pytest.mark.parametrize(
    ("groups", "facts"),
    [
        pytest.param(
            (group(https("0.0.0.0/1"), Permission("tcp", 80, 80, ("128.0.0.0/1",))),), THIRD, id="other ports"
        ),
        pytest.param(
            (group(https("0.0.0.0/1"), Permission("udp", 443, 443, ("128.0.0.0/1",))),), THIRD, id="protocols"
        ),
        pytest.param((group(https("0.0.0.0/1", "::/1")),), {}, id="halves of two families"),
    ],
)
def test_halves_that_do_not_meet_are_not_everything(groups: tuple[SecurityGroup, ...], facts: dict[str, Any]) -> None:
    """At no port comes everybody in."""
    assert judge(*groups, **facts) == Pass()


@pytest.mark.parametrize(
    ("permission", "facts", "words"),
    [
        pytest.param(Permission("-1", None, None, (OWN,)), {}, "TCP 443 (every protocol in sg-1)", id="every protocol"),
        pytest.param(
            Permission("-1", None, None, (OWN,)),
            THIRD,
            "any service takes (every protocol in sg-1)",
            id="of a stranger",
        ),
        pytest.param(Permission("tcp", 0, 65_535, (OWN,)), {}, "TCP 443 (tcp at every port in sg-1)", id="every port"),
        pytest.param(Permission("tcp", 400, 500, (OWN,)), {}, "TCP 443 (tcp 400-500 in sg-1)", id="a range around it"),
        pytest.param(Permission("tcp", 22, 22, (OWN,)), {}, "TCP 443 (tcp 22 in sg-1)", id="another port"),
        pytest.param(Permission("udp", 443, 443, (OWN,)), {}, "TCP 443 (udp 443 in sg-1)", id="another protocol"),
        pytest.param(Permission("icmp", -1, -1, (OWN,)), {}, "TCP 443 (icmp in sg-1)", id="ICMP"),
        pytest.param(Permission("icmp", 8, -1, (OWN,)), {}, "TCP 443 (icmp type 8 in sg-1)", id="ICMP of one type"),
        pytest.param(Permission("tcp", 22, 22, (), (), ("sg-9",)), {}, "TCP 443 (tcp 22 in sg-1)", id="from a group"),
        pytest.param(
            Permission("tcp", 443, 443, (OWN,)),
            {"service_name": f"com.amazonaws.{REGION}.email-smtp"},
            "TCP 25, 465, 587, 2465, 2587 (tcp 443 in sg-1",
            id="SMTP does not listen at 443",
        ),
        pytest.param(
            Permission("tcp", 1026, 1031, (OWN,)),
            {"service_name": f"com.amazonaws.{REGION}.storagegateway"},
            "TCP 443, 1026-1028, 1031, 2222 (tcp 1026-1031 in sg-1",
            id="a range with a gap",
        ),
        pytest.param(
            Permission("tcp", 5432, 5432, (OWN,)),
            {"service_name": f"com.amazonaws.{REGION}.dsql"},
            "TCP 443 (tcp 5432 in sg-1",
            id="what manages clusters of Aurora DSQL is no database",
        ),
    ],
)
def test_what_is_let_in_besides_is_named(permission: Permission, facts: dict[str, Any], words: str) -> None:
    """With the ports that would do."""
    found = breach(group(permission, GOOD), **facts)
    assert (found.code, security_group.severity_of(found)) == ("too-many-ports", Severity.MEDIUM)
    assert found.message.startswith(f"more is let in than {words}")


@pytest.mark.parametrize(
    ("toml", "facts", "allowed"),
    [
        pytest.param('service = "kms", ports = [8443, 8444]', {}, "8443-8444", id="by a short name, in place of 443"),
        pytest.param(
            f'service = "{THIRD["service_name"]}", ports = [5432]', THIRD, "5432", id="by the full name of a stranger's"
        ),
    ],
)
def test_the_standard_names_the_ports(toml: str, facts: dict[str, Any], allowed: str) -> None:
    """Whatever else was known; ports in a row may be let in as one range."""
    first, _, last = allowed.partition("-")
    said = f"ports = [{{ {toml} }}]"
    assert judge(group(Permission("tcp", int(first), int(last or first), (OWN,))), toml=said, **facts) == Pass()
    assert breach(group(GOOD), toml=said, **facts).code == "too-many-ports"


def test_the_default_group_is_told() -> None:
    """Whatever it lets in; with the commands that make another, let the clients in, and only then take it."""
    found = breach(group(GOOD, name="default"))
    assert (found.code, found.evidence) == ("default-group", {"default-group": ["sg-1"]})
    assert found.message == "sg-1 is the VPC's default group, which all that is made without a group bears too"
    assert commands(found) == NEW_GROUP


@pytest.mark.parametrize(
    ("inbound", "toml", "blocks"),
    [
        pytest.param(GOOD, CLIENTS, ["10.0.0.0/16", "192.168.0.0/16"], id="some of the standard's clients got in"),
        pytest.param(https("10.0.0.0/8", "192.168.0.0/16"), CLIENTS, ["10.0.0.0/16", "192.168.0.0/16"], id="all"),
        pytest.param(https("172.16.0.0/12"), "", [OWN], id="others than the VPC"),
    ],
)
def test_whoever_uses_the_default_group_gets_in_by_the_new_one(
    inbound: Permission, toml: str, blocks: list[str]
) -> None:
    """All clients, and not only those who were kept out; once, since EC2 refuses a permission that is there."""
    found = breach(group(inbound, name="default"), toml=toml)
    assert [words[2] for words in commands(found)] == [words[2] for words in NEW_GROUP]
    (((made,),)) = permissions(found)
    assert made == AT_443 | {"IpRanges": [{"CidrIp": block} for block in blocks]}


def test_all_that_is_wrong_is_told_at_once() -> None:
    """By the gravest, with a command for each."""
    found = breach(group(Permission("-1", None, None, ("0.0.0.0/0",)), name="default"))
    assert found.code == "open-to-all"
    assert list(found.evidence) == ["open-to-all", "default-group", "too-many-ports"]
    assert found.message.count("; ") == 2


def test_nothing_is_taken_from_the_default_group() -> None:
    """All that was made without a group lives by it: the endpoint takes another group instead."""
    found = breach(
        group(Permission("-1", None, None, ("0.0.0.0/0",), (), ("sg-1",)), name="default"),
        group(https("0.0.0.0/0"), group_id="sg-2"),
    )
    assert [words[2] for words in commands(found)] == [
        "create-security-group",
        "authorize-security-group-ingress",
        "authorize-security-group-ingress",
        "describe-network-interfaces",
        "revoke-security-group-ingress",
        "modify-vpc-endpoint",
    ]
    assert "--group-id sg-1" not in found.advice


EVERYBODY = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


@pytest.mark.parametrize(
    ("inbound", "facts", "given", "taken"),
    [
        pytest.param(
            (Permission("tcp", 0, 65_535, (OWN,)),),
            {},
            [AT_443 | FROM_VPC],
            [{"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65_535} | FROM_VPC],
            id="every port",
        ),
        pytest.param(
            (Permission("-1", None, None, (), ("pl-1",), ("sg-9",)),),
            {"prefix_lists": {"pl-1": (OWN,)}},
            [AT_443 | {"PrefixListIds": [{"PrefixListId": "pl-1"}], "UserIdGroupPairs": [{"GroupId": "sg-9"}]}],
            [
                {"IpProtocol": "-1"}
                | {"PrefixListIds": [{"PrefixListId": "pl-1"}], "UserIdGroupPairs": [{"GroupId": "sg-9"}]}
            ],
            id="every protocol, from a list and a group",
        ),
        pytest.param(
            (Permission("tcp", 400, 500, (OWN, "192.168.0.0/16")), GOOD),
            {},
            [AT_443 | {"IpRanges": [{"CidrIp": "192.168.0.0/16"}]}],
            [
                {"IpProtocol": "tcp", "FromPort": 400, "ToPort": 500}
                | {"IpRanges": [{"CidrIp": OWN}, {"CidrIp": "192.168.0.0/16"}]}
            ],
            id="nobody who is let in all the same: EC2 would refuse it",
        ),
        pytest.param(
            (Permission("tcp", 1027, 1029, (OWN,)),),
            {"service_name": f"com.amazonaws.{REGION}.storagegateway"},
            [{"IpProtocol": "tcp", "FromPort": 1027, "ToPort": 1028} | FROM_VPC],
            [{"IpProtocol": "tcp", "FromPort": 1027, "ToPort": 1029} | FROM_VPC],
            id="those of the service's ports that they have now",
        ),
        pytest.param(
            (Permission("-1", None, None, (OWN,)),),
            THIRD,
            [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1} | FROM_VPC],
            [{"IpProtocol": "-1"} | FROM_VPC],
            id="ports that are not known",
        ),
        pytest.param(
            (https("0.0.0.0/0"),), {}, [AT_443 | FROM_VPC], [AT_443 | EVERYBODY], id="the VPC in place of everybody"
        ),
        pytest.param(
            (Permission("-1", None, None, ("0.0.0.0/0",)),),
            {},
            [AT_443 | FROM_VPC],
            [{"IpProtocol": "-1"} | EVERYBODY],
            id="everybody by every protocol",
        ),
        pytest.param(
            (Permission("tcp", 5432, 5432, ("0.0.0.0/0",)),),
            THIRD,
            [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432} | FROM_VPC],
            [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432} | EVERYBODY],
            id="at the port that they use now",
        ),
        pytest.param(
            (Permission("udp", 514, 514, ("0.0.0.0/0",)),),
            THIRD,
            [{"IpProtocol": "udp", "FromPort": 514, "ToPort": 514} | FROM_VPC],
            [{"IpProtocol": "udp", "FromPort": 514, "ToPort": 514} | EVERYBODY],
            id="and by their protocol",
        ),
        pytest.param(
            (https("0.0.0.0/0"),),
            {"toml": 'clients = ["192.168.0.0/16"]'},
            [AT_443 | {"IpRanges": [{"CidrIp": "192.168.0.0/16"}]}],
            [AT_443 | EVERYBODY],
            id="the clients that the standard names",
        ),
        pytest.param(
            (https("0.0.0.0/0", "10.0.3.0/24"),),
            {},
            [AT_443 | FROM_VPC],
            [AT_443 | EVERYBODY],
            id="the VPC, of which a subnet's own rule lets in no more than that subnet",
        ),
        pytest.param(
            (https("0.0.0.0/0", "::/0", OWN),),
            {"ip_address_type": "dualstack"},
            [AT_443 | {"Ipv6Ranges": [{"CidrIpv6": OWN_V6}]}],
            [AT_443 | EVERYBODY | {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}],
            id="its IPv6 block, of which that of IPv4 says nothing",
        ),
        pytest.param(
            (https("0.0.0.0/0"), Permission("tcp", 8883, 8883, (OWN,))),
            {"service_name": f"com.amazonaws.{REGION}.iot.data"},
            [AT_443 | FROM_VPC],
            [AT_443 | EVERYBODY],
            id="at the port at which nothing else lets it in",
        ),
        pytest.param(
            (https("0.0.0.0/0"),),
            {"service_name": f"com.amazonaws.{REGION}.iot.data"},
            [AT_443 | FROM_VPC],
            [AT_443 | EVERYBODY],
            id="and at no other port of the service",
        ),
    ],
)
def test_clients_are_let_in_before_what_is_too_much_is_taken_away(
    inbound: tuple[Permission, ...], facts: dict[str, Any], given: list[Any], taken: list[Any]
) -> None:
    """Who runs the commands in their order cuts off nobody whose addresses are known."""
    found = breach(group(*inbound), **facts)
    assert [words[2].partition("-")[0] for words in commands(found)] == ["authorize", "describe", "revoke"]
    assert permissions(found) == [given, taken]


@pytest.mark.parametrize(
    "permission", [Permission("tcp", 22, 22, (OWN,)), Permission("udp", 443, 443, (OWN,)), https("0.0.0.0/0")]
)
def test_nobody_is_let_in_anew_who_does_not_lose_the_service(permission: Permission) -> None:
    """What else is taken away is no road to it, or they have another."""
    assert [words[2].partition("-")[0] for words in commands(breach(group(GOOD, permission)))] == ["describe", "revoke"]


def test_who_lets_in_the_vpc_beside_everybody_is_not_to_blame() -> None:
    """To take that away would close nothing."""
    found = breach(group(GOOD), group(https("0.0.0.0/0"), group_id="sg-2"))
    assert found.message == "every IPv4 address is let in (tcp 443 in sg-2)"
    assert permissions(found) == [[AT_443 | EVERYBODY]]


def test_a_group_of_another_account_is_named_with_it() -> None:
    """EC2 finds no group of a peered VPC by its id alone."""
    peered = Permission("tcp", 22, 22, (), (), ("sg-9", "sg-8"), (("sg-9", "444455556666"),))
    (((made,),)) = permissions(breach(group(GOOD, peered)))
    assert made["UserIdGroupPairs"] == [{"GroupId": "sg-9", "UserId": "444455556666"}, {"GroupId": "sg-8"}]


def test_a_command_takes_away_no_more_than_is_wrong() -> None:
    """The clients who come in by the same permission stay in."""
    found = breach(group(https(OWN, "0.0.0.0/0", groups=("sg-9",))))
    ((made,),) = permissions(found)
    assert made == {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def test_a_command_names_what_it_takes_as_ec2_does() -> None:
    """Each sort of source, for a permission that is wrong as a whole."""
    wrong = Permission("tcp", 22, 22, (OWN, OWN_V6), ("pl-1",), ("sg-9",))
    found = breach(group(GOOD, wrong), prefix_lists={"pl-1": ("10.9.0.0/16",)})
    look, words = commands(found)
    filters = "--filters Name=group-id,Values=sg-1"
    assert look == shlex.split(f"aws ec2 describe-network-interfaces --region {REGION} {filters}")
    expected = f"aws ec2 revoke-security-group-ingress --region {REGION} --group-id sg-1 --ip-permissions"
    assert words[:-1] == shlex.split(expected)
    assert json.loads(words[-1]) == [
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "IpRanges": [{"CidrIp": OWN}],
            "Ipv6Ranges": [{"CidrIpv6": OWN_V6}],
            "PrefixListIds": [{"PrefixListId": "pl-1"}],
            "UserIdGroupPairs": [{"GroupId": "sg-9"}],
        }
    ]


# --- Nobody gets in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "facts", "words"),
    [
        pytest.param((group(),), {}, "nobody is let in at TCP 443 by IPv4", id="no permission"),
        pytest.param((group(),), THIRD, "nobody is let in at any port by IPv4", id="at whatever port"),
        pytest.param(
            (group(https(OWN)),),
            {"ip_address_type": "ipv6"},
            "nobody is let in at TCP 443 by IPv6",
            id="the other family",
        ),
        pytest.param(
            (group(),), {"ip_address_type": "dualstack"}, "nobody is let in at TCP 443 by IPv4 or IPv6", id="both"
        ),
        pytest.param(
            (group(https(prefix_lists=("pl-1",))),),
            {"prefix_lists": {"pl-1": ()}},
            "nobody is let in at TCP 443 by IPv4",
            id="a list without entries",
        ),
    ],
)
def test_an_endpoint_that_lets_nobody_in_is_told(
    groups: tuple[SecurityGroup, ...], facts: dict[str, Any], words: str
) -> None:
    """It is paid for and serves nobody."""
    found = breach(*groups, **facts)
    assert (found.code, security_group.severity_of(found), found.message) == ("unreachable", Severity.MEDIUM, words)


def test_who_comes_in_at_another_port_does_not_reach_the_service() -> None:
    """Both are told: what is too much, and what is missing."""
    found = breach(group(Permission("tcp", 80, 80, (OWN,))))
    assert list(found.evidence) == ["too-many-ports", "unreachable"]
    assert found.message == "more is let in than TCP 443 (tcp 80 in sg-1); nobody is let in at TCP 443 by IPv4"


def test_an_endpoint_that_lets_in_only_others_is_told_for_what_it_is() -> None:
    """They may be its clients, from a VPC that is peered with it: then the standard should say so."""
    found = breach(group(https("192.168.0.0/16", "172.16.0.0/12")))
    assert (found.code, security_group.severity_of(found)) == ("vpc-cut-off", Severity.LOW)
    assert found.message == (f"no address of the VPC ({OWN}) is let in at TCP 443, only 192.168.0.0/16, 172.16.0.0/12")
    assert found.advice.startswith("if the clients are elsewhere, say so with clients = [...]")


def test_the_command_lets_the_vpc_in() -> None:
    """At the service's ports, by a group that is not the default one."""
    facts: dict[str, Any] = {"service_name": f"com.amazonaws.{REGION}.transfer.server", "ip_address_type": "dualstack"}
    found = breach(group(name="default"), group(group_id="sg-2"), **facts)
    words = commands(found)[-2]
    expected = f"aws ec2 authorize-security-group-ingress --region {REGION} --group-id sg-2 --ip-permissions"
    assert words[:-1] == shlex.split(expected)
    both = {"IpRanges": [{"CidrIp": OWN}], "Ipv6Ranges": [{"CidrIpv6": OWN_V6}]}
    assert json.loads(words[-1]) == [
        {"IpProtocol": "tcp", "FromPort": 21, "ToPort": 22, **both},
        {"IpProtocol": "tcp", "FromPort": 8192, "ToPort": 8200, **both},
    ]


def test_no_command_opens_every_port() -> None:
    """Where the service's ports are not known, a person must fill them in; the default group is given nobody."""
    found = breach(group(), **THIRD)
    (((made,),)) = permissions(found)
    assert (made["FromPort"], made["ToPort"]) == (1, 1)
    assert '"FromPort":PORT,"ToPort":PORT' in found.advice
    assert "--group-id NEW " in breach(group(name="default")).advice


@pytest.mark.parametrize(
    ("groups", "missing"),
    [
        pytest.param((group(https("10.0.0.0/8", "192.168.0.0/16")),), None, id="all"),
        pytest.param(
            (group(https(OWN)), group(https("192.168.0.0/17", "192.168.128.0/17"), group_id="sg-2")),
            None,
            id="in parts",
        ),
        pytest.param((group(https(OWN)),), "192.168.0.0/16", id="one of two"),
        pytest.param((group(https(OWN, "192.168.0.0/17")),), "192.168.0.0/16", id="only half of it"),
        pytest.param((group(),), "10.0.0.0/16, 192.168.0.0/16", id="none"),
        pytest.param((group(https(OWN, groups=("sg-9",))),), "192.168.0.0/16", id="members of a group are not all"),
    ],
)
def test_the_clients_that_the_standard_names_get_in(groups: tuple[SecurityGroup, ...], missing: str | None) -> None:
    """Every one of them, and the VPC is not asked for then."""
    found = judge(*groups, toml=CLIENTS, vpc=None)
    if missing is None:
        assert found == Pass()
    else:
        assert isinstance(found, Breach)
        assert found.code == "clients-cut-off"
        assert found.message == f"clients of the standard are not, or not all, let in at TCP 443: {missing}"


def test_clients_of_the_other_family_cannot_reach_the_endpoint() -> None:
    """They are not demanded of it; where no others are named, the VPC counts."""
    both = 'clients = ["10.0.0.0/16", "2001:db8::/56"]'
    assert judge(group(GOOD), toml=both) == Pass()
    assert breach(group(GOOD), toml=both, ip_address_type="dualstack").evidence == {"clients-cut-off": [OWN_V6]}
    assert judge(group(GOOD), toml='clients = ["2001:db8::/56"]') == Pass()


def test_few_of_many_are_named_in_the_sentence() -> None:
    """The evidence has all of them."""
    blocks = [f"10.{number}.0.0/16" for number in range(8)]
    found = breach(group(), toml=f"clients = {json.dumps(blocks)}")
    assert found.message.endswith("10.3.0.0/16, 10.4.0.0/16 and 3 more")
    assert found.evidence == {"clients-cut-off": blocks}


# --- What nobody can know ------------------------------------------------------------------------------------------

PEERS = Interface("eni-2", A.id, f"{REGION}a", "interface", ("sg-8",))
OURS = Interface("eni-3", A.id, f"{REGION}a", "vpc_endpoint", ("sg-9",))


@pytest.mark.parametrize(
    ("interfaces", "inbound"),
    [
        pytest.param((), (https(groups=("sg-9",)),), id="no member to be seen, or members in a peered VPC"),
        pytest.param((PEERS,), (https(groups=("sg-9",)),), id="only others"),
        pytest.param((OURS,), (https(groups=("sg-9",)),), id="the endpoint itself bears it"),
        pytest.param((), (https("192.168.0.0/16", groups=("sg-9",)),), id="besides, others by their addresses"),
    ],
)
def test_a_group_without_members_to_be_seen_is_unknown(
    interfaces: tuple[Interface, ...], inbound: tuple[Permission, ...]
) -> None:
    """Members of another VPC or account are not to be seen, and may be the clients."""
    assert judge(group(*inbound), interfaces=interfaces) == Unknown(
        "of the VPC only members of sg-9 are let in at TCP 443, and none of them is to be seen"
    )


def test_members_who_come_in_at_another_port_do_not_count() -> None:
    """They do not reach the service."""
    found = breach(group(Permission("tcp", 22, 22, (), (), ("sg-9",))), interfaces=(MEMBER,))
    assert list(found.evidence) == ["too-many-ports", "unreachable"]


@pytest.mark.parametrize(
    ("inbound", "facts", "why"),
    [
        pytest.param(
            (https(prefix_lists=("pl-1",)),),
            {},
            "prefix lists that the security groups name cannot be read: pl-1",
            id="who may let the VPC in",
        ),
        pytest.param(
            (GOOD, https(prefix_lists=("pl-2", "pl-1"))),
            {"prefix_lists": {"pl-2": ("10.9.0.0/16",)}},
            "prefix lists that the security groups name cannot be read: pl-1",
            id="or everybody else, beside the VPC",
        ),
        pytest.param(
            (GOOD, Permission("tcp", 22, 22, (), ("pl-1",))),
            {},
            "prefix lists that the security groups name cannot be read: pl-1",
            id="or somebody at another port",
        ),
    ],
)
def test_a_prefix_list_that_cannot_be_read_is_unknown(
    inbound: tuple[Permission, ...], facts: dict[str, Any], why: str
) -> None:
    """It may let in nobody or everybody: neither PASS nor a breach."""
    assert judge(group(*inbound), **facts) == Unknown(why)


@pytest.mark.parametrize("toml", ["", CLIENTS])
def test_nobody_is_called_cut_off_whom_an_unread_list_may_let_in(toml: str) -> None:
    """The clients, or the VPC."""
    assert isinstance(judge(group(https("172.16.0.0/12", prefix_lists=("pl-1",))), toml=toml), Unknown)


def test_an_unread_list_at_another_port_lets_no_client_in() -> None:
    """So that nobody gets in is certain."""
    found = breach(group(Permission("tcp", 22, 22, (), ("pl-1",))))
    assert found.code == "unreachable"


@pytest.mark.parametrize(
    "permission", [Permission("tcp", 22, 22, (OWN,), ("pl-1",)), https("0.0.0.0/0", prefix_lists=("pl-1",))]
)
def test_what_is_wrong_for_certain_is_told_all_the_same(permission: Permission) -> None:
    """An unread list adds to it and takes nothing away."""
    assert isinstance(judge(group(GOOD, permission)), Breach)


@pytest.mark.parametrize("names", [("sg-7",), ("sg-1", "sg-7")])
def test_groups_that_are_not_to_be_seen_are_unknown(names: tuple[str, ...]) -> None:
    """They may let in anybody, so that nobody can say who is kept out either; and nothing more is read."""
    facts: dict[str, Any] = {"security_group_ids": names, "vpc": None, "interfaces": None}
    assert judge(group(GOOD), **facts, groups={"sg-1": group()} if len(names) > 1 else {}) == Unknown(
        "security groups of the endpoint are not to be seen: sg-7"
    )


def test_what_a_group_that_is_seen_lets_in_is_told_beside_one_that_is_not() -> None:
    """More groups only ever let in more."""
    wide = group(https("0.0.0.0/0"))
    found = judge(security_group_ids=("sg-1", "sg-7"), groups={"sg-1": wide})
    assert isinstance(found, Breach)
    assert found.evidence == {"open-to-all": ["tcp 443 in sg-1"]}
    assert permissions(found) == [[AT_443 | FROM_VPC], [AT_443 | EVERYBODY]]


def test_the_vpc_is_read_before_everybody_is_taken_away() -> None:
    """A group that is not to be seen may let nobody in: the command that takes everybody away must not come alone."""
    wide = {"sg-1": group(https("0.0.0.0/0"))}
    assert judge(security_group_ids=("sg-1", "sg-7"), groups=wide, vpc=None) is Need.VPC


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"vpc": Vpc("", ())}, f"{VPC} is not to be seen", id="the VPC"),
        pytest.param({"security_group_ids": ()}, "EC2 tells no security group", id="no group at all"),
        pytest.param(
            {"vpc": Vpc(VPC, (OWN,)), "ip_address_type": "ipv6"},
            "the VPC has no IPv6 addresses",
            id="the VPC's addresses",
        ),
    ],
)
def test_what_is_not_to_be_seen_is_unknown(facts: dict[str, Any], why: str) -> None:
    """Whether anybody of the VPC gets in hangs on it."""
    found = judge(group(GOOD), **facts)
    assert isinstance(found, Unknown)
    assert why in found.why


# --- What is read, and for whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inbound", "facts", "need"),
    [
        pytest.param((GOOD,), {"groups": None}, Need.GROUPS, id="the groups first"),
        pytest.param((https(prefix_lists=("pl-1",)),), {"prefix_lists": None}, Need.PREFIX_LISTS, id="their lists"),
        pytest.param((GOOD,), {"vpc": None}, Need.VPC, id="the VPC"),
        pytest.param((https(groups=("sg-9",)),), {"interfaces": None}, Need.INTERFACES, id="members of a group"),
    ],
)
def test_more_is_asked_for_where_the_answer_hangs_on_it(
    inbound: tuple[Permission, ...], facts: dict[str, Any], need: Need
) -> None:
    """One thing after the other."""
    assert judge(group(*inbound), **facts) is need


def test_interfaces_are_not_read_for_nothing() -> None:
    """Where the VPC gets in by its addresses, nobody counts members."""
    assert judge(group(https(OWN, groups=("sg-9",))), interfaces=None, prefix_lists=None) == Pass()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"type_name": "Gateway"}, "a gateway endpoint is an entry in route tables and has no security group"),
        ({"type_name": "GatewayLoadBalancer"}, "a Gateway Load Balancer endpoint has no security group"),
        ({"requester_managed": True}, "an AWS service made the endpoint for itself, and keeps it"),
        ({"state": "rejected"}, "the endpoint is rejected and serves nobody"),
    ],
)
def test_does_not_apply(facts: dict[str, Any], why: str) -> None:
    """Where there is no group, or nobody could change it."""
    assert judge(group(https("0.0.0.0/0")), **facts) == NotApplicable(why)


@pytest.mark.parametrize(
    "toml",
    [
        'clients = ["10.0.0.0/33"]',
        'clients = ["10.0.0.1"]',
        "clients = [10]",
        'ports = [{ service = "kms" }]',
        'ports = [{ service = "kms", ports = [] }]',
        'ports = [{ service = "kms", ports = [0] }]',
        'ports = [{ service = " ", ports = [443] }]',
        'ports = ["kms"]',
        'ports = [{ service = "kms", ports = [443] }, { service = "kms", ports = [444] }]',
    ],
)
def test_a_wrong_setting_is_named(toml: str) -> None:
    """With its place."""
    with pytest.raises(BadStandard, match=r"rules\.security-group\.(clients|ports)"):
        standard(f"[rules.security-group]\n{toml}\n")


# --- Where code manages the endpoint -------------------------------------------------------------------------------


def test_in_code_another_group_takes_the_place_of_the_default_one() -> None:
    """Which is the endpoint's own property; and no word of what groups let in."""
    found = breach(group(https(OWN), name="default"), group(GOOD, group_id="sg-2"))
    assert found.in_code == InCode(
        "make a group for the endpoint that lets its clients in at TCP 443, then put it in the place of sg-1 in the "
        "code that manages the endpoint",
        SwapGroups(("sg-1",)),
    )


def test_in_code_what_a_group_lets_in_is_another_resource_s() -> None:
    """Its own code may say so, of which the endpoint tells nothing: the property is named, and no patch made up."""
    found = breach(group(https("0.0.0.0/0")))
    assert found.in_code is not None
    assert found.in_code.change is None
    assert found.in_code.advice == f"{GROUPS_CODE}: {found.advice}"


def test_in_code_both_are_told_apart() -> None:
    """A patch for the one, and for the other the property."""
    found = breach(group(https(OWN), name="default"), group(https("0.0.0.0/0"), group_id="sg-2"))
    assert found.in_code is not None
    assert found.in_code.change == SwapGroups(("sg-1",))
    swap, groups = found.in_code.advice.split(f"; {GROUPS_CODE}: ")
    assert swap.endswith("in the code that manages the endpoint")
    assert "revoke-security-group-ingress" in groups
    assert "modify-vpc-endpoint" not in groups


@pytest.mark.parametrize(
    ("facts", "toml", "words"),
    [
        pytest.param(
            {}, "", ", and in VPC flow logs which clients come from outside the VPC, and once", id="the VPC's"
        ),
        pytest.param(
            {"vpc": Vpc("", ())},
            "",
            ", and in VPC flow logs which clients there are, since the VPC's addresses are not to be seen and so not "
            "let in first, and once",
            id="a VPC that is not to be seen",
        ),
        pytest.param({}, 'clients = ["10.0.0.0/8"]\n', " what else bears sg-1, and once", id="the standard's clients"),
    ],
)
def test_who_would_lose_something_is_looked_for_first(facts: dict[str, Any], toml: str, words: str) -> None:
    """Clients in peered networks live by what is open to all, and nothing here shows them."""
    assert words in breach(group(https("0.0.0.0/0")), toml=toml, **facts).advice


STACKED: Final = {"aws:cloudformation:stack-name": "network"}
LOOK: Final = f"aws ec2 describe-network-interfaces --region {REGION} --filters Name=group-id,Values="


def test_a_group_that_code_manages_is_changed_there() -> None:
    """Its own tags say so, whoever manages the endpoint: no command that its next deployment would undo."""
    found = breach(group(https("0.0.0.0/0"))._replace(tags=STACKED))
    assert found.advice == (
        f"see by `{LOOK}sg-1` what else bears sg-1, and in VPC flow logs which clients come from outside the VPC, "
        "and once nobody needs more, change sg-1 in the code that manages it, at a quiet hour: a deployment may "
        "revoke before it grants, and new connections fail in between"
    )
    assert found.in_code == InCode(found.advice)
    (beside,) = found.beside
    assert isinstance(beside, Beside)
    assert (beside.id, beside.tool, beside.tags) == ("sg-1", CLOUDFORMATION, STACKED)
    assert beside.change == SetIngress((https(OWN),))


def test_clients_are_let_in_there_too() -> None:
    """Beside what it lets in already, with the words that describe that; a tag of the standard tells the tool."""
    toml = 'clients = ["10.0.0.0/16", "10.9.0.0/16"]\n[managed]\ntags = ["ManagedBy=terraform"]\n'
    described = https(OWN, descriptions=((OWN, "VPC"),))
    found = breach(group(described)._replace(tags={"ManagedBy": "terraform"}), toml=toml)
    assert found.code == "clients-cut-off"
    assert found.advice == "let them in by sg-1, in the code that manages it"
    (beside,) = found.beside
    assert (beside.tool, beside.change) == (
        TERRAFORM,
        SetIngress((https(OWN, "10.9.0.0/16", descriptions=((OWN, "VPC"),)),)),
    )


def test_groups_of_other_accounts_are_named_with_these() -> None:
    """Of its own account's, code says nothing."""
    pairs = (("sg-8", "444455556666"), ("sg-9", ACCOUNT))
    wide = https("0.0.0.0/0", groups=("sg-9", "sg-8"), accounts=pairs)
    (beside,) = breach(group(wide)._replace(tags=STACKED)).beside
    kept = https(OWN, groups=("sg-8", "sg-9"), accounts=pairs[:1])
    assert beside.change == SetIngress((kept,))


def test_each_group_is_changed_where_it_is_managed() -> None:
    """One in code, one by command, and neither word says the other's."""
    open_too = group(https("0.0.0.0/0"), group_id="sg-2")
    found = breach(group(https("0.0.0.0/0"), https(OWN))._replace(tags=STACKED), open_too)
    assert [one.id for one in found.beside if isinstance(one, Beside)] == ["sg-1"]
    coded, by_hand = found.advice.split("; see by ")
    assert "sg-2" not in coded
    assert "sg-1" not in by_hand
    assert found.in_code is not None
    assert found.in_code.advice == f"{coded}; {GROUPS_CODE}: see by {by_hand}"


def test_a_tool_whose_code_is_not_known_gets_no_patch() -> None:
    """And no command all the same: its next deployment would undo what that does."""
    toml = '[managed]\ntags = ["iac=pulumi"]\n'
    found = breach(group(https("0.0.0.0/0"))._replace(tags={"iac": "pulumi"}), toml=toml)
    assert [one.tool for one in found.beside] == [""]
    assert "revoke" not in found.advice.replace("may revoke before", "")


def test_nothing_of_it_is_told_of_the_default_group() -> None:
    """That group is left as it is: the endpoint takes another one."""
    assert breach(group(https("0.0.0.0/0"), name="default")._replace(tags=STACKED)).beside == ()
