"""`warden review`: endpoints by cost and use, what could be saved, and never a figure that is not known."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import boto3
import pytest
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from typer.testing import Result

from builders import ACCOUNT, NOW, OFF, REGION, VPC, A, B, C, endpoint, standard
from cli import review_json, review_view
from cli.exits import Code
from cli.reviewed import Review, review_of
from cli.scanned import Scan
from cli.scanning import look
from cli.screen import Screen
from fakes import FakeCloud
from warden.model import Endpoint, EndpointKey, Mode
from warden.neighbours import Interface, Vpc
from warden.prices import GB
from warden.review.reviewed import ON_USE, asking

Run: TypeAlias = Callable[..., Result]
Make: TypeAlias = Callable[..., str]

MOTO = "123456789012"


def numbered(number: int, region: str = REGION, **facts: Any) -> Endpoint:
    return endpoint(key=EndpointKey(ACCOUNT, region, f"vpce-{number:017x}"), **facts)


def reviewed(*endpoints: Endpoint, toml: str = OFF, **facts: Any) -> Review:
    """A review of these, judged by the rules on use alone, which the standard has off."""
    seen = tuple(look(FakeCloud.of(*endpoints, **facts), asking(standard(toml)), NOW, lambda _: None))
    return review_of(Scan(ACCOUNT, (REGION,), "a standard", NOW, seen), 30)


def test_the_rules_on_use_are_asked_whatever_their_mode() -> None:
    """With the settings of the standard; no other rule is switched on."""
    asked = asking(standard(OFF.replace("[rules.unused]\n", "[rules.unused]\ndays = 7\n")))
    assert {rule for rule in asked.rules if asked.mode_of(rule) is not Mode.OFF} == ON_USE
    assert {"unused", "underused", "zones-beyond-need"} == ON_USE
    assert asked.rules["unused"].values["days"] == 7


def test_the_dearest_stands_first_and_what_is_not_known_last() -> None:
    """By all that it costs a month: its hours in each zone and its GBs."""
    found = reviewed(
        numbered(1, "xx-nowhere-1"),
        numbered(2, subnet_ids=(B.id,)),
        numbered(3, subnet_ids=(A.id, B.id, C.id)),
        numbered(4, type_name="Gateway", subnet_ids=()),
        known_bytes={B.id: 100 * GB},
    )
    assert [(one.seen.endpoint.key.id[-1], one.cost) for one in found.endpoints] == [
        ("3", pytest.approx(21.9 + 100 * 0.01 * 730 / 720)),
        ("2", pytest.approx(7.3 + 100 * 0.01 * 730 / 720)),
        ("4", 0),
        ("1", None),
    ]
    assert found.total.unknown == 1
    assert found.total.cost == pytest.approx(29.2 + 2 * 730 / 720)


@pytest.mark.parametrize(
    ("facts", "moved", "saving"),
    [
        pytest.param({}, {}, 21.9, id="all of one that is idle"),
        pytest.param({"subnet_ids": (A.id,)}, {A.id: 100 * GB}, 0, id="nothing of one that is used"),
        pytest.param({}, {A.id: 100 * GB, B.id: GB}, 7.3, id="a zone for nobody"),
        pytest.param({"subnet_ids": (A.id,)}, {A.id: 1}, 0, id="what replaces an underused one costs something, too"),
        pytest.param({"created": NOW}, {}, 0, id="nothing of one that is young"),
        pytest.param({"requester_managed": True}, {}, 0, id="nothing of an AWS service's own"),
    ],
)
def test_what_could_be_saved(facts: dict[str, Any], moved: dict[str, int], saving: float) -> None:
    """By the findings, each zone once."""
    here = numbered(1, **{"subnet_ids": (A.id, B.id, C.id)} | facts)
    known: dict[str, Any] = {
        "known_vpcs": (Vpc(VPC, (), ACCOUNT),),
        "known_interfaces": (Interface("eni-1", A.id, f"{REGION}a"),),
    }
    found = reviewed(here, **known, known_bytes=moved)
    assert found.total.saving == pytest.approx(saving)


def test_two_rules_on_one_zone_save_it_once() -> None:
    """`unused`, asked for each zone, and `zones-beyond-need` mean the same money."""
    here = numbered(1, subnet_ids=(A.id, B.id, C.id))
    toml = OFF.replace("[rules.unused]\n", "[rules.unused]\neach_zone = true\n")
    found = reviewed(here, toml=toml, known_bytes={A.id: 100 * GB, B.id: GB}, known_vpcs=(Vpc(VPC, (), ACCOUNT),))
    assert sorted(one.rule for one in found.endpoints[0].open) == ["unused", "zones-beyond-need"]
    assert found.total.saving == pytest.approx(7.3)


def test_a_use_that_is_not_known_is_no_use_of_zero() -> None:
    """With the reason, for people and programs."""
    found = reviewed(numbered(1, service_region="eu-west-1"), numbered(2, subnet_ids=(B.id,)))
    told = {one["endpoint"]["id"][-1]: one for one in review_json.of(found)["endpoints"]}
    assert told["1"]["use"] is None
    assert "cross-region" in told["1"]["why_no_use"]
    assert told["1"]["usd_per_month"] == {"hours": 7.3, "data": None, "saving": 0}
    assert told["2"]["use"] is not None
    assert told["2"]["use"]["bytes"] == 0
    assert told["2"]["why_no_use"] == ""


def test_the_summary() -> None:
    """What there is, what it costs, what could be saved, and of how many the price is not known."""
    found = reviewed(numbered(1, "xx-nowhere-1"), numbered(2))
    assert review_view.summary(found).startswith(
        f"2 endpoints in account {ACCOUNT}, {REGION}: 7.30 USD a month, besides 1 whose price is not known. "
        "7.30 USD a month could be saved. Verdicts: "
    )
    assert review_view.summary(reviewed()) == f"Account {ACCOUNT} has no endpoint in {REGION}."


@pytest.mark.parametrize(
    ("moved", "code"), [pytest.param({}, Code.OPEN, id="idle"), pytest.param({A.id: 100 * GB}, Code.OK, id="used")]
)
def test_exit_codes(moved: dict[str, int], code: Code) -> None:
    """As a scan's, the rules on use counted in."""
    assert reviewed(numbered(1), known_bytes=moved).scan.code is code


@pytest.fixture
def old(interface: Make) -> str:
    """An endpoint in two zones, of ninety days ago."""
    made = interface(zones=2)
    point = ec2_backends[MOTO][REGION].vpc_end_points[made]
    point.creation_timestamp = utcnow() - timedelta(days=90)
    return made


@pytest.fixture
def young(interface: Make) -> str:
    """An endpoint that was just made."""
    return interface()


def test_in_a_pipe_a_line_for_each_endpoint(warden: Run, telling: str, old: str) -> None:
    """CloudWatch is asked with the same credentials; an endpoint without data points is told as unused."""
    done = warden("review", "--standard", telling)
    assert done.exit_code == Code.OPEN
    (row,) = (line.split("\t") for line in done.stdout.splitlines())
    assert (row[0], row[1], row[2], row[3]) == (REGION, old, "Interface", "kms")
    assert row[5:] == ["2", "14.60", "0", "14.60", "BREACH:unused"]
    assert "14.60 USD a month could be saved." in done.stderr


def test_traffic_is_found_in_cloudwatch(warden: Run, telling: str, old: str, vpc: str) -> None:
    """By exactly the dimensions that AWS writes."""
    names = {
        "Endpoint Type": "Interface",
        "Service Name": f"com.amazonaws.{REGION}.kms",
        "VPC Endpoint Id": old,
        "VPC Id": vpc,
    }
    point = {
        "MetricName": "BytesProcessed",
        "Dimensions": [{"Name": name, "Value": value} for name, value in names.items()],
        "Value": 100.0 * GB,
        "Timestamp": utcnow() - timedelta(hours=1),
    }
    cloudwatch: Any = boto3.client("cloudwatch", region_name=REGION)
    cloudwatch.put_metric_data(Namespace="AWS/PrivateLinkEndpoints", MetricData=[point])
    done = warden("review", "--standard", telling, "--format", "json")
    assert done.exit_code == Code.OK
    told = json.loads(done.stdout)
    assert told["schema"] == "endpoint-warden/review/1"
    assert told["total"]["saving"] == 0
    assert told["endpoints"][0]["use"]["bytes"] == 100 * GB
    assert {finding["rule"] for finding in told["endpoints"][0]["findings"]} >= ON_USE


@pytest.mark.parametrize(
    ("made", "code"),
    [pytest.param("old", Code.OPEN, id="idle"), pytest.param("young", Code.OK, id="too young to tell")],
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_standard_with_every_rule_off_will_do(
    warden: Run, tmp_path: Path, request: pytest.FixtureRequest, made: str, code: Code, form: str
) -> None:
    """The rules on use are asked all the same; that no other rule was is said, and is not taken for compliance."""
    path = tmp_path / "off.toml"
    path.write_text(OFF, encoding="utf-8")
    endpoint_id = request.getfixturevalue(made)
    done = warden("review", "--standard", str(path), "--format", form)
    assert (done.exit_code, endpoint_id in done.stdout) == (code, True)
    words = f"Every rule of endpoints is off in {path}: only the rules on use were asked, and nothing else"
    assert words in " ".join(done.stderr.split())


def test_rules_that_are_on_need_no_such_note(warden: Run, telling: str, old: str) -> None:
    """The verdicts speak for them."""
    done = warden("review", "--standard", telling)
    assert (old in done.stdout, "is off" in done.stderr) == (True, False)


def test_a_terminal_gets_a_table_and_how_to_save(warden: Run, telling: str, old: str) -> None:
    """The commands stand with what they save; the young endpoint's use is not known."""
    done = warden("review", "--standard", telling, terminal=True)
    words = " ".join(done.stdout.split())
    assert all(title in words for title in ("Endpoint", "USD/month", "Could save", "BREACH"))
    assert f"{old} kms" in words
    assert "The endpoint moved no byte in 30 days; its 2 zones cost 14.60 USD a month." in words
    assert f"aws ec2 delete-vpc-endpoints --region {REGION} --vpc-endpoint-ids {old}" in words


def test_a_young_endpoint_has_no_use_yet(warden: Run, telling: str, interface: Make) -> None:
    """A question mark, and no zero; why, is said once for all of which it is so."""
    interface(zones=2)
    done = warden("review", "--standard", telling)
    assert done.exit_code == Code.OK
    assert done.stdout.rstrip("\n").split("\t")[5:] == ["2", "14.60", "?", "0.00", "-"]
    assert "Use not known (?) of 1 endpoint: the endpoint is younger than 30 days." in done.stderr


def test_what_code_manages_is_saved_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the patch with the finding, as of a scan; and so do people."""
    coded = numbered(1, subnet_ids=(A.id,), tags={"terraform": "yes"})
    found = reviewed(coded, numbered(2, subnet_ids=(A.id,)), toml=f'{OFF}[managed]\ntags = ["terraform"]\n')
    patches = {
        one["endpoint"]["id"]: next(finding["patch"] for finding in one["findings"] if finding["rule"] == "unused")
        for one in review_json.of(found)["endpoints"]
    }
    patch = patches.pop(coded.key.id)
    assert patch.startswith("# Terraform: take out the aws_vpc_endpoint")
    assert list(patches.values()) == [""]
    monkeypatch.setenv("FORCE_COLOR", "1")
    review_view.show(Screen(), found)
    assert capsys.readouterr().out.count("# Terraform: take out the aws_vpc_endpoint") == 1


def test_the_standard_itself_is_left_as_it_was() -> None:
    """Asking is of a copy."""
    given = standard(OFF)
    asking(given)
    assert given.mode_of("unused") is Mode.OFF
