"""`warden explain RULE` of an endpoint: what the rule says, by AWS or by files, and what it read for that."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import boto3
import pytest
from typer.testing import Result

from builders import ACCOUNT, FULL_ACCESS, KEY, REGION, VPC, A, B, endpoint, standard
from cli.answers import NotInFiles, account_of, merged
from cli.answers_region import region_of
from cli.asked import Reads, told
from cli.exits import Code, CouldNotLook
from cli.screen import Screen
from fakes import FakeCloud
from warden.rules.multi_az import multi_az

Run: TypeAlias = Callable[..., Result]
Make: TypeAlias = Callable[..., str]
Written: TypeAlias = Callable[..., tuple[str, ...]]

KMS = f"com.amazonaws.{REGION}.kms"
OFF = '[rules.multi-az]\nmode = "off"\n'
ENDPOINT = {
    "VpcEndpointId": KEY.id,
    "VpcEndpointType": "Interface",
    "VpcId": VPC,
    "ServiceName": KMS,
    "State": "available",
    "SubnetIds": [A.id],
    "OwnerId": ACCOUNT,
    "CreationTimestamp": "2025-01-01T00:00:00+00:00",
    "Groups": [{"GroupId": "sg-1", "GroupName": "endpoints"}],
    "PolicyDocument": FULL_ACCESS,
}
SERVICE = {
    "ServiceName": KMS,
    "ServiceType": [{"ServiceType": "Interface"}],
    "Owner": "amazon",
    "AvailabilityZoneIds": [A.zone_id, B.zone_id],
    "VpcEndpointPolicySupported": True,
}
SUBNETS = [
    {
        "SubnetId": one.id,
        "VpcId": VPC,
        "AvailabilityZone": one.zone_name,
        "AvailabilityZoneId": one.zone_id,
        "AvailableIpAddressCount": 100,
        "State": "available",
    }
    for one in (A, B)
]
ELSEWHERE = SUBNETS[0] | {"SubnetId": "subnet-9", "VpcId": "vpc-9"}


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write each of these as a file; the words of the options that name them."""

    def write(*trees: Any) -> tuple[str, ...]:
        words: list[str] = []
        for place, tree in enumerate(trees):
            path = tmp_path / f"{place}.json"
            path.write_text(tree if isinstance(tree, str) else json.dumps(tree), encoding="utf-8")
            words += ["--file", str(path)]
        return tuple(words)

    return write


def test_files_are_asked_in_place_of_aws(warden: Run, written: Written) -> None:
    """The page, then what the rule says with code, severity, facts and the command, and which answers it read."""
    files = written({"VpcEndpoints": [ENDPOINT]}, {"ServiceDetails": [SERVICE]}, {"Subnets": [*SUBNETS, ELSEWHERE]})
    done = warden("explain", "multi-az", *files)
    assert done.exit_code == Code.OPEN
    page, _, said = done.stdout.partition(f"  It says of {KEY.id} (Interface, kms, {VPC}, available):\n")
    assert "Why: " in page
    assert said.splitlines() == [
        "    BREACH  too-few-zones, high",
        "      The endpoint stands in 1 zone (use1-az1); the standard demands 2.",
        "      zones: use1-az1",
        "      min_zones: 2",
        f"      usable_subnets: {B.id}",
        "      full_subnets: none",
        f"      Would do: add {B.id} (use1-az2).",
        f"      aws ec2 modify-vpc-endpoint --region us-east-1 --vpc-endpoint-id {KEY.id} --add-subnet-ids {B.id}",
        "    In the files it read: DescribeVpcEndpoints, DescribeVpcEndpointServices, DescribeSubnets.",
    ]


def test_who_asks_nobody_needs_no_configuration(
    warden: Run, written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A profile that is not there and a file that cannot be read are nobody's business."""
    (tmp_path / "broken").write_text("[[[", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "broken"))
    monkeypatch.setenv("AWS_PROFILE", "missing")
    done = warden("explain", "multi-az", *written({"VpcEndpoints": [ENDPOINT], "ServiceDetails": [SERVICE]}))
    assert "CAN'T TELL  DescribeSubnets is asked for" in done.stdout


def test_what_has_nothing_against_it_gives_0(warden: Run, written: Written) -> None:
    """And reads no more than it needs: the subnets are not looked at."""
    files = written({"VpcEndpoints": [ENDPOINT | {"SubnetIds": [A.id, B.id]}], "ServiceDetails": [SERVICE]})
    done = warden("explain", "multi-az", *files, "--endpoint", KEY.id)
    assert done.exit_code == Code.OK
    assert "    PASS" in done.stdout
    assert "it read: DescribeVpcEndpoints, DescribeVpcEndpointServices.\n" in done.stdout


ABROAD = ENDPOINT | {"ServiceName": "com.amazonaws.eu-west-1.kms", "ServiceRegion": "eu-west-1"}
THERE = SERVICE | {"ServiceName": ABROAD["ServiceName"], "ServiceRegion": "eu-west-1", "AvailabilityZoneIds": []}


def test_files_tell_services_of_another_region(warden: Run, written: Written) -> None:
    """Asked for with their region, beside those of the endpoint's own; a service of the same name here is another."""
    here = SERVICE | {"ServiceName": ABROAD["ServiceName"], "ServiceRegion": REGION, "Owner": "444455556666"}
    files = written({"VpcEndpoints": [ABROAD]}, {"ServiceDetails": [here, THERE]})
    done = warden("explain", "endpoint-policy", *files, "--region", REGION)
    assert done.exit_code == Code.OPEN
    assert "resources in kms" in " ".join(done.stdout.split())
    assert "it read: DescribeVpcEndpoints, DescribeVpcEndpointServices.\n" in done.stdout


def test_files_without_that_region_say_how_to_ask_for_it(warden: Run, written: Written) -> None:
    """The command goes to the endpoint's region, and names the service's."""
    done = warden("explain", "endpoint-policy", *written({"VpcEndpoints": [ABROAD]}), "--region", REGION)
    assert done.exit_code == Code.NOT_LOOKED
    said = " ".join(done.stdout.split())
    assert f"--service-names {ABROAD['ServiceName']} --service-regions eu-west-1 > FILE" in said


def test_why_a_rule_does_not_speak_of_it(warden: Run, written: Written) -> None:
    """The reason is that of the page, and costs no read of the service."""
    done = warden("explain", "multi-az", *written({"VpcEndpoints": [ENDPOINT | {"VpcEndpointType": "Gateway"}]}))
    assert done.exit_code == Code.OK
    assert "    NOT_APPLICABLE" in done.stdout
    assert "In the files it read: DescribeVpcEndpoints.\n" in done.stdout


@pytest.mark.parametrize(
    ("rule", "facts", "code"),
    [
        pytest.param("required-tags", {}, Code.OPEN, id="it has no tags"),
        pytest.param("required-tags", {"Tags": [{"Key": "Owner", "Value": "a"}]}, Code.OK, id="it has"),
        pytest.param("stuck", {"State": "failed"}, Code.OPEN, id="it failed"),
        pytest.param("stuck", {"State": "pending"}, Code.OPEN, id="it is pending"),
        pytest.param("stuck", {}, Code.OK, id="it works"),
    ],
)
def test_a_rule_that_takes_nothing_of_the_service_needs_the_endpoints_alone(
    warden: Run, written: Written, tmp_path: Path, rule: str, facts: dict[str, Any], code: Code
) -> None:
    """One file answers."""
    path = tmp_path / "standard.toml"
    path.write_text('[rules.required-tags]\ntags = ["Owner"]\n', encoding="utf-8")
    done = warden("explain", rule, *written({"VpcEndpoints": [ENDPOINT | facts]}), "--standard", str(path))
    assert done.exit_code == code
    assert "It reads, where the verdict hangs on it: nothing but the endpoint.\n" in done.stdout
    assert "In the files it read: DescribeVpcEndpoints.\n" in done.stdout


@pytest.mark.parametrize(
    ("rule", "told", "missing", "command"),
    [
        ("multi-az", {}, "DescribeVpcEndpointServices", f"describe-vpc-endpoint-services --service-names {KMS} "),
        (
            "multi-az",
            {"ServiceDetails": [SERVICE]},
            "DescribeSubnets",
            f"describe-subnets --filters Name=vpc-id,Values={VPC} ",
        ),
        (
            "multi-az",
            {"ServiceDetails": [SERVICE], "Subnets": [ELSEWHERE]},
            "DescribeSubnets",
            f"describe-subnets --filters Name=vpc-id,Values={VPC} ",
        ),
        (
            "security-group",
            {"ServiceDetails": [SERVICE]},
            "DescribeSecurityGroups",
            "describe-security-groups --filters Name=group-id,Values=sg-1 ",
        ),
    ],
)
def test_what_files_lack_is_never_guessed(
    warden: Run, written: Written, rule: str, told: dict[str, Any], missing: str, command: str
) -> None:
    """It cannot tell, exit code 2, and the command that writes what is missing."""
    done = warden("explain", rule, *written({"VpcEndpoints": [ENDPOINT], **told}))
    assert done.exit_code == Code.NOT_LOOKED
    assert f"    CAN'T TELL  {missing} is asked for, and the files do not hold it\n" in done.stdout
    assert f"`aws ec2 {command}> FILE`" in done.stdout
    assert missing not in done.stdout.splitlines()[-1], "what was not told was not read"


def test_a_rule_that_is_off_is_asked_all_the_same(warden: Run, written: Written, tmp_path: Path) -> None:
    """And it is said that nobody else is told."""
    path = tmp_path / "standard.toml"
    path.write_text(OFF, encoding="utf-8")
    files = written({"VpcEndpoints": [ENDPOINT], "ServiceDetails": [SERVICE], "Subnets": SUBNETS})
    done = warden("explain", "multi-az", *files, "--standard", str(path))
    assert done.exit_code == Code.OPEN
    assert "    BREACH  too-few-zones, high\n" in done.stdout
    assert "    The standard has this rule off: nobody else is told so.\n" in done.stdout


def test_other_rules_keep_their_modes(warden: Run, written: Written) -> None:
    """Full access is told by endpoint-policy, so that identity-perimeter says what it would say in a scan."""
    done = warden("explain", "identity-perimeter", *written({"VpcEndpoints": [ENDPOINT], "ServiceDetails": [SERVICE]}))
    assert done.exit_code == Code.OK
    assert "The policy is full access, which the rule endpoint-policy tells." in done.stdout


def test_what_is_never_written_is_said(warden: Run, written: Written) -> None:
    """Why the fix is held back stands before it, and the template's patch in place of a command."""
    tags = {"aws:cloudformation:stack-name": "network", "aws:cloudformation:logical-id": "KmsEndpoint"}
    stack = [{"Key": key, "Value": value} for key, value in tags.items()]
    tree = {"VpcEndpoints": [ENDPOINT | {"Tags": stack}], "ServiceDetails": [SERVICE], "Subnets": SUBNETS}
    done = warden("explain", "multi-az", *written(tree))
    assert "Held back: CloudFormation manages the endpoint (stack network): change its template." in done.stdout
    assert "modify-vpc-endpoint" not in done.stdout
    assert f'              SubnetIds:\n                - "{A.id}"\n                - "{B.id}"\n' in done.stdout


@pytest.mark.parametrize("coded", [True, False])
def test_what_has_no_fix_is_told_where_it_is_managed(
    warden: Run, written: Written, tmp_path: Path, *, coded: bool
) -> None:
    """By the template's patch, or else by the command."""
    path = tmp_path / "standard.toml"
    path.write_text('[rules.required-tags]\ntags = ["Owner"]\n', encoding="utf-8")
    tags = {"aws:cloudformation:stack-name": "network", "aws:cloudformation:logical-id": "KmsEndpoint"} if coded else {}
    told = [{"Key": key, "Value": value} for key, value in tags.items()]
    tree = {"VpcEndpoints": [ENDPOINT | {"Tags": told}], "ServiceDetails": [SERVICE]}
    done = warden("explain", "required-tags", *written(tree), "--standard", str(path))
    assert done.exit_code == Code.OPEN
    assert ("aws ec2 create-tags" in done.stdout) is not coded
    assert ('- Key: "Owner"\n' in done.stdout) is coded
    assert ("      In the code that manages it:\n        # template of stack network\n" in done.stdout) is coded


@pytest.mark.parametrize(
    ("trees", "says"),
    [
        (("{",), "0.json is no JSON"),
        (("[]",), "0.json is no answer of AWS"),
        (({"Subnets": []},), "no endpoint is in "),
        (({"VpcEndpoints": [{}]},), "no endpoint is in "),
        (({"VpcEndpoints": []},), "no endpoint is in "),
        (({"VpcEndpoints": [{"VpcEndpointId": KEY.id}]},), "the files do not tell of one account's endpoints"),
        (
            ({"VpcEndpoints": [ENDPOINT]}, {"VpcEndpoints": [ENDPOINT | {"OwnerId": "444455556666"}]}),
            "the files do not tell of one account's endpoints",
        ),
        (
            ({"VpcEndpoints": [ENDPOINT | {"ServiceRegion": "eu-west-1"}]},),
            "the files do not tell of which region they are",
        ),
        (({"VpcEndpoints": [ENDPOINT]}, {"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}), "the files say two things of VpcId"),
        (
            (
                {
                    "VpcEndpoints": [ENDPOINT],
                    "ServiceDetails": [SERVICE],
                    "Subnets": [{"VpcId": VPC, "State": "available"}],
                },
            ),
            "something in the files has no 'SubnetId', which AWS always tells",
        ),
    ],
)
def test_files_that_do_not_fit_give_2(warden: Run, written: Written, trees: tuple[Any, ...], says: str) -> None:
    """With what is wrong, and no traceback."""
    done = warden("explain", "multi-az", *written(*trees))
    assert done.exit_code == Code.NOT_LOOKED
    assert says in done.stderr


def dns(*names: str, start: str = "") -> dict[str, Any]:
    """As AWS writes them: the zone in a name is the endpoint's, the region behind it the service's."""
    return {"DnsEntries": [{"DnsName": f"{start}{KEY.id}-abcdefgh{name}.vpce.amazonaws.com"} for name in names]}


HERE = {"ServiceRegion": REGION}
GATEWAY = {"VpcEndpointType": "Gateway", "ServiceName": f"com.amazonaws.{REGION}.s3"}


@pytest.mark.parametrize(
    ("tree", "region"),
    [
        pytest.param({"VpcEndpoints": [ENDPOINT]}, REGION, id="a service of no other region"),
        pytest.param({"VpcEndpoints": [ENDPOINT | HERE]}, "", id="a service of the endpoint's region, or of another"),
        pytest.param({"VpcEndpoints": [ABROAD, ENDPOINT]}, REGION, id="the other one tells"),
        pytest.param({"VpcEndpoints": [ENDPOINT | HERE | dns(f"-{REGION}a.kms.{REGION}")]}, REGION, id="zone"),
        pytest.param({"VpcEndpoints": [ABROAD | dns(f"-{REGION}a.s3.x", start="*.")]}, REGION, id="zone of S3"),
        pytest.param({"VpcEndpoints": [ABROAD | dns(f"-{REGION}b.kms.eu-west-1")]}, REGION, id="zone, service abroad"),
        pytest.param({"VpcEndpoints": [ABROAD | dns(".kms.eu-west-1")]}, "", id="the service's region only"),
        pytest.param({"VpcEndpoints": [ENDPOINT | HERE | dns(f".kms.{REGION}")]}, "", id="the same, and not abroad"),
        pytest.param({"VpcEndpoints": [ABROAD | dns("-us-west-2-lax-1a.x.eu-west-1")]}, "us-west-2", id="local zone"),
        pytest.param({"VpcEndpoints": [ABROAD | dns("-us-gov-east-1a.x.eu-west-1")]}, "us-gov-east-1", id="GovCloud"),
        pytest.param({"VpcEndpoints": [ABROAD | dns("-eusc-de-east-1a.x.y")]}, "eusc-de-east-1", id="European cloud"),
        pytest.param({"VpcEndpoints": [ENDPOINT | GATEWAY | HERE]}, REGION, id="gateways cross no regions"),
        pytest.param({"VpcEndpoints": [ABROAD], "Subnets": SUBNETS}, REGION, id="subnets"),
        pytest.param({"VpcEndpoints": [ABROAD], "Subnets": [ELSEWHERE]}, "", id="another VPC's subnet"),
        pytest.param({"VpcEndpoints": [ENDPOINT | dns("-eu-west-1a.kms.eu-west-1")]}, "eu-west-1", id="zones count"),
        pytest.param({"VpcEndpoints": [ENDPOINT | {"ServiceName": "com.amazonaws.iam"}]}, "", id="a global service"),
        pytest.param({"VpcEndpoints": [ENDPOINT | {"ServiceName": 3, "DnsEntries": 3}], "Subnets": {}}, "", id="odd"),
        pytest.param({"VpcEndpoints": [ABROAD | {"DnsEntries": [3, {"DnsName": None}]}]}, "", id="odd entries"),
    ],
)
def test_the_region_is_that_of_the_files_where_it_is_certain(tree: dict[str, Any], region: str) -> None:
    """Where it is not, they say so, and --region has to."""
    if region:
        assert region_of(tree, None) == region
    else:
        with pytest.raises(CouldNotLook, match="do not tell of which region they are") as raised:
            region_of(tree, None)
        assert raised.value.do.startswith("Say it with --region REGION")
        assert region_of(tree, "eu-south-2") == "eu-south-2"


def test_files_of_several_regions_are_not_one_account(warden: Run, written: Written) -> None:
    """Both are named."""
    files = written({"VpcEndpoints": [ENDPOINT, ENDPOINT | {"ServiceName": "com.amazonaws.eu-west-1.kms"}]})
    done = warden("explain", "required-tags", *files)
    assert done.exit_code == Code.NOT_LOOKED
    assert f"the files are of several regions: eu-west-1, {REGION}" in done.stderr


def test_another_region_than_the_files_is_refused(warden: Run, written: Written) -> None:
    """Where it is certain: every service would look as though it were abroad."""
    files = written({"VpcEndpoints": [ABROAD], "Subnets": SUBNETS})
    done = warden("explain", "required-tags", *files, "--region", "eu-west-1")
    assert done.exit_code == Code.NOT_LOOKED
    assert f"--region is eu-west-1, and the files are of {REGION}" in done.stderr
    done = warden("explain", "required-tags", *files, "--region", REGION)
    assert done.exit_code == Code.OK


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"VpcId": 3}, ".VpcId in the files is 3, where AWS writes text"),
        (
            {"PolicyDocument": {"Statement": []}},
            '.PolicyDocument in the files is {"Statement": []}, where AWS writes text',
        ),
        ({"SubnetIds": "subnet-1"}, '.SubnetIds in the files is "subnet-1", where AWS writes a list'),
        ({"SubnetIds": ["subnet-1", None]}, ".SubnetIds[1] in the files is null, where AWS writes text"),
        ({"Tags": {"Owner": "ann"}}, '.Tags in the files is {"Owner": "ann"}, where AWS writes a list'),
        ({"Groups": ["sg-1"]}, '.Groups[0] in the files is "sg-1", where AWS writes an object'),
        ({"PrivateDnsEnabled": "true"}, '.PrivateDnsEnabled in the files is "true", where AWS writes true or false'),
        ({"CreationTimestamp": "soon"}, '.CreationTimestamp in the files is "soon", where AWS writes a time such'),
        ({"CreationTimestamp": True}, ".CreationTimestamp in the files is true, where AWS writes a time such"),
        ({"ServiceName": ["x" * 99]}, f'.ServiceName in the files is ["{"x" * 58}..., where AWS writes text'),
    ],
)
def test_what_aws_would_not_write_is_named(warden: Run, written: Written, facts: dict[str, Any], says: str) -> None:
    """Files are written by hand, too: where it stands, what is there, and what AWS writes; and no traceback."""
    files = written({"VpcEndpoints": [ENDPOINT, ENDPOINT | facts], "ServiceDetails": [SERVICE]})
    done = warden("explain", "required-tags", *files, "--region", REGION)
    assert done.exit_code == Code.NOT_LOOKED
    assert f"VpcEndpoints[1]{says}" in done.stderr


@pytest.mark.parametrize("made", ["2025-01-01T00:00:00.000Z", "2025-01-01", 1735689600, 1735689600.5])
def test_times_are_read_in_every_spelling_of_the_cli(warden: Run, written: Written, made: float | str) -> None:
    """Services with other protocols than EC2's have numbers; and what is newer than the model stays as it is."""
    tree = {"VpcEndpoints": [ENDPOINT | {"CreationTimestamp": made, "Newer": 3}], "ServiceDetails": [SERVICE]}
    done = warden("explain", "required-tags", *written(tree))
    assert done.exit_code == Code.OK
    assert "    NOT_APPLICABLE\n" in done.stdout, "and no space at the end where there is no code"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("multi-az", "--endpoint", "eni-1"), "'eni-1' is no endpoint's id"),
        (("multi-az", "--file", "x.json", "--profile", "prod"), "--file asks nobody"),
        (("--endpoint", KEY.id), "no rule is named"),
        (("multi-az", "--file", "missing.json"), "missing.json cannot be read"),
    ],
)
def test_options_that_do_not_fit_give_2(warden: Run, words: tuple[str, ...], says: str) -> None:
    """Before anything is asked of AWS."""
    done = warden("explain", *words)
    assert done.exit_code == Code.NOT_LOOKED
    assert says in done.stderr


def test_an_endpoint_that_is_not_there_gives_2(warden: Run, written: Written) -> None:
    """In files as in an account; which region or profile is asked has nothing to do with files."""
    done = warden("explain", "multi-az", *written({"VpcEndpoints": [ENDPOINT]}), "--endpoint", "vpce-0fedcba9876543210")
    assert done.exit_code == Code.NOT_LOOKED
    assert "there is no endpoint vpce-0fedcba9876543210 in the files" in done.stderr
    assert "leave --endpoint out" in done.stderr
    assert "--region" not in done.stderr


ZONE = {"HostedZoneId": "Z1", "Name": f"kms.{REGION}.amazonaws.com", "Owner": {"OwningService": "vpce.amazonaws.com"}}


@pytest.mark.parametrize(
    ("attribute", "known"), [("enableDnsSupport", True), ("enableDnsHostnames", False)], ids=["held", "not held"]
)
def test_an_attribute_is_told_only_if_the_files_hold_it(written: Written, attribute: Any, *, known: bool) -> None:
    """One of the two says nothing of the other, and that of one VPC nothing of another."""
    files = written({"VpcEndpoints": [ENDPOINT]}, {"VpcId": VPC, "EnableDnsSupport": {"Value": True}})
    account = account_of([Path(word) for word in files[1::2]], None)
    ec2 = account.session.client("ec2", **account.how)
    if known:
        assert ec2.describe_vpc_attribute(VpcId=VPC, Attribute=attribute)["EnableDnsSupport"]["Value"]
    else:
        with pytest.raises(NotInFiles):
            ec2.describe_vpc_attribute(VpcId=VPC, Attribute=attribute)
    with pytest.raises(NotInFiles, match="cannot be told from files"):
        ec2.describe_vpc_attribute(VpcId="vpc-9", Attribute=attribute)


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        pytest.param({"HostedZoneSummaries": [ZONE], "MaxItems": "100"}, Code.OPEN, "zone-in-the-way, low", id="there"),
        pytest.param({"HostedZoneSummaries": []}, Code.OPEN, "off-though-wanted, medium", id="none"),
        pytest.param(
            {},
            Code.NOT_LOOKED,
            f"`aws route53 list-hosted-zones-by-vpc --vpc-id {VPC} --vpc-region {REGION} > FILE`",
            id="not held",
        ),
    ],
)
def test_hosted_zones_are_told_if_the_files_hold_them(
    warden: Run, written: Written, more: dict[str, Any], code: Code, says: str
) -> None:
    """Else the command that writes them is."""
    name = {"PrivateDnsNames": [{"PrivateDnsName": ZONE["Name"]}], "PrivateDnsNameVerificationState": "verified"}
    here = ENDPOINT | {"PrivateDnsEnabled": False}
    dns = {"VpcId": VPC, "EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
    held = {"VpcEndpoints": [here], "ServiceDetails": [SERVICE | name], **dns}
    done = warden("explain", "private-dns", *written(held, more))
    assert done.exit_code == code
    assert says in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("vpcs", "asked"),
    [
        pytest.param((VPC,), "vpc-9", id="another VPC"),
        pytest.param((VPC, "vpc-9"), VPC, id="one of two"),
    ],
)
def test_of_which_vpc_hosted_zones_are_is_not_guessed(written: Written, vpcs: tuple[str, ...], asked: str) -> None:
    """Route 53's answer does not name the VPC that it was asked of: files with one alone can be of no other."""
    endpoints = [ENDPOINT | {"VpcId": vpc, "VpcEndpointId": f"vpce-{vpc}"} for vpc in vpcs]
    files = written({"VpcEndpoints": endpoints, "HostedZoneSummaries": [ZONE], "MaxItems": "100"})
    route53 = account_of([Path(word) for word in files[1::2]], REGION).session.client("route53")
    with pytest.raises(NotInFiles, match="cannot be told from files"):
        route53.list_hosted_zones_by_vpc(VPCId=asked, VPCRegion=REGION)


def test_an_empty_list_is_an_answer(warden: Run, written: Written) -> None:
    """AWS wrote it so: there is none."""
    tree = {"VpcEndpoints": [ENDPOINT | {"SubnetIds": []}], "ServiceDetails": [SERVICE], "Subnets": []}
    done = warden("explain", "multi-az", *written(tree))
    assert done.exit_code == Code.OPEN
    assert "no fitting subnet of the VPC is to be seen" in done.stdout


def test_lists_of_several_files_are_one() -> None:
    """What stands in two of them stands in it once."""
    assert merged([{"Subnets": [1, 2]}, {"Subnets": [2, 3]}, {"VpcId": "a"}, {"VpcId": "a"}]) == {
        "Subnets": [1, 2, 3],
        "VpcId": "a",
    }


def test_an_account_is_asked_and_named(warden: Run, written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    """By id, and what was read there stands at the end; moto, which knows no filter by id, is left out."""
    tree = {"VpcEndpoints": [ENDPOINT], "ServiceDetails": [SERVICE], "Subnets": SUBNETS}
    account = account_of([Path(word) for word in written(tree)[1::2]], None)
    monkeypatch.setattr("cli.asked.connect", lambda *_: account)
    done = warden("explain", "multi-az", "--endpoint", KEY.id)
    assert done.exit_code == Code.OPEN
    assert done.stdout.endswith(
        f"    In account {ACCOUNT} it read: DescribeVpcEndpoints, DescribeVpcEndpointServices, DescribeSubnets.\n"
    )


@pytest.mark.usefixtures("account")
def test_reads_are_what_aws_answered() -> None:
    """Each by its name, counted where it was made several times."""
    session, reads = boto3.Session(region_name=REGION), Reads()
    session.events.register("after-call", reads)
    ec2 = session.client("ec2")
    for call in (ec2.describe_vpcs, ec2.describe_subnets, ec2.describe_vpcs):
        call()
    assert str(reads) == "DescribeVpcs (2 times), DescribeSubnets"


def test_the_worst_of_several_endpoints_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is shown; one that AWS does not know ends it."""
    good = endpoint(subnet_ids=(A.id, B.id))
    bad = endpoint(key=replace(KEY, id="vpce-0fedcba9876543210"))
    cloud = FakeCloud.of(good, bad)
    assert told(Screen(), multi_az, standard(), cloud, ()) is Code.OPEN
    assert told(Screen(), multi_az, standard(), cloud, (KEY.id,)) is Code.OK
    assert capsys.readouterr().out.count(f"It says of {KEY.id} ") == 2
    with pytest.raises(CouldNotLook, match="no endpoint vpce-0aaaaaaaaaaaaaaaa in the account and region") as refused:
        told(Screen(), multi_az, standard(), cloud, (KEY.id, "vpce-0aaaaaaaaaaaaaaaa"))
    assert "--region" in refused.value.do
