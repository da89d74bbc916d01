"""`warden services`: every endpoint service of our own judged, nobody else's, with the exit codes of `warden scan`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import boto3
import pytest
from typer.testing import Result

from builders import ACCOUNT, NOW, OFF, REGION, owned, standard
from cli.exits import Code
from cli.scanned import Blind, Scan
from cli.screen import Screen
from cli.subject_commands import OF_SERVICES
from fakes import FakeServices
from stubs import with_consumers
from warden.errors import RetryLater
from warden.rules import SERVICE_RULES
from warden.service_watch import SERVICES
from warden.subject_watch import JudgedSubject
from warden.subjects import Connection, Notification, Principal, PrivateDns, ServiceSeen

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

Run: TypeAlias = Callable[..., Result]
Make: TypeAlias = Callable[..., str]

MOTO = "123456789012"
EVERYBODY = (Principal("*", "All"),)
ON = "".join(f'[rules.{name}]\nmode = "notify"\n' for name in ("service-principals", "service-connections"))


@pytest.fixture
def provide(ec2: EC2Client, subnets: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make an endpoint service in two zones, in moto, that these principals may use."""
    with_consumers(monkeypatch)

    def make(*principals: str, accepted: bool = True) -> str:
        elb: Any = boto3.client("elbv2", region_name=REGION)
        found = elb.create_load_balancer(Name="nlb", Type="network", Subnets=list(subnets))["LoadBalancers"]
        arns = [found[0]["LoadBalancerArn"]]
        made = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=arns, AcceptanceRequired=accepted)
        name = made["ServiceConfiguration"]["ServiceId"]
        ec2.modify_vpc_endpoint_service_permissions(ServiceId=name, AddAllowedPrincipals=list(principals))
        return name

    return make


def test_an_open_service_gives_1_and_one_line(warden: Run, enforcing: str, provide: Make) -> None:
    """In a pipe each finding is a line with tabs."""
    name = provide("*", accepted=False)
    done = warden("services", "--standard", enforcing)
    assert done.exit_code == Code.OPEN
    (row,) = (line.split("\t") for line in done.stdout.splitlines())
    assert row[:3] == [REGION, name, "Interface"]
    assert row[4:8] == ["available", "service-acceptance", "BREACH", "open-to-everybody"]
    assert f"0 of 1 endpoint service compliant in account {MOTO}, {REGION}." in done.stderr


def test_a_compliant_service_gives_0(warden: Run, enforcing: str, provide: Make) -> None:
    """Nothing is listed but with --all, which tells what each rule says."""
    provide()
    done = warden("services", "--standard", enforcing)
    assert done.exit_code == Code.OK
    assert done.stdout == ""
    assert "Compliant services are shown with --all." in done.stderr
    rows = [line.split("\t")[5:7] for line in warden("services", "--all", "--standard", enforcing).stdout.splitlines()]
    assert rows == [
        ["service-acceptance", "PASS"],
        ["service-zones", "PASS"],
        ["service-dns", "NOT_APPLICABLE"],
        ["service-tags", "NOT_APPLICABLE"],
    ]


def test_terminal_gets_a_table_and_findings(warden: Run, enforcing: str, provide: Make) -> None:
    """With who may connect, and what to do."""
    name = provide("*", accepted=False)
    done = warden("services", "--standard", enforcing, terminal=True)
    assert all(
        words in done.stdout for words in ("Endpoint service", "Consumers", "accepted unasked", "none connected")
    )
    assert f"{name}: service-acceptance (open-to-everybody) critical" in done.stdout
    assert "--acceptance-required`" in done.stdout


def test_json_tells_everything(warden: Run, enforcing: str, provide: Make) -> None:
    """With its schema's name."""
    name = provide("*")
    done = warden("services", "--format", "json", "--standard", enforcing)
    assert done.exit_code == Code.OPEN
    told = json.loads(done.stdout)
    assert told["schema"] == "endpoint-warden/services/1"
    assert told["summary"] == {
        "services": 1,
        "compliant": 0,
        "verdicts": {"PASS": 1, "BREACH": 1, "NOT_APPLICABLE": 2, "UNKNOWN": 0, "UNSUPPORTED": 0},
    }
    (one,) = told["services"]
    assert one["service"]["id"] == name
    assert one["service"]["principals"] == [{"name": "*", "type": "", "permission_id": ""}]
    assert one["findings"][0]["severity"] == "medium"


def test_an_account_that_provides_nothing_gives_0(warden: Run, enforcing: str, ec2: EC2Client, vpc: str) -> None:
    """Whatever services of others its endpoints lead to: they are not judged, and not asked about.

    moto knows no connections here, so any question beyond the list of the account's own would fail.
    """
    theirs = f"com.amazonaws.vpce.{REGION}.vpce-svc-0aaaaaaaaaaaaaaaa"
    ec2.create_vpc_endpoint(VpcId=vpc, VpcEndpointType="Interface", ServiceName=theirs)
    done = warden("services", "--standard", enforcing)
    assert done.exit_code == Code.OK
    assert done.stdout == ""
    assert f"Account {MOTO} provides no endpoint service in {REGION}." in done.stderr


@pytest.mark.usefixtures("account")
def test_several_regions_are_looked_at(warden: Run, enforcing: str) -> None:
    """--region can be given more than once."""
    words = ("services", "--standard", enforcing, "--region", REGION, "--region", "eu-west-1", "--format", "json")
    assert json.loads(warden(*words).stdout)["regions"] == [REGION, "eu-west-1"]


def test_no_rule_of_services_on_judges_nothing(warden: Run, tmp_path: Path) -> None:
    """It must not look like compliance, whatever the rules of endpoints say."""
    path = tmp_path / "standard.toml"
    path.write_text(OFF.replace('[rules.multi-az]\nmode = "off"', '[rules.multi-az]\nmode = "notify"'))
    done = warden("services", "--standard", str(path))
    assert done.exit_code == Code.NOT_LOOKED
    assert f"every rule of endpoint services is off in {path}: nothing can be judged" in done.stderr


def offer(*services: ServiceSeen, toml: str = "", blind: tuple[Blind, ...] = ()) -> Scan[JudgedSubject[ServiceSeen]]:
    judged = tuple(SERVICES.observe(FakeServices(services), standard(toml), NOW))
    return Scan(ACCOUNT, (REGION,), "a standard", NOW, judged, blind)


@pytest.mark.parametrize(
    ("facts", "toml", "code"),
    [
        pytest.param({}, "", Code.OK, id="compliant"),
        pytest.param({"principals": EVERYBODY}, "", Code.OPEN, id="a breach"),
        pytest.param({"balancers": ()}, "", Code.OPEN, id="zones not known"),
        pytest.param({"principals": (Principal("AROAEXAMPLE"),)}, ON, Code.OPEN, id="a principal not known"),
        pytest.param({"state": "deleting", "principals": EVERYBODY}, "", Code.OK, id="on its way out"),
    ],
)
def test_what_cannot_be_judged_is_not_compliant(facts: dict[str, Any], toml: str, code: Code) -> None:
    """UNKNOWN never gives 0."""
    assert offer(owned(**facts), toml=toml).code is code


PARTNER = "999988887777"
ACCEPTING = (
    '[rules.service-principals]\nregistry = [{ principal = "999988887777", purpose = "p", contact = "c" }]\n'
    '[rules.service-connections]\nmode = "MODE"\n'
)


@pytest.mark.parametrize(
    ("mode", "tags", "said"),
    [
        pytest.param("enforce", {}, "WOULD DO  accept the requests of vpce-1", id="a stack would"),
        pytest.param("notify", {}, "the mode is notify (the rule service-connections in a standard).", id="the mode"),
        pytest.param("enforce", {"warden:hands-off": "1"}, "the tag warden:hands-off holds back", id="hands off"),
    ],
)
def test_a_request_that_can_be_accepted_is_told_with_the_command(
    mode: str,
    tags: dict[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On a terminal: whether a stack would do it, or why not; the JSON has the command too."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    asks = Connection("vpce-1", PARTNER, "pendingacceptance", NOW - timedelta(days=9))
    seen = owned(connections=(asks,), principals=(Principal(f"arn:aws:iam::{PARTNER}:root"),), tags=tags)
    found = offer(seen, toml=ACCEPTING.replace("MODE", mode))
    OF_SERVICES.view.show(Screen(), found, everything=False)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert said in shown
    assert ("TO DO  accept the requests of vpce-1" in shown) is not said.startswith("WOULD")
    command = f"aws ec2 accept-vpc-endpoint-connections --region {REGION} --service-id {seen.key.id} "
    assert f"{command}--vpc-endpoint-ids vpce-1" in shown
    (service,) = cast("list[Any]", OF_SERVICES.json(found)["services"])
    (fix,) = (one["fix"] for one in service["findings"] if one["fix"])
    assert fix["command"] == f"{command}--vpc-endpoint-ids vpce-1"


def test_region_that_could_not_be_seen_gives_2() -> None:
    """What was not looked at counts more than what was found, and "none" is said only of what could be seen."""
    blind = Blind("eu-west-1", "denied", "allow")
    assert offer(owned(principals=EVERYBODY), blind=(blind,)).code is Code.NOT_LOOKED
    assert OF_SERVICES.view.summary(offer(blind=(blind,))).endswith(f"in {REGION} that could be seen.")
    told = OF_SERVICES.json(offer(blind=(blind,)))
    assert told["not_looked_at"] == [{"region": "eu-west-1", "message": "denied", "advice": "allow"}]


def test_refused_look_is_raised() -> None:
    """A region that is refused is for the command to tell, never an empty list."""
    with pytest.raises(RetryLater, match="UnauthorizedOperation"):
        SERVICES.observe(FakeServices(refuses="UnauthorizedOperation"), standard(""), NOW)


def test_json_of_a_whole_service() -> None:
    """Every fact, in plain JSON."""
    seen = owned(
        private_dns=PrivateDns("api.example.com", "verified"),
        connections=(Connection("vpce-1", "999988887777", "available", NOW),),
        notifications=(Notification("vpce-nfn-1", "arn", frozenset({"Reject", "Accept"})),),
    )
    every = "".join(f'[rules.{rule.id}]\nmode = "notify"\n' for rule in SERVICE_RULES)
    told = json.loads(json.dumps(OF_SERVICES.json(offer(seen, toml=every))))["services"][0]["service"]
    assert told["private_dns"]["state"] == "verified"
    assert told["connections"][0]["created"] == "2026-03-01T12:00:00Z"
    assert told["notifications"][0]["events"] == ["Accept", "Reject"]
    assert told["load_balancers_seen"][0]["zone_names"] == [f"{REGION}a", f"{REGION}b"]


PARTS = ("load_balancers_seen", "principals", "connections", "notifications")


@pytest.mark.parametrize(
    ("rule", "read", "lines"),
    [
        pytest.param("service-acceptance", {"principals"}, ["*", "who is connected: not read"], id="who is allowed"),
        pytest.param(
            "service-zones",
            {"load_balancers_seen", "connections"},
            ["who is allowed: not read", "1 available"],
            id="who is connected",
        ),
        pytest.param("service-dns", set(), ["who is allowed: not read", "who is connected: not read"], id="nothing"),
    ],
)
def test_what_was_not_read_is_not_taken_for_nothing(
    rule: str, read: set[str], lines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no rule that is on asks for it: null in JSON, and said so in the table."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    toml = "".join(f'[rules.{one.id}]\nmode = "off"\n' for one in SERVICE_RULES if one.id != rule)
    seen = owned(principals=EVERYBODY, connections=(Connection("vpce-1", PARTNER, "available", NOW),))
    found = offer(seen, toml=toml)
    told = cast("list[Any]", OF_SERVICES.json(found)["services"])[0]["service"]
    assert {name for name in PARTS if told[name] is not None} == read
    OF_SERVICES.view.show(Screen(), found, everything=True)
    shown = capsys.readouterr().out
    assert [line in shown for line in lines] == [True] * len(lines)


def test_names_cannot_steer_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A Name or principal with an escape sequence is shown without it."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    evil = "\x1b]0;evil\x07"
    seen = owned(tags={"Name": evil}, principals=(*EVERYBODY, Principal(evil)))
    OF_SERVICES.view.show(Screen(), offer(seen), everything=True)
    shown = capsys.readouterr().out
    assert "evil" in shown
    assert "\x1b]" not in shown
