"""The rule `private-dns`: on, off or hub by the VPC's tags, what names need to be answered, and what would conflict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import ACCOUNT, KEY, REGION, VPC, endpoint, service, snapshot, standard
from warden.code_changes import Beside, SetPrivateDns, TurnOnDns
from warden.errors import BadStandard
from warden.managed import CLOUDFORMATION
from warden.model import Breach, Endpoint, Judgement, Kind, Need, NotApplicable, Pass, Severity, Unknown
from warden.neighbours import Dns, HostedZone, HostedZones, Vpc
from warden.rules.private_dns import private_dns

NAME = f"kms.{REGION}.amazonaws.com"
KMS = service(private_dns_names=(NAME,), private_dns_state="verified")
S3 = f"com.amazonaws.{REGION}.s3"
OF_S3 = service(name=S3, private_dns_names=(f"*.s3.{REGION}.amazonaws.com",), private_dns_state="verified")
OTHERS = service(owner="444455556666", private_dns_names=("api.example.com",))
BOTH, NO_SUPPORT, NO_HOSTNAMES, NEITHER = (
    Dns(support=support, hostnames=hostnames)
    for support, hostnames in ((True, True), (False, True), (True, False), (False, False))
)
HUB = 'vpcs = [{ tag = "Network=hub", want = "hub" }, { tag = "Env=test", want = "off" }]'
MODIFY = f"aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {KEY.id}"
SECOND = "vpce-0aaaaaaaaaaaaaaaa"


def judge(settings: str = "", **facts: Any) -> Judgement:
    """What is said in a VPC in which everything can be seen and nothing else is."""
    made = (
        {"service": KMS, "siblings": (), "dns": BOTH, "vpc": Vpc(VPC, (), ACCOUNT)}
        | {"hosted_zones": HostedZones(())}
        | facts
    )
    return private_dns.judge(snapshot(**made), standard(f'[rules.private-dns]\nmode = "notify"\n{settings}\n'))


def second(**facts: Any) -> Endpoint:
    """Another endpoint of the VPC, to the same service and with its names."""
    return endpoint(**{"key": replace(KEY, id=SECOND), "private_dns": True} | facts)


def gateway(**facts: Any) -> Endpoint:
    """A gateway endpoint of S3, with a route table."""
    made = {"type_name": "Gateway", "service_name": S3, "private_dns": False, "route_table_ids": ("rtb-1",)}
    return second(**made | facts)


def breach(found: Judgement, code: str) -> Breach:
    assert isinstance(found, Breach)
    assert (found.code, found.fix) == (code, None)
    return found


@pytest.mark.parametrize(
    ("settings", "facts"),
    [
        pytest.param("", {"private_dns": True}, id="on"),
        pytest.param("", {"private_dns": True, "service": None}, id="on, whatever AWS tells of the service"),
        pytest.param("", {"private_dns": True, "service_region": "eu-west-1", "service": None}, id="in another region"),
        pytest.param("", {"private_dns": True, "service": OTHERS}, id="on, and it is not told whether it is verified"),
        pytest.param('want = "off"', {"dns": None, "siblings": None}, id="off, nothing read"),
        pytest.param('want = "off"', {"dns": NEITHER}, id="off needs nothing of the VPC"),
        pytest.param('want = "hub"', {}, id="hub"),
        pytest.param('want = "hub"', {"service": None}, id="hub, whatever AWS tells of the service"),
    ],
)
def test_as_wanted(settings: str, facts: dict[str, Any]) -> None:
    """And, where names are to be answered, the VPC answers them."""
    assert judge(settings, **facts) == Pass()


@pytest.mark.parametrize("wanted", ["", 'want = "hub"'])
@pytest.mark.parametrize(
    ("dns", "off", "options"),
    [
        pytest.param(NO_SUPPORT, "enableDnsSupport of", ["--enable-dns-support"], id="support"),
        pytest.param(NO_HOSTNAMES, "enableDnsHostnames of", ["--enable-dns-hostnames"], id="hostnames"),
        pytest.param(
            NEITHER,
            "enableDnsSupport and enableDnsHostnames of",
            ["--enable-dns-support", "--enable-dns-hostnames"],
            id="both",
        ),
    ],
)
def test_names_need_attributes_of_the_vpc(wanted: str, dns: Dns, off: str, options: list[str]) -> None:
    """Those of private DNS, and those of a private hosted zone in its place."""
    found = breach(judge(wanted, dns=dns, private_dns=not wanted), "vpc-attributes")
    assert found.message.startswith(f"{off} {VPC} {'are' if len(options) == 2 else 'is'} off: ")
    commands = "; ".join(
        f"""`aws ec2 modify-vpc-attribute --region {REGION} --vpc-id {VPC} {option} '{{"Value":true}}'`"""
        for option in options
    )
    assert found.advice == f"turn {'them' if len(options) == 2 else 'it'} on: {commands}"


@pytest.mark.parametrize("private_dns", [True, False])
def test_only_the_owner_of_a_vpc_turns_its_attributes_on(*, private_dns: bool) -> None:
    """EC2 would refuse it to those with whom it is shared."""
    facts: dict[str, Any] = {"dns": NO_SUPPORT, "private_dns": private_dns}
    found = judge(**facts, vpc=Vpc(VPC, (), "444455556666"))
    assert isinstance(found, Breach)
    assert "account 444455556666 shares the VPC, and only it can: `aws ec2 modify-vpc-attribute " in found.advice
    assert judge(**facts, vpc=None) is Need.VPC


@pytest.mark.parametrize("toml", ["", 'want = "hub"'])
@pytest.mark.parametrize("dns", [Dns(None, None), Dns(support=True, hostnames=None)])
def test_a_vpc_that_is_not_to_be_seen_is_unknown(dns: Dns, toml: str) -> None:
    """It is another's, and shared no longer."""
    found = judge(toml, dns=dns, private_dns=not toml)
    assert found == Unknown(f"{VPC} is not to be seen: whether it answers such names is not known")


def test_what_is_off_is_told_though_the_rest_is_not_to_be_seen() -> None:
    """One of the two is enough to be cut off; neither is enough to say what turning private DNS on would take."""
    assert isinstance(judge("", dns=Dns(support=False, hostnames=None), private_dns=True), Breach)
    assert isinstance(judge("", dns=Dns(support=False, hostnames=None)), Unknown)


def test_off_though_wanted() -> None:
    """With what to look at first: zones that are not to be seen, and all the clients that will come."""
    found = breach(judge(hosted_zones=HostedZones(None)), "off-though-wanted")
    assert found.message == f"private DNS is off: {NAME} leads clients of the VPC past the endpoint"
    assert found.evidence == {"names": [NAME], "rivals": [], "attributes_off": []}
    zones = f"`aws route53 list-hosted-zones-by-vpc --vpc-id {VPC} --vpc-region {REGION}`"
    assert found.advice.startswith(f"see by {zones} that no private hosted zone of {NAME} is there")
    assert found.advice.endswith(f"`{MODIFY} --private-dns-enabled`")


def zone(name: str = f"{NAME}.", account: str = ACCOUNT, service: str = "") -> HostedZone:
    return HostedZone("Z1", name, account, service)


@pytest.mark.parametrize(
    ("one", "owner", "look"),
    [
        pytest.param(zone(), f"account {ACCOUNT}", True, id="our own"),
        pytest.param(zone(NAME.upper()), f"account {ACCOUNT}", True, id="however it is written"),
        pytest.param(zone(account="444455556666"), "account 444455556666", False, id="another account's"),
        pytest.param(zone(account="", service="vpce.amazonaws.com"), "vpce.amazonaws.com", False, id="a service's"),
        pytest.param(zone(account=""), "an owner that is not told", False, id="nobody's"),
    ],
)
def test_a_zone_of_the_same_name_is_in_the_way(one: HostedZone, owner: str, *, look: bool) -> None:
    """Whoever owns it: no command that EC2 would refuse, and none that only its owner may run."""
    found = breach(judge(hosted_zones=HostedZones((zone("example.com."), one))), "zone-in-the-way")
    assert found.message == (
        f"private DNS is off and cannot be turned on: a private hosted zone of the same name ({NAME}) is associated "
        f"with the VPC (Z1 of {owner})"
    )
    assert (found.evidence, found.severity) == ({"names": [NAME], "zones": ["Z1"]}, Severity.LOW)
    assert "--private-dns-enabled" not in found.advice
    assert ("`aws route53 list-resource-record-sets --hosted-zone-id Z1`" in found.advice) is look


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("amazonaws.com.", id="above"),
        pytest.param(f"a.{NAME}.", id="below"),
        pytest.param(f"x{NAME}.", id="ends alike"),
        pytest.param(f"kms-fips.{REGION}.amazonaws.com.", id="another's"),
        pytest.param(".", id="the root"),
    ],
)
def test_zones_of_other_names_are_not_in_the_way(name: str) -> None:
    """They were looked at, so nobody needs to look again."""
    found = breach(judge(hosted_zones=HostedZones((zone(name),))), "off-though-wanted")
    assert "route53" not in found.advice
    assert found.advice.endswith(f"`{MODIFY} --private-dns-enabled`")


@pytest.mark.parametrize("name", ["\\052.s3.{}.amazonaws.com.", "*.s3.{}.amazonaws.com"])
def test_a_zone_of_a_name_with_an_asterisk(name: str) -> None:
    """In either spelling of Route 53."""
    zones = HostedZones((zone(name.format(REGION)),))
    breach(judge(service_name=S3, service=OF_S3, hosted_zones=zones), "zone-in-the-way")


def test_what_an_asterisk_conflicts_with_is_left_to_people() -> None:
    """AWS does not tell which zone such a name is in: it may well be the one without."""
    zones = HostedZones((zone(f"s3.{REGION}.amazonaws.com."),))
    found = breach(judge(service_name=S3, service=OF_S3, hosted_zones=zones), "off-though-wanted")
    assert "`aws route53 list-hosted-zones-by-vpc " in found.advice


def test_zones_are_named_in_an_order_of_their_own() -> None:
    """Route 53 promises none."""
    two = (zone(), HostedZone("Z0", NAME, "444455556666"))
    found = breach(judge(hosted_zones=HostedZones(two)), "zone-in-the-way")
    assert found.evidence["zones"] == ["Z0", "Z1"]
    assert found == judge(hosted_zones=HostedZones(two[::-1]))


def test_attributes_come_before_private_dns() -> None:
    """EC2 would refuse it without them."""
    found = breach(judge(dns=NO_HOSTNAMES), "off-though-wanted")
    assert found.advice.startswith("`aws ec2 modify-vpc-attribute ")
    assert found.evidence["attributes_off"] == ["enableDnsHostnames"]


def test_a_conflict_is_foretold() -> None:
    """Another endpoint of the VPC has the names: no command that EC2 would refuse."""
    found = breach(judge(siblings=(second(),)), "taken-by-another")
    assert found.message == (
        f"private DNS is off and cannot be turned on: {SECOND} of the VPC has the same names ({NAME})"
    )
    assert (found.evidence["conflicts"], found.severity) == ([SECOND], Severity.LOW)
    assert "--private-dns-enabled" not in found.advice


@pytest.mark.parametrize(
    ("facts", "conflicts"),
    [
        pytest.param({"requester_managed": True}, True, id="an AWS service's own has them too"),
        pytest.param({"state": "pending"}, True, id="one that is coming"),
        pytest.param({"service_region": REGION}, True, id="its region said and not said"),
        pytest.param({"private_dns": False}, False, id="it is off there too"),
        pytest.param({"state": "failed"}, False, id="dead"),
        pytest.param({"service_region": "eu-west-1"}, False, id="the service of another region"),
        pytest.param({"service_name": f"com.amazonaws.{REGION}.kms-fips"}, False, id="FIPS has names of its own"),
    ],
)
def test_which_others_conflict(facts: dict[str, Any], *, conflicts: bool) -> None:
    """Those that have the same names."""
    breach(judge(siblings=(second(**facts),)), "taken-by-another" if conflicts else "off-though-wanted")


def test_conflicts_are_named_in_an_order_of_their_own() -> None:
    """EC2 promises none, and what is told twice must be known as the same."""
    two = (second(), second(key=replace(KEY, id="vpce-0bbbbbbbbbbbbbbbb")))
    assert judge(siblings=two) == judge(siblings=two[::-1])


def test_of_two_without_one_must_be_chosen() -> None:
    """The command would be refused for whichever comes second."""
    found = breach(judge(siblings=(second(private_dns=False), gateway())), "off-though-wanted")
    assert found.advice.startswith(f"decide whether this one or {SECOND} is to have the names: only one can; then ")
    assert found.evidence["rivals"] == [SECOND]


@pytest.mark.parametrize(
    ("want", "words", "then"),
    [
        ("off", "the standard wants it off", "then let every client"),
        ("hub", "the standard wants a private hosted zone in its place", f"then make a private hosted zone of {NAME}"),
    ],
)
def test_on_though_unwanted(want: str, words: str, then: str) -> None:
    """The command, and what must follow it."""
    found = breach(judge(f'want = "{want}"', private_dns=True), "on-though-unwanted")
    assert found.message == f"private DNS is on, and {words}"
    assert found.advice.startswith(f"`{MODIFY} --no-private-dns-enabled`; {then}")
    assert found.evidence == {"names": [NAME], "want": want}


def test_on_though_unwanted_in_another_region() -> None:
    """Where the names are not told, none are made up."""
    found = breach(
        judge('want = "hub"', private_dns=True, service=None, service_region="eu-west-1"), "on-though-unwanted"
    )
    assert "make a private hosted zone of the service's names that" in found.advice
    assert found.evidence["names"] == []


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param({"Network": "hub"}, "on-though-unwanted", id="hub"),
        pytest.param({"Env": "test"}, "on-though-unwanted", id="off"),
        pytest.param({"Network": "spoke"}, None, id="neither: on, as it is everywhere"),
        pytest.param({}, None, id="no tags"),
    ],
)
def test_by_the_tags_of_the_vpc(tags: dict[str, str], expected: str | None) -> None:
    """What is wanted there, else what is wanted everywhere."""
    found = judge(HUB, private_dns=True, vpc=Vpc(VPC, (), ACCOUNT, tags))
    assert (found.code if isinstance(found, Breach) else None) == expected


def test_the_first_tag_that_fits_counts() -> None:
    """In the order of the standard."""
    found = judge(HUB, private_dns=True, vpc=Vpc(VPC, (), ACCOUNT, {"Env": "test", "Network": "hub"}))
    assert breach(found, "on-though-unwanted").evidence["want"] == "hub"


def test_the_vpc_is_read_only_where_it_matters() -> None:
    """Where tags could not change what is wanted, they are not asked for; one that is hidden leaves it open."""
    assert judge(HUB, vpc=None) is Need.VPC
    assert judge('vpcs = [{ tag = "Network=hub", want = "on" }]', private_dns=True) == Pass()
    assert judge(HUB, vpc=Vpc("", ())) == Unknown(
        f"the tags of {VPC} are not to be seen, and what is wanted hangs on them"
    )


@pytest.mark.parametrize(
    ("facts", "need"),
    [
        pytest.param({"siblings": None, "dns": None}, Need.SIBLINGS, id="off: others first"),
        pytest.param({"dns": None}, Need.DNS, id="then the attributes"),
        pytest.param({"hosted_zones": None}, Need.HOSTED_ZONES, id="then the zones"),
        pytest.param({"hosted_zones": None, "dns": NEITHER, "vpc": None}, Need.HOSTED_ZONES, id="zones before the VPC"),
        pytest.param({"dns": None, "private_dns": True, "siblings": None}, Need.DNS, id="on: the attributes alone"),
    ],
)
def test_asks_for_what_it_needs(facts: dict[str, Any], need: Need) -> None:
    """And for no more."""
    assert judge(**facts) is need


@pytest.mark.parametrize(
    ("settings", "facts"),
    [
        pytest.param("", {"private_dns": True}, id="on"),
        pytest.param('want = "off"', {}, id="off, as wanted"),
        pytest.param('want = "hub"', {}, id="hub"),
        pytest.param('want = "off"', {"private_dns": True}, id="on, and not wanted"),
        pytest.param("", {"siblings": (second(),)}, id="another endpoint has the names"),
        pytest.param("", {"dns": Dns(None, None)}, id="the VPC is not to be seen"),
        pytest.param("", {"service_name": S3, "service": OF_S3, "siblings": (gateway(),)}, id="a gateway endpoint"),
    ],
)
def test_zones_are_not_asked_for_in_vain(settings: str, facts: dict[str, Any]) -> None:
    """Nothing would hang on them."""
    assert not isinstance(judge(settings, hosted_zones=None, **facts), Need)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"service": service()}, "the service has no private DNS name", id="no name"),
        pytest.param(
            {"service": replace(OTHERS, private_dns_state="pendingVerification")},
            "the private DNS name of the service, api.example.com, is pendingVerification",
            id="not verified yet",
        ),
        pytest.param({"requester_managed": True}, "an AWS service made", id="requester-managed"),
        pytest.param({"state": "expired"}, "the endpoint is expired", id="dead"),
    ],
)
@pytest.mark.parametrize("want", ["on", "off", "hub"])
def test_does_not_apply(facts: dict[str, Any], why: str, want: str) -> None:
    """Whatever is wanted: there is nothing to turn on, or nobody who could."""
    found = judge(f'want = "{want}"', siblings=None, dns=None, **facts)
    assert isinstance(found, NotApplicable)
    assert why in found.why


def test_a_name_that_lost_its_proof() -> None:
    """It is on, and nobody can use it: consumers cannot, where the state is not verified."""
    found = breach(judge(private_dns=True, service=replace(OTHERS, private_dns_state="failed")), "name-not-verified")
    assert found.message == "the private DNS name of the service, api.example.com, is failed, and cannot be used"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param({"service": None}, "AWS does not tell whether the service has", id="a service that is not told"),
        pytest.param(
            {"service": None, "service_region": "eu-west-1"}, "the service is in eu-west-1: AWS", id="another region"
        ),
        pytest.param({"service": OTHERS}, "the private DNS name api.example.com is verified", id="state not told"),
    ],
)
def test_unknown(facts: dict[str, Any], why: str) -> None:
    """Where it hangs on what is not told."""
    found = judge(**facts)
    assert isinstance(found, Unknown)
    assert why in found.why


def test_names_of_aws_need_no_proof() -> None:
    """Its own are its own."""
    breach(judge(service=replace(KMS, private_dns_state="")), "off-though-wanted")


def test_s3_without_a_gateway_endpoint() -> None:
    """Where nothing is said, EC2 takes PrivateDnsOnlyForInboundResolverEndpoint for true, and wants a gateway."""
    found = breach(judge(service_name=S3, service=OF_S3), "off-though-wanted")
    assert (
        f"`{MODIFY} --private-dns-enabled --dns-options PrivateDnsOnlyForInboundResolverEndpoint=false`" in found.advice
    )
    assert found.in_code is not None
    assert found.in_code.change == SetPrivateDns(on=True, all_resolvers=True)
    assert found.in_code.advice.endswith(
        "turn private DNS on in the code that manages the endpoint, since without these options EC2 demands a gateway "
        "endpoint of the service in the VPC"
    )


def test_s3_with_a_gateway_endpoint() -> None:
    """Its usual names lead there, for nothing."""
    found = judge(service_name=S3, service=OF_S3, siblings=(gateway(),))
    assert isinstance(found, NotApplicable)
    assert f"the VPC has a gateway endpoint of the service ({SECOND})" in found.why


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"route_table_ids": ()}, id="no route leads to it"),
        pytest.param({"state": "failed"}, id="dead"),
        pytest.param({"service_name": f"com.amazonaws.{REGION}.dynamodb"}, id="another service's"),
        pytest.param({"type_name": "Interface"}, id="no gateway endpoint"),
    ],
)
def test_a_gateway_endpoint_that_serves_nobody(facts: dict[str, Any]) -> None:
    """It takes nothing's place."""
    breach(judge(service_name=S3, service=OF_S3, siblings=(gateway(**facts),)), "off-though-wanted")


@pytest.mark.parametrize("kind", [Kind.GATEWAY, Kind.GATEWAY_LOAD_BALANCER, Kind.RESOURCE, Kind.SERVICE_NETWORK])
def test_other_kinds(kind: Kind) -> None:
    """Each with its reason."""
    assert judge(type_name=kind.value) == NotApplicable(private_dns.not_for[kind])


@pytest.mark.parametrize(
    "setting",
    [
        'want = "yes"',
        'vpcs = ["Network=hub"]',
        'vpcs = [{ tag = "Network", want = "hub" }]',
        'vpcs = [{ tag = "Network=hub" }]',
        'vpcs = [{ tag = "Network=hub", want = "no" }]',
    ],
)
def test_a_wrong_setting_is_named(setting: str) -> None:
    """With its place."""
    with pytest.raises(BadStandard, match=r"rules\.private-dns\.(want|vpcs)"):
        standard(f"[rules.private-dns]\n{setting}\n")


def test_in_code_the_vpc_is_another_resource() -> None:
    """Whose code, if it has any, the endpoint does not tell: its properties are named, and the commands besides."""
    found = breach(judge(dns=NEITHER), "off-though-wanted")
    assert found.in_code is not None
    assert found.in_code.change == SetPrivateDns(on=True)
    assert found.in_code.advice.startswith(
        "turn enableDnsSupport and enableDnsHostnames on in the VPC's own code, if it has any (EnableDnsSupport and "
        "EnableDnsHostnames of AWS::EC2::VPC, enable_dns_support and enable_dns_hostnames of aws_vpc), else: `aws ec2 "
        "modify-vpc-attribute "
    )
    alone = breach(judge(dns=NO_SUPPORT, private_dns=True), "vpc-attributes")
    assert alone.in_code is not None
    assert alone.in_code.change is None
    assert alone.in_code.advice.startswith(
        "turn it on in the VPC's own code, if it has any (EnableDnsSupport of AWS::EC2::VPC, enable_dns_support of "
        "aws_vpc), else: `aws ec2 modify-vpc-attribute "
    )


def test_in_code_what_comes_after_stays_the_same() -> None:
    """A hub's hosted zone is nobody's property of the endpoint."""
    found = breach(judge('want = "hub"', private_dns=True), "on-though-unwanted")
    assert found.in_code is not None
    assert found.in_code.change == SetPrivateDns(on=False)
    by_hand, _, after = found.advice.partition("; then ")
    assert found.in_code.advice == f"turn private DNS off in the code that manages the endpoint; then {after}"
    assert "--no-private-dns-enabled" in by_hand


CODED = Vpc(VPC, (), ACCOUNT, {"aws:cloudformation:stack-name": "network"})


@pytest.mark.parametrize("turned_on", [True, False], ids=["on", "to be turned on"])
def test_the_attributes_of_a_vpc_in_code_are_turned_on_there(*, turned_on: bool) -> None:
    """Its own tags say so, whoever manages the endpoint: its next deployment would undo a command."""
    found = judge(dns=NEITHER, private_dns=turned_on, vpc=CODED)
    assert isinstance(found, Breach)
    assert found.in_code is not None
    words = f"on in the code that manages {VPC}"
    for advice in (found.advice, found.in_code.advice):
        assert words in advice
        assert "modify-vpc-attribute" not in advice
    off = ("enableDnsSupport", "enableDnsHostnames")
    assert found.beside == (Beside(VPC, REGION, CODED.tags, CLOUDFORMATION, TurnOnDns(off)),)


def test_nothing_is_told_of_a_vpc_s_code_where_nothing_is_to_be_changed_in_it() -> None:
    """Both are on."""
    found = judge(vpc=CODED)
    assert isinstance(found, Breach)
    assert (found.code, found.beside) == ("off-though-wanted", ())
