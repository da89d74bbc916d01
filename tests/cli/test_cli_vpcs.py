"""`warden vpcs`: every VPC judged as a whole, and exit codes that never flatter."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from typer.testing import Result

from builders import ACCOUNT, NOW, REGION, standard, vpc
from cli import regions
from cli.exits import Code
from cli.scanned import Blind, Scan
from cli.subject_commands import OF_VPCS
from fakes import FakeCloud
from warden.errors import RetryLater
from warden.neighbours import Vpc
from warden.vpc_watch import VPCS

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

Run: TypeAlias = Callable[..., Result]

MOTO = "123456789012"
TOML = '[rules.required-endpoints]\nmode = "notify"\ndemands = [{ tag = "Env=prod", services = ["s3", "kms"] }]\n'


@pytest.fixture
def demanding(tmp_path: Path) -> str:
    """The path of a standard that demands endpoints of tagged VPCs."""
    path = tmp_path / "demanding.toml"
    path.write_text(TOML, encoding="utf-8")
    return str(path)


@pytest.fixture
def prod(ec2: EC2Client, vpc: str, subnets: tuple[str, ...]) -> str:
    """A VPC that the demand speaks of, with two subnets."""
    assert subnets
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Env", "Value": "prod"}, {"Key": "Name", "Value": "[bold]pay"}])
    return vpc


def test_a_vpc_that_lacks_endpoints_gives_1_and_a_line(warden: Run, demanding: str, prod: str) -> None:
    """In a pipe: one line with tabs; the default VPC, without the tag, is compliant and not shown."""
    done = warden("vpcs", "--standard", demanding)
    assert done.exit_code == Code.OPEN
    (line,) = done.stdout.splitlines()
    *start, message = line.split("\t")
    assert start == [REGION, prod, "[bold]pay", "required-endpoints", "BREACH", "missing-endpoints"]
    assert message == "the VPC has no working endpoint for s3 and kms"
    assert f"1 of 2 VPCs compliant in account {MOTO}, {REGION}. Verdicts: 1 BREACH, 1 NOT_APPLICABLE." in done.stderr
    assert "Compliant VPCs are shown with --all." in done.stderr


def test_terminal_gets_the_findings_with_what_to_do(warden: Run, demanding: str, prod: str) -> None:
    """Each finding, its message and the commands; nothing in a tag steers the terminal."""
    done = warden("vpcs", "--standard", demanding, terminal=True)
    words = " ".join(done.stdout.split())
    assert f'{prod} "[bold]pay" {REGION}: required-endpoints (missing-endpoints) medium' in words
    assert "The VPC has no working endpoint for s3 and kms." in words
    assert f"aws ec2 create-vpc-endpoint --region {REGION} --vpc-id {prod} --vpc-endpoint-type Gateway" in words


def test_what_to_add_to_the_code_of_a_vpc_is_shown(warden: Run, demanding: str, prod: str, ec2: EC2Client) -> None:
    """To people on a terminal and to programs, where its own tags say that code manages it."""
    path = Path(demanding)
    path.write_text(f'{path.read_text()}[managed]\ntags = ["terraform"]\n')
    ec2.create_tags(Resources=[prod], Tags=[{"Key": "terraform", "Value": "yes"}])
    text = warden("vpcs", "--standard", demanding, terminal=True).stdout
    assert 'resource "aws_vpc_endpoint" "s3" {' in text
    told = json.loads(warden("vpcs", "--standard", demanding, "--format", "json").stdout)
    (patch,) = [finding["patch"] for one in told["vpcs"] if one["id"] == prod for finding in one["findings"]]
    assert patch.startswith("# Terraform: add\nresource ")
    assert patch.count("# Terraform: add\n") == 2


@pytest.mark.usefixtures("account")
def test_all_shows_what_is_compliant(warden: Run, demanding: str) -> None:
    """With --all, why a rule does not apply is told too, and the exit code is 0."""
    done = warden("vpcs", "--all", "--standard", demanding)
    assert done.exit_code == Code.OK
    assert "NOT_APPLICABLE\t-\tthe standard demands no endpoints of a VPC with these tags" in done.stdout


@pytest.mark.parametrize(
    ("more", "code"),
    [pytest.param("", Code.OPEN, id="UNKNOWN"), pytest.param(', hub_account = "222233334444"', Code.OK, id="on trust")],
)
def test_a_hub_of_another_account_can_be_taken_on_trust(
    warden: Run, tmp_path: Path, prod: str, more: str, code: Code
) -> None:
    """Or whoever has one never gets 0; --all says whose word it is."""
    path = tmp_path / "hub.toml"
    demand = f'{{ tag = "Env=prod", services = ["kms"], hub = "vpc-0aaaaaaaaaaaaaaa1"{more} }}'
    path.write_text(f'[rules.required-endpoints]\nmode = "notify"\ndemands = [{demand}]\n', encoding="utf-8")
    done = warden("vpcs", "--all", "--standard", str(path))
    assert done.exit_code == code
    (line,) = (one for one in done.stdout.splitlines() if prod in one)
    assert ("NOT_APPLICABLE\t-\tkms: not seen here" in line) is (code is Code.OK), line


def test_json_tells_everything(warden: Run, demanding: str, prod: str) -> None:
    """Every VPC, every verdict, and the evidence."""
    done = warden("vpcs", "--format", "json", "--standard", demanding)
    told = json.loads(done.stdout)
    assert told["schema"] == "endpoint-warden/vpcs/1"
    assert (told["summary"]["vpcs"], told["summary"]["compliant"]) == (2, 1)
    (found,) = (one for one in told["vpcs"] if one["id"] == prod)
    assert (found["owner"], found["cidrs"], found["endpoints"]) == (MOTO, ["10.0.0.0/16"], 0)
    assert found["findings"][0]["evidence"]["missing"] == ["s3", "kms"]
    assert found["findings"][0]["fix"] is None
    assert [link["title"] for link in found["links"]] == ["VPC", "Who changed it"]


def test_no_rule_of_vpcs_on_gives_2(warden: Run, enforcing: str) -> None:
    """Nothing judged must not look like compliance, whatever the rules of endpoints are."""
    done = warden("vpcs", "--standard", enforcing)
    assert done.exit_code == Code.NOT_LOOKED
    assert f"every rule of VPCs is off in {enforcing}" in " ".join(done.stderr.split())


def test_a_standard_of_vpcs_alone_will_do(warden: Run, tmp_path: Path, prod: str) -> None:
    """The rules of endpoints may be off."""
    path = tmp_path / "vpcs.toml"
    modes = "".join(f'[rules.{one}]\nmode = "off"\n' for one in ("multi-az", "endpoint-policy"))
    path.write_text(TOML + modes, encoding="utf-8")
    assert prod in warden("vpcs", "--standard", str(path)).stdout


def test_a_region_that_cannot_be_read_gives_2(warden: Run, demanding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with what AWS said; what was seen elsewhere does not make up for it."""
    monkeypatch.setattr(regions, "connect", lambda *_: Nobody())
    done = warden("vpcs", "--standard", demanding)
    assert done.exit_code == Code.NOT_LOOKED
    assert f"{REGION} could not be looked at" in done.stderr
    assert "has no VPC" in done.stderr
    assert "that could be seen" in done.stderr


class Denied(FakeCloud):
    """EC2 that lists no VPCs."""

    def every_vpc(self) -> tuple[Vpc, ...]:
        """Refuse."""
        raise RetryLater("UnauthorizedOperation: DescribeVpcs")


class Nobody:
    """An account in one region that shows nothing."""

    id = ACCOUNT
    ec2 = Denied()

    def regions(self, wanted: object) -> list[str]:
        """The one region."""
        assert not wanted
        return [REGION]

    def elsewhere(self, region: str) -> Nobody:
        """The same again."""
        assert region == REGION
        return self


@pytest.mark.parametrize(
    ("owner", "code"),
    [
        pytest.param("444455556666", Code.OPEN, id="UNKNOWN"),
        pytest.param(ACCOUNT, Code.OK, id="nothing demanded of it"),
    ],
)
def test_what_cannot_be_judged_is_not_compliant(owner: str, code: Code) -> None:
    """A shared VPC never gives 0, and a region that was not seen outweighs all."""
    seen = VPCS.observe(FakeCloud(known_vpcs=(vpc(owner=owner),)), standard(TOML), NOW)
    scan = Scan(ACCOUNT, (REGION,), "a standard", NOW, tuple(seen))
    assert scan.code is code
    blind = Scan(ACCOUNT, (REGION,) * 5, "a standard", NOW, tuple(seen), (Blind("eu-west-1", "denied", "allow"),))
    assert blind.code is Code.NOT_LOOKED
    assert "5 regions" in OF_VPCS.view.summary(blind)
