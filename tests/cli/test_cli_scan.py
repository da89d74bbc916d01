"""`warden scan`: every endpoint judged, every verdict shown as what it is, and exit codes that never flatter."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import Result

from builders import ACCOUNT, FULL_ACCESS, NARROW, NOW, REGION, A, endpoint, standard
from cli.account import connect
from cli.exits import Code
from cli.scanned import Blind, Scan, Seen
from cli.scanning import look
from fakes import FakeCloud
from warden.errors import RetryLater
from warden.model import Endpoint, EndpointKey

Run: TypeAlias = Callable[..., Result]
Make: TypeAlias = Callable[..., str]

MOTO = "123456789012"


@pytest.mark.usefixtures("gateway")
def test_compliant_account_gives_0(warden: Run, enforcing: str, interface: Make) -> None:
    """Everything at the standard: exit code 0, and nothing listed."""
    interface(zones=2)
    done = warden("scan", "--standard", enforcing)
    assert done.exit_code == Code.OK
    assert done.stdout == ""
    assert f"2 of 2 endpoints compliant in account {MOTO}, {REGION}." in done.stderr
    assert f"Judged by {enforcing}." in done.stderr


def test_breach_gives_1_and_one_line_for_each(warden: Run, enforcing: str, interface: Make) -> None:
    """In a pipe each finding is a line with tabs, and no line is wrapped or coloured."""
    found = interface(narrow=False)
    done = warden("scan", "--standard", enforcing)
    assert done.exit_code == Code.OPEN
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [(row[1], row[2], row[3], row[5], row[6], row[7]) for row in rows] == [
        (found, "Interface", "kms", "multi-az", "BREACH", "too-few-zones"),
        (found, "Interface", "kms", "endpoint-policy", "BREACH", "full-access"),
    ]
    assert "\x1b" not in done.output


@pytest.mark.usefixtures("gateway")
def test_all_shows_what_is_compliant_and_why_a_rule_does_not_apply(warden: Run, enforcing: str) -> None:
    """With --all, PASS and NOT_APPLICABLE are shown as such, with the reason."""
    done = warden("scan", "--all", "--standard", enforcing)
    assert done.exit_code == Code.OK
    rows = [line.split("\t")[5:] for line in done.stdout.splitlines()]
    assert rows[:6] == [
        ["multi-az", "NOT_APPLICABLE", "-", "a gateway endpoint is an entry in route tables; it stands in no zone"],
        ["stuck", "PASS", "-", "-"],
        ["endpoint-policy", "PASS", "-", "-"],
        ["identity-perimeter", "PASS", "-", "-"],
        ["resource-perimeter", "PASS", "-", "-"],
        ["policy-lint", "PASS", "-", "-"],
    ]
    assert ["required-tags", "NOT_APPLICABLE", "-", "the standard demands no tags"] in rows


def test_terminal_gets_a_table_and_findings(
    warden: Run, enforcing: str, interface: Make, subnets: tuple[str, ...]
) -> None:
    """On a terminal: a table with what each rule has to tell, then what was found and would be done."""
    found = interface()
    done = warden("scan", "--standard", enforcing, terminal=True)
    assert done.exit_code == Code.OPEN
    assert all(title in done.stdout for title in ("Endpoint", "Service", "Verdicts", "BREACH"))
    assert "endpoint-policy" not in done.stdout, "what is compliant is not told"
    everything = warden("scan", "--all", "--standard", enforcing, terminal=True)
    assert "policy-breadth" not in everything.stdout, "nor is what is off, endpoint by endpoint"
    assert "Off by the standard: zone-coverage, gwlb-zone-set" in everything.stderr
    assert "Off by" not in done.stderr
    assert f"{found} kms: multi-az (too-few-zones) high" in done.stdout
    assert "The endpoint stands in 1 zone (use1-az" in done.stdout
    assert f"Would do: add {subnets[1]} (use1-az" in done.stdout


@pytest.mark.usefixtures("gateway")
def test_wide_terminal_gives_each_fact_a_column(warden: Run, enforcing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 128 columns on, type, VPC and zones have columns; an endpoint without zones has an empty one."""
    monkeypatch.setenv("COLUMNS", "150")
    done = warden("scan", "--all", "--standard", enforcing, terminal=True)
    assert all(title in done.stdout for title in ("Type", "VPC", "Zones", "Gateway"))


def test_tags_cannot_steer_the_terminal(warden: Run, enforcing: str, interface: Make) -> None:
    """A Name that looks like markup is shown as it is, and colours nothing."""
    interface(Name="[bold red]evil[/bold red]")
    done = warden("scan", "--standard", enforcing, terminal=True)
    assert "[bold red]evil[/bold red]" in done.stdout


def test_no_color_is_heeded(warden: Run, enforcing: str, interface: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR a terminal gets no colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    interface()
    assert "\x1b[31m" not in warden("scan", "--standard", enforcing, terminal=True).stdout


def test_json_tells_everything(warden: Run, enforcing: str, interface: Make) -> None:
    """JSON has its schema's name, every endpoint, every verdict, and what would mend it."""
    good, bad = interface(zones=2), interface()
    done = warden("scan", "--format", "json", "--standard", enforcing)
    assert done.exit_code == Code.OPEN
    told = json.loads(done.stdout)
    assert told["schema"] == "endpoint-warden/scan/1"
    verdicts = told["summary"].pop("verdicts")
    assert told["summary"] == {"endpoints": 2, "compliant": 1}
    assert (verdicts["BREACH"], verdicts["UNKNOWN"], verdicts["UNSUPPORTED"]) == (1, 0, 0)
    assert sum(verdicts.values()) == sum(len(item["findings"]) for item in told["endpoints"])
    by_id = {item["endpoint"]["id"]: item for item in told["endpoints"]}
    assert by_id[good]["compliant"] is True
    assert len(by_id[good]["zones"]) == 2
    fix = by_id[bad]["findings"][0]["fix"]
    assert fix["command"].startswith(f"aws ec2 modify-vpc-endpoint --region {REGION} --vpc-endpoint-id {bad} ")


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        pytest.param({"warden:hands-off": "x"}, "the tag warden:hands-off holds back every fix", id="hands off"),
        pytest.param({"terraform": "yes"}, "its tag terraform=yes says that code manages it", id="managed"),
    ],
)
def test_fix_that_is_never_made_is_told_as_held_back(
    warden: Run, telling: str, interface: Make, tags: dict[str, str], why: str
) -> None:
    """What no mode would change is not announced as if it would be, for people nor for programs."""
    path = Path(telling)
    path.write_text(path.read_text().replace("[managed]", '[managed]\ntags = ["terraform"]'))
    interface(**tags)
    shown = warden("scan", "--standard", telling, terminal=True).stdout
    assert f"Held back: {why}" in " ".join(shown.split())
    assert "Would do" not in shown
    assert ("`warden plan vpce-" in shown) is ("terraform" in tags)
    (one,) = json.loads(warden("scan", "--standard", telling, "--format", "json").stdout)["endpoints"]
    assert one["held"].startswith(why)
    assert any(finding["patch"] for finding in one["findings"]) is ("terraform" in tags)


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        pytest.param({"requester_managed": True}, "an AWS service made the endpoint for itself", id="requester"),
        pytest.param({"tags": {"aws:cloudformation:stack-name": "net"}}, "CloudFormation manages", id="CloudFormation"),
        pytest.param({}, "", id="nobody"),
    ],
)
def test_scan_sees_who_keeps_a_fix_away(facts: dict[str, Any], held: str) -> None:
    """The same gate as in a plan, as far as the endpoint shows it."""
    (one,) = _scanned(**facts).seen
    assert one.held.startswith(held)
    assert bool(one.held) is bool(held)


@pytest.mark.usefixtures("account")
def test_several_regions_are_looked_at(warden: Run) -> None:
    """--region can be given more than once."""
    told = json.loads(warden("scan", "--region", REGION, "--region", "eu-west-1", "--format", "json").stdout)
    assert told["regions"] == [REGION, "eu-west-1"]


@pytest.mark.usefixtures("account")
def test_all_stands_for_every_region_that_is_enabled() -> None:
    """`all` is asked of EC2, never read from a list that grows old."""
    found = connect(None, REGION, None).regions(["all"])
    assert {REGION, "eu-west-1"} <= set(found)
    assert found == sorted(found)


@pytest.mark.usefixtures("account")
def test_empty_account_gives_0(warden: Run, enforcing: str) -> None:
    """No endpoint is no finding, and it is said that there is none."""
    done = warden("scan", "--standard", enforcing)
    assert done.exit_code == Code.OK
    assert f"Account {MOTO} has no endpoint in {REGION}." in done.stderr


def _scanned(**facts: Any) -> Scan[Seen]:
    cloud = FakeCloud.of(endpoint(**facts))
    seen = tuple(look(cloud, standard(), NOW, lambda _: None))
    return Scan(ACCOUNT, (REGION,), "a standard", NOW, seen)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        pytest.param({"type_name": "Tunnel"}, Code.OPEN, id="a type that is not known"),
        pytest.param({"state": "pending"}, Code.OPEN, id="not ready"),
        pytest.param({"service_region": "eu-west-1"}, Code.OPEN, id="zones not known"),
        pytest.param({"policy": FULL_ACCESS}, Code.OPEN, id="a breach"),
        pytest.param({"state": "deleted"}, Code.OK, id="gone"),
        pytest.param({"type_name": "GatewayLoadBalancer", "policy": None}, Code.OK, id="no rule speaks of it"),
    ],
)
def test_what_cannot_be_judged_is_not_compliant(facts: dict[str, Any], code: Code) -> None:
    """UNKNOWN and UNSUPPORTED never give 0: nobody may read "compliant" where nobody could tell."""
    assert _scanned(subnet_ids=(A.id,) if code is Code.OPEN else (), **facts).code is code


def test_region_that_could_not_be_seen_gives_2() -> None:
    """What was not looked at counts more than what was found."""
    scan = _scanned(type_name="Tunnel")
    partly = Scan(
        scan.account, scan.regions, scan.standard, scan.at, scan.seen, (Blind("eu-west-1", "denied", "allow"),)
    )
    assert partly.code is Code.NOT_LOOKED


def test_every_page_is_judged() -> None:
    """Endpoints of all pages are judged, and progress is told for each page."""
    keys = [EndpointKey(ACCOUNT, REGION, f"vpce-{place:08x}") for place in range(5)]
    told: list[str] = []
    held: list[Endpoint] = [endpoint(key=key, policy=NARROW) for key in keys]
    seen = look(FakeCloud.of(*held), standard(), NOW, told.append)
    assert [one.judged.seen.endpoint.key for one in seen] == keys
    assert told == ["endpoints judged: 2", "endpoints judged: 4", "endpoints judged: 5"]
    assert seen[0].zones == (A.zone_id,)


class DeniedCloud(FakeCloud):
    """EC2 that answers nothing."""

    def sweep(self) -> Any:
        """Refuse."""
        raise RetryLater("UnauthorizedOperation")


def test_refused_look_is_raised() -> None:
    """A region that is refused is for the command to tell, never an empty list."""
    with pytest.raises(RetryLater, match="UnauthorizedOperation"):
        look(DeniedCloud(), standard(), NOW, lambda _: None)
